"""CSV as lines: encoding by its mark or as stated, delimiter as stated or as the headers show, quotes checked."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from connectors.tabular.faults import unusable
from connectors.tabular.header import folded
from connectors.tabular.lines import Line
from connectors.tabular.settings import TableSettings

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a file of that encoding begins with; the longer mark first, for UTF-32 begins as UTF-16 does."""
_DELIMITERS = (",", ";", "\t", "|")
_SEP = re.compile(r"sep=.", re.IGNORECASE)
_LONGEST_FIELD = 1_000_000


@dataclass
class CsvSheet:
    """One CSV file, open as bytes."""

    file: IO[bytes]
    name: str
    encoding: str
    delimiter: str
    title: str = ""
    epoch: datetime | None = None

    def lines(self) -> Iterator[Line]:
        """All records. Raises RemoteRefusal with the line where one cannot be read."""
        csv.field_size_limit(_LONGEST_FIELD)
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, self.encoding, newline="")
        try:
            yield from self._records(text)
        finally:
            text.detach()

    def _records(self, text: io.TextIOWrapper) -> Iterator[Line]:
        reader = csv.reader(text, delimiter=self.delimiter, strict=True)
        number, above = 0, 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise self._unreadable(above + 1, str(error)) from error
            except UnicodeError as error:
                raise self._not_decodable(reader.line_num + 1, error) from error
            number += 1
            at = f" (line {above + 1} of the file)" if above + 1 != number else ""
            above = reader.line_num
            if number == 1 and _SEP.fullmatch(self.delimiter.join(cells)):
                number, above = 0, 0  # Excel's own line that names the delimiter: no row of the table
                reader = csv.reader(text, delimiter=self.delimiter, strict=True)
                continue
            yield Line(number, list(cells), at)

    def _unreadable(self, line: int, why: str) -> Exception:
        remedy = 'A quotation mark is opened and never closed, or stands inside a field: double it ("").'
        if "field larger" in why:
            remedy = f"One field is longer than {_LONGEST_FIELD} characters; a quotation mark is missing before it."
        if "NUL" in why:
            remedy = "The file holds zero bytes: state its `encoding`, or save it as UTF-8."
        return unusable(f"{self.name}, from line {line} on: not a CSV record ({why})", "malformed", remedy)

    def _not_decodable(self, line: int, error: UnicodeError) -> Exception:
        return unusable(
            f"{self.name}, about line {line}: not {self.encoding} ({error})",
            "encoding",
            'State the `encoding` of the table (Excel in the west writes "cp1252"), or save the file as UTF-8.',
        )


def open_csv(file: IO[bytes], name: str, settings: TableSettings, headers: Sequence[str]) -> CsvSheet:
    """The file as a sheet. `headers` are those that are looked for, which tells the delimiter.

    Raises RemoteRefusal where the file is empty, cannot be decoded, or its delimiter is not certain.
    """
    file.seek(0)
    start = file.read(4)
    if not start:
        raise unusable(f"{name} is empty", "empty", "Check what writes the file; a table needs at least its headers.")
    by_mark = next((word for mark, word in _MARKS if start.startswith(mark)), None)
    chosen = by_mark or settings.encoding or "utf-8"
    delimiter = settings.delimiter or _delimiter(file, name, chosen, headers, settings.header_row)
    return CsvSheet(file, name, chosen, delimiter)


def _delimiter(file: IO[bytes], name: str, encoding: str, headers: Sequence[str], header_row: int) -> str:
    """The one by which most of the wanted headers are found; of none found, the one that splits most."""
    found: dict[str, tuple[int, int]] = {}
    wanted = {folded(header) for header in headers}
    for delimiter in _DELIMITERS:
        try:
            lines = CsvSheet(file, name, encoding, delimiter).lines()
            cells = next((line.cells for line in lines if line.number == header_row), [])
        except Exception as error:
            if getattr(error, "code", "") == "tabular.encoding":
                raise
            continue  # by this one the headers are no record
        words = {folded(cell) for cell in cells}
        found[delimiter] = (len(words & wanted), len(cells))
    best = max(found.values(), default=(0, 0))
    fitting = [delimiter for delimiter, score in found.items() if score == best]
    if len(fitting) != 1 and best[1] > 1:
        named = " or ".join(repr(delimiter) for delimiter in fitting)
        raise unusable(f"{name}: its columns could be parted by {named}", "delimiter", "State `delimiter`.")
    return fitting[0] if fitting else ","
