"""The sockets below `sandbox.http.Server`: HTTP/1.1 with kept connections on 127.0.0.1, and ways to break them."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.faults import Fault
from sandbox.messages import Request, Response

_GZIP_FROM_BYTES = 1024

Exchanger = Callable[[Request], "tuple[Response, Fault | None]"]
"""Answers one request, and tells the fault that it met."""


class Listener(ThreadingHTTPServer):
    """Knows its open connections, so that closing it never waits for an idle client."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, exchange: Exchanger, tls: ssl.SSLContext | None = None) -> None:
        self.exchange = exchange
        self.scheme = "http" if tls is None else "https"
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Connection)
        if tls is not None:  # hands are shaken in the connection's own thread, when it first reads
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every open connection."""
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was quicker

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent: a client that hangs up in the middle is a case under test, not an incident."""


class Connection(BaseHTTPRequestHandler):
    """One client's connection, kept alive until either side hangs up."""

    server: Listener
    protocol_version = "HTTP/1.1"
    server_version = "Sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        parts = urlsplit(self.path)
        path = _decoded(parts.path)
        origin = f"{self.server.scheme}://{self.headers.get('Host') or f'127.0.0.1:{self.server.server_address[1]}'}"
        query = parse_qs(parts.query, keep_blank_values=True)
        request = Request(self.command, path, query, self.headers, body, origin)
        response, fault = self.server.exchange(request)
        if fault is not None and fault.reset:
            self._reset()
            return
        self._send(response)

    def _send(self, response: Response) -> None:
        body, headers = response.body, dict(response.headers)
        packed = "Content-Encoding" in headers
        if not packed and len(body) >= _GZIP_FROM_BYTES and "gzip" in (self.headers.get("Accept-Encoding") or ""):
            body = gzip.compress(body, compresslevel=1)
            headers["Content-Encoding"] = "gzip"
        self.send_response(response.status, _phrase(response.status))
        for name, value in headers.items():
            self.send_header(name, value)
        if response.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        if response.cut:
            self.close_connection = True
            body = body[: len(body) // 2]
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        # A zero linger makes close() send RST instead of FIN: the client sees "connection reset by peer".
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.close_connection = True
        self.connection.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing to standard error; `Server.log` is the log."""


def _decoded(path: str) -> str:
    """Decode a path but for an escaped slash, which is part of its segment: clients differ in what they escape."""
    return "/".join(unquote(segment).replace("/", "%2F") for segment in path.split("/"))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
