"""Routes of Tempo about timesheets: periods, approvals by person and by team, and what the site is set to."""

from sandbox.http import Response
from sandbox.tempo import capacity
from sandbox.tempo.call import Call, Json, moment, refuse
from sandbox.tempo.records import Approval, Period

_ACTIONS = {"OPEN": ("submit",), "IN_REVIEW": ("approve", "reject"), "APPROVED": ("reopen",), "REJECTED": ("submit",)}
"""What can be done with a timesheet, by where it stands."""


def periods(call: Call) -> Response:
    """GET /periods?from&to."""
    call.need("periods:view")
    first, last = call.need_day("from"), call.need_day("to")
    if last < first:
        refuse(400, "'to' must not be before 'from'")
    found = capacity.periods_between(first, last, call.site.approval_period, call.site.week_start)
    return Response.of_json({"periods": [_period(one) for one in found]})


def of_user(call: Call) -> Response:
    """GET /timesheet-approvals/user/{id}?from&to: the timesheet that holds `from`."""
    call.need("approvals:view")
    return Response.of_json(_timesheet(call, _person(call), call.site.period(call.need_day("from"))))


def of_team(call: Call) -> Response:
    """GET /timesheet-approvals/team/{id}?from&to: one timesheet for each member."""
    call.need("approvals:view")
    team = call.site.teams.get(call.path_number("id"))
    if team is None:
        refuse(404, "Team not found")
    period = call.site.period(call.need_day("from"))
    return call.listed([_timesheet(call, one.account_id, period) for one in team.members])


def waiting(call: Call) -> Response:
    """GET /timesheet-approvals/waiting: all that are under review."""
    call.need("approvals:view")
    found = sorted((start, person) for (person, start), one in call.site.approvals.items() if one.status == "IN_REVIEW")
    return call.listed([_timesheet(call, person, call.site.period(start)) for start, person in found])


def configuration(call: Call) -> Response:
    """GET /globalconfiguration."""
    call.need("configuration:view")
    return Response.of_json(
        {
            "allowLoggingOnClosedAccount": call.site.books_on_closed_accounts,
            "approvalPeriod": call.site.approval_period,
            "approvalWeekStart": call.site.week_start,
            "maxHoursPerDayPerUser": 24,
            "numberOfDaysAllowedIntoFuture": 90,
            "planApprovalEnabled": False,
            "remainingEstimateOptional": True,
            "startAndEndTimesEnabled": True,
            "startAndEndTimesForPlanningEnabled": False,
            "weekStart": call.site.week_start,
            "worklogDescriptionOptional": True,
        }
    )


def _person(call: Call) -> str:
    person = call.request.params["id"]
    if person not in call.site.jira.users:
        refuse(404, f"User '{person}' not found")
    return person


def _timesheet(call: Call, person: str, period: Period) -> Json:
    approval = call.site.approval(person, period)
    days = f"from={period.start}&to={period.end}"
    address = call.link(f"timesheet-approvals/user/{person}")
    reviewer = {} if approval.reviewer is None else {"reviewer": call.user(approval.reviewer)}
    return {
        "self": f"{address}?{days}",
        "period": _period(period),
        "requiredSeconds": capacity.required_seconds(call.site.schedule(person, period)),
        "timeSpentSeconds": call.site.spent_seconds(person, period),
        "status": _status(call, approval),
        "user": call.user(person),
        **reviewer,
        "actions": {name: {"self": f"{address}/{name}?{days}"} for name in _ACTIONS[approval.status]},
        "worklogs": {"self": call.link(f"worklogs/user/{person}?{days}")},
    }


def _status(call: Call, approval: Approval) -> Json:
    given = {
        "comment": approval.comment or None,
        "actor": None if approval.actor is None else call.user(approval.actor),
        "requiredSecondsAtSubmit": approval.required_at_submit,
        "timeSpentSecondsAtSubmit": approval.spent_at_submit,
        "updatedAt": None if approval.updated is None else moment(approval.updated),
    }
    return {"key": approval.status, **{name: value for name, value in given.items() if value is not None}}


def _period(period: Period) -> Json:
    return {"from": period.start.isoformat(), "to": period.end.isoformat()}


ROUTES = (
    ("GET", "/4/periods", periods),
    ("GET", "/4/timesheet-approvals/waiting", waiting),
    ("GET", "/4/timesheet-approvals/user/{id}", of_user),
    ("GET", "/4/timesheet-approvals/team/{id}", of_team),
    ("GET", "/4/globalconfiguration", configuration),
)
