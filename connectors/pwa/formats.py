"""Which JSON a server speaks: light with little metadata, light, or verbose; found once for each of its services.

ProjectData of Project Server 2013 and some proxies know only the older forms; asked for a newer one they answer 406 or
415, or ignore the wish and send Atom.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from portfolio.errors import RemoteRefusal

ACCEPTS = ("application/json;odata=minimalmetadata", "application/json", "application/json;odata=verbose")
_XML: Final = object()
Ask = Callable[[Mapping[str, str], Callable[[bytes], Any]], Any]
"""Sends one GET with those headers, and returns what the second argument makes of the body."""


class Formats:
    """Remembers which form a service answered in. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, str] = {}

    def read(self, service: str, ask: Ask) -> Any:
        """The JSON of an answer. Raises RemoteRefusal where the service speaks none of the forms."""
        with self._lock:
            found = self._found.get(service)
        for accept in (found,) if found else ACCEPTS:
            try:
                body = ask({"Accept": accept}, _decoded)
            except RemoteRefusal as refused:
                if found or refused.code != "remote.format":
                    raise
                continue
            if body is not _XML:
                with self._lock:
                    self._found.setdefault(service, accept)
                return body
        raise RemoteRefusal(
            f"Project Server sends no JSON for {service}",
            code="pwa.no_json",
            remedy="Check that no proxy rewrites its answers; ProjectData needs Project Server 2013 or later.",
        )


def _decoded(body: bytes) -> Any:
    """The JSON of a body, None for an empty one, a sign for XML. Raises ValueError for anything else."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:100].lower()
    if not start:
        return None
    if start.startswith((b"<?xml", b"<feed", b"<entry", b"<service")) and b"<html" not in body[:500].lower():
        return _XML
    return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
