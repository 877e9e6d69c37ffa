"""Work items, their links and their history."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.measured import AS_OF, GONE, Portfolio

PLAN, TRACKER = "plans:project:1", "jira:project:1"


@pytest.fixture
def both(told: Portfolio) -> Portfolio:
    told.initiative("A", told.plan(), told.tracker())
    return told


def changed(told: Portfolio, id: str, item: str, when: str, **columns: Any) -> None:
    told.add(
        "field_change",
        f"jira:change:{id}",
        **{
            "work_item_id": item,
            "project_id": TRACKER,
            "field": "status",
            "field_class": "status",
            "changed_at": datetime.fromisoformat(when),
        }
        | columns,
    )


def booked(told: Portfolio, id: str, item: str | None, hours: Any, day: str = "2026-11-02", **columns: Any) -> None:
    told.add(
        "time_entry",
        f"jira:time:{id}",
        project_id=TRACKER,
        work_item_id=item,
        hours=hours,
        spent_on=date.fromisoformat(day),
        **columns,
    )


def test_a_bare_item_is_unknown_in_all_that_nobody_stated(both: Portfolio) -> None:
    both.item("jira:item:1", TRACKER, title="T")

    known = {k: v for k, v in both.one("work_items").items() if v is not None}

    assert known == {
        "item_id": "jira:item:1",
        "project_id": "A",
        "source_project_id": TRACKER,
        "source": "jira",
        "origin": "tracker",
        "title": "T",
        "kind": "task",
        "is_leaf": True,
    }


def test_governance_records_are_not_work_but_decisions_and_actions_are(both: Portfolio) -> None:
    kinds = ("risk", "change_request", "gate", "status_report", "artefact", "stakeholder", "invoice", "lesson")
    for kind in (*kinds, "decision", "action", "bug", None):
        both.item(f"jira:item:{kind}", TRACKER, kind=kind)

    assert {r["kind"] for r in both.view("work_items")} == {"decision", "action", "bug", None}


def test_labels_not_asked_for_are_not_none(both: Portfolio) -> None:
    both.item("jira:item:1", TRACKER, labels=["api"])
    both.item("jira:item:2", TRACKER, labels=[])
    both.item("jira:item:3", TRACKER)

    assert {r["item_id"][-1]: r["labels"] for r in both.view("work_items")} == {"1": ["api"], "2": [], "3": None}


def test_leaves_have_no_work_below_them(both: Portfolio) -> None:
    both.item("jira:item:1", TRACKER)
    both.item("jira:item:2", TRACKER, parent_id="jira:item:1")
    both.item("jira:item:3", TRACKER, parent_id="jira:item:2", kind="risk")
    both.item("jira:item:4", TRACKER, parent_id="jira:item:2", deleted_at=GONE)
    both.item("jira:item:5", TRACKER, is_summary=True)

    assert {r["item_id"][-1] for r in both.view("work_items") if r["is_leaf"]} == {"2"}


def test_the_project_summary_task_is_neither_item_nor_parent(both: Portfolio) -> None:
    both.item("plans:item:0", PLAN, outline_level=0, is_summary=True)
    both.item("plans:item:1", PLAN, outline_level=1, parent_id="plans:item:0")

    row = both.one("work_items")

    assert (row["item_id"], row["parent_id"]) == ("plans:item:1", None)


@pytest.mark.parametrize(
    ("start", "due", "days"),
    [
        ("2026-11-23", "2026-11-23", 1),
        ("2026-11-20", "2026-11-23", 2),
        ("2026-11-21", "2026-11-22", 0),
        ("2026-11-02", "2026-11-29", 20),
    ],
    ids=["one day", "over a weekend", "a weekend", "four weeks"],
)
def test_duration_counts_working_days_with_both_ends(both: Portfolio, start: str, due: str, days: int) -> None:
    both.item("jira:item:1", TRACKER, start_date=date.fromisoformat(start), due_date=date.fromisoformat(due))

    assert both.one("work_items")["duration_days"] == days


def test_working_days_agree_with_counting_them_one_by_one(both: Portfolio) -> None:
    first = date(2026, 1, 1)
    for number in range(60):
        start, due = first + timedelta(days=number), first + timedelta(days=number + number * 7 % 31)
        both.item(f"jira:item:{number}", TRACKER, start_date=start, due_date=due)

    for row in both.view("work_items"):
        days = [row["start_date"] + timedelta(n) for n in range((row["due_date"] - row["start_date"]).days + 1)]
        assert row["duration_days"] == sum(1 for d in days if d.weekday() < 5), row["start_date"]


def test_stated_durations_and_float_become_days_of_eight_hours(both: Portfolio) -> None:
    both.item("plans:item:1", PLAN, duration_hours=20, total_slack_hours="-4", start_date=AS_OF, due_date=AS_OF)

    row = both.one("work_items")

    assert (row["duration_days"], row["total_float_days"]) == (Decimal("2.5"), Decimal("-0.5"))


def test_an_assignee_is_a_person_and_places_are_nobody(both: Portfolio) -> None:
    ada = both.person("Ada", "jira:account:1", active=False)
    both.add("account", "jira:account:2", name="Bot", kind="app", active=True)
    both.add("account", "plans:account:3", name="Tester", kind="generic")
    told = {"1": "jira:account:1", "2": "jira:account:2", "3": "plans:account:3", "4": "jira:account:9", "5": None}
    for number, account in told.items():
        both.item(f"jira:item:{number}", TRACKER, assignee_id=account)

    who = {r["item_id"][-1]: (r["assignee_id"], r["assignee_active"]) for r in both.view("work_items")}

    assert who == {
        "1": (ada, False),
        "2": ("jira:account:2", True),
        "3": (None, None),
        "4": ("jira:account:9", None),
        "5": (None, None),
    }


def test_an_account_that_is_gone_may_not_be_given_work(both: Portfolio) -> None:
    both.person("Ada", "jira:account:1", active=True, deleted_at=GONE)
    both.item("jira:item:1", TRACKER, assignee_id="jira:account:1")

    row = both.one("work_items")

    assert (row["assignee_name"], row["assignee_active"]) == ("Ada", False)


def test_a_login_of_unknown_state_takes_that_of_the_persons_others(both: Portfolio) -> None:
    both.person("Ada", "plans:account:1", active=False)
    both.add("account", "jira:account:1", kind="human")
    both.add("account_person", account_id="jira:account:1", person_id="person:Ada")
    both.item("jira:item:1", TRACKER, assignee_id="jira:account:1")

    assert both.one("work_items")["assignee_active"] is False


def test_logic_is_counted_for_plans_and_unknown_for_trackers(both: Portfolio) -> None:
    for number in (1, 2, 3):
        both.item(f"plans:item:{number}", PLAN)
    both.item("plans:item:4", PLAN, deleted_at=GONE)
    both.item("jira:item:1", TRACKER)
    for number, (a, b) in enumerate([(1, 2), (1, 3), (4, 2)]):
        both.add("work_item_link", f"plans:link:{number}", project_id=PLAN, kind="depends",
                 from_id=f"plans:item:{a}", to_id=f"plans:item:{b}")  # fmt: skip

    logic = {r["item_id"]: (r["predecessors"], r["successors"]) for r in both.view("work_items")}

    assert logic == {
        "plans:item:1": (0, 2),
        "plans:item:2": (1, 0),
        "plans:item:3": (1, 0),
        "jira:item:1": (None, None),
    }


def test_logic_is_unknown_where_links_may_not_be_read(both: Portfolio) -> None:
    both.item("plans:item:1", PLAN)
    both.add("capability", source="plans", table_name="work_item_link", column_name="from_id", state="not_available")

    assert both.one("work_items")["predecessors"] is None


def test_people_are_counted_once_and_places_and_things_not_at_all(both: Portfolio) -> None:
    both.item("plans:item:1", PLAN)
    both.item("jira:item:1", TRACKER)
    both.person("Ada", "plans:account:1", "plans:account:2")
    both.add("account", "plans:account:3", kind="generic")
    both.add("account", "plans:account:4", kind="material")
    for number in (1, 2, 3, 4, 5):
        both.add("assignment", f"plans:assignment:{number}", project_id=PLAN, work_item_id="plans:item:1",
                 account_id=f"plans:account:{number}" if number < 5 else None)  # fmt: skip

    assert {r["item_id"]: r["people"] for r in both.view("work_items")} == {"plans:item:1": 1, "jira:item:1": None}
    assert sorted(repr(r["person_id"]) for r in both.view("allocations")) == ["'person:Ada'"] * 2 + ["None"] * 2


def test_a_baseline_of_zeros_baselines_no_item_and_a_milestones_zeros_stay(both: Portfolio) -> None:
    both.item("plans:item:1", PLAN)
    both.baselined("plans:item:1", PLAN, cost=0, work_hours=0, duration_hours=0, finish_date=AS_OF)
    empty = both.one("work_items")
    both.item("plans:item:2", PLAN)
    both.baselined("plans:item:2", PLAN, work_hours=8)
    milestone = both.one("work_items", item_id="plans:item:1")

    assert (empty["baseline_finish_date"], empty["baseline_hours"], empty["baseline_cost"]) == (None, None, None)
    assert (milestone["baseline_finish_date"], milestone["baseline_hours"]) == (AS_OF, 0)


def test_booked_hours_are_exact_and_zero_only_where_time_is_kept(both: Portfolio) -> None:
    both.item("jira:item:1", TRACKER)
    both.item("jira:item:2", TRACKER)
    both.item("plans:item:1", PLAN)
    for number in range(10):
        booked(both, str(number), "jira:item:1", "0.10")
    booked(both, "x", "jira:item:1", 8, state="rejected")

    hours = {r["item_id"]: r["booked_hours"] for r in both.view("work_items")}

    assert hours == {"jira:item:1": Decimal("1.00"), "jira:item:2": 0, "plans:item:1": None}


def test_done_since_is_resolution_else_finish_else_the_last_change_of_state(both: Portfolio) -> None:
    moment = datetime(2026, 11, 3, 23, 30)
    told = {
        "1": {"resolved_at": moment, "actual_finish_date": date(2026, 11, 4)},
        "2": {"actual_finish_date": date(2026, 11, 4), "status_changed_at": moment},
        "3": {"status_changed_at": moment},
        "4": {},
    }
    for number, columns in told.items():
        both.item(f"jira:item:{number}", TRACKER, status_category="done", **columns)
    both.item("jira:item:5", TRACKER, status_category="todo", resolved_at=moment)

    done = {r["item_id"][-1]: r["resolved_on"] for r in both.view("work_items")}

    assert done == {"1": date(2026, 11, 3), "2": date(2026, 11, 4), "3": date(2026, 11, 3), "4": None, "5": None}


def test_activity_is_change_or_booked_time_and_never_our_own_writing(both: Portfolio) -> None:
    both.item("jira:item:1", TRACKER, created_at=datetime(2026, 9, 1), updated_at=datetime(2026, 11, 22))
    both.item("jira:item:2", TRACKER, created_at=datetime(2026, 9, 1))
    changed(both, "1", "jira:item:1", "2026-11-03")
    for number, field in enumerate(("labels", "Labels", "RemoteIssueLink", "RemoteWorkItemLink")):
        changed(both, f"ours{number}", "jira:item:1", "2026-11-20", field=field, field_class="other")
    by_change = both.one("work_items", item_id="jira:item:1")
    booked(both, "1", "jira:item:1", 1, "2026-11-13")
    by_time = both.one("work_items", item_id="jira:item:1")

    assert (by_change["last_activity_on"], by_change["idle_days"]) == (date(2026, 11, 3), 20)
    assert (by_time["last_activity_on"], by_time["idle_days"]) == (date(2026, 11, 13), 10)
    assert both.one("work_items", item_id="jira:item:2")["last_activity_on"] == date(2026, 9, 1)


def test_a_group_moves_when_what_is_below_it_moves(both: Portfolio) -> None:
    for number in (1, 2, 3, 4):
        both.item(f"jira:item:{number}", TRACKER, parent_id=f"jira:item:{number - 1}" if number > 1 else None)
    both.item("jira:item:5", TRACKER, parent_id="jira:item:1", kind="risk")
    for number, day in ((1, "2026-11-02"), (2, "2026-11-01"), (3, "2026-11-12"), (4, "2026-11-20"), (5, "2026-11-22")):
        changed(both, str(number), f"jira:item:{number}", day)

    active = {r["item_id"][-1]: r["last_activity_on"].day for r in both.view("work_items")}

    assert active == {"1": 12, "2": 20, "3": 20, "4": 20}  # two levels; a record below is not the work itself


def test_activity_is_unknown_where_no_history_is_kept(both: Portfolio) -> None:
    both.item("plans:item:1", PLAN, created_at=datetime(2026, 1, 1))

    row = both.one("work_items")

    assert (row["last_activity_on"], row["idle_days"], row["due_moves"]) == (None, None, None)


def test_age_is_counted_only_for_work_in_progress(both: Portfolio) -> None:
    for number, category in enumerate(("in_progress", "done", "todo")):
        both.item(f"jira:item:{number}", TRACKER, status_category=category, status_changed_at=datetime(2026, 11, 13))

    assert [r["age_days"] for r in sorted(both.view("work_items"), key=lambda r: r["item_id"])] == [10, None, None]


def test_due_moves_count_only_moves_to_a_later_day(both: Portfolio) -> None:
    both.item("jira:item:1", TRACKER)
    moves = [
        ("2026-11-01", "2026-11-08"),
        ("2026-11-08 00:00:00.0", "2026-12-01 00:00:00.0"),
        ("2026-12-01", "2026-11-30"),
        (None, "2026-11-01"),
        ("soon", "later"),
    ]
    for number, (before, after) in enumerate(moves):
        changed(both, str(number), "jira:item:1", "2026-10-01", field="duedate", field_class="schedule",
                from_value=before, to_value=after)  # fmt: skip
    changed(both, "start", "jira:item:1", "2026-10-01", field="Start date", field_class="schedule",
            from_value="2026-01-01", to_value="2026-02-01")  # fmt: skip

    assert both.one("work_items")["due_moves"] == 2


@pytest.mark.parametrize(("finished", "p85"), [(5, None), (6, 6.0), (20, 17.0)])
def test_cycle_time_is_the_nearest_rank_of_enough_finished_items(
    both: Portfolio, finished: int, p85: float | None
) -> None:
    """Item n took n days; the 85th percentile of 6 is the 6th, of 20 the 17th."""
    for n in range(1, finished + 1):
        item = both.item(f"jira:item:{n}", TRACKER, status_category="done", resolved_at=datetime(2026, 10, 1 + n))
        changed(both, f"{n}a", item, "2026-10-01")
        changed(both, f"{n}b", item, f"2026-10-{1 + n:02}")
    both.item("jira:item:90", TRACKER, status_category="done", resolved_at=datetime(2026, 11, 20))
    changed(both, "90", "jira:item:90", "2026-01-01")  # closed at once: never in progress

    both.item("plans:item:1", PLAN)

    assert both.one("work_items", item_id="jira:item:1")["cycle_p85_days"] == p85
    assert both.one("work_items", item_id="plans:item:1")["cycle_p85_days"] is None


def linked(told: Portfolio, a: str, b: str, kind: str = "blocks", **columns: Any) -> None:
    told.add("work_item_link", f"jira:link:{a}{b}{kind}", project_id=TRACKER, from_id=a, to_id=b, kind=kind, **columns)


def test_a_link_belongs_to_who_waits(both: Portfolio) -> None:
    both.initiative("B", both.tracker("jira:project:2"))
    both.item("jira:item:1", TRACKER, due_date=date(2026, 12, 4), assignee_id="jira:account:7")
    both.item("jira:item:2", "jira:project:2", due_date=date(2026, 12, 11), start_date=date(2026, 12, 1))
    linked(both, "jira:item:1", "jira:item:2")

    row = both.one("links")

    assert (row["project_id"], row["from_project_id"], row["to_project_id"]) == ("B", "A", "B")
    assert (row["crosses_projects"], row["from_assignee_id"]) == (True, "jira:account:7")
    assert (row["from_finish_date"], row["to_start_date"]) == (date(2026, 12, 4), date(2026, 12, 1))


def test_without_a_start_the_successor_needs_it_by_its_own_due_date(both: Portfolio) -> None:
    both.item("jira:item:1", TRACKER)
    both.item("jira:item:2", TRACKER, due_date=date(2026, 12, 11))
    linked(both, "jira:item:1", "jira:item:2", lag_hours="-12")

    row = both.one("links")

    assert (row["from_finish_date"], row["to_start_date"]) == (None, date(2026, 12, 11))
    assert (row["lag_days"], row["crosses_projects"]) == (Decimal("-1.5"), False)


def test_links_to_deleted_items_and_mere_relations_are_not_shown_but_links_to_unread_ones_are(both: Portfolio) -> None:
    for number in (1, 2):
        both.item(f"jira:item:{number}", TRACKER)
    both.item("jira:item:3", TRACKER, deleted_at=GONE)
    linked(both, "jira:item:1", "jira:item:3")
    linked(both, "jira:item:1", "jira:item:2", "relates")
    linked(both, "jira:item:99", "jira:item:1")

    row = both.one("links")

    assert (row["from_item_id"], row["from_project_id"], row["crosses_projects"]) == ("jira:item:99", None, None)
    assert row["project_id"] == "A"
