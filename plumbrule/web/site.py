"""The application: routes, and what becomes of everything that goes wrong on the way."""

from collections.abc import Callable

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from plumbrule.app import App, Clock
from plumbrule.web.account import account_routes, to_sign_in
from plumbrule.web.content import content_routes
from plumbrule.web.front import Front, unkept
from plumbrule.web.guard import HEALTH, Guard
from plumbrule.web.look import Absent
from plumbrule.web.metrics import MEDIA_TYPE, Served, metrics_text
from plumbrule.web.people import People, Refused, SignInNeeded
from plumbrule.web.published import Published, Unavailable
from plumbrule.web.sessions import Cookies
from plumbrule.web.signing_in import SigningIn
from plumbrule.web.trouble import trouble_page
from plumbrule.web.waiver_form import waiver_routes
from portfolio.errors import PlumbruleError
from reports.render.live import live_policy

_RETRY_SECONDS = "60"
_BY_STATUS = {
    404: "absent",
    405: "method",
    413: "too_large",
    403: "foreign_form",
    400: "foreign_form",
    415: "foreign_form",
}
log = structlog.get_logger("plumbrule.serve")


def make_site(app: App, published: Published, clock: Clock) -> ASGIApp:
    """The application over those snapshots."""
    serve, served = app.settings.serve, Served()
    cookies = Cookies(serve, clock)
    signing_in = None
    if serve.auth == "oidc" and serve.oidc is not None and serve.public_url is not None:
        signing_in = SigningIn(serve.oidc, serve.public_url, clock)
    front = Front(app.settings, published, cookies, People(serve, cookies), clock, signing_in)
    own = [Route(HEALTH, _health(published))]
    if serve.metrics:
        own.append(Route("/metrics", _metrics(published, served)))
    troubles = _Troubles(front)
    site = Starlette(
        routes=[*own, *account_routes(front), *waiver_routes(front), *content_routes(front)],
        exception_handlers={
            HTTPException: troubles.refused,
            Absent: troubles.absent,
            Unavailable: troubles.unavailable,
            SignInNeeded: troubles.sign_in_needed,
            Refused: troubles.not_allowed,
            PlumbruleError: troubles.broken,
            Exception: troubles.bug,
        },
    )
    site.router.redirect_slashes = False
    return Guard(site, serve, served)


def _health(published: Published) -> Callable[[Request], Response]:
    def health(_request: Request) -> Response:
        """Open to everybody: whether there is something to show, and nothing else."""
        try:
            published.edition()
        except Unavailable as error:
            return JSONResponse({"status": "unavailable", "why": error.why}, status_code=503)
        return JSONResponse({"status": "old_configuration" if published.mistakes else "ok"})

    return health


def _metrics(published: Published, served: Served) -> Callable[[Request], Response]:
    def metrics(_request: Request) -> Response:
        try:
            edition = published.edition()
        except Unavailable:
            edition = None
        text = metrics_text(served, edition, configuration_ok=not published.mistakes)
        return PlainTextResponse(text, media_type=MEDIA_TYPE)

    return metrics


class _Troubles:
    """One page for each thing that goes wrong."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def refused(self, request: Request, error: Exception) -> Response:
        """No such route or method, or a body that is not taken."""
        assert isinstance(error, HTTPException)  # noqa: S101 - Starlette calls it for these
        return self._page(request, _BY_STATUS.get(error.status_code, "absent"), error.status_code, error.headers)

    def absent(self, request: Request, _error: Exception) -> Response:
        """No such thing, or not for them."""
        return self._page(request, "absent", 404)

    def unavailable(self, request: Request, error: Exception) -> Response:
        """No snapshot to show."""
        assert isinstance(error, Unavailable)  # noqa: S101
        return self._page(request, error.why, 503, {"Retry-After": _RETRY_SECONDS})

    def sign_in_needed(self, request: Request, _error: Exception) -> Response:
        """To the sign-in; a form that comes too late is refused instead, for its content would be lost on the way."""
        return (
            to_sign_in(self._front, request)
            if request.method in ("GET", "HEAD")
            else self._page(request, "foreign_form", 403)
        )

    def not_allowed(self, request: Request, error: Exception) -> Response:
        """Known or not: no."""
        assert isinstance(error, Refused)  # noqa: S101
        log.warning(
            "serve.refused", why=error.why, user=error.name, address=request.client.host if request.client else None
        )
        return self._page(request, error.why, 403, more=error.name or "")

    def broken(self, request: Request, error: Exception) -> Response:
        """The snapshot went bad while it was read, or cannot be understood."""
        assert isinstance(error, PlumbruleError)  # noqa: S101
        log.error("serve.failed", code=error.code, error=error.what, path=request.url.path)
        return self._page(request, "unreadable", 503, {"Retry-After": _RETRY_SECONDS})

    def bug(self, request: Request, error: Exception) -> Response:
        """A bug; its traceback is in the log."""
        log.error("serve.bug", path=request.url.path, exc_info=error)
        return self._page(request, "bug", 500)

    def _page(self, request: Request, what: str, status: int, headers: object = None, *, more: str = "") -> Response:
        front = self._front
        content = trouble_page(what, front.language(request), front.places(), more)
        answer = unkept(content, policy=live_policy(forms=False), status=status)
        if isinstance(headers, dict):
            answer.headers.update(headers)
        return answer
