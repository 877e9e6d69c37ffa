"""Worklogs of a Jira Cloud site: whole lists, sums that differ, corrections and deletions."""

import orjson
import pytest
from jira_cloud_site import ISSUES, LATER, keys, pull, site, streams, wire
from jira_records import issue, worklog
from jira_wire import reader

from connectors.jira.cloud.plan import BOOKED
from connectors.jira.sitewide import Extent, Met
from portfolio.errors import RemoteRefusal
from portfolio.ports import Scope

__all__ = ["site", "wire"]
BEFORE = LATER - 3_600_000


def inline(*worklogs, total):
    return {"startAt": 0, "maxResults": 20, "total": total, "worklogs": list(worklogs)}


def booked(number, seconds, *worklogs, total=None):
    """An issue of which Jira says that so many seconds were spent."""
    return issue(number, worklog=inline(*worklogs, total=len(worklogs) if total is None else total), timespent=seconds)


def entries(pages):
    return [row["id"] for page in pages for row in page.rows.get("time_entry", ())]


def test_worklogs_in_the_answer_are_used_when_they_are_all(site):
    site.on("POST", "/search/jql", {"issues": [booked(1, 7200, worklog(1), worklog(2))]})
    assert entries(pull()) == ["jira:time:1", "jira:time:2"]
    assert "GET /issue/10001/worklog" not in site.paths


def test_more_than_twenty_worklogs_are_fetched_page_by_page(site):
    shown = [worklog(n) for n in range(20)]
    site.on("POST", "/search/jql", {"issues": [issue(1, worklog=inline(*shown, total=45), timespent=45 * 3600)]})
    everything = [worklog(n) for n in range(45)]
    site.on(
        "GET",
        "/issue/10001/worklog",
        *({"startAt": n, "maxResults": 20, "total": 45, "worklogs": everything[n : n + 20]} for n in (0, 20, 40)),
    )
    assert entries(pull()) == [f"jira:time:{n}" for n in range(45)]
    assert [asked["startAt"] for asked in site.sent("/issue/10001/worklog")] == [["0"], ["20"], ["40"]]


def test_a_list_of_worklogs_that_ends_early_is_an_error(site):
    site.on("POST", "/search/jql", {"issues": [issue(1, worklog=inline(total=21))]})
    site.on("GET", "/issue/10001/worklog", inline(worklog(1), total=21), inline(total=21))
    with pytest.raises(RemoteRefusal, match="ended early"):
        pull()


def test_without_time_tracking_nothing_is_said_about_time(site):
    site.on("POST", "/search/jql", {"issues": [issue(1, worklog=None)]})
    (page,) = pull()
    assert "time_entry" not in page.rows
    assert not [scope for scope in page.scopes if scope.table == "time_entry"]


def test_a_removed_worklog_vanishes_with_its_issues_page(site):
    site.on("POST", "/search/jql", {"issues": [issue(1)]})
    (page,) = pull()
    assert Scope("time_entry", "work_item_id", "jira:item:10001") in page.scopes


def test_where_worklogs_come_from_another_source_none_are_read(site):
    site.on("POST", "/search/jql", {"issues": [issue(1)], "isLast": True})
    connector = reader(worklogs=False)
    assert "worklogs" not in {stream for stream, _ in streams(connector, {})}
    (page,) = connector.pull(ISSUES, None)
    assert "worklog" not in site.sent("/search/jql")[0]["fields"]
    assert "time_entry" not in page.rows
    assert not [scope for scope in page.scopes if scope.table == "time_entry"]
    missing = {(c.table, c.column) for c in connector.capabilities() if c.state == "not_available"}
    assert {("time_entry", "hours"), ("time_entry", "spent_on")} <= missing


