"""The section of PMO levels: data, page, both languages."""

import json
from dataclasses import replace
from typing import Any

import pytest
from fixture_portfolio import MemoryReader, inputs
from portfolio_rows import rows

from reports.build import build
from reports.model import ReportModel
from reports.render import render_html, render_json


def made(language: str = "en", **changes: Any) -> ReportModel:
    return build(MemoryReader(rows()), **{**inputs(), "language": language, **changes})


def section(model: ReportModel) -> str:
    page = render_html(model).decode()
    _, _, rest = page.partition('<section class="card list" id="levels"')
    return rest.partition("</section>")[0]


def test_each_level_has_its_score_its_owner_and_its_trend() -> None:
    top, ops, lab, new = made().levels
    assert (top.owner, top.pmo_level, top.grade, top.capped) == ("Ines Kramer", "directive", "B", 3)
    assert len(top.history) == 12
    assert (ops.depth, lab.depth) == (0, 1)
    assert (new.score, new.worst_tenth, new.grade) == (None, None, "insufficient data")


def test_the_json_holds_the_levels() -> None:
    told = json.loads(render_json(made()))["levels"]
    assert [x["unit"] for x in told] == ["", "ops", "lab", "new"]
    assert told[0]["score"] == "0.81"


def test_the_page_shows_a_table_with_headings_for_rows_and_columns() -> None:
    text = section(made())
    assert text.count('<th scope="row"') == 4
    assert text.count('<th scope="col"') == 10
    assert 'aria-label="Compliance score, 79 to 81"' in text
    assert "&lt;b&gt;New&lt;/b&gt;" in text
    assert "insufficient data" in text
    assert "Every project counts the same." in text
    assert '<a href="#levels">' in render_html(made()).decode()


def test_the_page_speaks_chinese() -> None:
    text = section(made("zh-Hans"))
    for word in ("PMO 层级", "指令型", "数据不足", "部门", "最差十分之一", "未指定"):
        assert word in text
    assert "Owner" not in text


def test_weighing_by_budget_is_said_with_what_it_leaves_out() -> None:
    levels = tuple(replace(x, basis="budget", unweighed=2) for x in inputs()["levels"])
    text = section(made(levels=levels))
    assert "Projects count by their approved budget. 2 projects without a budget are left out." in text


@pytest.mark.parametrize("levels", [(), inputs()["levels"][:1]])
def test_without_departments_and_programmes_there_is_no_such_section(levels: Any) -> None:
    model = made(levels=levels)
    assert "levels" not in model.sections
    assert 'id="levels"' not in render_html(model).decode()
    assert 'href="#levels"' not in render_html(model).decode()
