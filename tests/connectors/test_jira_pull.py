"""Reading a Jira site exchange by exchange: paging, bounds, worklogs, histories, refusals."""

import base64

import orjson
import pytest
from fake_clock import FakeClock
from jira_records import FIELDS, change, history, issue, user, worklog
from jira_wire import API, SITE, reader, wired

from connectors.jira import connect
from portfolio.errors import ConfigurationError, RateLimited, RemoteError, RemoteRefusal, SignInError
from portfolio.ports import Partition, Scope

ISSUES = Partition("issues", "10000")
SERVER = {"baseUrl": SITE, "deploymentType": "Cloud", "serverTime": "2026-11-23T06:00:00.000+0000"}
PROJECT = {"id": "10000", "key": "PAY", "name": "Payments", "lead": {"accountId": "acc-ada", "displayName": "Ada"}}
OTHER = {"id": "10001", "key": "WEB", "name": "Web"}


def listed(*values, **more):
    return {"startAt": 0, "maxResults": 100, "total": len(values), "isLast": True, "values": list(values)} | more


@pytest.fixture
def wire():
    with wired() as wire:
        wire.on("GET", "/serverInfo", SERVER)
        wire.on("GET", "/field", FIELDS)
        wire.on("POST", "/changelog/bulkfetch", {"issueChangeLogs": []})
        yield wire


@pytest.fixture
def site(wire):
    wire.on("GET", "/project/search", listed(PROJECT, OTHER))
    wire.on("GET", "/user/bulk", listed(user("ada")))
    return wire


def pull(partition=ISSUES, position=None, **settings):
    return list(reader(**settings).pull(partition, position))


def at(numbers, key="PAY", **settings):
    """A stored position, by the way in which these settings read a project of that key."""
    site = reader(**settings)._catalogue().site
    return orjson.dumps({**numbers, "reading": site.reading_of("10000", key)}).decode()


def keys(pages):
    return [row["key"] for page in pages for row in page.rows.get("work_item", ())]


def test_the_probe_says_who_we_are_and_in_which_zone(wire):
    wire.on("GET", "/myself", user("pat"))
    wire.on("GET", "/mypermissions", {"permissions": {"BROWSE_PROJECTS": {"havePermission": True}}})
    probe = reader(token_expires_on="2027-01-31").probe()
    assert (probe.account, probe.deployment) == ("Pat Example", "Cloud")
    assert probe.detail == {
        "site": SITE,
        "time_zone": "Europe/Berlin",
        "account_id": "acc-pat",
        "token_expires_on": "2027-01-31",
    }
    sent = wire.mock.calls[0].request.headers
    assert base64.b64decode(sent["Authorization"].removeprefix("Basic ")) == b"pmo@meridian.example:t0ken"
    assert (sent["X-Force-Accept-Language"], sent["User-Agent"][:9]) == ("true", "Plumbrule")


def test_an_account_that_may_browse_nothing_is_told_at_once(wire):
    wire.on("GET", "/myself", user("pat"))
    wire.on("GET", "/mypermissions", {"permissions": {"BROWSE_PROJECTS": {"havePermission": False}}})
    with pytest.raises(SignInError, match="Pat Example see no project") as raised:
        reader().probe()
    assert "Browse projects" in raised.value.remedy


def test_an_expired_token_is_named_as_the_likely_cause(wire):
    wire.on("GET", "/myself", 401)
    with pytest.raises(SignInError) as raised:
        reader().probe()
    assert "expire" in raised.value.remedy
    assert "api.atlassian.com/ex/jira" in raised.value.remedy
    assert "t0ken" not in str(vars(raised.value))


def test_each_project_is_a_partition_of_its_own(site):
    first, second = reader().partitions({})
    assert [p.stream for p in first] == ["catalogue"]
    assert [(p.stream, p.key, p.title) for p in second] == [
        ("versions", "10000", "PAY Payments"),
        ("issues", "10000", "PAY Payments"),
        ("versions", "10001", "WEB Web"),
        ("issues", "10001", "WEB Web"),
    ]
    (asked,) = site.sent("/project/search")
    assert asked["status"] == ["live", "archived"]
    assert asked["properties"] == ["pmo"]


