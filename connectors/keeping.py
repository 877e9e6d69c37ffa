"""Answers kept as they were received, for who wants to look at them later. Nothing here runs unless somebody asked."""

import gzip
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from connectors.http import Http
from portfolio.raw import RawAnswer

T = TypeVar("T")
_KEPT = re.compile(r"/(search|issue|changelog|worklog|project)(?=/|$)")
"""What is kept, by endpoint: never where one signs in, and no lists of people."""


class Kept:
    """Answers that wait for the page that they become. Bodies only: no address, no query, no header. Thread-safe."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._answers: list[RawAnswer] = []
        self._lock = threading.Lock()

    def add(self, endpoint: str, body: bytes) -> None:
        """An answer came. Its size on disk is about a tenth."""
        if _KEPT.search(endpoint):
            self.put([RawAnswer(endpoint, gzip.compress(body, mtime=0), self._days)])

    def put(self, answers: Sequence[RawAnswer]) -> None:
        """These belong to the next page."""
        with self._lock:
            self._answers += answers

    def take(self) -> list[RawAnswer]:
        """Those that came since the last time."""
        with self._lock:
            taken, self._answers = self._answers, []
            return taken

    def fresh(self) -> "Kept":
        """Another one, of the same age."""
        return Kept(self._days)

    def through(self, http: Http) -> Http:
        """The connection, whose answers are kept here."""
        return http.telling(self.add)


def apart(http: Http, kept: Kept | None, read: Callable[[Http], Iterator[T]]) -> Iterator[tuple[T, list[RawAnswer]]]:
    """The values, each with the answers that it came from: for reading ahead, where the next answer is there before
    the page of this one is made. Nothing but the values where nothing is kept."""
    if kept is None:
        for value in read(http):
            yield value, []
        return
    own = kept.fresh()
    for value in read(own.through(http)):
        yield value, own.take()
