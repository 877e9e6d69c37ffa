"""Answers kept as they were sent, packed, so that serving a site again costs the machine next to nothing."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from dataclasses import replace

from sandbox.http import Handler, Request, Response

_SMALL_BYTES = 1024


class Kept:
    """Keeps answers until the site changes. `revision` tells which site it is."""

    def __init__(self, revision: Callable[[], int]) -> None:
        self._revision = revision
        self._lock = threading.Lock()
        self._of = revision()
        self._answers: dict[tuple[object, ...], Response] = {}

    def keeping(self, handler: Handler) -> Handler:
        """Wrap a handler whose answer follows from the request and the site alone."""

        def handle(request: Request) -> Response:
            if "gzip" not in (request.headers.get("Accept-Encoding") or ""):
                return handler(request)
            asked = (request.method, request.path, repr(sorted(request.query.items())), request.body, request.origin)
            kept = self._find(asked)
            return kept if kept is not None else self._keep(asked, handler(request))

        return handle

    def _find(self, asked: tuple[object, ...]) -> Response | None:
        with self._lock:
            if self._of != self._revision():
                self._answers, self._of = {}, self._revision()
            return self._answers.get(asked)

    def _keep(self, asked: tuple[object, ...], answer: Response) -> Response:
        if len(answer.body) >= _SMALL_BYTES:
            packed = gzip.compress(answer.body, compresslevel=1)
            answer = replace(answer, body=packed, headers={**answer.headers, "Content-Encoding": "gzip"})
        with self._lock:
            self._answers[asked] = answer
        return answer
