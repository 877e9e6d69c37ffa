"""Moves plans into a Dataverse environment as Planner Premium keeps them: no money, one baseline at most.

The environment's own columns on projects: `pb_initiativekey`, which the PMO fills, and `pb_state`, `pb_score`,
which are empty and may be written. Portfolios are there; time entries only with Project Operations.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import orjson

from sandbox.company.records import Company, Person, Plan, PlanAssignment, PlanTask
from sandbox.company.spreading import evenly
from sandbox.company.workdays import workdays
from sandbox.dataverse.schema import Column
from sandbox.dataverse.site import DataverseSite, Value, guid

KEY_COLUMN = "pb_initiativekey"
OWN_COLUMNS = (
    Column(KEY_COLUMN, "text"),
    Column("pb_state", "choice", labels=tuple(enumerate(("Red", "Amber", "Green", "n/a"), start=100_000_000))),
    Column("pb_score", "int"),
)
GENERIC = "Consultant (to be named)"
LINK_TYPES = {"FS": 1, "SS": 3}
USER, GENERIC_RESOURCE = 3, 1


def fill_dataverse(
    company: Company, plans: Sequence[Plan], site: DataverseSite, *, project_operations: bool = False
) -> None:
    """Fill an environment; its present becomes six o'clock UTC of the company's day."""
    for column in OWN_COLUMNS:
        site.add_column("msdyn_projects", column)
    if not project_operations:
        site.drop_table("msdyn_timeentries")
    people = {p.id: p for p in company.people}
    for plan in plans:
        site.now = datetime.combine(plan.status_date, time(16, 30), tzinfo=UTC)
        _people(site, plan, people)
        _project(site, plan)
        _tasks(site, plan)
        _assignments(site, plan)
        _baseline(site, plan)
    site.now = datetime.combine(company.today, time(6), tzinfo=UTC)


def user_id(person: str) -> str:
    """The id of a person's user."""
    return guid(f"user {person}")


def resource_id(person: str | None) -> str:
    """The id of a person's bookable resource; None is the generic consultant."""
    return guid(f"resource {person or GENERIC}")


def _people(site: DataverseSite, plan: Plan, people: dict[str, Person]) -> None:
    for person in dict.fromkeys([plan.owner, *(a.person for a in plan.assignments)]):
        if resource_id(person) in site.rows["bookableresources"]:
            continue
        common: dict[str, Value] = {
            "timezone": 0, "_calendarid_value": guid("calendar"), "msdyn_derivecapacity": False,
            "msdyn_displayonscheduleassistant": True, "msdyn_displayonscheduleboard": True,
            "msdyn_enableappointments": 192350001, "msdyn_enableoutlookschedules": 192350001,
            "msdyn_startlocation": 690970002, "msdyn_endlocation": 690970002,
            "msdyn_isgenericresourceprojectscoped": person is None,
        }  # fmt: skip
        if person is None:
            site.add("bookableresources", resource_id(None), name=GENERIC, resourcetype=GENERIC_RESOURCE, **common)
            continue
        own = people[person]
        site.add("systemusers", user_id(person), fullname=own.name, internalemailaddress=own.email,
                 domainname=own.email, isdisabled=not own.active,
                 azureactivedirectoryobjectid=guid(f"directory {person}"))  # fmt: skip
        site.add("bookableresources", resource_id(person), name=own.name, msdyn_primaryemail=own.email,
                 resourcetype=USER, _userid_value=user_id(person), **common)  # fmt: skip


