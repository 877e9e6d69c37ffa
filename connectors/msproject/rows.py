"""Tasks of MSPDI as rows, with their dependencies and baselines. Pure; BadField says which field is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connectors import microsoft_plan as plan
from connectors.msproject.custom import OwnFields
from connectors.msproject.header import Header
from connectors.msproject.stream import Record
from connectors.msproject.values import BadField, Fields
from portfolio.model.work import SCHEDULING

Rows = list[dict[str, Any]]

SUMMARY_UID = 0
"""The task that stands for the whole project."""

_ELAPSED = frozenset({4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52})
_PERCENT = frozenset({19, 20, 51, 52})
_NOTES_CHARACTERS = 4000


@dataclass(frozen=True)
class Link:
    """A dependency before its ends are known: a predecessor may stand further down in the file."""

    successor_uid: int
    fields: Fields


def task_row(
    record: Record, header: Header, parent_id: str | None, own: OwnFields, calendars: Mapping[int, str]
) -> dict[str, Any]:
    """A `work_item` row. Absent amounts are zero: writers of MSPDI leave zeros out. `calendars` are ids by UID."""
    task = Fields(record.values, header.zone)
    complete = task.ratio("PercentComplete")
    actual_start, actual_finish = task.day("ActualStart"), task.day("ActualFinish")
    summary, milestone = task.flag("Summary"), task.flag("Milestone")
    kind = plan.item_kind(summary=summary or task.whole("UID") == SUMMARY_UID, milestone=milestone)
    return {
        "id": plan.row_id(header.source, "item", header.native(task)),
        "source": header.source,
        "native_id": header.native(task),
        "key": task.text("WBS"),
        "project_id": header.project_id,
        "parent_id": parent_id,
        "sequence": task.whole("ID"),
        "outline_level": task.whole("OutlineLevel"),
        "wbs": task.text("WBS"),
        "title": task.text("Name") or "(no name)",
        "type": {"summary": "Summary task", "milestone": "Milestone"}.get(kind, "Task"),
        "kind": kind,
        "status_category": plan.status_category(complete, actual_start, actual_finish),
        "priority": task.text("Priority"),
        "start_date": task.day("Start"),
        "due_date": task.day("Finish"),
        "start_at": task.instant("Start"),
        "finish_at": task.instant("Finish"),
        "actual_start_date": actual_start,
        "actual_finish_date": actual_finish,
        "deadline_date": task.day("Deadline"),
        **_constraint(task),
        "calendar_id": calendars.get(task.whole("CalendarUID") or 0),
        "scheduling": _scheduling(task),
        "notes": notes(task),
        "hyperlink": _hyperlink(task),
        "created_at": task.instant("CreateDate"),
        **_task_amounts(task, header, complete),
        "is_summary": kind == "summary",
        "is_milestone": milestone,
        "is_critical": task.flag("Critical"),
        "is_active": True if task.flag("Active") is None else task.flag("Active"),  # the element is newer than the rest
        "is_manual": task.flag("Manual"),
        "is_recurring": task.flag("Recurring"),
        "is_external": task.flag("ExternalTask"),
        "custom_fields": own.as_json(record.node),
    }


def notes(fields: Fields) -> str | None:
    """Notes as plain text, cut."""
    return (fields.text("Notes") or "").strip()[:_NOTES_CHARACTERS] or None


def _scheduling(task: Fields) -> str:
    """Type 0 to 2; the schema's default is fixed units."""
    code = task.whole("Type") or 0
    if not 0 <= code < len(SCHEDULING):
        raise BadField("Type", str(code), "0 to 2")
    return SCHEDULING[code]


def _hyperlink(task: Fields) -> str | None:
    """The address, with the place in it that Project keeps apart."""
    address, within = task.text("HyperlinkAddress"), task.text("HyperlinkSubAddress")
    return f"{address or ''}#{within}" if within else address


def _task_amounts(task: Fields, header: Header, complete: Decimal | None) -> dict[str, Any]:
    zero = Decimal(0)
    return {
        "estimate_hours": plan.hours(task.hours("Work") or zero),
        "remaining_hours": plan.hours(task.hours("RemainingWork") or zero),
        "spent_hours": plan.hours(task.hours("ActualWork") or zero),
        "duration_hours": duration(task, header),
        "duration_elapsed_hours": elapsed(task),
        "actual_duration_hours": duration(task, header, "ActualDuration"),
        "remaining_duration_hours": duration(task, header, "RemainingDuration"),
        "complete_ratio": complete,
        "work_complete_ratio": task.ratio("PercentWorkComplete"),
        "physical_complete_ratio": task.ratio("PhysicalPercentComplete"),
        "planned_cost": task.money("Cost") or zero,
        "actual_cost": task.money("ActualCost") or zero,
        "remaining_cost": task.money("RemainingCost") or zero,
        "fixed_cost": task.money("FixedCost") or zero,
        "total_slack_hours": plan.hours(task.tenths("TotalSlack") or zero),
    }


