"""The HTTP face of a Project Web App site: the ProjectData feed, and the ProjectServer API."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.http import Handler, Request, Response, Route
from sandbox.pwa import feed, metadata, retirement
from sandbox.pwa.schema import Language
from sandbox.pwa.server_reading import Reader
from sandbox.pwa.server_writing import Writer
from sandbox.pwa.site import PwaSite

SIGN_IN_PAGE = """<!DOCTYPE html><html><head><title>Sign In</title></head><body>
<form method="post" action="/_layouts/15/Authenticate.aspx"><input name="user"/><input name="password"/></form>
</body></html>"""


@dataclass(frozen=True)
class PwaAuth:
    """Who may read. `challenge` is what strangers get: 401, or with forms sign-in a page with status 200.

    `tokens` looks at bearer tokens that a pretend Entra ID gave out.
    """

    user: str = "pmo"
    password: str = "sandbox-password"  # noqa: S105 - opens nothing but the pretend site
    bearer: str | None = "sandbox-bearer"
    challenge: Literal["basic", "sign_in_page"] = "basic"
    tokens: Callable[[str], bool] | None = None

    def accepts(self, header: str) -> bool:
        """Whether that Authorization header opens the site."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        scheme, _, token = header.partition(" ")
        if scheme == "Bearer":
            return token == self.bearer or (self.tokens is not None and self.tokens(token))
        return header == f"Basic {pair}"

    def refusal(self) -> Response:
        """What strangers get."""
        if self.challenge == "sign_in_page":
            return Response.of_text(SIGN_IN_PAGE, content_type="text/html; charset=utf-8")
        return Response(401, b"401 UNAUTHORIZED", {"WWW-Authenticate": 'Basic realm="meridian"'})


def routes(site: PwaSite, auth: PwaAuth | None = None, base: str = "/pwa") -> list[Route]:
    """Routes of the site under `base`, for `sandbox.http.Server`."""
    guard = auth or PwaAuth()

    def living(handler: Handler) -> Handler:
        return _living(site, base, _guarded(guard, handler))

    def get(pattern: str, handler: Handler) -> Route:
        return Route("GET", base + pattern, living(handler))

    def set_page(language: Callable[[Request], Language]) -> Handler:
        return lambda r: feed.answer(site, r, name=r.params["set"], language=language(r), path=r.path)

    def csdl(language: Callable[[Request], Language]) -> Handler:
        return lambda r: Response.of_text(metadata.document(site, language(r)), content_type="application/xml")

    def own(_: Request) -> Language:
        return site.language

    return [
        get("/_api/ProjectData/$metadata", csdl(own)),
        get("/_api/ProjectData/[{locale}]/$metadata", _with_segment(site, csdl(_asked))),
        get("/_api/ProjectData/[{locale}]/{set}", _with_segment(site, set_page(_asked))),
        get("/_api/ProjectData/{set}", set_page(own)),
        Route("GET", base + retirement.PAGE, retirement.home_page),
        *Reader(site, base).routes(living),
        *Writer(site, base).routes(living),
    ]


def _guarded(auth: PwaAuth, handler: Handler) -> Handler:
    return lambda r: handler(r) if auth.accepts(r.headers.get("Authorization", "")) else auth.refusal()


def _living(site: PwaSite, base: str, handler: Handler) -> Handler:
    """Answer as a retired site does, if it is one; nobody is asked to sign in there."""
    return lambda r: handler(r) if site.retired is None else retirement.ANSWERS[site.retired](r, base)


def _with_segment(site: PwaSite, handler: Handler) -> Handler:
    """Refuse a segment with a locale where the server does not know such."""

    def handle(request: Request) -> Response:
        if site.segment_refusal is None:
            return handler(request)
        segment = f"[{request.params['locale']}]"
        return feed.error(site.segment_refusal, f"Resource not found for the segment '{segment}'.")

    return handle


def _asked(request: Request) -> Language:
    """The language of a segment such as `[en-us]`."""
    return "fr" if request.params["locale"].lower().startswith("fr") else "en"
