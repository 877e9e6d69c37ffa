"""DuckDB, opened so that a predicate could do no harm even if one slipped through the compiler."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb

from rules.job import Limits
from rules.statement import DOCUMENTED, check_statement

__all__ = ["Limits", "Row", "open_locked", "select", "select_documented", "select_tuples"]

Row = dict[str, Any]


_LOCKS = (
    "SET temp_directory = ''",
    "SET max_temp_directory_size = '0B'",
    "SET enable_external_access = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET disabled_filesystems = 'LocalFileSystem'",
    "SET python_enable_replacements = false",
    "SET max_expression_depth = 200",
    "SET TimeZone = 'UTC'",
)


def open_locked(path: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    """The snapshot, read-only: no files, no network, no extensions, bounded memory, and no way to loosen any of it."""
    connection = duckdb.connect(str(path), read_only=True)
    for statement in _LOCKS:
        connection.execute(statement)
    connection.execute(f"SET memory_limit = '{int(limits.memory_mb)}MB'")
    connection.execute(f"SET threads = {int(limits.threads)}")
    connection.execute("SET lock_configuration = true")
    return connection


def select(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> list[Row]:
    """All rows of one SELECT, as dictionaries."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def select_tuples(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: dict[str, Any],
    documented: Collection[str] = DOCUMENTED,
) -> list[tuple[Any, ...]]:
    """As `select_documented`, for rows of so many columns that to name them in each would cost more."""
    check_statement(connection, sql, documented)
    return connection.execute(sql, parameters).fetchall()


def select_documented(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: dict[str, Any],
    documented: Collection[str] = DOCUMENTED,
) -> list[Row]:
    """As `select`, for statements that hold what people wrote: they read documented views, or are not run.

    Raises StatementRefused for any other statement.
    """
    check_statement(connection, sql, documented)
    return select(connection, sql, parameters)
