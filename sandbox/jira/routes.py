"""All routes of a pretend Jira Cloud site below /rest/api/3."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sandbox.http import Response, Route
from sandbox.jira import (
    routes_bulk,
    routes_create,
    routes_issues,
    routes_marks,
    routes_projects,
    routes_search,
    routes_site,
    routes_workflow,
    routes_worklogs,
)
from sandbox.jira.references import References
from sandbox.jira.scopes import needed_scopes
from sandbox.jira.service import Row, Service, Surface
from sandbox.jira.site import JiraSite

BASE = "/rest/api/3"
_BURST = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "99"}
_AREAS = (
    routes_site,
    routes_projects,
    routes_search,
    routes_create,
    routes_issues,
    routes_workflow,
    routes_worklogs,
    routes_marks,
    routes_bulk,
)


def routes(site: JiraSite, state: Path | None = None) -> list[Route]:
    """Serve a filled Cloud site. What is written is kept in `state`, and what it holds already is applied first."""
    service = Service(site, state)
    rows: list[Row] = [row for area in _AREAS for row in area.ROUTES]
    return service.routes(Surface(BASE, "site", needed_scopes, References, _with_rate), rows)


def _with_rate(response: Response) -> Response:
    return replace(response, headers={**response.headers, **_BURST})
