"""Records of MSPDI as rows: one pure function a kind. BadField says which field is wrong."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connectors import microsoft_plan as plan
from connectors.msproject.header import Header
from connectors.msproject.stream import Record
from connectors.msproject.values import BadField, Fields

Rows = list[dict[str, Any]]

SUMMARY_UID = 0
"""The task that stands for the whole project."""

_ELAPSED = frozenset({4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52})
_PERCENT = frozenset({19, 20, 51, 52})
_MATERIAL_RATE = 8
_RESOURCE_KINDS = {0: "material", 1: "human", 2: "cost"}


@dataclass(frozen=True)
class Link:
    """A dependency before its ends are known: a predecessor may stand further down in the file."""

    successor_uid: int
    fields: Fields


def task_row(record: Record, header: Header, parent_id: str | None, names: Mapping[str, str]) -> dict[str, Any]:
    """A `work_item` row. Absent amounts are zero: writers of MSPDI leave zeros out."""
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
        "created_at": task.instant("CreateDate"),
        **_task_amounts(task, header, complete),
        "is_summary": kind == "summary",
        "is_milestone": milestone,
        "is_critical": task.flag("Critical"),
        "is_active": True if task.flag("Active") is None else task.flag("Active"),  # the element is newer than the rest
        "is_manual": task.flag("Manual"),
        "custom_fields": custom_fields(record, names),
    }


def _task_amounts(task: Fields, header: Header, complete: Decimal | None) -> dict[str, Any]:
    zero = Decimal(0)
    return {
        "estimate_hours": plan.hours(task.hours("Work") or zero),
        "remaining_hours": plan.hours(task.hours("RemainingWork") or zero),
        "spent_hours": plan.hours(task.hours("ActualWork") or zero),
        "duration_hours": duration(task, header),
        "complete_ratio": complete,
        "physical_complete_ratio": task.ratio("PhysicalPercentComplete"),
        "planned_cost": task.money("Cost") or zero,
        "actual_cost": task.money("ActualCost") or zero,
        "fixed_cost": task.money("FixedCost") or zero,
        "total_slack_hours": plan.hours(task.tenths("TotalSlack") or zero),
    }


def duration(fields: Fields, header: Header) -> Decimal | None:
    """`Duration` in working hours. An elapsed duration counts with the working share of the week."""
    found = fields.hours("Duration")
    if found is None:
        return None
    elapsed = fields.whole("DurationFormat") in _ELAPSED
    return plan.hours(found * header.working_share() if elapsed else found)


def _constraint(task: Fields) -> dict[str, Any]:
    code = task.whole("ConstraintType")
    if code is not None and code not in plan.CONSTRAINT_TYPES:
        raise BadField("ConstraintType", str(code), "0 to 7")
    name = None if code is None else plan.CONSTRAINT_TYPES[code]
    dated = name not in (None, "as_soon_as_possible", "as_late_as_possible")
    return {"constraint_type": name, "constraint_date": task.day("ConstraintDate") if dated else None}


def custom_fields(record: Record, names: Mapping[str, str]) -> str | None:
    """Extended attributes as JSON text, by alias, else field name, else field id."""
    found = {
        names.get(attribute.get("FieldID", ""), attribute.get("FieldID", "")): attribute["Value"]
        for attribute in record.nested.get("ExtendedAttribute", [])
        if attribute.get("Value")
    }
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else None


def links_of(record: Record, header: Header) -> list[Link]:
    """The dependencies into a task."""
    uid = Fields(record.values, header.zone).whole("UID") or 0
    return [Link(uid, Fields(texts, header.zone)) for texts in record.nested.get("PredecessorLink", [])]


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


def baseline_rows(record: Record, header: Header, owner_kind: str, owner_id: str, native: str) -> Rows:
    """`baseline` rows 0 to 10 of a task, an assignment, or (from the summary task) the project."""
    return [
        _baseline(Fields(texts, header.zone), header, owner_kind, owner_id, native)
        for texts in record.nested.get("Baseline", [])
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


def account_row(record: Record, header: Header) -> dict[str, Any]:
    """An `account` row of a resource. Rates are per hour and not in hundredths, unlike costs."""
    resource = Fields(record.values, header.zone)
    native = header.native(resource)
    kind = _RESOURCE_KINDS.get(resource.whole("Type") or 0, "material")
    if resource.whole("Type") is None:
        kind = "human"  # the schema's default is a work resource
    if kind == "human" and resource.flag("IsGeneric"):
        kind = "generic"
    rate = None if resource.whole("StandardRateFormat") == _MATERIAL_RATE else resource.number("StandardRate")
    units = resource.number("MaxUnits")
    email = resource.text("EmailAddress")
    inactive = resource.flag("IsInactive")
    return {
        "id": plan.row_id(header.source, "account", native),
        "source": header.source,
        "native_id": native,
        "name": resource.text("Name"),
        "email": email.lower() if email else None,
        "kind": kind,
        "active": None if inactive is None else not inactive,
        "department": resource.text("Group"),
        "rate_per_hour": None if rate is None else plan.money(rate),
        "currency": header.fields.text("CurrencyCode"),
        "max_units_ratio": None if units is None else plan.ratio(units),
    }


def assignment_row(
    record: Record, header: Header, items: Mapping[int, Mapping[str, Any]], accounts: Mapping[int, str]
) -> dict[str, Any]:
    """An `assignment` row. A resource that the file does not list (a negative UID) stands for nobody."""
    fields = Fields(record.values, header.zone)
    task_uid = fields.whole("TaskUID")
    if task_uid is None or task_uid not in items:
        raise BadField("TaskUID", str(task_uid), "the UID of a readable task of this file")
    units, zero = fields.number("Units"), Decimal(0)
    return {
        "id": plan.row_id(header.source, "assignment", header.native(fields)),
        "source": header.source,
        "project_id": header.project_id,
        "work_item_id": items[task_uid]["id"],
        "account_id": accounts.get(fields.whole("ResourceUID") or 0),
        "units_ratio": None if units is None else plan.ratio(units),
        "start_date": fields.day("Start"),
        "finish_date": fields.day("Finish"),
        "planned_hours": plan.hours(fields.hours("Work") or zero),
        "actual_hours": plan.hours(fields.hours("ActualWork") or zero),
        "remaining_hours": plan.hours(fields.hours("RemainingWork") or zero),
        "planned_cost": fields.money("Cost") or zero,
        "actual_cost": fields.money("ActualCost") or zero,
    }


def field_names(definitions: Iterable[Record]) -> dict[str, str]:
    """Extended attributes' ids to the names that people know them by."""
    return {
        d.values["FieldID"]: d.values.get("Alias") or d.values.get("FieldName") or d.values["FieldID"]
        for d in definitions
        if d.values.get("FieldID")
    }
