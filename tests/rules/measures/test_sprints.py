"""Sprints, and what each initiative has in them."""

from datetime import datetime
from typing import Any

import pytest

from tests.measured import Portfolio, money

TRACKER, OTHER = "jira:project:1", "jira:project:2"


@pytest.fixture
def two(told: Portfolio) -> Portfolio:
    told.initiative("A", told.tracker())
    told.initiative("B", told.tracker(OTHER))
    return told


def sprint(told: Portfolio, **columns: Any) -> str:
    return told.add("sprint", "jira:sprint:1", **{"name": "S", "state": "active"} | columns)


def test_a_sprint_shows_what_each_initiative_has_in_it(two: Portfolio) -> None:
    sprint(two)
    for number, (project, category, points) in enumerate(
        ((TRACKER, "done", 3), (TRACKER, "todo", 5), (TRACKER, "done", None), (OTHER, "todo", None))
    ):
        two.item(f"jira:item:{number}", project, sprint_id="jira:sprint:1", status_category=category, points=points)
    two.item("jira:item:risk", TRACKER, kind="risk", sprint_id="jira:sprint:1", points=8)
    two.item("jira:item:none", TRACKER)

    counted = {
        r["project_id"]: (r["items"], r["done_items"], r["points"], r["done_points"]) for r in two.view("sprints")
    }

    assert counted == {"A": (3, 2, money("8.00"), money("3.00")), "B": (1, 0, None, None)}


@pytest.mark.parametrize(
    ("state", "end", "days"),
    [
        ("active", datetime(2026, 11, 20, 15), 3),
        ("active", datetime(2026, 11, 30), 0),
        ("active", None, None),
        ("closed", datetime(2026, 11, 1), None),
        ("future", None, None),
    ],
    ids=["should have ended", "goes on", "nobody planned its end", "ended", "not begun"],
)
def test_only_an_active_sprint_can_be_overdue(two: Portfolio, state: str, end: Any, days: int | None) -> None:
    sprint(two, state=state, end_at=end)
    two.item("jira:item:1", TRACKER, sprint_id="jira:sprint:1")

    assert two.one("sprints")["overdue_days"] == days
