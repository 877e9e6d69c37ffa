"""The simulation of what is left: the same for ever, in order, and honest about what it cannot know."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.measures.simulation import FURTHEST_WEEKS, LEAST_WEEKS, TRIALS, Forecast, forecast, forecasts, seed_of

STEADY = [2] * 10
UNEVEN = [0, 5, 1, 3, 0, 2, 4, 1]


def test_a_steady_pace_has_one_answer() -> None:
    assert forecast(STEADY, 15, seed=1) == Forecast(8, 8, 8)


def test_percentiles_are_those_of_the_exact_distribution() -> None:
    """Weeks of 0 or 1 item, as likely: the number of weeks until one item is done is geometric."""
    assert forecast([0, 1] * 5, 1, seed=7) == Forecast(1, 3, 5)


def test_the_same_seed_gives_the_same_for_ever() -> None:
    """Golden: these must not change with numpy, Python or machine."""
    assert seed_of("initiative:INI-01") == 0x2E9F87C7
    assert forecast(UNEVEN, 40, seed_of("initiative:INI-01")) == Forecast(20, 25, 28)


def test_nothing_open_is_done_now_and_nothing_ever_done_never_ends() -> None:
    assert forecast(UNEVEN, 0, seed=1) == Forecast(0, 0, 0)
    assert forecast([0] * 8, 3, seed=1) == Forecast(None, None, None)


def test_what_takes_more_than_ten_years_has_no_date() -> None:
    assert forecast([0] * 25 + [1], FURTHEST_WEEKS, seed=1) == Forecast(None, None, None)


@pytest.mark.parametrize(
    ("weeks", "open_items"), [([1] * (LEAST_WEEKS - 1), 3), ([1, 1, 1, 1, 1, -1], 3), (STEADY, -1)]
)
def test_what_makes_no_forecast_is_refused(weeks: list[int], open_items: int) -> None:
    with pytest.raises(ValueError, match="make no forecast"):
        forecast(weeks, open_items, seed=1)


HISTORIES = st.lists(st.integers(0, 6), min_size=LEAST_WEEKS, max_size=26).filter(any)


@settings(max_examples=40, deadline=None)
@given(HISTORIES, st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_percentiles_stand_in_order_and_more_work_ends_no_earlier(weeks: list[int], items: int, seed: int) -> None:
    found, more = forecast(weeks, items, seed, trials=200), forecast(weeks, items + 5, seed, trials=200)

    known = [w for w in found if w is not None]
    assert known == sorted(known)
    assert all(w * max(weeks) >= items for w in known)
    assert all(late is None or (early is not None and early <= late) for early, late in zip(found, more, strict=True))


def test_rows_in_any_order_give_the_same_and_short_histories_none() -> None:
    rows = [("a", n, UNEVEN[n - 1]) for n in range(1, 9)] + [("b", n, 3) for n in range(1, LEAST_WEEKS)]

    def asked(told: list[tuple[str, int, int]]) -> list[dict[str, object]]:
        columns = dict(zip(("project_id", "weeks_ago", "finished"), map(list, zip(*told, strict=True)), strict=True))
        work = pa.table({"project_id": ["a", "b", "c"], "open_items": [9, 9, 0]})
        return list(forecasts(pa.table(columns), work).to_pylist())

    one, two, three = asked(rows)
    assert asked(rows[::-1]) == [one, two, three]
    assert (one["trials"], one["seed"], one["window_weeks"]) == (TRIALS, seed_of("a"), 8)
    assert one["p50_weeks"] is not None
    assert (two["window_weeks"], two["p50_weeks"]) == (LEAST_WEEKS - 1, None)
    assert (three["window_weeks"], three["p95_weeks"]) == (0, 0)


def test_no_projects_make_an_empty_table() -> None:
    empty = pa.table({"project_id": pa.array([], pa.string()), "open_items": pa.array([], pa.int64())})
    weeks = pa.table({n: pa.array([], pa.string() if n == "project_id" else pa.int64()) for n in WEEKS})

    assert forecasts(weeks, empty).num_rows == 0


WEEKS = ("project_id", "weeks_ago", "finished")
