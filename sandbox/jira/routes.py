"""All routes of a pretend Jira site below /rest/api/3, signed in with Basic e-mail:token."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sandbox.http import Handler, HttpError, Request, Response, Route
from sandbox.jira import (
    routes_bulk,
    routes_issues,
    routes_marks,
    routes_projects,
    routes_search,
    routes_site,
    routes_worklogs,
)
from sandbox.jira.call import Call
from sandbox.jira.journal import Journal
from sandbox.jira.references import References
from sandbox.jira.search import Searcher
from sandbox.jira.site import JiraSite

BASE = "/rest/api/3"
_BURST = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "99"}
_AREAS = (routes_site, routes_projects, routes_search, routes_issues, routes_worklogs, routes_marks, routes_bulk)


def routes(site: JiraSite, state: Path | None = None) -> list[Route]:
    """Serve a filled site. What is written is kept in `state`, and what it holds already is applied first."""
    journal = Journal(site, state)
    journal.restore()
    searcher = Searcher(site)

    def served(answer: Callable[[Call], Response]) -> Handler:
        def handle(request: Request) -> Response:
            _authenticate(site, request)
            with site.lock:
                call = Call(site, request, References(site, request.origin), searcher, journal)
                try:
                    return _with_rate(answer(call))
                except HttpError as error:
                    raise HttpError(_with_rate(error.response)) from error

        return handle

    return [Route(method, BASE + path, served(answer)) for area in _AREAS for method, path, answer in area.ROUTES]


def _authenticate(site: JiraSite, request: Request) -> None:
    scheme, _, value = (request.headers.get("Authorization") or "").partition(" ")
    try:
        email, _, token = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        email = token = ""
    right = email == site.email and hmac.compare_digest(token.encode(), site.token.encode())
    if scheme.lower() != "basic" or not right:
        challenge = {"WWW-Authenticate": 'OAuth realm="sandbox"', "X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
        text = Response.of_text("Client must be authenticated to access this resource.", status=401)
        raise HttpError(replace(text, headers={**text.headers, **challenge}))


def _with_rate(response: Response) -> Response:
    return replace(response, headers={**response.headers, **_BURST})
