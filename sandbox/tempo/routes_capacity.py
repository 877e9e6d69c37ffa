"""Routes of Tempo about capacity: teams, workload schemes, holiday schemes, and what they make of each day."""

from collections.abc import Collection
from typing import TypeVar

from sandbox.http import Response
from sandbox.tempo import capacity
from sandbox.tempo.call import Call, Json, refuse
from sandbox.tempo.records import Holiday, HolidayScheme, Membership, Team, WorkloadScheme

_Scheme = TypeVar("_Scheme", WorkloadScheme, HolidayScheme)
_WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def teams(call: Call) -> Response:
    """GET /teams."""
    call.need("teams:view")
    return call.page([_team(call, one) for one in call.site.teams.values()])


def team(call: Call) -> Response:
    """GET /teams/{id}."""
    call.need("teams:view")
    return Response.of_json(_team(call, _found_team(call)))


def memberships(call: Call) -> Response:
    """GET /team-memberships/team/{id}."""
    call.need("teams:view")
    found = _found_team(call)
    return call.listed([_membership(call, found, one) for one in found.members])


def own_schedule(call: Call) -> Response:
    """GET /user-schedule?from&to: of the token's owner."""
    return _schedule(call, call.site.jira.account)


def schedule(call: Call) -> Response:
    """GET /user-schedule/{id}?from&to."""
    person = call.request.params["id"]
    if person not in call.site.jira.users:
        refuse(404, f"User '{person}' not found")
    return _schedule(call, person)


def workloads(call: Call) -> Response:
    """GET /workload-schemes."""
    call.need("schemes:view")
    return call.page([_workload(call, one) for one in call.site.workloads])


def workload(call: Call) -> Response:
    """GET /workload-schemes/{id}."""
    call.need("schemes:view")
    return Response.of_json(_workload(call, _found(call, call.site.workloads)))


def workload_members(call: Call) -> Response:
    """GET /workload-schemes/{id}/members."""
    call.need("schemes:view")
    return call.page([call.user(one) for one in sorted(_found(call, call.site.workloads).members)])


def workload_of_user(call: Call) -> Response:
    """GET /workload-schemes/users/{id}."""
    call.need("schemes:view")
    scheme = capacity.scheme_of(call.site.workloads, call.request.params["id"])
    if scheme is None:
        refuse(404, "Workload scheme not found")
    return Response.of_json(_workload(call, scheme))


def holiday_schemes(call: Call) -> Response:
    """GET /holiday-schemes."""
    call.need("schemes:view")
    return call.listed([_holiday_scheme(call, one) for one in call.site.holidays])


def holidays(call: Call) -> Response:
    """GET /holiday-schemes/{id}/holidays?year."""
    call.need("schemes:view")
    scheme = _found(call, call.site.holidays)
    year = call.number("year", call.site.now.year)
    return call.listed([_holiday(call, scheme, one) for one in scheme.holidays if one.day.year == year])


def holidays_of_user(call: Call) -> Response:
    """GET /holiday-schemes/users/{id}."""
    call.need("schemes:view")
    scheme = capacity.scheme_of(call.site.holidays, call.request.params["id"])
    if scheme is None:
        refuse(404, "Holiday scheme not found")
    return Response.of_json(_holiday_scheme(call, scheme))


def _schedule(call: Call, person: str) -> Response:
    call.need("schemes:view")
    scheme = capacity.scheme_of(call.site.holidays, person)
    return call.listed([_day(call, scheme, one) for one in call.site.schedule(person, call.period())])


def _day(call: Call, scheme: HolidayScheme | None, one: capacity.DaySchedule) -> Json:
    holiday = {} if one.holiday is None or scheme is None else {"holiday": _holiday(call, scheme, one.holiday)}
    return {"date": one.day.isoformat(), "requiredSeconds": one.required_seconds, "type": one.kind, **holiday}


def _found_team(call: Call) -> Team:
    found = call.site.teams.get(call.path_number("id"))
    if found is None:
        refuse(404, "Team not found")
    return found


def _found(call: Call, schemes: Collection[_Scheme]) -> _Scheme:
    number = call.path_number("id")
    found = next((scheme for scheme in schemes if scheme.id == number), None)
    if found is None:
        refuse(404, "Scheme not found")
    return found


def _team(call: Call, one: Team) -> Json:
    address = call.link(f"teams/{one.id}")
    lead = {} if one.lead is None else {"lead": call.user(one.lead)}
    return {
        "self": address,
        "id": one.id,
        "name": one.name,
        "summary": one.summary,
        **lead,
        "links": {"self": f"{address}/links"},
        "members": {"self": f"{address}/members"},
        "permissions": {"self": f"{address}/permissions"},
    }


def _membership(call: Call, owner: Team, one: Membership) -> Json:
    days = {"from": one.start, "to": one.end}
    return {
        "self": call.link(f"team-memberships/{one.id}"),
        "id": one.id,
        "commitmentPercent": one.commitment_percent,
        **{name: day.isoformat() for name, day in days.items() if day is not None},
        "role": {"self": call.link("roles/1"), "id": 1, "name": "Member"},
        "team": {"self": call.link(f"teams/{owner.id}"), "id": owner.id},
        "member": call.user(one.account_id),
    }


def _workload(call: Call, one: WorkloadScheme) -> Json:
    return {
        "self": call.link(f"workload-schemes/{one.id}"),
        "id": one.id,
        "name": one.name,
        "description": "",
        "defaultScheme": one.default,
        "memberCount": len(one.members),
        "days": [{"day": day, "requiredSeconds": seconds} for day, seconds in zip(_WEEK, one.days, strict=True)],
    }


def _holiday_scheme(call: Call, one: HolidayScheme) -> Json:
    return {
        "self": call.link(f"holiday-schemes/{one.id}"),
        "id": one.id,
        "name": one.name,
        "defaultScheme": one.default,
        "memberCount": len(one.members),
    }


def _holiday(call: Call, scheme: HolidayScheme, one: Holiday) -> Json:
    return {
        "self": call.link(f"holiday-schemes/{scheme.id}/holidays/{one.id}"),
        "id": one.id,
        "schemeId": scheme.id,
        "name": one.name,
        "date": one.day.isoformat(),
        "durationSeconds": one.seconds,
        "type": "FIXED",
    }


ROUTES = (
    ("GET", "/4/teams", teams),
    ("GET", "/4/teams/{id}", team),
    ("GET", "/4/team-memberships/team/{id}", memberships),
    ("GET", "/4/user-schedule", own_schedule),
    ("GET", "/4/user-schedule/{id}", schedule),
    ("GET", "/4/workload-schemes", workloads),
    ("GET", "/4/workload-schemes/users/{id}", workload_of_user),
    ("GET", "/4/workload-schemes/{id}", workload),
    ("GET", "/4/workload-schemes/{id}/members", workload_members),
    ("GET", "/4/holiday-schemes", holiday_schemes),
    ("GET", "/4/holiday-schemes/users/{id}", holidays_of_user),
    ("GET", "/4/holiday-schemes/{id}/holidays", holidays),
)
