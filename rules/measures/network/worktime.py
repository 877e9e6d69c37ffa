"""Working time: how many minutes are worked up to a moment, and which moment so many minutes lead to."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

DAY = 24 * 60
WEEK = 7 * DAY
_MONDAY = -3 * DAY
"""The Monday before the day that moments count from, a Thursday."""

Shift = tuple[int, int]
"""Working time of a day: from and to, in minutes after midnight; `to` may be 1440."""


@dataclass(frozen=True)
class _Stretch:
    """Shifts one after the other, with the working minutes before each."""

    opens: Sequence[int]
    closes: Sequence[int]
    before: Sequence[int]
    total: int

    @classmethod
    def of(cls, shifts: Sequence[Shift]) -> "_Stretch":
        before, total = [], 0
        for opens, closes in shifts:
            before.append(total)
            total += closes - opens
        return cls([s[0] for s in shifts], [s[1] for s in shifts], before, total)

    def worked(self, moment: int) -> int:
        at = bisect_right(self.opens, moment) - 1
        if at < 0:
            return 0
        closes = self.closes[at]
        return self.before[at] + (moment if moment < closes else closes) - self.opens[at]

    def begin(self, worked: int) -> int:
        """Where the minute after `worked` minutes begins; `worked` is less than `total`."""
        at = bisect_right(self.before, worked) - 1
        return self.opens[at] + worked - self.before[at]

    def end(self, worked: int) -> int:
        """Where the last of `worked` minutes ends; `worked` is above zero."""
        at = bisect_left(self.before, worked) - 1
        return self.opens[at] + worked - self.before[at]


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
        first, last, stretch = self._span
        if first <= moment < last:
            return stretch.worked(moment)
        if moment < first:
            return self._weekly(moment) - self._weekly(first)
        return stretch.total + self._weekly(moment) - self._weekly(last)

    def begin(self, worked: int) -> int:
        """The moment at which the minute that follows `worked` minutes begins: of several, the latest."""
        first, last, stretch = self._span
        if worked < 0:
            return self._place(self._weekly(first) + worked, self._pattern.begin, 0)
        if worked >= stretch.total:
            return self._place(self._weekly(last) + worked - stretch.total, self._pattern.begin, 0)
        return stretch.begin(worked)

    def end(self, worked: int) -> int:
        """The moment at which `worked` minutes are over: of several, the earliest."""
        first, last, stretch = self._span
        if worked <= 0:
            return self._place(self._weekly(first) + worked, self._pattern.end, 1)
        if worked > stretch.total:
            return self._place(self._weekly(last) + worked - stretch.total, self._pattern.end, 1)
        return stretch.end(worked)

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
        return _Stretch.of(self.week)

    @cached_property
    def _span(self) -> tuple[int, int, _Stretch]:
        """The whole weeks in which days differ: from, to, and every shift between."""
        if not self.differing:
            return 0, 0, _Stretch.of(())
        first = (min(self.differing) * DAY - _MONDAY) // WEEK * WEEK + _MONDAY
        last = (max(self.differing) * DAY - _MONDAY) // WEEK * WEEK + WEEK + _MONDAY
        shifts: list[Shift] = []
        for monday in range(first, last, WEEK):
            shifts += self._shifts_of_week(monday)
        return first, last, _Stretch.of(shifts)

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

    def _place(self, worked: int, find: Callable[[int], int], least: int) -> int:
        """The moment of so many weekly minutes; within a week they count from `least`."""
        weeks, rest = divmod(worked - least, self._pattern.total)
        return _MONDAY + weeks * WEEK + find(rest + least)


def standard(minutes_per_day: int = 480) -> Worktime:
    """Monday to Friday from eight o'clock, with an hour off after four hours: what planning tools start with."""
    morning = min(minutes_per_day, 240)
    shifts = [(480, 480 + morning)]
    if minutes_per_day > morning:
        shifts.append((780, min(780 + minutes_per_day - morning, DAY)))
    return Worktime(tuple((day * DAY + a, day * DAY + b) for day in range(5) for a, b in shifts), {})


ROUND_THE_CLOCK = Worktime(((0, WEEK),), {})
"""All time is working time: for durations and lags that are told around the clock."""
