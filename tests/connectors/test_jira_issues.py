"""Reading the issues of a Jira Cloud site exchange by exchange: paging, bounds, histories, refusals."""

import gzip

import orjson
import pytest
from fake_clock import FakeClock
from jira_cloud_site import ISSUES, LATER, PROJECT, at, keys, listed, pull, site, wire
from jira_records import change, history, issue
from jira_wire import API, reader

from portfolio.errors import ConfigurationError, RateLimited, RemoteRefusal

__all__ = ["site", "wire"]


def test_the_first_pull_reads_everything_in_the_order_of_change(site):
    site.on("POST", "/search/jql", {"issues": [issue(1), issue(2)], "isLast": True})
    (page,) = pull()
    assert keys([page]) == ["PAY-1", "PAY-2"]
    (asked,) = site.sent("/search/jql")
    assert asked["jql"] == "project = 10000 ORDER BY updated ASC, key ASC"
    assert asked["maxResults"] == 100
    assert {"summary", "worklog", "customfield_10016"} <= set(asked["fields"])
    assert not {"description", "comment", "*all"} & set(asked["fields"])


def test_a_reading_that_broke_off_goes_on_ten_minutes_before_the_last_change_in_milliseconds(site):
    site.on("POST", "/search/jql", {"issues": [issue(2, updated="2025-11-20T10:02:30.500+0000")], "isLast": True})
    (page,) = pull(position=at({"updated_ms": 1763632950500}))
    (asked,) = site.sent("/search/jql")
    assert asked["jql"] == "project = 10000 AND updated >= 1763632320000 ORDER BY updated ASC, key ASC"
    assert orjson.loads(page.position)["updated_ms"] == 1763632950500


def test_search_pages_become_one_page_for_as_many_issues_as_a_call_for_histories_takes(site):
    hundreds = ([issue(100 * place + n) for n in range(100)] for place in range(11))
    answers = [{"issues": issues, "nextPageToken": str(place)} for place, issues in enumerate(hundreds)]
    site.on("POST", "/search/jql", *answers[:-1], {"issues": answers[-1]["issues"], "isLast": True})
    assert [len(page.rows["work_item"]) for page in pull()] == [1000, 100]
    assert [len(asked["issueIdsOrKeys"]) for asked in site.sent("/changelog/bulkfetch")] == [1000, 1000, 100, 100]


def test_each_page_has_the_newest_change_so_far_as_its_position(site, monkeypatch):
    monkeypatch.setattr("connectors.jira.cloud.issues.ISSUES_TOGETHER", 100)
    site.on(
        "POST",
        "/search/jql",
        {"issues": [issue(1), issue(3)], "nextPageToken": "a"},
        {"issues": [issue(2)], "isLast": True},
    )
    first, last = (orjson.loads(page.position) for page in pull())
    assert first == orjson.loads(at({"updated_ms": 1795165410500}))
    assert last == first | {"observed_ms": LATER, "until_ms": LATER - 120_000}


def test_a_project_without_issues_has_been_read_too(site):
    site.on("POST", "/search/jql", {"issues": [], "isLast": True})
    (page,) = pull()
    assert orjson.loads(page.position)["until_ms"] == LATER - 120_000


@pytest.mark.parametrize("position", ["2026-11-20", "[1]", '{"updated_ms": "x"}'])
def test_a_position_that_is_not_ours_is_refused(site, position):
    with pytest.raises(ConfigurationError, match="stored position"):
        pull(position=position)


@pytest.mark.parametrize(
    "last", [{"isLast": True}, {}, {"nextPageToken": None}, {"isLast": True, "nextPageToken": "never"}]
)
def test_search_goes_on_until_it_says_so_whatever_the_size_of_its_pages(site, last):
    site.on(
        "POST",
        "/search/jql",
        {"issues": [issue(n) for n in range(1, 8)], "nextPageToken": "a", "isLast": False},
        {"issues": [], "nextPageToken": "b"},
        {"issues": [issue(9)]} | last,
    )
    assert len(keys(pull())) == 8
    assert [asked.get("nextPageToken") for asked in site.sent("/search/jql")] == [None, "a", "b"]


def test_a_repeated_token_is_an_error_and_what_came_before_is_kept(site):
    site.on("POST", "/search/jql", {"issues": [issue(1)], "nextPageToken": "a"})
    pages = reader().pull(ISSUES, None)
    assert keys([next(pages)]) == ["PAY-1"]
    with pytest.raises(RemoteRefusal, match="same page token twice"):
        next(pages)


def test_more_pages_than_configured_is_an_error(site):
    site.on("POST", "/search/jql", *({"issues": [issue(1)], "nextPageToken": str(n)} for n in range(9)))
    with pytest.raises(RemoteRefusal, match="within 3 pages"):
        pull(max_pages=3)


def test_search_without_a_list_of_issues_is_an_error(site):
    site.on("POST", "/search/jql", {"warnings": []})
    with pytest.raises(RemoteRefusal, match="without a list of issues"):
        pull()


def test_a_removed_endpoint_is_an_error_and_never_an_empty_result(site):
    site.on("POST", "/search/jql", 410)
    with pytest.raises(RemoteRefusal, match="endpoint removed"):
        pull()


def test_search_is_repeated_because_it_only_reads(site):
    site.on("POST", "/search/jql", 503, '{"issues": [', {"issues": [issue(1)], "isLast": True})
    assert keys(pull()) == ["PAY-1"]


