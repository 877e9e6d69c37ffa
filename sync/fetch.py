"""The reading half of a pull: threads that turn connectors into a bounded queue of events. They write nothing."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portfolio.columns import ColumnRows
from portfolio.errors import RateLimited, SignInError
from portfolio.ports import Capability, Connector, Page, Partition, Probe, Row

POLL_SECONDS = 0.1
"""How soon a waiting thread notices that it should stop."""
GATHERING_SECONDS = 1.0
"""How long pages wait at least for others that they are committed with."""
MOST_GATHERING_SECONDS = 15.0
"""How long at most: so much reading is repeated where a run is killed."""
_READING_A_WRITING = 4.0
"""A transaction looks through keys of whole tables, which grow: so pages are gathered for so many times as long as the
last ones took to be written, and the writer never takes more than a fifth of the time, however large the store is."""
WAITING_ROWS = 50_000
"""Rows that may wait for the writer, or be in its hands: about 40 MB. The writer takes half as many at a time."""
_VALUES_A_ROW = 25
"""So many take a kilobyte, together with what they share."""


@dataclass(frozen=True)
class Started:
    """The source answered, and said what there is to pull."""

    source: str
    probe: Probe
    partitions: tuple[Partition, ...]
    capabilities: tuple[Capability, ...]


@dataclass(frozen=True)
class Fetched:
    """One page of one partition."""

    source: str
    partition: Partition
    page: Page


@dataclass(frozen=True)
class Ended:
    """No more pages of this partition: all were read, or `error`, or we were asked to stop."""

    source: str
    partition: Partition
    error: Exception | None = None
    interrupted: bool = False


@dataclass(frozen=True)
class SourceEnded:
    """Nothing more comes from this source. `error`: it could not even be started."""

    source: str
    error: Exception | None = None


Event = Started | Fetched | Ended | SourceEnded


class _AbandonedError(Exception):
    """The writer is gone."""


class Outlet:
    """The bounded way from the reading threads to the writer: memory stays flat however fast the pages come.

    What the writer has taken counts until it asks for more. A page that alone is larger than the bound goes alone.

    Pages are handed over several at a time: what a transaction costs beside its rows is paid once then. A load of
    20,000 issues takes 6 transactions for its 20 pages of 12,000 rows.
    """

    def __init__(
        self, stop: threading.Event, rows: int = WAITING_ROWS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.stop = stop
        self._rows = rows
        self._monotonic = monotonic
        self._handed_over: float | None = None
        self._abandoned = threading.Event()
        self._moved = threading.Condition()
        self._waiting: list[Event] = []
        self._waiting_rows = 0
        self._taken_rows = 0
        self._shut_out = 0
        """Threads that wait for room."""

    @property
    def closing(self) -> bool:
        """Whether reading should end: somebody asked for it, or the writer is gone."""
        return self.stop.is_set() or self._abandoned.is_set()

    def put(self, event: Event) -> None:
        """Hand over; waits for room, gives up when the writer is gone."""
        rows = _weight(event)
        with self._moved:
            if not self._has_room(rows):
                self._wait_for_room(rows)
            if self._abandoned.is_set():
                raise _AbandonedError
            self._waiting.append(event)
            self._waiting_rows += rows
            self._moved.notify_all()

    def _has_room(self, rows: int) -> bool:
        ahead = self._waiting_rows + self._taken_rows
        return not ahead or ahead + rows <= self._rows

    def _wait_for_room(self, rows: int) -> None:
        self._shut_out += 1
        self._moved.notify_all()  # once: threads that wake each other up in turn would do nothing else
        self._moved.wait_for(lambda: self._has_room(rows) or self._abandoned.is_set())
        self._shut_out -= 1

    def get(self) -> list[Event]:
        """What is waiting, in order, as soon as it is worth a transaction; nothing when nothing came within the poll
        time. What was taken before is done."""
        with self._moved:
            self._taken_rows = 0
            self._moved.notify_all()
            gathering = self._gathering_seconds()
            if not self._waiting:
                self._moved.wait(POLL_SECONDS)
            if self._waiting:
                self._gather(gathering)
            events = self._take()
            self._handed_over = self._monotonic() if self._taken_rows else None
            return events

    def _gather(self, seconds: float) -> None:
        """Wait so long, or until it is worth it; that somebody wants to stop wakes nobody up, so it is looked for."""
        waited = 0.0
        while waited < seconds and not self._moved.wait_for(self._is_worth_it, POLL_SECONDS):
            waited += POLL_SECONDS

    def _gathering_seconds(self) -> float:
        """How long to wait for more, after what the writer had in its hands until now."""
        if self._handed_over is None:
            return GATHERING_SECONDS
        written_in = self._monotonic() - self._handed_over
        return min(max(GATHERING_SECONDS, _READING_A_WRITING * written_in), MOST_GATHERING_SECONDS)

    def _take(self) -> list[Event]:
        """The events that come first, up to half of the bound: what a transaction needs beside its rows is several
        times as much as they are, so it must not grow with what has piled up."""
        events: list[Event] = []
        for event in self._waiting:
            rows = _weight(event)
            if self._taken_rows and 2 * (self._taken_rows + rows) > self._rows:
                break
            events.append(event)
            self._taken_rows += rows
        del self._waiting[: len(events)]
        self._waiting_rows -= self._taken_rows
        return events

    def _is_worth_it(self) -> bool:
        """Whether to wait no longer: enough is there, somebody has no room, or a source has begun or ended."""
        if 2 * self._waiting_rows >= self._rows or self._shut_out or self.closing:
            return True
        return any(not isinstance(event, Fetched | Ended) for event in self._waiting)

    def abandon(self) -> None:
        """Let the reading threads end; what they still read is lost, and read again next time."""
        self._abandoned.set()
        with self._moved:
            self._moved.notify_all()


def _weight(event: Event) -> int:
    """Rows that it keeps in memory, of a kilobyte each; a page without rows takes room too."""
    if not isinstance(event, Fetched):
        return 0
    kept = sum(len(answer.body) for answer in event.page.raw) // 1000
    return 1 + sum(map(_room, event.page.rows.values())) + kept


def _room(rows: Sequence[Row]) -> int:
    """As many rows of a kilobyte. A change of a field has ten values, an issue 45 and a task of a plan more, so where
    rows are held by column, which is where there are many, their values are counted."""
    return -(-len(rows) * len(rows.columns) // _VALUES_A_ROW) if isinstance(rows, ColumnRows) else len(rows)


class Fetcher:
    """Reads one source: stage by stage, the partitions of a stage side by side on `workers` threads.

    The threads are daemons and not a pool: a pool is joined when the interpreter ends, and a thread that waits out
    another side's pause would then hold up a stopped run for minutes.
    """

    def __init__(
        self, connector: Connector, positions: Mapping[Partition, str], outlet: Outlet, *, workers: int
    ) -> None:
        self._connector = connector
        self._positions = positions
        self._outlet = outlet
        self._workers = workers
        self._halt = threading.Event()  # sign-in or the rate limit ended this source

    def start(self) -> None:
        """Begin to read, in the background."""
        threading.Thread(target=self._run, name=f"pull {self._connector.name}", daemon=True).start()

    def _run(self) -> None:
        source = self._connector.name
        try:
            try:
                for stage in self._begin():
                    self._pull_stage(stage)
            except _AbandonedError:
                raise
            except Exception as error:  # whatever a source does wrong must not reach the other sources
                self._outlet.put(SourceEnded(source, error))
            else:
                self._outlet.put(SourceEnded(source))
        except _AbandonedError:
            return

    def _begin(self) -> Sequence[Sequence[Partition]]:
        probe = self._connector.probe()
        stages = self._connector.partitions(self._positions)
        capabilities = tuple(self._connector.capabilities())
        partitions = tuple(partition for stage in stages for partition in stage)
        self._outlet.put(Started(self._connector.name, probe, partitions, capabilities))
        return stages

    def _pull_stage(self, stage: Sequence[Partition]) -> None:
        waiting = deque(stage)
        threads = [
            threading.Thread(target=self._work, args=(waiting,), name=f"pull {self._connector.name} {n}", daemon=True)
            for n in range(min(self._workers, len(stage)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, waiting: deque[Partition]) -> None:
        while True:
            try:
                partition = waiting.popleft()
            except IndexError:
                return
            try:
                self._outlet.put(self._pull(partition))
            except _AbandonedError:
                return

    def _pull(self, partition: Partition) -> Ended:
        source = self._connector.name
        if self._stopping():
            return Ended(source, partition, interrupted=True)
        try:
            for page in self._connector.pull(partition, self._positions.get(partition)):
                self._outlet.put(Fetched(source, partition, page))
                if self._stopping():
                    return Ended(source, partition, interrupted=True)
        except _AbandonedError:
            raise
        except Exception as error:  # one broken project must not stop the others
            if isinstance(error, SignInError | RateLimited):
                self._halt.set()
            return Ended(source, partition, error)
        return Ended(source, partition)

    def _stopping(self) -> bool:
        return self._halt.is_set() or self._outlet.closing
