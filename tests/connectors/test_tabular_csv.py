"""CSV as people and programs write it."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.tabular.csv_file import CsvSheet
from connectors.tabular.shapes import TABLES, shape
from connectors.tabular.tables_page import sample_file
from portfolio.errors import RemoteRefusal
from tests.tables import budget, pages, rows, tables, told, write

HEAD = "project,category,amount"


def refusal(path: Path, **more: Any) -> RemoteRefusal:
    reader = budget(path, **more)
    with pytest.raises(RemoteRefusal) as told:
        pages(reader)
    assert told.value.remedy
    return told.value


def test_a_line_is_a_row_of_the_project_that_it_names(tmp_path: Path) -> None:
    path = write(tmp_path / "tables" / "b.csv", HEAD, "INI-07,Travel,1200.50")

    [page] = pages(budget(path))

    [row] = page.rows["budget_line"]
    assert row == {
        "id": row["id"],
        "source": "finance",
        "origin": "tables/b.csv",
        "row_number": 2,
        "alike": row["alike"],
        "project_id": "finance:project:ini-07",
        "category": "Travel",
        "amount": row["amount"],
        "currency": "EUR",
    }
    assert row["alike"].startswith("project_id ")
    assert str(row["amount"]) == "1200.5000"
    [named] = page.rows["reference"]
    assert (named["refers_as"], named["kind"], named["reference"], named["uses"]) == (
        "finance:project:ini-07",
        "project",
        "INI-07",
        1,
    )
    assert named["place"] == "tables/b.csv, row 2, column A (project)"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_the_encoding_is_known_by_its_mark(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,Straße 北京,1", encoding=encoding)
    assert [row["category"] for row in rows(budget(path))] == ["Straße 北京"]


def test_another_encoding_is_told_with_its_line_and_read_when_stated(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,Straße,1", encoding="cp1252")
    error = refusal(path)
    assert error.code == "tabular.encoding"
    assert "cp1252" in error.remedy
    assert [row["category"] for row in rows(budget(path, encoding="cp1252"))] == ["Straße"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_the_delimiter_is_the_one_that_gives_the_headers(tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path / "b.csv", *(line.replace(",", delimiter) for line in (HEAD, "INI-07,Travel,1")))
    assert len(rows(budget(path))) == 1


def test_excels_line_that_names_the_delimiter_is_no_row(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "sep=;", "project;amount", "INI-07;1")
    assert len(rows(budget(path, delimiter=";"))) == 1
    assert len(rows(budget(path))) == 1


def test_quotes_hold_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", HEAD, 'INI-07,"Travel, ""first"" class', 'and back",1', "INI-08,x,abc")
    reader = budget(path)
    assert [row["category"] for row in rows(reader)] == ['Travel, "first" class\nand back']
    assert told(reader)[0].startswith(
        "tmp" if False else f"{tmp_path.name}/b.csv, row 3 (line 4 of the file): column C"
    )


def test_a_quote_that_never_ends_is_told_with_its_line(tmp_path: Path) -> None:
    error = refusal(write(tmp_path / "b.csv", HEAD, "INI-07,x,1", 'INI-08,"x,1', "INI-09,x,1"))
    assert error.code == "tabular.malformed"
    assert "from line 3 on" in error.what


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.csv").write_bytes(content)
    assert refusal(tmp_path / "b.csv").code in ("tabular.empty", "tabular.no_headers")


def test_headers_alone_are_an_empty_table(tmp_path: Path) -> None:
    assert rows(budget(write(tmp_path / "b.csv", HEAD))) == []


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "Project no.,Budget EUR", "INI-07,1")
    error = refusal(path, columns={"project": "Project no.", "amount": "Budget (EUR)"})
    assert error.code == "tabular.no_column"
    assert "no column `Budget (EUR)` (for amount); there are: `Project no.`, `Budget EUR`" in error.what
    assert "did you mean `Budget EUR`?" in error.remedy
    assert "no column for project, which every row of budget_line needs" in refusal(path).what


def test_a_header_that_stands_twice_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "project,amount,Amount", "INI-07,1,2")
    assert refusal(path).code == "tabular.header_twice"


def test_headers_are_found_whatever_their_writing(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "PROJECT;Period Start;approved-by; Amount ", "INI-07;2026-11;Grace;1")
    [row] = rows(budget(path))
    assert (row["approved_by"], str(row["period_start"])) == ("Grace", "2026-11-01")


def test_headers_may_stand_further_down(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "Budget 2026,,", ",,", HEAD, "INI-07,x,1")
    assert len(rows(budget(path, header_row=3))) == 1
    assert refusal(path, header_row=2).code in ("tabular.no_headers", "tabular.no_column")
    assert refusal(path, header_row=9).code == "tabular.no_headers"


def test_a_bad_row_is_kept_with_place_and_reason_and_the_others_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,x,abc", "INI-08,x,1", ",x,1", "INI-09,x,")
    [page] = pages(budget(path))
    assert len(page.rows["budget_line"]) == 1
    first, second, third = page.rejected
    name = f"{tmp_path.name}/b.csv"
    assert first.reason == f"{name}, row 2: column C (amount): `abc` is not a number; expected a number such as 1234.50"
    assert second.reason == f"{name}, row 4: column A (project): project is empty; every budget_line needs one"
    assert third.reason == f"{name}, row 5: column C (amount): amount is empty; every budget_line needs one"
    assert first.body == '{"project": "INI-07", "category": "x", "amount": "abc"}'
    assert {r.code for r in page.rejected} == {"tabular.bad_row"}


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "project,period_start,amount", "INI-07,01/02/2026,1.234")
    [reason] = told(budget(path))
    assert "column B (period_start): `01/02/2026` is not a day" in reason
    assert "column C (amount): `1.234` could be 1234 or" in reason


def test_records_of_one_key_are_both_told_and_none_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,x,1", "INI-08,x,1", "ini-07 , X,2", "INI-07,x,1")
    reader = budget(path)
    assert [row["project_id"] for row in rows(reader)] == ["finance:project:ini-08"]
    reasons = told(reader)
    assert ["row 4, 5 is the same record" in reasons[0], "row 2, 5" in reasons[1], "row 2, 4" in reasons[2]] == [
        True
    ] * 3
    assert "Told apart by project, category, period_start" in reasons[0]


def test_a_stated_key_tells_rows_apart_by_fields_and_headers(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", f"{HEAD},Line no.", "INI-07,x,1,1", "INI-07,x,1,2")
    assert len(rows(budget(path, key=["project", "Line no."]))) == 2
    assert "named in `key`" in refusal(path, key=["project", "Line"]).what


def test_an_id_does_not_depend_on_the_place_of_the_row(tmp_path: Path) -> None:
    lines = ["INI-07,x,1", "INI-08,y,2", "INI-09,z,3"]
    first = rows(budget(write(tmp_path / "a.csv", HEAD, *lines)))
    again = rows(
        budget(
            write(tmp_path / "b.csv", "amount,Note,project,category", "3,,INI-09,z", ",", "1,,INI-07,x", "2,,INI-08,y")
        )
    )
    assert {row["id"] for row in first} == {row["id"] for row in again}


def test_totals_and_blank_rows_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "b.csv", HEAD, "INI-07,x,1", ",,", "Total Quality,x,2", "Grand total:,,3", "Summe,,3", "合计,,3"
    )
    reader = budget(path)
    assert {row["project_id"] for row in rows(reader)} == {"finance:project:ini-07", "finance:project:total quality"}
    assert told(reader) == []


def test_the_first_blank_row_can_end_the_table(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,x,1", ",,", "Remarks: as of today,,")
    assert len(told(budget(path))) == 1
    assert told(budget(path, skip_blank=False)) == []


def test_short_and_long_rows_are_read_as_far_as_their_columns_go(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "project,amount,category", "INI-07,1", "INI-08,1,x,more")
    assert [row.get("category") for row in rows(budget(path))] == [None, "x"]


def test_words_are_translated_and_constants_hold_for_every_row(tmp_path: Path) -> None:
    path = write(tmp_path / "i.csv", "Projekt;Lieferant;Nr;Betrag;Status", "INI-07;Acme;1;1.234,50;bezahlt")
    reader = tables(
        {
            "into": "invoice",
            "path": path,
            "columns": {
                "project": "Projekt",
                "supplier": "Lieferant",
                "number": "Nr",
                "amount": "Betrag",
                "state": "Status",
            },
            "values": {"state": {"Bezahlt": "paid"}},
            "constants": {"currency": "EUR", "has_budget_line": True},
            "decimal": ",",
            "thousands": ".",
        }
    )
    [row] = rows(reader, "invoice")
    assert (str(row["amount"]), row["state"], row["has_budget_line"]) == ("1234.5000", "paid", True)


def test_a_column_for_each_month_becomes_a_row_for_each(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "project,category,01/2026,02/2026,Note", "INI-07,x,5,,n", "INI-08,x,abc,7,")
    reader = budget(path, unpivot={"into": "period_start", "value": "amount", "header_format": "MM/YYYY"})
    found = {(r["project_id"][-6:], str(r["period_start"]), int(r["amount"])) for r in rows(reader)}
    assert found == {("ini-07", "2026-01-01", 5), ("ini-08", "2026-02-01", 7)}
    [reason] = told(reader)
    assert "row 3: column C (01/2026): `abc` is not a number" in reason


def test_a_column_for_each_week_is_a_persons_capacity(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", "person,2026-W48,2026-W49", "ada@example.com,20,0")
    entry = {"into": "capacity_week", "path": path, "unpivot": {"into": "week_start", "value": "available_hours"}}
    found = {str(r["week_start"]): int(r["available_hours"]) for r in rows(tables(entry), "capacity_week")}
    assert found == {"2026-11-23": 20, "2026-11-30": 0}


def test_columns_of_a_wide_table_can_be_named_one_by_one(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "project,H1,H2", "INI-07,5,6")
    wide = {"into": "period_start", "value": "amount", "columns": {"H1": "2026-01-01", "H2": "2026-07-01"}}
    assert len(rows(budget(path, unpivot=wide))) == 2
    wide["columns"] = {"H3": "2026-01-01"}
    assert "no column `H3`" in refusal(path, unpivot=wide).what
    assert "no column whose header is a day" in refusal(path, unpivot={"into": "period_start", "value": "amount"}).what


def test_a_rate_is_of_a_person_or_of_a_role(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.csv", "person,role,rate_per_hour,currency", "ada,,80,EUR", ",Architect,90,EUR", ",,1,EUR"
    )
    reader = tables({"into": "rate", "path": path})
    assert [(row.get("account_id"), row.get("role")) for row in rows(reader, "rate")] == [
        ("finance:account:ada", None),
        (None, "Architect"),
    ]
    assert told(reader)[0].endswith("row 4: person and role are empty; every rate needs one of them")


def test_only_so_many_bad_rows_are_told_one_by_one(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "project,amount", *("INI-07,abc" for _ in range(5_010)))
    reasons = told(budget(path))
    assert len(reasons) == 5_001
    assert "10 more rows cannot be read" in reasons[-1]


_TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00\r"), max_size=20)


@given(st.lists(st.lists(_TEXT, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(",;\t|"))
def test_what_csv_writes_is_read_back(records: list[list[str]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(records)
    sheet = CsvSheet(io.BytesIO(text.getvalue().encode()), "x.csv", "utf-8", delimiter)
    assume(not re.fullmatch("sep=.", delimiter.join(records[0]), re.IGNORECASE))
    assert [line.cells for line in sheet.lines()] == records
    assert [line.number for line in sheet.lines()] == list(range(1, len(records) + 1))


@pytest.mark.parametrize("table", TABLES)
def test_the_files_that_the_page_shows_are_read(tmp_path: Path, table: str) -> None:
    path = write(tmp_path / f"{table}.csv", sample_file(shape(table)).rstrip("\n"))
    reader = tables({"into": table, "path": path})
    [row] = rows(reader, table)
    assert told(reader) == []
    assert set(shape(table).fields) == {
        field.name for field in shape(table).fields.values() if row.get(field.column.name) is not None
    }


@pytest.mark.parametrize(
    ("into", "head", "row"),
    [
        ("rate", "role,rate_per_hour,currency,from_date,to_date", "Dev,100,EUR,{},{}"),
        ("supplier", "name,state,number,from_date,to_date", "Acme,approved,1,{},{}"),
        ("approved_resource", "person,role,supplier,from_date,to_date", "Ada,Dev,,{},{}"),
    ],
)
def test_a_last_day_before_the_first_is_refused_with_its_place(tmp_path: Path, into: str, head: str, row: str) -> None:
    wrong, same, open_end = ("2026-03-01", "2026-02-28"), ("2026-03-01", "2026-03-01"), ("2026-03-02", "")
    lines = [row.format(*days).replace("Dev", f"Dev {n}") for n, days in enumerate((wrong, same, open_end))]
    lines = [line.replace("Acme,approved,1", f"Acme,approved,{n}") for n, line in enumerate(lines)]
    path = write(tmp_path / "t" / "t.csv", head, *lines)
    reader = tables({"into": into, "path": path})
    assert told(reader) == ["t/t.csv, row 2: column E (to_date): 2026-02-28 lies before 2026-03-01, its first day"]
    assert len(rows(reader, into)) == 2
