"""Reading a Jira Data Center: paging while the site changes, windows, zones, positions, people, parents."""

import re
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from fake_clock import FakeClock
from jira_dc_site import EPIC_FIELD, PARENT_FIELD, SPRINT_FIELD, Site, at, reader, user, wired

from portfolio.errors import ConfigurationError, RemoteRefusal, SignInError
from portfolio.ports import Partition

ISSUES = Partition("issues", "10000")
CENSUS = Partition("census", "10000")


@pytest.fixture
def time():
    return FakeClock()


@pytest.fixture
def site(time):
    return Site(time)


@pytest.fixture
def wire(site):
    with wired(site) as wire:
        yield wire


def pull(time, position=None, partition=ISSUES, **settings):
    return list(reader(time, **settings).pull(partition, position))


def keys(pages):
    return [row["key"] for page in pages for row in page.rows.get("work_item", ())]


def numbers(keys):
    return [int(key.split("-")[1]) for key in keys]


def test_the_probe_says_who_we_are_where_and_which_version(wire, time):
    probe = reader(time).probe()
    assert (probe.account, probe.deployment) == ("Pat Example", "Server")
    assert probe.detail["version"] == "9.12.2"
    assert probe.detail["account_id"] == "JIRAUSER-pat"


def test_a_cloud_site_is_sent_to_the_other_kind_of_source(wire, site, time):
    site.deployment = "Cloud"
    with pytest.raises(ConfigurationError, match="is Jira Cloud") as raised:
        reader(time).probe()
    assert 'kind = "jira_cloud"' in raised.value.remedy


def test_everything_is_read_in_the_order_of_creation(wire, site, time):
    for number in (3, 1, 2):
        site.add(number)
    pages = pull(time)
    assert keys(pages) == ["PAY-1", "PAY-2", "PAY-3"]
    assert site.asked[0]["jql"] == "project = 10000 ORDER BY created ASC, key ASC"
    assert site.asked[0]["expand"] == "changelog"
    assert "description" not in site.asked[0]["fields"]


def test_pages_may_be_shorter_than_asked_for(wire, site, time):
    site.most_rows = 7
    for number in range(1, 31):
        site.add(number)
    assert numbers(keys(pull(time))) == list(range(1, 31))


def test_a_project_larger_than_one_search_can_reach_is_read_whole(wire, site, time):
    site.window = 300
    for number in range(1, 1001):
        site.add(number)
    assert numbers(keys(pull(time, result_window=300))) == list(range(1, 1001))
    assert max(int(asked["startAt"]) for asked in site.asked) <= 200


def test_many_issues_of_one_second_are_read_whole(wire, site, time):
    once = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
    for number in range(1, 251):
        site.add(number, once)
    for number in range(251, 500):
        site.add(number, once + timedelta(minutes=5))
    site.window = 300
    assert numbers(keys(pull(time, result_window=300))) == list(range(1, 500))


def test_more_issues_of_one_minute_than_a_search_reaches_is_an_error_with_its_remedy(wire, site, time):
    for number in range(1, 500):
        site.add(number, datetime(2026, 10, 1, 9, 0, tzinfo=UTC))
    site.window = 300
    with pytest.raises(RemoteRefusal, match="than one search of Jira can reach") as raised:
        pull(time, result_window=300)
    assert "max.result.window" in raised.value.remedy


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu", "Europe/Berlin"])
def test_windows_lose_nothing_in_any_zone_of_the_account(wire, site, time, zone):
    site.zone, site.window = zone, 200
    for number in range(1, 601):
        site.add(number, datetime(2026, 10, 25, 0, 0, tzinfo=UTC) + timedelta(minutes=number))
    assert numbers(keys(pull(time, result_window=200))) == list(range(1, 601))


def test_a_server_that_reads_times_in_another_zone_than_the_accounts_loses_nothing(wire, site, time):
    site.zone, site.read_in_zone, site.window = "Pacific/Kiritimati", "Pacific/Honolulu", 200
    for number in range(1, 601):
        site.add(number, datetime(2026, 10, 1, 0, 0, tzinfo=UTC) + timedelta(hours=number))
    assert numbers(keys(pull(time, result_window=200))) == list(range(1, 601))


