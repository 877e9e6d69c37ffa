"""Points in time as JQL of Data Center takes them, none of which may depend on whose clock or zone is meant.

A date-time in JQL is read in the time zone of the account's profile, to the minute. A relative time (`-90m`) counts
from the server's own clock and has no zone; the number of milliseconds that Cloud takes is unproven here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from connectors.jira.positions import MINUTE_MS

WESTERNMOST = timedelta(hours=12)
"""No zone is further behind UTC (the furthest ahead is 14 hours)."""


@dataclass(frozen=True)
class ServerTime:
    """The server's clock: what it said at one moment, carried on by a clock that nobody sets."""

    said_ms: int
    said_at: float
    monotonic: Callable[[], float]

    def now_ms(self) -> int:
        """The server's time now, in epoch milliseconds."""
        return self.said_ms + round((self.monotonic() - self.said_at) * 1000)

    def since(self, moment_ms: int) -> str:
        """The moment as a relative time of JQL, never later than it."""
        return f"-{max(0, self.now_ms() - moment_ms) // MINUTE_MS + 1}m"


def in_zone(moment_ms: int, zone: tzinfo) -> str:
    """The minute of a moment as a date-time of JQL, for an account in that zone."""
    return f'"{datetime.fromtimestamp(moment_ms / 1000, zone):%Y-%m-%d %H:%M}"'


def in_any_zone(moment_ms: int) -> str:
    """A date-time of JQL not later than the moment, whatever the zone it is read in; at most 26 hours earlier."""
    return in_zone(moment_ms - WESTERNMOST // timedelta(milliseconds=1), UTC)
