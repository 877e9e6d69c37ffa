"""Earned schedule: published examples, edges, and what must not matter."""

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.measures.earned_schedule import earned_weeks
from tests.measured import AS_OF, Portfolio
from tests.shared_data import SHARED

EXAMPLES = SHARED / "worked_examples" / "worked_examples.json"
needs_examples = pytest.mark.skipif(not EXAMPLES.is_file(), reason="the published examples are not on this machine")
BEGAN = date(2026, 10, 19)  # a Monday, five weeks before the run's day


def example(name: str) -> dict[str, Any]:
    return next(e for e in json.loads(EXAMPLES.read_text())["examples"] if e["id"] == name)


def weekly(told: Portfolio, amounts: list[float], *, earned: float, status: date, began: date = BEGAN) -> None:
    """A plan with a task a week that is to earn that amount; the first ones are done until `earned` is there."""
    told.initiative("A", told.plan(status_date=status))
    left = earned
    for week, amount in enumerate(amounts):
        done = min(left, amount)
        left -= done
        task = told.item(f"plans:item:{week}", "plans:project:1", complete_ratio=done / amount, actual_cost=0)
        start = began + timedelta(weeks=week)
        told.baselined(
            task, "plans:project:1", cost=amount, work_hours=0, start_date=start, finish_date=start + timedelta(days=4)
        )


def friday(weeks: int) -> date:
    """The end of that week."""
    return BEGAN + timedelta(weeks=weeks, days=-3)


@needs_examples
def test_the_published_curve_comes_out_as_printed(told: Portfolio) -> None:
    case = example("es-curve-interpolation")
    cumulative = case["inputs"]["pv_cumulative"]
    steps = [b - a for a, b in zip([0, *cumulative], cumulative, strict=False)]
    weekly(told, steps, earned=case["inputs"]["ev"], status=friday(case["inputs"]["actual_time"]))

    row = told.one("earned_schedule")

    assert (row["earned_weeks"], row["sv_t_weeks"], row["spi_t"]) == tuple(
        case["expected"][name] for name in ("es", "sv_t", "spi_t")
    )
    assert (row["planned_weeks"], row["actual_weeks"], row["tspi"], row["gap"]) == (5, 5, None, None)


@needs_examples
def test_the_published_project_at_week_twenty_comes_out_as_printed(told: Portfolio) -> None:
    case = example("es-week20")
    began = friday(5) - timedelta(days=4) - timedelta(weeks=19)
    weekly(told, [10.0] * 30, earned=10.0 * case["inputs"]["es"], status=friday(5), began=began)

    row = told.one("earned_schedule")

    assert row["actual_weeks"] == case["inputs"]["actual_time"]
    assert (row["sv_t_weeks"], row["spi_t"]) == (case["expected"]["sv_t"], case["expected"]["spi_t"])


@pytest.mark.parametrize(
    ("ev", "now", "expected"),
    [
        (0, 3, 0),
        (50, 3, 0.5),  # below the first period: from zero
        (100, 3, 1),
        (450, 5, 3.25),
        (800, 9, 5),
        (900, 9, 5),  # above the last: the planned duration
    ],
)
def test_time_earned_on_a_curve(ev: float, now: float, expected: float) -> None:
    assert earned_weeks(np.arange(6.0), np.array([0.0, 100, 250, 400, 600, 800]), ev, now) == expected


@pytest.mark.parametrize(("now", "expected"), [(1, 2), (3, 3), (9, 4)])
def test_where_the_plan_rests_its_value_was_earned_nearest_to_now(now: float, expected: float) -> None:
    assert earned_weeks(np.arange(6.0), np.array([0.0, 50, 100, 100, 100, 200]), 100, now) == expected


