"""Working time: how many minutes are worked up to a moment, and which moment so many minutes lead to."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

DAY = 24 * 60
WEEK = 7 * DAY
_MONDAY = -3 * DAY
"""The Monday before the day that moments count from, a Thursday."""

Shift = tuple[int, int]
"""Working time of a day: from and to, in minutes after midnight; `to` may be 1440."""


class _Stretch:
    """Shifts one after the other, with the working minutes before each."""

    __slots__ = ("_before", "_closes", "_opens", "total")

    def __init__(self, shifts: Sequence[Shift]) -> None:
        self._opens = [opens for opens, _ in shifts]
        self._closes = [closes for _, closes in shifts]
        lengths = [closes - opens for opens, closes in shifts]
        self._before = [0, *accumulate(lengths)][:-1]
        self.total = sum(lengths)

    def worked(self, moment: int) -> int:
        at = bisect_right(self._opens, moment) - 1
        if at < 0:
            return 0
        closes = self._closes[at]
        return self._before[at] + (moment if moment < closes else closes) - self._opens[at]

    def begin(self, worked: int) -> int:
        """Where the minute after `worked` minutes begins; `worked` is less than `total`."""
        at = bisect_right(self._before, worked) - 1
        return self._opens[at] + worked - self._before[at]

    def end(self, worked: int) -> int:
        """Where the last of `worked` minutes ends; `worked` is above zero."""
        at = bisect_left(self._before, worked) - 1
        return self._opens[at] + worked - self._before[at]

    def is_worked_from(self, moment: int) -> bool:
        """Whether the minute that begins then is worked."""
        at = bisect_right(self._opens, moment) - 1
        return at >= 0 and moment < self._closes[at]

    def is_worked_until(self, moment: int) -> bool:
        """Whether the minute that ends then is worked."""
        at = bisect_left(self._opens, moment) - 1
        return at >= 0 and moment <= self._closes[at]


@dataclass(frozen=True)
class Worktime:
    """A week that repeats, and days that differ from it.

    `week` are shifts in minutes after Monday midnight, in order and without overlap, at least one. `differing` are the
    shifts of days that are not as the week says, by day number since 1970; an empty list is a day off. Nothing bounds
    it: a moment of any century has its working time.
    """

    week: tuple[Shift, ...]
    differing: Mapping[int, tuple[Shift, ...]]

    def worked(self, moment: int) -> int:
        """Working minutes up to a moment, from a zero that is the same for all moments of this calendar."""
        first, last, stretch, before, behind = self._span
        if first <= moment < last:
            return stretch.worked(moment)
        weeks, rest = divmod(moment - _MONDAY, WEEK)
        pattern = self._pattern
        return weeks * pattern.total + pattern.worked(rest) - (before if moment < first else behind)

    def begin(self, worked: int) -> int:
        """The moment at which the minute that follows `worked` minutes begins: of several, the latest."""
        _, _, stretch, before, behind = self._span
        if 0 <= worked < stretch.total:
            return stretch.begin(worked)
        pattern = self._pattern
        weeks, rest = divmod(worked + (before if worked < 0 else behind), pattern.total)
        return _MONDAY + weeks * WEEK + pattern.begin(rest)

    def end(self, worked: int) -> int:
        """The moment at which `worked` minutes are over: of several, the earliest."""
        _, _, stretch, before, behind = self._span
        if 0 < worked <= stretch.total:
            return stretch.end(worked)
        pattern = self._pattern
        weeks, rest = divmod(worked + (before if worked <= 0 else behind) - 1, pattern.total)
        return _MONDAY + weeks * WEEK + pattern.end(rest + 1)

    def next_begin(self, moment: int) -> int:
        """The moment itself where work goes on then, else when it begins next: `begin` of what is worked by then."""
        first, last, stretch, _, _ = self._span
        if first <= moment < last:
            is_worked = stretch.is_worked_from(moment)
        else:
            is_worked = self._pattern.is_worked_from((moment - _MONDAY) % WEEK)
        return moment if is_worked else self.begin(self.worked(moment))

    def last_end(self, moment: int) -> int:
        """The moment itself where work went on until then, else when it ended last: `end` of what is worked by then."""
        first, last, stretch, _, _ = self._span
        if first < moment <= last:
            is_worked = stretch.is_worked_until(moment)
        else:
            is_worked = self._pattern.is_worked_until((moment - _MONDAY - 1) % WEEK + 1)
        return moment if is_worked else self.end(self.worked(moment))

    def after(self, start: int, minutes: int) -> int:
        """The end of so many working minutes from `start`; before it, if negative. No time at all stays where it is."""
        if minutes == 0:
            return start
        worked = self.worked(start) + minutes
        return self.end(worked) if minutes > 0 else self.begin(worked)

    def between(self, earlier: int, later: int) -> int:
        """Working minutes from one moment to another; negative if `later` is the earlier one."""
        return self.worked(later) - self.worked(earlier)

    @cached_property
    def _pattern(self) -> _Stretch:
        return _Stretch(self.week)

    @cached_property
    def _span(self) -> tuple[int, int, _Stretch, int, int]:
        """The whole weeks in which days differ: from, to, and every shift between; then what must be taken from the
        working minutes that the week alone counts, before the span and behind it."""
        if not self.differing:
            return 0, 0, _Stretch(()), self._weekly(0), self._weekly(0)
        first = (min(self.differing) * DAY - _MONDAY) // WEEK * WEEK + _MONDAY
        last = (max(self.differing) * DAY - _MONDAY) // WEEK * WEEK + WEEK + _MONDAY
        shifts: list[Shift] = []
        for monday in range(first, last, WEEK):
            shifts += self._shifts_of_week(monday)
        stretch = _Stretch(shifts)
        return first, last, stretch, self._weekly(first), self._weekly(last) - stretch.total

    def _shifts_of_week(self, monday: int) -> list[Shift]:
        number = monday // DAY
        if not any(number + n in self.differing for n in range(7)):
            return [(monday + a, monday + b) for a, b in self.week]
        found: list[Shift] = []
        for day in range(7):
            begin = monday + day * DAY
            own = self.differing.get(number + day)
            if own is None:
                own = tuple((a - day * DAY, b - day * DAY) for a, b in self.week if a // DAY == day)
            found += [(begin + a, begin + b) for a, b in own]
        return found

    def _weekly(self, moment: int) -> int:
        weeks, rest = divmod(moment - _MONDAY, WEEK)
        return weeks * self._pattern.total + self._pattern.worked(rest)


def standard(minutes_per_day: int = 480) -> Worktime:
    """Monday to Friday from eight o'clock, with an hour off after four hours: what planning tools start with."""
    morning = min(minutes_per_day, 240)
    shifts = [(480, 480 + morning)]
    if minutes_per_day > morning:
        shifts.append((780, min(780 + minutes_per_day - morning, DAY)))
    return Worktime(tuple((day * DAY + a, day * DAY + b) for day in range(5) for a, b in shifts), {})


ROUND_THE_CLOCK = Worktime(((0, WEEK),), {})
"""All time is working time: for durations and lags that are told around the clock."""
