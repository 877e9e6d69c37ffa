"""Routes that edit labels and custom fields of many issues at once, and tell how far such a task has come."""

from __future__ import annotations

from typing import NoReturn

from sandbox.http import HttpError, Response
from sandbox.jira.bulk_edits import BulkEdit, BulkEditError, is_bulk_editable, read_bulk_edit
from sandbox.jira.call import Call
from sandbox.jira.records import Task
from sandbox.jira.shapes import moment

_MOST_ISSUES = 1000
"""Atlassian, REST v3, "Bulk edit issues"."""


def _refuse(message: str) -> NoReturn:
    raise HttpError(Response.of_json({"errors": [{"message": message}]}, status=400))


def edit(call: Call) -> Response:
    """POST /bulk/issues/fields: 201 and a task. `updated` and the changelog show the edit; see `bulk_edits`."""
    body = call.body()
    if "BULK_CHANGE" not in call.site.granted:
        _refuse("You do not have the global bulk change permission.")
    try:
        wanted = read_bulk_edit(call.site, body)
    except BulkEditError as error:
        _refuse(str(error))
    names = body.get("selectedIssueIdsOrKeys")
    if not isinstance(names, list) or not names:
        _refuse("selectedIssueIdsOrKeys must not be empty.")
    if len(names) > _MOST_ISSUES:
        _refuse(f"At most {_MOST_ISSUES} issues can be edited at once.")
    task = Task(call.site.next_id("task"), call.site.now, [], {}, 0, len(names))
    for name in names:
        _edit_one(call, str(name), wanted, task, body.get("sendBulkNotification") is not False)
    call.site.tasks[task.id] = task
    call.journal.save()
    return Response.of_json({"taskId": str(task.id)}, status=201)


def _edit_one(call: Call, name: str, wanted: BulkEdit, task: Task, mail: bool) -> None:
    issue = call.site.issue(name)
    if issue is None or not call.site.sees(issue):
        task.invalid += 1
        return
    if not call.site.may_edit(issue):
        task.failed[str(issue.id)] = ["You do not have permission to edit this issue."]
        return
    if call.site.edit_issue(issue.id, **wanted.changes(issue)):
        call.journal.wrote_issue(issue.id)
        if mail:
            call.site.mails.append(f"{call.site.key_of(issue)}: edited in bulk")
    task.processed.append(issue.id)


def editable(call: Call) -> Response:
    """GET /bulk/issues/fields?issueIdsOrKeys=…: what can be edited in bulk. Options are told by createmeta."""
    if not call.request.listed("issueIdsOrKeys"):
        _refuse("issueIdsOrKeys is required.")
    verbs = {"multiSelectFieldOptions": ["ADD", "REMOVE", "REPLACE", "REMOVE_ALL"]}
    labels = {"id": "labels", "name": "Labels", "type": "labels", "isRequired": False} | verbs
    customs = [
        {"id": one.id, "name": one.name, "type": one.custom, "isRequired": False}
        for one in call.site.custom_fields.values()
        if is_bulk_editable(one)
    ]
    search = call.request.one("searchText").lower()
    return Response.of_json({"fields": [one for one in [labels, *customs] if search in str(one["name"]).lower()]})


def progress(call: Call) -> Response:
    """GET /bulk/queue/{task}: running when first asked, then complete, as a quick poller meets it."""
    text = call.request.params["task"]
    task = call.site.tasks.get(int(text)) if text.isdigit() else None
    if task is None:
        _refuse(f"No bulk operation with task id {text} was found.")
    told = {
        "taskId": str(task.id),
        "submittedBy": {"accountId": call.site.account},
        "created": moment(task.created),
        "started": moment(task.created),
        "updated": moment(task.created),
        "totalIssueCount": task.total,
    }
    task.polls += 1
    if task.polls == 1:
        return Response.of_json(told | {"status": "RUNNING", "progressPercent": 50})
    return Response.of_json(
        told
        | {
            "status": "COMPLETE",
            "progressPercent": 100,
            "processedAccessibleIssues": task.processed,
            "failedAccessibleIssues": task.failed,
            "invalidOrInaccessibleIssueCount": task.invalid,
        }
    )


ROUTES = (
    ("GET", "/bulk/issues/fields", editable),
    ("POST", "/bulk/issues/fields", edit),
    ("GET", "/bulk/queue/{task}", progress),
)
