"""Routes about the projects of a Data Center site: the whole list at once, one project, its versions."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira import routes_projects
from sandbox.jira.call import Call
from sandbox.jira.records import Json, Project

_EXPAND = "description,lead,url,projectKeys"


def listed(call: Call) -> Response:
    """GET /project: not paged; archived ones only with `includeArchived=true` (Data Center 7.10 and later)."""
    wanted = {"live", "archived"} if call.request.one("includeArchived") == "true" else {"live"}
    projects = sorted(call.site.projects.values(), key=lambda one: one.key)
    shown = [one for one in projects if one.status in wanted and call.site.visible(one)]
    return Response.of_json([_project(call, one) for one in shown])


def _project(call: Call, project: Project) -> dict[str, Json]:
    expand = call.request.listed("expand")
    written: dict[str, Json] = {"expand": _EXPAND} | call.refs.project(project) | {"archived": project.status != "live"}
    if "description" in expand:
        written["description"] = project.description
    if "lead" in expand:
        written["lead"] = call.refs.account(project.lead)
    if "projectKeys" in expand:
        written["projectKeys"] = [project.key, *project.former_keys]
    return written


def one(call: Call) -> Response:
    """GET /project/{project}."""
    project = call.project()
    full = {
        "description": project.description,
        "lead": call.refs.account(project.lead),
        "components": [],
        "issueTypes": [call.refs.issue_type(kind) for kind in call.site.issue_types.values()],
        "assigneeType": "UNASSIGNED",
        "versions": _versions(call, project),
        "roles": {},
    }
    return Response.of_json(_project(call, project) | full)


def versions(call: Call) -> Response:
    """GET /project/{project}/versions: all of them, as a bare list."""
    return Response.of_json(_versions(call, call.project()))


def _versions(call: Call, project: Project) -> list[Json]:
    return [call.refs.version(one) for one in call.site.versions.values() if one.project_id == project.id]


ROUTES = (
    ("GET", "/project", listed),
    ("GET", "/project/{project}", one),
    ("GET", "/project/{project}/versions", versions),
    *(row for row in routes_projects.ROUTES if row[1] not in ("/project/search", "/project/{project}")),
)
