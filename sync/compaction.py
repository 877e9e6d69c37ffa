"""Gives room in the store's file back to the disk.

DuckDB marks what was deleted as free and uses it again, but the file seldom shrinks. So a copy without the free room is
written beside it and put in its place in one step: whoever is killed at any point leaves the old file or the new one.
"""

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from portfolio.errors import StoreError
from sync.disk import file_fault, said, writing

if TYPE_CHECKING:
    import duckdb

LEAST_BYTES = 8 * 2**20
"""Less unused room than this is left to be used again."""
LEAST_SHARE = 0.25
"""So is less than this share of the file: the copy costs as much reading and writing as the rest is large."""


_FILE = """
SELECT block_size, free_blocks, total_blocks FROM pragma_database_size() WHERE database_name = current_catalog()
"""
_BLOCKS = """
SELECT count(DISTINCT block_id) FROM pragma_storage_info($table) WHERE persistent AND block_id >= 0
"""
_ROWS = """
SELECT table_name, estimated_size FROM duckdb_tables()
WHERE database_name = 'store' AND NOT internal AND estimated_size >= $least
"""
"""Rows that lie in the file, deleted ones among them."""
_LEAST_ROWS = 5000
"""Tables of fewer rows are not looked into: to ask takes longer than what they could waste is worth."""


def unused_bytes(connection: "duckdb.DuckDBPyConnection") -> tuple[int, int]:
    """About how many bytes of the store's file hold nothing any more, and all of its bytes, as of the last checkpoint.

    Blocks that are free, and the share of the others that is taken by deleted rows: DuckDB leaves these where they
    stand while most of their neighbours live.
    """
    block, free, whole = connection.execute(_FILE).fetchall()[0]
    dead = 0.0
    for name, lying in connection.execute(_ROWS, {"least": _LEAST_ROWS}).fetchall():
        share = 1 - live_rows(connection, f'"{name}"') / lying
        if share > 0:
            dead += share * connection.execute(_BLOCKS, {"table": name}).fetchall()[0][0]
    return int(block * (free + dead)), int(block * whole)


def tables(connection: "duckdb.DuckDBPyConnection") -> list[tuple[str]]:
    """Names of the store's tables."""
    return connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store' AND NOT internal ORDER BY table_name"
    ).fetchall()


def live_rows(connection: "duckdb.DuckDBPyConnection", name: str) -> int:
    """Rows of that table."""
    return int(connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0])  # noqa: S608 - a name of the catalog


def is_worthwhile(connection: "duckdb.DuckDBPyConnection") -> bool:
    """Whether so much of the file is unused that a copy pays."""
    unused, whole = unused_bytes(connection)
    return unused >= LEAST_BYTES and unused >= whole * LEAST_SHARE


def compact(connection: "duckdb.DuckDBPyConnection", path: Path) -> int:
    """Replace the file of the attached catalog `store` by a copy without free room; returns the bytes gained.

    Only for the owner of the store, while no other session of it is open. Raises StoreError; the file is then as it
    was, and attached.
    """
    import duckdb

    fresh = _aside(path)
    before = path.stat().st_size
    try:
        fresh.unlink(missing_ok=True)
        connection.execute("CHECKPOINT store")
        _copy(connection, fresh)
        swap(connection, path, fresh)
    except duckdb.Error as error:
        raise file_fault(error) or StoreError(
            f"the store could not be made smaller: {said(error)}",
            code="store.compact",
            remedy="It is complete and can be used as it is; check free disk space, which a copy of it needs.",
        ) from error
    finally:
        fresh.unlink(missing_ok=True)
    return max(before - path.stat().st_size, 0)


def sweep(path: Path) -> None:
    """Remove the copy that a killed process left. Only for the owner of the store."""
    for left in (_aside(path), _aside(path).with_name(f"{_aside(path).name}.wal")):
        left.unlink(missing_ok=True)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.compact")


def _copy(connection: "duckdb.DuckDBPyConnection", fresh: Path) -> None:
    import duckdb

    connection.execute(f"ATTACH {quoted(fresh)} AS fresh")
    try:
        connection.execute("COPY FROM DATABASE store TO fresh")
        _compare(connection)
    finally:
        with contextlib.suppress(duckdb.Error):
            connection.execute("DETACH fresh")
    with writing(fresh):
        fresh.chmod(0o600)
        flush(fresh)


def _compare(connection: "duckdb.DuckDBPyConnection") -> None:
    """A copy that lacks a row never takes the place of what it was made of. Raises StoreError."""
    for (name,) in tables(connection):
        counts = [live_rows(connection, f'{place}.main."{name}"') for place in ("store", "fresh")]
        if counts[0] != counts[1]:
            raise StoreError(
                f"the copy of table {name} has {counts[1]} of {counts[0]} rows; the store stays as it is",
                code="store.compact",
                remedy="Check the disk, and restore the store from a backup if `plumbrule store check` complains.",
            )


def swap(connection: "duckdb.DuckDBPyConnection", path: Path, fresh: Path) -> None:
    """Let `store` go, put `fresh` in its place in one step, and attach it again."""
    connection.execute("USE memory")
    connection.execute("DETACH store")
    try:
        log = path.with_name(f"{path.name}.wal")
        if log.exists():  # it belongs to the old file and would be read into the new one
            raise StoreError(f"{log} was not folded in", code="store.compact", remedy="Run again.")
        with writing(path):
            fresh.replace(path)
            flush(path.parent)
    finally:
        connection.execute(f"ATTACH {quoted(path)} AS store")
        connection.execute("USE store")


def flush(path: Path) -> None:
    """See a file, or a folder's names, safely on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def quoted(path: Path) -> str:
    """A path as a text of SQL."""
    return "'" + str(path).replace("'", "''") + "'"
