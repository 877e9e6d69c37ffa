"""Routes of Tempo Cloud that book time, correct it and delete it; each shows in Jira at once, as the app's worklog.

Shapes: Tempo REST v4, POST and PUT /worklogs: `authorAccountId`, `issueId`, `timeSpentSeconds`, `startDate`; optionally
`startTime`, `billableSeconds`, `description` and `attributes`.
"""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar

from sandbox.http import Response
from sandbox.jira.store import UnknownName
from sandbox.tempo.call import Call, refuse
from sandbox.tempo.routes_worklogs import ACCOUNT_ATTRIBUTE, worklog_json
from sandbox.tempo.site import MORNING, Booked
from sandbox.tempo.timesheets import RefusedByTempo

T = TypeVar("T")
SCOPE = "worklogs:manage"


def create(call: Call) -> Response:
    """POST /worklogs."""
    call.need(SCOPE)
    body = call.body()
    issue = call.site.jira.issues.get(_number(body, "issueId"))
    if issue is None:
        refuse(400, "Issue not found")
    booked = Booked(_hours(body, "billableSeconds"), _account(body), str(body.get("description") or ""))
    number = _carried_out(
        lambda: call.site.add_worklog(
            str(issue.id),
            author=str(_given(body, "authorAccountId")),
            day=_day(call, body),
            hours=Decimal(_number(body, "timeSpentSeconds")) / 3600,
            start=_start(body),
            booked=booked,
        )
    )
    return Response.of_json(worklog_json(call, call.site.worklogs[number]))


def update(call: Call) -> Response:
    """PUT /worklogs/{id}."""
    call.need(SCOPE)
    number, body = _known(call), call.body()
    _carried_out(
        lambda: call.site.edit_worklog(
            number,
            hours=Decimal(_number(body, "timeSpentSeconds")) / 3600,
            billable_hours=_hours(body, "billableSeconds"),
            day=_day(call, body),
            account=_account(body),
            description=body.get("description"),
        )
    )
    return Response.of_json(worklog_json(call, call.site.worklogs[number]))


def delete(call: Call) -> Response:
    """DELETE /worklogs/{id}."""
    call.need(SCOPE)
    number = _known(call)
    _carried_out(lambda: call.site.delete_worklog(number))
    return Response(204)


def _carried_out(do: Callable[[], T]) -> T:
    """What people may not do is refused in words."""
    try:
        return do()
    except (RefusedByTempo, UnknownName) as error:
        refuse(400, str(error))


def _known(call: Call) -> int:
    number = call.path_number("id")
    if number not in call.site.worklogs:
        refuse(404, f"Worklog with id '{number}' not found")
    return number


def _given(body: dict[str, Any], name: str) -> Any:
    if body.get(name) in (None, ""):
        refuse(400, f"'{name}' is required")
    return body[name]


def _number(body: dict[str, Any], name: str) -> int:
    value = _given(body, name)
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        refuse(400, f"'{name}' must be a positive number")
    return value


def _hours(body: dict[str, Any], name: str) -> Decimal | None:
    return None if body.get(name) is None else Decimal(int(body[name])) / 3600


def _day(call: Call, body: dict[str, Any]) -> date:
    found = call.day("startDate", str(_given(body, "startDate")))
    assert found is not None  # noqa: S101 - an empty one was refused
    return found


def _start(body: dict[str, Any]) -> time:
    try:
        return time.fromisoformat(body["startTime"]) if body.get("startTime") else MORNING
    except ValueError:
        refuse(400, "'startTime' must be valid on the format: 'HH:mm:ss'")


def _account(body: dict[str, Any]) -> str | None:
    values = body.get("attributes") or ()
    return next((str(one.get("value")) for one in values if one.get("key") == ACCOUNT_ATTRIBUTE), None)


ROUTES = (
    ("POST", "/4/worklogs", create),
    ("PUT", "/4/worklogs/{id}", update),
    ("DELETE", "/4/worklogs/{id}", delete),
)