def test_issues_deleted_behind_the_pager_push_no_other_issue_out_of_the_result(wire, site, time):
    for number in range(1, 401):
        site.add(number)

    def delete(search):
        if search == 2:
            for number in range(1, 61):
                site.remove(number)
        if search == 4:
            for number in range(61, 180):
                site.remove(number)

    site.before_search = delete
    read = numbers(keys(pull(time)))
    assert set(read) >= set(range(180, 401))
    assert sorted(set(read)) == sorted(read)


def test_the_last_issue_of_a_page_may_vanish(wire, site, time):
    for number in range(1, 251):
        site.add(number)
    site.before_search = lambda search: site.remove(100) if search == 2 else None
    assert numbers(keys(pull(time))) == list(range(1, 251))


def test_issues_created_and_moved_in_meanwhile_are_read_or_left_to_the_next_run(wire, site, time):
    for number in range(1, 251):
        site.add(number)

    def change(search):
        if search == 2:
            site.add(900, datetime(2026, 9, 1, tzinfo=UTC), updated=at(time.now()))  # moved in, before where we are
            site.add(901, time.now())

    site.before_search = change
    pages = pull(time)
    assert set(numbers(keys(pages))) >= {*range(1, 251), 901}
    assert 900 in numbers(keys(pull(time, pages[-1].position)))


def test_an_issue_changed_after_it_was_passed_is_read_by_the_next_run(wire, site, time):
    for number in range(1, 251):
        site.add(number)

    def change(search):
        time.seconds += 600
        if search == 2:
            site.touch(5, summary="Piece 5, changed")
        if search == 3:
            site.touch(250, summary="Piece 250, changed later and seen")

    site.before_search = change
    pages = pull(time)
    site.before_search = lambda search: None
    again = [row["title"] for page in pull(time, pages[-1].position) for row in page.rows.get("work_item", ())]
    assert "Piece 5, changed" in again


def test_the_next_pull_asks_for_changes_by_minutes_of_the_servers_clock(wire, site, time):
    for number in range(1, 31):
        site.add(number)
    pages = pull(time)
    time.seconds = 86_400
    site.touch(7)
    time.seconds += 3600
    site.asked.clear()
    again = pull(time, pages[-1].position)
    assert numbers(keys(again)) == [7, *range(20, 31)], "ten minutes before the last change, and the change"
    assert re.search(r"AND updated >= -\d+m ORDER BY", site.asked[0]["jql"])
    assert orjson.loads(again[-1].position)["updated_ms"] == 1795500000000


def test_nothing_changed_costs_one_search(wire, site, time):
    for number in range(1, 31):
        site.add(number)
    pages = pull(time)
    site.asked.clear()
    pull(time, pages[-1].position)
    assert len(site.asked) == 1


def test_relative_times_that_are_not_understood_are_replaced(wire, site, time):
    for number in range(1, 31):
        site.add(number)
    pages = pull(time)
    time.seconds = 7200
    site.touch(9)
    time.seconds += 600
    site.relative_ignored = True
    assert 9 in numbers(keys(pull(time, pages[-1].position)))


def test_a_pull_that_was_broken_off_goes_on_where_it_was(wire, site, time):
    for number in range(1, 451):
        site.add(number, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number))
    pages = reader(time).pull(ISSUES, None)
    read = [next(pages), next(pages)]
    site.touch(3, summary="Piece 3, changed meanwhile")
    time.seconds += 7200
    site.asked.clear()
    rest = pull(time, read[-1].position)
    assert {*numbers(keys(read)), *numbers(keys(rest))} == set(range(1, 451))
    assert len(keys(rest)) < 260
    assert orjson.loads(rest[-1].position)["updated_ms"] < 1795413600000
    site.asked.clear()
    assert 3 in numbers(keys(pull(time, rest[-1].position)))


