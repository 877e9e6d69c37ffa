"""Before and after every request: is it meant for us, and may a browser do with the answer only what it should.

The Host header is checked so that a name of somebody else that resolves to this machine (DNS rebinding) reads nothing.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.address import is_loopback
from plumbrule.web.metrics import Served
from plumbrule.web.settings import ServeSettings

HEALTH = "/healthz"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_HSTS = "max-age=31536000"


class Guard:
    """Around the whole application."""

    def __init__(self, app: ASGIApp, serve: ServeSettings, served: Served) -> None:
        self._app = app
        self._serve = serve
        self._served = served
        self._public = urlsplit(serve.public_url or "").hostname
        self._headers = {**_HEADERS, **({"Strict-Transport-Security": _HSTS} if serve.is_secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._served.count(message["status"])
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["path"] != HEALTH and not self.is_ours(Headers(scope=scope).getlist("host")):
            refusal = PlainTextResponse("This server does not go by that name (Host header).\n", status_code=421)
            await refusal(scope, receive, protected)
            return
        await self._app(scope, receive, protected)

    def is_ours(self, hosts: list[str]) -> bool:
        """The request names this server: by the public address, by its own, or as this machine where it is local."""
        if len(hosts) != 1:
            return False
        try:
            name = urlsplit(f"//{hosts[0]}").hostname
        except ValueError:
            return False
        if name is None:
            return False
        return name in (self._public, self._serve.address) or (self._serve.is_local and is_loopback(name))
