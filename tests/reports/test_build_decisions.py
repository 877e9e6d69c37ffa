"""What a report asks the PMO to decide."""

from decimal import Decimal

import pytest
from fixture_portfolio import MemoryReader, inputs
from portfolio_basics import TODAY
from portfolio_rows import rows

from reports.build import build
from reports.model import ReportModel


@pytest.fixture(scope="module")
def model() -> ReportModel:
    return build(MemoryReader(rows()), **inputs())


def test_at_most_seven_decisions_and_one_per_project(model: ReportModel) -> None:
    keys = [d.project.key for d in model.decisions]
    assert len(keys) == len(set(keys)) <= 7
    assert [d.rank for d in model.decisions] == list(range(1, len(keys) + 1))
    assert [d.kind for d in model.decisions] == ["money", "money", "time", "budget", "budget", "scope", "gate"]


def test_the_heavier_overrun_comes_first_and_says_what_is_asked(model: ReportModel) -> None:
    first, second = model.decisions[:2]
    assert (first.project.key, second.project.key) == ("INI-01", "INI-05")
    assert first.what == "Fund €558K more, cut scope, or stop"
    assert first.why == "€1.94M approved, €2.5M expected (+29%)"
    assert first.who == "Karl Weber"


def test_a_question_is_not_asked_again_while_other_kinds_wait() -> None:
    given = rows()
    for row in given["projects"]:
        row["budget_cost"] = None if row["key"] != "INI-04" else Decimal(400_000)
    kinds = [d.kind for d in build(MemoryReader(given), **inputs()).decisions]
    assert {"money", "time", "budget", "scope", "change"} == set(kinds)
    assert kinds.count("budget") == 2, "nothing else is left to ask"


def asked(project: str, **values: object) -> list[tuple[str, str, str]]:
    """Decisions (kind, what, why) about one project of an otherwise calm portfolio."""
    calm = {"slip_days": None, "approved_on": TODAY, "manager_active": True, "budget_cost": Decimal(9_000_000)}
    given = rows()
    given["projects"] = [row | calm for row in given["projects"]]
    for table in ("evm", "scope", "gates", "changes", "person_weeks"):
        given[table] = []
    at = next(n for n, row in enumerate(given["projects"]) if row["key"] == project)
    given["projects"][at] |= values
    found = build(MemoryReader(given), **inputs() | {"health": {}}).decisions
    assert {d.project.key for d in found} <= {project, "INI-06"}, "INI-06 has no plan"
    return [(d.kind, d.what, d.why) for d in found if d.project.key == project]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"budget_cost": None}, ("budget", "Approve a budget, or stop the work", "1,240 h booked so far")),
        (
            {"budget_cost": None, "booked_hours": None},
            ("budget", "Approve a budget, or stop the work", "the work is under way"),
        ),
        ({"approved_on": None}, ("approval", "Approve the project, or stop the work", "1,240 h booked so far")),
        (
            {"has_baseline": False},
            ("baseline", "Approve a baseline", "the plan is carried out, and nothing approved to measure it against"),
        ),
        ({"manager_name": None}, ("manager", "Appoint a project manager", "nobody is named")),
        ({"manager_active": False}, ("manager", "Appoint a project manager", "Idris Bello is no longer active")),
    ],
)
def test_what_is_missing_is_asked_for(values: dict[str, object], expected: tuple[str, str, str]) -> None:
    assert asked("INI-04", **values) == [expected]


def test_a_project_that_is_not_under_way_is_not_asked_for_its_budget() -> None:
    assert asked("INI-04", budget_cost=None, phase="initiate") == []


@pytest.mark.parametrize("column", ["budget_cost", "approved_on", "manager_name"])
def test_what_no_project_states_is_not_asked_for(column: str) -> None:
    given = rows()
    for row in given["projects"]:
        row["manager_active"] = None
        row[column] = None
    kinds = {d.kind for d in build(MemoryReader(given), **inputs()).decisions}
    assert not kinds & {{"budget_cost": "budget", "approved_on": "approval", "manager_name": "manager"}[column]}


def test_a_red_project_that_asks_nothing_else_is_mended_or_waived() -> None:
    given = rows()
    for table in ("evm", "scope", "gates", "changes", "person_weeks"):
        given[table] = []
    for row in given["projects"]:
        row |= {"slip_days": 0, "budget_cost": None, "has_baseline": True}
    [first, *_] = build(MemoryReader(given), **inputs()).decisions
    assert (first.project.key, first.kind) == ("INI-01", "waiver")
    assert first.what == "Have BUD-03 mended, or grant a waiver"
    assert first.why.startswith("EAC €2.5M")


def test_closed_projects_need_no_decision() -> None:
    given = rows()
    for row in given["projects"]:
        row["is_closed"] = True
    model = build(MemoryReader(given), **inputs())
    assert model.decisions == ()
    assert model.attention.rows == ()
    assert len(model.projects) == 12
