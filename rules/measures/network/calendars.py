"""Calendars as stored, made into working time. What a calendar does not say, the one that it refines says."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.measures.network.worktime import DAY, Shift, Worktime

_MOST_DAYS = 200 * 366
"""Days that may differ from the week; an exception of longer is cut, for no plan is that long."""
_A_MONDAY = 4
_EIGHT = 480
_USUAL: tuple[Shift, ...] = ((480, 720), (780, 1020))
"""Shifts of a day that is said to be worked, where nobody says when."""


@dataclass(frozen=True)
class Saying:
    """One row of `calendar_day`: what a calendar says of a weekday (1 is Monday), of a range of days, or of both.

    Days count from 1970. `minutes` are the working minutes of such a day, `shifts` the text that tells them.
    """

    weekday: int | None = None
    starts_on: int | None = None
    ends_on: int | None = None
    is_working: bool | None = None
    minutes: int | None = None
    shifts: str | None = None

    @property
    def is_dated(self) -> bool:
        """Whether it is about certain days, and not about a weekday of every week."""
        return self.starts_on is not None and self.ends_on is not None

    @property
    def length(self) -> int:
        """Days of its range."""
        return (self.ends_on or 0) - (self.starts_on or 0)

    def covers(self, day: int) -> bool:
        """Whether that day is in its range and on its weekday."""
        if self.starts_on is not None and self.ends_on is not None and not self.starts_on <= day <= self.ends_on:
            return False
        return self.weekday in (None, weekday_of(day))


def weekday_of(day: int) -> int:
    """1 is Monday; day 0 was a Thursday."""
    return (day + 3) % 7 + 1


def read_shifts(text: str) -> tuple[Shift, ...]:
    """`08:00-12:00 13:00-17:00` in minutes after midnight, in order, overlaps joined. Raises ValueError."""
    found: list[Shift] = []
    for part in text.split():
        opens, closes = (_minutes(clock) for clock in part.split("-"))
        found.append((opens, closes if closes > opens else DAY))  # a shift until midnight is written as ending at 00:00
    joined: list[Shift] = []
    for opens, closes in sorted(found):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


class Calendars:
    """Working time by the id of a calendar. `bases` are calendars by id, with the one that each refines."""

    def __init__(self, bases: Mapping[str, str | None], sayings: Iterable[tuple[str, Saying]]) -> None:
        said: dict[str, list[Saying]] = defaultdict(list)
        for calendar_id, saying in sayings:
            said[calendar_id].append(saying)
        self._chains = {own: _Chain(tuple(tuple(said[link]) for link in _chain(own, bases))) for own in bases}
        self._made: dict[str, Worktime | None] = {}

    def worktime(self, calendar_id: str) -> Worktime | None:
        """None for a calendar that is not there, has no working time in its week, or tells times that are none."""
        if calendar_id not in self._made:
            chain = self._chains.get(calendar_id)
            self._made[calendar_id] = None if chain is None else _readable(chain)
        return self._made[calendar_id]


def _readable(chain: "_Chain") -> Worktime | None:
    try:
        return chain.worktime()
    except ValueError:
        return None


def _chain(own: str, bases: Mapping[str, str | None]) -> Iterator[str]:
    """The calendar, what it refines, what that refines. A circle of calendars ends where it closes."""
    seen: set[str] = set()
    at: str | None = own
    while at is not None and at not in seen and at in bases:
        seen.add(at)
        yield at
        at = bases[at]


@dataclass(frozen=True)
class _Layer:
    """What one calendar says of certain days, or of weekdays; sayings in the order in which they win."""

    sayings: tuple[Saying, ...]

    def of(self, day: int) -> Saying | None:
        """What it says of that day."""
        return next((s for s in self.sayings if s.covers(day)), None)


class _Chain:
    """What a calendar and those that it refines say, the finest first."""

    def __init__(self, links: tuple[tuple[Saying, ...], ...]) -> None:
        self._dated = [
            _Layer(tuple(sorted((s for s in link if s.is_dated), key=lambda s: (s.length, repr(s))))) for link in links
        ]
        self._weekly = [_Layer(tuple(sorted((s for s in link if not s.is_dated), key=repr))) for link in links]

    def worktime(self) -> Worktime | None:
        """None where no weekday is worked. Raises ValueError for shifts that are none."""
        a_week = range(_A_MONDAY, _A_MONDAY + 7)
        week = [self._shifts(self._weekly, day) for day in a_week]
        if not any(week):
            return None
        layers = [layer for pair in zip(self._dated, self._weekly, strict=True) for layer in pair]
        return Worktime(
            tuple((at * DAY + a, at * DAY + b) for at, shifts in enumerate(week) for a, b in shifts),
            {day: self._shifts(layers, day) for day in self._days()},
        )

    def _days(self) -> list[int]:
        """The days of which any of them says something of its own."""
        days: set[int] = set()
        for saying in (s for layer in self._dated for s in layer.sayings):
            first, last = saying.starts_on or 0, saying.ends_on or 0
            days.update(day for day in range(first, min(last, first + _MOST_DAYS) + 1) if saying.covers(day))
        return sorted(days)

    def _shifts(self, layers: Sequence[_Layer], day: int) -> tuple[Shift, ...]:
        """Working time of a day. Where one says no more than that it is worked, the next one says how."""
        is_worked = False
        for saying in filter(None, (layer.of(day) for layer in layers)):
            told = _told(saying)
            if told or (told is not None and not is_worked):
                return told
            is_worked = is_worked or saying.is_working is True
        return _USUAL if is_worked else ()


def _told(saying: Saying) -> tuple[Shift, ...] | None:
    """The shifts that it tells itself; None where it leaves them to the calendar below."""
    if saying.is_working is False:
        return ()
    if saying.shifts:
        return read_shifts(saying.shifts)
    if saying.minutes is not None:
        return ((_EIGHT, min(_EIGHT + saying.minutes, DAY)),) if saying.minutes > 0 else ()
    return None
