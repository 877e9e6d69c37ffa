"""The other estimates at completion, and earned value of trackers that have no plan."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.measured import AS_OF, Portfolio, simple_plan
from tests.shared_data import SHARED

EXAMPLES = SHARED / "worked_examples" / "worked_examples.json"
needs_examples = pytest.mark.skipif(not EXAMPLES.is_file(), reason="the published examples are not on this machine")
BOARD = "jira:project:1"


def example(name: str) -> dict[str, Any]:
    return next(e for e in json.loads(EXAMPLES.read_text())["examples"] if e["id"] == name)


def values(told: Portfolio, *, bac: float, pv: float, ev: float, ac: float) -> None:
    """A plan that comes out at those values."""
    simple_plan(told, (pv, 1.0, Decimal(ev) / Decimal(pv), ac), (bac - pv, 0.0, 0, 0))


@needs_examples
def test_the_published_rest_at_the_planned_rate_comes_out_as_printed(told: Portfolio) -> None:
    case = example("evm-dpt-troubled")
    values(told, **case["inputs"])

    assert told.one("evm")["eac_planned_rate"] == case["expected"]["eac_planned_rate"]


@needs_examples
def test_the_published_atypical_estimate_comes_out_as_printed(told: Portfolio) -> None:
    case = example("evm-pra-eac-methods")
    given_ = case["inputs"]
    values(told, bac=given_["bac"], pv=given_["ev"] / given_["spi"], ev=given_["ev"], ac=given_["ac"])

    row = told.one("evm")

    assert (row["eac_planned_rate"], row["spi"]) == (case["expected"]["eac_atypical"], given_["spi"])


def test_a_published_building_project_comes_out_as_printed(told: Portfolio) -> None:
    """https://ceboardexamgenerator.com/subjects/mstc/construction/3project-control-and-earned-value"""
    values(told, bac=5_000_000, pv=1_500_000, ev=1_500_000, ac=1_800_000)

    assert told.one("evm")["eac"] == 6_000_000


def test_estimates_at_completion_worked_by_hand(told: Portfolio) -> None:
    """CPI 0.8 and SPI 0.5: the rest of 800 costs 800, or 800 / 0.4."""
    values(told, bac=1000, pv=400, ev=200, ac=250)
    told.connection.execute("UPDATE work_item SET planned_cost = 900, actual_cost = coalesce(actual_cost, 0)")

    row = told.one("evm")

    assert (row["eac"], row["eac_planned_rate"], row["eac_composite"]) == (1250, 1050, 2250)
    assert row["eac_bottom_up"] == 250 + (900 - 250) + 900  # task by task what is planned less what is spent
    assert (row["tcpi_eac"], row["ev_method"]) == (pytest.approx(800 / 1550), "per_cent_complete")


@pytest.mark.parametrize(
    ("damage", "lost"),
    [
        ("UPDATE work_item SET actual_cost = 0", ("cpi", "eac")),
        ("UPDATE work_item SET complete_ratio = 0", ("eac", "eac_composite")),
        ("UPDATE work_item SET complete_ratio = NULL", ("ev", "eac_planned_rate", "eac_composite", "tcpi_eac")),
        ("UPDATE baseline SET start_date = '2027-01-04', finish_date = '2027-01-29'", ("spi",)),
        ("UPDATE work_item SET planned_cost = NULL WHERE id = 'plans:item:1'", ("eac_bottom_up", "tcpi_eac")),
        ("DELETE FROM baseline", ("basis", "bac", "eac_planned_rate", "eac_composite", "eac_bottom_up", "tcpi_eac")),
    ],
)
def test_where_an_input_is_missing_or_zero_estimates_are_unknown(
    told: Portfolio, damage: str, lost: tuple[str, ...]
) -> None:
    values(told, bac=1000, pv=400, ev=200, ac=250)
    told.connection.execute("UPDATE work_item SET planned_cost = 900, actual_cost = coalesce(actual_cost, 0)")
    told.connection.execute(damage)

    row = told.one("evm")

    assert {name: row[name] for name in lost} == dict.fromkeys(lost)


def board(told: Portfolio, *items: tuple[str, date | None, dict[str, Any]]) -> None:
    """A tracker with items of that status and due day."""
    told.initiative("A", told.tracker(BOARD))
    for number, (status, due, more) in enumerate(items):
        told.item(
            f"jira:item:{number}", BOARD, **{"kind": "story"} | more, status_category=status, due_date=due,
            created_at=datetime(2026, 11, 2),
        )  # fmt: skip


PAST, AHEAD = date(2026, 11, 13), date(2026, 12, 11)