def test_an_issue_whose_worklogs_do_not_make_its_sum_is_read_once_more(site):
    site.on("POST", "/search/jql", {"issues": [booked(1, 7200, worklog(1)), booked(2, 3600, worklog(9))]})
    site.on("POST", "/issue/bulkfetch", {"issues": [booked(1, 7200, worklog(1), worklog(2))]})
    site.on("GET", "/issue/10001/worklog", inline(worklog(1), worklog(2), total=2))
    (page,) = pull()
    assert sorted(entries([page])) == ["jira:time:1", "jira:time:2", "jira:time:9"]
    assert page.rejected == []
    assert site.sent("/issue/bulkfetch")[0]["issueIdsOrKeys"] == ["10001"]


@pytest.mark.parametrize("spent", [3600, 7200], ids=["settled", "doubted"])
def test_of_an_issue_that_changes_while_a_search_goes_on_the_later_worklogs_count(site, spent):
    first = {"issues": [booked(1, 7200, worklog(1), worklog(2))], "nextPageToken": "2", "isLast": False}
    site.on("POST", "/search/jql", first, {"issues": [booked(2, 3600, worklog(9)), booked(1, spent, worklog(2))]})
    site.on("POST", "/issue/bulkfetch", {"issues": [booked(1, 3600, worklog(2))]})
    site.on("GET", "/issue/10001/worklog", inline(worklog(2), total=1))
    (page,) = pull()
    assert sorted(entries([page])) == ["jira:time:2", "jira:time:9"]
    assert sorted(keys([page])) == ["PAY-1", "PAY-2"]
    assert page.rejected == []


def test_a_difference_that_stays_is_told_with_both_figures_and_stops_nothing(site):
    site.on("POST", "/search/jql", {"issues": [booked(1, 9000, worklog(1))]})
    site.on("POST", "/issue/bulkfetch", {"issues": [booked(1, 9000, worklog(1))]})
    site.on("GET", "/issue/10001/worklog", inline(worklog(1), total=1))
    (page,) = pull()
    assert keys([page]) == ["PAY-1"]
    assert entries([page]) == ["jira:time:1"]
    (told,) = page.rejected
    assert (told.native_id, told.code) == ("jira:item:10001", "worklog.difference")
    assert "PAY-1: the worklogs that we may see make 1.00 h, Jira says 2.50 h" in told.reason
    assert "group or role" in told.reason


def test_a_difference_of_an_issue_that_cannot_be_read_again_is_told_too(site):
    site.on("POST", "/search/jql", {"issues": [booked(1, 9000, worklog(1))]})
    site.on("POST", "/issue/bulkfetch", {"issues": [], "issueErrors": [{"issuesIdsOrKeys": ["10001"]}]})
    (page,) = pull()
    assert keys([page]) == ["PAY-1"]
    assert [(told.native_id, told.code) for told in page.rejected] == [("jira:item:10001", "worklog.difference")]


def fed(which, *ids, since=BEFORE, until=BEFORE, last=True):
    return {
        "values": [{"worklogId": n, "updatedTime": until, "properties": []} for n in ids],
        "since": since,
        "until": until,
        "lastPage": last,
        "self": f"https://elsewhere.example/rest/api/3/worklog/{which}",
    }


def since(moment=BEFORE):
    return orjson.dumps({"since_ms": moment}).decode()


def test_the_first_time_worklogs_come_with_their_issues_and_nothing_else_is_asked(site):
    (page,) = pull(BOOKED)
    assert orjson.loads(page.position) == {"since_ms": LATER - 6 * 60_000}
    assert not [path for path in site.paths if "worklog" in path]


def test_a_corrected_worklog_brings_its_issue_even_where_the_issue_did_not_change(site):
    site.on("GET", "/worklog/updated", fed("updated", 5, 6))
    site.on("GET", "/worklog/deleted", fed("deleted"))
    site.on("POST", "/worklog/list", [worklog(5, issueId="10001"), worklog(6, issueId="10001")])
    site.on("POST", "/issue/bulkfetch", {"issues": [booked(1, 7200, worklog(5), worklog(6))]})
    first, last = pull(BOOKED, since())
    assert entries([first]) == ["jira:time:5", "jira:time:6"]
    assert (first.position, orjson.loads(last.position)) == (None, {"since_ms": LATER - 6 * 60_000})
    assert site.sent("/worklog/updated")[0]["since"] == [str(BEFORE)]


