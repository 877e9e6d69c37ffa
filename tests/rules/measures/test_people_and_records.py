"""Time, load of people, governance records, and how fresh the sources are."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.measured import GONE, Portfolio

PLAN, TRACKER = "plans:project:1", "jira:project:1"


def worked(told: Portfolio, id: str, hours: Any, account: str, project: str = TRACKER, **columns: Any) -> None:
    entry = {"project_id": project, "account_id": account, "hours": hours, "spent_on": date(2026, 11, 2)}
    told.add("time_entry", id, **entry | columns)


def assigned(told: Portfolio, id: str, plan: str, account: str | None, remaining: Any, *span: str, **item: Any) -> None:
    """An assignment of its own item; the span is start and finish."""
    told.item(f"{id}:item", plan, **item)
    start, finish = (date.fromisoformat(day) for day in span)
    told.add("assignment", id, project_id=plan, work_item_id=f"{id}:item", account_id=account,
             remaining_hours=remaining, start_date=start, finish_date=finish)  # fmt: skip


def test_a_persons_day_adds_up_over_projects_and_tools(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.initiative("B", told.plan())
    ada = told.person("Ada", "jira:account:1", "plans:account:1")
    worked(told, "jira:time:1", "7.25", "jira:account:1")
    worked(told, "plans:time:1", "6.80", "plans:account:1", PLAN)
    worked(told, "plans:time:2", 8, "plans:account:1", PLAN, state="rejected")
    worked(told, "jira:time:2", 3, "jira:account:1", spent_on=date(2026, 11, 3))

    day = {(r["entry_id"], r["person_id"], r["person_day_hours"]) for r in told.view("time_entries")}

    assert day == {
        ("jira:time:1", ada, Decimal("14.05")),
        ("plans:time:1", ada, Decimal("14.05")),
        ("plans:time:2", ada, Decimal("14.05")),
        ("jira:time:2", ada, Decimal("3.00")),
    }


def test_hours_go_with_a_deleted_issue_and_stay_with_a_task_that_left_its_plan(told: Portfolio) -> None:
    told.initiative("A", told.tracker(), told.plan())
    told.item("jira:item:1", TRACKER, deleted_at=GONE)
    told.item("plans:item:1", PLAN, deleted_at=GONE)
    worked(told, "jira:time:1", 8, "jira:account:1", work_item_id="jira:item:1")
    worked(told, "jira:time:2", 2, "jira:account:1", work_item_id="jira:item:not-read")
    worked(told, "plans:time:1", 4, "plans:account:1", PLAN, work_item_id="plans:item:1")

    assert {row["entry_id"]: row["item_id"] for row in told.view("time_entries")} == {
        "jira:time:2": None,
        "plans:time:1": None,
    }
    assert told.one("projects")["booked_hours"] == 6


def test_time_that_another_tool_books_on_an_item_belongs_to_the_items_project(told: Portfolio) -> None:
    told.initiative("A", told.tracker(), told.plan())
    item = told.item("jira:item:1", TRACKER)
    told.add("time_entry", "tempo:time:1", work_item_id=item, hours=5, billable_hours=2, spent_on=date(2026, 11, 2))
    told.add("time_entry", "tempo:time:2", work_item_id="jira:item:elsewhere", hours=7, spent_on=date(2026, 11, 2))

    rows = told.view("time_entries")

    assert [(r["entry_id"], r["project_id"], r["hours"], r["billable_hours"]) for r in rows] == [
        ("tempo:time:1", "A", Decimal("5.00"), Decimal("2.00"))
    ]
    assert {r["source"] for r in told.view("sync_runs")} == {"jira", "plans", "tempo"}
    booked = {r["item_id"]: r["booked_hours"] for r in told.view("work_items")}
    assert booked == {item: Decimal("5.00")}


def test_a_billing_accounts_month_adds_up_over_projects(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.initiative("B", told.tracker("jira:project:2"))
    told.add("billing_account", "jira:billing:1", key="ACC", name="Capital", state="open", monthly_budget_hours=80)
    charged = {"account": "jira:account:1", "billing_account": "ACC"}
    worked(told, "jira:time:1", 60, **charged)
    worked(told, "jira:time:2", 40, project="jira:project:2", **charged)
    worked(told, "jira:time:3", 9, spent_on=date(2026, 10, 31), **charged)
    worked(told, "jira:time:4", 9, state="rejected", **charged)
    worked(told, "jira:time:5", 9, "jira:account:1", billing_account="OTHER")
    worked(told, "jira:time:6", 9, spent_on=date(2025, 10, 31), **charged)

    rows = {(r["project_id"], r["billing_account"], r["months_ago"]): r for r in told.view("billing_months")}

    assert set(rows) == {("A", "ACC", 0), ("B", "ACC", 0), ("A", "ACC", 1), ("A", "OTHER", 0)}
    now = rows["A", "ACC", 0]
    assert (now["project_hours"], now["account_hours"], now["budget_hours"]) == (Decimal(60), Decimal(100), Decimal(80))
    assert (now["budget_ratio"], now["account_name"], now["month_start"]) == (1.25, "Capital", date(2026, 11, 1))
    other = rows["A", "OTHER", 0]
    assert (other["budget_ratio"], other["account_name"], other["account_state"]) == (None, None, None)


def test_hours_of_nobody_known_have_no_day(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    worked(told, "jira:time:1", 8, None)  # type: ignore[arg-type]

    row = told.one("time_entries")

    assert (row["person_id"], row["person_day_hours"], row["is_allocated"]) == (None, None, None)


def test_allocated_is_unknown_until_somebody_is_assigned_in_the_plan(told: Portfolio) -> None:
    told.initiative("A", told.tracker(), told.plan())
    told.person("Ada", "jira:account:1", "plans:account:1")
    told.person("Bo", "jira:account:2")
    worked(told, "jira:time:1", 8, "jira:account:1")
    worked(told, "jira:time:2", 8, "jira:account:2")
    unstaffed = {r["is_allocated"] for r in told.view("time_entries")}
    assigned(told, "plans:assignment:1", PLAN, "plans:account:1", 8, "2026-11-23", "2026-11-23")

    allocated = {r["person_name"]: r["is_allocated"] for r in told.view("time_entries")}

    assert (unstaffed, allocated) == ({None}, {"Ada": True, "Bo": False})


def test_load_spreads_what_is_left_over_the_working_days_from_now(told: Portfolio) -> None:
    """40 h left, begun long ago, due Friday of next week: 20 h in each of the two weeks."""
    told.initiative("A", told.plan())
    ada = told.person("Ada", "plans:account:1", max_units_ratio="0.5")
    assigned(told, "plans:assignment:1", PLAN, "plans:account:1", 40, "2026-09-01", "2026-12-04")

    weeks = [(r["person_id"], r["week_start"], r["planned_hours"], r["load_ratio"]) for r in told.view("person_weeks")]

    assert sorted(weeks) == [(ada, date(2026, 11, 23), 20, 1.0), (ada, date(2026, 11, 30), 20, 1.0)]


def test_load_adds_up_over_projects(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    told.initiative("B", told.plan("plans:project:2"))
    told.person("Ada", "plans:account:1", max_units_ratio=1)
    assigned(told, "plans:assignment:1", PLAN, "plans:account:1", 24, "2026-11-30", "2026-12-04")
    assigned(told, "plans:assignment:2", "plans:project:2", "plans:account:1", 30, "2026-11-28", "2026-12-05")

    rows = {r["project_id"]: r for r in told.view("person_weeks")}

    assert {k: r["project_hours"] for k, r in rows.items()} == {"A": 24, "B": 30}
    assert {(r["planned_hours"], r["available_hours"], r["projects"]) for r in rows.values()} == {(54, 40, 2)}
    assert rows["A"]["load_ratio"] == pytest.approx(1.35)


def test_in_the_middle_of_a_week_only_the_days_left_are_available(told: Portfolio) -> None:
    told.connection.execute("UPDATE context SET as_of = '2026-11-26'")
    told.initiative("A", told.plan())
    told.person("Ada", "plans:account:1", max_units_ratio=1)
    assigned(told, "plans:assignment:1", PLAN, "plans:account:1", 24, "2026-11-02", "2026-11-30")

    weeks = sorted((r["week_start"], r["planned_hours"], r["available_hours"]) for r in told.view("person_weeks"))

    assert weeks == [(date(2026, 11, 23), 16, 16), (date(2026, 11, 30), 8, 40)]


def test_load_is_unknown_without_the_persons_share_of_full_time(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    told.person("Ada", "plans:account:1")
    assigned(told, "plans:assignment:1", PLAN, "plans:account:1", 8, "2026-11-23", "2026-11-23")

    row = told.one("person_weeks")

    assert (row["planned_hours"], row["available_hours"], row["load_ratio"]) == (8, None, None)


def test_done_past_unstaffed_and_finished_work_loads_nobody(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    told.person("Ada", "plans:account:1", max_units_ratio=1)
    soon = ("2026-11-23", "2026-11-27")
    assigned(told, "plans:assignment:1", PLAN, "plans:account:1", 8, *soon, status_category="done")
    assigned(told, "plans:assignment:2", PLAN, "plans:account:1", 8, "2026-11-02", "2026-11-20")
    assigned(told, "plans:assignment:3", PLAN, None, 8, *soon)
    assigned(told, "plans:assignment:4", PLAN, "plans:account:1", 0, *soon)
    assigned(told, "plans:assignment:5", PLAN, "plans:account:1", 8, *soon, is_active=False)

    assert told.view("person_weeks") == []


def test_a_long_assignment_is_spread_over_all_its_days_and_shown_for_27_weeks(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    told.person("Ada", "plans:account:1", max_units_ratio=1)
    assigned(told, "plans:assignment:1", PLAN, "plans:account:1", 1000, "2026-11-23", "2027-11-05")  # 50 weeks

    rows = told.view("person_weeks")

    assert (len(rows), {r["planned_hours"] for r in rows}) == (27, {Decimal("20.00")})


def test_a_risk_tells_whether_its_source_can_hold_reviews(told: Portfolio) -> None:
    told.initiative("A", told.plan(), told.tracker())
    told.add("capability", source="plans", table_name="risk", column_name="reviewed_on", state="not_available")
    told.add("risk", "r1", title="R", project_id=TRACKER)
    told.add("risk", "r2", source="plans", title="R", project_id="plans:project:1")

    assert {r["risk_id"]: r["keeps_reviews"] for r in told.view("risks")} == {"r1": True, "r2": None}


def test_exposure_and_reviews_of_risks_are_unknown_when_not_stated(told: Portfolio) -> None:
    told.initiative("A", told.tracker(currency="EUR"))
    told.person("Ada", "jira:account:1")
    told.add("risk", "r1", title="R", project_id=TRACKER, probability_ratio="0.3", impact_cost="123456789012.10",
             owner_id="jira:account:1", reviewed_on=date(2026, 10, 24), currency="USD")  # fmt: skip
    told.add("risk", "r2", title="R", project_id=TRACKER, probability_ratio="0.3")

    rows = {r["risk_id"]: r for r in told.view("risks")}

    assert rows["r1"]["exposure_cost"] == Decimal("37037036703.63")
    assert [rows["r1"][c] for c in ("days_since_review", "owner_name", "currency")] == [30, "Ada", "USD"]
    assert [rows["r2"][c] for c in ("exposure_cost", "days_since_review", "owner_name")] == [None] * 3
    assert rows["r2"]["currency"] == "EUR"


def test_a_change_request_is_open_only_while_undecided(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    raised = {"title": "C", "project_id": TRACKER, "raised_on": date(2026, 10, 14)}
    told.add("change_request", "c1", state="raised", **raised)
    told.add("change_request", "c2", state="approved", decided_on=date(2026, 11, 1), **raised)
    told.add("change_request", "c3", state="rejected", **raised)
    told.add("change_request", "c4", state="raised", **raised | {"raised_on": None})

    assert {r["change_id"]: r["days_open"] for r in told.view("changes")} == {
        "c1": 40,
        "c2": None,
        "c3": None,
        "c4": None,
    }


def test_records_name_the_item_that_holds_them(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.item("jira:item:1", TRACKER, key="A-1", kind="lesson")
    told.add("lesson", "l1", title="L", project_id=TRACKER, work_item_id="jira:item:1")
    told.add("lesson", "l2", title="L", project_id=TRACKER)

    assert {(r["lesson_id"], r["item_id"], r["item_key"]) for r in told.view("lessons")} == {
        ("l1", "jira:item:1", "A-1"),
        ("l2", None, None),
    }


def test_freshness_is_measured_at_the_moment_of_the_run(told: Portfolio) -> None:
    told.initiative("A", told.tracker(), told.plan(), told.plan("other:project:1"))
    told.add("source_state", source="jira", complete_at=datetime(2026, 11, 22, 3, 30), outcome="partial")
    told.add("source_state", source="plans", outcome="failed")
    at_midnight = {r["source"]: r["age_hours"] for r in told.view("sync_runs")}
    told.add("run", "1", started_at=datetime(2026, 11, 23), as_of=datetime(2026, 11, 23, 6))
    told.add("run", "2", started_at=datetime(2026, 12, 23), as_of=datetime(2026, 12, 23, 6))

    rows = {r["source"]: (r["age_hours"], r["outcome"]) for r in told.view("sync_runs")}

    assert at_midnight == {"jira": 20, "plans": None, "other": None}
    assert rows == {"jira": (26, "partial"), "plans": (None, "failed"), "other": (None, None)}


def test_a_file_that_cannot_be_read_makes_only_its_own_plan_stale(told: Portfolio) -> None:
    for number in (1, 2):
        told.initiative(str(number), told.plan(f"files:project:{number}"))
    attempt = datetime(2026, 11, 23, 6)
    told.add("run", "r", started_at=attempt, as_of=attempt)
    told.add("source_state", source="files", complete_at=datetime(2026, 11, 1), attempted_at=attempt, outcome="partial")
    for key, only, outcome in (
        ("a", "files:project:1", "complete"),
        ("b", "files:project:2", "failed"),
        ("c", "", "failed"),
    ):
        told.add(
            "stream_run", run_id="r", source="files", stream="plan", partition=key, only_project=only, outcome=outcome
        )

    rows = {r["project_id"]: (r["age_hours"], r["outcome"]) for r in told.view("sync_runs")}

    assert rows == {"1": (0, "complete"), "2": (534, "partial")}
    told.add("stream_run", run_id="r", source="files", stream="people", partition="all", outcome="failed")
    assert {r["outcome"] for r in told.view("sync_runs")} == {"partial"}, "that part is about all of them"


def test_a_copy_is_as_old_as_what_it_shows(told: Portfolio) -> None:
    told.initiative("A", told.tracker(), told.plan())
    pulled = {"complete_at": datetime(2026, 11, 23, 5), "outcome": "complete"}
    told.add("source_state", source="jira", **pulled)
    told.add("source_state", source="plans", data_at=datetime(2026, 9, 30, 18), **pulled)
    told.add("run", "1", started_at=datetime(2026, 11, 23), as_of=datetime(2026, 11, 23, 6))

    read_at, shown_at = datetime(2026, 11, 23, 5), datetime(2026, 9, 30, 18)
    for view in ("sync_runs", "project_sources"):
        rows = {r["source"]: (r["complete_at"], r["data_at"], r["age_hours"]) for r in told.view(view)}
        assert rows == {"jira": (read_at, None, 1), "plans": (read_at, shown_at, 1284)}


def test_a_copy_that_could_not_be_read_for_longer_than_it_is_old_counts_from_the_last_reading(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    told.add("source_state", source="plans", complete_at=datetime(2026, 11, 20), data_at=datetime(2026, 11, 22),
             outcome="failed")  # fmt: skip
    assert [r["age_hours"] for r in told.view("sync_runs")] == [72]


def test_a_source_with_two_projects_of_an_initiative_is_one_row_of_freshness_and_two_source_projects(
    told: Portfolio,
) -> None:
    told.initiative("A", told.plan(name="One"), told.plan("plans:project:2", name="Two"))
    told.add("source_state", source="plans", kind="pwa", complete_at=datetime(2026, 11, 22), outcome="complete")
    assert len(told.view("sync_runs")) == 1
    assert {(r["name"], r["tool"], r["age_hours"]) for r in told.view("project_sources")} == {
        ("One", "pwa", 24),
        ("Two", "pwa", 24),
    }


def test_an_entry_of_the_issue_log_ages_until_it_is_closed(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.person("Ada", "jira:account:1")
    raised = {"title": "I", "project_id": TRACKER, "raised_on": date(2026, 10, 24)}
    told.add("project_issue", "i1", state="open", owner_id="jira:account:1", **raised)
    told.add("project_issue", "i2", state="postponed", **raised)
    told.add("project_issue", "i3", state="closed", **raised)
    told.add("project_issue", "i4", state="open", title="I", project_id=TRACKER)
    told.add("project_issue", "i5", state="open", deleted_at=GONE, **raised)

    rows = {r["project_issue_id"]: (r["days_open"], r["owner_name"]) for r in told.view("project_issues")}

    assert rows == {"i1": (30, "Ada"), "i2": (30, None), "i3": (None, None), "i4": (None, None)}
