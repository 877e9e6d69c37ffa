"""Timesheet lines and their days as time entries. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connectors import microsoft_plan as plan
from connectors.microsoft_values import BadValue
from connectors.pwa.normalise import Row, Site

_BILLABLE = ("ActualWorkBillable", "ActualOvertimeWorkBillable")
_NOT_BILLABLE = ("ActualWorkNonBillable", "ActualOvertimeWorkNonBillable")

_STATES = {0: "open", 1: "submitted", 2: "submitted", 3: "approved", 4: "rejected"}
"""TimesheetStatusId: in progress, submitted, acceptable (approved by some), approved, rejected."""


def entries(
    line: Mapping[str, Any], days: Iterable[Mapping[str, Any]], site: Site, account_id: str | None
) -> list[Row]:
    """The `time_entry` rows of one line, one a day with hours: the sum over its adjustments, overtime included."""
    values = site.values(line)
    native = values.key("TimesheetLineId")
    billable: dict[date, Decimal] = {}
    total: dict[date, Decimal] = {}
    for record in days:
        cells = site.values(record)
        spent_on = cells.day("TimeByDay")
        if spent_on is None:
            raise BadValue("TimeByDay", record.get("TimeByDay"), "a day")
        billed = sum((cells.number(c) or Decimal(0) for c in _BILLABLE), Decimal(0))
        unbilled = sum((cells.number(c) or Decimal(0) for c in _NOT_BILLABLE), Decimal(0))
        billable[spent_on] = billable.get(spent_on, Decimal(0)) + billed
        total[spent_on] = total.get(spent_on, Decimal(0)) + billed + unbilled
    shared = {
        "source": site.source,
        "project_id": plan.row_id(site.source, "project", values.key("ProjectId")),
        "work_item_id": site.id_of("item", values.guid("TaskId")),
        "account_id": account_id,
        "state": _state(values.text("TimesheetLineStatus"), values.whole("TimesheetStatusId")),
        "created_at": values.instant("CreatedDate"),
        "updated_at": values.instant("ModifiedDate"),
    }
    return [
        {
            "id": entry_id(site, native, day),
            **shared,
            "spent_on": day,
            "hours": plan.hours(hours),
            "billable_hours": plan.hours(billable[day]),
        }
        for day, hours in sorted(total.items())
        if plan.hours(hours) != 0
    ]


def entry_id(site: Site, line: str, day: date) -> str:
    """Id of the entry of one line on one day."""
    return plan.row_id(site.source, "time", f"{line}:{day.isoformat()}")


def days_of(line: Mapping[str, Any], site: Site) -> list[date]:
    """The days of the line's period, at most 366; any of them may have had hours before."""
    values = site.values(line)
    first, last = values.day("PeriodStartDate"), values.day("PeriodEndDate")
    if first is None or last is None or last < first:
        return []
    return [first + timedelta(days=n) for n in range(min((last - first).days + 1, 366))]


def _state(line: str | None, timesheet: int | None) -> str | None:
    """A line can be decided before its timesheet; its words come in English under [en-us]."""
    words = (line or "").lower()
    for word, state in (("rejected", "rejected"), ("pending", "submitted"), ("approved", "approved")):
        if word in words:
            return "open" if "submission" in words else state
    return _STATES.get(timesheet) if timesheet is not None else None
