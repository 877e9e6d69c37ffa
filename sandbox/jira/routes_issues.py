"""Routes about one issue, and about changelogs: read, edit, delete, changelog pages, changelog of many issues."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from sandbox.http import Response
from sandbox.jira.call import NO_CONTENT, Call, refuse
from sandbox.jira.issue_json import chosen, issue_json
from sandbox.jira.records import ChangeItem, History, Issue, Json
from sandbox.jira.shapes import moment


def one(call: Call) -> Response:
    """GET /issue/{issue}: all fields unless `fields` says otherwise; `expand=changelog` adds the history."""
    issue = call.issue()
    fields = chosen(call.refs, call.request.listed("fields") or ["*all"])
    histories = None
    if "changelog" in call.request.listed("expand"):
        written = [_history(call, entry) for entry in reversed(issue.histories)]
        histories = {"startAt": 0, "maxResults": len(written), "total": len(written), "histories": written}
    asked = call.request.listed("properties")
    return Response.of_json(issue_json(call.refs, issue, fields, properties=asked, histories=histories))


def _history(call: Call, entry: History, field_ids: frozenset[str] = frozenset()) -> Json:
    items = [_item(item) for item in entry.items if not field_ids or item.field_id in field_ids]
    author = {} if entry.author is None else {"author": call.refs.account(entry.author)}
    return {"id": str(entry.id), **author, "created": moment(entry.created), "items": items}


def _item(item: ChangeItem) -> Json:
    values = {"from": item.before_id, "fromString": item.before, "to": item.after_id, "toString": item.after}
    known = {name: value for name, value in values.items() if value is not None}
    kind = "custom" if item.custom else "jira"
    return {"field": item.field, "fieldtype": kind, "fieldId": item.field_id, **known}


def changelog(call: Call) -> Response:
    """GET /issue/{issue}/changelog: oldest first."""
    return call.page([_history(call, entry) for entry in call.issue().histories], default=100, ceiling=100)


def changelogs(call: Call) -> Response:
    """POST /changelog/bulkfetch: of up to 1000 issues, by time and issue, filtered by at most 10 fields."""
    body = call.body()
    names = call.texts(body, "issueIdsOrKeys", ceiling=1000)
    field_ids = frozenset(call.texts(body, "fieldIds", ceiling=10))
    size = min(max(int(body.get("maxResults") or 1000), 1), 10_000)
    start = _start(body.get("nextPageToken"))
    if not names:
        refuse(400, "issueIdsOrKeys must not be empty.")
    found = {issue.id: issue for name in names if (issue := call.site.issue(name)) and call.site.sees(issue)}
    entries = [(entry, issue) for issue in found.values() for entry in issue.histories if _tells(entry, field_ids)]
    entries.sort(key=lambda pair: (pair[0].created, pair[1].id, pair[0].id))
    by_issue: dict[int, list[Json]] = {}
    for entry, issue in entries[start : start + size]:
        by_issue.setdefault(issue.id, []).append(_history(call, entry, field_ids))
    onward = {"nextPageToken": f"e{start + size}"} if start + size < len(entries) else {}
    logs = [{"issueId": str(number), "changeHistories": written} for number, written in by_issue.items()]
    return Response.of_json({"issueChangeLogs": logs, **onward})


def _start(token: object) -> int:
    if token is None:
        return 0
    text = str(token)
    if not text.startswith("e") or not text[1:].isdigit():
        refuse(400, "The nextPageToken is invalid.")
    return int(text[1:])


def _tells(entry: History, field_ids: frozenset[str]) -> bool:
    return not field_ids or any(item.field_id in field_ids for item in entry.items)


def edit(call: Call) -> Response:
    """PUT /issue/{issue}: sets labels, summary, duedate, priority, assignee; `update` edits labels, adds comments."""
    issue, body = call.issue(), call.body()
    call.may_edit(issue)
    if call.request.one("notifyUsers", "true") == "false":
        call.need("ADMINISTER_PROJECTS")
    changes, comments = _changes(call, issue, body)
    if changes:
        call.site.edit_issue(issue.id, **changes)
    for comment in comments:
        call.site.comment(issue, comment)
    if call.request.one("notifyUsers", "true") != "false":
        call.site.mails.append(f"{call.site.key_of(issue)}: edited")
    call.journal.wrote_issue(issue.id)
    call.journal.save()
    return NO_CONTENT


def _changes(call: Call, issue: Issue, body: dict[str, Any]) -> tuple[dict[str, Any], list[Json]]:
    changes: dict[str, Any] = {}
    for name, value in (body.get("fields") or {}).items():
        changes |= _set(call, name, value)
    comments: list[Json] = []
    for name, operations in (body.get("update") or {}).items():
        if name == "labels":
            changes["labels"] = _edited(issue.labels, operations)
        elif name == "comment":
            comments += [operation["add"]["body"] for operation in operations if "add" in operation]
        else:
            _unknown(name)
    return changes, comments


def _set(call: Call, name: str, value: Any) -> dict[str, Any]:
    if name == "labels":
        return {"labels": _labels(value)}
    if name == "duedate":
        return {"due": _day(value)}
    if name == "priority" and isinstance(value, dict) and value.get("name") in call.site.priorities:
        return {"priority": value["name"]}
    if name == "assignee":
        account = None if value is None else value.get("accountId")
        if account is None or account in call.site.users:
            return {"assignee": account}
    if name != "summary" or not isinstance(value, str) or not value.strip():
        _unknown(name)
    return {"summary": value}


def _day(value: object) -> date | None:
    try:
        return None if value is None else date.fromisoformat(str(value))
    except ValueError:
        refuse(400, errors={"duedate": "Error parsing date string; the format is yyyy-MM-dd."})


def _unknown(name: str) -> NoReturn:
    refuse(400, errors={name: f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."})


def _edited(labels: list[str], operations: list[dict[str, Any]]) -> list[str]:
    edited = list(labels)
    for operation in operations:
        for verb, value in operation.items():
            if verb == "add":
                edited += _labels([value])
            elif verb == "remove":
                edited = [label for label in edited if label != value]
            elif verb == "set":
                edited = _labels(value)
            else:
                refuse(400, errors={"labels": f"The operation '{verb}' is not supported."})
    return list(dict.fromkeys(edited))


def _labels(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one and not set(one) & {" "} for one in value):
        refuse(400, errors={"labels": "The label can't contain spaces."})
    return value


def delete(call: Call) -> Response:
    """DELETE /issue/{issue}: refused while it has sub-tasks, unless deleteSubtasks=true."""
    issue = call.issue()
    call.need("DELETE_ISSUES")
    children = call.site.subtasks_of(issue)
    if children and call.request.one("deleteSubtasks") != "true":
        refuse(400, "The issue has subtasks; set deleteSubtasks to true to delete them as well.")
    numbers = [child.id for child in children] + [issue.id]
    call.site.delete_issue(issue.id)
    for number in numbers:
        call.journal.wrote_issue(number)
    call.journal.save()
    return NO_CONTENT


ROUTES = (
    ("POST", "/changelog/bulkfetch", changelogs),
    ("GET", "/issue/{issue}", one),
    ("PUT", "/issue/{issue}", edit),
    ("DELETE", "/issue/{issue}", delete),
    ("GET", "/issue/{issue}/changelog", changelog),
)
