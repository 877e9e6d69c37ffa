"""Earned value: published examples, and cases worked out by hand."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.measured import AS_OF, GONE, Portfolio, simple_plan
from tests.shared_data import SHARED

EXAMPLES = SHARED / "worked_examples" / "worked_examples.json"
needs_examples = pytest.mark.skipif(not EXAMPLES.is_file(), reason="the published examples are not on this machine")


def example(name: str) -> dict[str, Any]:
    found = json.loads(EXAMPLES.read_text())["examples"]
    return next(e for e in found if e["id"] == name)


@needs_examples
def test_the_published_fence_comes_out_as_printed(told: Portfolio) -> None:
    case = example("evm-fence")
    tasks = [(t["budget"], t["planned_pct"], t["actual_pct"], t["actual_cost"]) for t in case["inputs"]["tasks"]]
    simple_plan(told, *tasks)

    row, printed = told.one("evm"), case["expected"]

    for name in ("bac", "pv", "ev", "ac", "cv", "sv"):
        assert row[name] == printed[name], name
    for name in ("cpi", "spi"):
        assert round(row[name], 3) == printed[name], name
    for name in ("eac", "etc", "vac"):  # the source rounds CPI first: one unit of difference is its own
        assert abs(row[name] - printed[name]) <= 1, name
    assert (row["basis"], row["currency"], row["ac_method"]) == ("cost", "EUR", "plan_actuals")


@needs_examples
def test_the_published_troubled_project_comes_out_as_printed(told: Portfolio) -> None:
    case = example("evm-dpt-troubled")
    given, printed = case["inputs"], case["expected"]
    done = Decimal(given["ev"]) / given["pv"]
    simple_plan(
        told,
        (given["pv"], 1.0, done, given["ac"]),
        (given["bac"] - given["pv"], 0.0, 0, 0),
    )

    row = told.one("evm")

    assert (row["pv"], row["ev"], row["ac"], row["bac"]) == (given["pv"], given["ev"], given["ac"], given["bac"])
    assert (row["sv"], row["cv"]) == (printed["sv"], printed["cv"])
    assert (round(row["spi"], 2), round(row["cpi"], 2)) == (printed["spi"], printed["cpi"])
    assert row["eac"] == pytest.approx(Decimal(printed["eac_cpi"]), abs=Decimal("0.01"))
    assert row["etc"] == pytest.approx(Decimal(printed["etc"]), abs=Decimal("0.01"))
    assert row["vac"] == pytest.approx(Decimal(printed["vac"]), abs=Decimal("0.01"))
    assert round(row["tcpi"], 1) == printed["tcpi_bac"]


@needs_examples
def test_the_published_estimate_at_completion_comes_out_as_printed(told: Portfolio) -> None:
    """CPI is an input there: 0.83 is earned 83 on spent 100."""
    case = example("evm-pra-eac-methods")
    simple_plan(told, (case["inputs"]["bac"], 1.0, Decimal("0.415"), 50000))

    row = told.one("evm")

    assert row["cpi"] == case["inputs"]["cpi"]
    assert round(row["eac"], 1) == Decimal(str(case["expected"]["eac_typical"]))


def test_planned_value_grows_evenly_over_working_days(told: Portfolio) -> None:
    """Ten working days from Monday 16th; by Monday 23rd, six are gone; the weekend adds nothing."""
    simple_plan(told, (1000, 1.0, 0, 0))
    told.connection.execute("UPDATE baseline SET start_date = '2026-11-16', finish_date = '2026-11-27'")

    on_monday = told.one("evm")["pv"]
    told.connection.execute("UPDATE project SET status_date = '2026-11-22'")
    on_sunday = told.one("evm")["pv"]
    told.connection.execute("UPDATE project SET status_date = '2026-11-20'")

    assert (on_monday, on_sunday, told.one("evm")["pv"]) == (600, 500, 500)


def test_planned_value_is_rounded_once_a_task_and_added_exactly(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 0, 0), (100, 1.0, 0, 0), (100, 1.0, 0, 0))
    told.connection.execute("UPDATE baseline SET start_date = '2026-11-23', finish_date = '2026-11-25'")

    assert told.one("evm")["pv"] == Decimal("99.9999")


def test_a_baseline_within_a_weekend_counts_at_its_finish(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 0, 0), status_date=date(2026, 11, 21))
    told.connection.execute("UPDATE baseline SET start_date = '2026-11-21', finish_date = '2026-11-22'")

    assert told.one("evm")["pv"] == 0
    told.connection.execute("UPDATE project SET status_date = '2026-11-22'")
    assert told.one("evm")["pv"] == 100


def test_without_a_status_date_the_runs_day_counts(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 1, 90), status_date=None)

    row = told.one("evm")

    assert (row["status_date"], row["pv"]) == (AS_OF, 100)


def test_nothing_spent_leaves_cost_indices_unknown(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 0.5, 0))

    row = told.one("evm")

    assert row["ac"] == 0
    assert [row[c] for c in ("cpi", "eac", "etc", "vac", "eac_over_bac_ratio")] == [None] * 5
    assert row["spi"] == 0.5


def test_nothing_planned_yet_leaves_spi_unknown(told: Portfolio) -> None:
    simple_plan(told, (100, 0.0, 0, 10))

    assert told.one("evm")["spi"] is None


def test_nothing_earned_leaves_the_estimate_unknown_and_cpi_zero(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 0, 10))

    row = told.one("evm")

    assert (row["cpi"], row["eac"]) == (0, None)


def test_tcpi_is_unknown_once_the_whole_budget_is_spent(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 0.5, 120))

    row = told.one("evm")

    assert (row["tcpi"], row["spent_ratio"]) == (None, 1.2)


def test_actuals_that_nobody_stated_are_unknown_not_zero(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 0.5, None))

    row = told.one("evm")

    assert (row["ac"], row["ac_method"], row["cpi"], row["ev"]) == (None, None, None, 50)


def test_unknown_progress_of_one_task_makes_the_earned_value_unknown(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 1, 90), (100, 1.0, None, 90))

    row = told.one("evm")

    assert (row["ev"], row["cpi"], row["spi"], row["pv"]) == (None, None, None, 200)


def test_a_baselined_task_without_dates_makes_planned_value_unknown(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 1, 90), (100, 1.0, 1, 90))
    told.connection.execute("UPDATE baseline SET finish_date = NULL WHERE owner_id = 'plans:item:1'")

    row = told.one("evm")

    assert (row["pv"], row["spi"], row["ev"]) == (None, None, 200)


def test_progress_is_physical_when_kept_else_by_status(told: Portfolio) -> None:
    simple_plan(told, (100, 1.0, 0.9, 1), (100, 1.0, 0.9, 1), (100, 1.0, None, 1), (100, 1.0, None, 1))
    change = "UPDATE work_item SET {} WHERE id = 'plans:item:{}'"
    told.connection.execute(change.format("physical_complete_ratio = 0.25", 0))
    told.connection.execute(change.format("physical_complete_ratio = 0", 1))
    told.connection.execute(change.format("status_category = 'done'", 2))
    told.connection.execute(change.format("status_category = 'todo'", 3))

    assert told.one("evm")["ev"] == 25 + 90 + 100 + 0


def test_a_baseline_of_zeros_is_no_baseline(told: Portfolio) -> None:
    simple_plan(told, (0, 1.0, 0.5, 50))

    row = told.one("evm")

    assert [row[c] for c in ("basis", "bac", "pv", "ev", "ac", "cpi", "spi", "currency")] == [None] * 8
    assert told.one("projects")["has_baseline"] is False


def test_no_plan_has_a_row_of_unknowns(told: Portfolio) -> None:
    told.initiative("A", told.tracker())

    row = told.one("evm")

    assert {k: v for k, v in row.items() if v is not None} == {"project_id": "A"}


def test_without_costs_value_is_counted_in_hours(told: Portfolio) -> None:
    simple_plan(told, (None, 1.0, 0.5, None), (None, 0.0, 0, None))
    told.connection.execute("UPDATE baseline SET work_hours = 40")
    told.connection.execute("UPDATE work_item SET spent_hours = 30 WHERE id = 'plans:item:0'")

    row = told.one("evm")

    assert (row["basis"], row["currency"], row["ac_method"]) == ("hours", None, "plan_hours")
    assert (row["bac"], row["pv"], row["ev"], row["ac"]) == (80, 40, 20, 30)
    assert row["eac_over_budget_ratio"] is None


def test_summary_inactive_and_deleted_tasks_and_other_baselines_do_not_count(told: Portfolio) -> None:
    simple_plan(told, *[(100, 1.0, 1, 80)] * 6)
    change = "UPDATE work_item SET {} WHERE id = 'plans:item:{}'"
    told.connection.execute(change.format("is_summary = TRUE", 1))
    told.connection.execute(change.format("is_active = FALSE", 2))
    told.connection.execute(f"UPDATE work_item SET deleted_at = '{GONE}' WHERE id = 'plans:item:3'")
    told.connection.execute(change.format("parent_id = 'plans:item:5'", 0))  # so 5 is a group, whatever the tool says
    told.connection.execute("UPDATE baseline SET number = 1 WHERE owner_id = 'plans:item:4'")

    row = told.one("evm")

    assert (row["bac"], row["ev"]) == (100, 100)
    assert row["ac"] == 160  # the task without baseline 0 was paid for all the same


def test_several_plans_of_one_currency_are_added(told: Portfolio) -> None:
    two_plans(told, "EUR", "EUR")

    row = told.one("evm")

    assert (row["bac"], row["pv"], row["ev"], row["ac"], row["currency"]) == (200, 200, 100, 160, "EUR")


def test_plans_of_two_currencies_are_never_added(told: Portfolio) -> None:
    two_plans(told, "EUR", "USD")

    row, project = told.one("evm"), told.one("projects")

    assert [row[c] for c in ("basis", "currency", "bac", "pv", "ev", "ac", "cpi", "eac")] == [None] * 8
    assert [project[c] for c in ("currency", "planned_cost", "actual_cost", "baseline_cost")] == [None] * 4


def test_a_plan_without_baseline_beside_one_with_is_left_out_on_both_sides(told: Portfolio) -> None:
    two_plans(told, "EUR", "EUR")
    told.connection.execute("DELETE FROM baseline WHERE project_id = 'plans:project:2'")

    row = told.one("evm")

    assert (row["bac"], row["ev"], row["ac"]) == (100, 50, 80)


def two_plans(told: Portfolio, first: str, second: str) -> None:
    told.initiative("A", "plans:project:1", "plans:project:2")
    for number, currency in ((1, first), (2, second)):
        plan = told.plan(f"plans:project:{number}", currency=currency, planned_cost=100, actual_cost=80)
        task = told.item(f"plans:item:{number}", plan, complete_ratio=0.5, actual_cost=80)
        told.baselined(task, plan, cost=100, start_date=date(2026, 11, 2), finish_date=date(2026, 11, 20))


def test_a_plan_without_actuals_takes_booked_time_at_rates_and_other_costs(told: Portfolio) -> None:
    plan_with_booked_time(told)
    told.add("cost", "jira:cost:1", project_id="jira:project:1", amount=50, currency="EUR", spent_on=date(2026, 11, 2))

    row = told.one("evm")

    assert (row["ac"], row["ac_method"]) == (Decimal("1.50") * 80 + 50, "time_entries_at_rates")


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE account SET rate_per_hour = NULL",
        "UPDATE account SET currency = 'USD'",
        "DELETE FROM account_person WHERE account_id = 'jira:account:1'",
        "INSERT INTO cost (id, source, project_id, amount, currency) VALUES ('c', 'jira', 'jira:project:1', 1, 'USD')",
    ],
    ids=["no rate", "rate of another currency", "unmatched login", "cost of another currency"],
)
def test_one_hour_or_cost_that_cannot_be_valued_makes_actual_cost_unknown(told: Portfolio, spoil: str) -> None:
    plan_with_booked_time(told)
    told.connection.execute(spoil)

    row = told.one("evm")

    assert (row["ac"], row["ac_method"], row["cpi"]) == (None, None, None)


def test_rejected_late_and_deleted_hours_cost_nothing(told: Portfolio) -> None:
    plan_with_booked_time(told)
    entry = {"project_id": "jira:project:1", "account_id": "jira:account:1", "hours": 8}
    told.add("time_entry", "jira:time:2", spent_on=date(2026, 11, 2), state="rejected", **entry)
    told.add("time_entry", "jira:time:3", spent_on=date(2026, 11, 24), **entry)
    told.add("time_entry", "jira:time:4", spent_on=date(2026, 11, 2), deleted_at=GONE, **entry)

    assert told.one("evm")["ac"] == 120


def plan_with_booked_time(told: Portfolio) -> None:
    """1.5 hours booked in the tracker by somebody whose rate, 80, only the plan knows."""
    simple_plan(told, (1000, 1.0, 0.5, 0))
    told.add("initiative_project", initiative_id="A", project_id=told.tracker())
    told.person("Ada", "jira:account:1")
    told.add("account", "plans:account:1", kind="human", rate_per_hour=80, currency="EUR")
    told.add("account_person", account_id="plans:account:1", person_id="person:Ada")
    told.add(
        "time_entry",
        "jira:time:1",
        project_id="jira:project:1",
        account_id="jira:account:1",
        spent_on=date(2026, 11, 2),
        hours="1.50",
    )


def test_the_estimate_is_held_against_the_approved_budget(told: Portfolio) -> None:
    simple_plan(told, (1000, 1.0, 0.5, 600))
    line = {"project_id": "plans:project:1", "currency": "EUR"}
    told.add("budget_line", "plans:budget:1", amount=600, **line)
    told.add("budget_line", "plans:budget:2", amount=400, **line)

    assert told.one("evm")["eac_over_budget_ratio"] == pytest.approx(0.2)
    told.connection.execute("UPDATE budget_line SET currency = 'USD' WHERE amount = 400")
    assert told.one("evm")["eac_over_budget_ratio"] is None
    told.connection.execute("UPDATE budget_line SET currency = 'USD'")
    assert told.one("evm")["eac_over_budget_ratio"] is None


def test_an_estimate_too_large_to_hold_is_unknown(told: Portfolio) -> None:
    simple_plan(told, (9_000_000_000, 1.0, "0.000001", 9_000_000_000_000))

    assert told.one("evm")["eac"] is None
