"""What real Jira sites do that no documentation promises: wrong bounds, odd texts, answers of other shapes."""

from datetime import UTC, datetime

import orjson
import pytest
from jira_cloud_site import ISSUES, LATER, PROJECT, at, keys, listed, pull, site, wire
from jira_normalised import page
from jira_records import change, custom, history, issue, user, worklog
from jira_wire import API, reader

from connectors.jira.cloud.decode import Histories, IssueDecoder, found_histories
from connectors.jira.cloud.plan import CATALOGUE, CHANGES
from connectors.jira.normalise.records import History, plain
from connectors.jira.normalise.values import day, instant
from portfolio.errors import RemoteRefusal
from portfolio.ports import Partition

__all__ = ["site", "wire"]
HOUR_MS = 3_600_000


def follow_up(**more):
    """A run after a whole reading an hour ago."""
    numbers = {
        "updated_ms": LATER - 9 * HOUR_MS,
        "until_ms": LATER - HOUR_MS,
        "observed_ms": LATER - HOUR_MS,
        "issues": 2,
    }
    connector = reader()
    connector.partitions({ISSUES: at(numbers), **more})
    return list(connector.pull(CHANGES, more.get(CHANGES)))


def test_where_a_bound_is_misread_the_same_is_asked_in_minutes_before_now(wire):
    wire.on("GET", "/project/search", listed(PROJECT))
    wire.on("GET", "/user/bulk", listed(user("ada")))
    old, new = issue(1, updated="2024-01-01T00:00:00.000+0000"), issue(2, updated="2026-11-23T05:30:00.000+0000")
    wire.on("POST", "/search/jql", {"issues": [old, new], "isLast": True}, {"issues": [new], "isLast": True})
    (page,) = follow_up()
    assert keys([page]) == ["PAY-2"]
    first, second = (asked["jql"] for asked in wire.sent("/search/jql"))
    assert first == f"project = 10000 AND updated >= {LATER - HOUR_MS - 600_000} ORDER BY updated ASC, key ASC"
    assert second == "project = 10000 AND updated >= -72m ORDER BY updated ASC, key ASC"
    assert orjson.loads(page.position)["until_ms"] == LATER - 120_000


def test_a_site_that_misreads_even_that_only_makes_us_read_more(wire):
    wire.on("GET", "/project/search", listed(PROJECT))
    wire.on("POST", "/search/jql", {"issues": [issue(1, updated="2024-01-01T00:00:00.000+0000")], "isLast": True})
    assert keys(follow_up()) == ["PAY-1"]


TOLD = PROJECT | {"insight": {"lastIssueUpdateTime": "2026-11-23T05:30:00.000+0000", "totalIssueCount": 2}}
"""Half an hour ago: search must know it by now."""


def test_where_a_bound_is_read_too_late_the_same_is_asked_in_minutes_before_now(wire):
    """Jira tells of a change that the search does not show: read in another time zone, it begins too late."""
    wire.on("GET", "/project/search", listed(TOLD))
    late = issue(2, updated="2026-11-23T05:30:00.000+0000")
    wire.on("POST", "/search/jql", {"issues": [], "isLast": True}, {"issues": [late], "isLast": True})
    first, second = follow_up()
    assert (keys([first]), first.position, keys([second])) == ([], None, ["PAY-2"])
    assert [asked["jql"] for asked in wire.sent("/search/jql")] == [
        f"project = 10000 AND updated >= {LATER - HOUR_MS - 600_000} ORDER BY updated ASC, key ASC",
        "project = 10000 AND updated >= -72m ORDER BY updated ASC, key ASC",
    ]
    assert orjson.loads(second.position)["until_ms"] == LATER - 120_000


def test_a_change_that_shows_in_no_way_holds_the_position_back(wire):
    """Search may lag longer than usual; or the issue is hidden from us, which nobody tells."""
    wire.on("GET", "/project/search", listed(TOLD))
    wire.on("POST", "/search/jql", {"issues": [], "isLast": True})
    *_, last = follow_up()
    assert orjson.loads(last.position)["held_10000"] == LATER - HOUR_MS // 2
    assert len(wire.sent("/search/jql")) == 2


