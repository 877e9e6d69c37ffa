"""Charts: right places and shapes, names that are escaped, and the same numbers as a table."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fixture_portfolio import MemoryReader, inputs
from hypothesis import given
from hypothesis import strategies as st
from portfolio_basics import TODAY, initiative
from portfolio_rows import rows

from reports.build import build
from reports.figures import Figures
from reports.inputs import LANGUAGES
from reports.model import BurnUp, Project, ReportModel
from reports.render import render_html, svg
from reports.render.charts import map_chart, project_charts
from reports.render.packing import grown, steps
from reports.render.payload import packed
from reports.words import Words

EN = Words("en")


def items(*days: tuple[int, int | None], project: str = "INI-01") -> list[dict[str, Any]]:
    """Items of a tracker: days ago that they came, and were done."""
    return [
        {
            "item_id": f"t{n}", "project_id": initiative(project), "origin": "tracker", "is_leaf": True,
            "created_on": TODAY - timedelta(days=came),
            "status_category": "todo" if done is None else "done",
            "resolved_on": None if done is None else TODAY - timedelta(days=done),
        }
        for n, (came, done) in enumerate(days)
    ]  # fmt: skip


def tasks(*days: int, project: str = "INI-01") -> list[dict[str, Any]]:
    """Leaf tasks of a plan by the days ago of their approved finish; negative ones lie ahead."""
    return [
        {"item_id": f"p{n}", "project_id": initiative(project), "origin": "plan", "is_leaf": True,
         "baseline_finish_date": TODAY - timedelta(days=ago)}
        for n, ago in enumerate(days)
    ]  # fmt: skip


def made(work: list[dict[str, Any]], frozen_ago: int | None = None, **more: Any) -> ReportModel:
    scope = [
        {"project_id": initiative("INI-01"), "frozen_on": None if frozen_ago is None else TODAY - timedelta(frozen_ago)}
    ]
    return build(MemoryReader(rows() | {"work_items": work, "scope": scope} | more), **inputs())


def burn(model: ReportModel) -> BurnUp | None:
    return next(p for p in model.projects if p.ref.key == "INI-01").burn_up


def test_scope_and_done_work_grow_week_by_week() -> None:
    found = burn(made(items((300, 100), (20, None), (20, 8), (6, 0)), frozen_ago=30))
    assert found is not None
    assert found.ends_on[-1] == TODAY
    assert found.scope[-4:] == (1, 3, 3, 4)
    assert found.done[-4:] == (1, 1, 2, 3)
    assert found.frozen_items == 1
    assert found.planned is None, "there is no baseline"


def test_what_should_be_done_is_the_frozen_scope_times_the_part_of_the_plan() -> None:
    found = burn(made([*items(*[(100, None)] * 8), *tasks(60, 10, -5, -90)], frozen_ago=50))
    assert found is not None and found.planned is not None
    assert found.planned[-1] == 4, "two of four tasks should be done, of eight items four"
    assert found.planned[-3] == 2


def test_items_done_without_a_day_count_in_the_last_week_only() -> None:
    work = [row | {"resolved_on": None, "status_category": "done"} for row in items((50, None), (50, None))]
    found = burn(made(work))
    assert found is not None
    assert (found.done[-2], found.done[-1]) == (0, 2)


@pytest.mark.parametrize("work", [[], items((5, None)), tasks(5, 9)], ids=["nothing", "one item", "a plan only"])
def test_without_items_that_tell_when_they_came_there_is_no_burn_up(work: list[dict[str, Any]]) -> None:
    assert burn(made(work)) is None


@given(st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 400)), min_size=2, max_size=30))
def test_a_burn_up_never_falls_and_never_does_more_than_there_is(days: list[tuple[int, int | None]]) -> None:
    from reports.sections.charts import _weeks

    told = [{"what": "scope", "back": min(came // 7, 25), "items": 1} for came, _ in days]
    told += [
        {"what": "done", "back": min(min(done, came) // 7, 25), "items": 1} for came, done in days if done is not None
    ]
    weeks = _weeks(told)
    assert weeks["scope"] == sorted(weeks["scope"]) and weeks["scope"][-1] == len(days)
    assert all(done <= scope for done, scope in zip(weeks["done"], weeks["scope"], strict=True))


@given(st.lists(st.integers(0, 80), min_size=1, max_size=40))
def test_packed_series_are_what_they_were(increments: list[int]) -> None:
    values = [sum(increments[: n + 1]) for n in range(len(increments))]
    found = grown(values)
    if len(found) == 2 and isinstance(found[1], str):
        unpacked = [int(found[0])]
        for sign in found[1]:
            unpacked.append(unpacked[-1] + int(sign, 36))
    else:
        unpacked = [int(v) for v in found]
    assert unpacked == values
    assert [sum(steps(increments)[: n + 1]) for n in range(len(increments))] == increments


def project() -> Project:
    milestone = {"item_id": "m", "project_id": initiative("INI-01"), "title": "Pilot", "is_milestone": True,
                 "origin": "plan", "baseline_finish_date": TODAY, "due_date": TODAY + timedelta(9)}  # fmt: skip
    model = made([*items((100, 50), (100, None), (9, None)), *tasks(60, -5), milestone], frozen_ago=60)
    history = tuple(inputs()["portfolio_score"].history)
    first = next(p for p in model.projects if p.ref.key == "INI-01")
    points = [{"day": day, "value": value} for day, value in history]
    return first.model_validate(first.model_dump() | {"score_history": points})


def test_every_chart_has_a_name_a_description_and_its_numbers_as_a_table() -> None:
    tile = made([]).tiles.eac
    charts = project_charts(project(), tile, EN, Figures(EN, exact=True))
    assert [c.title for c in charts] == [
        "Scope and done work", "Cost at completion", "Milestones against the baseline", "Compliance score",
    ]  # fmt: skip
    for chart in charts:
        assert 'role="img" aria-label="' in chart.drawing
        assert chart.rows and all(len(row) == len(chart.head) for row in chart.rows)
    assert "<desc>1 of 3 items done, 1 planned by now</desc>" in charts[0].drawing
    assert ("EAC, at completion", "€2,500,000") in charts[1].rows


def test_curves_are_told_apart_by_dashes_as_well_as_colour() -> None:
    drawing = project_charts(project(), made([]).tiles.eac, EN, Figures(EN))[0].drawing
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', drawing))) == 2
    assert "nan" not in drawing and "inf" not in drawing


def test_the_map_places_budgets_and_scores_and_counts_who_is_missing() -> None:
    found = made([]).map
    assert found.currency == "EUR"
    assert [b.project.key for b in found.bubbles[:2]] == ["INI-05", "INI-01"]
    assert found.other_currencies == 1, "INI-10 is in dollars"
    assert found.total + found.without + found.other_currencies == 11, "every open project is placed or counted"
    chart = map_chart(found, EN, Figures(EN))
    assert chart is not None
    assert len(chart.rows) == len(found.bubbles)
    assert chart.drawing.count("<rect") > chart.drawing.count('class="f-fill-red'), "red is square"
    assert chart.drawing.count("f-fill-amber") == sum(b.colour == "amber" for b in found.bubbles)


def test_names_on_the_map_are_escaped_and_do_not_cover_each_other() -> None:
    one = svg.Mark(0.5, 0.5, 1, "red", "<b>A</b>")
    drawn = svg.marks([one, one, replace(one, y=0.9)], "map", "about")
    assert "<b>" not in drawn
    assert drawn.count("<text") == 2, "two in one place have one name"
    assert drawn.count("<title>&lt;b&gt;") == 3


def test_statuses_differ_in_shape() -> None:
    def shape(colour: Any) -> str:
        mark = svg.Mark(0.5, 0.5, 0, colour, "A")
        return re.findall(r"<(rect|path|circle)[^>]*f-fill[^>]*(dasharray)?", svg.marks([mark], "m", "a"))[0][0]

    assert [shape(c) for c in ("red", "amber", "green")] == ["rect", "path", "circle"]
    assert "stroke-dasharray" in svg.marks([svg.Mark(0.5, 0.5, 0, "unknown", "A")], "m", "a")


def test_a_page_of_one_project_shows_its_charts_without_scripts() -> None:
    model = build(
        MemoryReader(rows() | {"work_items": items((30, 4), (30, None))}),
        **inputs() | {"within": {initiative("INI-01")}},
    )
    page = render_html(model).decode()
    assert page.count('<figure class="chart">') >= 2
    assert "Scope and done work" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_the_packed_data_opens_or_closes_an_element(language: str) -> None:
    model = build(MemoryReader(rows()), **inputs() | {"language": language})
    words = Words(language)
    data = packed(model, words, Figures(words))
    assert not set("<>&\"'/\\ \n") - set(">&") & set(data)
    assert len(data) > 1000


def test_an_empty_portfolio_has_no_map() -> None:
    empty = build(MemoryReader(), **inputs())
    assert empty.map.bubbles == ()
    assert map_chart(empty.map, EN, Figures(EN)) is None
