"""Arithmetic of working days."""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sandbox.company.workdays import add_workdays, at_work, monday, workdays, workdays_between

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WORKDAYS = DAYS.filter(lambda d: d.weekday() < 5)


@given(WORKDAYS, st.integers(-600, 600))
def test_adding_and_counting_undo_each_other(first: date, count: int) -> None:
    last = add_workdays(first, count)
    assert last.weekday() < 5
    assert workdays_between(first, last) == count


@given(WORKDAYS, WORKDAYS)
def test_days_listed_are_as_many_as_counted(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert len(workdays(first, last)) == workdays_between(first, last) + 1


@given(DAYS)
def test_monday_is_the_monday_of_the_same_week(day: date) -> None:
    assert monday(day).weekday() == 0
    assert monday(day).isocalendar()[:2] == day.isocalendar()[:2]


def test_a_weekend_lies_between_friday_and_monday() -> None:
    assert add_workdays(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert add_workdays(date(2026, 11, 23), -1) == date(2026, 11, 20)


@given(WORKDAYS, st.integers(0, 99))
def test_moments_at_work_lie_within_the_hours_given(day: date, seed: int) -> None:
    moment = at_work(day, Random(seed), 9, 11)
    assert moment.date() == day
    assert 9 <= moment.hour < 11
    assert moment.tzinfo is not None
