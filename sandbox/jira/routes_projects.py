"""Routes about projects: the paged list, one project, its versions, its entity properties."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.call import Call, refuse
from sandbox.jira.entity import delete_property, get_property, list_properties, put_property
from sandbox.jira.records import Json, Project
from sandbox.jira.shapes import moment


def search(call: Call) -> Response:
    """GET /project/search: live projects unless `status` says otherwise; `properties` and `expand` add to each."""
    statuses = call.request.listed("status") or ["live"]
    if not set(statuses) <= {"live", "archived", "deleted"}:
        refuse(400, f"The status '{', '.join(statuses)}' is not one of live, archived, deleted.")
    keys, ids = {key.upper() for key in call.request.listed("keys")}, set(call.request.listed("id"))
    found = [
        project
        for project in sorted(call.site.projects.values(), key=lambda one: one.key)
        if project.status in statuses
        and call.site.visible(project)
        and (not keys or project.key.upper() in keys)
        and (not ids or str(project.id) in ids)
    ]
    start, size = call.number("startAt", 0), call.number("maxResults", 50, 100)
    # Only the page's own projects are written out: `insight` counts issues.
    written = [_listed(call, one) if start <= place < start + size else None for place, one in enumerate(found)]
    return call.page(written)


def _listed(call: Call, project: Project) -> Json:
    expand, keys = call.request.listed("expand"), call.request.listed("properties")
    written = call.refs.project(project) | {"style": "classic", "isPrivate": False, "expand": _EXPAND}
    if "description" in expand:
        written["description"] = project.description
    if "lead" in expand:
        written["lead"] = call.refs.account(project.lead)
    if "insight" in expand:
        written["insight"] = _insight(call, project)
    if keys:
        written["properties"] = {key: project.properties[key] for key in keys if key in project.properties}
    return written | _end(project)


_EXPAND = "description,lead,issueTypes,url,projectKeys,permissions,insight"


def _end(project: Project) -> dict[str, Json]:
    if project.status == "live":
        return {}
    return {project.status: True}


def _insight(call: Call, project: Project) -> Json:
    issues = call.site.issues_of(project)
    last = {"lastIssueUpdateTime": moment(max(issue.updated for issue in issues))} if issues else {}
    return {"totalIssueCount": len(issues)} | last


def one(call: Call) -> Response:
    """GET /project/{project}."""
    project = call.project()
    versions = [one for one in call.site.versions.values() if one.project_id == project.id]
    written = call.refs.project(project) | {
        "style": "classic",
        "isPrivate": False,
        "expand": _EXPAND,
        "description": project.description,
        "lead": call.refs.account(project.lead),
        "assigneeType": "UNASSIGNED",
        "components": [],
        "issueTypes": [call.refs.issue_type(kind) for kind in call.site.issue_types.values()],
        "versions": [call.refs.version(version) for version in versions],
        "roles": {},
        "properties": {key: project.properties[key] for key in call.request.listed("properties")},
    }
    return Response.of_json(written | _end(project))


def versions(call: Call) -> Response:
    """GET /project/{project}/version."""
    project = call.project()
    owned = [one for one in call.site.versions.values() if one.project_id == project.id]
    today = call.site.now.date()
    written = [
        call.refs.version(one) | ({"overdue": one.release < today} if one.release and not one.released else {})
        for one in owned
    ]
    return call.page(written)


def property_keys(call: Call) -> Response:
    """GET /project/{project}/properties."""
    project = call.project()
    return list_properties(call, project.properties, f"project/{project.id}")


def get(call: Call) -> Response:
    """GET /project/{project}/properties/{key}."""
    return get_property(call, call.project().properties)


def put(call: Call) -> Response:
    """PUT /project/{project}/properties/{key}: needs Administer projects."""
    project = call.project()
    call.need("ADMINISTER_PROJECTS")
    response = put_property(call, project.properties)
    _wrote(call, project)
    return response


def delete(call: Call) -> Response:
    """DELETE /project/{project}/properties/{key}: needs Administer projects."""
    project = call.project()
    call.need("ADMINISTER_PROJECTS")
    response = delete_property(call, project.properties)
    _wrote(call, project)
    return response


def _wrote(call: Call, project: Project) -> None:
    call.journal.wrote_project(project.id)
    call.journal.save()


ROUTES = (
    ("GET", "/project/search", search),
    ("GET", "/project/{project}", one),
    ("GET", "/project/{project}/version", versions),
    ("GET", "/project/{project}/properties", property_keys),
    ("GET", "/project/{project}/properties/{key}", get),
    ("PUT", "/project/{project}/properties/{key}", put),
    ("DELETE", "/project/{project}/properties/{key}", delete),
)