def test_a_forecast_ends_on_the_working_day_to_which_the_pace_leads(told: Portfolio) -> None:
    weekly(told, [100.0] * 10, earned=400, status=friday(5))

    row = told.one("earned_schedule")

    assert (row["spi_t"], row["forecast_weeks"], row["late_ratio"]) == (0.8, 12.5, 0.25)
    assert row["forecast_finish_date"] == BEGAN + timedelta(weeks=12, days=2)  # half a week: Wednesday
    assert row["tspi"] == (10 - 4) / (10 - 5)


def test_a_project_that_ended_late_is_measured_at_its_end(told: Portfolio) -> None:
    weekly(told, [100.0, 100], earned=200, status=AS_OF)
    told.connection.execute(f"UPDATE work_item SET actual_finish_date = '{friday(3)}', status_category = 'done'")

    row = told.one("earned_schedule")

    assert (row["earned_weeks"], row["actual_weeks"], row["forecast_finish_date"]) == (2, 3, friday(3))


@pytest.mark.parametrize(
    ("damage", "gap"),
    [
        ("DELETE FROM baseline", "no_baseline"),
        ("UPDATE baseline SET cost = 0, work_hours = 0", "no_baseline"),
        ("UPDATE work_item SET complete_ratio = NULL", "no_progress"),
        ("UPDATE baseline SET finish_date = NULL WHERE id = 'plans:item:1:0'", "unplaced_value"),
        ("UPDATE baseline SET finish_date = DATE '2026-10-01' WHERE id = 'plans:item:1:0'", "reversed_dates"),
        ("UPDATE baseline SET cost = -1 WHERE id = 'plans:item:1:0'", "negative_value"),
        ("UPDATE project SET status_date = DATE '2026-10-01'", "not_begun"),
    ],
)
def test_what_cannot_be_computed_is_unknown_and_says_why(told: Portfolio, damage: str, gap: str) -> None:
    weekly(told, [100.0, 100, 100], earned=100, status=friday(2))
    told.connection.execute(damage)

    row = told.one("earned_schedule")

    assert row["gap"] == gap
    assert row["spi_t"] is row["earned_weeks"] is row["forecast_finish_date"] is row["late_ratio"] is None


def test_two_currencies_have_no_earned_schedule(told: Portfolio) -> None:
    weekly(told, [100.0], earned=50, status=friday(2))
    told.plan("plans:project:2", currency="USD")
    told.add("initiative_project", initiative_id="A", project_id="plans:project:2")

    assert told.one("earned_schedule")["gap"] == "no_baseline"


def test_nothing_earned_makes_no_forecast(told: Portfolio) -> None:
    weekly(told, [100.0, 100], earned=0, status=friday(2))

    row = told.one("earned_schedule")

    assert (row["spi_t"], row["forecast_weeks"], row["forecast_finish_date"]) == (0, None, None)


def test_a_project_beside_it_changes_nothing(told: Portfolio) -> None:
    weekly(told, [100.0, 150, 50], earned=120, status=friday(2))
    before = told.one("earned_schedule")
    told.initiative("B", told.plan("plans:project:2"))
    other = told.item("plans:item:x", "plans:project:2", complete_ratio=1)
    told.baselined(other, "plans:project:2", cost=9, start_date=date(2020, 1, 1), finish_date=date(2030, 1, 1))

    assert told.one("earned_schedule", project_id="A") == before


CURVES = st.lists(st.integers(0, 10_000), min_size=1, max_size=40).filter(any)


@settings(max_examples=200)
@given(CURVES, st.integers(0, 12_000), st.integers(1, 1000))
def test_time_earned_does_not_depend_on_the_unit_and_grows_with_value(steps: list[int], share: int, unit: int) -> None:
    values = np.cumsum([0, *steps]).astype(float)
    weeks = np.arange(len(values), dtype=float)
    ev = float(values[-1]) * share // 10_000

    found = earned_weeks(weeks, values, ev, 5)

    assert 0 <= found <= weeks[-1]
    assert earned_weeks(weeks, values * unit, ev * unit, 5) == pytest.approx(found)
    assert earned_weeks(weeks, values, ev + 1, 5) >= found or ev >= values[-1]
