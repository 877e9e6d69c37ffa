"""A plan that took over from another: one line, nothing counted twice, baseline and actuals of the old one kept."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.measured import AS_OF, Portfolio, measured_database

OLD, NEW = "online:project:1", "planner:project:1"
GUIDS = [f"aaaaaaaa-0000-4000-8000-00000000000{n}" for n in range(9)]
PAST = {"start_date": date(2026, 9, 1), "finish_date": date(2026, 10, 30), "work_hours": 10}


@pytest.fixture
def told() -> Portfolio:
    return Portfolio(measured_database())


def succession(told: Portfolio, **new: object) -> None:
    told.initiative("A")
    told.plan(OLD, budget_cost=9000, planned_cost=3000, actual_cost=700, updated_at=datetime(2026, 9, 29))
    told.plan(NEW, **{"currency": None, "planned_cost": 2000, "actual_cost": 0} | new)
    for project, role in ((OLD, "history"), (NEW, "current")):
        told.add("initiative_project", initiative_id="A", project_id=project, role=role)


def task(told: Portfolio, project: str, number: int, title: str, cost: int | None = None, **columns: object) -> str:
    item = f"{project.partition(':')[0]}:item:{number}"
    told.item(item, project, title=title, is_active=True, is_summary=False, **columns)
    if cost is not None:
        told.baselined(item, project, cost=cost, **PAST)
    return item


def test_an_initiative_with_an_old_plan_is_one_line_with_the_new_plans_cost_and_tasks(told):
    succession(told, currency="EUR")
    task(told, OLD, 1, "Dig", complete_ratio=0.5)
    task(told, NEW, 1, "Dig", complete_ratio=0.5)
    project = told.one("projects")
    assert (project["planned_cost"], project["plan_items"]) == (2000, 1)
    assert [row["item_id"] for row in told.view("work_items")] == ["planner:item:1"]


def test_without_a_baseline_of_its_own_the_new_plan_is_held_against_the_old_one(told):
    succession(told, currency="EUR")
    task(told, OLD, 1, "Dig", 1000, native_id=GUIDS[1], complete_ratio=1, actual_cost=600, status_category="done")
    task(told, OLD, 2, "Pour", 1000, native_id=GUIDS[2], complete_ratio=0.1, actual_cost=100)
    task(told, OLD, 3, "Survey", 500, native_id=GUIDS[3], complete_ratio=1, actual_cost=400, status_category="done")
    task(told, OLD, 4, "Pave", 700, native_id=GUIDS[4], complete_ratio=0)
    task(told, NEW, 1, "Dig the trench", native_id=GUIDS[1], complete_ratio=1, actual_cost=650)  # by GUID
    task(told, NEW, 2, "pour", native_id=GUIDS[5], complete_ratio=0.5, actual_cost=0)  # by title
    earned = told.one("evm")
    # Dig 1000 + Pour 1000 go on, Survey 500 was done before; Pave was given up
    assert (earned["bac"], earned["pv"]) == (2500, 2500)
    assert earned["ev"] == 1000 + 500 + 500
    assert earned["ac"] == 650 + 100 + 400, "of each task what either plan says, the larger"
    project = told.one("projects")
    assert project["has_baseline"]
    assert project["actual_cost"] == 0 + 100 + 400
    assert {r["item_id"]: r["baseline_cost"] for r in told.view("work_items")} == {
        "planner:item:1": 1000,
        "planner:item:2": 1000,
    }


def test_a_plan_that_keeps_no_cost_is_measured_in_hours_and_not_against_cost_that_ended_with_the_old_one(told):
    succession(told, currency="EUR", planned_cost=None, actual_cost=None)
    task(told, OLD, 1, "Dig", 1000, native_id=GUIDS[1], complete_ratio=0.5, actual_cost=500, spent_hours=5)
    task(told, OLD, 2, "Survey", 500, complete_ratio=1, actual_cost=400, spent_hours=9, status_category="done")
    task(told, NEW, 1, "Dig", native_id=GUIDS[1], complete_ratio=1, spent_hours=14)
    earned = told.one("evm")
    assert (earned["basis"], earned["currency"], earned["ac_method"]) == ("hours", None, "plan_hours")
    assert (earned["bac"], earned["ev"], earned["ac"]) == (20, 20, 14 + 9)
    assert earned["eac_over_budget_ratio"] is None
    assert told.one("projects")["actual_cost"] is None


def test_a_new_baseline_stands_alone(told):
    succession(told, currency="EUR")
    task(told, OLD, 1, "Dig", 1000, complete_ratio=1, actual_cost=600, status_category="done")
    task(told, NEW, 1, "Dig", 300, complete_ratio=0.5, actual_cost=50)
    earned = told.one("evm")
    assert (earned["bac"], earned["ev"], earned["ac"]) == (300, 150, 50)
    assert told.one("projects")["actual_cost"] == 550, "spent is what both say, each part once"


def test_a_baseline_of_zeros_is_not_inherited_and_never_on_budget(told):
    succession(told, currency="EUR")
    item = task(told, OLD, 1, "Dig")
    told.baselined(item, OLD, cost=0, work_hours=0, duration_hours=0)
    task(told, NEW, 1, "Dig", complete_ratio=0.5, actual_cost=50)
    assert told.one("evm")["bac"] is None
    assert told.one("projects")["cpi"] is None
    assert not told.one("projects")["has_baseline"]


def test_different_currencies_are_never_added(told):
    succession(told, currency="USD")
    task(told, OLD, 1, "Dig", 1000, complete_ratio=1, actual_cost=600, status_category="done")
    task(told, NEW, 1, "Dig", complete_ratio=0.5, actual_cost=50)
    project = told.one("projects")
    assert project["actual_cost"] is None
    assert not project["has_baseline"]
    assert project["budget_cost"] is None


def test_the_old_budget_stands_where_the_new_plan_has_none(told):
    succession(told, currency="EUR")
    assert told.one("projects")["budget_cost"] == 9000
    told.connection.execute("UPDATE project SET budget_cost = 5000 WHERE id = ?", [NEW])
    assert told.one("projects")["budget_cost"] == 5000


def test_several_present_plans_inherit_no_baseline(told):
    succession(told, currency="EUR")
    told.plan("planner:project:2", actual_cost=0)
    told.add("initiative_project", initiative_id="A", project_id="planner:project:2", role="current")
    task(told, OLD, 1, "Dig", 1000, complete_ratio=1, status_category="done")
    task(told, NEW, 1, "Dig", complete_ratio=1)
    assert told.one("evm")["bac"] is None


def test_time_of_the_old_plan_counts_once(told):
    succession(told, currency="EUR")
    for source, project, entry in (("online", OLD, "l1:2026-09-01"), ("planner", NEW, "l1:2026-09-01"),
                                   ("online", OLD, "l2:2026-09-02")):  # fmt: skip
        told.add(
            "time_entry", f"{source}:time:{entry}", project_id=project, hours=Decimal(4), spent_on=date(2026, 9, 1)
        )
    assert told.one("projects")["booked_hours"] == 8


def test_an_old_copy_does_not_make_its_successor_stale(told):
    succession(told)
    fresh = {"complete_at": datetime(2026, 11, 22, 5), "outcome": "complete"}
    told.add("source_state", source="planner", **fresh)
    told.add("source_state", source="online", data_at=datetime(2026, 9, 30), **fresh)
    assert {r["source"]: r["is_history"] for r in told.view("sync_runs")} == {"planner": False, "online": True}
    assert {r["source"]: r["role"] for r in told.view("project_sources")} == {"planner": "current", "online": "history"}
    assert date(2026, 9, 30) < AS_OF


def test_a_plan_of_a_history_source_without_successor_counts_and_is_history_all_the_same(told):
    told.initiative("A")
    told.plan(OLD, planned_cost=3000)
    told.add("initiative_project", initiative_id="A", project_id=OLD, role="current", source_is_history=True)
    assert told.one("projects")["planned_cost"] == 3000
    assert told.one("sync_runs")["is_history"] is True
    assert (told.one("project_sources")["role"], told.one("project_sources")["source_is_history"]) == ("current", True)


def test_a_source_that_holds_both_the_old_and_the_new_plan_is_not_history(told):
    succession(told)
    told.plan("online:project:2")
    told.add("initiative_project", initiative_id="A", project_id="online:project:2", role="current")
    assert {r["source"]: r["is_history"] for r in told.view("sync_runs")} == {"planner": False, "online": False}
