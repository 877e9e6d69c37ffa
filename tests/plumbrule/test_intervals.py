"""When the next run is due."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbrule.intervals import interval, next_at, told
from portfolio.errors import ConfigurationError, ExitCode

BEGAN = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("24h", 86400), ("1d", 86400), (" 2h ", 7200), ("31d", 2678400)]
)
def test_an_interval_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert interval(text, "--every") == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "0s", "h", "24", "1.5h", "-1h", "1w", "32d", "1h30m", "nightly", "9999999d", "12345678s", "²h"]
)
def test_anything_else_is_refused_with_what_may_be_written(text: str) -> None:
    with pytest.raises(ConfigurationError) as told_error:
        interval(text, "--every")
    assert "--every" in str(told_error.value)
    assert "24h" in told_error.value.remedy
    assert told_error.value.exit_code == ExitCode.CONFIGURATION


@given(st.integers(1, 31 * 86400))
def test_what_is_told_is_the_same_interval(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert interval(told(length), "--every") == length


def test_a_short_run_is_followed_one_interval_after_it_began() -> None:
    assert next_at(BEGAN, HOUR, BEGAN + timedelta(minutes=5), timedelta(0), Random(1)) == BEGAN + HOUR


def test_what_a_long_run_missed_is_not_made_up_for() -> None:
    ended = BEGAN + timedelta(hours=3, minutes=10)
    assert next_at(BEGAN, HOUR, ended, timedelta(0), Random(1)) == BEGAN + 4 * HOUR


@given(st.integers(0, 10**6), st.integers(1, 10**5), st.floats(0, 1), st.integers(0, 2**32))
def test_the_next_is_later_than_now_and_never_more_than_interval_and_chance_away(
    lasted: int, every: int, part: float, seed: int
) -> None:
    length, now = timedelta(seconds=every), BEGAN + timedelta(seconds=lasted)
    jitter = length * part
    due = next_at(BEGAN, length, now, jitter, Random(seed))
    assert now < due <= now + length + jitter


def test_a_clock_that_was_set_back_puts_nothing_off_for_long() -> None:
    assert next_at(BEGAN, HOUR, BEGAN - timedelta(days=2), timedelta(0), Random(1)) == BEGAN + HOUR
