"""What a source was asked in one run, how long it made us wait and why: for the ledger, the summary and the page."""

import json
from typing import Any, TypeVar

from portfolio.ports import Traffic

N = TypeVar("N", int, float)


def taken(traffic: Traffic) -> Traffic:
    """The counters as they stand now; they go on counting."""
    return Traffic(
        requests=traffic.requests,
        throttled=traffic.throttled,
        retried=traffic.retried,
        received_bytes=traffic.received_bytes,
        by_endpoint=dict(traffic.by_endpoint),
        throttled_by_reason=dict(traffic.throttled_by_reason),
        waited_by_reason=dict(traffic.waited_by_reason),
        limits=dict(traffic.limits),
        clock_ahead_seconds=traffic.clock_ahead_seconds,
    )


def since(before: Traffic, now: Traffic) -> Traffic:
    """What was counted in between. Limits and clock are the last that were told.

    After a stopped pull, threads that wait out a pause may count still.
    """
    now = taken(now)
    return Traffic(
        requests=now.requests - before.requests,
        throttled=now.throttled - before.throttled,
        retried=now.retried - before.retried,
        received_bytes=now.received_bytes - before.received_bytes,
        by_endpoint=_between(before.by_endpoint, now.by_endpoint),
        throttled_by_reason=_between(before.throttled_by_reason, now.throttled_by_reason),
        waited_by_reason={
            reason: seconds
            for reason, after in now.waited_by_reason.items()
            if (seconds := after - before.waited_by_reason.get(reason, 0.0)) > 0
        },
        limits=now.limits,
        clock_ahead_seconds=now.clock_ahead_seconds,
    )


def _between(before: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    return {key: count for key, after in now.items() if (count := after - before.get(key, 0))}


def as_plain(traffic: Traffic) -> dict[str, Any]:
    """The counters as plain values, most used first; seconds to a tenth."""
    ahead = traffic.clock_ahead_seconds
    return {
        "requests": traffic.requests,
        "by_endpoint": _ranked(traffic.by_endpoint),
        "received_bytes": traffic.received_bytes,
        "throttled": traffic.throttled,
        "throttled_by_reason": _ranked(traffic.throttled_by_reason),
        "retried": traffic.retried,
        "waited_seconds": round(traffic.waited_seconds, 1),
        "waited_by_reason": {r: round(s, 1) for r, s in _ranked(traffic.waited_by_reason).items()},
        "limits": dict(sorted(traffic.limits.items())),
        "clock_ahead_seconds": None if ahead is None else round(ahead, 1),
    }


def _ranked(counted: dict[str, N]) -> dict[str, N]:
    return dict(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])))


def as_json(traffic: Traffic) -> str:
    """The counters as one JSON text."""
    return json.dumps(as_plain(traffic), ensure_ascii=False)
