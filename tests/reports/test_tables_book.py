"""Documented tables in an Excel book: what Excel cannot hold is split, cut visibly or written as text."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from portfolio.model.column import Table, day, instant, integer, text
from reports.tables_book import CELL, TablesBook

THINGS = Table("things", "Things.", (integer("n", "number"), text("words", "words"), day("on", "day")), key=("n",))


def book(path: Path, rows: list[tuple[object, ...]], table: Table = THINGS, sheet_rows: int = 4) -> TablesBook:
    room = path.parent / "room"
    room.mkdir()
    made = TablesBook(path, as_of=date(2026, 5, 4), room=room, sheet_rows=sheet_rows)
    made.written = made.add(table, [rows[:2], rows[2:]])  # type: ignore[attr-defined]
    made.close()
    return made


def test_a_table_of_more_rows_than_a_sheet_holds_goes_on_in_the_next(tmp_path: Path) -> None:
    made = book(tmp_path / "b.xlsx", [(n, f"w{n}", None) for n in range(7)])
    written = made.written  # type: ignore[attr-defined]
    assert (written.rows, written.sheets) == (7, ("things", "things 2", "things 3"))
    found = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in found] == [
        ["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6],
    ]  # fmt: skip


def test_the_last_row_that_fits_needs_no_second_sheet(tmp_path: Path) -> None:
    made = book(tmp_path / "b.xlsx", [(n, "w", None) for n in range(3)])
    assert made.written.sheets == ("things",)  # type: ignore[attr-defined]


def test_a_long_text_is_cut_visibly_and_counted_and_illegal_signs_are_replaced(tmp_path: Path) -> None:
    made = book(tmp_path / "b.xlsx", [(1, "x" * (CELL + 1), None), (2, "a\x00b", None), (3, "@SUM(1)", None)])
    assert made.written.cut == 1  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["things"]
    assert len(sheet["B2"].value) == CELL
    assert sheet["B2"].value.endswith("…")
    assert sheet["B3"].value == "a\ufffdb"
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("@SUM(1)", "s")


def test_days_before_excel_s_calendar_are_text(tmp_path: Path) -> None:
    table = Table("t", "T.", (day("on", "day"), instant("at", "moment")), key=("on",))
    book(tmp_path / "b.xlsx", [(date(1899, 1, 2), datetime(2026, 5, 4, 5, 30))], table)
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["t"]
    assert sheet["A2"].value == "1899-01-02"
    assert sheet["B2"].value == datetime(2026, 5, 4, 5, 30)


@pytest.mark.parametrize("rows", [[], [(1, None, None)]])
def test_an_empty_table_has_its_head(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    book(tmp_path / "b.xlsx", rows)
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["things"]
    assert [cell.value for cell in sheet[1]] == ["n", "words", "on"]
