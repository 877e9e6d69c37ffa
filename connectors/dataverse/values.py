"""Values of Dataverse's JSON. BadValue names what is wrong.

Numbers are JSON numbers, instants ISO texts in UTC, choices numbers whose label stands beside them, lookups
`_name_value` with the name of what they lead to beside them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan

FORMATTED = "@OData.Community.Display.V1.FormattedValue"
"""What follows a column's name where its value stands as a person sees it."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FARTHEST_ZONE = timedelta(hours=14)


class BadValue(ValueError):
    """A value that is not what its column promises."""

    def __init__(self, column: str, value: object, expected: str) -> None:
        super().__init__(f"{column} is {str(value)[:60]!r}, expected {expected}")


@dataclass(frozen=True)
class Values:
    """One record, read by column. A missing column and null are None; so are the zero GUID and the year 1."""

    record: Mapping[str, Any]
    zone: ZoneInfo

    def text(self, column: str) -> str | None:
        """A text; blank is None."""
        value = self.record.get(column)
        return str(value).strip() or None if value is not None else None

    def label(self, column: str) -> str | None:
        """A value as a person sees it: the label of a choice, the name behind a lookup; else the value itself.

        A lookup whose name is not told is unknown: nobody knows a thing by its GUID.
        """
        shown = self.text(column + FORMATTED)
        is_lookup = column.startswith("_") and column.endswith("_value")
        return shown if shown or is_lookup else self.text(column)

    def guid(self, column: str) -> str | None:
        """A GUID in lower case, without braces. Raises BadValue for a text that is none."""
        found = plan.guid(self.text(column))
        if found is not None and not _GUID.fullmatch(found):
            raise BadValue(column, self.record.get(column), "a GUID")
        return found

    def key(self, column: str) -> str:
        """A GUID without which the record cannot be told from others, or placed. Raises BadValue."""
        found = self.guid(column)
        if found is None:
            raise BadValue(column, self.record.get(column), "a GUID")
        return found

    def number(self, column: str) -> Decimal | None:
        """A number."""
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
        """A whole number; `2.0` is one."""
        found = self.number(column)
        if found is not None and found != found.to_integral_value():
            raise BadValue(column, found, "a whole number")
        return None if found is None else int(found)

    def hours(self, column: str) -> Decimal | None:
        """Effort: hours."""
        found = self.number(column)
        return None if found is None else plan.hours(found)

    def ratio(self, column: str) -> Decimal | None:
        """Progress: a fraction 0..1 already."""
        found = self.number(column)
        return None if found is None else plan.ratio(found)

    def flag(self, column: str) -> bool | None:
        """A boolean."""
        value = self.record.get(column)
        if value is None or isinstance(value, bool):
            return value
        raise BadValue(column, value, "true or false")

    def active(self) -> bool:
        """Whether the record counts: a deactivated one (`statecode` 1) stays in its table."""
        state = self.whole("statecode")
        if state not in (None, 0, 1):
            raise BadValue("statecode", state, "0 (active) or 1 (inactive)")
        return state != 1

    def moment(self, column: str) -> datetime | None:
        """An instant, in the source's zone. A text without zone is taken for UTC, as Dataverse keeps it."""
        text = self.text(column)
        if text is None:
            return None
        try:
            found = plan.wall_clock(text, _UTC)
            return found.astimezone(self.zone) if found else None
        except (ValueError, OverflowError):
            raise BadValue(column, text, "a time such as 2026-11-23T08:00:00Z") from None

    def instant(self, column: str) -> datetime | None:
        """An instant in UTC."""
        return plan.to_utc(self.moment(column))

    def day(self, column: str, agnostic: str = "") -> date | None:
        """The day of an instant in the source's zone.

        Where `agnostic` names a column that holds the same moment by the clock of the project's calendar, its day
        counts: it is what the plan shows to everybody (Microsoft, "Time zone agnostic dates", 2026-03-09). One that is
        farther from the instant than any zone is stale and does not.
        """
        moment = self.moment(column)
        if moment is None:
            return None
        shown = _wall_clock(self.text(agnostic)) if agnostic else None
        if shown is not None and abs(shown.replace(tzinfo=_UTC) - moment) <= _FARTHEST_ZONE:
            return shown.date()
        return moment.date()


_UTC = ZoneInfo("UTC")


def _wall_clock(text: str | None) -> datetime | None:
    """The clock's reading in a text; its zone, always written as Z, means nothing."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None
