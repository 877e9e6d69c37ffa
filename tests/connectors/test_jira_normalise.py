"""Issues, links, worklogs and histories of Jira to rows: every mapped column once, and what cannot be read."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest
from jira_normalised import page, site
from jira_records import change, custom, history, issue, link, status, user, worklog

from connectors.jira.mapping import Mapping
from connectors.jira.normalise.changes import FIELD_CHANGE, field_changes, watched_fields
from connectors.jira.normalise.items import work_item_row
from connectors.jira.normalise.records import history_of
from portfolio.ports import Scope


def test_an_issue_becomes_a_work_item_with_every_column_that_jira_has():
    raw = issue(
        42,
        "Story",
        status=status("In Progress", "indeterminate"),
        parent={"id": "10001", "key": "PAY-1"},
        priority={"name": "High"},
        resolution={"name": "Done"},
        resolutiondate="2026-11-20T23:30:00.000-0500",
        statuscategorychangedate="2026-11-02T08:00:00.000+0100",
        duedate="2026-12-01",
        labels=["web", "api"],
        fixVersions=[{"id": "77", "name": "1.0"}, {"id": "78", "name": "1.1"}],
        timeoriginalestimate=28800,
        timeestimate=5000,
        timespent=1200,
        aggregatetimeoriginalestimate=36000,
        aggregatetimeestimate=7200,
        aggregatetimespent=3600,
        creator=user("pat"),
        components=[{"id": "5", "name": "Ledger"}, {"id": "6", "name": "App"}],
        versions=[{"id": "76", "name": "0.9"}],
        security={"id": "9", "name": "Internal only"},
        assignee=user("ada"),
        **custom(
            story_points=5.0,
            start_date="2026-11-01",
            flagged=[{"value": "Impediment"}],
            acceptance_evidence="signed by Ada",
        ),
    )
    assert work_item_row(site(), raw) == {
        "id": "jira:item:10042",
        "source": "jira",
        "native_id": "10042",
        "key": "PAY-42",
        "url": "https://meridian.example/browse/PAY-42",
        "project_id": "jira:project:10000",
        "parent_id": "jira:item:10001",
        "title": "Piece 42",
        "type": "Story",
        "kind": "story",
        "status": "In Progress",
        "status_category": "in_progress",
        "priority": "High",
        "resolution": "Done",
        "assignee_id": "jira:account:acc-ada",
        "reporter_id": "jira:account:acc-rosa",
        "creator_id": "jira:account:acc-pat",
        "labels": ["api", "web"],
        "components": ["Ledger", "App"],
        "affected_versions": ["0.9"],
        "fix_versions": ["1.0", "1.1"],
        "security_level": "Internal only",
        "sprint_id": None,
        "version_id": "jira:version:77",
        "start_date": date(2026, 11, 1),
        "due_date": date(2026, 12, 1),
        "created_at": datetime(2026, 10, 1, 7, tzinfo=UTC),
        "updated_at": datetime(2026, 11, 20, 9, 42, 30, 500_000, tzinfo=UTC),
        "status_changed_at": datetime(2026, 11, 2, 7, tzinfo=UTC),
        "resolved_at": datetime(2026, 11, 21, 4, 30, tzinfo=UTC),
        "estimate_hours": Decimal("8.00"),
        "remaining_hours": Decimal("1.39"),
        "spent_hours": Decimal("0.33"),
        "aggregate_estimate_hours": Decimal("10.00"),
        "aggregate_remaining_hours": Decimal("2.00"),
        "aggregate_spent_hours": Decimal("1.00"),
        "points": Decimal("5.00"),
        "acceptance": "signed by Ada",
        "is_summary": False,
        "is_milestone": False,
        "is_blocked": True,
        "is_archived": False,
        "custom_fields": None,
    }


def test_what_an_issue_does_not_say_stays_unknown():
    row = work_item_row(site(), issue(1, status=None, reporter=None))
    unknown = {"status", "assignee_id", "reporter_id", "due_date", "estimate_hours", "spent_hours", "points"}
    assert {name for name in unknown if row[name] is not None} == set()
    assert row["status_category"] == "unknown"


def test_a_site_without_a_flag_field_does_not_know_whether_something_is_blocked():
    assert work_item_row(site(), issue(1))["is_blocked"] is False
    assert work_item_row(site(fields=[]), issue(1))["is_blocked"] is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Epic", "epic"),
        ("task", "task"),
        ("Sub-task", "subtask"),
        ("Milestone", "milestone"),
        ("Change Request", "change_request"),
        ("Document", "artefact"),
        ("Action", "action"),
        ("Purchase", "other"),
    ],
)
def test_the_issue_type_decides_the_kind(name, kind):
    row = work_item_row(site(), issue(1, name))
    assert (row["kind"], row["is_milestone"]) == (kind, kind == "milestone")


def test_a_subtask_type_that_nobody_mapped_is_still_a_subtask():
    raw = issue(1, issuetype={"name": "Teilaufgabe", "subtask": True})
    assert work_item_row(site(), raw)["kind"] == "subtask"


def test_an_admin_maps_types_on_top_of_the_defaults():
    mapped = site(Mapping(kinds={"Purchase": "task", "Story": "other"}))
    assert [work_item_row(mapped, issue(1, name))["kind"] for name in ("Purchase", "Story", "Bug")] == [
        "task",
        "other",
        "bug",
    ]


def test_mapped_custom_fields_are_kept_as_json_by_our_names():
    row = work_item_row(
        site(Mapping(custom={"cause": "Cause", "gone": "No such field"})), issue(1, **custom(cause={"value": "Scope"}))
    )
    assert orjson.loads(row["custom_fields"]) == {"cause": {"value": "Scope"}, "gone": None}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("not an object", "issue is not an object"),
        ({"id": "1"}, "fields is not an object"),
        (issue(1, summary="  "), "no summary"),
        (issue(1, summary=7), "a text was due"),
        (issue(1, duedate="soon"), "'soon' is not a date"),
        (issue(1, updated="2026-11-20T10:00:00"), "has no zone"),
        (issue(1, timespent="3h"), "seconds were due"),
        (issue(1, project=None), "project is not an object"),
        (issue(1, labels="web"), "a list was due"),
        (issue(1) | {"id": None}, "issue has no id"),
        (issue(1, issuelinks=[{"id": "5", "type": {"name": "Blocks"}}]), "linked issue is not an object"),
        (issue(1, **custom(story_points="five")), "'five' is not a number"),
        (issue(1, status="Open"), "not foreseen"),
        (issue(1, status={"name": "Open", "statusCategory": {"key": ["new"]}}), "not foreseen"),
        (issue(1, parent="PAY-9"), "not foreseen"),
        (issue(1, fixVersions=["1.0"]), "not foreseen"),
        (issue(1, issuelinks=7), "not foreseen"),
    ],
)
def test_a_malformed_issue_is_rejected_alone_with_the_reason(raw, words):
    tables, rows = page(raw, issue(2))
    assert [row["key"] for row in tables["work_item"]] == ["PAY-2"]
    (rejection,) = rows.rejected
    assert words in rejection.reason
    assert rejection.code == "issue.unreadable"
    assert orjson.loads(rejection.body) == raw


def test_both_ends_of_a_link_show_the_same_row():
    tables, rows = page(
        issue(1, issuelinks=[link(900, "outwardIssue", 2)]), issue(2, issuelinks=[link(900, "inwardIssue", 1)])
    )
    assert tables["work_item_link"] == [
        {
            "id": "jira:link:900",
            "source": "jira",
            "from_id": "jira:item:10001",
            "to_id": "jira:item:10002",
            "kind": "blocks",
            "type": "Blocks",
        }
    ]
    assert Scope("work_item_link", "from_id", "jira:item:10001") in rows.scopes
    assert Scope("work_item_link", "to_id", "jira:item:10001") in rows.scopes


@pytest.mark.parametrize(("name", "kind"), [("Relates", "relates"), ("duplicate", "duplicates"), ("Cloners", "other")])
def test_link_types_are_mapped(name, kind):
    tables, _ = page(issue(1, issuelinks=[link(9, "outwardIssue", 2, name)]))
    assert [(row["kind"], row["type"]) for row in tables["work_item_link"]] == [(kind, name)]


def test_a_worklog_is_booked_on_its_authors_day():
    late = worklog(5, 5400, started="2026-11-19T23:30:00.000-0500", author=user("kim", timeZone="Asia/Tokyo"))
    tables, rows = page(issue(1), worklogs={"10001": [late]})
    assert tables["time_entry"] == [
        {
            "id": "jira:time:5",
            "source": "jira",
            "project_id": "jira:project:10000",
            "work_item_id": "jira:item:10001",
            "account_id": "jira:account:acc-kim",
            "spent_on": date(2026, 11, 20),
            "hours": Decimal("1.50"),
            "created_at": datetime(2026, 11, 20, 4, 30, tzinfo=UTC),
            "updated_at": datetime(2026, 11, 20, 4, 30, tzinfo=UTC),
        }
    ]
    assert Scope("time_entry", "work_item_id", "jira:item:10001") in rows.scopes


@pytest.mark.parametrize("zone", [None, "Mars/Base", 7])
def test_without_the_authors_zone_the_day_is_as_written(zone):
    late = worklog(5, started="2026-11-19T23:30:00.000-0500", author=user("kim", timeZone=zone))
    tables, _ = page(issue(1), worklogs={"10001": [late]})
    assert tables["time_entry"][0]["spent_on"] == date(2026, 11, 19)


def test_worklogs_that_are_not_known_remove_nothing():
    _, rows = page(issue(1))
    assert not [scope for scope in rows.scopes if scope.table == "time_entry"]


@pytest.mark.parametrize(
    "broken", [{"timeSpentSeconds": None}, {"started": None}, {"started": "x"}, {"started": []}, {"id": ""}]
)
def test_a_malformed_worklog_is_rejected_alone(broken):
    tables, rows = page(issue(1), worklogs={"10001": [worklog(5) | broken, worklog(6)]})
    assert [row["id"] for row in tables["time_entry"]] == ["jira:time:6"]
    assert [(r.code, r.reason.startswith("PAY-1:")) for r in rows.rejected] == [("worklog.unreadable", True)]


def test_history_becomes_one_row_a_field():
    entry = history(
        71,
        change("status", "To Do", "Done"),
        change("duedate", "1/Dec/26", "8/Dec/26", **{"from": "2026-12-01", "to": "2026-12-08"}),
        change("fixVersions", None, "1.0"),
        change("fixVersions", None, "1.1"),
        change("description", "a", "b"),
    )
    tables, _ = page(issue(1), histories={"10001": [entry]})
    shown = [
        (r["id"], r["field_class"], r["from_value"], r["to_value"], r["changed_at"], r["account_id"])
        for r in tables["field_change"]
    ]
    when, who = datetime(2025, 11, 1, 12, 26, 40, tzinfo=UTC), "jira:account:acc-ada"
    assert shown == [
        ("jira:change:71:status", "status", "To Do", "Done", when, who),
        ("jira:change:71:duedate", "schedule", "2026-12-01", "2026-12-08", when, who),
        ("jira:change:71:fixVersions", "scope", None, "1.0", when, who),
        ("jira:change:71:fixVersions:1", "scope", None, "1.1", when, who),
    ]


@pytest.mark.parametrize("created", [1_762_000_000, 1_762_000_000_000, "2025-11-01T13:26:40.000+0100"])
def test_the_time_of_a_change_may_come_as_seconds_milliseconds_or_text(created):
    (values,) = field_changes(
        site(),
        {"id": "i", "project_id": "p"},
        history_of(history(1, change("status", "a", "b"), created=created)),
        {"status": "status"},
    )
    assert dict(zip(FIELD_CHANGE, values, strict=True))["changed_at"] == datetime(2025, 11, 1, 12, 26, 40, tzinfo=UTC)


@pytest.mark.parametrize(("prefix", "kept"), [("pmo-", ["flag-pmo", "web"]), ("flag-", ["pmo-flag", "web"])])
def test_our_own_labels_are_not_taken_for_labels_of_the_issue(prefix, kept):
    row = work_item_row(replace(site(), label_prefix=prefix), issue(1, labels=["web", "pmo-flag", "flag-pmo"]))
    assert row["labels"] == kept


def test_labels_leave_no_trace_in_the_history_because_we_write_them_too():
    tables, _ = page(issue(1), histories={"10001": [history(1, change("labels", "web", "web pmo-flag"))]})
    assert "field_change" not in tables


def test_a_malformed_history_entry_is_rejected_alone():
    tables, rows = page(
        issue(1), histories={"10001": [history(1, created=None), history(2, change("status", "a", "b"))]}
    )
    assert len(tables["field_change"]) == 1
    assert [r.code for r in rows.rejected] == ["change.unreadable"]


def test_sprints_points_and_start_dates_are_watched_beside_jiras_own_fields():
    watched = watched_fields(site())
    assert len(watched) == 11
    assert {"customfield_10015": "schedule", "customfield_10016": "estimate"}.items() <= watched.items()


def test_an_issue_whose_type_changed_leaves_no_row_behind_in_another_table():
    _, rows = page(issue(1, "Task"), histories={"10001": [history(1, change("issuetype", "Risk", "Task"))]})
    assert Scope("risk", "work_item_id", "jira:item:10001") in rows.scopes
    _, rows = page(issue(1, "Task"))
    assert not [scope for scope in rows.scopes if scope.table == "risk"]


def test_everybody_on_the_page_becomes_an_account_once():
    tables, _ = page(
        issue(1, assignee=user("ada")),
        issue(2, assignee=user("ada"), reporter={"accountId": "bot", "accountType": "app", "displayName": "Bot"}),
        worklogs={"10001": [worklog(1)]},
    )
    assert tables["account"] == [
        {
            "id": "jira:account:acc-ada",
            "source": "jira",
            "native_id": "acc-ada",
            "name": "Ada Example",
            "email": "ada@meridian.example",
            "kind": "human",
            "active": True,
        },
        {
            "id": "jira:account:acc-rosa",
            "source": "jira",
            "native_id": "acc-rosa",
            "name": "Rosa Example",
            "email": "rosa@meridian.example",
            "kind": "human",
            "active": True,
        },
        {
            "id": "jira:account:bot",
            "source": "jira",
            "native_id": "bot",
            "name": "Bot",
            "email": None,
            "kind": "app",
            "active": None,
        },
    ]
