"""Jira's JSON to rows: every mapped column once, and what happens to what cannot be read."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest
from jira_records import FIELDS, change, custom, history, issue, link, status, user, worklog
from shared_data import SHARED, needs_shared

from connectors.jira.mapping import Fields, Mapping
from connectors.jira.normalise.changes import change_rows, watched_fields
from connectors.jira.normalise.context import Site, resolve_fields
from connectors.jira.normalise.governance import governance_row
from connectors.jira.normalise.columns import wanted_fields
from connectors.jira.normalise.items import work_item_row
from connectors.jira.normalise.pages import RawPage, read_page
from connectors.jira.normalise.projects import project_row, version_row
from connectors.jira.normalise.values import Unreadable, day, hours, instant, number, whole
from portfolio.model import SOURCE_TABLES
from portfolio.ports import Scope


def site(mapping: Mapping | None = None, fields=FIELDS) -> Site:
    mapping = mapping or Mapping()
    ids = resolve_fields(fields, wanted_fields(mapping))
    return Site("jira", "https://meridian.example", mapping, ids, "EUR", {"10007": "CHF"})


def page(*issues, at: Site | None = None, **details):
    at = at or site()
    rows = read_page(at, RawPage(issues, **details), watched_fields(at))
    return rows.lists(at), rows


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
        assignee=user("ada"),
        **custom(story_points=5.0, start_date="2026-11-01", flagged=[{"value": "Impediment"}]),
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
        "labels": ["api", "web"],
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
        "points": Decimal("5.00"),
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
    row = change_rows(
        site(),
        {"id": "i", "project_id": "p"},
        history(1, change("status", "a", "b"), created=created),
        {"status": "status"},
    )[0]
    assert row["changed_at"] == datetime(2025, 11, 1, 12, 26, 40, tzinfo=UTC)


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


def test_at_most_ten_fields_are_watched():
    many = [{"id": f"customfield_{n}", "name": "Start date", "schema": {}} for n in range(20)]
    assert len(watched_fields(site(fields=[*FIELDS, *many]))) == 10


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


GOVERNANCE = {
    "gate": (
        issue(
            1,
            "Gate",
            duedate="2026-12-01",
            status=status("Passed", "done"),
            **custom(gate_number=3.0, decided_on="2026-11-30", decided_by=user("ada")),
        ),
        "jira:gate:10001",
        {
            "name": "Piece 1",
            "sequence": 3,
            "state": "passed",
            "planned_on": date(2026, 12, 1),
            "decided_on": date(2026, 11, 30),
            "decided_by": "Ada Example",
        },
    ),
    "status_report": (
        issue(1, "Status Report", **custom(reported_health={"value": "Amber"}, reported_on="2026-11-20")),
        "jira:report:10001",
        {
            "reported_on": date(2026, 11, 20),
            "health": "amber",
            "comment": "Piece 1",
            "account_id": "jira:account:acc-rosa",
        },
    ),
    "risk": (
        issue(
            1,
            "Risk",
            duedate="2026-12-31",
            assignee=user("ada"),
            status=status("Closed", "done"),
            **custom(
                probability=12.5,
                impact_cost=20000,
                risk_kind={"value": "Threat"},
                response="Second supplier",
                reviewed_on="2026-11-02",
                cause={"value": "Supplier"},
            ),
        ),
        "jira:risk:10001",
        {
            "title": "Piece 1",
            "kind": "threat",
            "state": "closed",
            "owner_id": "jira:account:acc-ada",
            "probability_ratio": Decimal("0.125"),
            "impact_cost": Decimal(20000),
            "currency": "EUR",
            "response": "Second supplier",
            "due_date": date(2026, 12, 31),
            "reviewed_on": date(2026, 11, 2),
            "cause": "Supplier",
        },
    ),
    "change_request": (
        issue(
            1,
            "Change Request",
            status=status("Approved", "indeterminate"),
            project={"id": "10007", "key": "CH"},
            **custom(effort_change=-40, cost_change=1500.55, decided_on="2026-11-11"),
        ),
        "jira:cr:10001",
        {
            "title": "Piece 1",
            "state": "approved",
            "raised_on": date(2026, 10, 1),
            "decided_on": date(2026, 11, 11),
            "effort_hours": Decimal(-40),
            "cost": Decimal("1500.55"),
            "currency": "CHF",
        },
    ),
    "artefact": (
        issue(
            1,
            "Document",
            status=status("In Review", "indeterminate"),
            **custom(
                document_type={"value": "Post-implementation review"},
                approved_by=user("ada"),
                approved_on="2026-11-01",
                document_link="https://wiki.example/charter",
            ),
        ),
        "jira:artefact:10001",
        {
            "title": "Piece 1",
            "kind": "post_implementation_review",
            "state": "in_review",
            "approved_by": "Ada Example",
            "approved_on": date(2026, 11, 1),
            "location": "https://wiki.example/charter",
        },
    ),
    "stakeholder": (
        issue(
            1,
            "Stakeholder",
            **custom(
                stakeholder_role="Sponsor",
                interest="Fewer complaints",
                influence={"value": "High"},
                reviewed_on="2026-11-05",
            ),
        ),
        "jira:stakeholder:10001",
        {
            "name": "Piece 1",
            "role": "Sponsor",
            "interest": "Fewer complaints",
            "influence": "high",
            "reviewed_on": date(2026, 11, 5),
        },
    ),
    "invoice": (
        issue(
            1,
            "Invoice",
            duedate="2026-12-20",
            status=status("Disputed"),
            **custom(supplier="Nordbau", invoice_number="N-1", invoice_amount=99.9, issued_on="2026-11-20"),
        ),
        "jira:invoice:10001",
        {
            "number": "N-1",
            "supplier": "Nordbau",
            "amount": Decimal("99.9"),
            "currency": "EUR",
            "issued_on": date(2026, 11, 20),
            "due_on": date(2026, 12, 20),
            "state": "disputed",
            "has_budget_line": False,
        },
    ),
    "lesson": (
        issue(
            1,
            "Lesson",
            issuelinks=[link(5, "inwardIssue", 2, "Relates", "Action")],
            **custom(cause={"value": "Estimates"}),
        ),
        "jira:lesson:10001",
        {"title": "Piece 1", "cause": "Estimates", "has_action": True},
    ),
}


@pytest.mark.parametrize("table", GOVERNANCE)
def test_a_governance_type_fills_a_work_item_and_its_own_table(table):
    raw, row_id, columns = GOVERNANCE[table]
    tables, rows = page(raw)
    project = f"jira:project:{raw['fields']['project']['id']}"
    own = {"id": row_id, "source": "jira", "project_id": project, "work_item_id": "jira:item:10001"}
    assert tables[table] == [own | columns]
    assert set(own | columns) <= set(SOURCE_TABLES[table].names)
    assert tables["work_item"][0]["kind"] == table
    assert rows.rejected == []


@pytest.mark.parametrize(
    ("raw", "table", "column", "value"),
    [
        (issue(1, "Gate", status=status("Open")), "gate", "state", "planned"),
        (issue(1, "Document", status=status("Open")), "artefact", "state", "draft"),
        (issue(1, "Document", **custom(document_type={"value": "Menu"})), "artefact", "kind", "other"),
        (issue(1, "Document"), "artefact", "kind", None),
        (issue(1, "Change Request", status=status("On hold")), "change_request", "state", None),
        (issue(1, "Status Report"), "status_report", "reported_on", date(2026, 10, 1)),
        (issue(1, "Status Report", **custom(reported_health={"value": "Blue"})), "status_report", "health", None),
        (issue(1, "Invoice", **custom(budget_line="B-7")), "invoice", "has_budget_line", True),
        (issue(1, "Risk"), "risk", "state", "open"),
        (issue(1, "Lesson"), "lesson", "has_action", False),
    ],
)
def test_governance_defaults(raw, table, column, value):
    assert governance_row(site(), raw, table)[column] == value


def test_without_a_budget_line_field_it_is_not_known_whether_a_line_covers_the_invoice():
    assert governance_row(site(fields=[]), issue(1, "Invoice"), "invoice")["has_budget_line"] is None


@pytest.mark.parametrize("probability", [-1, 101, "likely"])
def test_an_impossible_probability_rejects_the_risk_but_not_the_work_item(probability):
    tables, rows = page(issue(1, "Risk", **custom(probability=probability)))
    assert len(tables["work_item"]) == 1
    assert "risk" not in tables
    assert [r.code for r in rows.rejected] == ["risk.unreadable"]


PROJECT = {
    "id": "10000",
    "key": "PAY",
    "name": "Payments",
    "archived": False,
    "lead": {"accountId": "acc-lead"},
    "projectCategory": {"name": "Run"},
    "insight": {"lastIssueUpdateTime": "2026-11-20T10:00:00.000+0000", "totalIssueCount": 5},
    "properties": {
        "pmo": {
            "initiative": "INI-01",
            "programme": "Core",
            "department": "IT",
            "phase": "Execute",
            "method": "Scrum",
            "goal": "Grow",
            "size": "large",
            "currency": "CHF",
            "manager": "acc-ada",
            "sponsor": "Sam Example",
        }
    },
}


def test_a_project_becomes_a_row_with_what_its_property_says():
    row, complaints = project_row(site(), PROJECT)
    assert row == {
        "id": "jira:project:10000",
        "source": "jira",
        "native_id": "10000",
        "key": "PAY",
        "name": "Payments",
        "kind": "tracker",
        "category": "Run",
        "url": "https://meridian.example/browse/PAY",
        "archived": False,
        "initiative_key": "INI-01",
        "programme": "Core",
        "department": "IT",
        "phase": "execute",
        "method": "Scrum",
        "goal": "Grow",
        "size_class": "large",
        "currency": "CHF",
        "manager_id": "jira:account:acc-ada",
        "sponsor_name": "Sam Example",
        "updated_at": datetime(2026, 11, 20, 10, tzinfo=UTC),
    }
    assert complaints == []


@pytest.mark.parametrize("properties", [None, {}, {"pmo": None}, {"pmo": "not json"}, {"pmo": [1]}])
def test_a_project_without_a_usable_property_is_led_by_its_lead(properties):
    row, _ = project_row(site(), PROJECT | {"properties": properties})
    assert (row["manager_id"], row["currency"]) == ("jira:account:acc-lead", "EUR")
    assert "phase" not in row


def test_the_property_may_come_as_its_json_text():
    row, _ = project_row(site(), PROJECT | {"properties": {"pmo": '{"phase": "plan"}'}})
    assert row["phase"] == "plan"


@pytest.mark.parametrize(("name", "value"), [("phase", "Dreaming"), ("size", "XXL"), ("programme", 7)])
def test_a_value_outside_its_vocabulary_is_reported_and_the_project_stays(name, value):
    row, complaints = project_row(site(), PROJECT | {"properties": {"pmo": {name: value}}})
    assert row["name"] == "Payments"
    assert row.get({"size": "size_class"}.get(name, name)) is None
    assert [(c.native_id, c.code, name in c.reason) for c in complaints] == [
        ("jira:project:10000", "project.property", True)
    ]


def test_a_project_without_a_name_is_unreadable():
    with pytest.raises(Unreadable, match="no name"):
        project_row(site(), PROJECT | {"name": None})


def test_a_version_becomes_a_row():
    raw = {"id": "7", "name": "1.0", "released": True, "archived": False, "releaseDate": "2026-12-01"}
    assert version_row(site(), "10000", raw) == {
        "id": "jira:version:7",
        "source": "jira",
        "project_id": "jira:project:10000",
        "name": "1.0",
        "released": True,
        "archived": False,
        "start_date": None,
        "release_date": date(2026, 12, 1),
    }


@pytest.mark.parametrize(
    "wanted", ["Story Points", "story points", "customfield_10016", "com.pyxis.greenhopper.jira:jsw-story-points"]
)
def test_a_field_is_found_by_name_id_or_schema(wanted):
    assert resolve_fields(FIELDS, {"points": wanted}).by_role == {"points": ("customfield_10016",)}


def test_renamed_story_points_are_found_by_their_schema():
    renamed = [
        {"id": "customfield_5", "name": "Punkte", "schema": {"custom": "com.pyxis.greenhopper.jira:jsw-story-points"}}
    ]
    assert resolve_fields(renamed, {"points": Fields().points}).by_role == {"points": ("customfield_5",)}


def test_of_several_fields_with_one_name_the_filled_one_counts():
    twins = [{"id": f"customfield_{n}", "name": "Cause", "schema": {}} for n in (1, 2)]
    ids = resolve_fields(twins, {"cause": "Cause"})
    assert ids.value({"customfield_1": None, "customfield_2": "Scope"}, "cause") == "Scope"


def test_an_empty_name_switches_a_field_off():
    assert resolve_fields(FIELDS, {"points": ""}).all == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-06-09T16:29:31.871-0700", datetime(2022, 6, 9, 23, 29, 31, 871_000, tzinfo=UTC)),
        ("2022-06-09T16:29:31+00:00", datetime(2022, 6, 9, 16, 29, 31, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_instants_are_utc(text, expected):
    assert instant(text) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0, "0.00"), (1200, "0.33"), (1800, "0.50"), (18, "0.01")])
def test_hours_are_exact_to_the_hundredth(seconds, expected):
    assert hours(seconds) == Decimal(expected)


@pytest.mark.parametrize(
    ("reading", "value"), [(whole, 1.5), (hours, True), (day, 5), (instant, "x"), (instant, 10**30)]
)
def test_values_of_the_wrong_shape_are_unreadable(reading, value):
    with pytest.raises(Unreadable):
        reading(value)


@pytest.mark.parametrize("value", [True, [1], "nan", "1e40"])
def test_amounts_of_the_wrong_shape_are_unreadable(value):
    with pytest.raises(Unreadable):
        number(value, Decimal("0.01"))


@needs_shared
def test_a_real_project_of_367_issues_is_read_whole():
    lines = (SHARED / "jira_dc" / "MOD.issues.jsonl").read_bytes().splitlines()
    tables, rows = page(*map(orjson.loads, lines), at=site(fields=[]))
    assert rows.rejected == []
    items = tables["work_item"]
    assert len(items) == len({row["id"] for row in items}) == 367
    assert sum(row["assignee_id"] is None for row in items) == 62
    assert set(Counter(row["status_category"] for row in items)) <= {"todo", "in_progress", "done"}
    assert {row["project_id"] for row in items} == {items[0]["project_id"]}
