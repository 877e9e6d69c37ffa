"""Values of Dataverse's JSON. BadValue names what is wrong.

Numbers are JSON numbers, instants ISO texts in UTC, choices numbers whose label stands beside them, lookups
`_name_value` with the name of what they lead to beside them.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors.microsoft_values import BadValue, RecordValues

FORMATTED = "@OData.Community.Display.V1.FormattedValue"
"""What follows a column's name where its value stands as a person sees it."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FARTHEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True)
class Values(RecordValues):
    """One record, read by column. A missing column and null are None; so are the zero GUID and the year 1."""

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
