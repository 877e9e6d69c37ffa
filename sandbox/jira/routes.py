"""All routes of a pretend Jira Cloud site: /rest/api/3 at the site and behind the gateway, and the way to tokens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sandbox.http import Handler, Request, Response, Route
from sandbox.jira import (
    routes_agile,
    routes_bulk,
    routes_comments,
    routes_create,
    routes_issues,
    routes_marks,
    routes_people,
    routes_projects,
    routes_search,
    routes_site,
    routes_tasks,
    routes_workflow,
    routes_worklogs,
)
from sandbox.jira.access import Door
from sandbox.jira.references import References
from sandbox.jira.scopes import needed_scopes
from sandbox.jira.service import Row, Service, Surface
from sandbox.jira.site import JiraSite

BASE = "/rest/api/3"
_BURST = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "99"}
_AREAS = (
    routes_site,
    routes_people,
    routes_projects,
    routes_search,
    routes_create,
    routes_issues,
    routes_workflow,
    routes_worklogs,
    routes_tasks,
    routes_marks,
    routes_comments,
    routes_bulk,
)


def routes(site: JiraSite, state: Path | None = None) -> list[Route]:
    """Serve a filled Cloud site. What is written is kept in `state`, and what it holds already is applied first."""
    service = Service(site, state)
    return [*_api(service, "", "site"), Route("GET", "/_edge/tenant_info", _tenant(site)), *_gateway(service)]


def gateway_routes(site: JiraSite) -> list[Route]:
    """Serve the gateway and the authorization server only, for a host of their own."""
    return _gateway(Service(site))


def _gateway(service: Service) -> list[Route]:
    root = f"/ex/jira/{service.site.cloud_id}"
    return [*_api(service, root, "gateway"), *_tokens(service.site)]


def _tokens(site: JiraSite) -> list[Route]:
    def resources(request: Request) -> Response:
        with site.lock:
            held = site.access.admit(request, "gateway", frozenset())
            told = {"id": site.cloud_id, "name": site.title, "url": site.url or request.origin}
            return Response.of_json([told | {"scopes": sorted(held.scopes or ()), "avatarUrl": ""}])

    return [
        Route("POST", "/oauth/token", site.oauth.token),
        Route("GET", "/oauth/token/accessible-resources", resources),
    ]


def _api(service: Service, root: str, door: Door) -> list[Route]:
    rows: list[Row] = [row for area in _AREAS for row in area.ROUTES]
    platform = Surface(root + BASE, door, needed_scopes, References, _with_rate)
    agile = replace(platform, base=root + routes_agile.BASE, scopes=routes_agile.needed_scopes)
    return [*service.routes(platform, rows), *service.routes(agile, routes_agile.ROUTES)]


def _tenant(site: JiraSite) -> Handler:
    def answer(_request: Request) -> Response:
        return Response.of_json({"cloudId": site.cloud_id})

    return answer


def _with_rate(response: Response) -> Response:
    return replace(response, headers={**response.headers, **_BURST})
