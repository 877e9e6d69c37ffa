"""Cloud's limit on writes to one issue: 20 in 2 seconds and 100 in 30 (Atlassian, "Rate limiting")."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from math import ceil

from sandbox.http import HttpError, Response

WINDOWS = ((2, 20), (30, 100))
"""(seconds, writes)."""


class WriteLimit:
    """Counts writes by issue. `clock` gives seconds; `windows` are (seconds, writes)."""

    def __init__(
        self, windows: tuple[tuple[int, int], ...] = WINDOWS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._windows, self._clock = windows, clock
        self._seen: dict[int, deque[float]] = defaultdict(deque)

    def check(self, issue: int) -> None:
        """Count one write, or answer 429 until the oldest of its window is old enough."""
        now, seen = self._clock(), self._seen[issue]
        while seen and seen[0] <= now - max(seconds for seconds, _ in self._windows):
            seen.popleft()
        for seconds, most in self._windows:
            recent = [at for at in seen if at > now - seconds]
            if len(recent) >= most:
                raise HttpError(_refusal(ceil(recent[0] + seconds - now)))
        seen.append(now)


def _refusal(wait_seconds: int) -> Response:
    headers = {"Retry-After": str(max(1, wait_seconds)), "RateLimit-Reason": "jira-per-issue-on-write"}
    return Response.of_json({"errorMessages": ["Rate limit exceeded."]}, status=429, headers=headers)