def test_a_tracker_without_a_plan_counts_hours_against_booked_hours(told: Portfolio) -> None:
    board(
        told,
        ("done", PAST, {"estimate_hours": 10}),
        ("in_progress", PAST, {"estimate_hours": 20}),
        ("todo", AHEAD, {"estimate_hours": 30, "start_date": date(2026, 11, 16), "remaining_hours": 30}),
    )
    told.add("time_entry", "jira:time:1", work_item_id="jira:item:0", hours=25, spent_on=PAST)
    told.connection.execute("UPDATE work_item SET remaining_hours = 15 WHERE id = 'jira:item:1'")

    row = told.one("evm")

    assert (row["basis"], row["ev_method"], row["ac_method"]) == ("hours", "fifty_fifty", "booked_hours")
    assert (row["bac"], row["pv"], row["ev"], row["ac"]) == (60, 10 + 20 + 15, 10 + 10, 25)
    assert (row["cpi"], row["eac_bottom_up"], row["status_date"], row["currency"]) == (0.8, 70, AS_OF, None)


def test_points_come_before_items_and_have_no_cost(told: Portfolio) -> None:
    board(told, ("done", PAST, {"points": 3}), ("todo", PAST, {"points": 5}), ("todo", AHEAD, {"points": 2}))
    told.add("time_entry", "jira:time:1", work_item_id="jira:item:0", hours=25, spent_on=PAST)

    row = told.one("evm")

    assert (row["basis"], row["bac"], row["pv"], row["ev"], row["spi"]) == ("points", 10, 8, 3, 0.375)
    assert row["ac"] is row["cpi"] is row["eac"] is row["ac_method"] is None
    told.connection.execute("UPDATE work_item SET points = NULL WHERE id = 'jira:item:0'")
    assert [told.one("evm")[name] for name in ("basis", "bac", "pv", "ev")] == ["count", 3, 2, 1]


def test_moving_a_due_date_later_moves_no_plan(told: Portfolio) -> None:
    board(told, ("todo", AHEAD, {}))
    for number, (old, at) in enumerate((("2026-11-20", datetime(2026, 11, 18)), ("2026-11-13", datetime(2026, 11, 9)))):
        told.add(
            "field_change", f"jira:change:{number}", work_item_id="jira:item:0", project_id=BOARD, field="duedate",
            field_class="schedule", from_value=old, to_value="2026-12-11", changed_at=at,
        )  # fmt: skip

    assert told.one("evm")["pv"] == 1
    assert told.one("earned_schedule")["basis"] == "count"


@pytest.mark.parametrize("undated", [1, 2])
def test_where_too_much_has_no_day_nothing_was_planned(told: Portfolio, undated: int) -> None:
    board(told, *[("todo", PAST, {})] * 4, *[("todo", None, {})] * undated)

    assert told.one("evm")["basis"] == ("count" if undated == 1 else None)


def test_sprints_and_releases_say_when_what_has_no_due_date_is_planned(told: Portfolio) -> None:
    board(told, ("todo", None, {"sprint_id": "jira:sprint:1"}), ("todo", None, {"version_id": "jira:version:1"}))
    told.add("sprint", "jira:sprint:1", name="S", end_at=datetime(2026, 11, 20, 17))
    told.add("version", "jira:version:1", project_id=BOARD, name="V", release_date=AHEAD)

    assert [told.one("evm")[name] for name in ("basis", "bac", "pv")] == ["count", 2, 1]


def test_a_plan_without_baseline_is_not_replaced_by_its_tracker(told: Portfolio) -> None:
    board(told, ("done", PAST, {"estimate_hours": 10}))
    told.add("initiative_project", initiative_id="A", project_id=told.plan())

    assert told.one("evm")["basis"] is None


def test_a_status_that_means_nothing_leaves_what_is_earned_unknown(told: Portfolio) -> None:
    board(told, ("done", PAST, {}), ("unknown", PAST, {}))

    row = told.one("evm")

    assert (row["basis"], row["pv"], row["ev"], row["spi"]) == ("count", 2, None, None)
    assert told.one("earned_schedule")["gap"] == "no_progress"


AMOUNTS = st.lists(
    st.tuples(st.integers(1, 9000), st.sampled_from([0.0, 1.0]), st.integers(0, 10), st.integers(1, 9000)),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AMOUNTS, st.sampled_from([2, 10, 100]))
def test_indices_do_not_depend_on_the_unit_of_money(
    told: Portfolio, tasks: list[tuple[int, float, int, int]], unit: int
) -> None:
    found = []
    for factor in (1, unit):
        for table in ("initiative", "initiative_project", "project", "work_item", "baseline"):
            told.connection.execute(f"DELETE FROM {table}")
        simple_plan(told, *[(c * factor, p, Decimal(d) / 10, a * factor) for c, p, d, a in tasks])
        found.append(told.one("evm"))
    one, many = found

    for name in ("cpi", "spi", "tcpi", "complete_ratio", "spent_ratio", "eac_over_bac_ratio"):
        assert many[name] == (None if one[name] is None else pytest.approx(one[name], abs=1e-6)), name
    for name in ("bac", "ev", "ac", "eac_planned_rate"):
        assert many[name] == (None if one[name] is None else one[name] * unit), name