def test_a_search_that_shows_all_that_it_must_is_asked_once(wire):
    wire.on("GET", "/project/search", listed(TOLD))
    shown = issue(2, updated="2026-11-23T05:30:00.123+0000")
    wire.on("POST", "/search/jql", {"issues": [shown], "isLast": True})
    (page,) = follow_up()
    assert "held_10000" not in orjson.loads(page.position)
    assert len(wire.sent("/search/jql")) == 1


def test_a_site_that_was_seen_to_misread_bounds_is_asked_in_minutes_from_then_on(wire):
    wire.on("GET", "/project/search", listed(TOLD))
    late = issue(2, updated="2026-11-23T05:30:00.000+0000")
    wire.on("POST", "/search/jql", {"issues": [], "isLast": True}, {"issues": [late], "isLast": True})
    connector = reader()
    cursors = {ISSUES: at({"updated_ms": LATER, "until_ms": LATER - HOUR_MS, "observed_ms": LATER, "issues": 2})}
    connector.partitions(cursors)
    assert keys(connector.pull(CHANGES, None)) == ["PAY-2"]
    assert keys(connector.pull(CHANGES, None)) == ["PAY-2"]
    assert ["updated >= -" in asked["jql"] for asked in wire.sent("/search/jql")] == [False, True, True]


