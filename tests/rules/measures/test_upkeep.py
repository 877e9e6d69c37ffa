"""Weeks that people booked, sources that disagree, time booked twice, estimates: on hand-made tables."""

from datetime import date, datetime
from typing import Any

import pytest

from tests.measured import Portfolio, money

TRACKER, PLAN = "jira:project:1", "plans:project:1"
LAST_WEEK = date(2026, 11, 16)


@pytest.fixture
def both(told: Portfolio) -> Portfolio:
    """One initiative in a tracker and a plan, and Ada, who works full time and is known to both."""
    told.initiative("A", told.tracker(name="Quay Wall", department="Ports", size_class="small"))
    told.add("initiative_project", initiative_id="A", project_id=told.plan(name="quay-wall"), role="current")
    told.person("Ada", "jira:account:ada", "plans:account:ada", max_units_ratio=1)
    told.item("jira:item:1", TRACKER, key="Q-1", status_category="in_progress", due_date=date(2026, 12, 1))
    return told


def book(told: Portfolio, day: date, hours: float, source: str = "jira", **columns: Any) -> None:
    where = {"work_item_id": "jira:item:1"} if source == "jira" else {"project_id": PLAN}
    told.add("time_entry", f"{source}:time:{day}:{hours}", account_id=f"{source}:account:ada", spent_on=day,
             hours=hours, **where | columns)  # fmt: skip


def test_each_of_four_whole_weeks_is_told_of_who_booked_in_one_of_them(both: Portfolio) -> None:
    book(both, LAST_WEEK, 8)
    book(both, date(2026, 11, 22), 2)  # the Sunday of that week
    book(both, date(2026, 11, 23), 8)  # the run's own week
    both.add("capacity_week", "t:week:1", account_id="jira:account:ada", week_start=LAST_WEEK, available_hours=20)

    rows = {r["week_start"]: r for r in both.view("booked_weeks")}

    assert sorted(rows) == [date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9), LAST_WEEK]
    assert (rows[LAST_WEEK]["booked_hours"], rows[LAST_WEEK]["capacity_hours"]) == (money("10.00"), money("20.00"))
    assert rows[LAST_WEEK]["booked_ratio"] == 0.5
    empty = rows[date(2026, 11, 9)]
    assert (empty["booked_hours"], empty["capacity_hours"], empty["booked_ratio"]) == (0, money("40.00"), 0)


def test_hours_on_other_projects_count_and_those_who_left_are_not_asked(both: Portfolio) -> None:
    both.initiative("B", both.tracker("jira:project:2"))
    both.item("jira:item:2", "jira:project:2")
    book(both, LAST_WEEK, 8)
    book(both, LAST_WEEK, 7, work_item_id="jira:item:2")

    row = both.one("booked_weeks", project_id="A", week_start=LAST_WEEK)
    assert (row["project_hours"], row["booked_hours"]) == (money("8.00"), money("15.00"))

    both.connection.execute("UPDATE account SET active = FALSE")
    assert both.view("booked_weeks") == []


def test_who_was_to_work_in_a_week_is_asked_where_time_is_booked_at_all(both: Portfolio) -> None:
    both.item("plans:item:1", PLAN, is_active=True, status_category="todo")
    both.add("assignment", "plans:assignment:1", project_id=PLAN, work_item_id="plans:item:1", planned_hours=40,
             account_id="plans:account:ada", start_date=date(2026, 11, 10), finish_date=date(2026, 11, 12))  # fmt: skip
    assert both.view("booked_weeks") == []

    book(both, date(2026, 3, 2), 8)

    assert both.one("booked_weeks")["week_start"] == date(2026, 11, 9)


def test_an_entry_is_late_by_the_days_until_it_was_made(both: Portfolio) -> None:
    book(both, LAST_WEEK, 1, created_at=datetime(2026, 11, 27, 9))
    book(both, LAST_WEEK, 2, created_at=datetime(2026, 11, 15, 23, 30))  # already the next day where it was made
    book(both, LAST_WEEK, 3)

    assert {r["hours"]: r["entry_delay_days"] for r in both.view("time_entries")} == {1: 11, 2: 0, 3: None}


