"""On which days an exception of a calendar falls: it may repeat daily, weekly, monthly or yearly. Pure.

Codes of MSPDI: Type 1 daily, 2 yearly by day of month, 3 yearly by position (the first Monday of May), 4 monthly by
day, 5 monthly by position, 6 weekly, 7 and 8 and 9 by a count or range of days, which are one stretch.
"""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from connectors.msproject.values import Fields

_DAILY, _YEARLY_BY_DAY, _YEARLY_BY_POSITION, _MONTHLY_BY_DAY, _MONTHLY_BY_POSITION, _WEEKLY = range(1, 7)
_LAST_POSITION = 4
_MOST = 1000
"""Occurrences of one exception that are kept: three years of single days, or any number of yearly feasts."""

_ITEMS = {0: range(7), 1: range(5), 2: range(5, 7), 3: (6,), **{n: (n - 4,) for n in range(4, 10)}}
"""MonthItem: day, weekday, weekend day, then Sunday to Saturday; as weekdays that count from Monday, 0."""


def occurrences(fields: Fields, first: date, last: date) -> Iterator[tuple[date, date]]:
    """First and last days of each stretch, within the exception's period."""
    kind = fields.whole("Type")
    every = max(fields.whole("Period") or 1, 1)
    if kind is None or kind > _WEEKLY or (kind == _DAILY and every == 1):
        yield first, last
        return
    days = (day for day in _days(kind, every, fields, first, last) if first <= day <= last)
    yield from ((day, day) for day in islice(days, _MOST))


def _days(kind: int, every: int, fields: Fields, first: date, last: date) -> Iterator[date]:
    if kind == _DAILY:
        yield from (first + timedelta(days=n) for n in range(0, (last - first).days + 1, every))
        return
    if kind == _WEEKLY:
        bits = fields.whole("DaysOfWeek") or 0
        sunday = first - timedelta(days=(first.weekday() + 1) % 7)
        for week in range(0, (last - sunday).days // 7 + 1, every):
            yield from (sunday + timedelta(days=7 * week + n) for n in range(7) if bits >> n & 1)
        return
    yearly = kind in (_YEARLY_BY_DAY, _YEARLY_BY_POSITION)
    for year, month in _months(fields, first, last, 1 if yearly else every, yearly=yearly):
        by_day = kind in (_YEARLY_BY_DAY, _MONTHLY_BY_DAY)
        day = _by_number(fields, year, month) if by_day else _by_position(fields, year, month)
        if day is not None:
            yield day


def _months(fields: Fields, first: date, last: date, every: int, *, yearly: bool) -> Iterator[tuple[int, int]]:
    if yearly:
        month = (fields.whole("Month") or 0) + 1  # it counts from January, 0
        yield from ((year, month) for year in range(first.year, last.year + 1))
        return
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    yield from ((number // 12, number % 12 + 1) for number in range(start, end + 1, every))


def _by_number(fields: Fields, year: int, month: int) -> date | None:
    day = fields.whole("MonthDay") or 1
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    return date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None


def _by_position(fields: Fields, year: int, month: int) -> date | None:
    wanted = _ITEMS.get(fields.whole("MonthItem") or 0)
    position = fields.whole("MonthPosition") or 0  # first to fourth, then the last
    if wanted is None or not 1 <= month <= 12:
        return None
    length = calendar.monthrange(year, month)[1]
    found = [date(year, month, n) for n in range(1, length + 1) if date(year, month, n).weekday() in wanted]
    if position >= _LAST_POSITION:
        return found[-1]
    return found[position] if 0 <= position < len(found) else None
