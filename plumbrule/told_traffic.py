"""What an administrator wants to know of a source that was slow: how long it made us wait, why, and what ends soon."""

from collections.abc import Mapping
from datetime import date

from plumbrule.speech import says
from portfolio.ports import OWN_PACE, Expiring, Traffic
from sync.outcome import SourceReport

WARN_DAYS = 30
"""What expires within so many days is told about, so that a new one can be made in time."""
RENEWING: Mapping[Expiring, str] = {
    "token": "make a new one in time, and state its day in `token_expires_on`",
    "certificate": "make a new one, add it to the app registration, and put it in place of the old file in time",
    "client secret": "make a new one for the app registration in time, and state its day in `token_expires_on`",
    "sign-in": "every run renews it, so run before that day",
}
"""What to do before that day."""
OVER: Mapping[Expiring, str] = {
    "token": "it still works, so correct `token_expires_on`",
    "certificate": "a new one is needed now: add it to the app registration, and put it in place of the old file",
    "client secret": "it still works, so correct `token_expires_on`",
    "sign-in": "sign in again: plumbrule auth login",
}
"""What to do after it. The day of a certificate and of a sign-in is known, not typed."""
_WORTH_SECONDS = 5.0
_OWN_PACE_WORTH_SECONDS = 60.0
_SKEW_SECONDS = 120.0


def warnings(source: SourceReport, today: date) -> list[str]:
    """Lines below a source in the summary; none where all went smoothly."""
    told = [waiting(source.traffic), expiry(source.expires_on, today, source.expiring), skew(source.traffic)]
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
    return says("its requests waited {duration} in all: {why}", duration=duration(sum(waits.values())), why=why)


def expiry(expires_on: date | None, today: date, what: Expiring = "token") -> str:
    """A warning while there is time to act; empty while there is plenty, or where the day is not known."""
    if expires_on is None or (left := (expires_on - today).days) > WARN_DAYS:
        return ""
    if left < 0:
        return says("warning: {its_end}; {over}", its_end=its_end(expires_on, what), over=OVER[what])
    when = {0: "today", 1: "tomorrow"}.get(left, says("in {left} days", left=left))
    return says(
        "warning: its {what} expires {when} ({expires_on}); {renewing}",
        what=what,
        when=when,
        expires_on=expires_on,
        renewing=RENEWING[what],
    )


def its_end(expires_on: date, what: Expiring) -> str:
    """That it is over, and who says so."""
    typed = "" if what in ("certificate", "sign-in") else says("by the configuration ")
    return says("{typed}its {what} expired on {expires_on}", typed=typed, what=what, expires_on=expires_on)


def skew(traffic: Traffic) -> str:
    """A warning where the two clocks differ by so much that somebody's is wrong."""
    ahead = traffic.clock_ahead_seconds
    if ahead is None or abs(ahead) < _SKEW_SECONDS:
        return ""
    side = says("ahead of") if ahead > 0 else "behind"
    return says(
        "warning: this machine's clock is {duration} {side} the source's; check its time service",
        duration=duration(abs(ahead)),
        side=side,
    )


def duration(seconds: float) -> str:
    """Hours and minutes, minutes and seconds, or seconds."""
    whole = round(seconds)
    if whole >= 3600:
        return says("{hours} h {minutes} min", hours=whole // 3600, minutes=whole % 3600 // 60)
    if whole >= 60:
        return (
            says("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
            if whole % 60
            else says("{minutes} min", minutes=whole // 60)
        )
    return says("{seconds} s", seconds=whole)
