"""Routes that move an issue through its workflow, in which every status can be reached from every other one.

Shared by both editions.
"""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.call import NO_CONTENT, Call, refuse
from sandbox.jira.incoming import read_posted
from sandbox.jira.records import Issue, Json
from sandbox.jira.registry import Status


def transitions(call: Call) -> Response:
    """GET /issue/{issue}/transitions: none without the permission, as Jira does it."""
    issue = call.issue()
    wanted = call.request.one("transitionId")
    told = [_transition(call, status) for status in _reachable(call, issue) if wanted in ("", str(_number(status)))]
    return Response.of_json({"expand": "transitions", "transitions": told})


def _reachable(call: Call, issue: Issue) -> list[Status]:
    if "TRANSITION_ISSUES" not in call.site.granted:
        return []
    return [status for status in call.site.statuses.values() if status.name != issue.status]


def _number(status: Status) -> int:
    return status.id % 10_000


def _transition(call: Call, status: Status) -> Json:
    told = {"id": str(_number(status)), "name": status.name, "to": call.refs.status(status)}
    if call.site.edition == "data_center":
        return told
    flags = {"isGlobal": True, "isInitial": False, "isAvailable": True, "isConditional": False, "looped": False}
    return told | {"hasScreen": False} | flags


def transit(call: Call) -> Response:
    """POST /issue/{issue}/transitions: mails the watchers; may edit fields and comment on the way."""
    issue, body = call.issue(), call.body()
    chosen = body.get("transition")
    number = str(chosen.get("id")) if isinstance(chosen, dict) else ""
    found = [status for status in _reachable(call, issue) if str(_number(status)) == number]
    if not found:
        refuse(400, f"It seems that you have tried to perform a workflow operation that is not valid ({number}).")
    posted = read_posted(call, body, issue)
    call.site.limit_write(issue)
    call.site.edit_issue(issue.id, custom=posted.custom, **posted.changes, status=found[0].name)
    for comment in posted.comments:
        call.site.comment(issue, comment)
    call.site.mails.append(f"{call.site.key_of(issue)}: {found[0].name}")
    call.journal.wrote_issue(issue.id)
    call.journal.save()
    return NO_CONTENT


ROUTES = (
    ("GET", "/issue/{issue}/transitions", transitions),
    ("POST", "/issue/{issue}/transitions", transit),
)
