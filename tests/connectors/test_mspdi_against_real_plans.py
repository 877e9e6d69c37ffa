"""Real plans, read by us and by an independent reader whose results lie beside them."""

import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.msproject import mspdi
from tests.shared_data import SHARED, needs_shared

pytestmark = needs_shared
PLANS = ("Software_Development", "HomeMovePlan", "sample", "project")


@cache
def ours(name: str) -> mspdi.PlanRows:
    return mspdi.read_plan(Path(SHARED) / "msproject" / f"{name}.xml", "plans", ZoneInfo("UTC"))


@cache
def theirs(name: str) -> dict:
    return json.loads((Path(SHARED) / "msproject" / f"{name}.oracle.json").read_text())


@cache
def pairs(name: str) -> list[tuple[dict, dict]]:
    by_id = {t["id"]: t for t in theirs(name)["tasks"]}
    return [(item, by_id[item["sequence"]]) for item in ours(name).tables["work_item"]]


def near(left: Decimal | None, right: float | None) -> bool:
    return abs(float(left or 0) - float(right or 0)) <= 0.01


def day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def clock(moment) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%S") if moment else None


@pytest.mark.parametrize("name", PLANS)
def test_every_task_of_a_real_plan_is_read_and_none_is_rejected(name):
    assert ours(name).rejected == []
    assert len(ours(name).tables["work_item"]) == theirs(name)["counts"]["tasks"]


@pytest.mark.parametrize("name", PLANS)
def test_work_cost_and_progress_agree_with_the_independent_reader(name):
    columns = {
        "estimate_hours": "work_h",
        "spent_hours": "actual_work_h",
        "remaining_hours": "remaining_work_h",
        "planned_cost": "cost",
        "actual_cost": "actual_cost",
        "fixed_cost": "fixed_cost",
    }
    for item, task in pairs(name):
        for column, field in columns.items():
            assert near(item[column], task[field]), (item["title"], column, item[column], task[field])
        assert near(item["complete_ratio"] * 100, task["percent_complete"])
        assert near(item["physical_complete_ratio"] * 100, task["physical_percent_complete"])


@pytest.mark.parametrize("name", PLANS)
def test_dates_and_flags_agree_with_the_independent_reader(name):
    for item, task in pairs(name):
        assert clock(item["start_at"]) == task["start"]
        assert clock(item["finish_at"]) == task["finish"]
        assert item["start_date"] == day(task["start"])
        assert item["due_date"] == day(task["finish"])
        assert item["actual_start_date"] == day(task["actual_start"])
        assert item["actual_finish_date"] == day(task["actual_finish"])
        assert item["deadline_date"] == day(task["deadline"])
        assert item["constraint_type"] == task["constraint_type"].lower()
        assert (item["is_summary"], item["is_milestone"]) == (task["summary"], task["milestone"])
        assert (item["is_active"], bool(item["is_manual"])) == (task["active"], task["manual"])


@pytest.mark.parametrize("name", PLANS)
def test_the_outline_agrees_with_the_independent_reader(name):
    by_uid = {task["uid"]: item["id"] for item, task in pairs(name)}
    for item, task in pairs(name):
        assert item["outline_level"] == task["outline_level"]
        assert item["wbs"] == task["wbs"]
        assert item["parent_id"] == by_uid.get(task["parent_uid"])


@pytest.mark.parametrize("name", PLANS)
def test_durations_agree_with_the_independent_reader(name):
    per_unit = {"h": 1, "d": 8, "w": 40}
    for item, task in pairs(name):
        assert near(item["duration_hours"], task["duration"]["value"] * per_unit[task["duration"]["units"]])


@pytest.mark.parametrize("name", PLANS)
def test_baselines_agree_with_the_independent_reader(name):
    held = {b["owner_id"]: b for b in ours(name).tables.get("baseline", []) if b["owner_kind"] == "work_item"}
    assert len(held) == theirs(name)["counts"]["tasks_with_baseline"]
    for item, task in pairs(name):
        baseline = held.get(item["id"], {})
        assert baseline.get("start_date") == day(task["baseline_start"])
        assert baseline.get("finish_date") == day(task["baseline_finish"])
        assert near(baseline.get("work_hours"), task["baseline_work_h"])
        assert near(baseline.get("cost"), task["baseline_cost"])


@pytest.mark.parametrize("name", PLANS)
def test_dependencies_agree_with_the_independent_reader(name):
    into: dict[str, list[dict]] = {}
    for link in ours(name).tables["work_item_link"]:
        into.setdefault(link["to_id"], []).append(link)
    by_uid = {task["uid"]: item for item, task in pairs(name)}
    for item, task in pairs(name):
        expected = set()
        for before in task["predecessors"]:
            lag, unit = Decimal(str(before["lag"]["value"])), before["lag"]["units"]
            held = by_uid[before["uid"]]
            worth = lag / 100 * held["duration_hours"] if unit == "%" else lag * 8
            expected.add((held["id"], before["type"], round(worth, 2)))
        assert {(k["from_id"], k["dependency_type"], k["lag_hours"]) for k in into.get(item["id"], [])} == expected


@pytest.mark.parametrize("name", PLANS)
def test_resources_and_assignments_agree_with_the_independent_reader(name):
    named = {r["name"]: r for r in theirs(name)["resources"] if r["name"]}
    accounts = {a["name"]: a for a in ours(name).tables.get("account", [])}
    assert set(accounts) - {None} == set(named)
    for title, account in accounts.items():
        if account["rate_per_hour"] is not None and title:
            assert near(account["rate_per_hour"], float(named[title]["standard_rate"].partition("/")[0]))
    for column, field in (("planned_hours", "work_h"), ("actual_hours", "actual_work_h"), ("planned_cost", "cost")):
        ours_sum = sum(a[column] for a in ours(name).tables["assignment"])
        assert near(ours_sum, sum(a[field] or 0 for a in theirs(name)["assignments"])), column


def test_the_software_plan_costs_149000_against_a_baseline_of_139600():
    tables = ours("Software_Development").tables
    (project,) = tables["project"]
    assert len(tables["work_item"]) == 87
    assert (project["name"], project["currency"], project["planned_cost"]) == ("Software Development", "USD", 149000)
    (baseline,) = [b for b in tables["baseline"] if b["owner_kind"] == "project"]
    assert (baseline["number"], baseline["cost"], baseline["work_hours"]) == (0, 139600, 1532)


def test_a_baseline_of_zeros_is_kept_as_rows_of_zeros():
    baselines = [b for b in ours("project").tables["baseline"] if b["owner_kind"] == "work_item"]
    assert len(baselines) == 11
    assert {b["work_hours"] for b in baselines} == {Decimal(0)}
