"""What is gone from a Jira Cloud site: listed ids, and what Jira says of each issue that is not among them."""

import orjson
import pytest
from jira_cloud_site import ISSUES, LATER, PROJECT, at, listed, pull, reading, site, streams, wire
from jira_records import issue, user
from jira_wire import reader

from portfolio.errors import RemoteError
from portfolio.ports import Census, Page, Partition

__all__ = ["site", "wire"]
CENSUS = Partition("census", "10000")


@pytest.mark.parametrize(
    "before",
    [{"key": "PAYOLD"}, {"mapping": {"kinds": {"Bug": "task"}}}, {"currency": "EUR"}, {"label_prefix": "flag-"}],
    ids=["another key", "another mapping", "another currency", "another prefix of our labels"],
)
def test_unchanged_issues_are_read_from_the_beginning_when_their_rows_would_differ(wire, before):
    insight = {"lastIssueUpdateTime": "2026-11-23T02:13:20.000+0000", "totalIssueCount": 1}
    wire.on("GET", "/project/search", listed(PROJECT | {"insight": insight}))
    wire.on("POST", "/search/jql", {"issues": [issue(1)], "isLast": True})
    taken = {"observed_ms": LATER - 3_600_000, "issues": 1}
    read = {"updated_ms": LATER - 9_000_000, "until_ms": LATER - 3_600_000}
    cursors = {ISSUES: at(read, **before), CENSUS: at(taken, **before)}
    assert {("issues", "10000"), ("census", "10000")} <= set(streams(reader(), cursors))
    (page,) = pull(position=cursors[ISSUES])
    assert "updated >=" not in wire.sent("/search/jql")[0]["jql"]
    assert orjson.loads(page.position)["reading"] == reading()
    cursors = {ISSUES: page.position, CENSUS: at(taken)}
    assert not {"issues", "census"} & {stream for stream, _ in streams(reader(), cursors)}


def test_a_census_lists_ids_alone_because_then_a_page_holds_thousands(wire):
    wire.on("GET", "/project/search", listed(PROJECT | {"insight": {"totalIssueCount": 2}}))
    wire.on("POST", "/search/jql", {"issues": [{"id": "10001"}], "nextPageToken": "a"}, {"issues": [{"id": "10002"}]})
    (page,) = pull(CENSUS, at({"observed_ms": LATER}))
    censuses = {census.table: census for census in page.censuses}
    assert censuses["work_item"].ids == {"jira:item:10001", "jira:item:10002"}
    assert censuses["risk"].ids == {"jira:risk:10001", "jira:risk:10002"}
    assert [table for table, census in censuses.items() if census.restores] == ["work_item"]
    assert {(census.column, census.value) for census in page.censuses} == {("project_id", "jira:project:10000")}
    assert orjson.loads(page.position) == orjson.loads(at({"observed_ms": LATER, "issues": 2}))
    assert page.rows == {}
    asked = wire.sent("/search/jql")[0]
    assert (asked["fields"], asked["maxResults"]) == (["id"], 5000)


def test_a_first_reading_that_ended_short_of_jiras_own_count_is_followed_by_a_census(wire):
    insight = {"lastIssueUpdateTime": "2026-11-23T02:13:20.000+0000", "totalIssueCount": 3}
    wire.on("GET", "/project/search", listed(PROJECT | {"insight": insight}))
    wire.on("POST", "/search/jql", {"issues": [issue(1)]})
    (page,) = pull()
    cursors = {ISSUES: page.position}
    assert ("census", "10000") in streams(reader(), cursors)
    cursors[CENSUS] = at({"observed_ms": LATER, "issues": 3})
    assert ("census", "10000") not in streams(reader(), cursors), "the difference stays, and is looked into once"


def test_once_a_week_a_census_brings_news_of_people_who_were_deactivated(site):
    gone = user("ada", active=False)
    site.on("POST", "/search/jql", {"issues": []}, {"issues": [issue(1, assignee=gone), issue(2, assignee=gone)]})
    (page,) = pull(CENSUS)
    assert [(row["native_id"], row["active"]) for row in page.rows["account"]] == [("acc-ada", False)]
    assert "statusCategory != Done" in site.sent("/search/jql")[1]["jql"]


def test_under_another_mapping_issues_leave_no_row_behind_in_another_register(site):
    site.on("POST", "/search/jql", {"issues": [issue(1, "Risk")], "isLast": True})
    (page,) = pull(position=at({"updated_ms": 5}, mapping={"kinds": {"Risk": "task"}}))
    cleared = {scope.table for scope in page.scopes if scope.column == "work_item_id"}
    assert {"gate", "invoice"} < cleared
    assert "risk" not in cleared


FOUND = Page({}, "p", censuses=[Census("work_item", "project_id", "jira:project:10000", frozenset({"jira:item:1"}))])
MISSING = ["jira:item:10001", "jira:item:10002"]


def test_what_still_answers_but_is_not_found_is_archived_and_stays(site):
    site.on("POST", "/issue/bulkfetch", {"issues": [issue(1)], "issueErrors": []})
    page = reader().confirm(FOUND, MISSING)
    assert [(row["key"], row["is_archived"]) for row in page.rows["work_item"]] == [("PAY-1", True)]
    assert page.censuses == [FOUND.censuses[0]]
    assert site.sent("/issue/bulkfetch")[0]["issueIdsOrKeys"] == ["10001", "10002"]


def test_what_answers_from_another_project_that_we_read_was_moved_there(site):
    moved = issue(1, project={"id": "10001", "key": "WEB"})
    site.on("POST", "/issue/bulkfetch", {"issues": [moved], "issueErrors": []})
    page = reader().confirm(FOUND, MISSING)
    assert [(r["project_id"], r["is_archived"]) for r in page.rows["work_item"]] == [("jira:project:10001", False)]


def test_what_answers_from_a_project_that_we_do_not_read_was_moved_away(site):
    moved = issue(1, project={"id": "77", "key": "HR"})
    site.on("POST", "/issue/bulkfetch", {"issues": [moved], "issueErrors": []})
    page = reader().confirm(FOUND, MISSING)
    assert page.rows.get("work_item", []) == []
    assert page.censuses[0].reasons == {"jira:item:10001": "moved"}


def test_what_does_not_answer_is_gone_and_nobody_says_why(site):
    site.on("POST", "/issue/bulkfetch", {"issues": [], "issueErrors": []})
    page = reader().confirm(FOUND, MISSING)
    assert page.censuses == FOUND.censuses


def test_of_what_cannot_be_answered_this_time_nothing_is_concluded(site):
    errors = [{"id": "10001", "errorMessage": "payload"}, {"id": "10002", "errorMessage": "not found"}]
    site.on("POST", "/issue/bulkfetch", {"issues": [], "issueErrors": errors})
    site.on("GET", "/issue/10001", {"id": "10001", "key": "PAY-1"})
    site.on("GET", "/issue/10002", 404)
    page = reader().confirm(FOUND, MISSING)
    assert page.censuses[0].ids == {"jira:item:1", "jira:item:10001"}


def test_where_nobody_can_be_asked_nothing_is_concluded_at_all(site):
    site.on("POST", "/issue/bulkfetch", 503)
    with pytest.raises(RemoteError):
        reader().confirm(FOUND, MISSING)
