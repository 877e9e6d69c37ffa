"""How an assignment's work is spread over time: the JSON text in `msdyn_plannedwork`, as stretches of days. Pure.

The text is a list of `{"Start": "/Date(ms)/", "End": "/Date(ms)/", "Hours": 8}`, milliseconds since 1970 in UTC; seen
in records of 2025-12. Days that follow one another with the same hours each become one stretch.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors.microsoft_values import BadValue

COLUMN = "msdyn_plannedwork"
_TICKS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))
_DAY = timedelta(days=1)
_SPLINTER = timedelta(microseconds=1)


@dataclass(frozen=True)
class Stretch:
    """Work in hours from one day to another, both included, the same on each day where it was told by the day."""

    first: date
    last: date
    hours: Decimal

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.last - self.first).days + 1


def stretches(text: str | None, zone: ZoneInfo) -> list[Stretch]:
    """The stretches of a contour, in order, by the days of `zone`. A slice of up to a day stands on the day on which it
    begins: seen from another zone than the project's, a day of work may reach over midnight.

    Raises BadValue for a text of another shape.
    """
    if text is None:
        return []
    totals: dict[tuple[date, date], Decimal] = {}
    for slice_ in _slices(text):
        first, last, hours = _read(slice_, text, zone)
        totals[first, last] = totals.get((first, last), Decimal(0)) + hours
    return _kept(_joined(Stretch(first, last, hours) for (first, last), hours in sorted(totals.items()) if hours))


def _slices(text: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadValue(COLUMN, text, "a list of slices of work in JSON")
    return found


def _read(one: Mapping[str, Any], text: str, zone: ZoneInfo) -> tuple[date, date, Decimal]:
    try:
        start, end = _moment(one["Start"], zone), _moment(one["End"], zone)
        hours = Decimal("NaN") if isinstance(one["Hours"], bool) else Decimal(str(one["Hours"]))
    except (KeyError, TypeError, ValueError, OverflowError, InvalidOperation):
        raise BadValue(COLUMN, text, "slices with Start, End and Hours") from None
    if end < start or not hours.is_finite() or hours < 0 or plan.too_large(hours):
        raise BadValue(COLUMN, text, "slices that end after they start, with hours")
    last = (end - _SPLINTER).date() if end - start > _DAY else start.date()  # midnight ends the day before
    return start.date(), max(start.date(), last), hours


def _moment(ticks: Any, zone: ZoneInfo) -> datetime:
    found = _TICKS.fullmatch(ticks)
    if found is None:
        raise ValueError(ticks)
    return (_EPOCH + timedelta(milliseconds=int(found[1]))).astimezone(zone)


def _kept(parts: Iterable[Stretch]) -> list[Stretch]:
    """The stretches at the precision that we keep. Sums are rounded, not parts, so that nothing is lost or won."""
    kept, total = [], Decimal(0)
    for part in parts:
        before, total = plan.hours(total), total + part.hours
        kept.append(Stretch(part.first, part.last, plan.hours(total) - before))
    return kept


def _joined(parts: Iterable[Stretch]) -> list[Stretch]:
    """Neighbours with the same hours a day, together."""
    joined: list[Stretch] = []
    for part in parts:
        before = joined[-1] if joined else None
        if before and before.last + _DAY == part.first and before.hours * part.days == part.hours * before.days:
            joined[-1] = Stretch(before.first, part.last, before.hours + part.hours)
        else:
            joined.append(part)
    return joined
