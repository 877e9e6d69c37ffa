"""Rows held by column: what a connector hands over where rows are many and a dictionary for each would cost too much.

They are the same value as a list of the rows (`portfolio.ports.Row`), so nobody has to tell them apart; who works
through many of them asks for columns with `values_of`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Self, overload

_CHUNK = 256
"""Rows that are turned into columns at once: few enough to stay in the processor's cache, measured 3 times as fast."""


class ColumnRows(Sequence[Mapping[str, Any]]):
    """Rows that all have the same keys, by column. `columns` are equally long and are not changed any more.

    Iterating and indexing make a dictionary for each row that is asked for.
    """

    __slots__ = ("_count", "columns")

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.columns = columns
        counts = {len(values) for values in columns.values()}
        if len(counts) > 1:
            raise ValueError(f"columns of different lengths: {sorted(counts)}")
        self._count = counts.pop() if counts else 0

    @classmethod
    def of(cls, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Self:
        """From rows whose values stand in the order of the names."""
        return cls(dict(zip(names, turned(rows, len(names)), strict=True)))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> "ColumnRows": ...
    def __getitem__(self, place: int | slice) -> "Mapping[str, Any] | ColumnRows":
        taken = {name: values[place] for name, values in self.columns.items()}
        return ColumnRows(taken) if isinstance(place, slice) else taken

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        names = tuple(self.columns)
        return (dict(zip(names, values, strict=True)) for values in zip(*self.columns.values(), strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return f"ColumnRows({list(self)!r})"


def turned(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows of that many values as so many columns. Raises ValueError where a row has more or fewer."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    for start in range(0, len(rows), _CHUNK):
        for column, values in zip(columns, zip(*rows[start : start + _CHUNK], strict=True), strict=True):
            column.extend(values)
    return columns


def columns_of(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[Any]]:
    """All columns of the rows; None where a row leaves one out."""
    if isinstance(rows, ColumnRows):
        return rows.columns
    if not rows:
        return {}
    names = tuple(rows[0])
    quick = _alike(rows, names) if len(names) > 1 else None
    if quick is not None:
        return quick
    every = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in every}


def by_column(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The same rows, held by column where all of them have the same keys: a dictionary for each takes several times as
    much memory, and where pages wait for each other there are many."""
    names = tuple(rows[0]) if rows else ()
    columns = _alike(rows, names) if len(names) > 1 else None
    return rows if columns is None else ColumnRows(columns)


def values_of(rows: Iterable[Mapping[str, Any]], name: str) -> Sequence[Any]:
    """One column of the rows; None where a row leaves it out."""
    if isinstance(rows, ColumnRows):
        return rows.columns.get(name) or [None] * len(rows)
    return [row.get(name) for row in rows]


def _alike(rows: Sequence[Mapping[str, Any]], names: tuple[str, ...]) -> Mapping[str, Sequence[Any]] | None:
    """The columns of rows that have exactly these keys, as those of one mapper have; None when some have not."""
    if sum(map(len, rows)) != len(names) * len(rows):
        return None
    try:
        return dict(zip(names, turned(list(map(itemgetter(*names), rows)), len(names)), strict=True))
    except KeyError:
        return None
