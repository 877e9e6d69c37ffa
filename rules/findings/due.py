"""Until when a finding is to be mended, and by whom. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from rules.limits import FixDays

Row = dict[str, Any]
_MONDAY_TO_FRIDAY = 5


def dated(
    findings: Iterable[Row], days: FixDays, owner_of: Callable[[Row], str | None] = lambda finding: None
) -> list[Row]:
    """The findings with `fix_by`, and the `owner` that `owner_of` names, where they are open. Those in which that is
    nothing new come back themselves."""
    return [_dated(f, fix_by(f, days), owner_of(f)) if f["state"] == "open" else f for f in findings]


def _dated(finding: Row, until: date | None, owner: str | None) -> Row:
    if finding.get("fix_by") == until and finding.get("owner") == owner and "owner" in finding:
        return finding
    return {**finding, "fix_by": until, "owner": owner}


def fix_by(finding: Mapping[str, Any], days: FixDays) -> date | None:
    """The last day to mend it: working days after it was last opened, and later by every day under waiver since."""
    allowed = days.of(finding["severity"])
    opened: date | None = finding["reopened_on"] or finding["opened_on"]
    if allowed is None or opened is None:
        return None
    waived = (finding["waived_days"] or 0) - (finding["waived_before_days"] or 0)
    return working_days_after(opened + timedelta(days=waived), allowed)


@cache
def working_days_after(start: date, days: int) -> date:
    """The day so many working days (Monday to Friday) after `start`."""
    weeks, rest = divmod(days, _MONDAY_TO_FRIDAY)
    day = start - timedelta(days=max(0, start.weekday() - 4))  # of a weekend, the Friday before
    day += timedelta(weeks=weeks)
    for _ in range(rest):
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return day