def duration(fields: Fields, header: Header, name: str = "Duration") -> Decimal | None:
    """A duration in working hours. An elapsed duration counts with the working share of the week."""
    found = fields.hours(name)
    if found is None:
        return None
    around_the_clock = fields.whole("DurationFormat") in _ELAPSED
    return plan.hours(found * header.working_share() if around_the_clock else found)


def elapsed(fields: Fields) -> Decimal | None:
    """`Duration` around the clock, where the plan counts it so."""
    found = fields.hours("Duration")
    return None if found is None or fields.whole("DurationFormat") not in _ELAPSED else plan.hours(found)


def _constraint(task: Fields) -> dict[str, Any]:
    code = task.whole("ConstraintType")
    if code is not None and code not in plan.CONSTRAINT_TYPES:
        raise BadField("ConstraintType", str(code), "0 to 7")
    name = None if code is None else plan.CONSTRAINT_TYPES[code]
    dated = name not in (None, "as_soon_as_possible", "as_late_as_possible")
    return {"constraint_type": name, "constraint_date": task.day("ConstraintDate") if dated else None}


def links_of(record: Record, header: Header) -> list[Link]:
    """The dependencies into a task."""
    uid = Fields(record.values, header.zone).whole("UID") or 0
    return [Link(uid, Fields(node.values, header.zone)) for node in record.below("PredecessorLink")]


def link_row(link: Link, header: Header, items: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """A `work_item_link` row; `items` are the tasks by UID. Raises BadField for ends or codes that do not exist."""
    code, uid = link.fields.whole("Type"), link.fields.whole("PredecessorUID")
    if link.fields.flag("CrossProject"):
        raise BadField("CrossProject", link.fields.text("CrossProjectName") or "1", "a predecessor in the same file")
    if uid is None or uid not in items or link.successor_uid not in items:
        raise BadField("PredecessorUID", str(uid), "the UID of a readable task of this file")
    if code not in plan.DEPENDENCY_TYPES:
        raise BadField("Type", str(code), "0 (FF), 1 (FS), 2 (SF) or 3 (SS)")
    before, after = items[uid], items[link.successor_uid]
    native = f"{before['native_id']}>{after['native_id']}"
    return {
        "id": plan.row_id(header.source, "link", native),
        "source": header.source,
        "project_id": header.project_id,
        "from_id": before["id"],
        "to_id": after["id"],
        "kind": "depends",
        "type": "Predecessor",
        "dependency_type": plan.DEPENDENCY_TYPES[code],
        "lag_hours": _lag(link.fields, header, before["duration_hours"]),
        "lag_elapsed_hours": _elapsed_lag(link.fields),
    }


def _lag(fields: Fields, header: Header, predecessor_duration: Decimal | None) -> Decimal | None:
    """Working hours: tenths of minutes, or, by `LagFormat`, per cent of the predecessor's duration."""
    form = fields.whole("LagFormat")
    if form in _PERCENT:
        share = fields.ratio("LinkLag")
        if share is None or predecessor_duration is None:
            return None
        return plan.hours(share * predecessor_duration)
    lag = fields.tenths("LinkLag") or Decimal(0)
    return plan.hours(lag * header.working_share() if form in _ELAPSED else lag)


def _elapsed_lag(fields: Fields) -> Decimal | None:
    """The lag around the clock, where the plan counts it so and not in per cent."""
    form = fields.whole("LagFormat")
    if form not in _ELAPSED or form in _PERCENT:
        return None
    return plan.hours(fields.tenths("LinkLag") or Decimal(0))


def baseline_rows(record: Record, header: Header, owner_kind: str, owner_id: str, native: str) -> Rows:
    """`baseline` rows 0 to 10 of a task, an assignment, a resource, or (from the summary task) the project."""
    return [
        _baseline(Fields(node.values, header.zone), header, owner_kind, owner_id, native)
        for node in record.below("Baseline")
    ]


def _baseline(fields: Fields, header: Header, owner_kind: str, owner_id: str, native: str) -> dict[str, Any]:
    number = fields.whole("Number")
    if number is None or not 0 <= number <= 10:
        raise BadField("Baseline/Number", str(number), "0 to 10")
    zero = Decimal(0)
    return {
        "id": plan.row_id(header.source, "baseline", f"{native}:{number}"),
        "source": header.source,
        "owner_kind": owner_kind,
        "owner_id": owner_id,
        "project_id": header.project_id,
        "number": number,
        "start_date": fields.day("Start"),
        "finish_date": fields.day("Finish"),
        "work_hours": plan.hours(fields.hours("Work") or zero),
        "duration_hours": duration(fields, header),
        "cost": fields.money("Cost") or zero,
    }
