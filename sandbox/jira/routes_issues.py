"""Routes about one issue, and about changelogs: read, edit, delete, changelog pages, changelog of many issues."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.call import NO_CONTENT, Call, refuse
from sandbox.jira.histories import changelog_json, history_json
from sandbox.jira.incoming import read_posted
from sandbox.jira.issue_json import chosen, issue_json
from sandbox.jira.records import History, Json


def one(call: Call) -> Response:
    """GET /issue/{issue}: all fields unless `fields` says otherwise; `expand=changelog` adds the history."""
    issue = call.issue()
    fields = chosen(call.refs, call.request.listed("fields") or ["*all"])
    histories = None
    if "changelog" in call.request.listed("expand"):
        histories = changelog_json(call.refs, issue)
    asked = call.request.listed("properties")
    return Response.of_json(issue_json(call.refs, issue, fields, properties=asked, histories=histories))


def changelog(call: Call) -> Response:
    """GET /issue/{issue}/changelog: oldest first."""
    issue = call.issue()
    return call.page([history_json(call.refs, issue, entry) for entry in issue.histories], default=100, ceiling=100)


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
        by_issue.setdefault(issue.id, []).append(history_json(call.refs, issue, entry, field_ids))
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
    """PUT /issue/{issue}: `fields`, `update` (labels, comments, set) and `properties`; see `incoming` for what is set.

    `notifyUsers=false` keeps the mails back and needs Administer projects.
    """
    issue, body = call.issue(), call.body()
    call.may_edit(issue)
    if call.request.one("notifyUsers", "true") == "false":
        call.need("ADMINISTER_PROJECTS")
    posted = read_posted(call, body, issue)
    if posted.changes or posted.custom:
        call.site.edit_issue(issue.id, custom=posted.custom, **posted.changes)
    for comment in posted.comments:
        call.site.comment(issue, comment)
    if call.request.one("notifyUsers", "true") != "false":
        call.site.mails.append(f"{call.site.key_of(issue)}: edited")
    call.journal.wrote_issue(issue.id)
    call.journal.save()
    return NO_CONTENT


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