def test_the_list_of_projects_is_read_page_by_page(wire):
    wire.on("GET", "/project/search", listed(PROJECT, isLast=False), listed(OTHER, startAt=1))
    assert len(reader().partitions({})[1]) == 4
    assert [asked["startAt"] for asked in wire.sent("/project/search")] == [["0"], ["1"]]


def test_without_is_last_the_total_ends_the_list(wire):
    short = {"startAt": 0, "maxResults": 1, "total": 2, "values": [PROJECT]}
    wire.on("GET", "/project/search", short, short | {"values": [OTHER]})
    assert len(reader().partitions({})[1]) == 4


def test_a_list_that_stops_growing_is_an_error(wire):
    wire.on("GET", "/project/search", listed(PROJECT, isLast=False), listed(isLast=False))
    with pytest.raises(RemoteRefusal, match="does not end"):
        reader().partitions({})


def test_an_answer_without_a_list_is_an_error_and_not_an_empty_list(wire):
    wire.on("GET", "/project/search", {"error": "x"})
    with pytest.raises(RemoteRefusal, match="no list of values"):
        reader().partitions({})


def test_only_configured_projects_are_read_and_missing_ones_are_told(site):
    connector = reader(projects=["PAY", "GONE"])
    assert {p.key for p in connector.partitions({})[1]} == {"10000"}
    (page,) = connector.pull(Partition("catalogue", "site"), None)
    assert [(r.native_id, r.code) for r in page.rejected] == [("GONE", "project.not_visible")]


def test_no_visible_project_at_all_is_an_error(wire):
    wire.on("GET", "/project/search", listed())
    with pytest.raises(RemoteRefusal, match="none of the projects"):
        reader().partitions({})


def test_the_catalogue_holds_projects_and_their_leads(site):
    (page,) = pull(Partition("catalogue", "site"))
    assert [row["key"] for row in page.rows["project"]] == ["PAY", "WEB"]
    assert [row["email"] for row in page.rows["account"]] == ["ada@meridian.example"]
    assert Scope("project", "source", "jira") in page.scopes
    assert site.sent("/user/bulk")[0]["accountId"] == ["acc-ada"]


def test_leads_are_taken_from_the_list_where_users_may_not_be_asked_for(wire):
    wire.on("GET", "/project/search", listed(PROJECT))
    wire.on("GET", "/user/bulk", 403)
    (page,) = pull(Partition("catalogue", "site"))
    assert [(row["native_id"], row["name"]) for row in page.rows["account"]] == [("acc-ada", "Ada")]


def test_a_malformed_project_is_rejected_alone(wire):
    wire.on("GET", "/project/search", listed(PROJECT, {"id": "5", "key": "BAD"}, {"name": "no id"}))
    wire.on("GET", "/user/bulk", listed(user("ada")))
    (page,) = pull(Partition("catalogue", "site"))
    assert [row["key"] for row in page.rows["project"]] == ["PAY"]
    assert [r.reason for r in page.rejected] == ["the project has no id", "the project has no name"]


def test_versions_of_a_project_are_read_whole(site):
    site.on("GET", "/project/10000/version", listed({"id": "1", "name": "1.0"}, {"id": "2"}))
    (page,) = pull(Partition("versions", "10000"))
    assert [row["id"] for row in page.rows["version"]] == ["jira:version:1"]
    assert page.scopes == [Scope("version", "project_id", "jira:project:10000")]
    assert [r.native_id for r in page.rejected] == ["jira:version:2"]


def test_an_unknown_stream_is_refused(site):
    with pytest.raises(ConfigurationError, match="no stream"):
        pull(Partition("weather", "1"))


def test_the_first_pull_reads_everything_in_the_order_of_change(site):
    site.on("POST", "/search/jql", {"issues": [issue(1), issue(2)], "isLast": True})
    (page,) = pull()
    assert keys([page]) == ["PAY-1", "PAY-2"]
    (asked,) = site.sent("/search/jql")
    assert asked["jql"] == "project = 10000 ORDER BY updated ASC, key ASC"
    assert asked["maxResults"] == 100
    assert {"summary", "worklog", "customfield_10016"} <= set(asked["fields"])
    assert not {"description", "comment", "*all"} & set(asked["fields"])