def test_a_used_up_hourly_quota_stops_with_its_time(site):
    time = FakeClock()
    quota = {"Retry-After": "90", "RateLimit-Reason": "jira-quota-tenant-based"}
    site.on("POST", "/search/jql", 429, headers=quota)
    with pytest.raises(RateLimited, match="jira-quota-tenant-based") as raised:
        list(reader(time).pull(ISSUES, None))
    assert (raised.value.until - time.start).total_seconds() >= 90
    assert max(time.slept, default=0) < 90


def test_a_burst_of_requests_is_waited_out(site):
    time = FakeClock()
    burst = {"Retry-After": "3", "RateLimit-Reason": "jira-burst-based"}
    site.on("POST", "/search/jql", 429, headers=burst)
    site.on("POST", "/search/jql", {"issues": [issue(1)], "isLast": True})
    assert keys(reader(time).pull(ISSUES, None)) == ["PAY-1"]
    assert 3.0 in time.slept


def test_jiras_own_words_are_in_the_error(site):
    site.on("POST", "/search/jql", {"errorMessages": ["Field 'x' is odd"], "errors": {"jql": "bad"}}, status=400)
    with pytest.raises(RemoteRefusal, match="Field 'x' is odd; jql: bad"):
        pull()


def test_a_malformed_issue_does_not_stop_its_page(site):
    broken = issue(1, updated="yesterday")
    site.on("POST", "/search/jql", {"issues": [broken, None, issue(2)], "isLast": True})
    (page,) = pull()
    assert keys([page]) == ["PAY-2"]
    assert [r.native_id for r in page.rejected] == ["jira:item:10001", "jira:item:?"]


def test_histories_of_a_page_come_in_one_call_or_more_pages(wire):
    wire.mock.remove("POST", API + "/changelog/bulkfetch")
    wire.on("GET", "/project/search", listed(PROJECT))
    wire.on("POST", "/search/jql", {"issues": [issue(1), issue(2)]})
    first, second = (
        {"issueId": f"1000{n}", "changeHistories": [history(n, change("status", "To Do", "Done"))]} for n in (1, 2)
    )
    wire.on(
        "POST",
        "/changelog/bulkfetch",
        {"issueChangeLogs": [first], "nextPageToken": "x"},
        {"issueChangeLogs": [second]},
        {"issueChangeLogs": []},
    )
    (page,) = pull()
    assert [row["work_item_id"] for row in page.rows["field_change"]] == ["jira:item:10001", "jira:item:10002"]
    asked, again, _ = wire.sent("/changelog/bulkfetch")
    assert asked["issueIdsOrKeys"] == ["10001", "10002"]
    assert {"status", "duedate", "customfield_10020"} <= set(asked["fieldIds"])
    assert again["nextPageToken"] == "x"


def test_the_eleventh_field_has_a_call_of_its_own_and_an_entry_may_come_in_parts(wire):
    wire.mock.remove("POST", API + "/changelog/bulkfetch")
    wire.on("GET", "/project/search", listed(PROJECT))
    wire.on("POST", "/search/jql", {"issues": [issue(1)]})
    started = change(
        "Start date", None, None, fieldId="customfield_10015", **{"from": "2026-11-01", "to": "2026-11-09"}
    )
    parts = ([history(1, change("status", "To Do", "Done"))], [history(1, started)])
    wire.on(
        "POST",
        "/changelog/bulkfetch",
        *({"issueChangeLogs": [{"issueId": "10001", "changeHistories": part}]} for part in parts),
    )
    (page,) = pull()
    assert [row["field_class"] for row in page.rows["field_change"]] == ["status", "schedule"]
    first, second = (asked["fieldIds"] for asked in wire.sent("/changelog/bulkfetch"))
    assert (len(first), second) == (10, ["customfield_10015"])


def test_a_changelog_that_repeats_its_token_is_an_error(wire):
    wire.mock.remove("POST", API + "/changelog/bulkfetch")
    wire.on("GET", "/project/search", listed(PROJECT))
    wire.on("POST", "/search/jql", {"issues": [issue(1)]})
    wire.on("POST", "/changelog/bulkfetch", {"issueChangeLogs": [], "nextPageToken": "x"})
    with pytest.raises(RemoteRefusal, match="changelog gave the same"):
        pull()


def test_an_empty_page_asks_for_no_history(site):
    site.on("POST", "/search/jql", {"issues": []})
    pull()
    assert "POST /changelog/bulkfetch" not in site.paths


def test_answers_that_are_kept_travel_with_the_page_that_was_made_from_them(site, monkeypatch):
    """The next search page is there before this page is made; it must wait for its own."""
    monkeypatch.setattr("connectors.jira.cloud.issues.ISSUES_TOGETHER", 100)
    one, two = [issue(n) for n in range(100)], [issue(n) for n in range(100, 150)]
    site.on("POST", "/search/jql", {"issues": one, "nextPageToken": "a"}, {"issues": two, "isLast": True})
    pages = pull(keep_raw_days=1)
    found = [
        [orjson.loads(gzip.decompress(a.body)) for a in page.raw if a.endpoint == "POST /rest/api/3/search/jql"]
        for page in pages
    ]
    assert [[len(answer["issues"]) for answer in answers] for answers in found] == [[100], [50]]
    assert [[a.endpoint for a in page.raw if "changelog" in a.endpoint] for page in pages] == [
        ["POST /rest/api/3/changelog/bulkfetch"] * 2
    ] * 2


def test_answers_are_not_kept_unless_asked_for(site):
    site.on("POST", "/search/jql", {"issues": [issue(1)], "isLast": True})
    assert [page.raw for page in pull()] == [()]
