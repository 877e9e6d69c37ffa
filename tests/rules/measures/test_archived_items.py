"""Items that were put away in their tool: no open work any more, but what they cost stays."""

from datetime import date

from tests.measured import Portfolio, money

TRACKER = "jira:project:1"


def archived(told: Portfolio, number: int, **columns) -> str:
    return told.item(f"jira:item:{number}", TRACKER, title="T", is_archived=True, **columns)


def test_what_was_put_away_undone_is_no_work_and_what_was_done_stays(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    archived(told, 1, status_category="in_progress", due_date=date(2026, 10, 1))
    archived(told, 2, status_category="done")
    told.item("jira:item:3", TRACKER, title="T", is_archived=False, status_category="todo")

    assert {row["item_id"] for row in told.view("work_items")} == {"jira:item:2", "jira:item:3"}
    assert told.one("projects")["open_items"] == 1


def test_time_booked_on_what_was_put_away_stays_with_its_project(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    item = archived(told, 1, status_category="todo")
    told.add("time_entry", "jira:time:1", project_id=TRACKER, work_item_id=item, hours=3, spent_on=date(2026, 11, 2))

    assert told.one("projects")["booked_hours"] == money("3.00")
    assert [row["hours"] for row in told.view("time_entries")] == [money("3.00")]


def test_open_risks_and_undecided_changes_go_away_with_their_item_and_closed_ones_stay(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    item = archived(told, 1)
    for state in ("open", "closed"):
        told.add("risk", f"jira:risk:{state}", project_id=TRACKER, work_item_id=item, title="R", state=state)
    for state in ("raised", "approved"):
        told.add("change_request", f"jira:cr:{state}", project_id=TRACKER, work_item_id=item, title="C", state=state)

    assert [row["state"] for row in told.view("risks")] == ["closed"]
    assert [row["state"] for row in told.view("changes")] == ["approved"]
