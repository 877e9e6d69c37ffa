"""What fields of people's own say of a proposal and an objective: read alike, whatever tool they stand in."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.proposed import COLUMNS, proposed
from portfolio.model import SOURCE_TABLES


@pytest.mark.parametrize(
    ("column", "value", "read"),
    [
        ("objective_metric", " calls a day ", "calls a day"),
        ("objective_target", 40, "40"),
        ("objective_due_on", "2026-12-31", date(2026, 12, 31)),
        ("requested_on", "2026-12-31T23:00:00", date(2026, 12, 31)),
        ("expected_value", "90000.12345", Decimal("90000.1235")),
        ("expected_cost", 0, Decimal(0)),
        ("expected_hours", 320.5, Decimal("320.50")),
        ("approval_ratio", "60", Decimal("0.6")),
        ("approval_ratio", 0.6, Decimal("0.6")),
        ("approval_ratio", 1, Decimal(1)),
        ("approval_ratio", 100, Decimal(1)),
        ("closed_on", date(2026, 6, 1), date(2026, 6, 1)),
    ],
)
def test_a_value_is_read(column: str, value: Any, read: Any) -> None:
    assert proposed({column: value}, {}) == ({column: read}, [])


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.parametrize("column", COLUMNS)
def test_what_is_empty_is_not_stated(column: str, value: Any) -> None:
    assert proposed({column: value}, {}) == ({}, [])


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("objective_due_on", "next spring", "a day such as 2026-11-23"),
        ("expected_value", "a lot", "a number"),
        ("expected_value", True, "a number"),
        ("expected_cost", "1e15", "fourteen digits"),
        ("expected_hours", "NaN", "a number"),
        ("approval_ratio", 101, "per cent"),
        ("approval_ratio", -1, "per cent"),
    ],
)
def test_what_cannot_be_read_is_told_by_the_name_that_people_know_and_takes_nothing_else_away(
    column: str, value: Any, expected: str
) -> None:
    columns, [problem] = proposed({column: value, "closed_on": "2026-06-01"}, {column: "Their field"})

    assert columns == {"closed_on": date(2026, 6, 1)}
    assert problem.startswith("Their field is ") and expected in problem


def test_its_columns_are_those_of_the_project() -> None:
    assert set(COLUMNS) <= set(SOURCE_TABLES["project"].names)


@given(st.sampled_from(COLUMNS), st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_no_value_breaks_it(column: str, value: Any) -> None:
    columns, problems = proposed({column: value}, {})
    assert len(columns) + len(problems) <= 1
