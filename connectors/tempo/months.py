"""Months and years as Tempo is asked for them. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, order=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def dates(self) -> dict[str, str]:
        """As Tempo's `from` and `to`."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def month_of(day: date) -> Span:
    """The calendar month that holds the day."""
    return Span(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def months(first: date, last: date) -> Iterator[Span]:
    """Calendar months from that of `first` to that of `last`."""
    day = first.replace(day=1)
    while day <= last:
        yield month_of(day)
        day = day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)


def months_back(today: date, number: int) -> date:
    """The first day of the month that is `number` - 1 months before this one."""
    index = today.year * 12 + today.month - number
    return date(index // 12, index % 12 + 1, 1)


def years(first: date, last: date) -> Iterator[Span]:
    """Calendar years from that of `first` to that of `last`; the first begins on its day."""
    for year in range(first.year, last.year + 1):
        yield Span(max(first, date(year, 1, 1)), date(year, 12, 31))
