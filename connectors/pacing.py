"""How fast one host is asked: permits, rates that adapt, and holds, all shared by every thread.

A host has one lane for everything and one lane per endpoint (method and kind of path); a request needs a turn on both.
A lane's rate adapts by additive increase and multiplicative decrease: a 429 halves it, each answer gives a little of
it back. A hold closes a lane, or one record, for the time that the other side asked for; a record is also spared by an
allowance of our own. A used-up quota stops the host: nothing is sent until its time, and nobody sleeps that long.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors.limits import PLENTY, Allowance, Reach, Room
from connectors.records import Record, RecordBusy, Records
from portfolio.errors import RateLimited
from portfolio.ports import OWN_PACE

Waited = Callable[[str, float], None]
"""Is told why a request waited, and for how many seconds."""
SLOWEST_PER_SECOND = 0.5
"""A lane's rate never falls below this; a hold, not the rate, is what stops us."""
LONGEST_WAIT_SECONDS = 120.0
_STEPS_BACK = 40
_LOW_ROOM = "little left of the rate limit"


def _jitter() -> float:
    return random.uniform(1.0, 1.3)  # noqa: S311  spreads retries, protects nothing


@dataclass(frozen=True)
class Clock:
    """Time as the HTTP layer sees it; tests bring their own. `jitter` only ever lengthens a wait."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    jitter: Callable[[], float] = _jitter


@dataclass
class Lane:
    """One rate that adapts, and one hold. Moments are monotonic seconds. Not thread-safe: its Pace guards it."""

    ceiling: float
    next_start: float
    rate: float = field(init=False)
    hold_until: float = field(init=False)
    slowed_at: float = field(init=False)
    reason: str = ""
    """Why the lane was slowed or held last."""

    def __post_init__(self) -> None:
        self.rate = self.ceiling
        self.hold_until = self.next_start
        self.slowed_at = self.next_start - 1.0

    def opens(self) -> float:
        """When the next request may start."""
        return max(self.next_start, self.hold_until)

    def why(self, now: float) -> str:
        """What a request waits for here: our own rate, or what the other side asked for."""
        return self.reason if self.reason and (self.hold_until > now or self.rate < self.ceiling) else OWN_PACE

    def take(self, now: float) -> None:
        """A request starts."""
        self.next_start = max(self.next_start + 1 / self.rate, now)

    def slow_down(self, started: float, now: float, reason: str, goal: float | None = None) -> None:
        """Halve the rate, or bring it down to a goal; once for all requests that were under way together."""
        if started <= self.slowed_at:
            return
        self.slowed_at, self.reason = now, reason
        goal = self.rate / 2 if goal is None else min(self.rate, goal)
        self.rate = max(min(SLOWEST_PER_SECOND, self.ceiling), goal)

    def warned(self) -> float:
        """Where a warning brings the rate: a half, but no lower than a quarter of the ceiling. It may be wrong."""
        return max(self.rate / 2, self.ceiling / 4)

    def speed_up(self) -> None:
        """Give back a fortieth of the ceiling."""
        self.rate = min(self.ceiling, self.rate + self.ceiling / _STEPS_BACK)

    def hold(self, until: float, reason: str) -> None:
        """Nothing starts before that moment; an earlier, longer hold stays."""
        if until > self.hold_until:
            self.hold_until, self.reason = until, reason


@dataclass(frozen=True)
class Turn:
    """One request under way: where it goes, what it writes to, when it started (monotonic seconds)."""

    endpoint: str
    record: str | None
    started: float


@dataclass(frozen=True)
class _Need:
    """What one request asks of the pace; as `Pace.permit` takes it."""

    endpoint: str
    record: str | None
    allowance: Allowance | None
    patient: bool


class Pace:
    """The permits of one host. Thread-safe.

    At most `in_flight` requests at a time, at most `per_second` starts a second, none before its holds end. A hold
    longer than `longest_wait_seconds` is not slept through: RateLimited says until when.
    """

    def __init__(
        self,
        host: str,
        *,
        per_second: float = 10.0,
        in_flight: int = 8,
        longest_wait_seconds: float = LONGEST_WAIT_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self.host = host
        self.longest_wait_seconds = longest_wait_seconds
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._permits = threading.BoundedSemaphore(in_flight)
        self._all = Lane(per_second, self._clock.monotonic())
        self._lanes: dict[str, Lane] = {}
        self._records = Records()
        self._stopped_until = self._clock.monotonic()
        self._stopped_for = ""

    def per_second(self, endpoint: str | None = None) -> float:
        """Starts a second that are allowed now: on one endpoint, or on the whole host."""
        with self._lock:
            lane = self._lanes.get(endpoint) if endpoint else None
            return min(lane.rate, self._all.rate) if lane else self._all.rate

    @contextmanager
    def permit(
        self,
        endpoint: str = "",
        record: str | None = None,
        waited: Waited | None = None,
        *,
        allowance: Allowance | None = None,
        patient: bool = True,
    ) -> Iterator[Turn]:
        """Wait for a turn on every lane that the request needs, then hold one permit.

        `waited` is told the reason and the seconds of each wait. No permit is held while waiting, so that one slow
        endpoint or one held record does not keep the others out. The record is written to no more often than its
        `allowance`. Raises RateLimited when the host asked for a longer pause than we wait; RecordBusy where the record
        must wait and the caller is not `patient`.
        """
        need = _Need(endpoint, record, allowance, patient)
        while True:
            self._wait_for_turn(need, waited)
            self._permits.acquire()
            try:
                turn = self._take(need)
                if turn is not None:
                    yield turn
                    return
            finally:
                self._permits.release()

    def claim(self, record: str, allowance: Allowance | None, waited: Waited | None, *, patient: bool = True) -> None:
        """Count a write to a record by a call that writes to many at once. Waits and raises as `permit` does."""
        while True:
            with self._lock:
                now = self._clock.monotonic()
                lane = self._records.of(record, allowance, now)
                self._check_record(lane, now, patient=patient)
                seconds, why = lane.opens() - now, lane.why(now)
                if seconds <= 0:
                    lane.take(now)
                    return
            self._clock.sleep(seconds)
            if waited is not None:
                waited(why, self._clock.monotonic() - now)

    def throttled(self, turn: Turn, reach: Reach, reason: str, wait_seconds: float | None, *, quota: bool) -> None:
        """The answer was a 429: slow down and hold exactly what it concerns."""
        with self._lock:
            now = self._clock.monotonic()
            until = now + (wait_seconds or 0.0)
            if quota:
                self._stopped_until, self._stopped_for = max(self._stopped_until, until), reason
            elif reach == "record" and turn.record is not None:
                self._records.of(turn.record, None, now).hold(until, reason)
            else:
                lane = self._lane(turn.endpoint, now) if reach == "endpoint" else self._all
                lane.slow_down(turn.started, now, reason)
                lane.hold(until, reason)

    def answered(self, turn: Turn, room: Room = PLENTY) -> None:
        """Any other answer: go on, a little faster; or slower, where it says that little is left."""
        with self._lock:
            now = self._clock.monotonic()
            self._lane(turn.endpoint, now).speed_up()
            if not room.low:
                self._all.speed_up()
                return
            self._all.slow_down(turn.started, now, _LOW_ROOM, room.refill_per_second or self._all.warned())
            self._all.hold(now + min(room.wait_seconds, self.longest_wait_seconds), _LOW_ROOM)

    def _wait_for_turn(self, need: "_Need", waited: Waited | None) -> None:
        while True:
            with self._lock:
                now = self._clock.monotonic()
                self._check_stops(need, now)
                last = max(self._needed(need, now), key=lambda lane: lane.opens())
                seconds, why = last.opens() - now, last.why(now)
            if seconds <= 0:
                return
            self._clock.sleep(seconds)
            if waited is not None:
                waited(why, self._clock.monotonic() - now)

    def _take(self, need: "_Need") -> Turn | None:
        """Take the turn, unless it was lost while the permit was waited for."""
        with self._lock:
            now = self._clock.monotonic()
            needed = self._needed(need, now)
            if any(lane.opens() > now for lane in needed):
                return None
            for lane in needed:
                lane.take(now)
            return Turn(need.endpoint, need.record, now)

    def _check_stops(self, need: "_Need", now: float) -> None:
        if self._stopped_until > now:
            raise self._limited(self._stopped_until - now, self._stopped_for)
        for lane in self._needed(need, now):
            if isinstance(lane, Record):
                self._check_record(lane, now, patient=need.patient)
            elif lane.hold_until - now > self.longest_wait_seconds:
                raise self._limited(lane.hold_until - now, lane.reason)

    def _check_record(self, record: Record, now: float, *, patient: bool) -> None:
        seconds = record.opens() - now
        if seconds > self.longest_wait_seconds:
            raise self._limited(seconds, record.why(now), kind=RateLimited, one_record=True)
        if seconds > 0 and not patient:
            raise self._limited(seconds, record.why(now), kind=RecordBusy, one_record=True)

    def _needed(self, need: "_Need", now: float) -> list[Lane | Record]:
        lanes: list[Lane | Record] = [self._all, self._lane(need.endpoint, now)]
        return lanes if need.record is None else [*lanes, self._records.of(need.record, need.allowance, now)]

    def _lane(self, endpoint: str, now: float) -> Lane:
        return self._lanes.setdefault(endpoint, Lane(self._all.ceiling, now))

    def _limited(
        self, seconds: float, reason: str, *, kind: type[RateLimited] = RateLimited, one_record: bool = False
    ) -> RateLimited:
        until = self._clock.now() + timedelta(seconds=seconds)
        what = f"{self.host} asks us to wait {seconds:.0f} seconds ({reason})"
        return kind(what, until=until, one_record=one_record)


_SHARED: dict[str, Pace] = {}
_SHARED_LOCK = threading.Lock()


def shared_pace(host: str, path: str, per_second: float, in_flight: int = 8) -> Pace:
    """The one Pace of a tool in this process: sources at one address share its permits (the first one's rate).

    `path` tells apart the tools that live on one host; what reads and what writes, and an app inside a tool, share.
    """
    with _SHARED_LOCK:
        return _SHARED.setdefault(host + path, Pace(host, per_second=per_second, in_flight=in_flight))
