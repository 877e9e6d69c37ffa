"""What fills the views that look ahead: one project that runs, one that has ended."""

from datetime import date, datetime, timedelta

from tests.measured import AS_OF, Portfolio

RUNNING, ENDED, BOARD = "plans:project:5", "plans:project:6", "jira:project:5"
_TAKEN = datetime(2026, 5, 1, 12)


def told_ahead(told: Portfolio) -> None:
    """A plan in its middle with a tracker of twenty weeks, and a closed plan of which forecasts were kept."""
    told.initiative("F", told.plan(RUNNING, finish_date=date(2027, 2, 26)), told.tracker(BOARD))
    task = told.item("plans:item:50", RUNNING, complete_ratio=0.5, status_category="in_progress", spent_hours=40,
                     estimate_hours=90)  # fmt: skip
    told.baselined(
        task, RUNNING, start_date=date(2026, 6, 1), finish_date=date(2027, 2, 26), work_hours=80, taken_at=_TAKEN
    )
    told.initiative("H", told.plan("plans:project:7"))
    _board(told)
    _ended(told)


def _board(told: Portfolio) -> None:
    for week in range(20):
        done = datetime.combine(AS_OF, datetime.min.time()) - timedelta(days=7 * (week + 1))
        told.item(f"jira:item:5{week:02}", BOARD, key=f"F-{week}", status_category="done", resolved_at=done)
    for number, sprint in ((1, "Sprint 1"), (2, "Sprint 1, Sprint 2")):
        item = told.item(
            f"jira:item:58{number}", BOARD, key=f"F-8{number}", status_category="in_progress", kind="story",
            assignee_id="jira:account:ada", status_changed_at=datetime(2026, 11, 2), sprint_id="jira:sprint:2",
            created_at=datetime(2026, 4, 1) if number == 1 else datetime(2026, 11, 10), estimate_hours=8,
        )  # fmt: skip
        told.add(
            "field_change", f"jira:change:58{number}", work_item_id=item, project_id=BOARD, field="Sprint",
            field_class="sprint", from_value="Sprint 1" if number == 2 else None, to_value=sprint,
            changed_at=datetime(2026, 11, 11),
        )  # fmt: skip
    told.add("sprint", "jira:sprint:2", name="Sprint 2", state="active", start_at=datetime(2026, 11, 9))
    for source in ("jira", "plans"):
        told.add(
            "time_entry", f"{source}:time:5", project_id=BOARD if source == "jira" else RUNNING, hours=6,
            account_id=f"{source}:account:ada", spent_on=date(2026, 11, 3),
        )  # fmt: skip

    _reviewed(told)


def _reviewed(told: Portfolio) -> None:
    """Six items that were worked on for two days and waited for their review on a third."""
    told.add("waiting_status", status="in review")
    for number in range(6):
        at = datetime(2026, 10, 5 + number, 9)
        item = told.item(f"jira:item:59{number}", BOARD, key=f"F-9{number}", status="Done", status_category="done",
                         resolved_at=at + timedelta(days=3))  # fmt: skip
        for days, before, after in (
            (0, "To Do", "In Progress"),
            (2, "In Progress", "In Review"),
            (3, "In Review", "Done"),
        ):
            told.add(
                "field_change", f"jira:change:59{number}{days}", work_item_id=item, project_id=BOARD, field="status",
                field_class="status", from_value=before, to_value=after, changed_at=at + timedelta(days=days),
            )  # fmt: skip


def _ended(told: Portfolio) -> None:
    over = {"start_date": date(2026, 1, 5), "finish_date": date(2026, 6, 26), "actual_finish_date": date(2026, 6, 26)}
    told.initiative("E", told.plan(ENDED, **over))
    task = told.item("plans:item:60", ENDED, complete_ratio=1, status_category="done", actual_cost=1200)
    told.baselined(
        task,
        ENDED,
        start_date=date(2026, 1, 5),
        finish_date=date(2026, 6, 5),
        cost=1000,
        work_hours=10,
        taken_at=_TAKEN,
    )
    told.add("project_snapshot", project_id="E", taken_on=date(2026, 3, 2), measure="eac", value=1100.0)
    told.add("project_snapshot", project_id="E", taken_on=date(2026, 3, 2), measure="slip_days", value=7.0)
