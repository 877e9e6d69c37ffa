"""Workbooks as people keep them: sheets, formulas, merged cells, old formats, passwords, bombs."""

import shutil
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from portfolio.errors import RemoteRefusal
from tests.tables import budget, pages, rows, told, workbook

HEAD = ("project", "category", "amount")
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def refusal(path: Path, **more: Any) -> RemoteRefusal:
    reader = budget(path, **more)
    with pytest.raises(RemoteRefusal) as told:
        pages(reader)
    assert told.value.remedy
    return told.value


def rewritten(path: Path, part: str, old: str, new: str) -> Path:
    """The workbook with a text of one part replaced."""
    changed = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            target.writestr(name, data)
    shutil.move(changed, path)
    return path


def test_a_row_tells_its_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "x", 0.1 + 0.2), ("INI-08", "x", "abc")])
    reader = budget(path)
    [row] = rows(reader)
    assert (row["origin"], str(row["amount"])) == (f"{tmp_path.name}/b.xlsx, sheet Budget", "0.3000")
    assert told(reader)[0].startswith(f"{tmp_path.name}/b.xlsx, sheet Budget, row 3: column C (amount): `abc`")


def test_the_sheet_is_the_stated_one_else_the_one_that_fits(tmp_path: Path) -> None:
    notes = {"Notes": [("As of", "today")], "Costs": [HEAD, ("INI-09", "x", 5)]}
    path = workbook(tmp_path / "b.xlsx", [("nothing",)], "Cover", sheets=notes)
    assert [row["project_id"] for row in rows(budget(path))] == ["finance:project:ini-09"]
    assert len(rows(budget(path, sheet="costs"))) == 1
    error = refusal(path, sheet="Cots")
    assert error.code == "tabular.no_sheet"
    assert "has no sheet `Cots`; it has: Cover, Notes, Costs" in error.what


def test_a_hidden_sheet_is_read_only_when_it_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "x", 1)], sheets={"Old": [HEAD, ("INI-08", "x", 1)]})
    rewritten(
        path, "xl/workbook.xml", 'name="Old" sheetId="2" state="visible"', 'name="Old" sheetId="2" state="hidden"'
    )
    assert [row["project_id"] for row in rows(budget(path))] == ["finance:project:ini-07"]
    assert [row["project_id"] for row in rows(budget(path, sheet="Old"))] == ["finance:project:ini-08"]


def test_several_sheets_that_fit_are_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD], "2025", sheets={"2026": [HEAD]})
    assert "2 of them fit: 2025, 2026" in refusal(path).what
    path = workbook(tmp_path / "c.xlsx", [("a",)], "2025", sheets={"2026": [("b",)]})
    assert "the headers of none fit: 2025, 2026" in refusal(path).what


def test_days_are_read_by_the_epoch_of_the_workbook(tmp_path: Path) -> None:
    head = ("project", "category", "amount", "period_start")
    for epoch1904 in (False, True):
        path = workbook(tmp_path / "b.xlsx", [head, ("INI-07", "x", 1, datetime(2026, 11, 1))], epoch1904=epoch1904)
        assert [row["period_start"] for row in rows(budget(path))] == [date(2026, 11, 1)]


def test_a_day_that_lost_its_format_is_still_that_day(tmp_path: Path) -> None:
    head = ("project", "category", "amount", "period_start")
    serials = {False: 46327, True: 46327 - 1462}
    for epoch1904, serial in serials.items():
        path = workbook(tmp_path / "b.xlsx", [head, ("INI-07", "x", 1, serial)], epoch1904=epoch1904)
        assert [row["period_start"] for row in rows(budget(path))] == [date(2026, 11, 1)], epoch1904


def test_numbers_as_text_follow_the_stated_format_and_percentages_are_no_amounts(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx",
        [HEAD, ("INI-07", "a", "1.234,50"), ("INI-07", "b", 0.25), ("INI-07", "c", True)],
        formats={"C3": "0.00%"},
    )
    reader = budget(path, decimal=",", thousands=".")
    assert [str(row["amount"]) for row in rows(reader)] == ["1234.5000"]
    percent, boolean = told(reader)
    assert "`25%` is a percentage; expected an amount" in percent
    assert "`true` is true or false; expected a number" in boolean


def test_codes_that_excel_took_for_numbers_are_texts_again(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, (1001, 7.0, 1)])
    assert [(row["project_id"], row["category"]) for row in rows(budget(path))] == [("finance:project:1001", "7")]


def test_error_cells_are_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "x", "#REF!"), ("#N/A", "x", 1)])
    first, second = told(budget(path))
    assert "column C (amount): `#REF!` is an error of the spreadsheet" in first
    assert "column A (project): `#N/A` is an error of the spreadsheet" in second


