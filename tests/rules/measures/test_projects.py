"""Initiatives: who says what, and sums that never guess."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.measured import GONE, Portfolio

PLAN, TRACKER = "plans:project:1", "jira:project:1"


def test_an_initiative_of_bare_projects_knows_next_to_nothing(told: Portfolio) -> None:
    told.initiative("A", told.plan(currency=None, status_date=None), told.tracker())

    known = {k: v for k, v in told.one("projects").items() if v is not None}

    assert known == {
        "project_id": "A",
        "key": "A",
        "name": "Initiative A",
        "has_plan": True,
        "has_tracker": True,
        "has_baseline": False,
        "plan_items": 0,
        "tracker_items": 0,
        "open_items": 0,
        "is_closed": False,
    }


def test_the_tracker_is_asked_first_then_the_plan(told: Portfolio) -> None:
    told.initiative("A", told.plan(phase="plan", department="Plans", url="p"), told.tracker(phase="execute"))

    row = told.one("projects")

    assert (row["phase"], row["department"], row["url"]) == ("execute", "Plans", "p")


@pytest.mark.parametrize(("phase", "closed"), [("closed", True), ("close", False), (None, False)])
def test_only_the_closed_phase_is_closed(told: Portfolio, phase: str | None, closed: bool) -> None:
    told.initiative("A", told.tracker(phase=phase))

    assert told.one("projects")["is_closed"] is closed
    assert told.one("projects")["phase"] == phase


@pytest.mark.parametrize(
    ("tasks", "finished_on", "open_items", "phase"),
    [
        ([], None, 0, None),
        (["todo", "todo"], None, 0, "plan"),
        (["todo", "in_progress"], None, 0, "execute"),
        (["todo", "done"], None, 0, "execute"),
        (["done", "done"], None, 0, "closed"),
        (["done", "done"], None, 1, "execute"),
        (["todo"], date(2026, 11, 1), 0, "closed"),
        (["todo", None], None, 0, None),
    ],
)
def test_where_no_phase_is_stated_the_plan_tells_it(
    told: Portfolio, tasks: list[str | None], finished_on: date | None, open_items: int, phase: str | None
) -> None:
    told.initiative("A", told.plan(actual_finish_date=finished_on), told.tracker())
    for number, status in enumerate(tasks):
        told.item(f"plans:item:{number}", PLAN, status_category=status)
    for number in range(open_items):
        told.item(f"jira:issue:{number}", TRACKER, status_category="todo")

    row = told.one("projects")

    assert (row["phase"], row["is_closed"]) == (phase, phase == "closed")


def test_a_stated_phase_stands_above_what_the_plan_tells(told: Portfolio) -> None:
    told.initiative("A", told.plan(phase="close"))
    told.item("plans:item:1", PLAN, status_category="done")

    row = told.one("projects")

    assert (row["phase"], row["is_closed"]) == ("close", False)


def test_manager_and_sponsor_are_people(told: Portfolio) -> None:
    ada = told.person("Ada", "jira:account:1", active=False)
    told.person("Grace", "jira:account:2")
    told.initiative("A", told.tracker(manager_id="jira:account:1", sponsor_id="jira:account:2", sponsor_name="typed"))

    row = told.one("projects")

    assert (row["manager_id"], row["manager_name"], row["manager_active"]) == (ada, "Ada", False)
    assert row["sponsor_name"] == "Grace"


def test_a_manager_whose_account_was_not_read_is_somebody_all_the_same(told: Portfolio) -> None:
    told.initiative("A", told.tracker(manager_id="jira:account:9"))

    row = told.one("projects")

    assert (row["manager_id"], row["manager_name"], row["manager_active"]) == ("jira:account:9", None, None)


def test_the_latest_report_speaks_future_ones_do_not(told: Portfolio) -> None:
    told.initiative("A", told.tracker(health_reported="amber"))
    before = told.one("projects")
    for number, (day, health) in enumerate(
        [(date(2026, 11, 2), "green"), (date(2026, 11, 16), "red"), (date(2026, 11, 30), "green")]
    ):
        told.add("status_report", f"r{number}", project_id=TRACKER, reported_on=day, health=health)
    told.add("status_report", "r9", project_id=TRACKER, reported_on=date(2026, 11, 20), deleted_at=GONE)

    row = told.one("projects")

    assert (before["reported_health"], before["days_since_report"]) == ("amber", None)
    assert (row["reported_health"], row["reported_on"], row["days_since_report"]) == ("red", date(2026, 11, 16), 7)
    assert told.one("evm")["reported_health"] == "red"


def test_approval_is_the_first_passed_gate_in_the_order_of_gates(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.person("Grace", "jira:account:2")
    gate = {"name": "G", "project_id": TRACKER}
    told.add("gate", "g0", sequence=0, state="rejected", decided_on=date(2026, 1, 1), **gate)
    told.add("gate", "g2", sequence=2, state="passed", decided_on=date(2026, 2, 1), decided_by="Ada", **gate)
    told.add("gate", "g1", sequence=1, state="passed", decided_on=date(2026, 3, 1), decided_by="jira:account:2", **gate)

    row = told.one("projects")

    assert (row["approved_on"], row["approved_by"]) == (date(2026, 3, 1), "Grace")


def test_sums_over_plans_are_unknown_while_one_plan_is_silent(told: Portfolio) -> None:
    told.initiative("A", told.plan(planned_cost=10, planned_hours=1), "plans:project:2")
    told.plan("plans:project:2", planned_cost=5)

    row = told.one("projects")

    assert (row["planned_cost"], row["planned_hours"], row["actual_cost"]) == (15, None, None)


def test_a_project_is_finished_when_all_its_plans_are(told: Portfolio) -> None:
    told.initiative("A", told.plan(actual_finish_date=date(2026, 11, 1)), "plans:project:2")
    told.plan("plans:project:2", finish_date=date(2026, 12, 1))
    open_still = told.one("projects")
    told.connection.execute("UPDATE project SET actual_finish_date = '2026-11-02' WHERE id = 'plans:project:2'")

    assert (open_still["actual_finish_date"], open_still["finish_date"]) == (None, date(2026, 12, 1))
    assert told.one("projects")["actual_finish_date"] == date(2026, 11, 2)


def test_budget_is_the_sum_of_lines_else_the_projects_own_and_zero_is_none(told: Portfolio) -> None:
    told.initiative("A", told.plan(budget_cost=70))
    own = told.one("projects")["budget_cost"]
    told.add("budget_line", "b1", project_id=PLAN, amount="100.50", currency="EUR")
    told.add("budget_line", "b2", project_id=PLAN, amount="0.25")
    told.add("budget_line", "b3", project_id=PLAN, amount=900, currency="EUR", deleted_at=GONE)
    lines = told.one("projects")["budget_cost"]
    told.connection.execute("UPDATE budget_line SET amount = 0")

    assert (own, lines) == (70, Decimal("100.75"))
    assert told.one("projects")["budget_cost"] is None


def test_budget_lines_of_two_currencies_are_never_added(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.add("budget_line", "b1", project_id=TRACKER, amount=1, currency="EUR")
    told.add("budget_line", "b2", project_id=TRACKER, amount=1, currency="USD")

    assert told.one("projects")["budget_cost"] is None


def test_booked_hours_are_zero_where_time_is_kept_and_unknown_elsewhere(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.initiative("B", told.tracker("jira:project:2"))
    told.initiative("C", told.tracker("other:project:1"))
    entry = {"project_id": TRACKER, "spent_on": date(2026, 11, 2)}
    told.add("time_entry", "jira:time:1", hours="1.25", **entry)
    told.add("time_entry", "jira:time:2", hours=8, state="rejected", **entry | {"spent_on": date(2026, 11, 9)})

    booked = {r["project_id"]: (r["booked_hours"], r["last_booked_on"]) for r in told.view("projects")}

    assert booked == {"A": (Decimal("1.25"), date(2026, 11, 2)), "B": (0, None), "C": (None, None)}


def test_items_are_counted_by_kind_of_tool_as_the_tool_counts_them_and_records_are_not_items(told: Portfolio) -> None:
    told.initiative("A", told.plan(), told.tracker())
    told.item("plans:item:0", PLAN, outline_level=0)
    told.item("plans:item:1", PLAN, is_summary=True, kind="summary")
    told.item("plans:item:2", PLAN)
    told.item("jira:item:1", TRACKER, status_category="done")
    told.item("jira:item:2", TRACKER, status_category=None)
    told.item("jira:item:3", TRACKER, kind="risk")
    told.item("jira:item:4", TRACKER, deleted_at=GONE)

    row = told.one("projects")

    assert (row["plan_items"], row["tracker_items"], row["open_items"]) == (3, 2, 1)


def test_baseline_cost_is_the_projects_else_the_sum_of_its_leaf_tasks(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    for number in (1, 2):
        told.baselined(told.item(f"plans:item:{number}", PLAN), PLAN, cost=50, taken_at=datetime(2026, 9, number))
    by_tasks = told.one("projects")
    told.add("baseline", "b", owner_kind="project", owner_id=PLAN, project_id=PLAN, number=0, cost=120)

    assert (by_tasks["baseline_cost"], by_tasks["baseline_taken_on"]) == (100, date(2026, 9, 2))
    assert told.one("projects")["baseline_cost"] == 120
