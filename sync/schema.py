"""The store's tables: made, and brought to the present version; what cannot be is refused, never guessed at."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from portfolio.errors import StoreError
from portfolio.model import SCHEMA_VERSION, SOURCE_TABLES, TABLES, Table, ddl
from portfolio.model.derive import sql_type
from sync.disk import file_fault, said
from sync.migration import STEPS, Migration

if TYPE_CHECKING:
    import duckdb

META = "plumbrule_meta"
_ASIDE = "Move the store's folder aside and run again: projects, issues and time are read anew, trends start over."
_NEWER = "Use the Plumbrule that wrote it, or a newer one."
_Stored = dict[str, dict[str, str]]
"""SQL types by column by table."""


@dataclass(frozen=True)
class _Growth:
    """What a store lacks: tables, columns with their types, and where a value may be missing that never was."""

    version: int
    tables: tuple[Table, ...]
    columns: tuple[tuple[str, str, str], ...]
    loosened: tuple[tuple[str, str], ...]

    @property
    def is_nothing(self) -> bool:
        return self.version == SCHEMA_VERSION and not (self.tables or self.columns or self.loosened)

    @property
    def read_anew(self) -> bool:
        return any(table in SOURCE_TABLES for table, _, _ in self.columns)


def prepare(connection: "duckdb.DuckDBPyConnection", keep_copy: Callable[[int], Path]) -> Migration | None:
    """Make the tables of the current catalog, or bring them to the present version in one transaction.

    A store that must change is copied first: `keep_copy` takes its version. Says what was changed, None for a new store
    and for one that was as it should be. Raises StoreError for a file that is not ours, that is of a newer version, or
    whose columns have other types; and where it cannot be changed, in which case it is as it was.
    """
    stored = _stored(connection)
    if not stored:
        _in_one(connection, lambda: _make(connection))
        return None
    growth = _lacks(connection, stored)
    if growth.is_nothing:
        return None
    copy = keep_copy(growth.version)
    try:
        _in_one(connection, lambda: _grow(connection, growth))
    except BaseException as error:
        copy.unlink(missing_ok=True)  # the store is the same
        if isinstance(error, _duckdb_error()):
            raise file_fault(error) or StoreError(
                f"the store could not be brought from version {growth.version} to {SCHEMA_VERSION}: {said(error)}",
                code="store.migration",
                remedy="It is as it was. Go on with the Plumbrule that wrote it, and please report this.",
            ) from error
        raise
    told = Migration(
        growth.version,
        SCHEMA_VERSION,
        tuple(table.name for table in growth.tables),
        tuple(f"{table}.{column}" for table, column, _ in growth.columns),
        growth.read_anew,
    )
    return replace(told, copy=copy)


def _duckdb_error() -> type[Exception]:
    import duckdb

    return duckdb.Error


def _in_one(connection: "duckdb.DuckDBPyConnection", act: Callable[[], None]) -> None:
    connection.begin()
    try:
        act()
        connection.commit()
    except BaseException:
        with contextlib.suppress(_duckdb_error()):  # it may have been rolled back already
            connection.rollback()
        raise


def _make(connection: "duckdb.DuckDBPyConnection") -> None:
    for table in TABLES.values():
        connection.execute(ddl(table))
    connection.execute(f"CREATE TABLE {META} (schema_version INTEGER NOT NULL)")
    connection.execute(f"INSERT INTO {META} VALUES ({SCHEMA_VERSION})")  # noqa: S608 - our own constants


def _grow(connection: "duckdb.DuckDBPyConnection", growth: _Growth) -> None:
    for table, column in growth.loosened:
        connection.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")
    for new in growth.tables:
        connection.execute(ddl(new))
    for table, column, kind in growth.columns:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    for version in range(growth.version, SCHEMA_VERSION):
        for sql in STEPS[version]:
            connection.execute(sql)
    if growth.read_anew:
        # Records that did not change since would never fill the new column: read everything once more.
        connection.execute("DELETE FROM cursor")
    connection.execute(f"UPDATE {META} SET schema_version = {SCHEMA_VERSION}")  # noqa: S608 - our own constants


def _lacks(connection: "duckdb.DuckDBPyConnection", stored: _Stored) -> _Growth:
    version = _version(connection, stored)
    missing: list[tuple[str, str, str]] = []
    for name, columns in stored.items():
        if name in TABLES:
            _refuse_others(TABLES[name], columns)
            missing += [(name, c.name, sql_type(c)) for c in TABLES[name] if c.name not in columns]
    return _Growth(
        version,
        tuple(table for table in TABLES.values() if table.name not in stored),
        tuple(missing),
        tuple(_too_strict(connection)),
    )


def _stored(connection: "duckdb.DuckDBPyConnection") -> _Stored:
    """SQL types by column by table, of the current catalog."""
    found: _Stored = {}
    sql = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns()"
        " WHERE database_name = current_catalog() AND NOT internal"
    )
    for table, column, kind in connection.execute(sql).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _too_strict(connection: "duckdb.DuckDBPyConnection") -> list[tuple[str, str]]:
    """What an older Plumbrule always knew and may be null now."""
    sql = (
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE database_name = current_catalog() AND NOT internal AND NOT is_nullable"
    )
    found = []
    for name, column in connection.execute(sql).fetchall():
        declared = TABLES[name].column(column) if name in TABLES else None
        if declared is not None and not declared.required:
            found.append((name, column))
    return found


def _version(connection: "duckdb.DuckDBPyConnection", stored: _Stored) -> int:
    """The store's version, where this Plumbrule can go on from it."""
    if META not in stored:
        raise StoreError(
            "the file is a DuckDB database of something else",
            code="store.foreign",
            remedy="Give the store a folder of its own (`[store] folder`).",
        )
    row = connection.execute(f"SELECT max(schema_version) FROM {META}").fetchone()  # noqa: S608 - our own constant
    version = row[0] if row else None
    if version is None or version > SCHEMA_VERSION or any(v not in STEPS for v in range(version, SCHEMA_VERSION)):
        raise StoreError(
            f"the store has version {version} of the tables, this Plumbrule knows version {SCHEMA_VERSION}",
            code="store.version",
            remedy=_NEWER if version is not None and version > SCHEMA_VERSION else _ASIDE,
        )
    return int(version)


def _refuse_others(table: Table, stored: dict[str, str]) -> None:
    """Columns of another type, and those that only a newer Plumbrule can have made: to write rows without them would
    lose what they hold."""
    for name, kind in stored.items():
        column = table.column(name)
        if column is None:
            raise StoreError(
                f"the store has a column {table.name}.{name} that this Plumbrule does not know",
                code="store.version",
                remedy=_NEWER,
            )
        if kind != sql_type(column):
            raise StoreError(
                f"column {table.name}.{name} of the store is {kind}, it must be {sql_type(column)}",
                code="store.column_type",
                remedy=_ASIDE,
            )
