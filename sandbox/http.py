"""A small threaded HTTP/1.1 server on loopback, on which the pretend tools stand.

It answers what the tools' own servers answer, keeps connections alive, packs with gzip when the client accepts it,
remembers every request that it was sent, and misbehaves on request (see `sandbox.faults`), so that the code that talks
to it meets the network as it is. A tool is a list of `Route`s; `Server` serves several such lists in one process.
"""

from __future__ import annotations

import gzip
import re
import socket
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from sandbox.faults import Fault, FaultQueue

_GZIP_FROM_BYTES = 1024
_LOG_LENGTH = 100_000


@dataclass(frozen=True)
class Request:
    """One request: `path` is percent-decoded, `query` keeps repeated names, `params` come from the route."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Message
    body: bytes = b""
    origin: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        """Give the last value of a query parameter, or `default`."""
        values = self.query.get(name)
        return values[-1] if values else default

    def listed(self, name: str) -> list[str]:
        """Give all values of a query parameter, whether it was repeated, separated by commas, or both."""
        return [part.strip() for value in self.query.get(name, []) for part in value.split(",") if part.strip()]

    def json(self) -> Any:
        """Decode the body; `HttpError` with 400 when it is not JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise HttpError(
                Response.of_json({"errorMessages": [f"The body is not JSON: {error}"]}, status=400)
            ) from error


@dataclass(frozen=True)
class Response:
    """One answer. `cut` announces the full length, sends half of the body and hangs up."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    @classmethod
    def of_json(
        cls,
        document: object,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json;charset=UTF-8",
    ) -> Response:
        """Make a JSON answer; decimals are written as numbers."""
        body = orjson.dumps(document, default=_plain_number)
        return cls(status, body, {"Content-Type": content_type, **(headers or {})})

    @classmethod
    def of_text(cls, text: str, *, status: int = 200, content_type: str = "text/plain;charset=UTF-8") -> Response:
        """Make an answer of text: HTML, XML or plain."""
        return cls(status, text.encode(), {"Content-Type": content_type})

    @property
    def document(self) -> Any:
        """Decode the body as JSON (for tests that look at an answer without a connection)."""
        return orjson.loads(self.body)


def _plain_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class HttpError(Exception):
    """Raised by a handler to answer with `response` at once."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"HTTP {response.status}")
        self.response = response


Handler = Callable[[Request], Response]
Gate = Callable[[Request], "Response | None"]
"""Looks at a request before its route does; an answer ends the matter (a rate limit, for instance)."""


@dataclass(frozen=True)
class Route:
    """`pattern` is a path in which `{name}` stands for text without a slash, as in `/Projects({id})/Tasks`."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    pattern: str
    handler: Handler

    def expression(self) -> re.Pattern[str]:
        """Compile the pattern."""
        parts = re.split(r"\{(\w+)\}", self.pattern)
        return re.compile(
            "".join(f"(?P<{part}>[^/]+?)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
        )


@dataclass(frozen=True)
class Exchange:
    """One line of the request log: header names in lower case, no Authorization; `document` is the JSON body."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    document: Any
    status: int


