"""Rows to typed Arrow columns; a row that does not fit is set aside with the name of the column, the others go on."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from portfolio.columns import columns_of
from portfolio.errors import InternalError
from portfolio.model import TABLES, Column, Table, arrow_schema
from portfolio.ports import Rejected, Row
from sync.fitting import fit

if TYPE_CHECKING:
    import pyarrow as pa

BODY_LIMIT = 4000
"""Characters of a rejected record that are kept."""
_MOST_CUTS = 200

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Batch:
    """Rows of one table that fit, as Arrow, one for each key; and those that do not fit.

    `data` has the columns in which any row has a value, in the order of the table. `sources` are the names in its
    column `source`, where it has one; `ids` are those in its column `id`, in the order of `data`.
    """

    table: Table
    data: "pa.Table"
    rejected: tuple[Rejected, ...] = ()
    sources: frozenset[str] = frozenset()
    ids: Sequence[str] = ()


def batch(table: Table, rows: Sequence[Row]) -> Batch:
    """Type the rows. Columns left out are null; of rows with the same key the last one that fits wins.

    Amounts are rounded half-even to the column's scale. Raises InternalError for a column that the table has not.
    """
    columns = columns_of(rows)
    _refuse_unknown(table, columns)
    arrays, faults = _arrays(table, columns, len(rows))
    if faults:
        fitting = batch(table, [row for number, row in enumerate(rows) if number not in faults])
        rejected = tuple(_rejected(table, rows[number], faults[number], number) for number in sorted(faults))
        return replace(fitting, rejected=rejected)
    data = _together(table, arrays)
    ids = columns.get("id", ())
    places = _last_of_each(table, columns)
    if len(places) < len(rows):
        data, ids = only(data, places), [ids[place] for place in places] if ids else ()
    return Batch(table, data, sources=frozenset(columns.get("source", ())), ids=ids)


def _refuse_unknown(table: Table, columns: Iterable[str]) -> None:
    unknown = sorted(set(columns) - set(table.names))
    if unknown:
        raise InternalError(
            f"table {table.name} has no column {', '.join(unknown)}",
            code="sync.unknown_column",
            remedy="This is a mistake in the connector; please report it.",
        )


@cache
def _typed(table: str) -> tuple[tuple[Column, "pa.Field"], ...]:
    """The table's columns with their Arrow types. A key is never null, whatever the column says."""
    declared = TABLES[table]
    columns = [replace(column, required=column.required or column.name in declared.key) for column in declared]
    return tuple(zip(columns, arrow_schema(declared), strict=True))


def _arrays(table: Table, columns: Columns, count: int) -> tuple[dict[str, "pa.Array"], dict[int, str]]:
    """The columns that hold something, and what is wrong with the rows that do not fit, by their number."""
    arrays: dict[str, pa.Array] = {}
    faults: dict[int, str] = {}
    for column, field in _typed(table.name):
        values = columns.get(column.name)
        if values is None and not column.required:
            continue
        array, wrong = fit(column, [None] * count if values is None else values, field.type)
        if array is not None:
            arrays[column.name] = array
        for number, why in wrong.items():
            faults.setdefault(number, f"{table.name}.{column.name} {why}")
    return arrays, faults


def _together(table: Table, arrays: dict[str, "pa.Array"]) -> "pa.Table":
    import pyarrow as pa

    fields = [field for column, field in _typed(table.name) if column.name in arrays]
    return pa.Table.from_arrays(list(arrays.values()), schema=pa.schema(fields))


def _last_of_each(table: Table, columns: Columns) -> Sequence[int]:
    """Places of one row for each key, the last of them."""
    keys = [columns.get(name, ()) for name in table.key]
    of_rows = keys[0] if len(keys) == 1 else list(zip(*keys, strict=True))
    if len(set(of_rows)) == len(of_rows):
        return range(len(of_rows))
    return sorted({key: place for place, key in enumerate(of_rows)}.values())


def only(data: "pa.Table", places: Sequence[int]) -> "pa.Table":
    """The rows at these places, which ascend.

    Few are left out, as a rule people that several pages bring: what is between them is cut out without a copy, and
    without Arrow's functions, whose import takes longer than most commits.
    """
    import pyarrow as pa

    starts = [n for n, place in enumerate(places) if n == 0 or place != places[n - 1] + 1]
    if len(starts) > _MOST_CUTS:
        return data.take(places)
    lengths = (end - start for start, end in pairwise([*starts, len(places)]))
    return pa.concat_tables([data.slice(places[n], length) for n, length in zip(starts, lengths, strict=True)])


def _rejected(table: Table, row: Row, why: str, number: int) -> Rejected:
    place = ":".join(str(row[name]) for name in table.key if row.get(name) is not None) or f"row {number + 1}"
    body = json.dumps(dict(row), default=str, ensure_ascii=True, sort_keys=True)
    return Rejected(place, "row.does_not_fit", why, body[:BODY_LIMIT])