def test_an_issue_that_jira_cannot_answer_for_among_others_is_asked_for_alone(site):
    site.on("GET", "/worklog/updated", fed("updated", 5))
    site.on("GET", "/worklog/deleted", fed("deleted"))
    site.on("POST", "/worklog/list", [worklog(5, issueId="10001")])
    failing = {"issues": [], "issueErrors": [{"id": "10001", "errorMessage": "payload"}]}
    site.on("POST", "/issue/bulkfetch", failing, {"issues": [booked(1, 3600, worklog(5))]})
    first, last = pull(BOOKED, since())
    assert entries([first]) == ["jira:time:5"]
    assert orjson.loads(last.position) == {"since_ms": LATER - 6 * 60_000}


def test_corrected_worklogs_of_an_issue_that_jira_cannot_answer_for_are_asked_for_again_next_time(site):
    site.on("GET", "/worklog/updated", fed("updated", 5))
    site.on("GET", "/worklog/deleted", fed("deleted", 7))
    site.on("POST", "/worklog/list", [worklog(5, issueId="10001")])
    failing = {"issues": [], "issueErrors": [{"id": "10001", "errorMessage": "payload"}]}
    site.on("POST", "/issue/bulkfetch", failing)
    *_, last = pull(BOOKED, since())
    assert last.position == since()
    assert last.scopes == [Scope("time_entry", "id", "jira:time:7", "deleted")]


def test_issues_that_were_read_in_this_run_are_not_read_again(site):
    site.on("GET", "/worklog/updated", fed("updated", 5))
    site.on("GET", "/worklog/deleted", fed("deleted"))
    site.on("POST", "/worklog/list", [worklog(5, issueId="10001")])
    site.on("POST", "/search/jql", {"issues": [booked(1, 3600, worklog(5))], "isLast": True})
    connector = reader()
    list(connector.pull(ISSUES, None))
    assert entries(connector.pull(BOOKED, since())) == []
    assert "POST /issue/bulkfetch" not in site.paths


def test_issues_of_projects_that_are_not_read_stay_out(site):
    site.on("GET", "/worklog/updated", fed("updated", 5))
    site.on("GET", "/worklog/deleted", fed("deleted"))
    site.on("POST", "/worklog/list", [worklog(5, issueId="10001")])
    site.on("POST", "/issue/bulkfetch", {"issues": [issue(1, project={"id": "77"})]})
    assert keys(pull(BOOKED, since())) == []


def test_a_deleted_worklog_is_removed_by_its_id(site):
    site.on("GET", "/worklog/updated", fed("updated"))
    site.on("GET", "/worklog/deleted", fed("deleted", 7))
    (page,) = pull(BOOKED, since())
    assert page.scopes == [Scope("time_entry", "id", "jira:time:7", "deleted")]


def test_long_lists_are_followed_by_time_and_never_by_the_address_in_the_answer(site):
    site.on(
        "GET",
        "/worklog/deleted",
        fed("deleted", 1, 2, until=BEFORE + 5, last=False),
        fed("deleted", 2, 3, until=BEFORE + 9),
    )
    site.on("GET", "/worklog/updated", fed("updated"))
    (page,) = pull(BOOKED, since())
    assert [scope.value for scope in page.scopes] == [f"jira:time:{n}" for n in (1, 2, 3)]
    assert [asked["since"] for asked in site.sent("/worklog/deleted")] == [[str(BEFORE)], [str(BEFORE + 5)]]


