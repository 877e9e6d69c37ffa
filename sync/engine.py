"""The pull: many threads read, the calling thread alone writes, page by page, each with its cursor."""

import threading
from collections.abc import Sequence
from datetime import datetime

from portfolio.errors import InternalError
from portfolio.ports import Connector, Progress, Store
from portfolio.raw import Keeping
from sync.fetch import WAITING_ROWS, Fetcher, Outlet
from sync.outcome import PullReport, outcome_of_pull
from sync.record import record
from sync.writer import Writer


def pull(
    store: Store,
    connectors: Sequence[Connector],
    *,
    as_of: datetime,
    run_id: str,
    progress: Progress,
    workers: int = 4,
    waiting_rows: int = WAITING_ROWS,
    stop: threading.Event | None = None,
) -> PullReport:
    """Bring the store up to date with every source; `workers` partitions of each source are read at once.

    A source or partition that fails is reported and recorded, the others go on. `stop` (set from outside, see
    `sync.stopping`) or Ctrl-C ends the reading; pages that were read are still committed, and the report says
    interrupted. Raises StoreError when the store itself cannot be written; then everything committed before is kept.
    `progress` is called on this thread. Connectors stay open. At most `waiting_rows` rows wait to be written, so that
    memory stays flat; each reading thread holds one page more.
    """
    names = [connector.name for connector in connectors]
    if len(set(names)) != len(names):
        raise InternalError(f"two sources have one name: {', '.join(sorted(names))}", code="sync.same_name")
    outlet = Outlet(stop or threading.Event(), waiting_rows)
    store.forget_raw(as_of, {c.name: c.keep_raw_days for c in connectors if isinstance(c, Keeping)})
    writer = Writer(store, connectors, as_of, progress)
    for connector in connectors:
        Fetcher(connector, dict(store.positions(connector.name)), outlet, workers=workers).start()
    try:
        interrupted = writer.drain(outlet)
    finally:
        outlet.abandon()
    sources = tuple(writer.report(name) for name in sorted(names))
    record(store, run_id, as_of, sources, writer.capabilities())
    return PullReport("interrupted" if interrupted else outcome_of_pull(sources), sources)
