"""One line of a file as rows of the portfolio, or what is wrong with it, cell by cell."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from connectors.tabular.cells import Reading, header_text, is_blank
from connectors.tabular.faults import BadCell
from connectors.tabular.header import Header, mapped
from connectors.tabular.lines import Line, letters
from connectors.tabular.settings import TableSettings
from connectors.tabular.shapes import Field, shape
from portfolio.ports import Rejected

_BODY_CHARACTERS = 4000
_TOTAL = re.compile(
    r"((grand|sub|overall)[ -]?)?(totals?|sums?)|(gesamt|zwischen)?summe|gesamt|somme|合计|总计|小计", re.IGNORECASE
)
"""What stands first in a row that adds up others."""


@dataclass(frozen=True)
class Named:
    """A project or person that a row names: the id that stands for it, the words, and the column they are in."""

    refers_as: str
    kind: str
    reference: str
    column: int | None


@dataclass(frozen=True)
class Made:
    """What became of a line, or of one cell of a wide table."""

    key: int | None
    row: Mapping[str, Any] | None = None
    named: tuple[Named, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Maker:
    """Makes rows of the lines of one table. `title` names the file, and sheet, for people."""

    source: str
    settings: TableSettings
    header: Header
    headers: Sequence[str]
    reading: Reading
    title: str
    known: Mapping[str, Field] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", shape(self.settings.into).fields)

    def make(self, line: Line) -> Iterator[Made]:
        """The rows of a line; several for a wide table, which has one for each of its days with a value."""
        values, faults = self._values(line.cells, self.header.fields)
        if self.settings.unpivot is None:
            yield self._made(line, values, faults)
            return
        for column, day in self.header.days.items():
            if not is_blank(_cell(line.cells, column)):
                amount, wrong = self._values(line.cells, {self.settings.unpivot.value: column})
                yield self._made(line, {**values, **amount, self.settings.unpivot.into: day}, [*faults, *wrong])

    def keys(self, line: Line) -> Iterator[int | None]:
        """The keys that `make` would give the line's rows, by reading the key's cells only."""
        parts = [name for name in self._key if name in self.header.fields]
        values, _ = self._values(line.cells, {name: self.header.fields[name] for name in parts})
        if self.settings.unpivot is None:
            yield self._key_of(line, values)
            return
        for column, day in self.header.days.items():
            if not is_blank(_cell(line.cells, column)):
                yield self._key_of(line, {**values, self.settings.unpivot.into: day})

    def is_total(self, line: Line) -> bool:
        """Whether the line adds up others: then it is none of the table's rows."""
        first = next((cell for cell in line.cells if not is_blank(cell)), None)
        return isinstance(first, str) and _TOTAL.fullmatch(first.strip().rstrip(":").strip()) is not None

    def rejected(self, line: Line, made: Made) -> Rejected:
        """The line as one that could not be read, with all that is wrong with it."""
        native = f"{self.title}, row {line.number}" if made.key is None else self.row_id(made.key)
        return Rejected(native, "tabular.bad_row", f"{self.place(line)}: {'; '.join(made.faults)}", self.body(line))

    def row_id(self, key: int) -> str:
        """The id of the row with that key."""
        return f"{self.source}:{self.settings.into}:{key:016x}"

    def place(self, line: Line) -> str:
        """Where a line is, for a person."""
        return f"{self.title}, row {line.number}{line.at}"

    def column(self, index: int | None) -> str:
        """A column, for a person: its letter and header."""
        if index is None:
            return "a constant of the table"
        header = self.headers[index] if index < len(self.headers) else ""
        return f"column {letters(index)}" + (f" ({header})" if header else "")

    def body(self, line: Line) -> str:
        """The line as it was read, by header."""
        told = {
            (self.headers[n] if n < len(self.headers) and self.headers[n] else letters(n)): header_text(cell)
            for n, cell in enumerate(line.cells)
            if not is_blank(cell)
        }
        return json.dumps(told, ensure_ascii=False)[:_BODY_CHARACTERS]

    @property
    def told_apart(self) -> str:
        """What tells rows apart, for a person."""
        return ", ".join([*self._key, *(self.column(column) for column in self.header.key_columns)])

    @cached_property
    def _key(self) -> tuple[str, ...]:
        """The fields of the key."""
        chosen = [word for word in self.settings.key if word in self.known]
        if not self.settings.key:
            chosen = [*shape(self.settings.into).key(mapped(self.header, self.settings))]
        wide = self.settings.unpivot
        return (*chosen, wide.into) if wide and wide.into not in chosen else tuple(chosen)

    @cached_property
    def _constants(self) -> dict[str, Any]:
        return {name: constant(self.settings, name) for name in self.settings.constants}

    def _values(self, cells: Sequence[Any], columns: Mapping[str, int]) -> tuple[dict[str, Any], list[str]]:
        values: dict[str, Any] = {}
        faults = []
        for name, column in columns.items():
            try:
                values[name] = self.reading.read(self.known[name], _cell(cells, column))
            except BadCell as bad:
                faults.append(f"{self.column(column)}: {bad}")
        return values, faults

    def _key_of(self, line: Line, values: Mapping[str, Any]) -> int | None:
        """A number of 64 bits from the values of the key; None while one of them cannot be read, or all are empty."""
        if any(name in self.header.fields and name not in values for name in self._key):
            return None
        parts = [_folded(values.get(name, self._constants.get(name))) for name in self._key]
        parts += [_folded(header_text(_cell(line.cells, column))) for column in self.header.key_columns]
        if not any(parts):
            return None
        return _number("\x1f".join(parts))

    def _alike(self, line: Line, values: Mapping[str, Any]) -> str | None:
        """What the row shares with one that is the same record and names its projects and people in other words: those
        columns, and a hash of the rest of the key. None where the key names nobody."""
        named = [name for name in self._key if self.known[name].refers]
        if not named:
            return None
        rest = [_folded(values.get(name)) for name in self._key if name not in named]
        rest += [_folded(header_text(_cell(line.cells, column))) for column in self.header.key_columns]
        columns = " ".join(self.known[name].column.name for name in named)
        return f"{columns} {_number(chr(31).join(rest)):016x}"

    def _made(self, line: Line, values: dict[str, Any], faults: list[str]) -> Made:
        key = self._key_of(line, values)
        values = {**self._constants, **values}
        faults = [*faults, *self._lacking(values, faults)]
        if key is None and not faults:
            faults.append(f"nothing tells the row apart: {', '.join(self.settings.key or self._key)} are empty")
        if faults or key is None:
            return Made(key, faults=tuple(faults))
        row: dict[str, Any] = {"id": self.row_id(key), "source": self.source, "origin": self.title}
        row |= {"row_number": line.number, "alike": self._alike(line, values)}
        named = []
        for name, value in values.items():
            what = self.known[name]
            if what.refers and value is not None:
                named.append(self._named(what, value))
                value = named[-1].refers_as  # noqa: PLW2901 - the words become the id that stands for them
            row[what.column.name] = value
        return Made(key, row, tuple(named))

    def _lacking(self, values: Mapping[str, Any], faults: Sequence[str]) -> Iterator[str]:
        """What every row needs and this one has not; not told of a cell that was told already."""
        here = shape(self.settings.into)
        for name in here.needs:
            if name in values and values[name] is None:
                column = self.header.fields.get(name)
                yield f"{self.column(column)}: {name} is empty; every {here.table} needs one"
        first, last = values.get("from_date"), values.get("to_date")
        if first is not None and last is not None and last < first:
            yield f"{self.column(self.header.fields.get('to_date'))}: {last} lies before {first}, its first day"
        if here.needs_one_of and not faults and all(values.get(name) is None for name in here.needs_one_of):
            yield f"{' and '.join(here.needs_one_of)} are empty; every {here.table} needs one of them"

    def _named(self, what: Field, words: str) -> Named:
        kind = what.refers or "project"
        table = "project" if kind == "project" else "account"
        column = self.header.fields.get(what.name)
        return Named(f"{self.source}:{table}:{_folded(words)}", kind, words, column)


def constant(settings: TableSettings, name: str) -> Any:
    """A constant as a value. Raises BadCell for one that is none of its field."""
    stated = settings.constants[name]
    cell = stated if isinstance(stated, bool | date) else str(stated)
    return Reading(values=settings.values).read(shape(settings.into).fields[name], cell)


def _cell(cells: Sequence[Any], column: int) -> Any:
    return cells[column] if column < len(cells) else None


def _folded(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split()).casefold()


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def reference_id(source: str, origin: str, named: Named) -> str:
    """Id of the row that tells where a table names something."""
    return f"{source}:reference:{_number(f'{origin}{named.kind}{named.refers_as}'):016x}"