def test_after_a_moment_with_more_corrections_than_a_page_holds_all_booked_time_is_read_again(site):
    """A thousand of one millisecond fill a page that cannot be got past: what else changed then is told nowhere."""
    full = fed("updated", *range(1000), last=False)
    site.on("GET", "/worklog/updated", full, fed("updated", 5000, until=BEFORE + 9))
    site.on("GET", "/worklog/deleted", fed("deleted"))
    site.on("POST", "/worklog/list", [worklog(0, issueId="10001")], [worklog(5000, issueId="10002")])
    site.on("POST", "/search/jql", {"issues": [{"id": "10001"}, {"id": "10003"}], "isLast": True})
    together = [booked(number, 3600, worklog(number)) for number in (1, 2, 3)]
    site.on("POST", "/issue/bulkfetch", {"issues": together})
    first, last = pull(BOOKED, since())
    assert entries([first]) == ["jira:time:1", "jira:time:2", "jira:time:3"]
    assert site.sent("/issue/bulkfetch")[0]["issueIdsOrKeys"] == ["10001", "10002", "10003"]
    (asked,) = site.sent("/search/jql")
    assert (asked["jql"], asked["fields"], asked["maxResults"]) == (
        "project in (10000, 10001) AND timespent is not EMPTY ORDER BY key ASC",
        ["id"],
        5000,
    )
    assert [asked["since"] for asked in site.sent("/worklog/updated")] == [[str(BEFORE)], [str(BEFORE + 1)]]
    assert orjson.loads(last.position) == {"since_ms": LATER - 6 * 60_000}, "past the tie"
    assert (first.position, last.rejected) == (None, ()), "nothing is lost, so nothing is told as lost"


def test_after_such_a_moment_of_deletions_every_issue_is_read_again(site):
    """Of deleted worklogs Jira names no issue, and an issue that lost all of its own shows no time spent."""
    site.on("GET", "/worklog/updated", fed("updated"))
    full = fed("deleted", *range(1000), last=False)
    site.on("GET", "/worklog/deleted", full, fed("deleted", 5000, until=BEFORE + 9))
    site.on("POST", "/search/jql", {"issues": [{"id": "10001"}], "isLast": True})
    site.on("POST", "/issue/bulkfetch", {"issues": [booked(1, None)]})
    first, last = pull(BOOKED, since())
    assert Scope("time_entry", "work_item_id", "jira:item:10001") in first.scopes
    assert len(last.scopes) == 1001
    assert site.sent("/search/jql")[0]["jql"] == "project in (10000, 10001) ORDER BY key ASC"
    assert [asked["since"] for asked in site.sent("/worklog/deleted")] == [[str(BEFORE)], [str(BEFORE + 1)]]


def test_such_a_moment_is_met_again_while_an_issue_of_it_cannot_be_read(site):
    site.on("GET", "/worklog/updated", fed("updated", *range(1000), last=False), fed("updated", until=BEFORE + 9))
    site.on("GET", "/worklog/deleted", fed("deleted"))
    site.on("POST", "/worklog/list", [])
    site.on("POST", "/search/jql", {"issues": [{"id": "10001"}], "isLast": True})
    site.on("POST", "/issue/bulkfetch", {"issues": [], "issueErrors": [{"id": "10001", "errorMessage": "payload"}]})
    *_, last = pull(BOOKED, since())
    assert last.position == since()


def long_lists(*numbers, total):
    """Issues that show twenty of `total` worklogs, whose ids are counted up from 1000 for each issue."""
    return [booked(n, total * 3600, *(worklog(n * 1000 + i) for i in range(20)), total=total) for n in numbers]


def in_one(number, total):
    return {"total": total, "worklogs": [worklog(number * 1000 + i) for i in range(total)]}


def of_site(*numbers, total):
    return [worklog(n * 1000 + i, issueId=str(10_000 + n)) for n in numbers for i in range(total)]


