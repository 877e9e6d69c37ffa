"""The pull: many threads read, the calling thread alone writes, page by page, each with its cursor."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from portfolio.errors import InternalError, StoreError
from portfolio.ports import Connector, Page, Partition, Progress, Store, Traffic
from sync.fetch import POLL_SECONDS, Ended, Event, Fetched, Fetcher, Outlet, SourceEnded, Started
from sync.merge import merged
from sync.outcome import (
    Failure,
    PartitionReport,
    PullReport,
    SourceReport,
    braked,
    failure_of,
    outcome_of_pull,
    outcome_of_source,
)
from sync.record import record
from sync.traffic import since, taken

GRACE_SECONDS = 5.0
"""How long a stopped pull waits for the pages that are on their way."""


def pull(
    store: Store,
    connectors: Sequence[Connector],
    *,
    as_of: datetime,
    run_id: str,
    progress: Progress,
    workers: int = 4,
    stop: threading.Event | None = None,
) -> PullReport:
    """Bring the store up to date with every source; `workers` partitions of each source are read at once.

    A source or partition that fails is reported and recorded, the others go on. `stop` (set from outside, see
    `sync.stopping`) or Ctrl-C ends the reading; pages that were read are still committed, and the report says
    interrupted. Raises StoreError when the store itself cannot be written; then everything committed before is kept.
    `progress` is called on this thread. Connectors stay open.
    """
    names = [connector.name for connector in connectors]
    if len(set(names)) != len(names):
        raise InternalError(f"two sources have one name: {', '.join(sorted(names))}", code="sync.same_name")
    outlet = Outlet(stop or threading.Event())
    writer = _Writer(store, {connector.name: _Source(connector) for connector in connectors}, as_of, progress)
    for connector in connectors:
        Fetcher(connector, dict(store.positions(connector.name)), outlet, workers=workers).start()
    try:
        interrupted = writer.drain(outlet)
    finally:
        outlet.abandon()
    sources = tuple(writer.report(name) for name in sorted(names))
    started = [source.started for source in writer.sources.values() if source.started is not None]
    capabilities = {event.source: event.capabilities for event in started}
    record(store, run_id, as_of, sources, capabilities)
    return PullReport("interrupted" if interrupted else outcome_of_pull(sources), sources)


@dataclass
class _Tally:
    """A partition while it is pulled. `outcome` is None until it has ended."""

    partition: Partition
    outcome: Literal["complete", "failed", "interrupted"] | None = None
    pages: int = 0
    rows_read: int = 0
    rows_changed: int = 0
    rows_deleted: int = 0
    rejections: int = 0
    held: int = 0
    failure: Failure | None = None
    torn: bool = False
    """A page was taken and not committed: no later page may move the cursor past it."""


@dataclass
class _Source:
    """A source while it is pulled."""

    connector: Connector
    started: Started | None = None
    ended: bool = False
    failure: Failure | None = None
    tallies: dict[Partition, _Tally] = field(default_factory=dict)
    before: Traffic = field(init=False)

    def __post_init__(self) -> None:
        self.before = taken(self.connector.traffic)


class _Writer:
    """Takes events, commits pages, keeps count."""

    def __init__(self, store: Store, sources: dict[str, _Source], as_of: datetime, progress: Progress) -> None:
        self.sources = sources
        self._store = store
        self._as_of = as_of
        self._progress = progress
        self._waiting: deque[Event] = deque()

    def drain(self, outlet: Outlet) -> bool:
        """Work until every source has ended; says whether we were interrupted."""
        patience = int(GRACE_SECONDS / POLL_SECONDS)
        interrupted = False
        while not all(source.ended for source in self.sources.values()) and patience > 0:
            try:
                self._waiting.extend(outlet.get())
                if not self._waiting and outlet.stop.is_set():
                    patience -= 1
                while self._waiting:
                    self._take(self._waiting.popleft())
            except KeyboardInterrupt:
                if outlet.stop.is_set():
                    raise  # asked twice: now at once; the page in hand was rolled back
                outlet.stop.set()
            interrupted = interrupted or outlet.stop.is_set()
        return interrupted

    def _take(self, event: Event) -> None:
        source = self.sources[event.source]
        match event:
            case Started():
                source.started = event
                source.tallies = {partition: _Tally(partition) for partition in event.partitions}
                self._tell("source_started", source, account=event.probe.account, partitions=len(event.partitions))
            case Fetched():
                self._write(source, source.tallies[event.partition], event)
            case Ended():
                self._end(source, source.tallies[event.partition], event)
            case SourceEnded():
                source.ended = True
                source.failure = failure_of(event.error) if event.error else None
                self._tell("source_done", source, error=source.failure.what if source.failure else None)

    def _write(self, source: _Source, tally: _Tally, first: Fetched) -> None:
        """Commit the page, together with those of its partition that wait behind it."""
        before, tally.torn = tally.torn, True  # until it is committed: Ctrl-C may come at any point
        same = [e for e in self._waiting if isinstance(e, Fetched) and _stands_for(e) == _stands_for(first)]
        self._waiting = deque(e for e in self._waiting if not any(e is taken for taken in same))
        pages = [first.page, *(e.page for e in same)]
        if before:
            return
        try:
            self._commit_together(source, tally, pages)
        except StoreError:
            raise
        except Exception as error:  # a page that breaks the contract fails its partition, not the run
            tally.failure = failure_of(error)
            return
        tally.torn = False

    def _commit_together(self, source: _Source, tally: _Tally, pages: list[Page]) -> None:
        together = merged(pages) if len(pages) > 1 else None
        if together is not None:
            try:
                self._commit(source, tally, together, len(pages))
            except StoreError:
                raise
            except Exception:  # one of them is bad: those before it are not  # noqa: S110
                pass
            else:
                return
        for page in pages:
            self._commit(source, tally, page, 1)

    def _commit(self, source: _Source, tally: _Tally, page: Page, pages: int) -> None:
        if tally.held:
            page = replace(page, position=None)  # the cursor must not pass a page whose removals were held back
        counts = self._store.commit(source.connector.name, tally.partition, page, self._as_of)
        tally.pages += pages
        tally.rows_read += counts.read
        tally.rows_changed += counts.changed
        tally.rows_deleted += counts.deleted
        tally.rejections += counts.rejected
        tally.held += counts.held
        self._tell("page", source, **_place(tally), pages=pages, read=counts.read, changed=counts.changed)

    def _end(self, source: _Source, tally: _Tally, event: Ended) -> None:
        tally.failure = tally.failure or (failure_of(event.error) if event.error else None)
        if tally.failure is not None:
            tally.outcome = "failed"
        else:
            tally.outcome = "interrupted" if event.interrupted or tally.torn else "complete"
        error = tally.failure.what if tally.failure else None
        counts = {"pages": tally.pages, "read": tally.rows_read, "changed": tally.rows_changed}
        self._tell("partition_done", source, **_place(tally), outcome=tally.outcome, error=error, **counts)

    def _tell(self, event: str, source: _Source, **fields: Any) -> None:
        self._progress(f"pull.{event}", {"source": source.connector.name, **fields})

    def report(self, name: str) -> SourceReport:
        """How that source ended."""
        source = self.sources[name]
        partitions = tuple(_report(name, tally) for _, tally in sorted(source.tallies.items()))
        return SourceReport(
            source=name,
            kind=source.connector.kind,
            outcome=outcome_of_source(source.started is not None and source.failure is None, partitions),
            account=source.started.probe.account if source.started else None,
            failure=source.failure,
            partitions=partitions,
            traffic=since(source.before, source.connector.traffic),
            expires_on=source.started.probe.expires_on if source.started else None,
        )


def _stands_for(event: Fetched) -> tuple[str, Partition]:
    return event.source, event.partition


def _place(tally: _Tally) -> dict[str, str]:
    return {"stream": tally.partition.stream, "partition": tally.partition.key, "title": tally.partition.title}


def _report(source: str, tally: _Tally) -> PartitionReport:
    return PartitionReport(
        source=source,
        stream=tally.partition.stream,
        key=tally.partition.key,
        title=tally.partition.title,
        outcome=tally.outcome or "interrupted",
        pages=tally.pages,
        rows_read=tally.rows_read,
        rows_changed=tally.rows_changed,
        rows_deleted=tally.rows_deleted,
        rejections=tally.rejections,
        held=tally.held,
        failure=tally.failure or (braked(tally.held) if tally.held else None),
    )
