"""Routes about booked time on Data Center: an issue's worklogs all at once; the feeds are as on Cloud."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira import routes_worklogs
from sandbox.jira.call import Call
from sandbox.jira.fields import worklog_json


def of_issue(call: Call) -> Response:
    """GET /issue/{issue}/worklog: whole, whatever page is asked for."""
    issue = call.issue()
    shown = [worklog_json(call.refs, one) for one in call.site.shown_worklogs(issue)]
    return Response.of_json({"startAt": 0, "maxResults": len(shown), "total": len(shown), "worklogs": shown})


ROUTES = (
    ("GET", "/issue/{issue}/worklog", of_issue),
    *(row for row in routes_worklogs.ROUTES if row[:2] != ("GET", "/issue/{issue}/worklog")),
)
