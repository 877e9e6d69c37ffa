"""Calendars of MSPDI as rows: working weeks, exceptions, weeks that differ for a while. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from connectors import microsoft_plan as plan
from connectors.msproject.header import Header, MissingField
from connectors.msproject.recurring import occurrences
from connectors.msproject.stream import Node, Record
from connectors.msproject.values import BadField, Fields

Rows = list[dict[str, Any]]

_EXCEPTION = 0  # DayType of an exception in files of Project 2003 and before
_ISO_WEEKDAY = {1: 7, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 6}
"""DayType counts from Sunday; we count from Monday."""
_MIDNIGHT = Decimal(24)


def calendar_rows(record: Record, header: Header, known: Mapping[int, str]) -> tuple[dict[str, Any], Rows]:
    """The `calendar` row of a Calendar and its `calendar_day` rows. `known` are ids of calendars before it, by UID."""
    fields = Fields(record.values, header.zone)
    uid = fields.whole("UID")
    if uid is None:
        raise MissingField("UID")
    native = calendar_native(header, uid)
    base = fields.whole("BaseCalendarUID")
    row = {
        "id": plan.row_id(header.source, "calendar", native),
        "source": header.source,
        "project_id": header.project_id,
        "name": fields.text("Name") or "(no name)",
        "base_id": known.get(base) if base is not None and base != uid else None,
    }
    days: dict[str, dict[str, Any]] = {}
    for day in _days(record.node, header):
        key = f"{native}:{day['weekday'] or ''}:{day['starts_on'] or ''}:{day['ends_on'] or ''}"
        days[key] = {
            "id": plan.row_id(header.source, "calendar_day", key),
            "source": header.source,
            "project_id": header.project_id,
            "calendar_id": row["id"],
            **day,
        }
    return row, list(days.values())


def calendar_native(header: Header, uid: int) -> str:
    """Native id of a calendar: its UID within the plan, for copies of a plan keep the GUIDs of its calendars."""
    return f"{header.native_id}:{uid}"


def _days(node: Node, header: Header) -> Iterator[dict[str, Any]]:
    for weekday in node.below("WeekDays", "WeekDay"):
        kind = Fields(weekday.values, header.zone).whole("DayType")
        if kind == _EXCEPTION:
            yield from _exception(weekday, header)
        else:
            yield _weekday(weekday, kind, header)
    for week in node.below("WorkWeeks", "WorkWeek"):
        first, last = _period(week, header)
        name = week.values.get("Name") or None
        for weekday in week.below("WeekDays", "WeekDay"):
            kind = Fields(weekday.values, header.zone).whole("DayType")
            yield {**_weekday(weekday, kind, header), "starts_on": first, "ends_on": last, "name": name}
    for exception in node.below("Exceptions", "Exception"):
        yield from _exception(exception, header)


def _weekday(node: Node, kind: int | None, header: Header) -> dict[str, Any]:
    if kind not in _ISO_WEEKDAY:
        raise BadField("DayType", str(kind), "0 to 7")
    always = {"starts_on": None, "ends_on": None, "name": None}
    return {"weekday": _ISO_WEEKDAY[kind], **always, **_working(node, header)}


def _exception(node: Node, header: Header) -> Iterator[dict[str, Any]]:
    first, last = _period(node, header)
    name = node.values.get("Name") or None
    working = _working(node, header)
    for begins, ends in occurrences(Fields(node.values, header.zone), first, last):
        yield {"weekday": None, "starts_on": begins, "ends_on": ends, "name": name, **working}


def _period(node: Node, header: Header) -> tuple[date, date]:
    for period in node.below("TimePeriod"):
        fields = Fields(period.values, header.zone)
        first, last = fields.day("FromDate"), fields.day("ToDate")
        if first is not None and last is not None and first <= last:
            return first, last
    raise BadField("TimePeriod", node.values.get("Name", ""), "a period with FromDate and ToDate")


def _working(node: Node, header: Header) -> dict[str, Any]:
    """Hours and shifts of a day. A day that is said to work and has no times works as the base says."""
    working = Fields(node.values, header.zone).flag("DayWorking")
    shifts = [
        (_clock("FromTime", shift.values), _clock("ToTime", shift.values))
        for shift in node.below("WorkingTimes", "WorkingTime")
        if shift.values
    ]
    hours = sum(((end if end > start else _MIDNIGHT) - start for start, end in shifts), Decimal(0))
    if working is False:
        return {"is_working": False, "hours": Decimal(0), "shifts": None}
    return {
        "is_working": working if working is not None else bool(shifts) or None,
        "hours": plan.hours(hours) if shifts else None,
        "shifts": " ".join(f"{_shown(start)}-{_shown(end)}" for start, end in shifts) or None,
    }


def _clock(name: str, texts: Mapping[str, str]) -> Decimal:
    """A time of day in hours. Some writers put a date before it."""
    text = texts.get(name, "").rpartition("T")[2]
    parts = text.split(":")
    if len(parts) < 2 or not all(part.isdecimal() for part in parts):
        raise BadField(name, texts.get(name, ""), "a time of day such as 08:00:00")
    hour, minute = int(parts[0]), int(parts[1])
    if hour > 24 or minute > 59:
        raise BadField(name, text, "a time of day such as 08:00:00")
    return Decimal(hour) + Decimal(minute) / 60


def _shown(clock: Decimal) -> str:
    minutes = int((clock * 60).to_integral_value())
    return f"{minutes // 60:02}:{minutes % 60:02}"
