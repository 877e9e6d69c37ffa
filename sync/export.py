"""Writes what a published snapshot holds into files of other formats, a table at a time, in bounded memory.

What lies outside a scope cannot be written: whoever asks sees views of the rows inside it under the tables' names.
"""

import contextlib
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from portfolio.errors import ConfigurationError, StoreError
from portfolio.model import TABLES, VIEWS, Table, arrow_schema
from sync.disk import file_fault, said
from sync.export_texts import defused, in_order, plain, typed
from sync.query import select

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY = "768MB"
"""What an export may take; sorting a million items goes to disk beyond it."""
BATCH = 20_000
"""Rows that are handed on at once."""
HISTORY = ("project_snapshot", "finding", "level_score")
"""Stored tables that an export may read beside the documented views: the check's own results and their history."""


class SnapshotExport:
    """A snapshot to write files from. `folder` is the only place that it can write to.

    `within`: only rows of these projects, and no table whose rows belong to none. Raises StoreError where the snapshot
    cannot be read, ConfigurationError where the files cannot be written.
    """

    def __init__(self, snapshot: Path, folder: Path, within: Collection[str] | None = None) -> None:
        import duckdb

        self._sorting = folder / ".sorting"
        self._connection = connection = duckdb.connect()
        try:
            place, room = _quoted(snapshot), _quoted(folder)
            connection.execute(f"ATTACH '{place}' AS snapshot (READ_ONLY)")
            connection.execute("USE snapshot")
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            connection.execute("SET threads = 1")  # more write the same rows in groups of another size
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET temp_directory = '{_quoted(self._sorting)}'")
            connection.execute(f"SET allowed_directories = ['{room}']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            if within is not None:
                self._narrow(within)
        except duckdb.Error as error:
            connection.close()
            raise StoreError(
                f"{snapshot} cannot be read as a snapshot: {said(error)}",
                code="store.snapshot_unreadable",
                remedy="Run `plumbrule run` once; it leaves a new one.",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        shutil.rmtree(self._sorting, ignore_errors=True)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """All rows of one SELECT. Raises StoreError."""
        return select(self._connection, sql)

    def lend(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Let the statements to come read these rows, too, under the table's name."""
        import pyarrow as pa

        given = pa.Table.from_pylist(list(rows), schema=arrow_schema(table))
        self._connection.register("given", given)
        self._connection.execute(f"CREATE TEMP TABLE {table.name} AS FROM given")
        self._connection.unregister("given")

    def parquet(self, table: Table, path: Path) -> int:
        """One documented table as Parquet; returns its rows."""
        return self.parquet_of(in_order(table, map(typed, table)), path)

    def parquet_of(self, sql: str, path: Path) -> int:
        """The rows of a SELECT as Parquet, compressed with zstd; returns how many."""
        return self._copy(sql, path, "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880")

    def csv(self, table: Table, path: Path) -> int:
        """One documented table as CSV (RFC 4180, UTF-8 without a mark); nothing is "", an empty text is quoted."""
        form = "FORMAT csv, HEADER, DELIMITER ',', NEW_LINE '\\r\\n'"
        return self._copy(in_order(table, map(defused, table)), path, form)

    def batches(self, table: Table) -> Iterator[list[tuple[Any, ...]]]:
        """One documented table's rows, some at a time, in the order of its columns."""
        with _told():
            result = self._connection.execute(in_order(table, map(plain, table)))
            while rows := result.fetchmany(BATCH):
                yield rows

    def schema(self, table: Table) -> "pa.Schema":
        """The columns that `arrow` hands on."""
        with _told():
            return self._connection.sql(f"{in_order(table, map(typed, table))} LIMIT 0").to_arrow_table().schema

    def arrow(self, table: Table) -> "pa.RecordBatchReader":
        """One documented table as Arrow, some rows at a time. One such reader at a time."""
        with _told():
            return self._connection.sql(in_order(table, map(typed, table))).to_arrow_reader(BATCH)

    def _copy(self, sql: str, path: Path, form: str) -> int:
        with _told():
            written = self._connection.execute(f"COPY ({sql}) TO '{_quoted(path)}' ({form})").fetchone()
        return int(written[0]) if written else 0

    def _narrow(self, within: Collection[str]) -> None:
        self._connection.execute("CREATE TEMP TABLE inside (project_id VARCHAR)")
        self._connection.execute("INSERT INTO inside SELECT unnest($ids)", {"ids": sorted(within)})
        for table in (*VIEWS.values(), *(TABLES[name] for name in HISTORY)):
            where = "project_id IN (FROM inside)" if belongs_to_projects(table) else "FALSE"
            self._connection.execute(f"CREATE TEMP VIEW {table.name} AS FROM snapshot.main.{table.name} WHERE {where}")


def belongs_to_projects(table: Table) -> bool:
    """Each row is about a project, so that it can be told whether it lies in a scope."""
    return table.column("project_id") is not None


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """DuckDB's complaints in our terms."""
    import duckdb

    try:
        yield
    except (duckdb.Error, MemoryError) as error:
        fault = file_fault(error)
        if isinstance(error, duckdb.CatalogException | duckdb.BinderException):
            raise ConfigurationError(
                f"the latest check lacks what is to be exported: {said(error)}",
                code="usage.old_check",
                remedy="It was made by an older Plumbrule: `plumbrule check` first.",
            ) from error
        if fault is None:
            raise StoreError(f"the export stopped: {said(error)}", code="export.stopped") from error
        if fault.code == "store.no_room":
            raise ConfigurationError(
                f"there is no room left for the export: {said(error)}",
                code="export.no_room",
                remedy="Free space there, or write it to another disk with `--out`; what was there before is kept.",
            ) from error
        if fault.code == "store.not_allowed":
            raise ConfigurationError(
                f"the folder of the export may not be written: {said(error)}",
                code="export.not_allowed",
                remedy="Let this account write there, or choose another folder with `--out`.",
            ) from error
        raise fault from error


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("'", "''")