class Server:
    """Serves routes on 127.0.0.1 while the context is open.

    `port=0` takes a free one. `gates` are asked in order before the routes. `latency_seconds` is waited before every
    answer. `log` holds what was asked; `failures` holds the traceback of every handler that broke: expect it empty.
    """

    def __init__(
        self, routes: Iterable[Route] = (), *, port: int = 0, gates: Iterable[Gate] = (), latency_seconds: float = 0.0
    ) -> None:
        self.latency_seconds = latency_seconds
        self.gates: list[Gate] = list(gates)
        self.faults = FaultQueue()
        self.log: deque[Exchange] = deque(maxlen=_LOG_LENGTH)
        self.failures: list[str] = []
        self._routes: list[tuple[Route, re.Pattern[str]]] = []
        self.add(routes)
        self._listener = _Listener(("127.0.0.1", port), _Connection, self)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the server listens, without a slash at the end."""
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    def add(self, routes: Iterable[Route]) -> None:
        """Serve these routes too; the first route that fits a path wins."""
        self._routes += [(route, route.expression()) for route in routes]

    def inject(self, fault: Fault, *, times: int = 1, method: str | None = None, path: str = "") -> None:
        """Let the next `times` requests of that method whose path contains `path` meet `fault`."""
        self.faults.put(fault, times=times, method=method, path=path)

    def start(self) -> Server:
        """Listen in a thread of its own."""
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(0.02,), name="sandbox-server", daemon=True
        )
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop listening and hang up on every client."""
        if self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
            self._thread = None
        self._listener.hang_up()
        self._listener.server_close()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def answer(self, request: Request) -> Response:
        """Answer one request as a client would see it, without faults, latency or log."""
        try:
            for gate in self.gates:
                refused = gate(request)
                if refused is not None:
                    return refused
            return self._routed(request)
        except HttpError as error:
            return error.response
        except Exception:
            self.failures.append(traceback.format_exc())
            return Response.of_json({"errorMessages": ["The sandbox broke; see Server.failures."]}, status=500)

    def _routed(self, request: Request) -> Response:
        allowed: list[str] = []
        for route, expression in self._routes:
            found = expression.fullmatch(request.path)
            if found is None:
                continue
            if route.method == request.method:
                return route.handler(replace(request, params=_slashes(found.groupdict())))
            allowed.append(route.method)
        if allowed:
            return Response(405, headers={"Allow": ", ".join(sorted(set(allowed)))})
        return Response.of_json({"errorMessages": [f"Nothing is served at {request.path}"]}, status=404)

    def exchange(self, request: Request) -> tuple[Response, Fault | None]:
        """Answer one request with faults, latency and log; used by the connection."""
        if self.latency_seconds > 0:
            time.sleep(self.latency_seconds)
        fault = self.faults.take(request.method, request.path)
        if fault is not None and fault.instead is not None:
            status, headers, body = fault.instead
            response = Response(status, body, headers)
        else:
            response = self.answer(request)
        if fault is not None and fault.half_json:
            response = replace(response, body=response.body[: len(response.body) // 2])
        if fault is not None and fault.cut:
            response = replace(response, cut=True)
        self._note(request, response.status if fault is None or not fault.reset else 0)
        return response, fault

    def _note(self, request: Request, status: int) -> None:
        headers = {name.lower(): value for name, value in request.headers.items() if name.lower() != "authorization"}
        try:
            document = orjson.loads(request.body) if request.body else None
        except orjson.JSONDecodeError:
            document = None
        self.log.append(Exchange(request.method, request.path, request.query, headers, document, status))


class _Listener(ThreadingHTTPServer):
    """Knows its server and its open connections, so that closing it never waits for an idle client."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], connection: type[_Connection], owner: Server) -> None:
        self.owner = owner
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was quicker

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent: a client that hangs up in the middle is a case under test, not an incident."""


class _Connection(BaseHTTPRequestHandler):
    server: _Listener
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
        origin = f"http://{self.headers.get('Host') or self.server.owner.url.removeprefix('http://')}"
        query = parse_qs(parts.query, keep_blank_values=True)
        request = Request(self.command, path, query, self.headers, body, origin)
        response, fault = self.server.owner.exchange(request)
        if fault is not None and fault.reset:
            self._reset()
            return
        self._send(response)

    def _send(self, response: Response) -> None:
        body, headers = response.body, dict(response.headers)
        if len(body) >= _GZIP_FROM_BYTES and "gzip" in (self.headers.get("Accept-Encoding") or ""):
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


def _slashes(params: Mapping[str, str]) -> dict[str, str]:
    return {name: value.replace("%2F", "/") for name, value in params.items()}
