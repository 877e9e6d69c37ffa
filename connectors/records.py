"""Single records of a tool, as its pace sees them: what it asked to be left alone, and how often we wrote of late."""

import math
from collections import deque
from dataclasses import dataclass, field

from connectors.limits import Allowance
from portfolio.errors import RateLimited
from portfolio.ports import OWN_RECORD_PACE


class RecordBusy(RateLimited):
    """Writes to one record have to wait for a moment, and the caller has other things to do meanwhile."""


@dataclass
class Record:
    """One record: a hold, and its latest writes. Moments are monotonic seconds. Has the turns of a `pacing.Lane`."""

    allowance: Allowance | None
    hold_until: float = -math.inf
    reason: str = ""
    """Why it was held last."""
    written: deque[float] = field(default_factory=deque)

    def opens(self) -> float:
        """When the next write may start."""
        return max(self.hold_until, self._room_from)

    def why(self, now: float) -> str:
        """What a write waits for: the other side's hold, or our own allowance."""
        return self.reason if self.hold_until > now and self.hold_until >= self._room_from else OWN_RECORD_PACE

    def take(self, now: float) -> None:
        """A write starts."""
        if self.allowance is not None:
            self.written.append(now)
            while len(self.written) > self.allowance.writes:
                self.written.popleft()

    def hold(self, until: float, reason: str) -> None:
        """Nothing is written before that moment; an earlier, longer hold stays."""
        if until > self.hold_until:
            self.hold_until, self.reason = until, reason

    def is_idle(self, now: float) -> bool:
        """Whether it can be forgotten: no hold, and no write that still counts."""
        seconds = self.allowance.seconds if self.allowance is not None else 0.0
        return self.hold_until <= now and (not self.written or self.written[-1] + seconds <= now)

    @property
    def _room_from(self) -> float:
        """When the allowance has room again: after that, the oldest of its writes no longer counts."""
        if self.allowance is None or len(self.written) < self.allowance.writes:
            return -math.inf
        return self.written[0] + self.allowance.seconds


class Records:
    """The records that are held or were written to of late. Not thread-safe: its Pace guards it."""

    def __init__(self) -> None:
        self._known: dict[str, Record] = {}

    def of(self, name: str, allowance: Allowance | None, now: float) -> Record:
        """That record; those longest untouched are forgotten as soon as nothing is to be remembered of them."""
        found = self._known.pop(name, None) or Record(allowance)
        found.allowance = allowance or found.allowance
        for other, record in list(self._known.items())[:2]:
            if record.is_idle(now):
                del self._known[other]
        self._known[name] = found
        return found
