"""All routes of a pretend Jira Data Center site below /rest/api/2."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sandbox.http import Route
from sandbox.jira import routes_agile, routes_comments, routes_create, routes_issues, routes_marks, routes_workflow
from sandbox.jira.datacenter import routes_projects, routes_search, routes_site, routes_worklogs
from sandbox.jira.datacenter.limits import Limits
from sandbox.jira.datacenter.references import ServerReferences
from sandbox.jira.service import Row, Service, Surface
from sandbox.jira.site import JiraSite

BASE = "/rest/api/2"
_AREAS = (
    routes_site,
    routes_projects,
    routes_create,
    routes_issues,
    routes_workflow,
    routes_worklogs,
    routes_marks,
    routes_comments,
)
_CLOUD_ONLY = ("/changelog/bulkfetch", "/issue/{issue}/changelog")


def routes(site: JiraSite, state: Path | None = None, limits: Limits | None = None) -> list[Route]:
    """Serve a filled Data Center site; `state` as for Cloud, `limits` as its administrator set them."""
    service, limits = Service(site, state), limits or Limits()
    areas: list[Row] = [row for area in _AREAS for row in area.ROUTES if row[1] not in _CLOUD_ONLY]
    surface = Surface(BASE, "site", lambda _method, _path: frozenset(), ServerReferences, limits.dress, limits.enter)
    return [
        *service.routes(surface, [*routes_site.rows(limits), *routes_search.rows(limits), *areas]),
        *service.routes(replace(surface, base=routes_agile.BASE), routes_agile.ROUTES),
    ]
