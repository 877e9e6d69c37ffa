"""Routes that set properties of many issues at once, which is a task of its own, and tell how such a task went."""

from __future__ import annotations

from typing import Any

import orjson

from sandbox.http import Response
from sandbox.jira.call import Call, refuse
from sandbox.jira.entity import LONGEST_KEY, LONGEST_VALUE
from sandbox.jira.records import Task
from sandbox.jira.shapes import epoch_ms

_MOST_ISSUES, _MOST_PROPERTIES = 100, 10


def set_properties(call: Call) -> Response:
    """POST /issue/properties/multi: 303 to a task; not one transaction, and issues that are not found are passed over.

    What went wrong stands in the task's result only.
    """
    given = call.body().get("issues")
    if not isinstance(given, list) or not 0 < len(given) <= _MOST_ISSUES:
        refuse(400, f"'issues' must hold 1 to {_MOST_ISSUES} entries.")
    for one in given:
        _check(one)
    task = Task(call.site.next_id("task"), call.site.now, [], {}, 0, len(given))
    for one in given:
        _set(call, str(one["issueID"]), one["properties"], task)
    call.site.tasks[task.id] = task
    call.journal.save()
    return Response(303, headers={"Location": call.refs.link(f"task/{task.id}")})


def _check(one: Any) -> None:
    properties = one.get("properties") if isinstance(one, dict) else None
    if not isinstance(properties, dict) or not 0 < len(properties) <= _MOST_PROPERTIES:
        refuse(400, f"Each issue needs 1 to {_MOST_PROPERTIES} properties.")
    if not isinstance(one.get("issueID"), int):
        refuse(400, "Each issue needs its issueID, a number.")
    too_long = [key for key in properties if len(key) > LONGEST_KEY]
    if too_long or any(len(orjson.dumps(value).decode()) > LONGEST_VALUE for value in properties.values()):
        refuse(400, f"A key has {LONGEST_KEY} characters at most, a value {LONGEST_VALUE}.")


def _set(call: Call, number: str, properties: dict[str, Any], task: Task) -> None:
    issue = call.site.issue(number)
    if issue is None or not call.site.sees(issue):
        task.invalid += 1
    elif not call.site.may_edit(issue):
        task.failed[number] = ["You do not have permission to edit this issue."]
    else:
        issue.properties |= properties
        task.processed.append(issue.id)
        call.site.changed()
        call.journal.wrote_issue(issue.id)


def progress(call: Call) -> Response:
    """GET /task/{task}: running when first asked, then complete."""
    text = call.request.params["task"]
    task = call.site.tasks.get(int(text)) if text.isdigit() else None
    if task is None:
        refuse(404, f"Could not find task with id {text}.")
    at = epoch_ms(task.created)
    task.polls += 1
    done = task.polls > 1
    told = {
        "self": call.refs.link(f"task/{task.id}"),
        "id": str(task.id),
        "description": "Set issue properties",
        "status": "COMPLETE" if done else "RUNNING",
        "submittedBy": 10000,
        "progress": 100 if done else 50,
        "elapsedRuntime": 12,
        "submitted": at,
        "started": at,
        "lastUpdate": at,
    }
    result = {"failedIssues": task.failed, "updatedIssues": task.processed}
    return Response.of_json(told | ({"finished": at, "result": result} if done else {}))


ROUTES = (
    ("POST", "/issue/properties/multi", set_properties),
    ("GET", "/task/{task}", progress),
)
