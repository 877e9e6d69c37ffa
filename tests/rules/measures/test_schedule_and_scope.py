"""Slip, execution index and growth of scope, worked out by hand."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.measured import AS_OF, Portfolio

PLAN, TRACKER = "plans:project:1", "jira:project:1"


def planned(told: Portfolio, number: int, baseline_finish: date | None, **columns: Any) -> None:
    task = told.item(f"plans:item:{number}", PLAN, is_active=True, **columns)
    if baseline_finish:
        told.baselined(task, PLAN, start_date=date(2026, 9, 1), finish_date=baseline_finish, duration_hours=8)


def test_slip_is_calendar_days_from_approved_to_forecast_finish(told: Portfolio) -> None:
    told.initiative("A", told.plan(finish_date=date(2026, 12, 11)))
    told.add("baseline", "b", owner_kind="project", owner_id=PLAN, project_id=PLAN, number=0, work_hours=1,
             start_date=date(2026, 9, 1), finish_date=date(2026, 11, 30))  # fmt: skip

    row = told.one("schedule")

    assert (row["slip_days"], row["slip_ratio"]) == (11, pytest.approx(11 / 90))
    assert told.one("projects")["slip_days"] == 11


def test_slip_takes_the_latest_task_when_the_project_itself_has_no_baseline(told: Portfolio) -> None:
    told.initiative("A", told.plan(finish_date=date(2026, 11, 27)))
    planned(told, 1, date(2026, 11, 30))
    planned(told, 2, date(2026, 10, 30))

    assert told.one("schedule")["slip_days"] == -3


def test_interim_baselines_approve_nothing(told: Portfolio) -> None:
    told.initiative("A", told.plan(finish_date=date(2026, 12, 11)))
    told.add("baseline", "b", owner_kind="project", owner_id=PLAN, project_id=PLAN, number=1, work_hours=1,
             finish_date=date(2026, 11, 30))  # fmt: skip

    assert told.one("schedule")["slip_days"] is None
    assert told.one("projects")["has_baseline"] is False


def test_slip_compares_only_plans_that_have_a_baseline(told: Portfolio) -> None:
    told.initiative("A", told.plan(finish_date=date(2026, 11, 30)), "plans:project:2")
    told.plan("plans:project:2", finish_date=date(2027, 6, 30))
    planned(told, 1, date(2026, 11, 30))

    row = told.one("schedule")

    assert (row["slip_days"], row["forecast_finish_date"]) == (0, date(2027, 6, 30))


@pytest.mark.parametrize(
    ("tasks", "open_ratio"),
    [
        ([(0.5, 30), (0, 10)], 25 / 40),
        ([(0.5, None), (0, 10)], 0.75),
        ([(0.5, 0), (1, 0)], 0.25),
        ([(1, 10), (1, 10)], 0),
        ([(None, 10), (1, 10)], None),
        ([], None),
    ],
)
def test_open_work_is_weighted_with_hours_where_every_task_states_them(
    told: Portfolio, tasks: list[tuple[float | None, float | None]], open_ratio: float | None
) -> None:
    told.initiative("A", told.plan())
    for number, (complete, hours) in enumerate(tasks):
        told.item(f"plans:item:{number}", PLAN, complete_ratio=complete, estimate_hours=hours)

    assert told.one("schedule")["open_ratio"] == (None if open_ratio is None else pytest.approx(open_ratio))


def test_execution_index_counts_tasks_without_baseline_below_the_line(told: Portfolio) -> None:
    """Done: 1 on time, 1 that was never baselined. Due: 3. Without baseline: 2. So 2 / (3 + 2)."""
    told.initiative("A", told.plan())
    done = {"status_category": "done", "actual_finish_date": date(2026, 11, 2)}
    planned(told, 1, date(2026, 11, 6), **done)
    planned(told, 2, date(2026, 11, 6), status_category="in_progress")
    planned(told, 3, AS_OF, status_category="todo")
    planned(told, 4, AS_OF + timedelta(days=1))
    planned(told, 5, None, **done)
    planned(told, 6, None)

    row = told.one("schedule")

    assert (row["due_by_now"], row["done_by_now"], row["bei"]) == (3, 2, pytest.approx(2 / 5))


def test_execution_is_unknown_without_baseline_and_when_nothing_was_due(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    told.item("plans:item:1", PLAN, status_category="done")

    unbaselined = told.one("schedule")
    planned(told, 2, date(2027, 1, 1))
    told.connection.execute("DELETE FROM work_item WHERE id = 'plans:item:1'")
    nothing_due = told.one("schedule")

    assert {k: v for k, v in unbaselined.items() if v is not None} == {"project_id": "A", "open_ratio": 0}
    assert (nothing_due["due_by_now"], nothing_due["bei"]) == (0, None)


def test_milestones_are_late_when_finished_forecast_or_open_after_their_baseline(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    due = date(2026, 11, 6)
    planned(told, 1, due, is_milestone=True, status_category="done", actual_finish_date=date(2026, 11, 6))
    planned(told, 2, due, is_milestone=True, status_category="done", actual_finish_date=date(2026, 11, 7))
    planned(told, 3, due, kind="milestone", status_category="todo", due_date=due)
    planned(told, 4, date(2027, 1, 8), is_milestone=True, status_category="todo", due_date=date(2027, 1, 9))
    planned(told, 5, date(2027, 1, 8), is_milestone=True, status_category="todo", due_date=date(2027, 1, 8))

    row = told.one("schedule")

    assert (row["milestones_due"], row["milestones_late"], row["due_by_now"]) == (3, 3, 0)


def frozen_in_august(told: Portfolio) -> None:
    """A tracker whose scope was frozen on 2026-08-31 by its first gate."""
    told.initiative("A", told.tracker(size_class="large"))
    told.add("gate", "g", name="G1", project_id=TRACKER, state="passed", sequence=1, decided_on=date(2026, 8, 31))


def scoped(told: Portfolio, number: int, created: str, hours: int | None, **columns: Any) -> None:
    told.item(
        f"jira:item:{number}",
        TRACKER,
        **{"kind": "story", "created_at": datetime.fromisoformat(created), "estimate_hours": hours} | columns,
    )


def test_scope_grows_by_what_was_created_after_the_freeze(told: Portfolio) -> None:
    frozen_in_august(told)
    scoped(told, 1, "2026-08-01", 60)
    scoped(told, 2, "2026-08-31T23:00", 40)
    scoped(told, 3, "2026-09-01", 15)
    scoped(told, 4, "2026-11-01", 10)
    told.add("change_request", "c1", title="C", project_id=TRACKER, state="approved", effort_hours=10,
             decided_on=date(2026, 9, 1))  # fmt: skip
    told.add("change_request", "c2", title="C", project_id=TRACKER, state="rejected", effort_hours=99)
    told.add("change_request", "c3", title="C", project_id=TRACKER, state="approved", effort_hours=99,
             decided_on=date(2026, 8, 1))  # fmt: skip

    row = told.one("scope")

    assert (row["frozen_on"], row["basis"], row["size_class"]) == (date(2026, 8, 31), "hours", "large")
    assert (row["frozen_amount"], row["current_amount"], row["approved_amount"]) == (100, 125, 10)
    assert (row["growth_ratio"], row["unapproved_ratio"]) == (pytest.approx(0.25), pytest.approx(0.15))
    assert (row["added_items"], row["added_last_30_days"]) == (2, 1)


def test_growth_that_is_covered_is_zero_unapproved(told: Portfolio) -> None:
    frozen_in_august(told)
    scoped(told, 1, "2026-08-01", 100)
    told.add("change_request", "c", title="C", project_id=TRACKER, state="implemented", effort_hours=20)

    assert told.one("scope")["unapproved_ratio"] == 0


def test_an_approved_change_without_effort_leaves_coverage_unknown(told: Portfolio) -> None:
    frozen_in_august(told)
    scoped(told, 1, "2026-08-01", 100)
    scoped(told, 2, "2026-09-01", 50)
    told.add("change_request", "c", title="C", project_id=TRACKER, state="approved", effort_hours=None)

    row = told.one("scope")

    assert (row["growth_ratio"], row["approved_amount"], row["unapproved_ratio"]) == (0.5, None, None)


def test_items_are_counted_when_too_few_are_estimated(told: Portfolio) -> None:
    frozen_in_august(told)
    for number in range(4):
        scoped(told, number, "2026-08-01", 8 if number else None)
    scoped(told, 9, "2026-09-01", None)

    row = told.one("scope")

    assert (row["basis"], row["frozen_amount"], row["current_amount"], row["growth_ratio"]) == ("count", 4, 5, 0.25)
    assert row["unapproved_ratio"] == 0.25  # nothing was approved, so nothing is covered


def test_bugs_epics_and_subtasks_are_not_scope(told: Portfolio) -> None:
    frozen_in_august(told)
    scoped(told, 1, "2026-08-01", 100)
    scoped(told, 2, "2026-09-01", 100, kind="bug")
    scoped(told, 3, "2026-09-01", 100, kind="epic")
    scoped(told, 4, "2026-09-01", 100, kind="subtask", parent_id="jira:item:1")
    scoped(told, 5, "2026-09-01", 100, kind="task", parent_id="jira:item:1")

    assert told.one("scope")["growth_ratio"] == 0


def test_without_a_freeze_growth_is_unknown(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    scoped(told, 1, "2026-11-20", 100)

    row = told.one("scope")

    assert [row[c] for c in ("frozen_on", "basis", "growth_ratio", "unapproved_ratio", "added_items")] == [None] * 5
    assert row["added_last_30_days"] == 1


def test_nothing_there_at_the_freeze_leaves_growth_unknown(told: Portfolio) -> None:
    frozen_in_august(told)
    scoped(told, 1, "2026-11-20", 100)

    row = told.one("scope")

    assert (row["basis"], row["growth_ratio"], row["added_items"]) == (None, None, 1)


def test_a_plan_alone_grows_by_added_tasks_and_not_by_overrun(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    for number, (baseline, now) in enumerate([(40, 40), (60, 80), (None, 10)]):
        task = told.item(f"plans:item:{number}", PLAN, estimate_hours=now)
        if baseline:
            told.baselined(task, PLAN, work_hours=baseline, finish_date=AS_OF, taken_at=datetime(2026, 9, 1))

    row = told.one("scope")

    assert (row["basis"], row["frozen_amount"], row["current_amount"]) == ("hours", 100, 110)
    assert (row["growth_ratio"], row["added_items"]) == (pytest.approx(0.1), 1)
