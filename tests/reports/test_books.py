"""Excel, CSV and Parquet: types, missing values, native tables, what is cut."""

import io
import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shown_text import csv_rows
from small_report import small_report

from reports.inputs import LANGUAGES
from reports.model import ReportModel
from reports.render import xlsx
from reports.render.csv import render_csv
from reports.render.data_lists import DATASETS, datasets
from reports.render.parquet import render_parquet
from reports.render.xlsx import render_xlsx


def book(model: ReportModel) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_xlsx(model)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_of_a_table_have_different_heads_and_rows_their_width(language: str) -> None:
    for found in datasets(small_report(language)):
        labels = [field.label for field in found.fields]
        assert len(set(labels)) == len(labels), found.id
        assert len({field.id for field in found.fields}) == len(labels), found.id
        assert {len(row) for row in found.rows} <= {len(labels)}, found.id


def test_sheets_are_native_tables_with_frozen_heads() -> None:
    found = book(small_report())
    assert found.sheetnames[:3] == ["Summary", "Projects", "Findings"]
    for sheet in found.worksheets[1:]:
        assert len(sheet.tables) == 1
        assert sheet.freeze_panes is not None
    assert found["Projects"].freeze_panes == "C2"


def test_an_own_column_that_bears_the_name_of_another_is_told_apart() -> None:
    given = ["Project", "Approved budget", "approved budget", "Approved budget (2)", "Approved budget"]
    made = xlsx.told_apart(given)
    assert made[:2] == given[:2]
    assert len({label.lower() for label in made}) == len(given)


def test_tables_without_rows_have_no_sheet_but_the_two_main_ones() -> None:
    found = book(small_report(projects=(), findings=(), levels=(), gaps=(), waived=()))
    assert {"Projects", "Findings"} <= set(found.sheetnames)
    assert not {"PMO levels", "Gaps", "Waivers"} & set(found.sheetnames)


def test_values_are_typed_and_what_is_missing_is_empty() -> None:
    sheet = book(small_report())["Projects"]
    head = {cell.value: cell.column for cell in sheet[1]}

    def value(row: int, label: str) -> object:
        return sheet.cell(row, head[label]).value

    assert value(2, "Approved budget") == 1940000
    assert value(2, "Forecast finish") == datetime(2027, 2, 3)
    assert sheet.cell(2, head["EAC vs baseline"]).number_format == "0.0%"
    assert value(2, "Computed") == "Red"
    assert value(3, "Approved budget") is None
    assert value(3, "Currency") is None
    assert value(3, "Compliance score") is None
    assert value(3, "Computed") == "n/a"


def test_a_status_is_a_word_with_a_fill_under_a_condition() -> None:
    sheet = book(small_report())["Projects"]
    rules = [rule for found in sheet.conditional_formatting for rule in found.rules]
    assert {'"Red"', '"Amber"', '"Green"', '"n/a"'} <= {f for rule in rules for f in rule.formula}


def test_the_summary_has_charts_and_says_what_is_not_there() -> None:
    sheet = book(small_report())["Summary"]
    assert len(sheet._charts) == 3
    told = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "Risks: … and 2 more, see the page" in told


def test_no_chart_without_numbers() -> None:
    model = small_report(budget_by_programme=())
    health = model.tiles.health.model_copy(update={"red": 0, "amber": 0, "green": 0, "unknown": 0, "total": 0})
    calm = model.tiles.compliance.model_copy(update={"by_severity": {}})
    tiles = model.tiles.model_copy(update={"health": health, "compliance": calm})
    assert book(model.model_copy(update={"tiles": tiles}))["Summary"]._charts == []


def test_a_book_is_of_the_reports_moment() -> None:
    properties = book(small_report()).properties
    assert properties.created == datetime(2026, 11, 23, 6, 0)
    assert properties.title == "Portfolio of the north"


