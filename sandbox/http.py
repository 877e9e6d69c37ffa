"""A small threaded HTTP/1.1 server on loopback, on which the pretend tools stand.

It answers what the tools' own servers answer, keeps connections alive, packs with gzip when the client accepts it,
remembers every request that it was sent, and misbehaves on request (see `sandbox.faults`), so that the code that talks
to it meets the network as it is. A tool is a list of `Route`s; `Server` serves several such lists in one process.
"""

from __future__ import annotations

import re
import ssl
import threading
import time
import traceback
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace

import orjson

from sandbox.faults import Fault, FaultQueue
from sandbox.listener import Listener
from sandbox.messages import Exchange, Gate, Handler, HttpError, Request, Response, Route

__all__ = ["Exchange", "Gate", "Handler", "HttpError", "Request", "Response", "Route", "Server"]

_LOG_LENGTH = 100_000


class Server:
    """Serves routes on 127.0.0.1 while the context is open.

    `port=0` takes a free one. `gates` are asked in order before the routes. `latency_seconds` is waited before every
    answer. With `tls` it speaks https. `log` holds what was asked; `failures` holds the traceback of every handler that
    broke: expect it empty.
    """

    def __init__(
        self,
        routes: Iterable[Route] = (),
        *,
        port: int = 0,
        gates: Iterable[Gate] = (),
        latency_seconds: float = 0.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.latency_seconds = latency_seconds
        self.gates: list[Gate] = list(gates)
        self.faults = FaultQueue()
        self.log: deque[Exchange] = deque(maxlen=_LOG_LENGTH)
        self.failures: list[str] = []
        self._routes: list[tuple[Route, re.Pattern[str]]] = []
        self.add(routes)
        self._listener = Listener(port, self.exchange, tls)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the server listens, without a slash at the end."""
        return f"{self._listener.scheme}://127.0.0.1:{self._listener.server_address[1]}"

    def add(self, routes: Iterable[Route]) -> None:
        """Serve these routes too; the first route that fits a path wins."""
        self._routes += [(route, route.expression()) for route in routes]

    def inject(
        self, fault: Fault, *, times: int = 1, method: str | None = None, path: str = "", after: int = 0
    ) -> None:
        """Let the next `times` requests of that method whose path contains `path` meet `fault`.

        The first `after` such requests are spared.
        """
        self.faults.put(fault, times=times, method=method, path=path, after=after)

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
        response = self.answer(request) if fault is None else self._distorted(request, fault)
        if fault is not None and fault.half_json:
            response = replace(response, body=response.body[: len(response.body) // 2])
        if fault is not None and fault.cut:
            response = replace(response, cut=True)
        self._note(request, response.status if fault is None or not fault.reset else 0)
        return response, fault

    def _distorted(self, request: Request, fault: Fault) -> Response:
        if fault.before is not None:
            fault.before()
        if fault.instead is not None:
            status, headers, body = fault.instead
            return Response(status, body, headers)
        response = self.answer(request if fault.ask is None else fault.ask(request))
        return response if fault.rewrite is None else fault.rewrite(response)

    def _note(self, request: Request, status: int) -> None:
        headers = {name.lower(): value for name, value in request.headers.items() if name.lower() != "authorization"}
        try:
            document = orjson.loads(request.body) if request.body else None
        except orjson.JSONDecodeError:
            document = None
        self.log.append(Exchange(request.method, request.path, request.query, headers, document, status))


def _slashes(params: Mapping[str, str]) -> dict[str, str]:
    return {name: value.replace("%2F", "/") for name, value in params.items()}
