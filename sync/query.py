"""SELECTs with named parameters, as dictionaries; DuckDB's errors in our terms."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portfolio.errors import StoreError
from sync.fitting import utc

if TYPE_CHECKING:
    import duckdb

RESTORE = "Restore the file from a copy, or move it aside and run again: everything is then read anew."
_DAMAGE = ("Corrupt database file", "Could not read enough bytes", "computed checksum")
"""Parts of DuckDB's messages for a file that was cut off or changed outside of it."""


def select(
    connection: "duckdb.DuckDBPyConnection", sql: str, parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """All rows of one statement. Amounts are Decimal, dates date, instants naive UTC. Raises StoreError."""
    import duckdb

    bound = {name: utc(value) if isinstance(value, datetime) else value for name, value in (parameters or {}).items()}
    try:
        result = connection.execute(sql, bound)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    except duckdb.Error as error:
        raise damaged(error) or StoreError(
            said(error), code="store.query", remedy="Compare the query with the documented tables and views."
        ) from error


def damaged(error: Exception) -> StoreError | None:
    """The error for a file whose contents DuckDB cannot trust or read any more; None for any other complaint."""
    told = str(error)
    if not any(words in told for words in _DAMAGE):
        return None
    return StoreError(f"a file of the store is damaged: {said(error)}", code="store.unreadable", remedy=RESTORE)


def said(error: Exception) -> str:
    """The first line of DuckDB's words, without its class of error."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rpartition(" Error: ")[2]