def test_a_project_without_issues_has_no_position_yet(wire, site, time):
    (page,) = pull(time)
    assert page.position is None
    assert page.rows == {}


def test_an_empty_page_where_there_are_issues_is_an_error(wire, site, time):
    wire.on("/search", 200, {"startAt": 0, "maxResults": 100, "total": 5, "issues": []})
    with pytest.raises(RemoteRefusal, match="announced issues and gave none"):
        pull(time)


def test_an_answer_without_issues_is_an_error(wire, site, time):
    wire.on("/search", 200, {"warningMessages": []})
    with pytest.raises(RemoteRefusal, match="without a list of issues"):
        pull(time)


def test_a_search_that_never_ends_is_an_error(wire, site, time):
    for number in range(1, 401):
        site.add(number)
    with pytest.raises(RemoteRefusal, match="did not end within 2 pages"):
        pull(time, max_pages=2)


def test_a_used_up_bucket_is_waited_for(wire, site, time):
    site.add(1)
    headers = {"Retry-After": "7", "X-RateLimit-Remaining": "0", "X-RateLimit-Interval-Seconds": "1"}
    wire.on("/search", 429, {}, headers)
    assert keys(pull(time)) == ["PAY-1"]
    assert max(time.slept) >= 7


def test_a_retry_after_of_nought_on_a_good_answer_is_no_reason_to_wait(wire, site, time):
    site.add(1)
    _, body = site.answer("/search", {"jql": "project = 10000", "maxResults": "100", "fields": "summary,issuetype"})
    wire.on("/search", 200, body, {"Retry-After": "0", "X-RateLimit-Remaining": "19"})
    pull(time)
    assert time.slept == [] or max(time.slept) < 1


def test_people_are_known_by_their_key_and_may_hide_their_mail(wire, site, time):
    hidden = user("rosa")
    del hidden["emailAddress"]
    gone = {"key": "JIRAUSER10100", "name": "user-57690", "displayName": "user-57690", "active": False}
    site.add(1, reporter=hidden, assignee=gone)
    (page,) = pull(time)
    accounts = {row["id"]: (row["name"], row["email"], row["active"]) for row in page.rows["account"]}
    assert accounts == {
        "dc:account:JIRAUSER-rosa": ("Rosa Example", None, True),
        "dc:account:JIRAUSER10100": ("user-57690", None, False),
    }
    assert page.rows["work_item"][0]["assignee_id"] == "dc:account:JIRAUSER10100"


def test_the_catalogue_holds_projects_and_the_people_that_lead_them(wire, site, time):
    site.properties["10000"] = {"department": "Finance", "manager": "pat", "currency": "EUR"}
    (page,) = pull(time, partition=Partition("catalogue", "site"))
    (project,) = page.rows["project"]
    assert (project["department"], project["manager_id"], project["currency"]) == (
        "Finance",
        "dc:account:JIRAUSER-pat",
        "EUR",
    )
    assert {row["native_id"] for row in page.rows["account"]} == {"JIRAUSER-ada", "JIRAUSER-pat"}


def test_a_field_of_the_mapping_that_the_site_lacks_is_told(wire, site, time):
    (page,) = pull(time, partition=Partition("catalogue", "site"), mapping={"custom": {"cost_centre": "Cost centre"}})
    assert [rejected.code for rejected in page.rejected] == ["mapping.field_not_found"]


def test_rates_count_for_the_members_of_a_group(wire, site, time):
    members = {"isLast": True, "total": 1, "values": [user("ada")]}
    wire.on("/group/member", 200, members)
    wire.on("/group/member", 403, {})
    rates = [
        {"group": "developers", "rate_per_hour": 90, "currency": "EUR"},
        {"group": "secret", "rate_per_hour": 120, "currency": "EUR"},
    ]
    (page,) = pull(time, partition=Partition("catalogue", "site"), mapping={"rates": rates})
    assert {row["name"]: row["rate_per_hour"] for row in page.rows["account"]} == {"Ada Example": 90}
    assert [rejected.code for rejected in page.rejected] == ["rates.group_not_readable"]


