"""A proxy on loopback that stands between Plumbrule and the pretend tools, and does harm to what passes.

It forwards byte for byte, with the client's own `Host`, so that links in answers lead through it again.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from soak.children import Edge
from soak.mischief import PEACE, Harm, Mischief

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_TIMEOUT_SECONDS = 60
_LATENCY_SECONDS = 0.25
_SKEW = timedelta(hours=2)
_PIECES = 4


class Proxy(ThreadingHTTPServer):
    """Forwards to `upstream` (host:port, may change between trials) and counts what harm it did.

    `watch` is told the edges of every request: before it is passed on, and after the tool has answered it.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.upstream = ""
        self.mischief: Mischief = PEACE
        self.watch: Callable[[Edge], None] = lambda _edge: None
        self.done: Counter[Harm] = Counter()
        self.passed = 0
        self.lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent: clients that are killed hang up in the middle."""


class _Answer:
    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body


class _Passing(BaseHTTPRequestHandler):
    """One client's connection, with one of its own to the tool behind."""

    server: Proxy
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def _pass(self) -> None:
        proxy = self.server
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        meeting = proxy.mischief.meets()
        harm = meeting.harm
        with proxy.lock:
            proxy.passed += 1
            if harm is not None:
                proxy.done[harm] += 1
        proxy.watch("before")
        instead = _instead(harm, meeting.chance)
        if instead is not None:
            self._send(instead)
        elif harm == "reset before":
            self._reset()
        else:
            answer = self._forwarded(body)
            proxy.watch("after")
            self._return(answer, harm, meeting.chance)

    def _return(self, answer: _Answer, harm: Harm | None, chance: float) -> None:
        match harm:
            case "reset after":
                self._reset()
            case "5xx after":
                self._send(_page(504, "Gateway timeout"))
            case "half a body":
                self._send(_Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2]))
            case "truncated":
                self._send(answer, share=chance)
            case "slow body":
                self._send(answer, pieces=_PIECES)
            case "latency":
                time.sleep(_LATENCY_SECONDS * chance)
                self._send(answer)
            case "clock skew":
                moved = datetime.now(UTC) + (_SKEW if chance < 0.5 else -_SKEW)
                self._send(
                    _Answer(answer.status, answer.headers | {"Date": format_datetime(moved, usegmt=True)}, answer.body)
                )
            case _:
                self._send(answer)

    def _forwarded(self, body: bytes) -> _Answer:
        connection = http.client.HTTPConnection(self.server.upstream, timeout=_TIMEOUT_SECONDS)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _HOP:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            headers = {n: v for n, v in response.getheaders() if n.lower() not in _HOP | {"server"}}
            return _Answer(response.status, headers, response.read())
        finally:
            connection.close()

    def _send(self, answer: _Answer, *, share: float = 1.0, pieces: int = 1) -> None:
        """`share` of the body is sent though all of it was announced; in so many `pieces`, with waits between."""
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != http.client.NO_CONTENT:
            self.send_header("Content-Length", str(len(answer.body)))
        cut = share < 1.0 and bool(answer.body)
        body = answer.body[: int(len(answer.body) * share)] if cut else answer.body
        self.end_headers()
        size = len(body) // pieces + 1
        for start in range(0, len(body), size):
            if start:
                self.wfile.flush()
                time.sleep(_LATENCY_SECONDS / _PIECES)
            self.wfile.write(body[start : start + size])
        self.close_connection = self.close_connection or cut

    def _reset(self) -> None:
        # A zero linger makes close() send RST instead of FIN: the client sees "connection reset by peer".
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.close_connection = True
        self.connection.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing to standard error."""


def _page(status: int, title: str) -> _Answer:
    return _Answer(status, {"Content-Type": "text/html"}, f"<html><body><h1>{title}</h1></body></html>".encode())


def _instead(harm: Harm | None, chance: float) -> _Answer | None:
    """What is answered in place of the tool, which never sees the request."""
    match harm:
        case "429":
            return _Answer(429, {"Retry-After": "1" if chance < 0.8 else "0"}, b"{}")
        case "5xx before":
            return _page((502, 503, 504)[int(chance * 3)], "Service unavailable")
        case "sign-in page":
            return _page(200, "Sign in")
        case "token expired":
            return _Answer(401, {"Content-Type": "application/json"}, b'{"errorMessages":["Token expired."]}')
        case _:
            return None