def _project(site: DataverseSite, plan: Plan) -> None:
    top = plan.tasks[0]
    programme = plan.fields["Programme"]
    if programme and guid(f"program {programme}") not in site.rows["msdyn_programs"]:
        site.add("msdyn_programs", guid(f"program {programme}"), msdyn_name=programme)
    own: dict[str, Value] = {
        "msdyn_subject": plan.name, "msdyn_scheduledstart": _at(plan.start, 8), "msdyn_finish": _at(plan.finish, 17),
        "msdyn_tzascheduledstart": _at(plan.start, 8), "msdyn_tzafinish": _at(plan.finish, 17),
        "msdyn_taskearlieststart": _at(plan.start, 9), "msdyn_duration": float(top.days),
        "msdyn_effort": float(top.work), "msdyn_effortcompleted": float(top.actual_work),
        "msdyn_effortremaining": float(top.work - top.actual_work), "msdyn_progress": _progress(top),
        "msdyn_hoursperday": 8.0, "msdyn_hoursperweek": 40.0, "msdyn_dayspermonth": 20,
        "msdyn_calendarid": guid(f"calendar {plan.guid}").upper(), "msdyn_schedulemode": 192350001,
        "msdyn_scheduler": 192350000, "msdyn_disablecreateofteammemberformanager": False,
        "msdyn_teamschannelmappingbackfilled": True, "msdyn_globalrevisiontoken": f"msxrm_meridian_{plan.guid}_22",
        "msdyn_plannerlastsavedrevisiontoken": f"msxrm_meridian_{plan.guid}_22",
        "_msdyn_projectmanager_value": user_id(plan.owner), "_msdyn_workhourtemplate_value": guid("work hours"),
        "_msdyn_program_value": guid(f"program {programme}") if programme else None,
        "_msdyn_contractorganizationalunitid_value": guid("organizational unit"),
        "_msdyn_msprojectdocument_value": guid(f"document {plan.guid}"), KEY_COLUMN: plan.key,
        "_msdyn_pfwcreatedby_value": user_id(plan.owner), "_transactioncurrencyid_value": guid("EUR"),
    }  # fmt: skip
    site.add("msdyn_projects", plan.guid, **own)
    for place, phase in enumerate(dict.fromkeys(t.phase for t in plan.tasks if t.phase)):
        site.add("msdyn_projectbuckets", _bucket(plan, phase), msdyn_name=phase, msdyn_displayorder=place + 1,
                 _msdyn_project_value=plan.guid)  # fmt: skip


def _tasks(site: DataverseSite, plan: Plan) -> None:
    """Every row but the project summary, which is the project itself here; phases hang on nothing."""
    top = plan.tasks[0].guid
    for task in plan.tasks[1:]:
        first, last = _at(task.start, 17 if task.kind == "milestone" else 9), _at(task.finish, 17)
        site.add(
            "msdyn_projecttasks", task.guid, msdyn_subject=task.name, _msdyn_project_value=plan.guid,
            _msdyn_parenttask_value=None if task.parent == top else task.parent, msdyn_start=first,
            msdyn_finish=last, msdyn_scheduledstart=first, msdyn_scheduledend=last, msdyn_tzascheduledstart=first,
            msdyn_tzascheduledend=last, msdyn_duration=float(task.days), msdyn_effort=float(task.work),
            msdyn_effortcompleted=float(task.actual_work), msdyn_effortremaining=float(task.work - task.actual_work),
            msdyn_progress=_progress(task), msdyn_priority=5, msdyn_outlinelevel=task.level,
            msdyn_displaysequence=float(task.index), msdyn_ismilestone=task.kind == "milestone",
            msdyn_iscritical=task.slack_days <= 0 and task.percent < 100, msdyn_ismanual=False,
            msdyn_summary=task.kind == "summary", _msdyn_projectbucket_value=_bucket(plan, task.phase),
            _msdyn_pfwcreatedby_value=user_id(plan.owner), _msdyn_pfwmodifiedby_value=user_id(plan.owner),
        )  # fmt: skip
    for link in plan.links:
        site.add(
            "msdyn_projecttaskdependencies", guid(f"{link.before}>{link.after}"), _msdyn_project_value=plan.guid,
            _msdyn_predecessortask_value=link.before, _msdyn_successortask_value=link.after,
            msdyn_projecttaskdependencylinktype=LINK_TYPES[link.type],
            msdyn_projecttaskdependencylinklag=link.lag_days * 8 * 3600,
        )  # fmt: skip