def test_an_epic_is_the_parent_of_its_issues_and_what_is_above_it_of_the_epic(wire, site, time):
    site.add(1, issuetype={"id": "5", "name": "Initiative", "subtask": False})
    site.add(2, issuetype={"id": "4", "name": "Epic", "subtask": False}, **{PARENT_FIELD: "PAY-1"})
    site.add(3, **{EPIC_FIELD: "PAY-2"})
    site.add(4, parent={"id": "10003", "key": "PAY-3"}, **{EPIC_FIELD: None})
    site.add(5, **{EPIC_FIELD: "HIDDEN-7"})
    (page,) = pull(time)
    parents = {row["key"]: row["parent_id"] for row in page.rows["work_item"]}
    assert parents == {
        "PAY-1": None,
        "PAY-2": "dc:item:10001",
        "PAY-3": "dc:item:10002",
        "PAY-4": "dc:item:10003",
        "PAY-5": None,
    }
    assert [asked["jql"] for asked in site.asked[1:]] == ["key in (HIDDEN-7) ORDER BY key ASC"]
    assert site.asked[1]["validateQuery"] == "false"


def test_parents_are_found_though_pages_are_small(wire, site, time):
    site.most_rows = 2
    for number in range(1, 6):
        site.add(900 + number)["fields"]["project"] = {"id": "10001", "key": "OTHER"}
        site.add(number, **{EPIC_FIELD: f"PAY-{900 + number}"})
    rows = [row for page in pull(time) for row in page.rows["work_item"]]
    assert {row["parent_id"] for row in rows} == {f"dc:item:{10_900 + number}" for number in range(1, 6)}


def test_a_parent_in_another_project_is_asked_for_once(wire, site, time):
    epic = site.add(900)
    epic["fields"]["project"] = {"id": "10001", "key": "OTHER"}
    for number in range(1, 151):
        site.add(number, **{EPIC_FIELD: "PAY-900"})
    rows = [row for page in pull(time) for row in page.rows["work_item"]]
    assert {row["parent_id"] for row in rows} == {"dc:item:10900"}
    assert len([asked for asked in site.asked if asked["jql"].startswith("key in")]) == 1


def history(number, *items, created="2026-10-02T09:00:00.000+0000"):
    return {"id": str(number), "author": user("ada"), "created": created, "items": list(items)}


def item(name, before, after, kind="jira"):
    return {"field": name, "fieldtype": kind, "fromString": before, "toString": after}


def test_histories_name_their_fields_as_data_center_does(wire, site, time):
    issue = site.add(1)
    issue["changelog"] |= {
        "total": 2,
        "histories": [
            history(1, item("status", "To Do", "Doing"), item("Fix Version", None, "1.0")),
            history(2, item("Epic Link", None, "PAY-9", "custom"), item("Story Points", "3", "5", "custom")),
        ],
    }
    (page,) = pull(time)
    changes = {row["field"]: row["field_class"] for row in page.rows["field_change"]}
    assert changes == {"status": "status", "Fix Version": "scope", "Epic Link": "parent", "Story Points": "estimate"}
    (row,) = page.rows["work_item"]
    assert row["status_changed_at"] == datetime(2026, 10, 2, 9, 0, tzinfo=UTC)


def test_a_history_that_search_cuts_is_asked_for_alone(wire, site, time):
    issue = site.add(1)
    cut = [history(n, item("status", "A", "B")) for n in range(3)]
    issue["changelog"] |= {"total": 5, "histories": cut}
    whole = [history(n, item("status", "A", "B")) for n in range(5)]
    wire.on("/issue/10001", 200, {"id": "10001", "fields": {}, "changelog": {"total": 5, "histories": whole}})
    (page,) = pull(time)
    assert len(page.rows["field_change"]) == 5
    assert page.rejected == []


