"""Routes that create an issue, and those that tell what may be set on one. Shared by both editions."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.call import Call, refuse
from sandbox.jira.entity import LONGEST_KEY
from sandbox.jira.fields import system_fields
from sandbox.jira.incoming import Posted, read_account, read_posted
from sandbox.jira.records import Issue, Json, Project
from sandbox.jira.registry import CustomField, IssueType

_SETTABLE = ("summary", "description", "labels", "priority", "assignee", "duedate", "parent")


def create(call: Call) -> Response:
    """POST /issue: 201 with id and key. Nothing makes it idempotent, and its mails cannot be held back."""
    body = call.body()
    fields = body.get("fields")
    if not isinstance(fields, dict):
        refuse(400, errors={"fields": "'fields' is required."})
    project, kind = _project(call, fields), _type(call, fields)
    call.need("CREATE_ISSUES")
    own = {"project", "issuetype", "parent", "reporter"}
    rest = {name: value for name, value in fields.items() if name not in own}
    posted = read_posted(call, body | {"fields": rest})
    if "summary" not in posted.changes:
        refuse(400, errors={"summary": "You must specify a summary of the issue."})
    issue = _add(call, project, kind, posted, fields)
    for one in body.get("properties") or []:
        if not isinstance(one, dict) or not 0 < len(str(one.get("key") or "")) <= LONGEST_KEY:
            refuse(400, "Each of 'properties' needs a key and a value.")
        issue.properties[one["key"]] = one.get("value")
    call.site.mails.append(f"{call.site.key_of(issue)}: created")
    call.journal.created_issue(issue.id)
    call.journal.save()
    told = {"id": str(issue.id), "key": call.site.key_of(issue), "self": call.refs.link(f"issue/{issue.id}")}
    return Response.of_json(told, status=201)


def _add(call: Call, project: Project, kind: IssueType, posted: Posted, fields: dict[str, Any]) -> Issue:
    changes = posted.changes
    reporter = read_account(call, fields.get("reporter"), "reporter") or call.site.account
    key = call.site.add_issue(
        project.key,
        kind.name,
        changes["summary"],
        created=call.site.now,
        status=call.site.first_status,
        reporter=reporter,
        creator=call.site.account,
        assignee=changes.get("assignee"),
        priority=changes.get("priority", "Medium"),
        parent=_parent(call, kind, fields),
        labels=changes.get("labels", ()),
        due=changes.get("due"),
        custom=posted.custom,
    )
    issue = call.site.need_issue(key)
    issue.description = changes.get("description")
    return issue


def _said(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def _project(call: Call, fields: dict[str, Any]) -> Project:
    said = _said(fields, "project")
    name = str(said.get("id") or said.get("key") or "")
    project = call.site.project(name) if name else None
    if project is None or project.status != "live" or not call.site.visible(project):
        refuse(400, errors={"project": "Specify a valid project ID or key"})
    return project


def _type(call: Call, fields: dict[str, Any]) -> IssueType:
    said = _said(fields, "issuetype")
    numbered = {str(kind.id): kind for kind in call.site.issue_types.values()}
    kind = numbered.get(str(said["id"])) if "id" in said else call.site.issue_types.get(str(said.get("name")))
    if kind is None:
        refuse(400, errors={"issuetype": "Specify a valid issue type"})
    return kind


def _parent(call: Call, kind: IssueType, fields: dict[str, Any]) -> str | None:
    said = _said(fields, "parent")
    name = said.get("key") or said.get("id")
    if name is None:
        if kind.level < 0:
            refuse(400, errors={"issuetype": "Issue type is a sub-task but parent issue key or id not specified."})
        return None
    parent = call.site.issue(str(name))
    if parent is None or not call.site.sees(parent):
        refuse(400, errors={"parent": "Could not find issue by id or key."})
    return call.site.key_of(parent)


def creatable_types(call: Call) -> Response:
    """GET /issue/createmeta/{project}/issuetypes."""
    call.project()
    types = [call.refs.issue_type(kind) for kind in call.site.issue_types.values()]
    return _listed(call, types if "CREATE_ISSUES" in call.site.granted else [], "issueTypes")


def creatable_fields(call: Call) -> Response:
    """GET /issue/createmeta/{project}/issuetypes/{type}: what may be set, with the options of selects."""
    call.project()
    if call.request.params["type"] not in {str(kind.id) for kind in call.site.issue_types.values()}:
        refuse(400, "Issue type does not exist in the project.")
    return _listed(call, _fields(call), "fields")


def editable_fields(call: Call) -> Response:
    """GET /issue/{issue}/editmeta: what may be edited, with the options of selects; nothing without the permission."""
    fields = _fields(call) if call.site.may_edit(call.issue()) else []
    return Response.of_json({"fields": {str(field.pop("fieldId")): field for field in fields}})


def _fields(call: Call) -> list[dict[str, Json]]:
    system = system_fields(call.site)
    written = [
        _settable(name, system[name].name, system[name].schema()) | {"required": name == "summary"}
        for name in _SETTABLE
    ]
    return written + [_custom(call, field) for field in call.site.custom_fields.values()]


def _listed(call: Call, values: list[Json], name: str) -> Response:
    if call.site.edition == "data_center":
        return call.page(values, default=50, ceiling=100)
    start, size = call.number("startAt", 0), call.number("maxResults", 50, 200)
    shown = {name: values[start : start + size]}
    return Response.of_json({"startAt": start, "maxResults": size, "total": len(values)} | shown)


def _settable(number: str, name: str, schema: Json) -> dict[str, Json]:
    told = {"fieldId": number, "key": number, "name": name, "schema": schema, "required": False}
    return told | {"hasDefaultValue": False, "operations": ["add", "set", "remove"] if number == "labels" else ["set"]}


def _custom(call: Call, field: CustomField) -> dict[str, Json]:
    options = [call.refs.option({"value": text, "id": str(number)}) for number, text in field.numbered_options()]
    return _settable(field.id, field.name, field.schema()) | ({"allowedValues": options} if options else {})


ROUTES = (
    ("POST", "/issue", create),
    ("GET", "/issue/createmeta/{project}/issuetypes", creatable_types),
    ("GET", "/issue/createmeta/{project}/issuetypes/{type}", creatable_fields),
    ("GET", "/issue/{issue}/editmeta", editable_fields),
)
