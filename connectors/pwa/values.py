"""Values of ProjectData's JSON: decimals as texts, times without zone, zero GUIDs. BadValue names what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - verbose JSON counts from it without zone
_TICKS = re.compile(r"/Date\((-?\d+)(?:[+-]\d+)?\)/")


class BadValue(ValueError):
    """A value that is not what its column promises."""

    def __init__(self, column: str, value: object, expected: str) -> None:
        super().__init__(f"{column} is {str(value)[:60]!r}, expected {expected}")


@dataclass(frozen=True)
class Values:
    """One record, read by column. A missing column, null and the vendor's stand-ins for none are None."""

    record: Mapping[str, Any]
    zone: ZoneInfo

    def text(self, column: str) -> str | None:
        """A text; blank is None."""
        value = self.record.get(column)
        return str(value).strip() or None if value is not None else None

    def guid(self, column: str) -> str | None:
        """A GUID in lower case; the zero GUID is None."""
        return plan.guid(self.text(column))

    def key(self, column: str) -> str:
        """A GUID without which the record cannot be told from others. Raises BadValue."""
        found = self.guid(column)
        if found is None:
            raise BadValue(column, self.record.get(column), "a GUID")
        return found

    def number(self, column: str) -> Decimal | None:
        """Edm.Decimal comes as text, the other numbers as JSON numbers."""
        value = self.record.get(column)
        if value is None or value == "":
            return None
        try:
            found = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise BadValue(column, value, "a number")
        if plan.too_large(found):
            raise BadValue(column, value, "a number of at most fifteen digits")
        return found

    def whole(self, column: str) -> int | None:
        """A whole number."""
        found = self.number(column)
        if found is not None and found != found.to_integral_value():
            raise BadValue(column, found, "a whole number")
        return None if found is None else int(found)

    def hours(self, column: str) -> Decimal | None:
        """Work, durations and slack: hours."""
        found = self.number(column)
        return None if found is None else plan.hours(found)

    def money(self, column: str) -> Decimal | None:
        """An amount in the project's currency."""
        found = self.number(column)
        return None if found is None else plan.money(found)

    def ratio(self, column: str) -> Decimal | None:
        """A number that is a fraction already, such as units: 1 is full time."""
        found = self.number(column)
        return None if found is None else plan.ratio(found)

    def percent(self, column: str) -> Decimal | None:
        """Per cent 0..100 as a fraction."""
        found = self.number(column)
        return None if found is None else plan.ratio(found / 100)

    def flag(self, column: str) -> bool | None:
        """A boolean."""
        value = self.record.get(column)
        if value is None or isinstance(value, bool):
            return value
        raise BadValue(column, value, "true or false")

    def moment(self, column: str) -> datetime | None:
        """A time in the site's zone. Verbose JSON may say `/Date(milliseconds)/`, counted without zone."""
        text = self.text(column)
        if text is None:
            return None
        ticks = _TICKS.fullmatch(text)
        try:
            plain = (_EPOCH + timedelta(milliseconds=int(ticks[1]))).isoformat() if ticks else text
            return plan.wall_clock(plain, self.zone)
        except (ValueError, OverflowError):
            raise BadValue(column, text, "a time such as 2026-11-23T08:00:00") from None

    def day(self, column: str) -> date | None:
        """The calendar day of a time, as the site shows it."""
        found = self.moment(column)
        return found.date() if found else None

    def instant(self, column: str) -> datetime | None:
        """The time in UTC."""
        return plan.to_utc(self.moment(column))