def _assignments(site: DataverseSite, plan: Plan) -> None:
    for person in dict.fromkeys(a.person for a in plan.assignments):
        own = [a for a in plan.assignments if a.person == person]
        site.add(
            "msdyn_projectteams", _member(plan, person), msdyn_name=site.rows["bookableresources"][
                resource_id(person)]["name"], _msdyn_project_value=plan.guid,
            _msdyn_bookableresourceid_value=resource_id(person), msdyn_effort=_hours(a.work for a in own),
            msdyn_effortcompleted=_hours(a.actual_work for a in own),
            msdyn_effortremaining=_hours(a.work - a.actual_work for a in own),
            msdyn_start=_at(min(a.start for a in own), 9), msdyn_finish=_at(max(a.finish for a in own), 17),
        )  # fmt: skip
    for made in plan.assignments:
        site.add(
            "msdyn_resourceassignments", made.guid, _msdyn_projectid_value=plan.guid, _msdyn_taskid_value=made.task,
            _msdyn_projectteamid_value=_member(plan, made.person), msdyn_committype=192350001,
            _msdyn_bookableresourceid_value=resource_id(made.person), msdyn_effort=float(made.work),
            msdyn_effortcompleted=float(made.actual_work), msdyn_effortremaining=float(made.work - made.actual_work),
            msdyn_start=_at(made.start, 9), msdyn_finish=_at(made.finish, 17), msdyn_plannedwork=contour(made),
        )  # fmt: skip


def contour(made: PlanAssignment) -> str:
    """`msdyn_plannedwork`: JSON text with one piece of work a day, moments in milliseconds, hours as numbers."""
    days = workdays(made.start, made.finish)
    pieces = [
        {"End": f"/Date({_ms(day, 17)})/", "Hours": _plain(hours), "Start": f"/Date({_ms(day, 9)})/"}
        for day, hours in zip(days, evenly(made.work, len(days)), strict=True)
    ]
    return orjson.dumps(pieces).decode()


def _baseline(site: DataverseSite, plan: Plan) -> None:
    if plan.baseline_on is None:
        return
    head = site.add("msdyn_projectbaselinedatas", guid(f"baseline {plan.guid}"), msdyn_name=plan.name,
                    _msdyn_projectid_value=plan.guid)  # fmt: skip
    for task in plan.tasks[1:]:
        site.add(
            "msdyn_projectbaselinetaskdatas", guid(f"baseline {task.guid}"), _msdyn_projectbaselinedataid_value=head,
            msdyn_projecttaskid=task.guid, msdyn_taskstartdate=_at(task.baseline_start, 9),
            msdyn_taskfinishdate=_at(task.baseline_finish, 17), msdyn_taskduration=float(task.baseline_days),
            msdyn_taskeffort=float(task.baseline_work), msdyn_taskeffortcompleted=0.0,
            msdyn_taskeffortremaining=float(task.baseline_work), msdyn_taskpercentcomplete=0.0,
        )  # fmt: skip


def _bucket(plan: Plan, phase: str) -> str:
    return guid(f"{plan.guid} bucket {phase}")


def _member(plan: Plan, person: str | None) -> str:
    return guid(f"{plan.guid} member {person or GENERIC}")


def _progress(task: PlanTask) -> float:
    """Work done of all work; where there is no work, of all time."""
    return round(float(task.actual_work / task.work), 4) if task.work else task.percent / 100


def _hours(parts: Iterable[Decimal]) -> float:
    return float(sum(parts, Decimal(0)))


def _plain(hours: Decimal) -> int | float:
    return int(hours) if hours == hours.to_integral_value() else float(hours)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


def _ms(day: date, hour: int) -> int:
    return (_at(day, hour) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
