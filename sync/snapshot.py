"""Snapshots: the documented views of one run as tables of a file of their own, for readers in any process."""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio.errors import StoreError
from portfolio.model import CONTEXT, TABLES, ddl
from portfolio.ports import View
from sync.disk import file_fault, said, writing
from sync.query import select
from sync.views import make_view

if TYPE_CHECKING:
    import duckdb

SNAPSHOTS = "snapshots"
"""Folder of the snapshots, beside the store."""
LATEST = "latest.duckdb"
_OURS = re.compile(r"snapshot-[0-9]{8}-[0-9]+\.duckdb")
READING_MEMORY = "512MB"
"""What a reader may take. Pages that it has read are kept up to this: unbounded, it is four fifths of the machine."""
KEPT = 5
"""Published snapshots that are kept unless told otherwise, the latest included."""


class FileReader:
    """Read-only SQL over a snapshot file; cannot reach any other file or the network."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader = _open(path)

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of one SELECT; parameters are named, `$name`. Raises StoreError."""
        return select(self._reader, sql, parameters)

    def interrupt(self) -> None:
        """Stop the running query, from another thread; it then raises StoreError."""
        self._reader.interrupt()

    def close(self) -> None:
        """Let the file go."""
        self._reader.close()


class FileSnapshot(FileReader):
    """The `Snapshot` of `portfolio.ports`: readable at once, complete and seen by others after `publish`."""

    def __init__(
        self,
        path: Path,
        as_of: date,
        store: "duckdb.DuckDBPyConnection",
        measuring: Callable[[], contextlib.AbstractContextManager[None]],
        keep: int = KEPT,
    ) -> None:
        super().__init__(path)
        self._keep = keep
        self.as_of = as_of
        self._store = store
        self._measuring = measuring
        """Sets the store's limits to those of measuring, for as long as the block lasts."""

    def extend(self, views: Sequence[View]) -> None:
        """Add views that could not be measured at first; they see the store as it is now. Raises StoreError."""
        self.close()
        with self._measuring():
            add_views(self._store, self.path, views)
        self._reader = _open(self.path)

    def publish(self, tables: Sequence[str]) -> None:
        """Add those tables from the store, put the file in place as `latest.duckdb`, drop the oldest.

        Done on a copy: whoever reads this file, or the latest one so far, reads on undisturbed. Raises StoreError.
        """
        complete = self.path.with_suffix(".publish")
        with writing(self.path.parent):
            try:
                shutil.copyfile(self.path, complete)
                complete.chmod(0o600)
                _add_tables(self._store, complete, tables)
                _flush(complete)
                placed = complete.replace(_next_name(self.path.parent, self.as_of))
            finally:
                complete.unlink(missing_ok=True)
            _point_to(placed)
            for old in published(self.path.parent)[: -self._keep]:
                old.unlink()
            self.discard()
        self.path = placed
        self._reader = _open(placed)

    def discard(self) -> None:
        """Close and delete a snapshot that will not be published."""
        self.close()
        self.path.unlink(missing_ok=True)


def open_snapshot(path: Path) -> FileReader:
    """A published snapshot to read, also while another process owns the store. Raises StoreError."""
    if not path.is_file():
        raise StoreError(
            f"there is no snapshot {path}",
            code="store.no_snapshot",
            remedy="Run `plumbrule run` once; each run leaves a snapshot to read.",
        )
    return FileReader(path)


def materialise(store: "duckdb.DuckDBPyConnection", work: Path, views: Sequence[View], as_of: date) -> None:
    """Make the file `work`: the table `context`, then each view as a table with exactly its declared columns.

    A view sees the store's tables and the views before it. Names that are not documented are steps on the way:
    later views see them, the file does not hold them. They lie in a file of their own while it is made, compressed: as
    temporary tables they would fill the memory, and a large portfolio could not be measured at all.
    """
    work.unlink(missing_ok=True)
    try:
        with _session(store, work) as session:
            session.execute(ddl(CONTEXT).replace(" context ", " work.main.context ", 1))
            session.execute("INSERT INTO work.main.context VALUES ($as_of)", {"as_of": as_of})
            for name, made in views:
                make_view(session, name, made)
    except BaseException:
        work.unlink(missing_ok=True)
        raise
    work.chmod(0o600)


