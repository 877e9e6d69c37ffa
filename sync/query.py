"""SELECTs with named parameters, as dictionaries; DuckDB's errors in our terms."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portfolio.errors import StoreError
from sync.batch import utc

if TYPE_CHECKING:
    import duckdb


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
        raise StoreError(
            said(error), code="store.query", remedy="Compare the query with the documented tables and views."
        ) from error


def said(error: Exception) -> str:
    """The first line of DuckDB's words, without its class of error."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rpartition(" Error: ")[2]
