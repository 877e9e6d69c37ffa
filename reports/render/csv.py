"""The report's tables as CSV files, one a table, for spreadsheets and scripts.

UTF-8 with a byte order mark (Excel reads Chinese only so), commas, CRLF (RFC 4180), headings and codes in the report's
language. Days are ISO dates, numbers plain with a point, ratios fractions of one; an empty field is "not available".

A text that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises against CSV injection;
so does such a sign after a semicolon, tab or line break inside a text, where a spreadsheet of another language splits.
"""

import csv
import io
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from reports.model import ReportModel
from reports.render.data_lists import datasets
from reports.render.datasets import Dataset, Field, Value
from reports.words import Words

_SIGNS = "=+\\-@＝＋－＠"  # also the full-width ones
_AT_START = re.compile(rf"^(?=\s*[{_SIGNS}]|[\t\r])")
_AFTER_BREAK = re.compile(rf"([;\t\r\n][\s\"']*)(?=[{_SIGNS}])")
_MARK = "\ufeff"


def render_csv(model: ReportModel, page: str | None = None) -> Mapping[str, bytes]:
    """File name to content, for every table, also for one without rows."""
    del page
    words = Words(model.language)
    return {f"{one.id}.csv": _file(one, words) for one in datasets(model)}


def _file(found: Dataset, words: Words) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([defused(field.label) for field in found.fields])
    writer.writerows([[_cell(v, f, words) for v, f in zip(row, found.fields, strict=True)] for row in found.rows])
    return (_MARK + out.getvalue()).encode()


def defused(text: str) -> str:
    """The text, so that no spreadsheet runs it: an apostrophe before what would start a formula."""
    return _AT_START.sub("'", _AFTER_BREAK.sub(r"\1'", text))


def _cell(value: Value, field: Field, words: Words) -> str:
    if isinstance(value, str):
        return defused(words.term(field.context, value) if field.kind == "term" else value)
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")  # 72000.0000 as 72000; a nought has no sign
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return "" if value is None else str(value)
