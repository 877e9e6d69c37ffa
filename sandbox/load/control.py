"""What no real site has: a count of requests by endpoint, touches, and what a complete store must hold."""

from __future__ import annotations

import base64
import hmac
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sandbox.faults import Fault
from sandbox.http import Gate, Request, Response, Route, Server
from sandbox.load.routes import LoadSite
from sandbox.serve import JIRA_EMAIL, JIRA_TOKEN

PREFIX = "/load/"
_ID = re.compile(r"/(?:[A-Z][A-Z0-9_]*-\d+|\d{2,})(?=/|$)")
"""Ids and keys in a path, as opposed to the version of the interface."""


def _without_ids(path: str) -> str:
    return _ID.sub("/{id}", path)


class Tally:
    """Counts requests by method and endpoint, and how many were under way at once; safe for threads.

    `endpoint` makes one of a path.
    """

    def __init__(self, endpoint: Callable[[str], str] = _without_ids) -> None:
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._now = self._most = 0

    def note(self, request: Request) -> None:
        """Count a request, unless it is one of ours."""
        if not request.path.startswith(PREFIX):
            with self._lock:
                self._counts[f"{request.method} {self._endpoint(request.path)}"] += 1

    @contextmanager
    def under_way(self, request: Request) -> Iterator[None]:
        """Hold a request for being under way while the block lasts, unless it is one of ours."""
        one = int(not request.path.startswith(PREFIX))
        with self._lock:
            self._now += one
            self._most = max(self._most, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= one

    def read(self) -> dict[str, object]:
        """Give the counts so far."""
        with self._lock:
            counted = dict(sorted(self._counts.items()))
            return {"total": self._counts.total(), "by_endpoint": counted, "most_at_once": self._most}

    def forget(self) -> None:
        """Count from nought again."""
        with self._lock:
            self._counts.clear()
            self._most = self._now


class CountingServer(Server):
    """A server whose requests are under way, for the tally, from when they were read until their answer is made."""

    def __init__(self, tally: Tally, routes: Iterable[Route], *, port: int, gate: Gate, latency_seconds: float) -> None:
        self._tally = tally
        super().__init__(routes, port=port, gates=[gate], latency_seconds=latency_seconds)

    def exchange(self, request: Request) -> tuple[Response, Fault | None]:
        """Answer one request."""
        with self._tally.under_way(request):
            return super().exchange(request)


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
