"""The texts of MSPDI as values: durations, money, dates, flags. One bad text raises BadField with its name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_TENTHS_OF_MINUTES_PER_HOUR = Decimal(600)


class BadField(ValueError):
    """A field whose text is not what its type asks for."""

    def __init__(self, name: str, text: str, expected: str) -> None:
        super().__init__(f"{name} is `{text[:60]}`, expected {expected}")


@dataclass(frozen=True)
class Fields:
    """The texts of one record, read as values. A missing or empty field is None."""

    texts: Mapping[str, str]
    zone: ZoneInfo

    def text(self, name: str) -> str | None:
        """The text as it stands."""
        return self.texts.get(name) or None

    def guid(self, name: str) -> str | None:
        """A GUID in lower case; the zero GUID is None."""
        return plan.guid(self.texts.get(name))

    def whole(self, name: str) -> int | None:
        """A whole number."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return int(text)
        except ValueError:
            raise BadField(name, text, "a whole number") from None

    def number(self, name: str) -> Decimal | None:
        """A decimal number; not-a-number and infinity are refused."""
        text = self.text(name)
        if text is None:
            return None
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise BadField(name, text, "a number")
        if plan.too_large(found):
            raise BadField(name, text, "a number of at most fifteen digits")
        return found

    def money(self, name: str) -> Decimal | None:
        """An amount in currency units: MSPDI writes costs in hundredths (rates it does not)."""
        found = self.number(name)
        return None if found is None else plan.money(found / 100)

    def ratio(self, name: str) -> Decimal | None:
        """A whole per cent as a fraction."""
        found = self.number(name)
        return None if found is None else plan.ratio(found / 100)

    def hours(self, name: str) -> Decimal | None:
        """An ISO 8601 duration in hours: `PT8H0M0S` is one working day of eight hours."""
        text = self.text(name)
        if text is None:
            return None
        match = _DURATION.fullmatch(text)
        if match is None or text.rstrip("T").endswith("P"):
            raise BadField(name, text, "a duration such as PT8H0M0S")
        part = {unit: Decimal(match[unit] or 0) for unit in ("days", "hours", "minutes", "seconds")}
        if any(map(plan.too_large, part.values())):
            raise BadField(name, text, "a duration of at most fifteen digits")
        total = part["days"] * 24 + part["hours"] + part["minutes"] / 60 + part["seconds"] / 3600
        return -total if match["sign"] else total

    def tenths(self, name: str) -> Decimal | None:
        """Tenths of minutes, as link lags and slack are written, in hours."""
        found = self.number(name)
        return None if found is None else found / _TENTHS_OF_MINUTES_PER_HOUR

    def flag(self, name: str) -> bool | None:
        """An XML boolean."""
        text = self.text(name)
        if text is None:
            return None
        if text not in ("0", "1", "true", "false"):
            raise BadField(name, text, "0 or 1")
        return text in ("1", "true")

    def moment(self, name: str) -> datetime | None:
        """A time in the configured zone."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return plan.wall_clock(text, self.zone)
        except ValueError:
            raise BadField(name, text, "a time such as 2026-11-23T08:00:00") from None

    def day(self, name: str) -> date | None:
        """The calendar day of a time, as the plan shows it."""
        found = self.moment(name)
        return found.date() if found else None

    def instant(self, name: str) -> datetime | None:
        """The time in UTC."""
        return plan.to_utc(self.moment(name))