def test_a_history_that_is_never_given_whole_is_told(wire, site, time):
    issue = site.add(1)
    issue["changelog"] |= {"total": 5, "histories": [history(1, item("status", "A", "B"))]}
    (page,) = pull(time)
    assert [(r.code, "PAY-1" in r.reason) for r in page.rejected] == [("history.cut", True)]
    assert len(page.rows["field_change"]) == 1


def test_without_histories_none_are_asked_for(wire, site, time):
    site.add(1)
    (page,) = pull(time, histories=False)
    assert "expand" not in site.asked[0]
    assert page.rows["work_item"][0]["status_changed_at"] is None


def worklog(number, seconds=3600):
    moment = "2026-10-02T09:00:00.000+0000"
    return {
        "id": str(number),
        "author": user("ada"),
        "started": moment,
        "created": moment,
        "updated": moment,
        "timeSpentSeconds": seconds,
    }


def test_more_than_twenty_worklogs_are_read_from_the_issue_itself(wire, site, time):
    everything = [worklog(n) for n in range(45)]
    site.add(1, timespent=45 * 3600, worklog={"startAt": 0, "maxResults": 20, "total": 45, "worklogs": everything[:20]})
    site.worklogs["10001"] = everything
    (page,) = pull(time)
    assert len(page.rows["time_entry"]) == 45
    assert page.rejected == []


def test_worklogs_that_do_not_make_the_sum_are_read_again_and_told(wire, site, time):
    shown = [worklog(1), worklog(2)]
    site.add(1, timespent=3 * 3600, worklog={"startAt": 0, "maxResults": 20, "total": 2, "worklogs": shown})
    site.worklogs["10001"] = shown
    (page,) = pull(time)
    assert [(r.code, "2.00 h" in r.reason, "3.00 h" in r.reason) for r in page.rejected] == [
        ("worklog.difference", True, True)
    ]
    assert wire.paths.count("/issue/10001") == 1


BOOKED = Partition("worklogs", "site")


def test_a_worklog_corrected_without_its_issue_is_read_and_a_deleted_one_goes(wire, site, time):
    site.add(1, timespent=3600, worklog={"startAt": 0, "maxResults": 20, "total": 1, "worklogs": [worklog(1)]})
    (begun,) = pull(time, partition=BOOKED)
    time.seconds = 3600
    corrected = worklog(1) | {"issueId": "10001", "timeSpentSeconds": 7200}
    site.worklogs["10001"] = [corrected]
    site.issues["10001"]["fields"] |= {"timespent": 7200, "worklog": {"total": 1, "worklogs": [corrected]}}
    stamp = round(time.now().timestamp() * 1000)
    site.feeds["updated"] = [{"worklogId": 1, "updatedTime": stamp}]
    site.feeds["deleted"] = [{"worklogId": 7, "updatedTime": stamp}]
    first, last = pull(time, begun.position, BOOKED)
    assert [(row["id"], row["hours"]) for row in first.rows["time_entry"]] == [("dc:time:1", 2)]
    assert [(s.table, s.value, s.reason) for s in last.scopes] == [("time_entry", "dc:time:7", "deleted")]


def test_without_worklogs_nothing_is_said_about_time(wire, site, time):
    site.add(1, worklog={"startAt": 0, "maxResults": 20, "total": 1, "worklogs": [worklog(1)]})
    (page,) = pull(time, worklogs=False)
    assert "worklog" not in site.asked[0]["fields"]
    assert "time_entry" not in page.rows
    assert not [scope for scope in page.scopes if scope.table == "time_entry"]


