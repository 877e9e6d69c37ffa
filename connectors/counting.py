"""Counts what goes over the wire, from several threads, into the Traffic of a source."""

import re
import threading
from urllib.parse import urlsplit

from portfolio.ports import Traffic

_NATIVE_ID = re.compile(
    r"(?<=[/'(])(?<!/api/)(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z][A-Z0-9_]+-\d+)(?=$|[/')])", flags=re.IGNORECASE
)


class Counting:
    """One source's counters, behind a lock."""

    def __init__(self, traffic: Traffic) -> None:
        self.traffic = traffic
        self._lock = threading.Lock()

    def request(self, method: str, url: str) -> None:
        """A request leaves. Counted by kind of endpoint: ids are taken out of the path."""
        endpoint = f"{method} {_NATIVE_ID.sub('{id}', urlsplit(url).path)}"
        with self._lock:
            self.traffic.requests += 1
            self.traffic.by_endpoint[endpoint] = self.traffic.by_endpoint.get(endpoint, 0) + 1

    def received(self, size: int) -> None:
        """An answer of that many bytes came."""
        with self._lock:
            self.traffic.received_bytes += size

    def throttled(self) -> None:
        """An answer was a 429."""
        with self._lock:
            self.traffic.throttled += 1

    def retry(self, wait_seconds: float) -> None:
        """A call is repeated after that wait."""
        with self._lock:
            self.traffic.retried += 1
            self.traffic.waited_seconds += wait_seconds
