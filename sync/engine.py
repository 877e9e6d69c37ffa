"""The pull: many threads read, the calling thread alone writes, page by page, each with its cursor."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from portfolio.errors import InternalError, StoreError
from portfolio.ports import Connector, Page, Partition, Progress, Store
from sync.fetch import POLL_SECONDS, Ended, Event, Fetched, Fetcher, Outlet, SourceEnded, Started
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
    _record(store, run_id, as_of, sources, writer.sources)
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


@dataclass
class _Source:
    """A source while it is pulled."""

    connector: Connector
    started: Started | None = None
    ended: bool = False
    failure: Failure | None = None
    tallies: dict[Partition, _Tally] = field(default_factory=dict)
    requests_before: int = 0
    throttled_before: int = 0

    def __post_init__(self) -> None:
        self.requests_before = self.connector.traffic.requests
        self.throttled_before = self.connector.traffic.throttled


class _Writer:
    """Takes events, commits pages, keeps count."""

    def __init__(self, store: Store, sources: dict[str, _Source], as_of: datetime, progress: Progress) -> None:
        self.sources = sources
        self._store = store
        self._as_of = as_of
        self._progress = progress

    def drain(self, outlet: Outlet) -> bool:
        """Work until every source has ended; says whether we were interrupted."""
        patience = int(GRACE_SECONDS / POLL_SECONDS)
        interrupted = False
        while not all(source.ended for source in self.sources.values()) and patience > 0:
            try:
                event = outlet.get()
                if event is not None:
                    self._take(event)
                elif outlet.stop.is_set():
                    patience -= 1
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
                self._commit(source, source.tallies[event.partition], event.page)
            case Ended():
                self._end(source, source.tallies[event.partition], event)
            case SourceEnded():
                source.ended = True
                source.failure = failure_of(event.error) if event.error else None
                self._tell("source_done", source, error=source.failure.what if source.failure else None)

    def _commit(self, source: _Source, tally: _Tally, page: Page) -> None:
        if tally.failure is not None:
            return  # an earlier page of it could not be committed: the cursor must not pass that page
        if tally.held:
            page = replace(page, position=None)  # nor may it pass a page whose removals were held back
        try:
            counts = self._store.commit(source.connector.name, tally.partition, page, self._as_of)
        except StoreError:
            raise
        except Exception as error:  # a page that breaks the contract fails its partition, not the run
            tally.failure = failure_of(error)
            return
        tally.pages += 1
        tally.rows_read += counts.read
        tally.rows_changed += counts.changed
        tally.rows_deleted += counts.deleted
        tally.rejections += counts.rejected
        tally.held += counts.held
        self._tell("page", source, **_place(tally), read=counts.read, changed=counts.changed)

    def _end(self, source: _Source, tally: _Tally, event: Ended) -> None:
        tally.failure = tally.failure or (failure_of(event.error) if event.error else None)
        if tally.failure is not None:
            tally.outcome = "failed"
        else:
            tally.outcome = "interrupted" if event.interrupted else "complete"
        error = tally.failure.what if tally.failure else None
        counts = {"pages": tally.pages, "read": tally.rows_read, "changed": tally.rows_changed}
        self._tell("partition_done", source, **_place(tally), outcome=tally.outcome, error=error, **counts)

    def _tell(self, event: str, source: _Source, **fields: Any) -> None:
        self._progress(f"pull.{event}", {"source": source.connector.name, **fields})

    def report(self, name: str) -> SourceReport:
        """How that source ended."""
        source = self.sources[name]
        partitions = tuple(_report(name, tally) for _, tally in sorted(source.tallies.items()))
        traffic = source.connector.traffic
        return SourceReport(
            source=name,
            kind=source.connector.kind,
            outcome=outcome_of_source(source.started is not None and source.failure is None, partitions),
            account=source.started.probe.account if source.started else None,
            requests=traffic.requests - source.requests_before,
            throttled=traffic.throttled - source.throttled_before,
            failure=source.failure,
            partitions=partitions,
        )


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


def _record(
    store: Store, run_id: str, as_of: datetime, reports: Sequence[SourceReport], sources: Mapping[str, _Source]
) -> None:
    """Write what happened to the ledger: one row for each partition, the state of each source, what each can fill."""
    complete_at = {row["source"]: row["complete_at"] for row in store.rows("SELECT * FROM source_state")}
    started = [source.started for source in sources.values() if source.started is not None]
    told = {event.source for event in started}
    kept = [row for row in store.rows("SELECT * FROM capability") if row["source"] not in told]
    store.put(
        {
            "stream_run": [_stream_run(run_id, p) for report in reports for p in report.partitions],
            "source_state": [_source_state(report, as_of, complete_at.get(report.source)) for report in reports],
            "capability": [*kept, *(row for event in started for row in _capabilities(event))],
        },
        replace=["capability"],
    )


def _capabilities(event: Started) -> list[dict[str, Any]]:
    return [
        {
            "source": event.source,
            "table_name": c.table,
            "column_name": c.column,
            "state": c.state,
            "note": c.note or None,
        }
        for c in event.capabilities
    ]


def _stream_run(run_id: str, report: PartitionReport) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "source": report.source,
        "stream": report.stream,
        "partition": report.key,
        "outcome": report.outcome,
        "pages": report.pages,
        "rows_read": report.rows_read,
        "rows_changed": report.rows_changed,
        "rows_deleted": report.rows_deleted,
        "rejections": report.rejections,
        "error_code": report.failure.code if report.failure else None,
        "error": report.failure.what if report.failure else None,
    }


def _source_state(report: SourceReport, as_of: datetime, complete_at: datetime | None) -> dict[str, Any]:
    failure = report.failure or next((p.failure for p in report.partitions if p.failure), None)
    return {
        "source": report.source,
        "kind": report.kind,
        "complete_at": as_of if report.outcome == "complete" else complete_at,
        "attempted_at": as_of,
        "outcome": report.outcome,
        "error": failure.what if failure else None,
        "requests": report.requests,
        "throttled": report.throttled,
        "account": report.account,
    }
