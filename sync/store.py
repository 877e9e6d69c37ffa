"""The store: one DuckDB file, one owner, one transaction for each page."""

import contextlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from portfolio.errors import InternalError, StoreError
from portfolio.model import TABLES
from portfolio.model.ledger import LEDGER_TABLES
from portfolio.ports import Counts, Doubted, Page, Partition, Row, View
from sync import compaction
from sync.backup import Backup, count_rows, write_backup
from sync.batch import batch
from sync.compaction import quoted
from sync.copies import copy_attached, detached, name_of_copy, sweep_copies
from sync.disk import RESTORE, file_fault, said, writing
from sync.fitting import utc
from sync.listing import doubted
from sync.lock import Lock, Owner, in_use
from sync.merge import Sent
from sync.migration import Migration
from sync.pages import PageWriter
from sync.query import select
from sync.removal import Brake
from sync.retention import Forgotten, Keep, forget
from sync.schema import prepare
from sync.snapshot import KEPT, SNAPSHOTS, FileSnapshot, materialise, sweep
from sync.upsert import upsert

if TYPE_CHECKING:
    import duckdb

_HELD = re.compile(
    r"Could not set lock on file|Conflicting lock is held|already attached|being used by another process"
)
"""DuckDB's words for a file that another program, or another connection of this one, has open."""

UNFOLDED = "64MB"
"""How much may be written before it is folded into the main file. Until then it is held in memory too, uncompressed:
this bounds memory, and the changes of an ordinary day are folded once, at the end of the run."""
WRITING_THREADS = 1
"""Pages are small; to share one among processors takes more time than it saves, and others read meanwhile."""

WRITING_MEMORY = "96MB"
"""What a transaction may take while pages of a source are written, be a page ever so large: what does not fit goes to
the temporary folder."""
ROWS_AT_ONCE = 100_000
"""Of our own rows that become columns: findings may be a million, and as columns each takes a kilobyte more."""
MEASURING_MEGABYTES = 1024
"""What measuring may take unless told otherwise; more than that goes to the temporary folder too."""
KEPT_MEMORY = "64MB"
"""What is kept of it between two transactions: what is not folded yet, and some pages of the file. Without this bound
they grow with the file up to the other one; those that are asked for again are still in the system's memory."""


def open_store(
    path: Path,
    *,
    owner: Owner,
    brake: Brake | None = Brake(),  # noqa: B008 - frozen
    measuring_megabytes: int = MEASURING_MEGABYTES,
    keep_snapshots: int = KEPT,
) -> "DuckStore":
    """Open or make the store in the file `path`; its folder also gets the lock and `snapshots/`. One of an older
    version is copied into `backups/` and brought to the present one (`migrated`).

    `brake=None` accepts removals of any size. `measuring_megabytes` is the memory that `measure` may take, and
    `keep_snapshots` how many published ones are kept, the latest included. Raises StoreError when another process has
    it, or when it cannot be used as it is.
    """
    with writing(path.parent):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock.acquire(path.with_name(f"{path.name}.lock"), owner)
    connection = None
    try:
        with writing(path.parent):
            compaction.sweep(path)
            sweep_copies(path)
        connection = _connect(path)
        migrated = _prepare(path, connection, owner.since)
        with writing(path.parent):
            path.chmod(0o600)
            sweep(path.parent / SNAPSHOTS)
    except BaseException:
        if connection is not None:
            connection.close()
        lock.release()
        raise
    return DuckStore(
        path, connection, lock, brake, measuring_megabytes, keep_snapshots=keep_snapshots, migrated=migrated
    )


