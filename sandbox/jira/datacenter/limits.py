"""What the administrator of a Data Center site decides: version, page sizes, the result window, and the rate limit.

The rate limit is a bucket of tokens for each user, refilled by `refill` tokens every `interval_seconds`
(Atlassian, "Improving instance stability with rate limiting").
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil

from sandbox.http import HttpError, Response


@dataclass
class Bucket:
    """Requests that one user may make: `most` at once, `refill` more in every interval. `clock` gives seconds."""

    most: int
    refill: int
    interval_seconds: int = 1
    clock: Callable[[], float] = time.monotonic
    _left: int = field(init=False)
    _filled: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._filled = self.most, self.clock()

    def take(self) -> Response | None:
        """Use one token; the refusal when there is none."""
        batches = int((self.clock() - self._filled) // self.interval_seconds)
        if batches:
            self._left = min(self.most, self._left + batches * self.refill)
            self._filled += batches * self.interval_seconds
        if self._left == 0:
            message = {"message": "Rate limit exceeded."}
            return Response.of_json(message, status=429, headers=self._headers())
        self._left -= 1
        return None

    def dress(self, response: Response) -> Response:
        """Tell the state of the bucket on an answer."""
        return replace(response, headers={**response.headers, **self._headers()})

    def _headers(self) -> dict[str, str]:
        wait = max(0.0, self._filled + self.interval_seconds - self.clock())
        return {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(self._left),
            "X-RateLimit-Interval-Seconds": str(self.interval_seconds),
            "X-RateLimit-FillRate": str(self.refill),
            "retry-after": "0" if self._left else str(ceil(wait)),
        }


@dataclass
class Limits:
    """`window` is `jira.search.platform.max.result.window`, past which `window_status` is answered.

    Atlassian's article tells of 500 there; 400 is seen as well. `page` is `jira.search.views.default.max`,
    `epoch_ms` whether JQL takes moments as numbers. The
    first bucket is too large to be emptied, but its headers stand on every answer. Without `bucket` no header tells of
    a limit, as on a site whose administrator left it off.
    """

    version: tuple[int, int, int] = (10, 3, 12)
    page: int = 1000
    window: int = 10_000
    window_status: int = 400
    epoch_ms: bool = True
    bucket: Bucket | None = field(default_factory=lambda: Bucket(1000, 1000))

    def check_window(self, start: int, size: int) -> None:
        """Refuse a page that reaches beyond the window."""
        if start + size > self.window:
            text = (
                f"Search limit exceeded. We couldn't complete your search because it requests {start + size:,} results "
                f"which exceeded the search platform limit of {self.window:,}."
            )
            raise HttpError(Response.of_json({"errorMessages": [text], "errors": {}}, status=self.window_status))

    def enter(self) -> None:
        """Take a token for a request, or answer 429."""
        refusal = None if self.bucket is None else self.bucket.take()
        if refusal is not None:
            raise HttpError(refusal)

    def dress(self, response: Response) -> Response:
        """Add the headers that tell of the bucket."""
        return response if self.bucket is None or response.status == 429 else self.bucket.dress(response)