def test_a_sprint_printed_as_an_object_is_read(wire, site, time):
    printed = (
        "com.atlassian.greenhopper.service.sprint.Sprint@57910277[id=31,rapidViewId=7,state=ACTIVE,"
        "name=Sprint 3, the long one,startDate=2026-10-01T08:00:00.000Z,endDate=<null>,completeDate=<null>,"
        "sequence=31,goal=Pay, at last]"
    )
    over = printed.replace("id=31", "id=30").replace("ACTIVE", "CLOSED").replace("Sprint 3", "Sprint 2")
    site.add(1, **{SPRINT_FIELD: [over, printed]})
    (page,) = pull(time)
    (_, row) = sorted(page.rows["sprint"], key=lambda row: row["id"])
    assert (row["id"], row["name"], row["state"]) == ("dc:sprint:31", "Sprint 3, the long one", "active")
    assert (row["board"], row["goal"], row["end_at"]) == ("7", "Pay, at last", None)
    assert row["start_at"] == datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
    assert page.rows["work_item"][0]["sprint_id"] == "dc:sprint:31"


def test_a_malformed_issue_does_not_stop_its_page(wire, site, time):
    site.add(1, updated="yesterday")
    site.add(2)
    (page,) = pull(time)
    assert keys([page]) == ["PAY-2"]
    assert [r.native_id for r in page.rejected] == ["dc:item:10001"]


def test_a_census_lists_what_there_is_and_the_next_one_only_counts(wire, site, time):
    for number in range(1, 31):
        site.add(number)
    (first,) = pull(time, partition=CENSUS)
    assert {census.table: len(census.ids) for census in first.censuses}["work_item"] == 30
    time.seconds = 3600
    site.add(31, time.now())
    time.seconds += 3600
    site.asked.clear()
    assert pull(time, first.position, CENSUS) == []
    assert [asked["maxResults"] for asked in site.asked] == ["0", "0"]


def test_one_issue_created_and_one_deleted_do_not_hide_each_other(wire, site, time):
    for number in range(1, 31):
        site.add(number)
    (first,) = pull(time, partition=CENSUS)
    time.seconds = 3600
    site.add(31, time.now())
    site.remove(4)
    time.seconds += 3600
    (page,) = pull(time, first.position, CENSUS)
    listed = {census.table: census.ids for census in page.censuses}["work_item"]
    assert "dc:item:10004" not in listed
    assert len(listed) == 30


def test_many_projects_are_counted_together_and_only_those_in_doubt_are_listed(wire, site, time):
    site.projects.append({"id": "10001", "key": "WEB", "name": "Web"})
    for number in range(1, 6):
        site.add(number)
        site.add(50 + number)["fields"]["project"] = {"id": "10001", "key": "WEB", "name": "Web"}
    censuses = [Partition("census", "10000"), Partition("census", "10001")]
    cursors = {census: pull(time, partition=census)[0].position for census in censuses}
    cursors |= {Partition("issues", census.key): "{}" for census in censuses}
    time.seconds = 3600
    site.add(7, time.now())
    time.seconds = 7200
    site.asked.clear()
    assert [p for stage in reader(time).partitions(cursors) for p in stage if p.stream == "census"] == []
    assert len(site.asked) == 2
    site.remove(51)
    due = [p for stage in reader(time).partitions(cursors) for p in stage if p.stream == "census"]
    assert due == censuses
    assert [len(pull(time, cursors[census], census)) for census in due] == [0, 1]


def test_a_census_is_taken_every_week_and_after_another_reading(wire, site, time):
    site.add(1)
    (first,) = pull(time, partition=CENSUS)
    time.seconds = 8 * 86_400
    assert len(pull(time, first.position, CENSUS)) == 1
    time.seconds = 60
    assert len(pull(time, first.position, CENSUS, currency="EUR")) == 1


def missing(time, page, *numbers):
    return reader(time).confirm(page, [f"dc:item:{10_000 + number}" for number in numbers])


def test_what_a_census_misses_is_asked_for_one_by_one(wire, site, time):
    for number in range(1, 8):
        site.add(number)
    site.remove(2)
    site.hidden = {"10003"}
    site.unsearchable = {"10004"}
    site.issues["10005"]["fields"]["project"] = {"id": "999", "key": "AWAY", "name": "Not ours"}
    (page,) = pull(time, partition=CENSUS)
    confirmed = missing(time, page, 2, 3, 4, 5, 6)
    reasons = {census.table: census.reasons for census in confirmed.censuses}["work_item"]
    assert reasons == {"dc:item:10002": "deleted", "dc:item:10003": "hidden", "dc:item:10005": "moved"}
    rows = {row["key"]: row["is_archived"] for row in confirmed.rows["work_item"]}
    assert rows == {"PAY-4": True, "PAY-6": False}, "what search only forgot for a while is not archived"