def test_long_cells_are_cut_visibly() -> None:
    model = small_report()
    long = model.findings[0].model_copy(update={"message": "x" * 40_000})
    sheet = book(small_report(findings=(long,)))["Findings"]
    told = [str(c.value) for c in sheet[2] if isinstance(c.value, str) and len(c.value) > 1000]
    assert [len(t) for t in told] == [xlsx.CELL]
    assert told[0].endswith("…")


def test_more_rows_than_a_sheet_holds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 1)
    found = book(small_report())
    assert found["Findings"].max_row == 2
    told = [c.value for row in found["Summary"].iter_rows() for c in row if isinstance(c.value, str)]
    assert "Findings: … and 2 more, see the page" in told


def test_addresses_beyond_those_that_excel_follows_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "LINKS", 1)
    sheet = book(small_report())["Findings"]
    column = next(c.column for c in sheet[1] if c.value == "Address")
    assert sheet.cell(3, column).value == "https://tracker.example/APP-7"
    assert sheet.cell(3, column).hyperlink is None


def test_csv_is_plain_for_scripts_and_marked_for_excel() -> None:
    content = render_csv(small_report())["projects.csv"]
    assert content.startswith(b"\xef\xbb\xbfKey,Name,")
    assert content.count(b"\r\n") == content.count(b"\n") == 4
    head, red, lost, _ = csv_rows(content)
    told = dict(zip(head, red, strict=True))
    assert told["Planned cost"] == "2400000.5"
    assert told["EAC vs baseline"] == "0.351351"
    assert told["Forecast finish"] == "2027-02-03"
    assert told["Closed"] == "no"
    assert dict(zip(head, lost, strict=True))["Currency"] == ""


def test_amounts_in_csv_have_no_idle_noughts() -> None:
    red = (
        small_report().projects[0].model_copy(update={"budget": Decimal("72000.0000"), "actual_cost": Decimal("-0.00")})
    )
    head, row = csv_rows(render_csv(small_report(projects=(red,)))["projects.csv"])
    told = dict(zip(head, row, strict=True))
    assert (told["Approved budget"], told["Actual cost"]) == ("72000", "0")


def test_both_folders_hold_every_table_also_an_empty_one() -> None:
    model = small_report(gaps=())
    assert set(render_csv(model)) == {f"{name}.csv" for name in DATASETS}
    assert set(render_parquet(model)) == {f"{name}.parquet" for name in DATASETS}
    assert len(csv_rows(render_csv(model)["gaps.csv"])) == 1


def test_parquet_has_stable_names_types_and_codes() -> None:
    for language in LANGUAGES:
        table = pq.read_table(io.BytesIO(render_parquet(small_report(language))["projects.parquet"]))
        assert table.schema.field("budget").type == pa.decimal128(38, 6)
        assert table.schema.field("forecast_finish").type == pa.date32()
        row = table.to_pylist()[0]
        assert row["computed"] == "red"
        assert row["budget"] == Decimal(1940000)
        assert row["forecast_finish"] == date(2027, 2, 3)
        assert table.to_pylist()[1]["budget"] is None


def test_parquet_says_of_what_it_is() -> None:
    table = pq.read_table(io.BytesIO(render_parquet(small_report("zh-Hans"))["sources.parquet"]))
    assert table.schema.metadata[b"as_of"] == b"2026-11-23T06:00:00Z"
    assert table.schema.field("source").metadata[b"label"].decode() == "数据源"
    assert table.to_pylist()[0]["complete_at"].tzinfo is not None


def test_ratios_that_are_no_numbers_are_not_available() -> None:
    model = small_report()
    red = model.projects[0]
    odd = red.model_copy(update={"scope_growth_ratio": float("nan"), "evm": red.evm})
    table = pq.read_table(io.BytesIO(render_parquet(small_report(projects=(odd,)))["projects.parquet"]))
    assert table.to_pylist()[0]["scope_growth_ratio"] is None
    assert b"nan" not in render_csv(small_report(projects=(odd,)))["projects.csv"]
    assert render_xlsx(small_report(projects=(odd,)))
    assert json.dumps(table.schema.names)
