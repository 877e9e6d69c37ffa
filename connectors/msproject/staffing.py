"""Resources and assignments of MSPDI as rows. Pure; BadField says which field is wrong."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors import microsoft_plan as plan
from connectors.msproject.custom import OwnFields
from connectors.msproject.header import Header
from connectors.msproject.stream import Record
from connectors.msproject.values import BadField, Fields

_MATERIAL_RATE = 8
_RESOURCE_KINDS = {0: "material", 1: "human", 2: "cost"}


def account_row(
    record: Record, header: Header, own: OwnFields, calendars: Mapping[int, str], department: str | None
) -> dict[str, Any]:
    """An `account` row of a resource. Rates are per hour and not in hundredths, unlike costs.

    `department` names the field of people's own that holds it; without it the resource's group does.
    """
    resource = Fields(record.values, header.zone)
    native = header.native(resource)
    code = resource.whole("Type")
    kind = "human" if code is None else _RESOURCE_KINDS.get(code, "material")  # the schema's default is work
    if kind == "human" and resource.flag("IsGeneric"):
        kind = "generic"
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
        "department": own.texts(record.node).get(department) if department else resource.text("Group"),
        "rate_per_hour": _rate(resource, "StandardRate"),
        "overtime_rate_per_hour": _rate(resource, "OvertimeRate"),
        "cost_per_use": resource.money("CostPerUse"),
        "currency": header.fields.text("CurrencyCode"),
        "max_units_ratio": None if units is None else plan.ratio(units),
        "calendar_id": calendars.get(resource.whole("CalendarUID") or 0),
        "custom_fields": own.as_json(record.node),
    }


def _rate(resource: Fields, name: str) -> Decimal | None:
    """A rate per hour; what material costs is not one."""
    if resource.whole(f"{name}Format") == _MATERIAL_RATE or resource.whole("Type") == 0:
        return None
    rate = resource.number(name)
    return None if rate is None else plan.money(rate)


def assignment_row(
    record: Record,
    header: Header,
    items: Mapping[int, Mapping[str, Any]],
    accounts: Mapping[int, str],
    own: OwnFields,
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
        "actual_start_date": fields.day("ActualStart"),
        "actual_finish_date": fields.day("ActualFinish"),
        "work_complete_ratio": fields.ratio("PercentWorkComplete"),
        "planned_hours": plan.hours(fields.hours("Work") or zero),
        "actual_hours": plan.hours(fields.hours("ActualWork") or zero),
        "remaining_hours": plan.hours(fields.hours("RemainingWork") or zero),
        "overtime_hours": plan.hours(fields.hours("OvertimeWork") or zero),
        "planned_cost": fields.money("Cost") or zero,
        "actual_cost": fields.money("ActualCost") or zero,
        "remaining_cost": fields.money("RemainingCost") or zero,
        "custom_fields": own.as_json(record.node),
    }