def test_a_formula_without_a_computed_value_is_told_and_one_with_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "x", "=1+1"), ("INI-08", "x", 5)])
    assert "the formula `=1+1` has no computed value" in told(budget(path))[0]
    rewritten(path, "xl/worksheets/sheet1.xml", "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    assert [int(row["amount"]) for row in rows(budget(path))] == [2, 5]


def test_a_text_merged_over_rows_holds_for_all_and_an_amount_for_none_but_the_first(tmp_path: Path) -> None:
    lines = [HEAD, ("INI-07", "a", 1), (None, "b", 2), (None, "c", None), (None, None, None), ("INI-08", "d", 4)]
    path = workbook(tmp_path / "b.xlsx", lines, merged=["A2:A5", "C3:C4"])
    reader = budget(path)
    assert [(row["project_id"][-6:], row["category"]) for row in rows(reader)] == [
        ("ini-07", "a"),
        ("ini-07", "b"),
        ("ini-08", "d"),
    ]
    [reason] = told(reader)
    assert "row 4: column C (amount): the cell is merged with C3; expected a value for each row" in reason


def test_a_cell_merged_over_columns_is_not_read_as_the_value_of_each(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "a", 1)], merged=["A2:B2"])
    assert "column B (category): the cell is merged with A2" in told(budget(path))[0]


def test_a_title_merged_above_the_headers_does_no_harm(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("Budget", None, None), HEAD, ("INI-07", "a", 1)], merged=["A1:C1"])
    assert len(rows(budget(path, header_row=2))) == 1


def test_days_as_headers_of_a_wide_table(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx", [("project", datetime(2026, 1, 1), "2026-02", "2026-W48"), ("INI-07", 1, 2, None)]
    )
    found = rows(budget(path, unpivot={"into": "period_start", "value": "amount"}))
    assert {row["period_start"] for row in found} == {date(2026, 1, 1), date(2026, 2, 1)}


def test_macros_are_never_run_and_the_sheet_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "x", 1)])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", OLE + b"Sub Auto_Open()")
    path = path.rename(tmp_path / "b.xlsm")
    rewritten(
        path,
        "[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert len(rows(budget(path))) == 1


def test_the_old_format_and_passwords_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(OLE + b"\0" * 2000)
    assert refusal(tmp_path / "old.xls").code == "tabular.old_format"
    (tmp_path / "locked.xlsx").write_bytes(OLE + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100)
    error = refusal(tmp_path / "locked.xlsx")
    assert error.code == "tabular.encrypted"
    assert "protected by a password" in error.what


@pytest.mark.parametrize("keep", [0, 30, 900])
def test_a_workbook_that_is_cut_off_or_still_being_copied_is_told(tmp_path: Path, keep: int) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "x", 1)])
    path.write_bytes(path.read_bytes()[:keep])
    assert refusal(path).code == ("tabular.malformed" if keep else "tabular.empty")


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xlsb"])
def test_another_kind_of_file_under_the_name_is_told(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"b.{ending}"
    path.write_bytes(b"project,amount\nINI-07,1\n")
    assert "is no such file" in refusal(path).what


def test_a_workbook_whose_packed_part_is_damaged_is_told(tmp_path: Path) -> None:
    """Found by `make fuzz`: zlib's own error came through."""
    path = workbook(tmp_path / "b.xlsx", [["Project", "Line", "Amount"], ["A", "1", 5]])
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/workbook.xml")
    content = bytearray(path.read_bytes())
    begins = part.header_offset + 30 + len(part.filename)
    content[begins : begins + 16] = b"\xff" * 16
    path.write_bytes(content)
    with pytest.raises(RemoteRefusal, match="cannot be read as a workbook") as caught:
        pages(budget(path))
    assert caught.value.code == "tabular.malformed"


def test_a_zip_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refusal(tmp_path / "b.xlsx").code == "tabular.malformed"


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "x", 1)])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"\0" * 30_000_000)
    error = refusal(path)
    assert error.code == "tabular.bomb"
    assert "to 30,000,000 bytes" in error.what


def test_a_size_that_lies_unpacks_no_more_than_it_says(tmp_path: Path) -> None:
    """The archive's directory says how much is unpacked; a part that holds more ends there, and is damaged."""
    path = workbook(tmp_path / "b.xlsx", [HEAD, *(("INI-07", f"c{n}", 1) for n in range(500))])
    raw = bytearray(path.read_bytes())
    name = b"xl/worksheets/sheet1.xml"
    entry = raw.rindex(name) - 46  # the file's header in the central directory; its size stands at 24
    assert raw[entry : entry + 4] == b"PK\x01\x02"
    raw[entry + 24 : entry + 28] = struct.pack("<I", 300)
    path.write_bytes(raw)
    assert refusal(path).code == "tabular.malformed"


def test_entities_in_a_sheet_are_not_followed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "x", 1)])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    root = sheet.index("<worksheet")
    hostile = f'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>{sheet[root:]}'.replace("INI-07", "&a;")
    rewritten(path, "xl/worksheets/sheet1.xml", sheet, hostile)
    try:
        found = rows(budget(path))
    except RemoteRefusal as error:
        assert error.code == "tabular.malformed"
    else:
        assert all("&" not in row["project_id"] and "/" not in row["project_id"] for row in found)


def test_a_dimension_that_lies_does_not_hide_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD, ("INI-07", "x", 1), ("INI-08", "x", 1)])
    rewritten(path, "xl/worksheets/sheet1.xml", 'ref="A1:C3"', 'ref="A1"')
    assert len(rows(budget(path))) == 2
