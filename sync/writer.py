"""The writing half of a pull: takes what was read, commits it page by page with its cursors, and keeps count."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from portfolio.errors import StoreError
from portfolio.ports import Capability, Confirming, Connector, Counts, Page, Partition, Progress, Store, Traffic
from sync.fetch import POLL_SECONDS, Ended, Event, Fetched, Outlet, SourceEnded, Started
from sync.outcome import Failure, PartitionReport, SourceReport, braked, failure_of, outcome_of_source
from sync.traffic import since, taken

GRACE_SECONDS = 5.0
"""How long a stopped pull waits for the pages that are on their way."""


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

    def add(self, counts: Counts) -> None:
        """One more page was committed."""
        self.pages += 1
        self.rows_read += counts.read
        self.rows_changed += counts.changed
        self.rows_deleted += counts.deleted
        self.rejections += counts.rejected
        self.held += counts.held


@dataclass
class Pulling:
    """A source while it is pulled."""

    connector: Connector
    started: Started | None = None
    ended: bool = False
    failure: Failure | None = None
    tallies: dict[Partition, _Tally] = field(default_factory=dict)
    before: Traffic = field(init=False)

    def __post_init__(self) -> None:
        self.before = taken(self.connector.traffic)


_Taken = tuple[_Tally, Page]
"""A page that was taken, with the tally of its partition."""


class Writer:
    """Takes events, commits pages, keeps count."""

    def __init__(self, store: Store, connectors: Sequence[Connector], as_of: datetime, progress: Progress) -> None:
        self._sources = {connector.name: Pulling(connector) for connector in connectors}
        self._store = store
        self._as_of = as_of
        self._progress = progress
        self._waiting: deque[Event] = deque()

    def drain(self, outlet: Outlet) -> bool:
        """Work until every source has ended; says whether we were interrupted."""
        patience = int(GRACE_SECONDS / POLL_SECONDS)
        interrupted = False
        while not all(source.ended for source in self._sources.values()) and patience > 0:
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
        source = self._sources[event.source]
        match event:
            case Started():
                source.started = event
                source.tallies = {partition: _Tally(partition) for partition in event.partitions}
                self._tell("source_started", source, account=event.probe.account, partitions=len(event.partitions))
            case Fetched():
                self._write(source, event)
            case Ended():
                self._end(source, source.tallies[event.partition], event)
            case SourceEnded():
                source.ended = True
                source.failure = failure_of(event.error) if event.error else None
                self._tell("source_done", source, error=source.failure.what if source.failure else None)

    def _write(self, source: Pulling, first: Fetched) -> None:
        """Commit the page, and with it those of its source that wait behind it."""
        behind = [e for e in self._waiting if isinstance(e, Fetched) and e.source == first.source]
        pages = [(source.tallies[event.partition], event.page) for event in (first, *behind)]
        whole = [(tally, page) for tally, page in pages if not tally.torn]
        for tally, _ in whole:
            tally.torn = True  # until it is committed: Ctrl-C may come at any point
        self._waiting = deque(e for e in self._waiting if not any(e is taken for taken in behind))
        self._commit(source, self._confirmed(source, whole))
        for tally, _ in whole:
            tally.torn = tally.failure is not None

    def _confirmed(self, source: Pulling, pages: Sequence[_Taken]) -> list[_Taken]:
        """The pages, with what the source says of records that a census misses. One that it cannot confirm is not
        committed, and its partition has failed."""
        confirmed: list[_Taken] = []
        for tally, page in pages:
            try:
                confirmed.append((tally, self._confirm(source.connector, page)))
            except StoreError:
                raise
            except Exception as error:  # as when the source cannot be read
                tally.failure = failure_of(error)
        return [(tally, page) for tally, page in confirmed if tally.failure is None]

    def _confirm(self, connector: Connector, page: Page) -> Page:
        if not (page.censuses and isinstance(connector, Confirming)):
            return page
        doubted = self._store.doubted(connector.name, page)
        if doubted.more:
            page = replace(page, position=None)  # so that the next run takes this census again
        return connector.confirm(page, doubted.ids) if doubted.ids else page

    def _commit(self, source: Pulling, pages: Sequence[_Taken]) -> None:
        """Commit pages together; where one of them is bad, each by itself, so that the others are kept."""
        if not pages:
            return
        try:
            self._commit_together(source, pages)
        except StoreError:
            raise
        except Exception as error:  # a page that breaks the contract fails its partition, not the run
            if len(pages) == 1:
                pages[0][0].failure = failure_of(error)
                return
            for tally, page in pages:
                if tally.failure is None:
                    self._commit(source, [(tally, page)])

    def _commit_together(self, source: Pulling, pages: Sequence[_Taken]) -> None:
        """A cursor must not pass a page whose removals were held back: not the store's, and not a later page's."""
        sent = [(tally.partition, replace(page, position=None) if tally.held else page) for tally, page in pages]
        written = self._store.commit_together(source.connector.name, sent, self._as_of)
        before: dict[Partition, _Tally] = {}
        for (tally, _), counts in zip(pages, written, strict=True):
            before.setdefault(tally.partition, replace(tally))
            tally.add(counts)
        for partition, was in before.items():
            now = source.tallies[partition]
            read, changed = now.rows_read - was.rows_read, now.rows_changed - was.rows_changed
            self._tell("page", source, **_place(now), pages=now.pages - was.pages, read=read, changed=changed)

    def _end(self, source: Pulling, tally: _Tally, event: Ended) -> None:
        tally.failure = tally.failure or (failure_of(event.error) if event.error else None)
        if tally.failure is not None:
            tally.outcome = "failed"
        else:
            tally.outcome = "interrupted" if event.interrupted or tally.torn else "complete"
        error = tally.failure.what if tally.failure else None
        counts = {"pages": tally.pages, "read": tally.rows_read, "changed": tally.rows_changed}
        self._tell("partition_done", source, **_place(tally), outcome=tally.outcome, error=error, **counts)

    def _tell(self, event: str, source: Pulling, **fields: Any) -> None:
        self._progress(f"pull.{event}", {"source": source.connector.name, **fields})

    def capabilities(self) -> dict[str, Sequence[Capability]]:
        """What the sources that answered say they can fill, by name."""
        started = [source.started for source in self._sources.values() if source.started is not None]
        return {event.source: event.capabilities for event in started}

    def report(self, name: str) -> SourceReport:
        """How that source ended."""
        source = self._sources[name]
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
            expiring=source.started.probe.expiring if source.started else "token",
            data_at=source.started.probe.data_at if source.started else None,
        )


def _place(tally: _Tally) -> dict[str, str]:
    return {"stream": tally.partition.stream, "partition": tally.partition.key, "title": tally.partition.title}


def _report(source: str, tally: _Tally) -> PartitionReport:
    return PartitionReport(
        source=source,
        stream=tally.partition.stream,
        key=tally.partition.key,
        title=tally.partition.title,
        only_project=tally.partition.only_project,
        outcome=tally.outcome or "interrupted",
        pages=tally.pages,
        rows_read=tally.rows_read,
        rows_changed=tally.rows_changed,
        rows_deleted=tally.rows_deleted,
        rejections=tally.rejections,
        held=tally.held,
        failure=tally.failure or (braked(tally.held) if tally.held else None),
    )
