"""How Jira tells its rate limits, on Cloud and on Data Center.

Sources: Atlassian, "Rate limiting" (developer.atlassian.com/cloud/jira/platform/rate-limiting, 2026-08-12);
"Adjusting your code for rate limiting" (confluence.atlassian.com/adminjiraserver, Data Center). Cloud has three limits
that know nothing of each other: points an hour, which are used up for everybody; bursts of one endpoint; writes to one
issue. Data Center has one bucket per user. Headers of limits that are not enforced yet begin with `Beta-` or `X-Beta-`;
captures show wrong numbers in them, so they slow us down and never stop us.
"""

import re
from datetime import datetime, timedelta

import requests

from connectors.limits import PLENTY, UNSTATED, Allowance, Headers, Limits, Room, Throttle, near_limit

LOW = 0.2
"""Below this share of an allowance we slow down; Atlassian's X-RateLimit-NearLimit uses the same."""
_POLICY = re.compile(r'"([^"]+)"((?:\s*;\s*\w+=\d+)*)')
_ISSUE_WRITE = re.compile(r"/rest/api/[23]/issue/([^/]+)")
_PREFIXES = ("", "Beta-", "X-Beta-")


def _throttle(response: requests.Response, now: datetime) -> Throttle:
    reason = response.headers.get("RateLimit-Reason", "").strip()[:100] or UNSTATED
    if reason.startswith(("jira-quota", "jira-cost")):
        return Throttle("host", reason, quota=True, wait_seconds=_to_the_full_hour(now))
    if reason == "jira-burst-based":
        return Throttle("endpoint", reason)
    if reason == "jira-per-issue-on-write":
        return Throttle("record", reason)
    return Throttle("host", reason)


def _to_the_full_hour(now: datetime) -> float:
    """Seconds until the points of the next hour are there; they come with the full hour, UTC."""
    begun = now.replace(minute=0, second=0, microsecond=0)
    return (begun + timedelta(hours=1) - now).total_seconds()


def _cloud_room(headers: Headers) -> Room:
    return Room(low=True) if near_limit(headers).low or _least_share(headers) < LOW else PLENTY


def _least_share(headers: Headers) -> float:
    """The smallest share that is left of any policy: remaining `r` over its quota `q`; 1 where none says."""
    shares = [1.0]
    for prefix in _PREFIXES:
        quotas = _by_policy(headers.get(f"{prefix}RateLimit-Policy", ""), "q")
        left = _by_policy(headers.get(f"{prefix}RateLimit", ""), "r")
        shares += [left[name] / quota for name, quota in quotas.items() if quota > 0 and name in left]
    return min(shares)


def _by_policy(header: str, parameter: str) -> dict[str, int]:
    """One parameter of a structured header, by policy: `"a";q=100;w=1,"b";q=5` -> {a: 100, b: 5}."""
    found: dict[str, int] = {}
    for name, parameters in _POLICY.findall(header):
        value = re.search(rf"\b{parameter}=(\d+)", parameters)
        if value:
            found[name] = int(value[1])
    return found


def _bucket_room(headers: Headers) -> Room:
    """Room in the bucket of a Data Center user: tokens left, and how many come back in which time.

    A `retry-after` of 0 beside a good answer is normal there; a larger one says when the next token comes.
    """
    limit, left = _number(headers, "X-RateLimit-Limit"), _number(headers, "X-RateLimit-Remaining")
    if not limit or left is None or left / limit >= LOW:
        return PLENTY
    fill, interval = _number(headers, "X-RateLimit-FillRate"), _number(headers, "X-RateLimit-Interval-Seconds")
    refill = fill / interval if fill and interval else None
    empty_for = (_number(headers, "Retry-After") or (1 / refill if refill else 0.0)) if left < 1 else 0.0
    return Room(low=True, refill_per_second=refill, wait_seconds=empty_for)


def _number(headers: Headers, name: str) -> float | None:
    value = headers.get(name, "").strip()
    return float(value) if re.fullmatch(r"\d{1,9}(\.\d+)?", value) else None


def _issue_written(method: str, path: str) -> str | None:
    """The issue that a call writes to, by id or key as it stands in the path; reads are not limited by issue."""
    found = _ISSUE_WRITE.search(path)
    return found[1] if found and method in ("PUT", "POST", "DELETE") and found[1] not in _NOT_ISSUES else None


_NOT_ISSUES = frozenset({"bulk", "bulkfetch", "properties", "createmeta", "picker", "watching", "archive", "unarchive"})

PER_ISSUE = Allowance(writes=15, seconds=30.0)
"""Below what Cloud allows for one issue, 20 writes in 2 seconds and 100 in 30, with room for people and other tools.
Data Center states no such limit; the same pace spares its index and its listeners."""

CLOUD = Limits(throttle=_throttle, room=_cloud_room, record=_issue_written, per_record=PER_ISSUE)
DATA_CENTER = Limits(throttle=_throttle, room=_bucket_room, record=_issue_written, per_record=PER_ISSUE)
