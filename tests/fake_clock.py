"""A clock that only moves when somebody sleeps, and writes down for how long."""

import threading
from datetime import UTC, datetime, timedelta

from connectors.pacing import Clock


class FakeClock:
    """Hands out a Clock without jitter; `slept` lists every wait in seconds."""

    def __init__(self, jitter: float = 1.0) -> None:
        self.start = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
        self.seconds = 0.0
        self.slept: list[float] = []
        self._lock = threading.Lock()
        self.clock = Clock(sleep=self.sleep, monotonic=lambda: self.seconds, now=self.now, jitter=lambda: jitter)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.seconds += seconds
            self.slept.append(seconds)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)
