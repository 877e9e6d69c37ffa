"""What an administrator wants to know of a source that was slow: how long it made us wait, why, and what ends soon."""

from datetime import date

from portfolio.ports import OWN_PACE, Traffic
from sync.outcome import SourceReport

WARN_DAYS = 30
"""A token that expires within so many days is told about, so that a new one can be made in time."""
_WORTH_SECONDS = 5.0
_OWN_PACE_WORTH_SECONDS = 60.0
_SKEW_SECONDS = 120.0


def warnings(source: SourceReport, today: date) -> list[str]:
    """Lines below a source in the summary; none where all went smoothly."""
    told = [waiting(source.traffic), expiry(source.expires_on, today), skew(source.traffic)]
    return [f"  {line}" for line in told if line]


def waiting(traffic: Traffic) -> str:
    """How long requests waited, and for what; empty where it is not worth a line."""
    waits = {
        reason: seconds
        for reason, seconds in traffic.waited_by_reason.items()
        if seconds >= (_OWN_PACE_WORTH_SECONDS if reason == OWN_PACE else 1.0)
    }
    if sum(waits.values()) < _WORTH_SECONDS:
        return ""
    ranked = sorted(waits.items(), key=lambda wait: -wait[1])
    why = ", ".join(f"{duration(seconds)} {reason}" for reason, seconds in ranked)
    return f"its requests waited {duration(sum(waits.values()))} in all: {why}"


def expiry(expires_on: date | None, today: date) -> str:
    """A warning while there is time to act; empty while there is plenty, or where the day is not known."""
    if expires_on is None or (left := (expires_on - today).days) > WARN_DAYS:
        return ""
    if left < 0:
        return f"warning: by the configuration its token expired on {expires_on}; correct `token_expires_on`"
    when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
    return f"warning: its token expires {when} ({expires_on}); make a new one in time"


def skew(traffic: Traffic) -> str:
    """A warning where the two clocks differ by so much that somebody's is wrong."""
    ahead = traffic.clock_ahead_seconds
    if ahead is None or abs(ahead) < _SKEW_SECONDS:
        return ""
    side = "ahead of" if ahead > 0 else "behind"
    return f"warning: this machine's clock is {duration(abs(ahead))} {side} the source's; check its time service"


def duration(seconds: float) -> str:
    """Hours and minutes, minutes and seconds, or seconds."""
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    if whole >= 60:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole} s"
