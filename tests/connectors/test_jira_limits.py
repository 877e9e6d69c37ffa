"""Jira's rate limits as its headers tell them: three kinds on Cloud, one bucket on Data Center."""

from datetime import UTC, datetime, timedelta

import pytest
import responses
from fake_clock import FakeClock
from requests.structures import CaseInsensitiveDict

from connectors.answers import Dialect
from connectors.http import Http
from connectors.jira.limits import CLOUD, DATA_CENTER
from connectors.limits import PLENTY, Room
from portfolio.errors import RateLimited
from portfolio.ports import Traffic
from sandbox.http import Response, Route, Server
from sandbox.jira.burst import BurstLimit

SITE = "https://meridian.example"
QUOTA = '"app";q=65000;w=3600'
SEARCH = "/rest/api/3/search/jql"
ISSUE = "/rest/api/3/issue/10001/properties/plumbrule"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def jira(clock):
    return Http(SITE, clock=clock.clock, traffic=Traffic(), dialect=Dialect(title="Jira", limits=CLOUD))


@pytest.fixture
def site():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def throttle(site, method, path, reason, **headers):
    site.add(method, SITE + path, status=429, headers={"RateLimit-Reason": reason, **headers})
    site.add(method, SITE + path, json={})


def room(limits, **headers):
    return limits.room(CaseInsensitiveDict({name.replace("_", "-"): value for name, value in headers.items()}))


@pytest.mark.parametrize(
    "reason", ["jira-quota-global-based", "jira-quota-tenant-based", "jira-quota-based", "jira-cost-based"]
)
def test_a_used_up_quota_stops_with_its_time(site, jira, clock, reason):
    throttle(site, "GET", SEARCH, reason, **{"Retry-After": "1200"})
    with pytest.raises(RateLimited, match=reason) as limited:
        jira.get_json(SEARCH)
    assert limited.value.until == clock.start + timedelta(minutes=20)
    with pytest.raises(RateLimited):
        jira.get_json("/rest/api/3/field")
    assert clock.slept == []


def test_points_come_back_with_the_full_hour_where_no_time_is_told(site, jira, clock):
    clock.seconds = 17 * 60
    throttle(site, "GET", SEARCH, "jira-quota-global-based")
    with pytest.raises(RateLimited) as limited:
        jira.get_json(SEARCH)
    assert limited.value.until == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "0"}, {"X-RateLimit-Reset": "2026-11-23T05:00Z"}], ids=["no time at all", "a past time"]
)
def test_a_used_up_quota_is_not_believed_to_be_there_again_at_once(site, jira, clock, headers):
    throttle(site, "GET", SEARCH, "jira-quota-tenant-based", **headers)
    with pytest.raises(RateLimited) as limited:
        jira.get_json(SEARCH)
    assert limited.value.until == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def test_a_burst_holds_its_endpoint_and_nothing_else(site, jira, clock):
    throttle(site, "POST", SEARCH, "jira-burst-based", **{"Retry-After": "7"})
    site.get(f"{SITE}/rest/api/3/field", json=[])
    assert jira.post_json(SEARCH, {}, read_only=True) == {}
    assert clock.slept == [7.0]
    jira.get_json("/rest/api/3/field")
    assert clock.seconds == pytest.approx(7.0, abs=0.3)
    assert jira.traffic.throttled_by_reason == {"jira-burst-based": 1}


def test_writes_to_one_issue_wait_while_others_go_on(site, jira, clock):
    throttle(site, "PUT", ISSUE, "jira-per-issue-on-write", **{"Retry-After": "25"})
    other = ISSUE.replace("10001", "10002")
    site.put(SITE + other, json={})
    seen = []

    def sleep(seconds):
        if not seen:
            seen.append(seconds)
            jira.put_json(other, {})
        clock.sleep(seconds)

    jira._clock = type(clock.clock)(sleep=sleep, monotonic=clock.clock.monotonic, now=clock.now, jitter=lambda: 1.0)
    jira.put_json(ISSUE, {})
    assert seen == [25.0]
    assert [call.request.url.split("/")[7] for call in site.calls] == ["10001", "10002", "10001"]


def test_reading_an_issue_is_not_held_by_writes_to_it():
    assert CLOUD.record("GET", ISSUE) is None
    assert CLOUD.record("PUT", ISSUE) == "10001"
    assert CLOUD.record("POST", "/rest/api/2/issue/PAY-7/comment") == "PAY-7"
    assert CLOUD.record("POST", "/rest/api/3/issue/bulkfetch") is None
    assert CLOUD.record("POST", "/rest/api/3/issue") is None


def test_a_429_without_reason_slows_the_whole_host(site, jira, clock):
    site.get(SITE + SEARCH, status=429)
    site.get(SITE + SEARCH, json={})
    jira.get_json(SEARCH)
    assert jira._pace.per_second() < 10


