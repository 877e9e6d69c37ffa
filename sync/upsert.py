"""Rows into a table, on an open transaction: new ones are added, different ones replaced, equal ones left alone."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from portfolio.model import TABLES
from sync.batch import Batch, only

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def upsert(connection: "duckdb.DuckDBPyConnection", rows: Batch) -> int:
    """Write rows that are new or different; returns how many those were.

    No primary key, delete and insert: measured as the fastest upsert of DuckDB 2.0. Rows that are there already,
    column for column, are left alone, so that a second reading of the same page changes nothing. Where all rows are
    new, which is a first load, one statement does it and the wide comparison is never asked for.
    """
    return sum(count for ((count,),) in _write(connection, rows.table.name, rows.data, ""))


def upsert_together(connection: "duckdb.DuckDBPyConnection", parts: Sequence[Batch]) -> list[int]:
    """Write batches of one source table as if one after the other; returns how many rows of each were new or different.

    Of an id in several of them the last row is written, once; it counts for the first batch that brings it.
    """
    import pyarrow as pa

    if len(parts) == 1:
        return [upsert(connection, parts[0])]
    data = pa.concat_tables([part.data for part in parts], promote_options="default")
    ids = [part.data.column("id").to_pylist() for part in parts]
    last = {row_id: place for place, row_id in enumerate(chain.from_iterable(ids))}
    owners = {row_id: number for number in reversed(range(len(ids))) for row_id in ids[number]}
    if len(last) < data.num_rows:
        data = only(data, sorted(last.values()))
    written = _write(connection, parts[0].table.name, data, " RETURNING id")
    counts = Counter(owners[row_id] for found in written for (row_id,) in found)
    return [counts[number] for number in range(len(parts))]


def _write(
    connection: "duckdb.DuckDBPyConnection", table: str, data: "pa.Table", returning: str
) -> list[list[tuple[Any, ...]]]:
    """What the statements that inserted rows answered."""
    if not data.num_rows:
        return []
    connection.register("incoming", data)
    filled = tuple(data.column_names)
    insert = _insert_missing(table, filled) + returning
    added = connection.execute(insert).fetchall()
    if (len(added) if returning else added[0][0]) == data.num_rows:
        return [added]
    ((replaced,),) = connection.execute(_delete_different(table, filled)).fetchall()
    return [added, connection.execute(insert).fetchall()] if replaced else [added]


@cache
def _insert_missing(table: str, filled: tuple[str, ...]) -> str:
    columns, key = ", ".join(filled), ", ".join(TABLES[table].key)
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming ANTI JOIN {table} USING ({key})"  # noqa: S608 - names of the model


@cache
def _delete_different(table: str, filled: tuple[str, ...]) -> str:
    """Columns in which no incoming row has a value are not sent; what is stored there is different."""
    key = TABLES[table].key
    same_key = " AND ".join(f"{table}.{name} = incoming.{name}" for name in key)
    different = [f"{table}.{name} IS DISTINCT FROM incoming.{name}" for name in filled if name not in key]
    different += [f"{table}.{name} IS NOT NULL" for name in TABLES[table].names if name not in filled]
    return f"DELETE FROM {table} USING incoming WHERE {same_key} AND ({' OR '.join(different) or 'false'})"  # noqa: S608 - as above
