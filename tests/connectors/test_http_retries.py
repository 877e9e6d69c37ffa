"""What is repeated, what is waited for and how long, and when a connection gives up."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from fake_clock import FakeClock
from http_wire import BASE, answer

from connectors.answers import Dialect, retry_after_seconds
from connectors.http import Http
from connectors.limits import UNSTATED, Limits, Throttle
from portfolio.errors import RateLimited, RemoteError


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_read_is_repeated_after(http, wire, time, status):
    answer(wire, status, 200)
    assert http.get_json("/x") == {"ok": True}
    assert time.slept == [2.0]
    assert (http.traffic.requests, http.traffic.retried, http.traffic.waited_seconds) == (2, 1, 2.0)


@pytest.mark.parametrize(
    "failure",
    [
        requests.ConnectionError("reset"),
        requests.ReadTimeout("slow"),
        requests.exceptions.ChunkedEncodingError("broke off"),
    ],
    ids=["a reset", "a timeout", "a broken-off answer"],
)
def test_a_read_is_repeated_after_losing_the_line(http, wire, failure):
    wire.get(BASE + "/x", body=failure)
    answer(wire, 200)
    assert http.get_json("/x") == {"ok": True}


def test_waits_grow_and_end_after_five_tries(http, wire, time):
    answer(wire, 503)
    with pytest.raises(RemoteError, match="503 on GET /x"):
        http.get_json("/x")
    assert time.slept == [2.0, 4.0, 8.0, 16.0]
    assert http.traffic.requests == 5


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_create_is_never_repeated_after(http, wire, status):
    answer(wire, status, method="POST")
    with pytest.raises(RemoteError):
        http.post_json("/x", {})
    assert http.traffic.requests == 1


def test_a_create_is_never_repeated_after_losing_the_line(http, wire):
    wire.post(BASE + "/x", body=requests.ConnectionError("reset"))
    with pytest.raises(RemoteError, match="cannot be reached"):
        http.post_json("/x", {})
    assert http.traffic.requests == 1


def test_a_post_that_only_reads_is_repeated(http, wire):
    answer(wire, 503, 200, method="POST")
    assert http.post_json("/x", {}, read_only=True) == {"ok": True}


def test_any_method_is_repeated_after_429_because_nothing_was_done(http, wire):
    answer(wire, 429, 201, method="POST")
    assert http.post_json("/x", {}) == {"ok": True}
    assert http.traffic.throttled == 1


def test_500_is_reported_at_once(http, wire):
    answer(wire, 500, json={"error": "boom"})
    with pytest.raises(RemoteError, match="boom"):
        http.get_json("/x")
    assert http.traffic.requests == 1


@pytest.mark.parametrize(
    ("header", "waited"),
    [
        ("1", 2.0),
        ("7", 7.0),
        ("7.5", 7.5),
        ("0", 2.0),
        ("-3", 2.0),
        ("nonsense", 2.0),
        ("nan", 2.0),
        ("Mon, 23 Nov 2026 06:00:40 GMT", 40.0),
        ("Mon, 23 Nov 2026 05:00:00 GMT", 2.0),
    ],
)
def test_retry_after_is_a_minimum(http, wire, time, header, waited):
    wire.get(BASE + "/x", status=429, headers={"Retry-After": header})
    answer(wire, 200)
    http.get_json("/x")
    assert sum(time.slept) == pytest.approx(waited)


def test_a_retry_date_counts_from_the_other_sides_clock(http, wire, time):
    ahead = {"Date": "Mon, 23 Nov 2026 07:00:00 GMT", "Retry-After": "Mon, 23 Nov 2026 07:00:30 GMT"}
    wire.get(BASE + "/x", status=503, headers=ahead)
    answer(wire, 200)
    http.get_json("/x")
    assert time.slept == [30.0]


def test_jitter_never_shortens_the_wait(wire):
    time = FakeClock(jitter=1.25)
    wire.get(BASE + "/x", status=429, headers={"Retry-After": "8"})
    answer(wire, 200)
    Http(BASE, clock=time.clock).get_json("/x")
    assert time.slept == [10.0]


def test_a_wait_above_two_minutes_ends_the_run_with_its_time(http, wire, time):
    wire.get(BASE + "/x", status=429, headers={"Retry-After": "1847"})
    with pytest.raises(RateLimited) as limited:
        http.get_json("/x")
    assert limited.value.until == time.start + timedelta(seconds=1847)
    assert time.slept == []


def test_a_long_pause_holds_every_thread_of_the_host(http, wire):
    wire.get(BASE + "/x", status=429, headers={"Retry-After": "1847"})
    answer(wire, 200, path="/other")
    with pytest.raises(RateLimited):
        http.get_json("/x")
    with pytest.raises(RateLimited, match=r"tool\.example asks us to wait"):
        http.get_json("/other")
    assert http.traffic.requests == 1


def test_a_long_pause_announced_with_503_is_not_slept_through(http, wire, time):
    wire.get(BASE + "/x", status=503, headers={"Retry-After": "900"})
    with pytest.raises(RemoteError, match="not available"):
        http.get_json("/x")
    assert time.slept == []


def test_a_used_up_quota_is_not_waited_for(wire, time):
    limits = Limits(throttle=lambda response, now: Throttle(reason="quota", quota=True))
    wire.get(BASE + "/x", status=429, headers={"Retry-After": "20"})
    connection = Http(BASE, clock=time.clock, dialect=Dialect(limits=limits))
    for _ in range(2):
        with pytest.raises(RateLimited, match="quota") as limited:
            connection.get_json("/x")
        assert limited.value.until == time.start + timedelta(seconds=20)
    assert time.slept == []
    assert connection.traffic.requests == 1, "nobody asks again before its time"


def test_a_quota_without_a_time_ends_when_the_tool_documents_it(wire, time):
    limits = Limits(throttle=lambda response, now: Throttle(reason="quota", quota=True, wait_seconds=900))
    wire.get(BASE + "/x", status=429)
    with pytest.raises(RateLimited) as limited:
        Http(BASE, clock=time.clock, dialect=Dialect(limits=limits)).get_json("/x")
    assert limited.value.until == time.start + timedelta(seconds=900)


@pytest.mark.parametrize("reset", ["2026-11-23T06:00:40Z", "2026-11-23T08:00:40+02:00", "2026-11-23T06:00:40"])
def test_the_time_of_a_reset_stands_in_for_a_retry_time(http, wire, time, reset):
    wire.get(BASE + "/x", status=429, headers={"X-RateLimit-Reset": reset})
    answer(wire, 200)
    http.get_json("/x")
    assert time.slept == [40.0]


def test_a_reset_may_lack_its_seconds(http, wire, time):
    wire.get(BASE + "/x", status=429, headers={"X-RateLimit-Reset": "2026-11-23T06:30Z"})
    with pytest.raises(RateLimited) as limited:
        http.get_json("/x")
    assert limited.value.until == time.start + timedelta(minutes=30)


def test_a_reset_that_is_no_time_says_nothing(http, wire, time):
    wire.get(BASE + "/x", status=429, headers={"X-RateLimit-Reset": "soon"})
    answer(wire, 200)
    http.get_json("/x")
    assert time.slept == [2.0]


def test_a_storm_in_which_some_calls_get_through_loses_nothing(http, wire, time):
    """Nine refusals in a row, as three in a thousand calls meet where four in ten are refused."""
    answer(wire, *[429] * 9, 200)
    assert http.get_json("/x") == {"ok": True}
    assert time.slept == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0, 30.0]
    assert http.traffic.throttled_by_reason == {UNSTATED: 9}
    assert http.traffic.waited_by_reason[UNSTATED] == http.traffic.waited_seconds == 180.0


def test_an_endless_storm_ends_in_a_stop_that_can_be_resumed(http, wire):
    answer(wire, 429)
    with pytest.raises(RateLimited, match="slow down") as limited:
        http.get_json("/x")
    assert http.traffic.requests == 12
    assert "goes on where it stopped" in limited.value.remedy


def test_throttling_without_a_time_ends_with_an_unknown_time(http, wire):
    answer(wire, 429)
    with pytest.raises(RateLimited) as limited:
        http.get_json("/x")
    assert limited.value.until is None


def test_an_absent_retry_after_is_unknown_rather_than_zero():
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert retry_after_seconds(None, now) is None
    assert retry_after_seconds("inf", now) is None


@pytest.mark.parametrize("header", ["1" + "0" * 300, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_pause_that_no_calendar_holds_is_a_month(http, wire, time, header):
    wire.get(BASE + "/x", status=429, headers={"Retry-After": header})
    with pytest.raises(RateLimited) as raised:
        http.get_json("/x")
    assert raised.value.until == time.start + timedelta(days=31)


def test_json_that_breaks_off_is_read_again(http, wire):
    answer(wire, 200, body='{"values": [1, 2', json=None)
    answer(wire, 200)
    assert http.get_json("/x") == {"ok": True}


def test_json_that_stays_broken_is_an_error(http, wire):
    answer(wire, 200, body='{"values": [1, 2', json=None)
    with pytest.raises(RemoteError, match="breaks off"):
        http.get_json("/x")
