"""All routes of a pretend Tempo Cloud, below `base` of the server that serves it."""

from collections.abc import Callable
from typing import Literal, get_args

from sandbox.http import Handler, HttpError, Request, Response, Route
from sandbox.messages import Method
from sandbox.tempo import (
    routes_accounts,
    routes_audit,
    routes_booking,
    routes_capacity,
    routes_timesheets,
    routes_worklogs,
)
from sandbox.tempo.call import Call
from sandbox.tempo.signin import TempoAuth
from sandbox.tempo.site import TempoSite

BASE = "/tempo"
_AREAS = (routes_worklogs, routes_booking, routes_accounts, routes_timesheets, routes_capacity, routes_audit)


def routes(site: TempoSite, auth: TempoAuth | None = None, base: str = BASE) -> list[Route]:
    """Serve a site: REST v4 below `base`/4, the audit log, and tokens at `base`/oauth/token."""
    guard = auth or TempoAuth()

    def served(answer: Callable[[Call], Response]) -> Handler:
        def handle(request: Request) -> Response:
            if not guard.accepts(request, site.now):
                raise HttpError(Response.of_text("Unauthorized", status=401, content_type="text/html"))
            with site.lock:
                site.settle()
                return answer(Call(site, request, base))

        return handle

    post: Literal["POST"] = "POST"
    tokens = [
        Route(post, base + path, lambda r: guard.answer(r, site.now)) for path in ("/oauth/token", "/oauth/token/")
    ]
    return [
        *tokens,
        *(_route(method, base + path, served(answer)) for area in _AREAS for method, path, answer in area.ROUTES),
    ]


def _route(method: str, path: str, handler: Handler) -> Route:
    known: dict[str, Method] = {name: name for name in get_args(Method)}
    return Route(known[method], path, handler)
