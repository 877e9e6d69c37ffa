"""Values of ProjectData's JSON: decimals as texts, times without zone, zero GUIDs. BadValue names what is wrong."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors import microsoft_plan as plan
from connectors.microsoft_values import BadValue, RecordValues

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - verbose JSON counts from it without zone
_TICKS = re.compile(r"/Date\((-?\d+)(?:[+-]\d+)?\)/")


@dataclass(frozen=True)
class Values(RecordValues):
    """One record, read by column. A missing column, null and the vendor's stand-ins for none are None."""

    def money(self, column: str) -> Decimal | None:
        """An amount in the project's currency."""
        found = self.number(column)
        return None if found is None else plan.money(found)

    def percent(self, column: str) -> Decimal | None:
        """Per cent 0..100 as a fraction."""
        found = self.number(column)
        return None if found is None else plan.ratio(found / 100)

    def baseline_number(self) -> int:
        """The number of a baseline: Project keeps eleven. Raises BadValue."""
        found = self.whole("BaselineNumber")
        if found is None or not 0 <= found <= 10:
            raise BadValue("BaselineNumber", found, "0 to 10")
        return found

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
