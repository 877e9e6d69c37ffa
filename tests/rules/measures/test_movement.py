"""What moves: scope in thirty days, sprints after their start, money, forecasts, estimates, hours booked twice."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.measured import AS_OF, Portfolio

BOARD, PLAN = "jira:project:1", "plans:project:1"
FROZEN = date(2026, 6, 1)


def frozen(told: Portfolio, items: int = 10, hours: float | None = 10) -> None:
    """A tracker whose items were there when its first gate was passed."""
    told.initiative("A", told.tracker(BOARD))
    told.add("gate", "jira:gate:1", project_id=BOARD, name="G", sequence=1, state="passed", decided_on=FROZEN)
    for number in range(items):
        story(told, f"{number}", datetime(2026, 5, 1), estimate_hours=hours)
    changed(told, "0", "status", "status", "To Do", "Done", datetime(2026, 6, 3))  # history is kept


def story(told: Portfolio, name: str, created: datetime, **more: Any) -> str:
    told.item(f"jira:item:{name}", BOARD, **{"kind": "story", "status_category": "todo"} | more, created_at=created)
    return f"jira:item:{name}"


def changed(told: Portfolio, name: str, field: str, kind: str, old: Any, new: Any, at: datetime) -> None:
    told.add(
        "field_change", f"jira:change:{name}:{field}:{at:%m%d%H}", work_item_id=f"jira:item:{name}", project_id=BOARD,
        field=field, field_class=kind, from_value=old, to_value=new, changed_at=at,
    )  # fmt: skip


def test_scope_that_came_went_and_was_estimated_anew(told: Portfolio) -> None:
    frozen(told)
    story(told, "new", datetime(2026, 11, 20), estimate_hours=4)
    story(told, "older", datetime(2026, 10, 1), estimate_hours=50)
    gone = {"deleted_at": datetime(2026, 11, 19), "estimate_hours": 3}
    story(told, "gone", datetime(2026, 5, 1), deleted_reason="deleted", **gone)
    story(told, "hidden", datetime(2026, 5, 1), deleted_reason="hidden", **gone)
    changed(told, "1", "timeoriginalestimate", "estimate", "28800", "36000", datetime(2026, 11, 10))
    changed(told, "1", "timeoriginalestimate", "estimate", "36000", "32400", datetime(2026, 11, 11))
    changed(told, "2", "timeoriginalestimate", "estimate", None, "36000", datetime(2026, 11, 11))
    changed(told, "3", "timeoriginalestimate", "estimate", "0", "36000", datetime(2026, 9, 11))

    row = told.one("scope_movement")

    assert (row["added_items"], row["removed_items"], row["changed_items"]) == (1, 1, 1)
    assert (row["frozen_amount"], row["moved_amount"], row["volatility_ratio"]) == (100, 4 + 3 + 2 + 1, 0.1)


@pytest.mark.parametrize(("day", "counts"), [(date(2026, 10, 24), 0), (date(2026, 10, 25), 1), (AS_OF, 1)])
def test_thirty_days_are_thirty_days(told: Portfolio, day: date, counts: int) -> None:
    frozen(told)
    story(told, "new", datetime.combine(day, datetime.min.time()), estimate_hours=4)

    assert told.one("scope_movement")["added_items"] == counts


def test_items_without_estimates_are_counted(told: Portfolio) -> None:
    frozen(told, hours=None)
    story(told, "new", datetime(2026, 11, 20))

    row = told.one("scope_movement")

    assert (row["basis"], row["moved_amount"], row["volatility_ratio"]) == ("count", 1, 0.1)


def test_without_history_or_freeze_movement_is_unknown(told: Portfolio) -> None:
    frozen(told)
    told.connection.execute("DELETE FROM field_change")
    assert told.one("scope_movement")["volatility_ratio"] is None
    told.connection.execute("DELETE FROM gate")
    row = told.one("scope_movement")
    assert row["frozen_on"] is row["volatility_ratio"] is None


def sprint(told: Portfolio, number: int = 1, name: str = "Sprint 1", **more: Any) -> None:
    times = {"start_at": datetime(2026, 11, 9, 9), "end_at": datetime(2026, 11, 20, 17), "state": "active"}
    told.add("sprint", f"jira:sprint:{number}", name=name, **times | more)


def test_what_comes_after_the_first_day_of_a_sprint_was_added(told: Portfolio) -> None:
    frozen(told)
    sprint(told)
    for name, at in (("1", "08T12"), ("2", "09T18"), ("3", "10T08"), ("4", "20T18")):
        changed(told, name, "Sprint", "sprint", None, "Sprint 1", datetime.fromisoformat(f"2026-11-{at}"))
    changed(told, "2", "Sprint", "sprint", "Sprint 1", None, datetime(2026, 11, 12))

    row = told.one("sprint_scope")

    assert (row["committed_items"], row["added_items"], row["removed_items"]) == (2, 1, 1)
    assert (row["added_ratio"], row["days_since_start"]) == (0.5, 14)
    movement = told.one("scope_movement")
    assert (movement["sprints"], movement["sprint_added_ratio"]) == (1, 0.5)


def test_an_item_that_no_change_put_into_its_sprint_was_created_in_it(told: Portfolio) -> None:
    frozen(told)
    sprint(told)
    story(told, "early", datetime(2026, 11, 2), sprint_id="jira:sprint:1")
    story(told, "late", datetime(2026, 11, 17), sprint_id="jira:sprint:1")
    story(told, "carried", datetime(2026, 11, 2))
    changed(told, "carried", "Sprint", "sprint", "Sprint 1", "Sprint 1, Sprint 2", datetime(2026, 11, 20, 18))

    row = told.one("sprint_scope")

    assert (row["committed_items"], row["added_items"], row["removed_items"]) == (2, 1, 0)


def test_sprints_of_one_name_cannot_be_told_apart(told: Portfolio) -> None:
    frozen(told)
    sprint(told)
    sprint(told, 2)
    changed(told, "1", "Sprint", "sprint", None, "Sprint 1", datetime(2026, 11, 10))

    assert told.view("sprint_scope") == []
    assert told.one("scope_movement")["sprints"] is None


def spending(told: Portfolio, *, budget: float = 13_000, hours: float = 13, rate: float | None = 100) -> None:
    """A plan that has cost 6,500 of its budget and booked `hours` at a rate in the last quarter."""
    told.initiative("A", told.plan(finish_date=AS_OF + timedelta(weeks=5), budget_cost=budget))
    task = told.item("plans:item:1", PLAN, complete_ratio=0.5, actual_cost=6500)
    told.baselined(task, PLAN, cost=12_000, start_date=FROZEN, finish_date=AS_OF)
    told.person("Ada", "plans:account:ada", rate_per_hour=rate, currency="EUR")
    told.add(
        "time_entry", "plans:time:1", project_id=PLAN, account_id="plans:account:ada", hours=hours,
        spent_on=AS_OF - timedelta(days=36),
    )  # fmt: skip


def test_the_runway_is_what_is_left_at_the_pace_of_thirteen_weeks(told: Portfolio) -> None:
    spending(told)
    told.add("cost", "plans:cost:1", project_id=PLAN, number="1", amount=11_700, spent_on=AS_OF - timedelta(days=40))

    row = told.one("spend")

    assert (row["left_cost"], row["burn_cost_per_week"]) == (6500, Decimal(1000))
    assert (row["runway_weeks"], row["remaining_weeks"], row["runway_ratio"]) == (6.5, 5, 1.3)
    assert (row["last_booked_on"], row["last_actual_on"]) == (AS_OF - timedelta(days=36),) * 2
    assert row["days_since_actual"] == 36


def test_who_has_overspent_has_no_runway(told: Portfolio) -> None:
    spending(told, budget=5000)

    row = told.one("spend")

    assert (row["left_cost"], row["runway_weeks"], row["runway_ratio"]) == (-1500, 0, 0)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE account SET rate_per_hour = NULL",
        "UPDATE project SET budget_cost = NULL",
        "UPDATE project SET budget_cost = 0",
        "DELETE FROM baseline",
        "UPDATE time_entry SET spent_on = DATE '2026-01-01'",
        "UPDATE account SET currency = 'USD'",
    ],
)
def test_a_runway_of_which_a_part_is_unknown_is_unknown(told: Portfolio, damage: str) -> None:
    spending(told)
    told.connection.execute(damage)

    assert told.one("spend")["runway_ratio"] is None


def test_a_rate_that_starts_after_the_work_prices_nothing(told: Portfolio) -> None:
    spending(told, rate=None)
    told.add("source_state", source="finance", kind="tabular", outcome="complete")
    told.add("reference_match", "finance:account:ada", source="finance", kind="person", target_id="person:Ada")
    told.add(
        "rate", "finance:rate:1", account_id="finance:account:ada", kind="cost", rate_per_hour=90, currency="EUR",
        from_date=AS_OF - timedelta(days=1),
    )  # fmt: skip

    assert told.one("spend")["burn_cost_per_week"] is None


def closing(told: Portfolio, **more: Any) -> None:
    over = {"phase": "closed", "actual_finish_date": date(2026, 6, 26), "finish_date": date(2026, 6, 26)}
    told.initiative("A", told.plan(**over | more))
    task = told.item("plans:item:1", PLAN, complete_ratio=1, status_category="done", actual_cost=1200)
    told.baselined(task, PLAN, cost=1000, start_date=date(2026, 1, 5), finish_date=date(2026, 6, 16))


def test_plan_and_first_forecast_are_held_against_what_came(told: Portfolio) -> None:
    closing(told)
    for day, value in (("2026-03-02", 1500.0), ("2026-04-06", 1100.0), ("2026-07-06", 1.0)):
        told.add("project_snapshot", project_id="A", taken_on=date.fromisoformat(day), measure="eac", value=value)

    row = told.one("forecast_accuracy")

    assert (row["finish_error_days"], row["cost_error_ratio"], row["forecasts"]) == (10, 0.2, 2)
    assert (row["first_forecast_on"], row["forecast_error_ratio"]) == (date(2026, 3, 2), -0.2)
    assert row["is_recorded"] is True


def test_forecasts_of_all_checks_before_the_end_are_held_against_what_came(told: Portfolio) -> None:
    closing(told)
    kept = (
        ("2026-03-02", "eac", 1500.0), ("2026-04-06", "eac", 1140.0), ("2026-06-26", "eac", 1.0),
        ("2026-03-02", "slip_days", 0.0), ("2026-04-06", "slip_days", 14.0), ("2026-07-06", "slip_days", 99.0),
    )  # fmt: skip
    for day, measure, value in kept:
        told.add("project_snapshot", project_id="A", taken_on=date.fromisoformat(day), measure=measure, value=value)

    row = told.one("forecast_accuracy")

    assert row["cost_miss_ratio"] == pytest.approx((0.25 + 0.05) / 2)
    assert row["finish_miss_days"] == (10 + 4) / 2


def test_without_a_forecast_before_the_end_nothing_was_missed_or_met(told: Portfolio) -> None:
    closing(told)

    row = told.one("forecast_accuracy")

    assert row["cost_miss_ratio"] is row["finish_miss_days"] is None


@pytest.mark.parametrize("damage", ["DELETE FROM baseline", "UPDATE work_item SET actual_cost = NULL"])
def test_what_was_never_kept_cannot_be_compared(told: Portfolio, damage: str) -> None:
    closing(told)
    told.connection.execute(damage)

    row = told.one("forecast_accuracy")

    assert (row["is_recorded"], row["cost_error_ratio"]) == (False, None)


def test_before_the_end_nothing_is_final_and_without_a_plan_nothing_is_asked(told: Portfolio) -> None:
    closing(told, phase="close", actual_finish_date=None)
    told.initiative("B", told.tracker(BOARD, phase="closed"))

    assert told.one("forecast_accuracy", project_id="A")["final_cost"] is None
    assert told.one("forecast_accuracy", project_id="A")["is_recorded"] is False
    assert told.one("forecast_accuracy", project_id="B")["is_recorded"] is None