def test_the_next_pull_starts_ten_minutes_before_the_last_change_in_milliseconds(site):
    site.on("POST", "/search/jql", {"issues": [], "isLast": True})
    (page,) = pull(position=at({"updated_ms": 1763632950500}))
    (asked,) = site.sent("/search/jql")
    assert asked["jql"] == "project = 10000 AND updated >= 1763632320000 ORDER BY updated ASC, key ASC"
    assert orjson.loads(page.position)["updated_ms"] == 1763632950500


def test_each_page_has_the_newest_change_so_far_as_its_position(site):
    site.on(
        "POST",
        "/search/jql",
        {"issues": [issue(1), issue(3)], "nextPageToken": "a"},
        {"issues": [issue(2)], "isLast": True},
    )
    first, last = (orjson.loads(page.position) for page in pull())
    assert first == orjson.loads(at({"updated_ms": 1795165410500}))
    assert last["updated_ms"] == 1795165410500
    assert last["observed_ms"] == 1795413600000


def test_a_project_without_issues_has_no_position_yet(site):
    site.on("POST", "/search/jql", {"issues": [], "isLast": True})
    (page,) = pull()
    assert page.position is None


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
    next(pages)
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


def inline(*worklogs, total):
    return {"startAt": 0, "maxResults": 20, "total": total, "worklogs": list(worklogs)}


def entries(pages):
    return [row["id"] for page in pages for row in page.rows.get("time_entry", ())]


def test_worklogs_in_the_answer_are_used_when_they_are_all(site):
    site.on("POST", "/search/jql", {"issues": [issue(1, worklog=inline(worklog(1), worklog(2), total=2))]})
    assert entries(pull()) == ["jira:time:1", "jira:time:2"]
    assert "GET /issue/10001/worklog" not in site.paths


def test_more_than_twenty_worklogs_are_fetched_page_by_page(site):
    shown = [worklog(n) for n in range(20)]
    site.on("POST", "/search/jql", {"issues": [issue(1, worklog=inline(*shown, total=45))]})
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
    )
    (page,) = pull()
    assert [row["work_item_id"] for row in page.rows["field_change"]] == ["jira:item:10001", "jira:item:10002"]
    asked, again = wire.sent("/changelog/bulkfetch")
    assert asked["issueIdsOrKeys"] == ["10001", "10002"]
    assert {"status", "duedate", "customfield_10020"} <= set(asked["fieldIds"])
    assert len(asked["fieldIds"]) <= 10
    assert again["nextPageToken"] == "x"


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


SETTLED = {"updated_ms": 1_795_400_000_000, "observed_ms": 1_795_400_000_000 + 3_600_000}


@pytest.mark.parametrize(
    ("position", "changed", "read"),
    [
        (SETTLED, "2026-11-23T02:13:20.000+0000", False),
        (SETTLED, "2026-11-23T02:13:21.000+0000", True),
        (SETTLED, None, True),
        (SETTLED | {"observed_ms": SETTLED["updated_ms"] + 60_000}, "2026-11-23T02:13:20.000+0000", True),
        ({"updated_ms": SETTLED["updated_ms"]}, "2026-11-23T02:13:20.000+0000", True),
        (None, "2026-11-23T02:13:20.000+0000", True),
    ],
    ids=[
        "not when nothing changed since",
        "when something changed since",
        "when Jira does not say",
        "when search had not settled",
        "when the last pull broke off",
        "the first time",
    ],
)
def test_the_issues_of_a_project_are_read(wire, position, changed, read):
    wire.on("GET", "/project/search", listed(PROJECT | {"insight": {"lastIssueUpdateTime": changed}}))
    cursors = {ISSUES: at(position)} if position else {}
    streams = [p.stream for p in reader().partitions(cursors)[1]]
    assert streams == (["versions", "issues"] if read else ["versions"])


