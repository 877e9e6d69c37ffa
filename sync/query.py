"""SELECTs with named parameters, as dictionaries; DuckDB's errors in our terms."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portfolio.errors import StoreError
from sync.disk import file_fault, said
from sync.fitting import utc

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
        raise file_fault(error) or StoreError(
            said(error), code="store.query", remedy="Compare the query with the documented tables and views."
        ) from error