def test_when_more_is_missing_than_people_delete_nobody_is_asked(wire, site, time):
    site.add(1)
    (page,) = pull(time, partition=CENSUS)
    wire.paths.clear()
    assert missing(time, page, *range(2000, 3500)) == page
    assert not [path for path in wire.paths if path.startswith("/issue/")]


def test_a_renamed_status_reaches_issues_that_nobody_edited(wire, site, time):
    for number in range(1, 4):
        site.add(number)
    pages = pull(time)
    time.seconds = 86_400
    site.issues["10001"]["fields"]["updated"] = "2026-09-01T09:00:00.000+0000"  # long before the others
    assert keys(pull(time, pages[-1].position)) == ["PAY-2", "PAY-3"]
    site.statuses[0]["statusCategory"]["key"] = "done"
    assert keys(pull(time, pages[-1].position)) == ["PAY-1", "PAY-2", "PAY-3"]


def test_versions_are_read_once_a_day(wire, site, time):
    site.add(1)
    versions = Partition("versions", "10000")
    (page,) = pull(time, partition=versions)
    for hours, due in ((1, False), (25, True)):
        time.seconds = hours * 3600
        stages = reader(time).partitions({versions: page.position})
        assert (versions in stages[1]) is due


def test_an_archived_project_is_listed_and_its_issues_stay_as_they_were_read(wire, site, time):
    site.projects.append({"id": "10001", "key": "OLD", "name": "Old", "archived": True})
    partitions = [p for stage in reader(time).partitions({Partition("issues", "10001"): "{}"}) for p in stage]
    assert {p.key for p in partitions if p.stream in ("issues", "census", "versions")} == {"10000"}
    (page,) = pull(time, partition=Partition("catalogue", "site"))
    assert {row["key"]: row["archived"] for row in page.rows["project"]} == {"PAY": False, "OLD": True}


def test_an_address_without_its_context_path_is_told(wire, time):
    wire.on("/serverInfo", 404, {})
    with pytest.raises(ConfigurationError, match="not as Jira Data Center") as raised:
        reader(time).probe()
    assert "context path" in raised.value.remedy


def test_an_expired_token_in_mid_run_stops_with_what_was_read_kept(wire, site, time):
    for number in range(1, 351):
        site.add(number)
    site.before_search = lambda search: wire.on("/search", 401, {}) if search == 2 else None
    read = []
    with pytest.raises(SignInError, match="refused the sign-in"):
        read.extend(reader(time).pull(ISSUES, None))
    assert len(keys(read)) == 199, "both pages that came before it"
    site.before_search = lambda search: None
    rest = pull(time, read[-1].position)
    assert {*numbers(keys(read)), *numbers(keys(rest))} == set(range(1, 351))


@pytest.mark.parametrize(("path", "status"), [("/search", 200), ("/issue/10001", 404), ("/project", 200)])
def test_an_answer_as_to_a_stranger_is_a_refused_sign_in_and_no_empty_site(wire, site, time, path, status):
    site.add(1, timespent=3600)  # which no worklog makes, so the issue is asked for by itself
    wire.on(path, status, {"startAt": 0, "total": 0, "issues": []}, {"X-AUSERNAME": "anonymous"})
    with pytest.raises(SignInError, match="as to a stranger") as raised:
        pull(time, token_expires_on="2026-11-01")
    assert "expired on 2026-11-01" in raised.value.what


def test_unknown_streams_are_refused(wire, time):
    with pytest.raises(ConfigurationError, match="no stream"):
        pull(time, partition=Partition("weather", "1"))
