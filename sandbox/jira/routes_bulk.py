"""Routes that edit the labels of many issues at once, and tell how far such a task has come."""

from __future__ import annotations

from typing import Any, NoReturn

from sandbox.http import HttpError, Response
from sandbox.jira.call import Call
from sandbox.jira.records import Issue, Task
from sandbox.jira.shapes import moment

_MOST_ISSUES = 1000
"""Atlassian, REST v3, "Bulk edit issues"."""


def _refuse(message: str) -> NoReturn:
    raise HttpError(Response.of_json({"errors": [{"message": message}]}, status=400))


def edit(call: Call) -> Response:
    """POST /bulk/issues/fields with labelsFields: 201 and a task. `updated` and the changelog show the edit."""
    body = call.body()
    edits = _label_edits(call, body)
    names = body.get("selectedIssueIdsOrKeys")
    if not isinstance(names, list) or not names:
        _refuse("selectedIssueIdsOrKeys must not be empty.")
    if len(names) > _MOST_ISSUES:
        _refuse(f"At most {_MOST_ISSUES} issues can be edited at once.")
    task = Task(call.site.next_id("task"), call.site.now, [], {}, 0, len(names))
    for name in names:
        _edit_one(call, str(name), edits, task, body.get("sendBulkNotification") is not False)
    call.site.tasks[task.id] = task
    call.journal.save()
    return Response.of_json({"taskId": str(task.id)}, status=201)


def _label_edits(call: Call, body: dict[str, Any]) -> list[tuple[str, list[str]]]:
    if "BULK_CHANGE" not in call.site.granted:
        _refuse("You do not have the global bulk change permission.")
    fields = body.get("editedFieldsInput")
    if not isinstance(fields, dict) or set(fields) != {"labelsFields"} or not isinstance(fields["labelsFields"], list):
        _refuse("This site edits labelsFields in bulk, and nothing else.")
    if body.get("selectedActions") != ["labels"]:
        _refuse("The following editedFieldInput values are not listed as selectedActions : labels")
    edits = []
    for field in fields["labelsFields"]:
        verb, labels = (
            field.get("bulkEditMultiSelectFieldOption"),
            [one.get("name") for one in field.get("labels") or []],
        )
        if field.get("fieldId") != "labels" or verb not in ("ADD", "REMOVE", "REPLACE", "REMOVE_ALL"):
            _refuse("A labels field needs fieldId 'labels' and a bulkEditMultiSelectFieldOption.")
        if any(not isinstance(label, str) or not label or " " in label for label in labels):
            _refuse("The label can't contain spaces.")
        edits.append((verb, labels))
    return edits


def _edit_one(call: Call, name: str, edits: list[tuple[str, list[str]]], task: Task, mail: bool) -> None:
    issue = call.site.issue(name)
    if issue is None or not call.site.sees(issue):
        task.invalid += 1
        return
    key = call.site.key_of(issue)
    if key in call.site.uneditable_issues or "EDIT_ISSUES" not in call.site.granted:
        task.failed[str(issue.id)] = ["You do not have permission to edit this issue."]
        return
    if call.site.change_labels(issue, _labels_after(issue, edits)):
        call.journal.wrote_issue(issue.id)
        if mail:
            call.site.mails.append(f"{key}: edited in bulk")
    task.processed.append(issue.id)


def _labels_after(issue: Issue, edits: list[tuple[str, list[str]]]) -> list[str]:
    labels = list(issue.labels)
    for verb, names in edits:
        if verb == "ADD":
            labels += names
        elif verb == "REMOVE":
            labels = [label for label in labels if label not in names]
        else:
            labels = list(names) if verb == "REPLACE" else []
    return labels


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
    ("POST", "/bulk/issues/fields", edit),
    ("GET", "/bulk/queue/{task}", progress),
)