def test_many_long_lists_are_read_from_the_lists_of_the_site_where_that_takes_fewer_calls(site):
    """Thirty issues of thirty worklogs: thirty calls, or one for 900 ids and one for 900 worklogs."""
    numbers = range(1, 31)
    site.on("POST", "/search/jql", {"issues": long_lists(*numbers, total=30), "isLast": True})
    found = of_site(*numbers, total=30)
    site.on("GET", "/worklog/updated", fed("updated", *(int(one["id"]) for one in found)))
    site.on("POST", "/worklog/list", found)
    connector = reader()
    (page,) = connector.pull(ISSUES, None)
    connector.close()
    assert sorted(entries([page])) == sorted(f"jira:time:{one['id']}" for one in found)
    assert page.rejected == []
    asked = [path for path in site.paths if "worklog" in path]
    assert asked == ["GET /worklog/updated", "POST /worklog/list"], "two calls in place of thirty"
    assert site.sent("/worklog/updated") == [{"since": ["0"]}]


def test_few_long_lists_are_asked_for_one_by_one(site):
    """Two issues: two calls either way, so nothing is gained."""
    site.on("POST", "/search/jql", {"issues": long_lists(1, 2, total=21), "isLast": True})
    for number in (1, 2):
        site.on("GET", f"/issue/{10_000 + number}/worklog", in_one(number, 21))
    assert len(entries(pull())) == 42
    assert "GET /worklog/updated" not in site.paths


def test_a_site_with_far_more_worklogs_than_estimated_is_left_at_half_the_price(site):
    """Projects that we do not read may have hundreds of thousands; that shows while their ids are listed."""
    numbers = range(1, 11)
    site.on("POST", "/search/jql", {"issues": long_lists(*numbers, total=21), "isLast": True})
    pages = [fed("updated", *range(k * 1000, k * 1000 + 1000), until=BEFORE + k, last=False) for k in range(1, 20)]
    site.on("GET", "/worklog/updated", *pages)
    for number in numbers:
        site.on("GET", f"/issue/{10_000 + number}/worklog", in_one(number, 21))
    assert len(entries(pull())) == 210
    asked = [path for path in site.paths if "worklog" in path]
    assert (asked.count("GET /worklog/updated"), asked.count("POST /worklog/list")) == (6, 0)
    assert len(asked) == 6 + 10


def test_what_the_lists_of_the_site_do_not_tell_whole_is_asked_for_by_issue(site):
    """A worklog of the last minute is not listed yet."""
    numbers = range(1, 11)
    site.on("POST", "/search/jql", {"issues": long_lists(*numbers, total=21), "isLast": True})
    found = [one for one in of_site(*numbers, total=21) if one["id"] != "3020"]
    site.on("GET", "/worklog/updated", fed("updated", *(int(one["id"]) for one in found)))
    site.on("POST", "/worklog/list", found)
    site.on("GET", "/issue/10003/worklog", in_one(3, 21))
    assert "jira:time:3020" in entries(pull())
    asked = [path for path in site.paths if "worklog" in path]
    assert asked == ["GET /worklog/updated", "POST /worklog/list", "GET /issue/10003/worklog"]


@pytest.mark.parametrize(
    ("extent", "by_issue", "by_lists"),
    [
        (Extent(of_site=1000, to_read=1000), 10 + 270, 2 * 20),
        (Extent(of_site=100_000, to_read=1000), 10 + 270, 2 * 2000),
        (Extent(of_site=1000, to_read=0), 10, 2 * 20),
        (Extent(), 10 + 20, 2 * 2),
    ],
    ids=[
        "a whole site",
        "a small part of a site",
        "changes only",
        "unknown",
    ],
)
def test_the_estimate_of_calls(extent, by_issue, by_lists):
    """After 100 issues with 2000 worklogs; 30 have long lists, and 10 of those are to be read now."""
    met = Met(issues=100, worklogs=2000, long=30)
    assert (met.calls_by_issue(10, extent), met.calls_by_lists(extent)) == (by_issue, by_lists)