def test_names_are_the_same_whatever_their_case_and_dashes(both: Portfolio) -> None:
    assert both.one("source_differences", what="name")["same_words"] is True

    both.connection.execute("UPDATE project SET name = 'Harbour' WHERE id = ?", [PLAN])
    row = both.one("source_differences", what="name")
    assert (row["left_value"], row["right_value"], row["same_words"]) == ("Quay Wall", "Harbour", False)


def test_of_several_projects_in_a_source_first_start_and_last_finish_count_and_no_name(both: Portfolio) -> None:
    other = both.plan("plans:project:2", start_date=date(2026, 1, 5), finish_date=date(2026, 9, 1))
    both.add("initiative_project", initiative_id="A", project_id=other, role="current")
    for project, start, finish in ((PLAN, 7, 30), (TRACKER, 6, 25)):
        both.connection.execute("UPDATE project SET start_date = ?, finish_date = ? WHERE id = ?",
                                [date(2026, 1, start), date(2026, 9, finish), project])  # fmt: skip

    assert {r["what"]: r["days_apart"] for r in both.view("source_differences")} == {"start": 1, "finish": 5}


def test_milestones_of_one_title_are_compared_unless_a_source_has_several_of_it(both: Portfolio) -> None:
    for item, project, due in (("jira:item:m", TRACKER, 10), ("plans:item:m", PLAN, 4)):
        both.item(item, project, title="In service", kind="milestone", is_milestone=True, due_date=date(2026, 12, due))
    assert both.one("source_differences", what="milestone")["days_apart"] == 6

    both.item("plans:item:n", PLAN, title="in service", kind="milestone", is_milestone=True, due_date=date(2026, 12, 5))
    assert [r for r in both.view("source_differences") if r["what"] == "milestone"] == []


@pytest.mark.parametrize(("currency", "ratio"), [("EUR", 0.1), ("USD", None)])
def test_budgets_are_compared_in_one_currency(both: Portfolio, currency: str, ratio: float | None) -> None:
    both.connection.execute("UPDATE project SET budget_cost = 900 WHERE id = ?", [PLAN])
    both.add("budget_line", "jira:budget:1", project_id=TRACKER, amount=1000, currency=currency)

    row = both.one("source_differences", what="budget")

    assert (row["left_value"], row["right_value"], row["ratio_apart"]) == (f"1000.00 {currency}", "900.00 EUR", ratio)


def test_a_day_booked_in_two_sources_shows_both(both: Portfolio) -> None:
    book(both, LAST_WEEK, 3)
    book(both, LAST_WEEK, 1)
    book(both, LAST_WEEK, 4, "plans")
    book(both, date(2026, 11, 17), 4, "plans")

    row = both.one("double_bookings")

    assert (row["left_source"], row["left_hours"], row["left_item"]) == ("jira", money("4.00"), "Q-1")
    assert (row["right_source"], row["right_hours"], row["right_item"]) == ("plans", money("4.00"), None)
    assert row["same_hours"] is True


def test_rejected_hours_are_not_booked_twice(both: Portfolio) -> None:
    book(both, LAST_WEEK, 4)
    book(both, LAST_WEEK, 4, "plans", state="rejected")

    assert both.view("double_bookings") == []


def test_estimates_are_compared_where_both_are_known_and_the_work_is_done(both: Portfolio) -> None:
    for number, (estimate, spent) in enumerate(((10, 5), (10, 10), (10, 12), (10, 20), (None, 3), (10, None), (0, 4))):
        both.item(f"jira:item:done{number}", TRACKER, kind="story", status_category="done", estimate_hours=estimate,
                  spent_hours=spent)  # fmt: skip
    both.item("jira:item:open", TRACKER, kind="story", status_category="todo", estimate_hours=1, spent_hours=99)

    row = both.one("estimate_accuracy")

    assert (row["origin"], row["kind"], row["department"], row["size_class"]) == ("tracker", "story", "Ports", "small")
    assert (row["items"], row["projects"], row["median_ratio"], row["p80_ratio"]) == (4, 1, 1.0, 2.0)
    assert (row["estimated_hours"], row["spent_hours"]) == (money("40.00"), money("47.00"))
