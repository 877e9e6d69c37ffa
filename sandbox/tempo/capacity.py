"""What people are to work: periods, and seconds a day by workload scheme and holiday scheme. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar

from sandbox.tempo.records import Holiday, HolidayScheme, Period, WorkloadScheme

ApprovalPeriod = Literal["WEEK", "MONTH"]
_Scheme = TypeVar("_Scheme", WorkloadScheme, HolidayScheme)


@dataclass(frozen=True)
class DaySchedule:
    """One day of one person. `kind` is what Tempo calls the type of the day."""

    day: date
    required_seconds: int
    kind: Literal["WORKING_DAY", "NON_WORKING_DAY", "HOLIDAY", "HOLIDAY_AND_NON_WORKING_DAY"]
    holiday: Holiday | None = None


def period_of(day: date, kind: ApprovalPeriod, week_start: int = 1) -> Period:
    """Give the period that holds a day; `week_start` is 1 for Monday to 7 for Sunday."""
    if kind == "WEEK":
        start = day - timedelta(days=(day.isoweekday() - week_start) % 7)
        return Period(start, start + timedelta(days=6))
    start = day.replace(day=1)
    return Period(start, (start + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def periods_between(first: date, last: date, kind: ApprovalPeriod, week_start: int = 1) -> list[Period]:
    """Give the periods that touch the days from `first` to `last`."""
    found = []
    while first <= last:
        period = period_of(first, kind, week_start)
        found.append(period)
        first = period.end + timedelta(days=1)
    return found


def days_of(period: Period) -> Iterator[date]:
    """Give the days of a period, both ends included."""
    for offset in range((period.end - period.start).days + 1):
        yield period.start + timedelta(days=offset)


def scheme_of(schemes: Sequence[_Scheme], account_id: str) -> _Scheme | None:
    """Give the scheme that somebody is a member of, else the default one, else none."""
    for scheme in schemes:
        if account_id in scheme.members:
            return scheme
    return next((scheme for scheme in schemes if scheme.default), None)


def schedule(period: Period, workload: WorkloadScheme | None, holidays: HolidayScheme | None) -> list[DaySchedule]:
    """Give every day of a period with what it asks for; a holiday takes its seconds off."""
    free = {holiday.day: holiday for holiday in (holidays.holidays if holidays else ())}
    return [_day(day, workload.days[day.weekday()] if workload else 0, free.get(day)) for day in days_of(period)]


def _day(day: date, required: int, holiday: Holiday | None) -> DaySchedule:
    if holiday is None:
        return DaySchedule(day, required, "WORKING_DAY" if required else "NON_WORKING_DAY")
    kind: Literal["HOLIDAY", "HOLIDAY_AND_NON_WORKING_DAY"] = "HOLIDAY" if required else "HOLIDAY_AND_NON_WORKING_DAY"
    return DaySchedule(day, max(required - holiday.seconds, 0), kind, holiday)


def required_seconds(days: Iterable[DaySchedule]) -> int:
    """Add up what some days ask for."""
    return sum(day.required_seconds for day in days)
