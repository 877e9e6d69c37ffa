"""Cloud's burst limit: a bucket of requests for each method and endpoint, refilled every second.

Atlassian, "Rate limiting": 100 a second for GET and POST, 50 for PUT and DELETE, with exceptions; shared by everybody
who calls the site. A test sets smaller ones: `server.gates.append(BurstLimit(per_second={"GET": 5}))`.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from math import ceil

from sandbox.messages import Request, Response

PER_SECOND: Mapping[str, int] = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}
_NAMED = re.compile(r"/(issue|project|comment|queue|task|board|sprint|worklog|properties|issuetypes)/([^/]+)")
_WORDS = {"search", "bulkfetch", "createmeta", "list", "updated", "deleted", "multi"}


class BurstLimit:
    """A gate of a `Server` that refuses what comes too fast. `clock` gives seconds; safe for threads.

    Methods that are not named are not limited. `refused` counts the refusals by endpoint.
    """

    def __init__(self, per_second: Mapping[str, int] = PER_SECOND, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._clock = per_second, clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()
        self.refused: dict[str, int] = {}

    def __call__(self, request: Request) -> Response | None:
        """Take a token for the request, or answer 429."""
        most = self._per_second.get(request.method)
        if most is None or "/rest/" not in request.path:
            return None
        endpoint = f"{request.method} {endpoint_of(request.path)}"
        with self._lock:
            now = self._clock()
            left, at = self._buckets.get(endpoint, (float(most), now))
            left = min(float(most), left + (now - at) * most)
            self._buckets[endpoint] = (max(left - 1, 0) if left >= 1 else left, now)
            if left >= 1:
                return None
            self.refused[endpoint] = self.refused.get(endpoint, 0) + 1
        return _refusal(most, ceil((1 - left) / most))


def endpoint_of(path: str) -> str:
    """Give the endpoint of a path: ids, keys and names become `{}`, the way through the gateway is left out."""

    def anonymous(found: re.Match[str]) -> str:
        return found[0] if found[2] in _WORDS else f"/{found[1]}/{{}}"

    return _NAMED.sub(anonymous, "/rest/" + path.partition("/rest/")[2])


def _refusal(most: int, wait_seconds: int) -> Response:
    headers = {
        "Retry-After": str(max(1, wait_seconds)),
        "RateLimit-Reason": "jira-burst-based",
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": "0",
    }
    return Response.of_json({"errorMessages": ["Rate limit exceeded."]}, status=429, headers=headers)
