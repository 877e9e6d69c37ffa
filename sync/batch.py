"""Rows to typed Arrow columns; a row that does not fit is set aside with the name of the column, the others go on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from portfolio.errors import InternalError
from portfolio.model import Column, Kind, Table, arrow_schema
from portfolio.ports import Rejected, Row

if TYPE_CHECKING:
    import pyarrow as pa

BODY_LIMIT = 4000
"""Characters of a rejected record that are kept."""

_AMOUNT = frozenset((Decimal, int))
_TYPES: Mapping[Kind, frozenset[type]] = {
    Kind.TEXT: frozenset((str,)),
    Kind.JSON: frozenset((str,)),
    Kind.TEXTS: frozenset((list,)),
    Kind.INTEGER: frozenset((int,)),
    Kind.BOOLEAN: frozenset((bool,)),
    Kind.DATE: frozenset((date,)),
    Kind.INSTANT: frozenset((datetime,)),
    Kind.INDEX: frozenset((float, int)),
}


@dataclass(frozen=True)
class Batch:
    """Rows of one table that fit, as Arrow, one for each key; and those that do not fit."""

    table: Table
    data: "pa.Table"
    rejected: tuple[Rejected, ...] = ()


def batch(table: Table, rows: Sequence[Row]) -> Batch:
    """Type the rows. Columns left out are null; of rows with the same key the last one that fits wins.

    Amounts are rounded half-even to the column's scale. Raises InternalError for a column that the table has not.
    """
    import pyarrow as pa

    _refuse_unknown_columns(table, rows)
    schema = arrow_schema(table)
    arrays: list[pa.Array | None] = []
    faults: dict[int, str] = {}
    for column, field in zip(table, schema, strict=True):
        array, wrong = _array(column, [row.get(column.name) for row in rows], field.type)
        arrays.append(array)
        for number, why in wrong.items():
            faults.setdefault(number, f"{table.name}.{column.name} {why}")
    if faults:
        fitting = batch(table, [row for number, row in enumerate(rows) if number not in faults])
        rejected = tuple(_rejected(table, rows[number], faults[number], number) for number in sorted(faults))
        return Batch(table, fitting.data, rejected)
    data = pa.Table.from_arrays(arrays, schema=schema)
    last = {tuple(row.get(name) for name in table.key): number for number, row in enumerate(rows)}
    return Batch(table, data if len(last) == len(rows) else data.take(sorted(last.values())))


def _refuse_unknown_columns(table: Table, rows: Sequence[Row]) -> None:
    known = set(table.names)
    unknown = sorted({name for row in rows if not row.keys() <= known for name in row.keys() - known})
    if unknown:
        raise InternalError(
            f"table {table.name} has no column {', '.join(unknown)}",
            code="sync.unknown_column",
            remedy="This is a mistake in the connector; please report it.",
        )


def _array(column: Column, values: list[Any], kind: "pa.DataType") -> tuple["pa.Array | None", dict[int, str]]:
    """The column as an Arrow array, or which values do not fit and why."""
    import pyarrow as pa

    if _plain(column, values):
        try:
            return pa.array(values, kind), {}
        except (pa.ArrowException, ValueError, OverflowError, TypeError):
            pass  # one of them does not fit: find out which
    wrong: dict[int, str] = {}
    fitted: list[Any] = []
    for number, value in enumerate(values):
        try:
            fitted.append(_fit(column, value, kind))
        except (pa.ArrowException, ValueError, OverflowError, TypeError, InvalidOperation) as error:
            wrong[number] = _why(column, value, error)
    return (None, wrong) if wrong else (pa.array(fitted, kind), {})


def _plain(column: Column, values: list[Any]) -> bool:
    """Whether all values have exactly the column's Python types and words: the usual case, and quick."""
    types = set(map(type, values))
    if type(None) in types and column.required:
        return False
    if not types - {type(None)} <= _TYPES.get(column.kind, _AMOUNT):
        return False
    return not column.values or set(values) <= {*column.values, None}


class _MisfitError(ValueError):
    """What is wrong, in words for a person."""


def _fit(column: Column, value: Any, kind: "pa.DataType") -> Any:
    """The value as it will be stored; raises when it cannot be."""
    import pyarrow as pa

    if value is None:
        if column.required:
            raise _MisfitError("is missing")
        return None
    if column.kind is Kind.DATE and isinstance(value, datetime):
        raise _MisfitError(f"is a moment where a date belongs: {value}")
    if isinstance(value, bool) and column.kind is not Kind.BOOLEAN:
        raise _MisfitError(f"is {value}, not {column.kind}")
    if not isinstance(value, tuple(_TYPES.get(column.kind, _AMOUNT))):
        raise _MisfitError(f"is {value!r:.80}, a {type(value).__name__}, not {column.kind}")
    if column.values and value not in column.values:
        raise _MisfitError(f"is {value!r:.80}, none of {', '.join(column.values)}")
    if column.kind not in _TYPES:
        value = Decimal(str(value)).quantize(Decimal(1).scaleb(-kind.scale), rounding=ROUND_HALF_EVEN)
    pa.array([value], kind)
    return value


def _why(column: Column, value: Any, error: Exception) -> str:
    if isinstance(error, _MisfitError):
        return str(error)
    return f"cannot hold {value!a:.80} as {column.kind}"


def _rejected(table: Table, row: Row, why: str, number: int) -> Rejected:
    place = ":".join(str(row[name]) for name in table.key if row.get(name) is not None) or f"row {number + 1}"
    body = json.dumps(dict(row), default=str, ensure_ascii=True, sort_keys=True)
    return Rejected(place, "row.does_not_fit", why, body[:BODY_LIMIT])


def utc(moment: datetime) -> datetime:
    """An instant as it is stored: UTC without zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
