"""Calendar arithmetic of the pretend company: Monday to Friday, eight hours, no holidays.

Plans are laid out in whole working days counted from their first day, so that shifting one never lands on a Sunday.
"""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
HOURS_A_DAY = 8


def add_workdays(first: date, count: int) -> date:
    """The working day `count` days after `first` (before it, if negative); `first` must be a working day."""
    weeks, rest = divmod(first.weekday() + count, 5)
    return first - timedelta(days=first.weekday()) + timedelta(days=weeks * 7 + rest)


def workdays_between(first: date, last: date) -> int:
    """Working days from `first` up to, not including, `last`; negative if `last` is earlier."""
    return _since_monday_zero(last) - _since_monday_zero(first)


def monday(day: date) -> date:
    """Monday of that day's week."""
    return day - timedelta(days=day.weekday())


def workdays(first: date, last: date) -> list[date]:
    """Every working day from `first` to `last`, both included."""
    span = (last - first).days + 1
    return [d for d in (first + timedelta(days=n) for n in range(span)) if d.weekday() < 5]


def at_work(day: date, rng: Random, earliest: int = 8, latest: int = 16) -> datetime:
    """A moment of that day within local working hours, whole seconds, zone of the company."""
    seconds = rng.randrange(earliest * 3600, latest * 3600)
    clock = time(seconds // 3600, seconds % 3600 // 60, seconds % 60)
    return datetime.combine(day, clock, tzinfo=ZONE)


def _since_monday_zero(day: date) -> int:
    weeks, weekday = divmod(day.toordinal() - 1, 7)  # ordinal 1 was a Monday
    return weeks * 5 + min(weekday, 5)
