"""Where days and instants of a record lie by the wall clock of its plan."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.measures.network.worktime import DAY, Worktime

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock knows no zone


def morning(calendar: Worktime, day: int) -> int:
    """The first working minute of a day, or after it."""
    return calendar.next_begin(day * DAY)


def evening(calendar: Worktime, day: int) -> int:
    """The end of the last working minute of a day, or before it."""
    return calendar.last_end((day + 1) * DAY)


class WallClock:
    """The clock of a plan. Of a plan that states no zone, only days are known."""

    def __init__(self, zone: str | None) -> None:
        try:
            self._zone = None if zone is None else ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            self._zone = None

    def start(self, calendar: Worktime, day: int, instant: datetime | None) -> int:
        """The instant by this clock, where it is on that day; else the morning of the day."""
        moment = self._on(day, instant)
        return morning(calendar, day) if moment is None else moment

    def finish(self, calendar: Worktime, day: int, instant: datetime | None) -> int:
        """The instant by this clock, where it is on that day; else the evening of the day."""
        moment = self._on(day, instant)
        return evening(calendar, day) if moment is None else moment

    def span(
        self,
        calendar: Worktime,
        days: tuple[int | None, int],
        instants: tuple[datetime | None, datetime | None] = (None, None),
    ) -> tuple[int, int]:
        """From one day to another, to the minute where that is known; one without a begin begins on its last day."""
        first, last = days
        begin = self.start(calendar, last if first is None else first, instants[0])
        return begin, max(self.finish(calendar, last, instants[1]), begin)

    def _on(self, day: int, instant: datetime | None) -> int | None:
        if self._zone is None or instant is None:
            return None
        shown = instant.replace(tzinfo=UTC).astimezone(self._zone).replace(tzinfo=None)
        moment = (shown - _EPOCH).days * DAY + shown.hour * 60 + shown.minute
        return moment if moment // DAY == day else None
