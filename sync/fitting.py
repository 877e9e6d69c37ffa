"""One column's values as they will be stored: quick when all of them are what they should be, careful when not."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from portfolio.model import Column, Kind

if TYPE_CHECKING:
    import pyarrow as pa

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
    Kind.BYTES: frozenset((bytes,)),
}
_NOTHING = type(None)

Misfits = dict[int, str]
"""What is wrong with the values that cannot be stored, by their number."""


def fit(column: Column, values: Sequence[Any], kind: "pa.DataType") -> tuple["pa.Array | None", Misfits]:
    """The column as an Arrow array, or which values do not fit and why. Neither for a column that holds nothing."""
    import pyarrow as pa

    types = set(map(type, values))
    if types <= {_NOTHING} and not column.required:
        return None, {}
    if _plain(column, types, values):
        try:
            return _instants(values) if column.kind is Kind.INSTANT else pa.array(values, kind), {}
        except (pa.ArrowException, ValueError, OverflowError, TypeError):
            pass  # one of them does not fit, or is finer than the column: find out which
    return _carefully(column, values, kind)


def utc(moment: datetime) -> datetime:
    """An instant as it is stored: UTC without zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _instants(values: Sequence[datetime | None]) -> "pa.Array":
    """Instants by their distance from the epoch: exact, and four times as fast as to let Arrow take them apart.

    Raises TypeError where some have a zone and some have none.
    """
    import pyarrow as pa

    zone = next((value.tzinfo for value in values if value is not None), None)
    epoch = datetime(1970, 1, 1, tzinfo=UTC if zone else None)
    distances = [None if value is None else value - epoch for value in values]
    return pa.array(distances, pa.duration("us")).view(pa.timestamp("us"))


def _plain(column: Column, types: set[type], values: Sequence[Any]) -> bool:
    """Whether all values have exactly the column's Python types and words: the usual case."""
    if _NOTHING in types and column.required:
        return False
    if not types - {_NOTHING} <= _TYPES.get(column.kind, _AMOUNT):
        return False
    return not column.values or set(values) <= {*column.values, None}


def _carefully(column: Column, values: Sequence[Any], kind: "pa.DataType") -> tuple["pa.Array | None", Misfits]:
    """Value by value. Arrow is asked about them all at once first, since asking about each takes far longer."""
    import pyarrow as pa

    fitted: list[Any] = []
    wrong: Misfits = {}
    for number, value in enumerate(values):
        try:
            fitted.append(_fitted(column, value, kind))
        except (_MisfitError, ValueError, InvalidOperation) as error:
            wrong[number] = _why(column, value, error)
            fitted.append(None)
    try:
        made = pa.array(fitted, kind)
    except (pa.ArrowException, ValueError, OverflowError, TypeError):
        wrong |= _unstorable(column, fitted, kind)
        return None, wrong
    return (None, wrong) if wrong else (made, {})


def _unstorable(column: Column, values: Sequence[Any], kind: "pa.DataType") -> Misfits:
    import pyarrow as pa

    wrong: Misfits = {}
    for number, value in enumerate(values):
        try:
            pa.array([value], kind)
        except (pa.ArrowException, ValueError, OverflowError, TypeError) as error:
            wrong[number] = _why(column, value, error)
    return wrong


class _MisfitError(ValueError):
    """What is wrong, in words for a person."""


def _fitted(column: Column, value: Any, kind: "pa.DataType") -> Any:
    """The value as it will be stored; raises when its type or word is wrong."""
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
    if column.kind in _TYPES:
        return value
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-kind.scale), rounding=ROUND_HALF_EVEN)


def _why(column: Column, value: Any, error: Exception) -> str:
    if isinstance(error, _MisfitError):
        return str(error)
    return f"cannot hold {value!a:.80} as {column.kind}"
