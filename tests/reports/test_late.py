"""A finish that has passed while the project is open is late, whatever the slip says."""

from datetime import date
from typing import Any

import pytest
from fixture_portfolio import MemoryReader, inputs
from portfolio_rows import rows

from reports.build import build
from reports.figures import Figures
from reports.model import ReportModel
from reports.render import render_html
from reports.render.details import detail_groups
from reports.words import Words


def one(**values: Any) -> ReportModel:
    given = rows()
    given["projects"] = [next(p for p in given["projects"] if p["key"] == "INI-04") | values]
    return build(MemoryReader(given), **inputs())


def test_a_plan_on_its_baseline_whose_finish_has_passed_is_late() -> None:
    model = one(finish_date=date(2013, 5, 6), slip_days=0)
    tile = model.tiles.schedule
    assert (tile.late, tile.finish_passed, tile.known, tile.unknown) == (1, 1, 1, 0)
    assert model.projects[0].days_past_finish == (date(2026, 11, 23) - date(2013, 5, 6)).days
    assert b"1 unfinished though its finish has passed" in render_html(model)


def test_a_finish_that_has_passed_is_judged_without_a_baseline() -> None:
    tile = one(finish_date=date(2026, 11, 22), slip_days=None).tiles.schedule
    assert (tile.late, tile.known, tile.unknown) == (1, 1, 0)


@pytest.mark.parametrize(
    "values",
    [
        {"finish_date": date(2026, 11, 23)},
        {"finish_date": None},
        {"finish_date": date(2026, 11, 1), "actual_finish_date": date(2026, 11, 1)},
    ],
    ids=["it finishes today", "its finish is unknown", "it is finished"],
)
def test_a_project_is_not_late_where(values: dict[str, Any]) -> None:
    tile = one(slip_days=0, **values).tiles.schedule
    assert (tile.late, tile.finish_passed) == (0, 0)


def test_the_drill_down_says_that_the_finish_has_passed() -> None:
    words = Words("en")
    model = one(finish_date=date(2026, 11, 22), slip_days=0)
    groups = detail_groups(model.projects[0], words, Figures(words))
    hints = {d.name: d.hint for group in groups for d in group.details}
    assert hints["Forecast finish"] == "passed 1 day ago, not finished"


def test_somebody_is_asked_to_reschedule_a_plan_whose_finish_has_passed() -> None:
    model = one(finish_date=date(2013, 5, 6), slip_days=0)
    asked = [(d.kind, d.what, d.why) for d in model.decisions if d.kind == "time"]
    why = "its forecast finish 6 May 2013 has passed"
    assert asked == [("time", "Have the open work rescheduled, or the project closed", why)]
    assert [d for d in one(slip_days=0).decisions if d.kind == "time"] == []


def test_the_list_of_leaning_projects_does_not_call_a_passed_finish_on_time() -> None:
    given = rows()
    lean = next(p for p in given["projects"] if p["key"] == "INI-01")
    lean |= {"finish_date": date(2013, 5, 6), "slip_days": 0}
    model = build(MemoryReader(given), **inputs())
    row = next(r for r in model.attention.rows if r.project.key == "INI-01")
    assert (row.slip_days, row.days_past_finish) == (0, (date(2026, 11, 23) - date(2013, 5, 6)).days)
    assert '<b class="bad">passed</b>' in render_html(model).decode()
