"""Tiles and columns that a site defines by SQL: from the settings to every form of the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from plumbrule.config_file import load_settings
from plumbrule.own_numbers import OwnNumbers, own_numbers
from portfolio.errors import ConfigurationError
from portfolio.model import VIEWS
from reports.figures import Figures
from reports.words import Words
from rules.selftest import fill_view

TILE = """
[[report.tiles]]
title = "Money booked"
title_zh = "已登记金额"
unit = "{unit}"
sql = "{sql}"
"""
COLUMN = """
[[report.columns]]
title = "Items"
unit = "{unit}"
sql = "{sql}"
"""


@dataclass(frozen=True)
class File:
    """A snapshot that only its path is asked of."""

    path: Path


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> File:

    path = tmp_path_factory.mktemp("own") / "latest.duckdb"
    rows: Mapping[str, list[dict[str, Any]]] = {
        "projects": [{"project_id": p, "key": p, "name": p, "actual_cost": Decimal(n)} for n, p in enumerate("ABC", 1)]
    }
    with duckdb.connect(str(path)) as connection:
        for view in VIEWS.values():
            fill_view(connection, view, rows.get(view.name, ()))
    return File(path)


def numbers(reader: Any, folder: Path, text: str, language: str = "en", within: Any = None) -> OwnNumbers:
    config = folder / "plumbrule.toml"
    config.write_text(text, encoding="utf-8")
    settings = load_settings(config).settings

    return own_numbers(reader, settings, settings.report, language=language, today=date(2026, 11, 23), within=within)


@pytest.mark.parametrize(
    ("unit", "sql", "shown", "note"),
    [
        ("number", "SELECT count(*) FROM projects", "3", None),
        ("money", "SELECT sum(actual_cost), 'EUR' AS currency, 'so far' AS note FROM projects", "€6", "so far"),
        ("percent", "SELECT 0.125", "12%", None),
        ("days", "SELECT 4.25", "4.2 d", None),
        ("hours", "SELECT 1200", "1,200 h", None),
        ("text", "SELECT max(key) FROM projects", "C", None),
        ("number", "SELECT NULL", "n/a", None),
        ("number", "SELECT key FROM projects WHERE key = 'Z'", "n/a", None),
        ("number", "SELECT 'nan'::DOUBLE", "n/a", None),
    ],
)
def test_a_tile_tells_its_value_in_its_unit(
    reader: File, tmp_path: Path, unit: str, sql: str, shown: str, note: str | None
) -> None:
    [tile] = numbers(reader, tmp_path, TILE.format(unit=unit, sql=sql)).tiles
    assert Figures(Words("en")).own(tile.unit, tile.value) == shown
    assert tile.note == note


def test_a_title_is_said_in_the_report_s_language(reader: File, tmp_path: Path) -> None:
    text = TILE.format(unit="number", sql="SELECT 1") + COLUMN.format(
        unit="number", sql="SELECT project_id, 1 AS value FROM projects"
    )
    found = numbers(reader, tmp_path, text, "zh-Hans")
    assert (found.tiles[0].title, found.columns[0].title) == ("已登记金额", "Items")


def test_a_column_has_a_value_for_each_project_that_its_sql_names(reader: File, tmp_path: Path) -> None:
    sql = "SELECT project_id, actual_cost AS value, 'EUR' AS currency FROM projects WHERE key <> 'B'"
    found = numbers(reader, tmp_path, COLUMN.format(unit="money", sql=sql))
    assert set(found.values) == {"A", "C"}
    [value] = found.values["C"]
    assert value is not None and (value.value, value.currency) == (Decimal(3), "EUR")
    cut = numbers(reader, tmp_path, COLUMN.format(unit="money", sql=sql), within=frozenset({"C"}))
    assert set(cut.values) == {"C"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (TILE.format(unit="number", sql="SELECT key FROM projects"), "more than 1 rows"),
        (TILE.format(unit="number", sql="SELECT 'many'"), "`many` is no number"),
        (TILE.format(unit="number", sql="SELECT TRUE"), "`True` is no number"),
        (COLUMN.format(unit="text", sql="SELECT 'A' AS project_id, key AS value FROM projects"), "several rows"),
        (TILE.format(unit="number", sql="SELECT max(CAST(key AS INTEGER)) FROM projects"), "Conversion Error"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_told_is_an_error_with_the_title_and_the_next_step(
    reader: File, tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        numbers(reader, tmp_path, text)
    assert caught.value.code == "report.own_sql_answer"
    assert why in caught.value.what and ("`Money booked`" in caught.value.what or "`Items`" in caught.value.what)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (TILE.format(unit="number", sql="SELECT * FROM finding"), "`finding` is not a documented view"),
        (COLUMN.format(unit="number", sql="SELECT project_id FROM projects"), "it answers no column `value`"),
        (
            '[[reports]]\nname = "it"\nscope = { department = "IT" }\n[[reports.tiles]]\ntitle = "Units"\n'
            'sql = "SELECT count(*) FROM departments"\n',
            "`departments` is not about projects",
        ),
    ],
)
def test_sql_that_cannot_be_asked_is_told_at_its_place_before_anything_runs(
    tmp_path: Path, text: str, what: str
) -> None:
    config = tmp_path / "plumbrule.toml"
    config.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(config)
    [problem] = caught.value.problems
    assert problem.code == "report.own_sql"
    assert what in problem.what
    assert problem.source_line.startswith("sql = ")
