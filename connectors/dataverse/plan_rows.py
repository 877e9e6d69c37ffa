"""Records of Dataverse as rows: tasks, dependencies, assignments, work over time, baselines. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from connectors import microsoft_plan as plan
from connectors.dataverse.contour import COLUMN as CONTOUR
from connectors.dataverse.contour import stretches
from connectors.dataverse.normalise import Environment, Row, as_json
from connectors.dataverse.values import Values
from connectors.microsoft_values import BadValue

_SECONDS_PER_HOUR = Decimal(3600)
_PRIORITIES = ((1, "Urgent"), (4, "Important"), (7, "Medium"), (10, "Low"))
"""Planner shows a number up to this by that name: 0 and 1 urgent, 2 to 4 important, 5 to 7 medium, 8 to 10 low."""


def task_row(
    record: Mapping[str, Any],
    here: Environment,
    hours_per_day: Decimal | None,
    assignee_id: str | None,
    buckets: Mapping[str, str],
) -> Row:
    """A `work_item` row of an msdyn_projecttask record.

    Its duration is days of the project's own length, so without `hours_per_day` it is unknown. `buckets` are names by
    id.
    """
    values = here.values(record)
    native, parent = values.key("msdyn_projecttaskid"), values.guid("_msdyn_parenttask_value")
    complete = values.ratio("msdyn_progress")
    started, finished = values.day("msdyn_actualstart"), values.day("msdyn_actualend")
    summary, milestone = values.flag("msdyn_summary"), values.flag("msdyn_ismilestone")
    kind = plan.item_kind(summary=summary, milestone=milestone)
    sequence = values.number("msdyn_displaysequence")
    return {
        "id": plan.row_id(here.source, "item", native),
        "source": here.source,
        "native_id": native,
        "key": values.text("msdyn_wbsid"),
        "project_id": plan.row_id(here.source, "project", values.key("_msdyn_project_value")),
        "parent_id": None if parent == native else here.id_of("item", parent),
        "sequence": None if sequence is None else int(sequence),  # a task put between two others has half a number
        "outline_level": values.whole("msdyn_outlinelevel"),
        "wbs": values.text("msdyn_wbsid"),
        "title": values.text("msdyn_subject") or "(no name)",
        "type": {"summary": "Summary task", "milestone": "Milestone"}.get(kind, "Task"),
        "kind": kind,
        "status_category": plan.status_category(complete, started, finished),
        "priority": _priority(values),
        "assignee_id": assignee_id,
        **_task_dates(values),
        "actual_start_date": started,
        "actual_finish_date": finished,
        "estimate_hours": values.hours("msdyn_effort"),
        "remaining_hours": values.hours("msdyn_effortremaining"),
        "spent_hours": values.hours("msdyn_effortcompleted"),
        "duration_hours": _days(values, "msdyn_duration", hours_per_day),
        "complete_ratio": complete,
        "is_summary": summary,
        "is_milestone": milestone,
        "is_critical": values.flag("msdyn_iscritical"),
        "is_active": values.active(),
        "is_manual": values.flag("msdyn_ismanual"),
        "created_at": values.instant("createdon"),
        "updated_at": values.instant("modifiedon"),
        "custom_fields": as_json({
            "bucket": _named(values, "_msdyn_projectbucket_value", buckets),
            "sprint": _named(values, "_msdyn_projectsprint_value", {}),
        }),
    }  # fmt: skip


def _task_dates(values: Values) -> Row:
    """`msdyn_start` and `msdyn_finish` are what Planner shows; older environments fill the scheduled ones only."""
    start = "msdyn_start" if values.text("msdyn_start") else "msdyn_scheduledstart"
    finish = "msdyn_finish" if values.text("msdyn_finish") else "msdyn_scheduledend"
    return {
        "start_date": values.day(start, "msdyn_tzascheduledstart"),
        "due_date": values.day(finish, "msdyn_tzascheduledend"),
        "start_at": values.instant(start),
        "finish_at": values.instant(finish),
    }


def _priority(values: Values) -> str | None:
    number = values.number("msdyn_priority")
    return next((name for most, name in _PRIORITIES if number is not None and number <= most), None)


def _named(values: Values, column: str, names: Mapping[str, str]) -> str | None:
    """The name behind a lookup; None where nobody tells it."""
    known = names.get(values.guid(column) or "")
    shown = values.label(column)
    return known or (shown if shown != values.text(column) else None)


def _days(values: Values, column: str, hours_per_day: Decimal | None) -> Decimal | None:
    days = values.number(column)
    return None if days is None or hours_per_day is None else plan.hours(days * hours_per_day)


def link_row(record: Mapping[str, Any], here: Environment) -> Row | None:
    """A `work_item_link` row of an msdyn_projecttaskdependency record; None for one that is put away. Lag: seconds."""
    values = here.values(record)
    native, code = values.key("msdyn_projecttaskdependencyid"), values.whole("msdyn_projecttaskdependencylinktype")
    if not values.active():
        return None
    if code not in plan.DEPENDENCY_TYPES:
        raise BadValue("msdyn_projecttaskdependencylinktype", code, "0 (FF), 1 (FS), 2 (SF) or 3 (SS)")
    lag = values.number("msdyn_projecttaskdependencylinklaginseconds")
    lag = values.number("msdyn_projecttaskdependencylinklag") if lag is None else lag
    return {
        "id": plan.row_id(here.source, "link", native),
        "source": here.source,
        "project_id": here.id_of("project", values.guid("_msdyn_project_value")),
        "from_id": plan.row_id(here.source, "item", values.key("_msdyn_predecessortask_value")),
        "to_id": plan.row_id(here.source, "item", values.key("_msdyn_successortask_value")),
        "kind": "depends",
        "type": "Predecessor",
        "dependency_type": plan.DEPENDENCY_TYPES[code],
        "lag_hours": None if lag is None else plan.hours(lag / _SECONDS_PER_HOUR),
    }


def assignment_row(record: Mapping[str, Any], here: Environment) -> Row | None:
    """An `assignment` row of an msdyn_resourceassignment record; None for one that is put away."""
    values = here.values(record)
    native = values.key("msdyn_resourceassignmentid")
    if not values.active():
        return None
    return {
        "id": plan.row_id(here.source, "assignment", native),
        "source": here.source,
        "project_id": plan.row_id(here.source, "project", values.key("_msdyn_projectid_value")),
        "work_item_id": plan.row_id(here.source, "item", values.key("_msdyn_taskid_value")),
        "account_id": assigned_account(values, here),
        "start_date": values.day("msdyn_start"),
        "finish_date": values.day("msdyn_finish"),
        "planned_hours": values.hours("msdyn_effort"),
        "actual_hours": values.hours("msdyn_effortcompleted"),
        "remaining_hours": values.hours("msdyn_effortremaining"),
    }


def assigned_account(values: Values, here: Environment) -> str | None:
    """The resource of an assignment; where nobody is booked yet, the place in the team that waits for somebody."""
    resource = values.guid("_msdyn_bookableresourceid_value") or values.guid("_msdyn_projectteamid_value")
    return here.id_of("account", resource)


def timephased_rows(record: Mapping[str, Any], assignment: Mapping[str, Any], here: Environment) -> list[Row]:
    """The `timephased` rows of an assignment: its planned work, in stretches of days. Raises BadValue."""
    native = here.values(record).key("msdyn_resourceassignmentid")
    return [
        {
            "id": plan.row_id(here.source, "timephased", f"{native}:{part.first.isoformat()}/{part.last.isoformat()}"),
            "source": here.source,
            "project_id": assignment["project_id"],
            "work_item_id": assignment["work_item_id"],
            "assignment_id": assignment["id"],
            "account_id": assignment["account_id"],
            "kind": "planned",
            "starts_on": part.first,
            "ends_on": part.last,
            "hours": part.hours,
        }
        for part in stretches(here.values(record).text(CONTOUR), here.zone)
    ]


def baseline_row(record: Mapping[str, Any], project: str, here: Environment, hours_per_day: Decimal | None) -> Row:
    """A `baseline` row of an msdyn_projectbaselinetaskdata record: one task of the one baseline of a project."""
    values = here.values(record)
    task = values.key("msdyn_projecttaskid")
    return {
        "id": plan.row_id(here.source, "baseline", f"{task}:0"),
        "source": here.source,
        "owner_kind": "work_item",
        "owner_id": plan.row_id(here.source, "item", task),
        "project_id": plan.row_id(here.source, "project", project),
        "number": 0,
        "start_date": values.day("msdyn_taskstartdate"),
        "finish_date": values.day("msdyn_taskfinishdate"),
        "work_hours": values.hours("msdyn_taskeffort"),
        "duration_hours": _days(values, "msdyn_taskduration", hours_per_day),
    }


def project_baseline_row(head: Mapping[str, Any], tasks: Sequence[Row], here: Environment) -> Row:
    """The `baseline` row of the project itself: when it was taken, and the outer dates of its tasks."""
    values = here.values(head)
    project = values.key("_msdyn_projectid_value")
    owner = plan.row_id(here.source, "project", project)
    return {
        "id": plan.row_id(here.source, "baseline", f"{project}:0"),
        "source": here.source,
        "owner_kind": "project",
        "owner_id": owner,
        "project_id": owner,
        "number": 0,
        "taken_at": values.instant("createdon"),
        "start_date": min((row["start_date"] for row in tasks if row["start_date"]), default=None),
        "finish_date": max((row["finish_date"] for row in tasks if row["finish_date"]), default=None),
    }
