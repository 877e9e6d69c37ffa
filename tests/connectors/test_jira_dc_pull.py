"""Reading issues of a Data Center page by page: while the site changes, in windows, in any zone, after a break."""

import re
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from jira_dc_pulls import ISSUES, keys, numbers, pull, site, time, wire
from jira_dc_site import at, reader

from portfolio.errors import ConfigurationError, RemoteRefusal, SignInError
from portfolio.ports import Partition

__all__ = ["site", "time", "wire"]


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
