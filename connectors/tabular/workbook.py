"""XLSX as lines: values as they were computed last, macros never, and no file that unpacks without measure.

Only the parts that are wanted are unpacked. Where a workbook ends up: ECMA-376 part 1 (SpreadsheetML).
"""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from connectors.tabular.cells import Odd, Percent, exact
from connectors.tabular.faults import unusable
from connectors.tabular.lines import Line
from connectors.tabular.merged import Merged

MOST_BYTES = 2_000_000_000
"""Unpacked size of one part: a sheet of a million rows and thirty columns has about one."""
MOST_SHARED_BYTES = 250_000_000
"""Unpacked size of the shared texts, which are held in memory."""
SUSPICIOUS_RATIO = 250
SUSPICIOUS_BYTES = 20_000_000
"""Parts of that size that unpack to more than so many times their packed size are no sheets."""
_UNCOMPUTED = re.compile(
    rb"(</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*(<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A formula that no value follows: a program wrote it, and no spreadsheet program has computed it since."""
_CHUNK = 1 << 20

warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\..*")  # about parts that we do not read
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, LookupError, ValueError, ArithmeticError, TypeError, AttributeError, SyntaxError,
    EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What openpyxl, zipfile and the XML parser raise at damaged parts: they check little before they use it."""


@dataclass
class XlsxSheet:
    """One sheet of an open workbook."""

    workbook: Any
    formulas: Any
    """The same workbook with formulas in place of values; None where every formula has its value."""
    title: str
    name: str
    epoch: datetime | None
    merged: Merged
    percents: dict[int, bool] = field(default_factory=dict)

    def lines(self) -> Iterator[Line]:
        """All rows, blank ones too. Raises RemoteRefusal where the sheet is damaged."""
        try:
            yield from self._lines()
        except UNREADABLE as error:
            raise damaged(self.name, error) from error

    def _lines(self) -> Iterator[Line]:
        plain = self._rows(self.workbook)
        beside = self._rows(self.formulas) if self.formulas is not None else None
        for number, row in enumerate(plain, start=1):
            other = next(beside, ()) if beside is not None else ()
            cells = [self._value(cell, other[n] if n < len(other) else None) for n, cell in enumerate(row)]
            yield Line(number, self.merged.spread(number, cells))

    def _rows(self, workbook: Any) -> Iterator[Any]:
        sheet = workbook[self.title]
        sheet.reset_dimensions()  # what the file says of its size is often wrong
        return iter(sheet.iter_rows())

    def _value(self, cell: Any, formula: Any) -> Any:
        value, kind = cell.value, getattr(cell, "data_type", "n")
        if value is None:
            uncomputed = formula is not None and getattr(formula, "data_type", "") == "f"
            return Odd("formula", _formula_text(formula.value)) if uncomputed else None
        if kind == "e":
            return Odd("error", str(value))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        number = exact(value)
        return Percent(number) if self._is_percent(cell) else number

    def _is_percent(self, cell: Any) -> bool:
        style = cell._style_id  # its format is looked up once: asking each cell takes longer than reading it
        known = self.percents.get(style)
        if known is None:
            known = self.percents[style] = "%" in (cell.number_format or "")
        return known


def open_workbook(file: IO[bytes], name: str) -> tuple[list[str], Any]:
    """Names of the visible sheets, and what `sheet_of` takes. Raises RemoteRefusal for what is not to be opened."""
    import openpyxl

    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_bombs(archive, name)
        file.seek(0)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except UNREADABLE as error:
        raise damaged(name, error) from error
    visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return visible, book


def sheet_of(file: IO[bytes], book: Any, title: str, name: str) -> XlsxSheet:
    """A sheet of that name, with what plain reading does not show: merged cells, formulas without a value."""
    import openpyxl

    try:
        merged, uncomputed = _looked_through(book, title)
        formulas = None
        if uncomputed:
            file.seek(0)
            formulas = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except UNREADABLE as error:
        raise damaged(name, error) from error
    return XlsxSheet(book, formulas, title, f"{name}, sheet {title}", book.epoch, merged)


def _looked_through(book: Any, title: str) -> tuple[Merged, bool]:
    """Merged cells stand behind all rows in a sheet's part, too late for who reads it row by row."""
    merged, uncomputed, rest = Merged(), False, b""
    with book[title]._get_source() as part:
        while chunk := part.read(_CHUNK):
            text = rest + chunk
            uncomputed = uncomputed or _UNCOMPUTED.search(text) is not None
            merged.find(text)
            rest = text[-4096:]
    return merged, uncomputed


def _refuse_bombs(archive: zipfile.ZipFile, name: str) -> None:
    for part in archive.infolist():
        most = MOST_SHARED_BYTES if part.filename.endswith("sharedStrings.xml") else MOST_BYTES
        ratio = part.file_size / max(1, part.compress_size)
        if part.file_size > most or (part.file_size > SUSPICIOUS_BYTES and ratio > SUSPICIOUS_RATIO):
            raise unusable(
                f"{name}: its part {part.filename} unpacks from {part.compress_size:,} to {part.file_size:,} bytes",
                "bomb",
                "That is no table that a person keeps; do not open the file. Large tables are better given as CSV.",
            )


def damaged(name: str, error: BaseException) -> Exception:
    """A workbook that cannot be read through."""
    return unusable(
        f"{name} cannot be read as a workbook: {error}",
        "malformed",
        "It is damaged, cut off, or still being copied; save it again as .xlsx. The next run tries it again.",
    )


def _formula_text(value: Any) -> str:
    return str(getattr(value, "text", value))
