"""Flow: what is open, in progress and done, week by week."""

from datetime import date, datetime, time, timedelta
from typing import Any

from rules.measures.simulation import seed_of
from tests.measured import AS_OF, Portfolio

BOARD = "jira:project:1"


def board(told: Portfolio, *weeks: int, open_items: int = 0) -> None:
    """A tracker in which so many items were done in each whole week before the run's, the latest last."""
    told.initiative("A", told.tracker(BOARD))
    for back, count in enumerate(reversed(weeks), start=1):
        for number in range(count):
            done(told, f"{back}-{number}", AS_OF - timedelta(days=7 * back - number % 7))
    for number in range(open_items):
        told.item(f"jira:item:open{number}", BOARD, status_category="todo")


def done(told: Portfolio, name: str, on: date, **more: Any) -> str:
    at = datetime.combine(on, time(12))
    return told.item(f"jira:item:{name}", BOARD, status_category="done", resolved_at=at, **more)


def test_throughput_counts_whole_weeks_those_without_a_finish_too(told: Portfolio) -> None:
    board(told, 3, 0, 0, 5, 1, 3, open_items=4)
    done(told, "today", AS_OF)  # the run's own week is not over

    row = told.one("flow")

    assert (row["window_weeks"], row["throughput_per_week"], row["open_items"]) == (6, 2.0, 4)
    assert (row["trials"], row["seed"]) == (10_000, seed_of("A"))
    assert row["p50_date"] == AS_OF + timedelta(weeks=row["p50_weeks"])
    assert row["p50_weeks"] <= row["p85_weeks"] <= row["p95_weeks"]


def test_five_finished_weeks_make_no_forecast(told: Portfolio) -> None:
    board(told, 3, 0, 5, 1, 3, open_items=4)

    row = told.one("flow")

    assert row["window_weeks"] == 5
    assert row["p50_weeks"] is row["p85_date"] is row["p85_late_days"] is None


def test_no_more_than_half_a_year_is_looked_at(told: Portfolio) -> None:
    board(told, *[9] * 4, *[2] * 26, open_items=4)

    row = told.one("flow")

    assert (row["window_weeks"], row["throughput_per_week"]) == (26, 2.0)


def test_three_falls_from_four_weeks_to_the_next(told: Portfolio) -> None:
    board(told, 8, 0, 0, 0, 0, 6, 0, 0, 2, 2, 0, 0, 0, 0, 0, 2)

    row = told.one("flow")

    assert (row["throughput_falls"], row["throughput_change_ratio"]) == (3, -0.75)


def test_a_rise_ends_a_fall_and_short_history_tells_nothing(told: Portfolio) -> None:
    board(told, 2, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0, 4, 0, 0, 0)
    assert told.one("flow")["throughput_falls"] == 1
    told.connection.execute("DELETE FROM work_item WHERE id LIKE 'jira:item:16-%'")
    row = told.one("flow")
    assert row["throughput_falls"] is row["throughput_change_ratio"] is None


def test_work_in_progress_by_person_and_by_age(told: Portfolio) -> None:
    board(told)
    told.person("Ada", "jira:account:ada")
    told.person("Bob", "jira:account:bob")
    told.add("account", "jira:account:team", name="Team", kind="generic")
    for number, who in enumerate(("ada", "ada", "ada", "bob", "team", None)):
        owner = f"jira:account:{who}" if who else None
        since = datetime.combine(AS_OF - timedelta(days=number), time())
        told.item(
            f"jira:item:{number}", BOARD, status_category="in_progress", assignee_id=owner, status_changed_at=since
        )

    row = told.one("flow")

    assert (row["wip_items"], row["wip_people"], row["wip_per_person"], row["oldest_wip_days"]) == (6, 2, 2.0, 5)


