"""What pages list, and what the store holds for present within their scopes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio.columns import values_of
from portfolio.errors import InternalError
from portfolio.model import SOURCE_TABLES, Kind
from portfolio.ports import Doubted, Page

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Listed:
    """What a page says is there: ids of its rows and of its census, and whatever of its records could not be read."""

    ids: frozenset[str]
    unread: Collection[str]

    def __contains__(self, row_id: str) -> bool:
        return row_id in self.ids or row_id in self.unread or row_id.rpartition(":")[2] in self.unread


def listed_on(page: Page, table: str, counted: frozenset[str] = frozenset()) -> Listed:
    """What the page lists of the table, with the ids that a census counted."""
    return Listed(counted | ids_on(page, table), {rejected.native_id for rejected in page.rejected})


def ids_on(page: Page, table: str) -> frozenset[str]:
    """Ids of the page's rows of that table."""
    return frozenset(row_id for row_id in values_of(page.rows.get(table, ()), "id") if isinstance(row_id, str))


MOST_NEW = 500
"""Listed work items that are not stored, asked about after one census; the next one asks about others."""


_PUT_AWAY = "SELECT id FROM work_item WHERE source = $source AND (deleted_at IS NOT NULL OR is_archived)"


def doubted(connection: "duckdb.DuckDBPyConnection", source: str, page: Page) -> Doubted:
    """Ids of rows that the source should be asked about: held for present and no longer listed by the page's censuses,
    or work items held for gone or archived that are listed again, for nobody knows what became of them meanwhile.

    Also work items that are listed and were never read, up to `MOST_NEW`: an issue that comes into sight because a
    permission was given changes nothing about itself, so no reading of changes finds it. Those that could not be read
    come last, for they may never be readable.
    """
    found: set[str] = set()
    more = False
    for census in page.censuses:
        listed = listed_on(page, census.table, census.ids)
        stored = stored_rows(connection, source, census.table, census.column, [census.value])
        found.update(row_id for row_id, _ in stored if row_id not in listed)
        if census.table == "work_item":
            found.update(census.ids & _ids(connection, _PUT_AWAY, source))
            unread = census.ids - _ids(connection, "SELECT id FROM work_item WHERE source = $source", source)
            refused = unread & _ids(connection, "SELECT native_id FROM rejection WHERE source = $source", source)
            found.update([*sorted(unread - refused), *sorted(refused)][:MOST_NEW])
            more = more or len(unread - refused) > MOST_NEW
    return Doubted(tuple(sorted(found)), more)


def _ids(connection: "duckdb.DuckDBPyConnection", sql: str, source: str) -> frozenset[str]:
    return frozenset(row_id for (row_id,) in connection.execute(sql, {"source": source}).fetchall())


def stored_rows(
    connection: "duckdb.DuckDBPyConnection", source: str, table: str, column: str, values: Sequence[str]
) -> list[tuple[str, str]]:
    """Rows of the source that are held for present, with one of these values in the scope's column: id, and the value.

    Of a column of days the value is the month, as in `portfolio.ports.Scope`. Raises InternalError for a column that
    there is not.
    """
    import pyarrow as pa

    value = compared(table, column)
    connection.register("scoped", pa.table({"scope": pa.array(values, pa.string())}))
    return connection.execute(
        f"SELECT id, {value} FROM {table} SEMI JOIN scoped ON {value} = scoped.scope"  # noqa: S608 - names of the model
        " WHERE source = $source AND deleted_at IS NULL",
        {"source": source},
    ).fetchall()


def compared(table: str, column: str) -> str:
    """What of a row is held against the value of a scope, as SQL: of a day the month. Raises InternalError."""
    _check(table, column)
    held = SOURCE_TABLES[table].column(column)
    return f"strftime({column}, '%Y-%m')" if held is not None and held.kind is Kind.DATE else column


def _check(name: str, column: str) -> None:
    table = SOURCE_TABLES.get(name)
    if table is None or table.column(column) is None:
        raise InternalError(
            f"a scope names {name}.{column}, which there is not",
            code="sync.unknown_column",
            remedy="This is a mistake in the connector; please report it.",
        )