class DuckStore:
    """The `Store` of `portfolio.ports` on a DuckDB 2.0 file, for one thread. Instants come back naive, in UTC."""

    def __init__(
        self,
        path: Path,
        connection: "duckdb.DuckDBPyConnection",
        lock: Lock,
        brake: Brake | None = None,
        measuring_megabytes: int = MEASURING_MEGABYTES,
        *,
        keep_snapshots: int = KEPT,
        migrated: Migration | None = None,
    ) -> None:
        self.path = path
        self.migrated = migrated
        """What was changed in a store of an older version when it was opened."""
        self._connection = connection
        self._lock = lock
        self._brake = brake
        self._measuring_megabytes = measuring_megabytes
        self._keep_snapshots = keep_snapshots
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of one SELECT on the live tables; parameters are named, `$name`. Raises StoreError."""
        return select(self._connection, sql, parameters)

    def positions(self, source: str) -> Mapping[Partition, str]:
        """Committed cursor positions of a source."""
        sql = "SELECT stream, partition, position FROM cursor WHERE source = $source"
        found = self.rows(sql, {"source": source})
        return {Partition(row["stream"], row["partition"]): row["position"] for row in found}

    def commit(self, source: str, partition: Partition, page: Page, as_of: datetime) -> Counts:
        """Removals, rows, rejections and cursor of one page in one transaction: all of them, or none.

        Where the brake holds removals back, the cursor stays too, so that the next run looks again. Raises
        InternalError for a page that breaks the connector's contract, StoreError when the file cannot be written.
        """
        return self.commit_together(source, [(partition, page)], as_of)[0]

    def commit_together(self, source: str, pages: Sequence[Sent], as_of: datetime) -> list[Counts]:
        """Pages as if committed one after the other, but in one transaction and by as few statements as can be."""
        with self._transaction():
            counts = PageWriter(self._connection, source, as_of, self._brake).write(pages)
        self._let_go()
        return counts

    def doubted(self, source: str, page: Page) -> Doubted:
        """Ids that the source should be asked about before the page's censuses are committed. Raises as `commit`."""
        with self._transaction():
            return doubted(self._connection, source, page)

    def forget_raw(self, as_of: datetime, days: Mapping[str, int]) -> None:
        """Delete raw answers that were kept long enough; of these sources those that are older than so many days.
        Raises StoreError."""
        if not self.rows("SELECT 1 AS one FROM raw_page LIMIT 1"):
            return
        now = utc(as_of)
        with self._transaction():
            self._connection.execute("DELETE FROM raw_page WHERE keep_until < $now", {"now": now})
            for source, kept in days.items():
                oldest = {"source": source, "oldest": now - timedelta(days=kept) if kept else now + timedelta(days=1)}
                self._connection.execute("DELETE FROM raw_page WHERE source = $source AND taken_at < $oldest", oldest)

    def forget(self, table: str, column: str, before: date) -> None:
        """Delete rows of one of our own tables whose day in that column lies before. Raises StoreError."""
        own = next(t for t in LEDGER_TABLES if t.name == table)
        named = next(c.name for c in own if c.name == column)
        with self._transaction():
            self._connection.execute(f"DELETE FROM {own.name} WHERE {named} < $before", {"before": before})  # noqa: S608 - names of the model

    def put(self, rows: Mapping[str, Sequence[Row]], *, replace: Iterable[str] = ()) -> None:
        """Upsert rows of several tables in one transaction; tables in `replace` are emptied first.

        Raises InternalError for rows that do not fit: they are our own, so nothing is set aside.
        """
        with self._transaction():
            for name in replace:
                self._connection.execute(f"DELETE FROM {TABLES[name].name}")  # noqa: S608 - a name of the model
            for name, these in rows.items():
                for first in range(0, len(these), ROWS_AT_ONCE):
                    fitted = batch(TABLES[name], these[first : first + ROWS_AT_ONCE])
                    for rejected in fitted.rejected:
                        raise InternalError(f"{rejected.native_id}: {rejected.reason}", code="store.does_not_fit")
                    upsert(self._connection, fitted)

    def measure(self, views: Sequence[View], as_of: date) -> FileSnapshot:
        """Materialise the named views (each may use tables and earlier views) into a new snapshot file.

        Raises StoreError that names the view, and the column where the columns are not the declared ones.
        """
        folder = self.path.parent / SNAPSHOTS
        with writing(folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        work = folder / f".work-{as_of:%Y%m%d}-{next(self._numbers)}.duckdb"
        with self._measuring():
            materialise(self._connection, work, views, as_of)
        return FileSnapshot(work, as_of, self._connection, self._measuring, self._keep_snapshots)

    def prune(self, keep: Keep, today: date, *, dry_run: bool = False) -> list[Forgotten]:
        """Delete what need not be kept any more, in one transaction; with `dry_run` only say what that would be.

        Raises StoreError. The room is free within the file afterwards; `compact` gives it back.
        """
        self.checkpoint()  # sizes are those of the file
        with self._transaction():
            gone = forget(self._connection, keep, today)
            if dry_run:
                self._connection.rollback()
                self._connection.begin()
        return gone

    def compact(self, *, only_if_worthwhile: bool = True) -> int:
        """Make the file as small as what it holds; returns the bytes gained. Raises StoreError, and then it is as it
        was. No snapshot that was not published may be open."""
        self.checkpoint()
        if only_if_worthwhile and not compaction.is_worthwhile(self._connection):
            return 0
        self._connection.execute(f"SET memory_limit = '{int(self._measuring_megabytes)}MB'")  # rows stay in their order
        try:
            return compaction.compact(self._connection, self.path)
        finally:
            self._let_go()

    def back_up(self, out: Path, *, beside: Iterable[str], moment: datetime, version: str) -> Backup:
        """Write a backup of all that was committed, and of those folders beside it. Raises StoreError."""
        rows = count_rows(self)
        with detached(self._connection, self.path):
            return write_backup(self.path, out, beside=beside, moment=moment, version=version, rows=rows)

    def checkpoint(self) -> None:
        """Fold what was written since into the main file: once a run, not once a page. Raises StoreError."""
        try:
            self._connection.execute("CHECKPOINT store")
        except _duckdb_error() as error:
            raise file_fault(error) or _not_written(error) from error

    def close(self) -> None:
        """Fold in, close, and let the next process have the store; a second call does nothing."""
        with contextlib.suppress(StoreError):
            self.checkpoint()
        self._connection.close()
        self._lock.release()

    @contextlib.contextmanager
    def _measuring(self) -> Iterator[None]:
        """All processors, and as much memory as measuring may take. Order of rows means nothing in a view: to keep it
        would take several times the memory. The right side of a join is what is held, as the views are written: after
        a condition DuckDB expects few rows and would hold five million entries instead of what they are joined with.
        Two equal parts of a view are worked out twice: what they share would be held whole.
        """
        self._connection.execute("RESET threads")
        self._connection.execute(f"SET memory_limit = '{int(self._measuring_megabytes)}MB'")
        self._connection.execute("SET preserve_insertion_order = false")
        self._connection.execute("SET disabled_optimizers = 'build_side_probe_side,common_subplan'")
        try:
            yield
        finally:
            with contextlib.suppress(_duckdb_error()):  # the file may be unusable by now, and that was told
                self._connection.execute("RESET preserve_insertion_order")
                self._connection.execute("RESET disabled_optimizers")
                self._connection.execute(f"SET threads = {WRITING_THREADS}")
                self._connection.execute(f"SET memory_limit = '{WRITING_MEMORY}'")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        error_class = _duckdb_error()
        try:
            self._connection.begin()
            yield
            self._connection.commit()
        except BaseException as error:
            with contextlib.suppress(error_class):  # it may have been rolled back already
                self._connection.rollback()
            if isinstance(error, error_class):
                raise file_fault(error) or _not_written(error) from error
            raise
        self._protect_log()

    def _let_go(self) -> None:
        """Of pages of the file: to lower the limit drops them at once, and it is raised again."""
        with contextlib.suppress(_duckdb_error()):  # more than this is in use
            self._connection.execute(f"SET memory_limit = '{KEPT_MEMORY}'")
        self._connection.execute(f"SET memory_limit = '{WRITING_MEMORY}'")

    def _protect_log(self) -> None:
        log = self.path.with_name(f"{self.path.name}.wal")
        with writing(log), contextlib.suppress(FileNotFoundError):
            log.chmod(0o600)


def _duckdb_error() -> type[Exception]:
    import duckdb

    return duckdb.Error


def _connect(path: Path) -> "duckdb.DuckDBPyConnection":
    """A connection whose current catalog is the file, always under the name `store`."""
    import duckdb

    connection = duckdb.connect(
        config={
            "temp_directory": f"{path}.tmp",
            "threads": WRITING_THREADS,
            "memory_limit": WRITING_MEMORY,
        }
    )
    try:
        connection.execute(f"SET checkpoint_threshold = '{UNFOLDED}'")
        connection.execute(f"ATTACH {quoted(path)} AS store")
        connection.execute("USE store")
    except duckdb.Error as error:
        connection.close()
        raise _cannot_open(path, error) from error
    return connection


def _prepare(path: Path, connection: "duckdb.DuckDBPyConnection", moment: datetime) -> Migration | None:
    """Tables as they should be; DuckDB may find out only here that the file is damaged."""

    def keep_copy(version: int) -> Path:
        target = name_of_copy(path, f"v{version}", moment)
        copy_attached(connection, path, target)
        return target

    try:
        return prepare(connection, keep_copy)
    except _duckdb_error() as error:
        raise _cannot_open(path, error) from error


def _not_written(error: Exception) -> StoreError:
    return StoreError(
        f"the store could not be written: {said(error)}",
        code="store.write",
        remedy="Check free disk space and rights of the store's folder; what was committed before is kept.",
    )


def _cannot_open(path: Path, error: Exception) -> StoreError:
    told = str(error)
    if _HELD.search(told):
        process = re.search(r"PID (\d+)", told)
        return in_use(f"process {process[1]}" if process else "another program")
    return file_fault(error) or StoreError(
        f"{path} cannot be opened as a store: {said(error)}",
        code="store.unreadable",
        remedy=RESTORE,
    )