def add_views(store: "duckdb.DuckDBPyConnection", work: Path, views: Sequence[View]) -> None:
    """Add views to a file that `materialise` made."""
    with _session(store, work) as session:
        for name, made in views:
            make_view(session, name, made)


@contextlib.contextmanager
def _session(store: "duckdb.DuckDBPyConnection", work: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A session that sees the store and the file, and leaves the file written out in full."""
    import duckdb

    steps = work.with_suffix(".steps")
    steps.unlink(missing_ok=True)
    session = store.cursor()
    try:
        session.execute(f"ATTACH '{_escaped(work)}' AS work")
        session.execute(f"ATTACH '{_escaped(steps)}' AS steps")
        session.execute("SET search_path = 'store.main,work.main,steps.main'")
        yield session
        session.execute("CHECKPOINT work")  # letting the file go would do it too, but not tell that the disk is full
    except duckdb.Error as error:
        raise file_fault(error) or StoreError(
            f"the snapshot cannot be made: {said(error)}", code="store.snapshot"
        ) from error
    finally:
        _detach(session, "steps", "work")
        session.close()
        steps.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what runs that were killed left unfinished. Only for the owner of the store."""
    for left in folder.glob(".*"):
        left.unlink()


def _detach(session: "duckdb.DuckDBPyConnection", *names: str) -> None:
    """Leave the files attached under these names; that also writes them out in full."""
    import duckdb

    with contextlib.suppress(duckdb.Error):
        session.execute("SET search_path = 'store.main'")
    for name in names:
        with contextlib.suppress(duckdb.Error):
            session.execute(f"DETACH {name}")


def _add_tables(store: "duckdb.DuckDBPyConnection", work: Path, tables: Sequence[str]) -> None:
    import duckdb

    session = store.cursor()
    try:
        session.execute(f"ATTACH '{_escaped(work)}' AS work")
        for name in tables:
            table = TABLES[name].name
            session.execute(f"CREATE TABLE work.main.{table} AS FROM store.main.{table}")
        session.execute("CHECKPOINT work")
    except duckdb.Error as error:
        raise file_fault(error) or StoreError(
            f"the snapshot cannot be published: {said(error)}", code="store.snapshot"
        ) from error
    finally:
        _detach(session, "work")
        session.close()


def _open(path: Path) -> "duckdb.DuckDBPyConnection":
    import duckdb

    connection = duckdb.connect()
    try:
        connection.execute(f"ATTACH '{_escaped(path)}' AS snapshot (READ_ONLY)")
        connection.execute("USE snapshot")
        connection.execute(f"SET memory_limit = '{READING_MEMORY}'")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        connection.close()
        raise StoreError(
            f"{path} cannot be read as a snapshot: {said(error)}",
            code="store.snapshot_unreadable",
            remedy="Run `plumbrule run` once; it leaves a new one.",
        ) from error
    return connection


def published(folder: Path) -> list[Path]:
    """Published snapshots, oldest first. Files of other names are somebody else's, and left alone."""
    ours = (path for path in folder.glob("snapshot-*.duckdb") if _OURS.fullmatch(path.name))
    return sorted(ours, key=_number)


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _next_name(folder: Path, as_of: date) -> Path:
    before = published(folder)
    number = _number(before[-1]) + 1 if before else 1
    return folder / f"snapshot-{as_of:%Y%m%d}-{number}.duckdb"


def _point_to(published: Path) -> None:
    """Make `latest.duckdb` the same file, in one step: a reader sees the one before or this one, never half of it."""
    aside = published.with_name(f".{LATEST}")
    aside.unlink(missing_ok=True)
    os.link(published, aside)
    aside.replace(published.with_name(LATEST))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
