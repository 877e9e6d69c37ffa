"""What an answer says about rate limits: whom a 429 concerns, and how much room is left before the next. No I/O.

A tool tells this in headers of its own; its client brings a `Limits`. Headers without a standard are read leniently:
one that cannot be understood says nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import requests

Reach = Literal["host", "endpoint", "record"]
"""Whom a limit concerns: everything on the host, one endpoint and method, or writes to one record."""

Headers = Mapping[str, str]

UNSTATED = "rate limit without a reason"


@dataclass(frozen=True)
class Throttle:
    """Why a 429 came. `quota`: an allowance is used up, so that waiting a little is no use.

    `wait_seconds` is what the tool's documentation says where the answer itself names no time; None: unknown.
    """

    reach: Reach = "host"
    reason: str = UNSTATED
    quota: bool = False
    wait_seconds: float | None = None


@dataclass(frozen=True)
class Room:
    """What an answer that is no 429 tells of the room that is left.

    `low`: little is left, ask more slowly. `refill_per_second`: the rate that can be kept up for ever, where it is
    told. `wait_seconds`: nothing is left; until the next request is welcome.
    """

    low: bool = False
    refill_per_second: float | None = None
    wait_seconds: float = 0.0


PLENTY = Room()


def near_limit(headers: Headers) -> Room:
    """Room by Atlassian's X-RateLimit-NearLimit: less than a fifth of the allowance is left. Others do not send it."""
    return Room(low=headers.get("X-RateLimit-NearLimit", "").strip().lower() == "true")


@dataclass(frozen=True)
class Allowance:
    """At most so many writes to one record in any so many seconds."""

    writes: int
    seconds: float


@dataclass(frozen=True)
class Limits:
    """How one tool tells its limits.

    `throttle` reads a 429, with the moment as the other side has it; `room` reads every other answer. `record` names
    what a call writes to, by method and path, where the tool limits writes to one record; None for other calls. With
    `per_record` we keep below that limit ourselves.
    """

    throttle: Callable[[requests.Response, datetime], Throttle] = lambda response, now: Throttle()
    room: Callable[[Headers], Room] = near_limit
    record: Callable[[str, str], str | None] = lambda method, path: None
    per_record: Allowance | None = None


def reset_seconds(headers: Headers, now: datetime) -> float | None:
    """Seconds until X-RateLimit-Reset, an ISO time that may lack its seconds; None: absent or not readable.

    Past times mean now. Source: Atlassian, "Rate limiting" (2026-08-12); seen as `2026-03-26T16:00Z`.
    """
    value = headers.get("X-RateLimit-Reset", "").strip()
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def told(headers: Headers) -> dict[str, str]:
    """The headers of an answer that speak of limits, for the report; names as received, values cut."""
    return {
        name: value[:200]
        for name, value in headers.items()
        if "ratelimit" in (plain := name.lower().replace("-", "")) or plain == "retryafter"
    }
