"""The store's tables: made, and grown by added columns; other differences are refused, never guessed at."""

import contextlib
from typing import TYPE_CHECKING

from portfolio.errors import StoreError
from portfolio.model import SCHEMA_VERSION, SOURCE_TABLES, TABLES, Table, ddl
from portfolio.model.derive import sql_type

if TYPE_CHECKING:
    import duckdb

META = "plumbrule_meta"
_ASIDE = "Move the store's folder aside and run again: projects, issues and time are read anew, trends start over."


def prepare(connection: "duckdb.DuckDBPyConnection") -> None:
    """Make or grow the tables of the current catalog in one transaction.

    Raises StoreError for a file that is not ours, that is of another version, or whose columns have other types.
    """
    import duckdb

    columns = _stored(connection)
    _refuse_strangers(connection, columns)
    connection.begin()
    try:
        _loosen(connection)
        grown = [table.name for table in TABLES.values() if _ensure(connection, table, columns.get(table.name))]
        if any(name in SOURCE_TABLES for name in grown):
            # Records that did not change since would never fill the new column: read everything once more.
            connection.execute("DELETE FROM cursor")
        if META not in columns:
            connection.execute(f"CREATE TABLE {META} (schema_version INTEGER NOT NULL)")
            connection.execute(f"INSERT INTO {META} VALUES ({SCHEMA_VERSION})")  # noqa: S608 - our own constants
        connection.commit()
    except BaseException:
        with contextlib.suppress(duckdb.Error):  # it may have been rolled back already
            connection.rollback()
        raise


def _stored(connection: "duckdb.DuckDBPyConnection") -> dict[str, dict[str, str]]:
    """SQL types by column by table, of the current catalog."""
    found: dict[str, dict[str, str]] = {}
    sql = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns()"
        " WHERE database_name = current_catalog() AND NOT internal"
    )
    for table, column, kind in connection.execute(sql).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _loosen(connection: "duckdb.DuckDBPyConnection") -> None:
    """What an older Plumbrule always knew may be null now."""
    sql = (
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE database_name = current_catalog() AND NOT internal AND NOT is_nullable"
    )
    for name, column in connection.execute(sql).fetchall():
        declared = TABLES[name].column(column) if name in TABLES else None
        if declared is not None and not declared.required:
            connection.execute(f"ALTER TABLE {name} ALTER COLUMN {column} DROP NOT NULL")


def _refuse_strangers(connection: "duckdb.DuckDBPyConnection", columns: dict[str, dict[str, str]]) -> None:
    if not columns:
        return
    if META not in columns:
        raise StoreError(
            "the file is a DuckDB database of something else",
            code="store.foreign",
            remedy="Give the store a folder of its own (`[store] folder`).",
        )
    row = connection.execute(f"SELECT max(schema_version) FROM {META}").fetchone()  # noqa: S608 - our own constant
    version = row[0] if row else None
    if version == SCHEMA_VERSION:
        return
    newer = version is not None and version > SCHEMA_VERSION
    raise StoreError(
        f"the store has version {version} of the tables, this Plumbrule knows version {SCHEMA_VERSION}",
        code="store.version",
        remedy="Use the Plumbrule that wrote it, or a newer one." if newer else _ASIDE,
    )


def _ensure(connection: "duckdb.DuckDBPyConnection", table: Table, stored: dict[str, str] | None) -> bool:
    """Make the table, or add its missing columns; says whether columns were added."""
    if stored is None:
        connection.execute(ddl(table))
        return False
    added = False
    for column in table:
        kind = sql_type(column)
        if column.name not in stored:
            connection.execute(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")
            added = True
        elif stored[column.name] != kind:
            raise StoreError(
                f"column {table.name}.{column.name} of the store is {stored[column.name]}, it must be {kind}",
                code="store.column_type",
                remedy=_ASIDE,
            )
    return added
