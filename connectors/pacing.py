"""How fast one host is asked: permits, a rate that adapts, and a hold that all threads share.

Additive increase, multiplicative decrease: a 429 halves the rate, each answer gives a little of it back.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from portfolio.errors import RateLimited

SLOWEST_PER_SECOND = 0.5
"""The rate never falls below this; a hold, not the rate, is what stops us."""


def _jitter() -> float:
    return random.uniform(1.0, 1.3)  # noqa: S311  spreads retries, protects nothing


@dataclass(frozen=True)
class Clock:
    """Time as the HTTP layer sees it; tests bring their own. `jitter` only ever lengthens a wait."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    jitter: Callable[[], float] = _jitter


class Pace:
    """The permits of one host. Thread-safe.

    At most `in_flight` requests at a time, at most `per_second` starts a second, none before the hold ends. A hold
    longer than `longest_wait_seconds` is not slept through: RateLimited says until when.
    """

    def __init__(
        self,
        host: str,
        *,
        per_second: float = 10.0,
        in_flight: int = 8,
        longest_wait_seconds: float = 120.0,
        clock: Clock | None = None,
    ) -> None:
        self.host = host
        self.longest_wait_seconds = longest_wait_seconds
        self._clock = clock or Clock()
        self._ceiling = per_second
        self._rate = per_second
        self._lock = threading.Lock()
        self._permits = threading.BoundedSemaphore(in_flight)
        self._next_start = self._clock.monotonic()
        self._hold_until = self._next_start
        self._slowed_at = self._next_start - 1.0

    @property
    def per_second(self) -> float:
        """Starts a second that are allowed now."""
        with self._lock:
            return self._rate

    @contextmanager
    def permit(self) -> Iterator[float]:
        """Wait for the host's turn, then hold one permit. Yields the start time for `slow_down`.

        Raises RateLimited when the host asked for a longer pause than we wait.
        """
        with self._permits:
            yield self._wait_for_turn()

    def _wait_for_turn(self) -> float:
        while True:
            with self._lock:
                now = self._clock.monotonic()
                if self._hold_until - now > self.longest_wait_seconds:
                    raise self.limited(self._hold_until - now)
                start = max(self._next_start, self._hold_until)
                if start <= now:
                    self._next_start = max(self._next_start + 1 / self._rate, now)
                    return now
            self._clock.sleep(start - now)

    def hold(self, seconds: float) -> None:
        """No request to this host starts for that long; an earlier, longer hold stays."""
        with self._lock:
            self._hold_until = max(self._hold_until, self._clock.monotonic() + seconds)

    def slow_down(self, started: float) -> None:
        """Halve the rate, once for all requests that were under way together."""
        with self._lock:
            if started > self._slowed_at:
                self._slowed_at = self._clock.monotonic()
                self._rate = max(SLOWEST_PER_SECOND, self._rate / 2)

    def speed_up(self) -> None:
        """Give back a fortieth of the configured rate."""
        with self._lock:
            self._rate = min(self._ceiling, self._rate + self._ceiling / 40)

    def limited(self, seconds: float) -> RateLimited:
        """The error that says until when this host wants to be left alone."""
        until = self._clock.now() + timedelta(seconds=seconds)
        return RateLimited(f"{self.host} asks us to wait {seconds:.0f} seconds", until=until)


_SHARED: dict[str, Pace] = {}
_SHARED_LOCK = threading.Lock()


def shared_pace(host: str, per_second: float, in_flight: int = 8) -> Pace:
    """The one Pace of a host in this process: two sources on one host share its permits (the first one's rate)."""
    with _SHARED_LOCK:
        return _SHARED.setdefault(host, Pace(host, per_second=per_second, in_flight=in_flight))
