"""Work and cost spread over time, where the site keeps it so. Pure.

Sources: Microsoft, "TaskTimephasedData", "AssignmentTimephasedData", "TaskBaselineTimephasedData" and
"AssignmentBaselineTimephasedData" entity types;
"Configure rollup of timephased reporting data" (never, daily, weekly, monthly, by fiscal period; effective per project
after it is published again). `TimeByDay` is the first day of its bucket.

`overtime` is what was worked (`ActualOvertimeWork`), as in plans that are read from files. `OvertimeWork` is the part
of `Work` that is scheduled as overtime, worked or not; of tasks ProjectData tells only that: they have no `overtime`.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from connectors import microsoft_plan as plan
from connectors.microsoft_values import BadValue
from connectors.pwa import odata
from connectors.pwa.normalise import Row, Site
from connectors.pwa.values import Values

_NEVER = frozenset({"disabled", "never", "none"})

TASKS = "TaskTimephasedDataSet"
BASELINES = "TaskBaselineTimephasedDataSet"
ASSIGNMENTS = "AssignmentTimephasedDataSet"
ASSIGNMENT_BASELINES = "AssignmentBaselineTimephasedDataSet"
"""The largest set of all."""
OF_ASSIGNMENTS = (ASSIGNMENTS, ASSIGNMENT_BASELINES)


@dataclass(frozen=True)
class Window:
    """The days that are read, both included."""

    first: date
    last: date

    @classmethod
    def around(cls, today: date, months: int) -> "Window":
        """Whole months before and after the month of that day; so it moves once a month."""
        return cls(_month(today, -months), _month(today, months + 1) - timedelta(days=1))

    def clause(self) -> str:
        """The window as a $filter."""
        after, before = self.first.isoformat(), (self.last + timedelta(days=1)).isoformat()
        return (
            f"TimeByDay ge {odata.datetime_literal(after + 'T00:00:00')}"
            f" and TimeByDay lt {odata.datetime_literal(before + 'T00:00:00')}"
        )


def switched_off(setting: str | None) -> bool:
    """Whether a project's `ProjectTimephased` says that nothing is collected: then nothing is known, not zero."""
    return (setting or "").strip().lower() in _NEVER


def task_rows(record: Mapping[str, Any], site: Site, ends: Mapping[date, date]) -> list[Row]:
    """`timephased` rows of one bucket of a task: planned and actual, as far as it holds them."""
    return _rows(record, site, ends, "TaskId", _amounts(site.values(record), "Task"))


def assignment_rows(record: Mapping[str, Any], site: Site, ends: Mapping[date, date]) -> list[Row]:
    """The same of an assignment, and the overtime that was worked."""
    values = site.values(record)
    overtime = {"hours": values.hours("AssignmentActualOvertimeWork"), "cost": None}
    return _rows(record, site, ends, "AssignmentId", {**_amounts(values, "Assignment"), "overtime": overtime})


def baseline_rows(record: Mapping[str, Any], site: Site, ends: Mapping[date, date]) -> list[Row]:
    """The same of a task's baseline."""
    return _of_baseline(record, site, ends, "Task")


def assignment_baseline_rows(record: Mapping[str, Any], site: Site, ends: Mapping[date, date]) -> list[Row]:
    """The same of an assignment's baseline."""
    return _of_baseline(record, site, ends, "Assignment")


def _amounts(values: Values, prefix: str) -> dict[str, Row]:
    return {
        "planned": {"hours": values.hours(f"{prefix}Work"), "cost": values.money(f"{prefix}Cost")},
        "actual": {"hours": values.hours(f"{prefix}ActualWork"), "cost": values.money(f"{prefix}ActualCost")},
    }


def _rows(
    record: Mapping[str, Any], site: Site, ends: Mapping[date, date], key: str, kinds: Mapping[str, Row]
) -> list[Row]:
    bucket = _bucket(record, site, ends, key)
    return [_row(bucket, kind, kind, amounts) for kind, amounts in kinds.items() if any(amounts.values())]


def _of_baseline(record: Mapping[str, Any], site: Site, ends: Mapping[date, date], prefix: str) -> list[Row]:
    values, bucket = site.values(record), _bucket(record, site, ends, f"{prefix}Id")
    number = values.baseline_number()
    amounts = {
        "hours": values.hours(f"{prefix}BaselineWork"),
        "cost": values.money(f"{prefix}BaselineCost"),
        "number": number,
    }
    held = amounts["hours"] or amounts["cost"]
    return [_row(bucket, f"baseline{number}", "baseline", amounts)] if held else []


def _row(bucket: Row, name: str, kind: str, amounts: Mapping[str, Any]) -> Row:
    source, native, start = bucket["source"], bucket["native"], bucket["starts_on"]
    own = {column: value for column, value in bucket.items() if column != "native"}
    return {"id": plan.row_id(source, "timephased", f"{native}:{name}:{start}"), **own, "kind": kind, **amounts}


def _bucket(record: Mapping[str, Any], site: Site, ends: Mapping[date, date], key: str) -> Row:
    """What all rows of one record share."""
    values, start = site.values(record), _start(record, site)
    native, of_assignment = values.key(key), key == "AssignmentId"
    return {
        "native": native,
        "source": site.source,
        "project_id": plan.row_id(site.source, "project", values.key("ProjectId")),
        "work_item_id": site.id_of("item", values.guid("TaskId")),
        "assignment_id": site.id_of("assignment", native) if of_assignment else None,
        "account_id": site.id_of("account", values.guid("ResourceId")) if of_assignment else None,
        "starts_on": start,
        "ends_on": ends[start],
    }


def _start(record: Mapping[str, Any], site: Site) -> date:
    found = site.values(record).day("TimeByDay")
    if found is None:
        raise BadValue("TimeByDay", record.get("TimeByDay"), "a day")
    return found


def start(record: Mapping[str, Any], site: Site) -> date | None:
    """The first day of a record's bucket; None where it cannot be read."""
    with suppress(BadValue):
        return _start(record, site)
    return None


def by_fiscal_period(setting: str | None) -> bool:
    """Whether a project's buckets are fiscal periods: then the end of one shows by the next."""
    return "fiscal" in (setting or "").lower()


def ends(records: Iterable[Mapping[str, Any]], site: Site, setting: str | None) -> dict[date, date]:
    """The last day of each bucket of these records, by its first. Days that cannot be read are left out."""
    return ends_of((first for record in records if (first := start(record, site)) is not None), setting)


def ends_of(firsts: Iterable[date], setting: str | None) -> dict[date, date]:
    """The last day of each bucket, by its first. Of fiscal periods only the first days are known: one ends before the
    next, and the last is taken for a month."""
    starts = sorted(set(firsts))
    if by_fiscal_period(setting):
        following = [day - timedelta(days=1) for day in starts[1:]]
        last = [_month(starts[-1], 1) - timedelta(days=1)] if starts else []
        return dict(zip(starts, [*following, *last], strict=True))
    unit = (setting or "").lower()
    if "week" in unit:
        return {day: day + timedelta(days=6) for day in starts}
    if "month" in unit:
        return {day: _month(day, 1) - timedelta(days=1) for day in starts}
    return {day: day for day in starts}


def _month(day: date, later: int) -> date:
    """The first day of the month that is so many months later."""
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
