"""What no Jira has: a count of requests by endpoint, touches, and what a complete store must hold."""

from __future__ import annotations

import base64
import hmac
import re
import threading
from collections import Counter
from collections.abc import Callable

from sandbox.http import Gate, Request, Response, Route
from sandbox.load.routes import LoadSite
from sandbox.serve import JIRA_EMAIL, JIRA_TOKEN

PREFIX = "/load/"
_ID = re.compile(r"/(?:[A-Z][A-Z0-9_]*-\d+|\d{2,})(?=/|$)")
"""Ids and keys in a path, as opposed to the version of the interface."""


def _without_ids(path: str) -> str:
    return _ID.sub("/{id}", path)


class Tally:
    """Counts requests by method and endpoint; safe for threads. `endpoint` makes one of a path."""

    def __init__(self, endpoint: Callable[[str], str] = _without_ids) -> None:
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def note(self, request: Request) -> None:
        """Count a request, unless it is one of ours."""
        if not request.path.startswith(PREFIX):
            with self._lock:
                self._counts[f"{request.method} {self._endpoint(request.path)}"] += 1

    def read(self) -> dict[str, object]:
        """Give the counts so far."""
        with self._lock:
            return {"total": self._counts.total(), "by_endpoint": dict(sorted(self._counts.items()))}

    def forget(self) -> None:
        """Count from nought again."""
        with self._lock:
            self._counts.clear()


def gate(tally: Tally) -> Gate:
    """Count what comes in, and let nobody in who is not the sandbox's technical account."""
    wanted = b"Basic " + base64.b64encode(f"{JIRA_EMAIL}:{JIRA_TOKEN}".encode())

    def look(request: Request) -> Response | None:
        tally.note(request)
        given = (request.headers.get("Authorization") or "").encode()
        if request.path.startswith(PREFIX) or hmac.compare_digest(given, wanted):
            return None
        return Response.of_text("Client must be authenticated to access this resource.", status=401)

    return look


def routes(site: LoadSite, tally: Tally) -> list[Route]:
    """Serve the calls below /load."""

    def touch(request: Request) -> Response:
        asked = request.json()
        count = int(asked.get("issues") or site.scale.issues * asked.get("percent", 1) // 100)
        return Response.of_json({"touched": site.touch(count)})

    def forget(_request: Request) -> Response:
        tally.forget()
        return Response(204)

    return [
        Route("POST", PREFIX + "touch", touch),
        Route("GET", PREFIX + "expected", lambda _: Response.of_json(site.scale.expected)),
        Route("GET", PREFIX + "requests", lambda _: Response.of_json(tally.read())),
        Route("DELETE", PREFIX + "requests", forget),
    ]
