"""Counts what goes over the wire, from several threads, into the Traffic of a source."""

import re
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from portfolio.ports import Traffic

N = TypeVar("N", int, float)
_NATIVE_ID = re.compile(
    r"(?<=[/'(])(?<!/api/)(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z][A-Z0-9_]+-\d+)(?=$|[/')])", flags=re.IGNORECASE
)


def endpoint_of(method: str, url: str) -> str:
    """The kind of endpoint that a request goes to: method and path, with ids taken out."""
    return f"{method} {_NATIVE_ID.sub('{id}', urlsplit(url).path)}"


_LOCK = threading.Lock()
"""One for all: a source has more than one connection where tokens are asked for elsewhere, and counts both."""


class Counting:
    """One source's counters, behind a lock."""

    def __init__(self, traffic: Traffic) -> None:
        self.traffic = traffic
        self._lock = _LOCK

    def request(self, endpoint: str) -> None:
        """A request leaves."""
        with self._lock:
            self.traffic.requests += 1
            _add(self.traffic.by_endpoint, endpoint, 1)

    def received(self, size: int) -> None:
        """An answer of that many bytes came."""
        with self._lock:
            self.traffic.received_bytes += size

    def limits(self, told: Mapping[str, str]) -> None:
        """What the last answer said of limits; an answer that says nothing leaves what was said before."""
        if told:
            with self._lock:
                self.traffic.limits = dict(told)

    def clocks(self, theirs: datetime, ours: datetime) -> None:
        """When the other side answered by its own clock, and by ours."""
        with self._lock:
            self.traffic.clock_ahead_seconds = (ours - theirs).total_seconds()

    def throttled(self, reason: str) -> None:
        """An answer was a 429, for that reason."""
        with self._lock:
            self.traffic.throttled += 1
            _add(self.traffic.throttled_by_reason, reason, 1)

    def retry(self, reason: str, seconds: float) -> None:
        """A call is repeated after that wait."""
        with self._lock:
            self.traffic.retried += 1
            _add(self.traffic.waited_by_reason, reason, seconds)

    def waited(self, reason: str, seconds: float) -> None:
        """A call waits for its turn."""
        with self._lock:
            _add(self.traffic.waited_by_reason, reason, seconds)


def _add(counters: dict[str, N], key: str, number: N) -> None:
    counters[key] = counters.get(key, 0) + number
