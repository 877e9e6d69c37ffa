"""The report as an Excel book: a summary with charts, then a sheet with a native table for each dataset that has rows.

Text is always written as text, so that no title becomes a formula or a link. Colours are words with a fill under a
condition: sorting, filtering and editing keep them. The book's time of creation is the report's, and the library stamps
the parts inside with a fixed one, so the same model gives the same bytes.

Limits of Excel: 1,048,576 rows a sheet (we stop at a million and say so on the summary), 32,767 characters a cell (cut
with an ellipsis), 65,530 links a sheet (the first 5,000 addresses are links, the rest text).
"""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from reports.inputs import COLOURS
from reports.model import ReportModel
from reports.render.data_lists import datasets
from reports.render.datasets import Dataset, Field, Value
from reports.render.palette import LIGHT
from reports.render.plain import legal
from reports.render.xlsx_book import Book, Styles
from reports.render.xlsx_summary import write_summary
from reports.words import Words

ROWS = 1_000_000
CELL = 32_767
LINKS, ADDRESS = 5_000, 2_000
_ALWAYS = frozenset({"projects", "findings"})
_FROZEN: Mapping[str, int] = {"projects": 2, "findings": 2}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class _Unremembered(dict[tuple[int, int], str]):
    """In place of the library's memory of every cell that a table covers, by which it finds tables that overlap.

    A sheet has one table here, and that memory would be a fifth of all that a large book takes.
    """

    def __setitem__(self, cell: tuple[int, int], covered_by: str) -> None:
        """Keep nothing."""


def render_xlsx(model: ReportModel, page: str | None = None) -> bytes:
    """The book."""
    import xlsxwriter

    words = Words(model.language)
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, _OPTIONS)
    about = {"title": legal(model.title)[:200], "author": "Plumbrule", "created": model.as_of.replace(tzinfo=None)}
    made.set_properties(about)
    book = Book(made, Styles(made), model, words)
    found = datasets(model)
    summary = made.add_worksheet(words("Summary"))
    for one in found:
        if one.rows or one.id in _ALWAYS:
            _sheet(book, one)
    write_summary(book, summary, page, _notes(found, words))
    made.close()
    return out.getvalue()


def _notes(found: tuple[Dataset, ...], words: Words) -> list[str]:
    """Tables that do not hold all that there is."""
    return [
        f"{one.label}{words(': ')}{words('… and {n} more, see the page', n=one.total - min(len(one.rows), ROWS))}"
        for one in found
        if one.total > min(len(one.rows), ROWS)
    ]


def _sheet(book: Book, found: Dataset) -> None:
    sheet = book.made.add_worksheet(found.label)
    rows = found.rows[:ROWS]
    for column, field in enumerate(found.fields):
        sheet.set_column(column, column, field.width)
        _write_column(book, sheet, column, field, [row[column] for row in rows])
        if rows:
            _conditions(book, sheet, (1, column, len(rows), column), field)
    labels = told_apart([field.label for field in found.fields])
    heads = [{"header": label, "header_format": book.styles.head} for label in labels]
    table = {"name": found.id.capitalize(), "columns": heads, "style": "Table Style Light 1"}
    sheet.table_cells = _Unremembered()
    sheet.add_table(0, 0, max(len(rows), 1), len(heads) - 1, table)
    sheet.freeze_panes(1, _FROZEN.get(found.id, 1))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def told_apart(labels: Sequence[str]) -> list[str]:
    """The labels, each once whatever its case, as a table of Excel needs them: a site's own column may bear the name of
    one that stands there anyway.
    """
    made: list[str] = []
    taken: set[str] = set()
    for label in labels:
        told, number = label, 1
        while told.lower() in taken:
            number += 1
            told = f"{label} ({number})"
        taken.add(told.lower())
        made.append(told)
    return made


def _write_column(book: Book, sheet: Any, column: int, field: Field, values: list[Value]) -> None:
    """One column below its head. Codes are put into words once each; of a flag only what it tells is written."""
    if field.kind in ("text", "term", "link"):
        _write_texts(book, sheet, column, field, values)
        return
    style, yes = book.styles.numbers.get(field.kind, book.styles.plain), book.words("yes")
    for n, value in enumerate(values, start=1):
        if value is None:
            continue
        if isinstance(value, bool):
            if value:
                sheet.write_string(n, column, yes, style)
        elif isinstance(value, datetime):
            sheet.write_datetime(n, column, value.replace(tzinfo=None), style)
        elif isinstance(value, date):
            sheet.write_datetime(n, column, value, style)
        elif not isinstance(value, str):
            sheet.write_number(n, column, value, style)


def _write_texts(book: Book, sheet: Any, column: int, field: Field, values: list[Value]) -> None:
    styles, words = book.styles, book.words
    style = styles.wrapped if field.width >= 50 and len(values) <= LINKS else styles.plain
    told: dict[Value, str] = {}
    for n, value in enumerate(values, start=1):
        if value is None:
            continue
        text = told.get(value)
        if text is None:
            text = told[value] = _text(words.term(field.context, str(value)) if field.context else str(value))
        if field.kind == "link" and n <= LINKS and len(text) <= ADDRESS:
            sheet.write_url(n, column, text, styles.link, text)
        else:
            sheet.write_string(n, column, text, style)


def _text(text: str) -> str:
    kept = legal(text)
    return kept if len(kept) <= CELL else kept[: CELL - 1] + "…"


def _conditions(book: Book, sheet: Any, area: tuple[int, int, int, int], field: Field) -> None:
    """Fills of colours, and what stands out: beyond a limit, late, overdue."""
    words, styles, tiles = book.words, book.styles, book.model.tiles
    if field.context == "colour":
        for colour in COLOURS:
            value = f'"{words.term("colour", colour)}"'
            told = {"type": "cell", "criteria": "==", "value": value, "format": styles.colours[colour]}
            sheet.conditional_format(*area, told)
    elif field.context == "severity":
        value = f'"{words.term("severity", "critical")}"'
        sheet.conditional_format(*area, {"type": "cell", "criteria": "==", "value": value, "format": styles.bad})
    limits: Mapping[str, float] = {
        "slip_days": tiles.schedule.tolerance_days,
        "eac_over_bac_ratio": tiles.eac.limit_ratio,
        "over_ratio": tiles.eac.limit_ratio,
        "scope_growth_ratio": tiles.scope.limit_ratio,
        "overdue_days": 0,
        "days_past_finish": 0,
    }
    if field.id in limits:
        beyond = {"type": "cell", "criteria": ">", "value": limits[field.id], "format": styles.bad}
        sheet.conditional_format(*area, beyond)
    if field.id in ("open", "age_days"):
        sheet.conditional_format(*area, {"type": "data_bar", "bar_color": LIGHT["wide"]})
