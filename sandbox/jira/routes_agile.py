"""Routes of `/rest/agile/1.0`: boards, their settings, their sprints. Shared by both editions."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.http import Response
from sandbox.jira import scopes
from sandbox.jira.agile import Board, Sprint, agile_sprint
from sandbox.jira.call import Call, refuse
from sandbox.jira.records import Json
from sandbox.jira.service import Row

BASE = "/rest/agile/1.0"
_ORDER = {"closed": 0, "active": 1, "future": 2}


def boards(call: Call) -> Response:
    """GET /board: those of visible projects; `type`, `name` and `projectKeyOrId` restrict them."""
    ask = call.request
    wanted = call.project(ask.one("projectKeyOrId")).id if ask.one("projectKeyOrId") else None
    types, name = ask.listed("type"), ask.one("name").lower()
    found = [
        one
        for one in call.site.boards.values()
        if call.site.visible(call.site.projects[one.project_id])
        and wanted in (None, one.project_id)
        and (not types or one.type in types)
        and name in one.name.lower()
    ]
    return _page(call, [_board_json(call, one) for one in found], total=True)


def board(call: Call) -> Response:
    """GET /board/{board}."""
    return Response.of_json(_board_json(call, _board(call)))


def configuration(call: Call) -> Response:
    """GET /board/{board}/configuration: its filter, columns, and the field it estimates with."""
    found = _board(call)
    columns: dict[str, list[Json]] = {"To Do": [], "In Progress": [], "Done": []}
    names = {"new": "To Do", "undefined": "To Do", "indeterminate": "In Progress", "done": "Done"}
    for status in call.site.statuses.values():
        columns[names[status.category]].append({"id": str(status.id), "self": call.refs.link(f"status/{status.id}")})
    told = _board_json(call, found) | {
        "filter": {"id": str(10_000 + found.id), "self": call.refs.link(f"filter/{10_000 + found.id}")},
        "columnConfig": {
            "columns": [{"name": name, "statuses": statuses} for name, statuses in columns.items()],
            "constraintType": "none",
        },
        "ranking": {"rankCustomFieldId": 10019},
    }
    return Response.of_json(told | _estimation(call, found))


def _estimation(call: Call, found: Board) -> dict[str, Json]:
    if found.type != "scrum":
        return {}
    if found.estimation_field is None:
        return {"estimation": {"type": "issueCount"}}
    field = call.site.custom_fields[found.estimation_field]
    return {"estimation": {"type": "field", "field": {"fieldId": field.id, "displayName": field.name}}}


def sprints(call: Call) -> Response:
    """GET /board/{board}/sprint: closed first, then active, then future; 400 for boards without sprints."""
    found, states = _board(call), call.request.listed("state")
    if found.type == "kanban":
        refuse(400, "The board does not support sprints")
    own = [one for one in call.site.sprints.values() if one.board_id == found.id]
    own.sort(key=lambda one: (_ORDER[one.state], one.id))
    return _page(call, [_sprint_json(call, one) for one in own if not states or one.state in states])


def sprint(call: Call) -> Response:
    """GET /sprint/{sprint}."""
    text = call.request.params["sprint"]
    found = call.site.sprints.get(int(text)) if text.isdigit() else None
    if found is None:
        refuse(404, "Sprint does not exist or you do not have permission to see it.")
    return Response.of_json(_sprint_json(call, found))


def _board(call: Call) -> Board:
    text = call.request.params["board"]
    found = call.site.boards.get(int(text)) if text.isdigit() else None
    if found is None or not call.site.visible(call.site.projects[found.project_id]):
        refuse(404, "Requested board cannot be viewed because it either does not exist or you do not have permission.")
    return found


def _link(call: Call, path: str) -> str:
    return f"{call.refs.origin}{BASE}/{path}"


def _sprint_json(call: Call, found: Sprint) -> Json:
    return agile_sprint(found, lambda path: _link(call, path))


def _board_json(call: Call, found: Board) -> dict[str, Json]:
    project = call.site.projects[found.project_id]
    location = {
        "projectId": project.id,
        "displayName": f"{project.name} ({project.key})",
        "projectName": project.name,
        "projectKey": project.key,
        "projectTypeKey": "software",
        "name": f"{project.name} ({project.key})",
    }
    told = {"id": found.id, "self": _link(call, f"board/{found.id}"), "name": found.name, "type": found.type}
    return told | ({"location": location} if call.site.edition == "cloud" else {})


def _page(call: Call, values: Sequence[Json], *, total: bool = False) -> Response:
    start, size = call.number("startAt", 0), call.number("maxResults", 50, 50)
    shown = values[start : start + size]
    counted = {"total": len(values)} if total else {}
    told = {"maxResults": size, "startAt": start, **counted, "isLast": start + len(shown) >= len(values)}
    return Response.of_json(told | {"values": list(shown)})


def needed_scopes(_method: str, path: str) -> frozenset[str]:
    """Give the granular scopes of a route; no classic scope opens it."""
    if path.endswith("/configuration"):
        return scopes.BOARD_SETTINGS
    return scopes.BOARDS if path in ("/board", "/board/{board}") else scopes.SPRINTS


ROUTES: tuple[Row, ...] = (
    ("GET", "/board", boards),
    ("GET", "/board/{board}", board),
    ("GET", "/board/{board}/configuration", configuration),
    ("GET", "/board/{board}/sprint", sprints),
    ("GET", "/sprint/{sprint}", sprint),
)
