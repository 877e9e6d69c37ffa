"""The views of networks over stored rows."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.measured import GONE, Portfolio

PLAN, TRACKER = "plans:project:1", "jira:project:1"
BEGIN, STATUS = date(2026, 11, 2), date(2026, 11, 6)


@pytest.fixture
def chain(told: Portfolio) -> Portfolio:
    """A of five days, B of three, which waits for A; to end on the 18th, and stated up to the first Friday."""
    told.initiative("A", told.plan(PLAN, start_date=BEGIN, status_date=STATUS))
    told.add("baseline", "b", owner_kind="project", owner_id=PLAN, project_id=PLAN, number=0, cost=1,
             finish_date=date(2026, 11, 18))  # fmt: skip
    added(told, "A", 40)
    added(told, "B", 24)
    linked(told, "A", "B")
    return told


def added(told: Portfolio, name: str, hours: Any = None, project: str = PLAN, **columns: Any) -> str:
    item = {"title": name, "duration_hours": hours, "status_category": "todo", "is_summary": False}
    return told.item(f"{project.partition(':')[0]}:item:{name}", project, **item | columns)


def linked(told: Portfolio, before: str, after: str, **columns: Any) -> None:
    link = {"kind": "depends", "dependency_type": "FS", "lag_hours": 0, "project_id": PLAN}
    ends = {"from_id": f"plans:item:{before}", "to_id": f"plans:item:{after}"}
    told.add("work_item_link", f"plans:link:{before}{after}", **link | ends | columns)


def test_dates_and_float_of_tasks_are_days(chain: Portfolio) -> None:
    rows = {row["title"]: row for row in chain.view("network_tasks")}

    a, b = rows["A"], rows["B"]
    assert (a["early_start_date"], a["early_finish_date"]) == (date(2026, 11, 2), date(2026, 11, 6))
    assert (b["early_start_date"], b["late_finish_date"]) == (date(2026, 11, 9), date(2026, 11, 11))
    assert (a["total_float_days"], a["is_critical"], a["on_longest_path"], a["problem"]) == (0, True, True, None)


def test_the_index_is_the_path_and_what_is_left_over_the_path(chain: Portfolio) -> None:
    row = chain.one("network", project_id="A")

    assert (row["path_days"], row["finish_float_days"], row["cpli"]) == (3, 5, pytest.approx(8 / 3))
    assert (row["delayed_title"], row["delay_days"], row["moved_days"], row["test_gap_days"]) == ("A", 600, 600, 0)
    assert (row["tasks"], row["open_tasks"], row["problem_tasks"], row["critical_tasks"]) == (2, 2, 0, 2)
    assert (row["finish_date"], row["is_calendar_stated"]) == (date(2026, 11, 11), False)


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        (f"UPDATE project SET status_date = NULL WHERE id = '{PLAN}'", {"path_days", "cpli", "status_date"}),
        ("DELETE FROM baseline", {"finish_float_days", "cpli", "baseline_finish_date"}),
        (
            "UPDATE work_item SET duration_hours = NULL WHERE title = 'A'",
            {"path_days", "finish_float_days", "cpli", "finish_date", "critical_tasks", "longest_path_tasks"}
            | {"delayed_item_id", "delayed_title", "delay_days", "moved_days", "test_gap_days"},
        ),
    ],
)
def test_without_an_input_what_follows_from_it_is_unknown(chain: Portfolio, statement: str, lost: set[str]) -> None:
    chain.connection.execute(statement)

    row = chain.one("network", project_id="A")

    assert {name for name, value in row.items() if value is None} == lost


def test_of_several_plans_the_worst_is_told_and_an_unknown_one_before_it(chain: Portfolio) -> None:
    other = "plans:project:2"
    chain.plan(other, start_date=BEGIN, status_date=STATUS)
    chain.add("initiative_project", initiative_id="A", project_id=other)
    chain.add("baseline", "c", owner_kind="project", owner_id=other, project_id=other, number=0, cost=1,
              finish_date=date(2026, 11, 10))  # fmt: skip
    added(chain, "C", 64, other)
    assert chain.one("network")["cpli"] == pytest.approx(2 / 3)

    chain.connection.execute(f"UPDATE project SET status_date = NULL WHERE id = '{PLAN}'")

    assert chain.one("network")["cpli"] is None


def test_an_index_needs_something_open_and_time_ahead(chain: Portfolio) -> None:
    chain.connection.execute("UPDATE work_item SET status_category = 'done', actual_finish_date = due_date")

    row = chain.one("network", project_id="A")

    assert (row["open_tasks"], row["cpli"], row["test_gap_days"]) == (0, None, None)


def test_dates_against_the_status_date(chain: Portfolio) -> None:
    day = STATUS
    added(chain, "behind", 8, start_date=date(2026, 11, 5), due_date=date(2026, 11, 12))
    added(chain, "overdue", 8, status_category="in_progress", actual_start_date=BEGIN, due_date=date(2026, 11, 5))
    added(chain, "on the day", 8, start_date=day, due_date=day)
    added(chain, "ahead", 8, status_category="done", actual_start_date=BEGIN, actual_finish_date=date(2026, 11, 9))
    added(chain, "begun ahead", 8, status_category="in_progress", actual_start_date=date(2026, 11, 9), due_date=day)

    rows = {r["title"]: (r["forecast_in_past"], r["actual_in_future"]) for r in chain.view("network_tasks")}

    assert rows == {
        "A": (None, False), "B": (None, False), "behind": (True, False), "overdue": (True, False),
        "on the day": (False, False), "ahead": (False, True), "begun ahead": (False, True),
    }  # fmt: skip


def test_without_a_status_date_no_date_contradicts_it(chain: Portfolio) -> None:
    chain.connection.execute("UPDATE project SET status_date = NULL")

    assert {(r["forecast_in_past"], r["actual_in_future"]) for r in chain.view("network_tasks")} == {(None, None)}


def test_our_float_stands_where_the_tool_tells_none(chain: Portfolio) -> None:
    added(chain, "C", 8, total_slack_hours=80)
    added(chain, "done", 8, status_category="done", actual_finish_date=BEGIN)

    floats = {row["title"]: row["total_float_days"] for row in chain.view("work_items")}
    beside = chain.one("network_tasks", title="C")

    assert floats == {"A": 0, "B": 0, "C": 10, "done": None}
    assert (beside["total_float_days"], beside["tool_float_days"]) == (7, 10)


def test_items_of_a_tracker_have_float_along_their_chain(told: Portfolio) -> None:
    told.initiative("A", told.tracker(TRACKER))
    for name, first, last in (("1", 2, 3), ("2", 9, 9), ("3", 2, 2)):
        days = {"start_date": date(2026, 11, first), "due_date": date(2026, 11, last)}
        added(told, name, None, TRACKER, **days)
    told.add("work_item_link", "jira:link:1", kind="blocks", from_id="jira:item:1", to_id="jira:item:2")

    assert {r["title"]: r["total_float_days"] for r in told.view("work_items")} == {"1": 3, "2": 0, "3": None}
    assert {r["title"] for r in told.view("network_tasks")} == {"1", "2"}
    assert told.view("network") == []


def test_what_is_gone_inactive_a_record_or_a_summary_is_no_task(chain: Portfolio) -> None:
    added(chain, "gone", 8, deleted_at=GONE)
    added(chain, "inactive", 8, is_active=False)
    added(chain, "risk", 8, kind="risk")
    added(chain, "summary", 8, is_summary=True)
    added(chain, "top", 8, outline_level=0)
    for name in ("gone", "inactive", "risk"):
        linked(chain, "B", name)

    assert {row["title"] for row in chain.view("network_tasks")} == {"A", "B"}
    assert chain.one("network_tasks", title="B")["total_float_days"] == 0


def test_a_source_whose_dependencies_may_not_be_read_has_no_float(chain: Portfolio) -> None:
    chain.connection.execute("DELETE FROM work_item_link")
    chain.add("capability", source="plans", table_name="work_item_link", column_name="from_id", state="not_available")

    assert {row["problem"] for row in chain.view("network_tasks")} == {"links_not_read"}


def test_calendars_and_the_clock_of_the_plan_are_read(told: Portfolio) -> None:
    told.add("calendar", "plans:calendar:1", name="Standard")
    told.add("calendar", "plans:calendar:2", name="With a holiday", base_id="plans:calendar:1")
    for weekday in range(1, 6):
        told.add("calendar_day", f"plans:calendar_day:{weekday}", calendar_id="plans:calendar:1", weekday=weekday,
                 is_working=True, hours=8, shifts="08:00-12:00 13:00-17:00")  # fmt: skip
    holiday = {"starts_on": date(2026, 11, 3), "ends_on": date(2026, 11, 3), "is_working": False, "hours": 0}
    told.add("calendar_day", "plans:calendar_day:9", calendar_id="plans:calendar:2", **holiday)
    plan = {"start_date": BEGIN, "calendar_id": "plans:calendar:2", "time_zone": "Europe/Berlin"}
    told.initiative("A", told.plan(PLAN, **plan))
    begun = {"status_category": "in_progress", "actual_start_date": BEGIN, "start_at": datetime(2026, 11, 2, 12)}
    added(told, "A", 8, complete_ratio=Decimal("0.5"), **begun)

    row = told.one("network_tasks", title="A")

    assert (row["early_start_date"], row["early_finish_date"]) == (BEGIN, date(2026, 11, 4))
    assert told.one("network")["is_calendar_stated"] is True


def test_lags_of_dependencies_are_working_time_or_around_the_clock(chain: Portfolio) -> None:
    added(chain, "C", 8)
    added(chain, "D", 8)
    linked(chain, "A", "C", lag_hours=12)
    linked(chain, "A", "D", lag_hours=24, lag_elapsed_hours=48)

    rows = {row["title"]: row["early_start_date"] for row in chain.view("network_tasks")}

    assert (rows["C"], rows["D"]) == (date(2026, 11, 10), date(2026, 11, 9))


def test_what_counts_as_open_logic(chain: Portfolio) -> None:
    added(chain, "done", 8, status_category="done", actual_finish_date=BEGIN)
    added(chain, "inactive", 8, is_active=False)
    linked(chain, "A", "done")
    linked(chain, "A", "inactive")
    linked(chain, "done", "B", kind="blocks")

    rows = {(r["from_title"], r["to_title"]): r["is_open_logic"] for r in chain.view("links")}

    assert rows == {("A", "B"): True, ("A", "done"): False, ("A", "inactive"): False, ("done", "B"): False}


def test_items_lie_inside_the_item_above_or_days_outside(told: Portfolio) -> None:
    told.initiative("A", told.tracker(TRACKER))
    days = {"start_date": date(2026, 11, 9), "due_date": date(2026, 11, 20)}
    parent = added(told, "epic", None, TRACKER, **days)
    added(told, "outside", None, TRACKER, parent_id=parent, start_date=BEGIN, due_date=date(2026, 11, 23))
    added(told, "inside", None, TRACKER, parent_id=parent, **days)
    added(told, "undated", None, TRACKER, parent_id=parent)
    added(told, "risk", None, TRACKER, parent_id=parent, kind="risk", due_date=date(2027, 1, 1))

    rows = {row["title"]: (row["early_days"], row["late_days"]) for row in told.view("nested_items")}

    assert rows == {"outside": (7, 3), "inside": (0, 0), "undated": (None, None)}