@pytest.mark.parametrize(
    ("headers", "low"),
    [
        ({}, False),
        ({"X_RateLimit_NearLimit": "true"}, True),
        ({"X_RateLimit_NearLimit": "false"}, False),
        ({"Beta_RateLimit_Policy": QUOTA, "Beta_RateLimit": '"app";r=12999;t=600'}, True),
        ({"Beta_RateLimit_Policy": QUOTA, "Beta_RateLimit": '"app";r=13000;t=600'}, False),
        ({"X_Beta_RateLimit_Policy": '"a";q=100', "X_Beta_RateLimit": '"a";r=1'}, True),
        ({"RateLimit_Policy": '"b";q=100;w=1, "a";q=10', "RateLimit": '"a"; r=1; t=3, "b"; r=90'}, True),
        ({"Beta_RateLimit": '"a";r=0;t=1'}, False),
        ({"Beta_RateLimit_Policy": '"a";q=100;w=1', "Beta_RateLimit": '"a";t=1'}, False),
        ({"Beta_RateLimit_Policy": '"a";q=0;w=1', "Beta_RateLimit": '"a";r=0'}, False),
        ({"Beta_RateLimit_Policy": "odd;;", "Beta_RateLimit": '"'}, False),
    ],
    ids=[
        "nothing said",
        "near the limit",
        "not near the limit",
        "under a fifth",
        "a fifth",
        "a prefix of older logs",
        "two policies in any order, without prefix",
        "a quota without its policy",
        "far from the limit, so without r",
        "a policy of nothing",
        "not to be understood",
    ],
)  # fmt: skip
def test_cloud_slows_down_with_little_room(headers, low):
    assert room(CLOUD, **headers).low is low


BUCKET = {
    "X_RateLimit_Limit": "100",
    "X_RateLimit_Remaining": "19",
    "X_RateLimit_FillRate": "10",
    "X_RateLimit_Interval_Seconds": "5",
    "Retry_After": "0",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Room(low=True, refill_per_second=2.0)),
        ({"X_RateLimit_Remaining": "20"}, PLENTY),
        ({"X_RateLimit_Remaining": "0"}, Room(low=True, refill_per_second=2.0, wait_seconds=0.5)),
        ({"X_RateLimit_Remaining": "0", "Retry_After": "4"}, Room(low=True, refill_per_second=2.0, wait_seconds=4.0)),
        ({"X_RateLimit_FillRate": "0"}, Room(low=True)),
        ({"X_RateLimit_Limit": "0"}, PLENTY),
        ({"X_RateLimit_Limit": "many"}, PLENTY),
    ],
    ids=[
        "under a fifth",
        "a fifth",
        "nothing left",
        "nothing left, with a time",
        "no refill told",
        "no limit",
        "not to be understood",
    ],
)
def test_data_center_slows_down_before_the_bucket_is_empty(change, expected):
    assert room(DATA_CENTER, **(BUCKET | change)) == expected


def test_a_retry_after_of_nothing_beside_a_good_answer_is_normal(site, clock):
    full = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "80", "Retry-After": "0"}
    site.get(f"{SITE}/rest/api/2/field", json=[], headers=full)
    server = Http(SITE, clock=clock.clock, dialect=Dialect(limits=DATA_CENTER), per_second=1000)
    for _ in range(10):
        server.get_json("/rest/api/2/field")
    assert clock.seconds < 0.1
    assert server._pace.per_second() == 1000


def test_an_emptying_bucket_is_followed_at_the_rate_at_which_it_fills(site, clock):
    """A bucket of 20 that refills 2 a second, asked 60 times: no answer is a 429."""
    left, filled = 20.0, 0.0

    def answer(request):
        nonlocal left, filled
        left = min(20.0, left + (clock.seconds - filled) * 2)
        filled = clock.seconds
        status = 200 if left >= 1 else 429
        left -= 1 if status == 200 else 0
        headers = {
            "X-RateLimit-Limit": "20",
            "X-RateLimit-Remaining": str(int(left)),
            "X-RateLimit-FillRate": "2",
            "X-RateLimit-Interval-Seconds": "1",
            "Retry-After": "0" if left >= 1 else "1",
        }
        return status, headers, "{}"

    site.add_callback("GET", f"{SITE}/rest/api/2/field", answer)
    server = Http(SITE, clock=clock.clock, dialect=Dialect(limits=DATA_CENTER))
    for _ in range(60):
        server.get_json("/rest/api/2/field")
    assert server.traffic.throttled == 0
    assert clock.seconds < 30, "and no time is lost by overdoing it"


def test_a_burst_limit_below_our_rate_is_found_and_followed(clock):
    """20 requests a second are let through, we begin with 100: few are refused, and not much time is lost."""
    limit = BurstLimit({"GET": 20}, clock=lambda: clock.seconds)
    routes = [Route("GET", f"/rest/api/3/{name}", lambda _: Response.of_json({})) for name in ("search", "field")]
    with Server(routes, gates=[limit]) as server:
        jira = Http(server.url, clock=clock.clock, dialect=Dialect(limits=CLOUD), per_second=100)
        for _ in range(300):
            jira.get_json("/rest/api/3/search")
        assert jira.traffic.throttled < 300 / 10
        assert clock.seconds < 2 * 300 / 20
        before = clock.seconds
        for _ in range(10):
            jira.get_json("/rest/api/3/field")
        assert clock.seconds - before < 0.5, "another endpoint is asked as fast as before"
        jira.close()