@pytest.mark.parametrize(
    "before",
    [{"key": "PAYOLD"}, {"mapping": {"kinds": {"Bug": "task"}}}, {"currency": "EUR"}, {"label_prefix": "flag-"}],
    ids=["another key", "another mapping", "another currency", "another prefix of our labels"],
)
def test_unchanged_issues_are_read_from_the_beginning_when_their_rows_would_differ(wire, before):
    insight = {"lastIssueUpdateTime": "2026-11-23T02:13:20.000+0000", "totalIssueCount": 1}
    wire.on("GET", "/project/search", listed(PROJECT | {"insight": insight}))
    wire.on("POST", "/search/jql", {"issues": [issue(1)], "isLast": True})
    taken = {"observed_ms": SETTLED["observed_ms"], "issues": 1}
    cursors = {ISSUES: at(SETTLED, **before), Partition("census", "10000"): at(taken, **before)}
    assert [p.stream for stage in reader().partitions(cursors)[1:] for p in stage] == ["versions", "issues", "census"]
    (page,) = pull(position=cursors[ISSUES])
    assert "updated >=" not in wire.sent("/search/jql")[0]["jql"]
    cursors = {ISSUES: page.position, Partition("census", "10000"): at(taken)}
    assert orjson.loads(page.position)["reading"] == orjson.loads(at({}))["reading"]
    assert "census" not in [p.stream for stage in reader().partitions(cursors) for p in stage]


def test_a_connector_is_made_without_calling_anybody(wire):
    connector = connect("jira", reader()._settings)
    assert (connector.name, connector.kind, connector.traffic.requests) == ("jira", "jira_cloud", 0)
    connector.close()
    assert wire.paths == []


def test_a_sign_in_page_in_place_of_data_is_not_an_empty_site(wire):
    wire.on("GET", "/project/search", "<!doctype html><title>Log in</title>", content_type="text/html")
    with pytest.raises(SignInError, match="web page"):
        reader().partitions({})


@pytest.mark.parametrize("reason", ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"])
def test_an_answer_as_to_a_stranger_is_a_refused_sign_in(site, reason):
    site.on("POST", "/search/jql", {"issues": [], "isLast": True}, headers={"X-Seraph-LoginReason": reason})
    with pytest.raises(SignInError, match="stranger"):
        pull()


def test_a_site_that_is_down_is_reported_as_such(wire):
    wire.on("GET", "/project/search", 503)
    with pytest.raises(RemoteError, match="Jira is not available"):
        reader().partitions({})


LATER = 1_795_413_600_000  # the server's time in these tests
READ = {"updated_ms": LATER - 9_000_000, "observed_ms": LATER - 3_600_000, "issues": 5}


@pytest.mark.parametrize(
    ("issues", "census", "total", "due"),
    [
        (None, None, 5, False),
        (READ, None, 5, True),
        (READ, {"observed_ms": LATER - 60_000, "issues": 5}, 5, False),
        (READ, {"observed_ms": LATER - 60_000, "issues": 6}, 5, True),
        (READ, {"observed_ms": LATER - 8 * 86_400_000, "issues": 5}, 5, True),
        (READ, {"observed_ms": LATER - 60_000}, None, False),
    ],
    ids=[
        "not before the first pull",
        "at the second run",
        "not while the number of issues stays",
        "when the number of issues differs",
        "after a week",
        "not where Jira gives no number",
    ],
)
def test_a_census_is_taken(wire, issues, census, total, due):
    wire.on("GET", "/project/search", listed(PROJECT | {"insight": {"totalIssueCount": total}}))
    taken = {ISSUES: issues, Partition("census", "10000"): census}
    cursors = {partition: at(numbers) for partition, numbers in taken.items() if numbers}
    streams = [p.stream for stage in reader().partitions(cursors) for p in stage]
    assert ("census" in streams) is due


def test_a_census_lists_the_ids_that_exist_and_of_which_kind_they_are(wire):
    wire.on("GET", "/project/search", listed(PROJECT | {"insight": {"totalIssueCount": 2}}))
    wire.on("POST", "/search/jql", {"issues": [issue(1)], "nextPageToken": "a"}, {"issues": [issue(2, "Risk")]})
    (page,) = pull(Partition("census", "10000"))
    listed_ids = {census.table: census.ids for census in page.censuses}
    assert listed_ids["work_item"] == {"jira:item:10001", "jira:item:10002"}
    assert listed_ids["risk"] == {"jira:risk:10002"}
    assert listed_ids["invoice"] == frozenset()
    assert {(census.column, census.value) for census in page.censuses} == {("project_id", "jira:project:10000")}
    assert orjson.loads(page.position) == orjson.loads(at({"observed_ms": LATER, "issues": 2}))
    assert page.rows == {}
    assert wire.sent("/search/jql")[0]["fields"] == ["issuetype"]
