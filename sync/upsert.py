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

_Keys = Sequence[tuple[Any, ...]]


def upsert(connection: "duckdb.DuckDBPyConnection", rows: Batch) -> int:
    """Write rows that are new or different; returns how many those were.

    No primary key, delete and insert: measured as the fastest upsert of DuckDB 2.0. Rows that are there already,
    column for column, are left alone, so that a second reading of the same page changes nothing. Where all rows are
    new, which is a first load, nothing is compared but keys.
    """
    stored, replaced = _write(connection, rows.table.name, rows.data)
    unchanged = len(stored) - len(replaced)
    return int(rows.data.num_rows) - unchanged


def upsert_together(connection: "duckdb.DuckDBPyConnection", parts: Sequence[Batch]) -> list[int]:
    """Write batches of one source table as if one after the other; returns how many rows of each were new or different.

    Of an id in several of them the last row is written, once; it counts for the first batch that brings it.
    """
    import pyarrow as pa

    if len(parts) == 1:
        return [upsert(connection, parts[0])]
    data = pa.concat_tables([part.data for part in parts], promote_options="default")
    ids = [part.ids for part in parts]
    different = set(chain.from_iterable(ids))
    if len(different) < data.num_rows:
        last = {row_id: place for place, row_id in enumerate(chain.from_iterable(ids))}
        data = only(data, sorted(last.values()))
    stored, replaced = _write(connection, parts[0].table.name, data)
    if not stored and len(different) == sum(map(len, ids)):
        return [len(own) for own in ids]
    left_alone = {row_id for (row_id,) in stored}.difference(row_id for (row_id,) in replaced)
    owners = {row_id: number for number in reversed(range(len(ids))) for row_id in ids[number]}
    counts = Counter(owners[row_id] for row_id in different - left_alone)
    return [counts[number] for number in range(len(parts))]


def _write(connection: "duckdb.DuckDBPyConnection", table: str, data: "pa.Table") -> tuple[_Keys, _Keys]:
    """Keys of the rows that were stored already, and of those among them that were different, and are replaced."""
    if not data.num_rows:
        return [], []
    connection.register("incoming", data)
    filled = tuple(data.column_names)
    stored = connection.execute(_stored(table)).fetchall()
    if not stored:
        connection.execute(_insert(table, filled))
        return [], []
    replaced = connection.execute(_delete_different(table, filled)).fetchall()
    if replaced or len(stored) < data.num_rows:
        connection.execute(f"{_insert(table, filled)} ANTI JOIN {table} USING ({_key(table)})")
    return stored, replaced


def _key(table: str, prefix: str = "") -> str:
    return ", ".join(prefix + name for name in TABLES[table].key)


def _stored(table: str) -> str:
    """Asked first, and apart from the insert: `INSERT ... ANTI JOIN ... RETURNING` takes half as long again."""
    return f"SELECT {_key(table)} FROM incoming SEMI JOIN {table} USING ({_key(table)})"  # noqa: S608 - names of the model


@cache
def _insert(table: str, filled: tuple[str, ...]) -> str:
    columns = ", ".join(filled)
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming"  # noqa: S608 - as above


@cache
def _delete_different(table: str, filled: tuple[str, ...]) -> str:
    """Columns in which no incoming row has a value are not sent; what is stored there is different."""
    key = TABLES[table].key
    same_key = " AND ".join(f"{table}.{name} = incoming.{name}" for name in key)
    different = [f"{table}.{name} IS DISTINCT FROM incoming.{name}" for name in filled if name not in key]
    different += [f"{table}.{name} IS NOT NULL" for name in TABLES[table].names if name not in filled]
    where = f"{same_key} AND ({' OR '.join(different) or 'false'})"
    return f"DELETE FROM {table} USING incoming WHERE {where} RETURNING {_key(table, f'{table}.')}"  # noqa: S608 - as above
