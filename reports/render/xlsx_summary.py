"""The first sheet of the book: what the page says on top, and three charts over small tables beside it."""

from typing import Any

from portfolio.model.checks import SEVERITIES
from reports.inputs import COLOURS
from reports.render.digest import Size
from reports.render.palette import LIGHT
from reports.render.plain import legal
from reports.render.summary import make_digest
from reports.render.xlsx_book import Book

_FIGURES = 10
"""Column at which the tables under the charts stand."""
_PROGRAMMES = 12
_CHART_ROWS = 36
_BESIDE = 110
"""Pixels into the third column at which the second chart stands free of the first."""


def write_summary(book: Book, sheet: Any, page: str | None, notes: list[str]) -> None:
    """Title, verdict, the five numbers, charts, and what the book does not hold."""
    model, styles = book.model, book.styles
    d = make_digest(model, Size(0), (), page)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 21)
    sheet.set_column(2, 2, 70)
    sheet.set_column(_FIGURES, _FIGURES, 48)
    sheet.set_column(_FIGURES + 1, _FIGURES + 2, 20)
    sheet.write_string(0, 0, d.title, styles.title)
    sheet.write_string(1, 0, d.as_of, styles.quiet)
    sheet.write_string(2, 0, d.verdict, styles.bold)
    row = 3
    if d.page:
        sheet.write_url(row, 0, d.page, styles.link, d.look)
        row += 1
    for tile in d.tiles:
        row += 1
        sheet.write_string(row, 0, tile.title)
        sheet.write_string(row, 1, f"{tile.figure} {tile.unit}".strip(), styles.bad if tile.bad else styles.bold)
        sheet.write_string(row, 2, " · ".join(tile.notes), styles.quiet)
    row += 2
    for note in [*notes, d.made_by]:
        sheet.write_string(row, 0, note, styles.quiet)
        row += 1
    _charts(book, sheet, row + 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row + 1 + _CHART_ROWS, 4)  # not the tables under the charts


def _charts(book: Book, sheet: Any, row: int) -> None:
    """Health, findings by severity, and budgets of the main currency. A chart without numbers is left out."""
    model, words, styles = book.model, book.words, book.styles
    health = [(words.term("colour", c), getattr(model.tiles.health, c)) for c in COLOURS]
    at = 0
    place = _place(sheet, styles, at, words("Portfolio health, computed"), health)
    if any(n for _, n in health):
        fills = [{"fill": {"color": LIGHT[f"fill-{c}"]}} for c in COLOURS]
        chart = _bars(book, sheet, place, words("Portfolio health, computed"), fills)
        sheet.insert_chart(row, 0, chart, {"x_scale": 0.95})
    found = model.tiles.compliance.by_severity
    heavy = [(words.term("severity", s), found.get(s, 0)) for s in SEVERITIES]
    at = place[1] + 2
    place = _place(sheet, styles, at, words("Open findings"), heavy)
    if any(n for _, n in heavy):
        fill = [{"fill": {"color": LIGHT["thin"]}}] * len(heavy)
        chart = _bars(book, sheet, place, words("Open findings"), fill)
        sheet.insert_chart(row, 2, chart, {"x_scale": 0.95, "x_offset": _BESIDE})
    _budgets(book, sheet, place[1] + 2, row + 16)


def _place(sheet: Any, styles: Any, row: int, title: str, found: list[tuple[str, int]]) -> tuple[int, int]:
    """Write a small table; returns its first and last row of numbers."""
    sheet.write_string(row, _FIGURES, title, styles.bold)
    for n, (name, value) in enumerate(found, start=row + 1):
        sheet.write_string(n, _FIGURES, name)
        sheet.write_number(n, _FIGURES + 1, value)
    return row + 1, row + len(found)


def _bars(book: Book, sheet: Any, place: tuple[int, int], title: str, points: list[dict[str, Any]]) -> Any:
    chart = book.made.add_chart({"type": "bar"})
    first, last = place
    chart.add_series(
        {
            "categories": [sheet.get_name(), first, _FIGURES, last, _FIGURES],
            "values": [sheet.get_name(), first, _FIGURES + 1, last, _FIGURES + 1],
            "points": points,
            "data_labels": {"value": True},
            "gap": 40,
        }
    )
    _style(chart, title)
    chart.set_legend({"none": True})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})  # each bar has its number
    return chart


def _style(chart: Any, title: str) -> None:
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"major_gridlines": {"visible": False}, "num_format": "#,##0"})


def _budgets(book: Book, sheet: Any, at: int, row: int) -> None:
    """Baseline beside estimate at completion; amounts of different currencies share no axis."""
    model, words, styles = book.model, book.words, book.styles
    main = model.tiles.eac.main
    found = [b for b in model.budget_by_programme if main and b.currency == main.currency][:_PROGRAMMES]
    if not found or main is None:
        return
    title = f"{words('Baseline and cost at completion by programme')}{words(', ')}{main.currency}"
    for n, text in enumerate((title, words("BAC, baseline"), words("EAC, at completion"))):
        sheet.write_string(at, _FIGURES + n, legal(text), styles.bold)
    for n, budget in enumerate(found, start=at + 1):
        sheet.write_string(n, _FIGURES, legal(budget.programme or words("without programme"))[:80])
        sheet.write_number(n, _FIGURES + 1, budget.bac, styles.numbers["whole"])
        sheet.write_number(n, _FIGURES + 2, budget.eac, styles.numbers["whole"])
    chart = book.made.add_chart({"type": "bar"})
    last = at + len(found)
    for column, colour in ((1, "wide"), (2, "thin")):
        chart.add_series(
            {
                "name": [sheet.get_name(), at, _FIGURES + column],
                "categories": [sheet.get_name(), at + 1, _FIGURES, last, _FIGURES],
                "values": [sheet.get_name(), at + 1, _FIGURES + column, last, _FIGURES + column],
                "fill": {"color": LIGHT[colour]},
            }
        )
    _style(chart, title)
    chart.set_legend({"position": "bottom"})
    sheet.insert_chart(row, 0, chart, {"x_scale": 1.9, "y_scale": 1.2})
