"""Upload sessions: ranges in order at an address of their own, which wants no token.

Sources: Microsoft Graph, "driveItem: createUploadSession" (multiples of 320 KiB, 202 and nextExpectedRanges, 416, 409
and 507 with the last range, 404 once it is over) and "Attach large files to Outlook messages" (200, then 201 with a
Location).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.graph.errors import error, unsigned
from sandbox.messages import HttpError, Request, Response, Route

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_STEP = 320 * 1024
_MOST_PIECE = 60 * 1024 * 1024


@dataclass
class Session:
    """One. `done` is called with the whole content and returns the last answer."""

    size: int
    of_mail: bool
    done: Callable[[bytes], Response]
    content: bytearray = field(default_factory=bytearray)


class Uploads:
    """All sessions of the tenant."""

    def __init__(self) -> None:
        self.open: dict[str, Session] = {}
        self.cancelled = 0

    def start(self, request: Request, size: int, done: Callable[[bytes], Response], *, of_mail: bool) -> Response:
        """Answer with the address of a new session."""
        name = uuid.uuid4().hex
        self.open[name] = Session(size, of_mail, done)
        told: dict[str, Any] = {
            "uploadUrl": f"{request.origin}/upload/{name}?tempauth={uuid.uuid4().hex}",
            "expirationDateTime": "2026-11-24T06:00:00Z", "nextExpectedRanges": ["0-"],
        }  # fmt: skip
        return Response.of_json(told, status=201 if of_mail else 200)

    def routes(self) -> list[Route]:
        """Where bytes go."""
        return [
            Route("PUT", "/upload/{name}", self._put),
            Route("GET", "/upload/{name}", self._status),
            Route("DELETE", "/upload/{name}", self._cancel),
        ]

    def _session(self, request: Request) -> Session:
        if request.headers.get("Authorization") or not request.one("tempauth"):
            raise unsigned()
        found = self.open.get(request.params["name"])
        if found is None:
            raise error(404, "itemNotFound", "The upload session was not found")
        return found

    def _put(self, request: Request) -> Response:
        session = self._session(request)
        found = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
        if found is None:
            raise error(400, "invalidRequest", "Invalid Content-Range header value")
        first, last, size = map(int, found.groups())
        whole = last + 1 == size
        if last - first + 1 != len(request.body) or size != (session.size or size) or len(request.body) > _MOST_PIECE:
            raise error(400, "invalidRequest", "Declared fragment length does not match the provided number of bytes")
        if first != len(session.content):
            raise error(416, "invalidRange", "The uploaded fragment overlaps with data that has already been received.")
        if not whole and not session.of_mail and len(request.body) % _STEP:
            raise error(400, "invalidRequest", "The fragment size must be a multiple of 320 KiB")
        session.content += request.body
        if not whole:
            return Response.of_json(_expected(session), status=200 if session.of_mail else 202)
        try:
            answer = session.done(bytes(session.content))
        except HttpError:
            del session.content[first:]  # the session stays, its last range can be sent again
            raise
        del self.open[request.params["name"]]
        return answer

    def _status(self, request: Request) -> Response:
        return Response.of_json(_expected(self._session(request)))

    def _cancel(self, request: Request) -> Response:
        self._session(request)
        del self.open[request.params["name"]]
        self.cancelled += 1
        return Response(204)


def _expected(session: Session) -> dict[str, Any]:
    start = len(session.content)
    return {
        "expirationDateTime": "2026-11-24T06:00:00Z",
        "nextExpectedRanges": [str(start) if session.of_mail else f"{start}-"],
    }
