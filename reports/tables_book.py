"""Documented tables as one Excel book, a sheet each, written row by row: memory does not grow with the rows.

A table of more rows than a sheet holds goes on in a sheet of its own. Texts are always written as text, so that nothing
becomes a formula or a link. Excel's numbers are doubles: amounts of more than fifteen digits lose the last of them.

Limits of Excel: 1,048,576 rows a sheet, 32,767 characters a cell, 31 characters of a sheet's name, days from 1900.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from portfolio.model import Column, Kind, Table
from reports.render.plain import legal

SHEET_ROWS = 1_048_576
"""Rows of a sheet, its head included."""
CELL = 32_767
_FIRST_DAY = date(1900, 3, 1)
"""Before it, Excel counts a day that never was (29 February 1900); such days are written as text."""
_NAME = 31
_FORMATS = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.INSTANT: "yyyy-mm-dd hh:mm:ss",
    Kind.HOURS: "#,##0.00",
    Kind.DAYS: "#,##0.00",
    Kind.POINTS: "#,##0.00",
    Kind.MONEY: "#,##0.00",
    Kind.RATIO: "0.0%",
}
Batches = Iterable[Sequence[Sequence[Any]]]
"""Rows of a table, some at a time, each in the order of its columns."""


@dataclass(frozen=True)
class Written:
    """What became of a table: its rows, the sheets that hold them, and how many texts were cut at Excel's limit."""

    rows: int
    sheets: tuple[str, ...]
    cut: int


class TablesBook:
    """A book to add tables to. `as_of` is its time of creation; the same tables give the same bytes.

    `room` is a folder for what is on the way. `sheet_rows` is Excel's limit, for tests smaller. Raises OSError.
    """

    def __init__(self, path: Path, *, as_of: date, room: Path, sheet_rows: int = SHEET_ROWS) -> None:
        import xlsxwriter

        options = {"constant_memory": True, "tmpdir": str(room), "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"author": "Plumbrule", "created": datetime(as_of.year, as_of.month, as_of.day)})  # noqa: DTZ001 - Excel knows no zones
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._formats = {kind: self._book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        self._sheet_rows = sheet_rows

    def add(self, table: Table, batches: Batches) -> Written:
        """Write a table; its first row names the columns."""
        rows, cut = 0, 0
        sheets: list[str] = []
        sheet: Any = None
        place = self._sheet_rows
        for batch in batches:
            for row in batch:
                if place == self._sheet_rows:
                    sheet, place = self._begin(table, sheets), 1
                for number, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                    cut += self._write(sheet, place, number, column, value)
                place += 1
                rows += 1
        if sheet is None:
            self._begin(table, sheets)
        return Written(rows, tuple(sheets), cut)

    def close(self) -> None:
        """Put the book together. Raises OSError where there is no room."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else None
            raise cause or OSError(str(error)) from error

    def _begin(self, table: Table, sheets: list[str]) -> Any:
        ending = f" {len(sheets) + 1}" if sheets else ""
        name = table.name[: _NAME - len(ending)] + ending
        sheets.append(name)
        sheet = self._book.add_worksheet(name)
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, max(10, min(len(column.name) + 2, 40)))
            sheet.write_string(0, number, column.name, self._head)
        sheet.freeze_panes(1, 1)
        return sheet

    def _write(self, sheet: Any, row: int, number: int, column: Column, value: Any) -> int:
        """One cell; says whether its text was cut."""
        form = self._formats.get(column.kind)
        if value is None:
            return 0
        if isinstance(value, bool):
            sheet.write_boolean(row, number, value)
        elif isinstance(value, datetime):
            moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            _write_day(sheet, (row, number), moment, moment.date(), form)
        elif isinstance(value, date):
            _write_day(sheet, (row, number), value, value, form)
        elif isinstance(value, int | Decimal) or (isinstance(value, float) and isfinite(value)):
            sheet.write_number(row, number, value, form)
        else:
            text = legal(str(value))
            sheet.write_string(row, number, text if len(text) <= CELL else text[: CELL - 1] + "…")
            return int(len(text) > CELL)
        return 0


def _write_day(sheet: Any, place: tuple[int, int], value: date, day: date, form: Any) -> None:
    if day < _FIRST_DAY:
        sheet.write_string(*place, value.isoformat())
    else:
        sheet.write_datetime(*place, value, form)
