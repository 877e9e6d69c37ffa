"""The 367 issues of a public Jira Server project, as its API gave them, through the connector."""

import json
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from conformance import applied, pull_all
from fake_clock import FakeClock
from jira_dc_site import Site, reader, wired
from shared_data import SHARED, needs_shared

pytestmark = needs_shared


@pytest.fixture(scope="module")
def dump():
    lines = (SHARED / "jira_dc" / "MOD.issues.jsonl").read_bytes().splitlines()  # of text, it also splits at U+2028
    return [json.loads(line) for line in lines], json.loads((SHARED / "jira_dc" / "MOD.project.json").read_text())


@pytest.fixture(scope="module")
def tables(dump):
    issues, project = dump
    time = FakeClock()
    site = Site(time)
    site.projects, site.versions = [project], project["versions"]
    site.issues = {issue["id"]: issue | {"changelog": {"total": 0, "histories": []}} for issue in issues}
    site.window, site.most_rows = 250, 50
    with wired(site):
        pulled = pull_all(reader(time, result_window=250))
    assert [rejected for _, page in pulled.pages for rejected in page.rejected] == []
    return applied(page for _, page in pulled.pages)


def test_every_issue_is_read_once(tables, dump):
    issues, _ = dump
    assert {row["key"] for row in tables["work_item"].values()} == {issue["key"] for issue in issues}
    assert len(tables["work_item"]) == 367


def test_sixty_two_issues_have_no_assignee(tables):
    assert sum(row["assignee_id"] is None for row in tables["work_item"].values()) == 62


def test_people_are_told_apart_by_key_not_by_name(tables, dump):
    issues, _ = dump
    names = ("assignee", "reporter", "creator")
    keys = {user["key"] for i in issues for name in names if (user := i["fields"].get(name))}
    assert {row["native_id"] for row in tables["account"].values()} == keys
    assert tables["account"]["dc:account:hansknoechel"]["name"] == "Hans Knöchel"


def test_subtasks_have_their_parents_and_all_statuses_a_category(tables):
    rows = tables["work_item"].values()
    assert sum(row["parent_id"] is not None for row in rows) == 27
    assert Counter(row["status_category"] for row in rows)["unknown"] == 0
    assert Counter(row["kind"] for row in rows)["subtask"] == 27


def test_dates_stay_dates_and_instants_are_utc(tables):
    closed = next(row for row in tables["work_item"].values() if row["key"] == "MOD-1866")
    assert closed["created_at"] == datetime(2014, 2, 11, 12, 29, 50, tzinfo=UTC)
    assert closed["resolved_at"] == datetime(2016, 7, 18, 10, 45, 37, tzinfo=UTC)
    released = [row["release_date"] for row in tables["version"].values() if row["release_date"]]
    assert released
    assert all(type(day) is date for day in released)


def test_links_are_kept_once_though_both_issues_show_them(tables, dump):
    issues, _ = dump
    seen = {link["id"] for issue in issues for link in issue["fields"].get("issuelinks") or []}
    assert len(tables["work_item_link"]) == len(seen)
