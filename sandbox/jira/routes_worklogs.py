"""Routes about booked time: of one issue, by id, and the site-wide feeds of what was changed and deleted."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta

from sandbox.http import Response
from sandbox.jira.call import NO_CONTENT, Call, refuse
from sandbox.jira.fields import worklog_json
from sandbox.jira.records import Json, Worklog
from sandbox.jira.shapes import epoch_ms

_FEED_PAGE = 1000
_BLIND = timedelta(minutes=1)
"""The feeds do not tell what happened in the last minute (Atlassian, REST v3, "Get IDs of updated worklogs")."""


def of_issue(call: Call) -> Response:
    """GET /issue/{issue}/worklog: oldest first, 5000 a page at most; startedAfter and startedBefore in milliseconds."""
    issue = call.issue()
    after, before = call.number("startedAfter", 0), call.number("startedBefore", 2**53)
    found = [one for one in call.site.shown_worklogs(issue) if after <= epoch_ms(one.started) <= before]
    start, size = call.number("startAt", 0), call.number("maxResults", 5000, 5000)
    shown = [worklog_json(call.refs, one) for one in found[start : start + size]]
    return Response.of_json({"startAt": start, "maxResults": size, "total": len(found), "worklogs": shown})


def updated(call: Call) -> Response:
    """GET /worklog/updated?since=ms."""
    times = [(epoch_ms(one.updated), one.id) for one in call.site.worklogs.values() if _sees(call, one)]
    return _feed(call, times, "updated")


def deleted(call: Call) -> Response:
    """GET /worklog/deleted?since=ms."""
    times = [(epoch_ms(at), number) for number, at in call.site.deleted_worklogs.items()]
    return _feed(call, times, "deleted")


def _feed(call: Call, times: list[tuple[int, int]], name: str) -> Response:
    since, horizon = call.number("since", 0), epoch_ms(call.site.now - _BLIND)
    known = sorted(one for one in times if one[0] <= horizon)
    start = bisect_left(known, (since, 0))
    shown = known[start : start + _FEED_PAGE]
    last = start + _FEED_PAGE >= len(known)
    until = shown[-1][0] if shown else since
    address = call.refs.link(f"worklog/{name}")
    values = [{"worklogId": number, "updatedTime": at, "properties": []} for at, number in shown]
    links: dict[str, Json] = {"self": f"{address}?since={since}"}
    if not last:
        links["nextPage"] = f"{address}?since={until}"
    return Response.of_json({"values": values, "since": since, "until": until, **links, "lastPage": last})


def listed(call: Call) -> Response:
    """POST /worklog/list: up to 1000 ids; those that are gone or not visible are left out silently."""
    ids = call.body().get("ids")
    if not isinstance(ids, list) or not all(isinstance(one, int) for one in ids):
        refuse(400, "'ids' must be a list of numbers.")
    if len(ids) > _FEED_PAGE:
        refuse(400, f"At most {_FEED_PAGE} worklogs can be asked for.")
    known = call.site.worklogs
    visible = [known[one] for one in ids if one in known and _sees(call, known[one])]
    return Response.of_json([worklog_json(call.refs, one) for one in visible])


def _sees(call: Call, worklog: Worklog) -> bool:
    return worklog.id not in call.site.hidden_worklogs and call.site.sees(call.site.issues[worklog.issue_id])


def delete(call: Call) -> Response:
    """DELETE /issue/{issue}/worklog/{worklog}."""
    issue, text = call.issue(), call.request.params["worklog"]
    call.may_edit(issue)
    if not text.isdigit() or int(text) not in {one.id for one in issue.worklogs}:
        refuse(404, f"Cannot find worklog with id: '{text}'.")
    call.site.delete_worklog(int(text))
    call.journal.deleted_worklog(int(text))
    call.journal.wrote_issue(issue.id)
    call.journal.save()
    return NO_CONTENT


ROUTES = (
    ("GET", "/issue/{issue}/worklog", of_issue),
    ("DELETE", "/issue/{issue}/worklog/{worklog}", delete),
    ("GET", "/worklog/updated", updated),
    ("GET", "/worklog/deleted", deleted),
    ("POST", "/worklog/list", listed),
)