def test_records_groups_epics_and_milestones_are_no_work(told: Portfolio) -> None:
    board(told)
    told.item("jira:item:epic", BOARD, kind="epic", status_category="todo")
    told.item("jira:item:risk", BOARD, kind="risk", status_category="todo")
    told.item("jira:item:milestone", BOARD, kind="milestone", status_category="todo")
    told.item("jira:item:story", BOARD, kind="story", status_category="todo")
    told.item("jira:item:sub", BOARD, kind="subtask", parent_id="jira:item:story", status_category="todo")

    assert told.one("flow")["open_items"] == 1


def test_what_is_due_is_the_approved_finish_then_the_plans_then_the_items(told: Portfolio) -> None:
    board(told, *[1] * 8, open_items=2)
    told.connection.execute("UPDATE work_item SET due_date = DATE '2026-12-07' WHERE status_category = 'todo'")

    row = told.one("flow")

    assert row["due_date"] == date(2026, 12, 7)
    assert (row["p50_date"], row["p50_late_days"], row["p85_late_days"]) == (date(2026, 12, 7), 0, 0)
    told.add("initiative_project", initiative_id="A", project_id=told.plan(finish_date=date(2026, 11, 30)))
    assert (told.one("flow")["due_date"], told.one("flow")["p50_late_days"]) == (date(2026, 11, 30), 7)
    told.add(
        "baseline", "plans:project:1:0", owner_kind="project", owner_id="plans:project:1", project_id="plans:project:1",
        number=0, cost=5, start_date=date(2026, 9, 1), finish_date=date(2026, 11, 23), source="plans",
    )  # fmt: skip
    assert told.one("flow")["due_date"] == date(2026, 11, 23)


def test_a_project_beside_it_changes_nothing(told: Portfolio) -> None:
    board(told, 1, 4, 0, 2, 2, 1, 3, open_items=9)
    before = told.one("flow")
    told.initiative("B", told.tracker("jira:project:2"))
    told.item("jira:item:b", "jira:project:2", status_category="done", resolved_at=datetime(2026, 9, 1))

    assert told.one("flow", project_id="A") == before


def flowing(told: Portfolio, *steps: tuple[float, str], items: int = 6) -> None:
    """Finished items that came to those statuses so many days after they were begun."""
    for number in range(items):
        end = datetime.combine(AS_OF, time(12)) - timedelta(days=number)
        item = done(told, f"flow{number}", end.date(), status="Done")
        for place, (days, status) in enumerate(steps):
            at = end - timedelta(days=steps[-1][0] - days)
            told.add(
                "field_change", f"jira:change:{number}-{place}", work_item_id=item, project_id=BOARD, field="status",
                field_class="status", to_value=status, changed_at=at,
            )  # fmt: skip


WORKED = ((0, "In Progress"), (3, "In Review"), (4, "Done"))


def test_time_in_a_waiting_status_is_no_work(told: Portfolio) -> None:
    board(told)
    flowing(told, *WORKED)
    told.add("waiting_status", status="in review")

    assert told.one("flow")["flow_efficiency_ratio"] == 0.75


def test_where_nothing_says_which_statuses_wait_efficiency_is_unknown(told: Portfolio) -> None:
    board(told)
    flowing(told, *WORKED)

    assert told.one("flow")["flow_efficiency_ratio"] is None


def test_five_items_tell_no_efficiency(told: Portfolio) -> None:
    board(told)
    flowing(told, *WORKED, items=5)
    told.add("waiting_status", status="in review")

    assert told.one("flow")["flow_efficiency_ratio"] is None


def test_work_that_was_put_back_waits_and_what_was_done_and_opened_again_counts_as_neither(told: Portfolio) -> None:
    board(told)
    told.item("jira:item:todo", BOARD, status="To Do", status_category="todo")
    flowing(told, (0, "In Progress"), (1, "To Do"), (2, "In Progress"), (4, "Done"), (9, "In Progress"), (10, "Done"))
    told.add("waiting_status", status="with the vendor")

    assert told.one("flow")["flow_efficiency_ratio"] == 0.8