def test_a_reading_that_goes_on_must_show_the_change_that_it_showed_last(wire):
    wire.on("GET", "/project/search", listed(PROJECT))
    shown = issue(2, updated="2026-11-23T05:30:00.000+0000")
    wire.on("POST", "/search/jql", {"issues": [], "isLast": True}, {"issues": [shown], "isLast": True})
    pages = pull(position=at({"updated_ms": LATER - HOUR_MS // 2}))
    assert keys(pages) == ["PAY-2"]
    assert [page.position is None or "until_ms" in orjson.loads(page.position) for page in pages] == [False, True]


def test_what_changed_in_the_last_two_minutes_is_asked_for_again(wire):
    """Search may not know it yet: the mark never passes the start of the run less two minutes."""
    wire.on("GET", "/project/search", listed(PROJECT))
    late = issue(1, updated="2026-11-23T07:59:00.000+0000")
    wire.on("POST", "/search/jql", {"issues": [late], "isLast": True})
    (page,) = follow_up()
    assert orjson.loads(page.position)["until_ms"] == LATER - 120_000


def test_a_page_token_that_expired_ends_the_pull_and_the_next_one_goes_on_by_time(site):
    refusal = {"errorMessages": ["The provided next page token is invalid or expired."], "errors": {}}
    site.on("POST", "/search/jql", {"issues": [issue(1)], "nextPageToken": "a"})
    site.mock.add("POST", f"{API}/search/jql", json=refusal, status=400)
    pages = reader().pull(ISSUES, None)
    position = next(pages).position
    with pytest.raises(RemoteRefusal, match="expired"):
        next(pages)
    site.mock.remove("POST", f"{API}/search/jql")
    site.on("POST", "/search/jql", {"issues": [issue(2)], "isLast": True})
    assert keys(reader().pull(ISSUES, position)) == ["PAY-2"]
    assert "updated >= " in site.sent("/search/jql")[-1]["jql"]


def test_a_key_that_was_used_before_belongs_to_the_project_that_has_it_now(wire):
    """Keys are free again once their project is deleted; ids are not."""
    wire.on(
        "GET",
        "/project/search",
        listed(PROJECT | {"archived": True, "key": "PAY"}, {"id": "10777", "key": "PAY", "name": "New"}),
    )
    wire.on("GET", "/user/bulk", listed(user("ada")))
    (page,) = pull(CATALOGUE)
    assert [(row["id"], row["archived"]) for row in page.rows["project"]] == [
        ("jira:project:10000", True),
        ("jira:project:10777", False),
    ]


TEXTS = {
    "a long one": "x" * 32_767,
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u200fPAY-1\u200f",
    "emoji": "Ship it 🚀👩‍👩‍👧‍👦",
    "control characters": "a\u0000b\u001fc",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_titles_are_kept_as_they_are(site, text):
    site.on("POST", "/search/jql", {"issues": [issue(1, summary=text)], "isLast": True})
    (page,) = pull()
    assert [row["title"] for row in page.rows["work_item"]] == [text]


def answered(*issues):
    return orjson.dumps({"issues": list(issues)})


def test_half_an_emoji_spoils_neither_its_issue_nor_its_page():
    body = answered(issue(1, summary="cut"), issue(2)).replace(b'"cut"', b'"Ship it \\ud83d"')
    first, second = IssueDecoder(["summary"]).page(body).issues
    assert (first["fields"]["summary"], second["key"]) == ("Ship it ?", "PAY-2")


def test_half_an_emoji_in_a_history_spoils_nothing():
    log = {"issueId": "10001", "changeHistories": [history(1, change("status", "cut", "Done"))]}
    body = orjson.dumps({"issueChangeLogs": [log]}).replace(b'"cut"', b'"\\ude80"')
    found: dict[str, Histories] = {}
    token = found_histories(body, found)
    assert [entry["items"][0]["fromString"] for entry in found["10001"]] == ["?"]
    assert token is None


def test_an_odd_entry_of_a_history_is_rejected_as_received_and_the_others_are_read():
    odd = {"id": "1", "author": "nobody", "created": None, "items": []}
    log = {"issueId": "10001", "changeHistories": [odd, history(2, change("status", "a", "b"))]}
    found: dict[str, Histories] = {}
    found_histories(orjson.dumps({"issueChangeLogs": [log]}), found)
    tables, rows = page(issue(1), histories=found)
    assert [row["id"] for row in tables["field_change"]] == ["jira:change:2:status"]
    assert [orjson.loads(rejected.body) for rejected in rows.rejected] == [odd]


def test_parts_of_a_history_are_read_one_after_the_other():
    found: dict[str, Histories] = {}
    for field in ("status", "duedate"):
        log = {"issueId": "10001", "changeHistories": [history(1, change(field, "a", "b"))]}
        found_histories(orjson.dumps({"issueChangeLogs": [log, {"issueId": 7}]}), found)
    assert [entry.items[0].field for entry in found["10001"]] == ["status", "duedate"]
    assert list(found["7"]) == []


def test_a_typed_worklog_that_cannot_be_read_is_kept_under_jiras_names():
    (found,) = (
        IssueDecoder(["worklog"])
        .page(answered(issue(1, worklog={"total": 1, "worklogs": [worklog(1, timeSpentSeconds="long")]})))
        .issues
    )
    _, rows = page(issue(1), worklogs={"10001": found["fields"]["worklog"]["worklogs"]})
    (rejected,) = rows.rejected
    assert rejected.native_id == "jira:time:1"
    assert orjson.loads(rejected.body)["timeSpentSeconds"] == "long"
    assert orjson.loads(rejected.body)["author"]["accountId"] == worklog(1)["author"]["accountId"]


def test_points_in_time_are_typed_and_kept_as_written_where_the_mapping_names_them():
    (found,) = IssueDecoder(["created", "updated"], ["created"]).page(answered(issue(1))).issues
    written = issue(1)["fields"]
    assert found["fields"]["created"] == written["created"]
    assert found["fields"]["updated"] == datetime.fromisoformat(written["updated"])
    assert instant(found["fields"]["updated"]) == instant(written["updated"])
    assert instant(found["fields"]["updated"]).tzinfo is UTC
    assert day(found["fields"]["updated"]) == day(written["updated"])


@pytest.mark.parametrize("when", ["2026-11-20T10:00:00", "yesterday", 7.5, ["x"]])
def test_a_point_in_time_that_is_none_is_told_and_its_neighbours_are_read(when):
    issues = IssueDecoder(["updated", *issue(1)["fields"]]).page(answered(issue(1, updated=when), issue(2))).issues
    tables, rows = page(*issues)
    assert [row["key"] for row in tables["work_item"]] == ["PAY-2"]
    (rejected,) = rows.rejected
    assert (rejected.native_id, orjson.loads(rejected.body)["fields"]["updated"]) == ("jira:item:10001", when)


@pytest.mark.parametrize("when", [1_762_000_000_000, "2025-11-01T13:26:40.000+0100"])
def test_histories_are_typed_whether_their_times_are_numbers_or_texts(when):
    found: dict[str, Histories] = {}
    log = {"issueId": "10001", "changeHistories": [history(1, change("status", "a", "b"), created=when)]}
    found_histories(orjson.dumps({"issueChangeLogs": [log]}), found)
    (entry,) = found["10001"]
    assert type(entry) is History
    assert instant(entry.created) == datetime(2025, 11, 1, 12, 26, 40, tzinfo=UTC)


def test_only_what_is_looked_at_is_decoded():
    full = issue(1, worklog={"total": 1, "worklogs": [worklog(1, comment={"type": "doc"})]}, **custom(story_points=3))
    fields = ["summary", "worklog", "assignee", "customfield_10016"]
    (found,) = IssueDecoder(fields).page(answered(full)).issues
    assert set(found["fields"]) == {"summary", "worklog", "assignee", "customfield_10016"}
    assert "comment" not in plain(found["fields"]["worklog"]["worklogs"][0])


def test_a_record_of_another_shape_is_decoded_whole_and_the_others_are_not():
    odd = issue(1, status="Done")
    first, second = IssueDecoder(["summary", "status"]).page(answered(odd, issue(2))).issues
    assert first == odd
    assert set(second["fields"]) == {"summary", "status"}


@pytest.mark.parametrize("body", [b'{"issues": [{"id": "1"', b"", b"<html>"])
def test_an_answer_that_breaks_off_may_be_asked_for_again(body):
    with pytest.raises(ValueError, match=r"\S"):
        IssueDecoder(["summary"]).page(body)
    with pytest.raises(ValueError, match=r"\S"):
        found_histories(body, {})


@pytest.mark.parametrize("body", [b'{"issues": {}}', b"[]", b'{"warnings": []}'])
def test_an_answer_without_issues_is_refused(body):
    with pytest.raises(RemoteRefusal, match="without a list of issues"):
        IssueDecoder(["summary"]).page(body)


TWO = (PROJECT, {"id": "10001", "key": "WEB", "name": "Web"})


def changes_of_two():
    """A run over two projects that were read whole an hour ago."""
    connector = reader()
    readings = connector._catalogue().readings
    numbers = {"updated_ms": LATER - 9 * HOUR_MS, "until_ms": LATER - HOUR_MS, "observed_ms": LATER - HOUR_MS}
    cursors = {
        Partition("issues", native): orjson.dumps(numbers | {"reading": reading}).decode()
        for native, reading in readings.items()
    }
    connector.partitions(cursors)
    return connector, readings


def test_a_project_that_cannot_be_searched_does_not_stop_the_others(wire):
    wire.on("GET", "/project/search", listed(*TWO))
    in_web = issue(2, project={"id": "10001", "key": "WEB"}, updated="2026-11-23T05:30:00.000+0000")
    wire.on("POST", "/search/jql", 400, 400, {"issues": [in_web], "isLast": True})
    connector, readings = changes_of_two()
    pages = connector.pull(CHANGES, None)
    assert keys([next(pages)]) == ["PAY-2"]
    position = orjson.loads(next(pages).position)
    assert (position["until_ms"], position.get("10000"), position["10001"]) == (
        LATER - 120_000,
        None,
        readings["10001"],
    )
    with pytest.raises(RemoteRefusal):
        next(pages)
    together, first, second = (asked["jql"] for asked in wire.sent("/search/jql"))
    assert "project in (10000, 10001)" in together
    assert ("project = 10000" in first, "project = 10001" in second) == (True, True)


def test_changes_of_all_projects_come_from_one_search(wire):
    wire.on("GET", "/project/search", listed(*TWO))
    wire.on("POST", "/search/jql", {"issues": [issue(1, updated="2026-11-23T05:30:00.000+0000")], "isLast": True})
    connector, readings = changes_of_two()
    (page,) = connector.pull(CHANGES, None)
    assert len(wire.sent("/search/jql")) == 1
    position = orjson.loads(page.position)
    assert position == {"until_ms": LATER - 120_000, "newest_ms": LATER - HOUR_MS // 2, **readings}
