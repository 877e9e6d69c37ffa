"""How fast a host is asked: lanes per endpoint, holds per record, stops for a used-up quota."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fake_clock import FakeClock
from http_wire import BASE, answer
from hypothesis import given
from hypothesis import strategies as st

from connectors.http import Http
from connectors.limits import Allowance, Room
from connectors.pacing import Pace
from connectors.records import RecordBusy
from portfolio.errors import RateLimited
from portfolio.ports import OWN_PACE, OWN_RECORD_PACE


def test_starts_are_spread_over_the_second(wire):
    time = FakeClock()
    answer(wire, 200)
    connection = Http(BASE, clock=time.clock, per_second=4)
    for _ in range(5):
        connection.get_json("/x")
    assert time.seconds == pytest.approx(1.0)


class Asked:
    """A pace on a clock of its own, and what went through it: endpoint and second of every start."""

    def __init__(self, **limits):
        self.time = FakeClock()
        self.pace = Pace("h", clock=self.time.clock, **limits)
        self.started = []
        self.waits = {}

    def waited(self, reason, seconds):
        self.waits[reason] = self.waits.get(reason, 0) + seconds

    def send(self, endpoint="GET /a", record=None):
        with self.pace.permit(endpoint, record, self.waited) as turn:
            self.started.append((endpoint, self.time.seconds))
        return turn

    def throttled(self, endpoint="GET /a", record=None, *, reach="host", wait=0.0, quota=False):
        turn = self.send(endpoint, record)
        self.pace.throttled(turn, reach, "because", wait, quota=quota)
        return turn


def test_a_burst_of_429_halves_the_rate_once_and_success_gives_it_back():
    asked = Asked(per_second=8)
    pace = asked.pace
    with pace.permit() as first:
        asked.time.seconds += 1
        pace.throttled(first, "host", "because", 0, quota=False)
        pace.throttled(first, "host", "because", 0, quota=False)
    assert pace.per_second() == 4
    pace.answered(first)
    assert pace.per_second() == pytest.approx(4.2)
    for _ in range(100):
        pace.answered(first)
    assert pace.per_second() == 8


def test_a_burst_of_one_endpoint_slows_that_endpoint_alone():
    asked = Asked(per_second=10)
    asked.throttled("GET /a", reach="endpoint", wait=5)
    assert (asked.pace.per_second("GET /a"), asked.pace.per_second("GET /b")) == (5, 10)
    asked.send("GET /b")
    assert asked.time.seconds < 1, "the other endpoint does not wait for the hold"
    asked.send("GET /a")
    assert asked.time.seconds == pytest.approx(5)
    assert asked.waits["because"] == pytest.approx(4.9, abs=0.2)


def test_a_slowed_endpoint_comes_back_step_by_step():
    asked = Asked(per_second=10)
    asked.throttled(reach="endpoint")
    rates = []
    for _ in range(40):
        asked.pace.answered(asked.send())
        rates.append(asked.pace.per_second("GET /a"))
    assert rates == sorted(rates)
    assert rates[0] == pytest.approx(5.25)
    assert rates[-1] == 10


def test_a_rate_never_falls_below_one_in_two_seconds():
    asked = Asked(per_second=10)
    for _ in range(20):
        asked.throttled(reach="endpoint")
    assert asked.pace.per_second("GET /a") == 0.5


def test_a_configured_rate_below_the_slowest_is_kept():
    asked = Asked(per_second=0.2)
    asked.throttled()
    assert asked.pace.per_second() == 0.2


def test_a_limit_of_writes_to_one_issue_holds_that_issue_alone():
    asked = Asked(per_second=10)
    asked.throttled("PUT /issue/{id}", "10001", reach="record", wait=20)
    asked.send("PUT /issue/{id}", "10002")
    asked.send("GET /issue/{id}")
    assert asked.time.seconds < 1
    assert asked.pace.per_second("PUT /issue/{id}") == 10, "writing to others is not slowed"
    asked.send("DELETE /issue/{id}", "10001")
    assert asked.time.seconds == pytest.approx(20)


def test_the_hold_of_an_issue_is_forgotten_when_it_is_over():
    asked = Asked(per_second=10)
    asked.throttled(record="10001", reach="record", wait=20)
    asked.time.seconds = 21
    asked.send(record="10001")
    assert asked.time.seconds == 21


FEW = Allowance(writes=3, seconds=10.0)


class Writing(Asked):
    """Writes to records with an allowance of three in ten seconds."""

    def write(self, record, *, patient=True):
        with self.pace.permit("PUT /issue/{id}", record, self.waited, allowance=FEW, patient=patient) as turn:
            return turn


def test_one_write_too_many_to_a_record_waits_for_the_oldest_to_count_no_more():
    asked = Writing(per_second=1000)
    moments = [asked.write("10001").started for _ in range(5)]
    assert [round(moment) for moment in moments] == [0, 0, 0, 10, 10]
    assert asked.waits[OWN_RECORD_PACE] == pytest.approx(10, abs=0.1)


def test_records_do_not_wait_for_each_other():
    asked = Writing(per_second=1000)
    for record in ("10001", "10002", "10003"):
        for _ in range(3):
            asked.write(record)
    assert asked.time.seconds < 0.1


def test_who_has_other_things_to_do_is_told_and_does_not_sleep():
    asked = Writing(per_second=1000)
    for _ in range(3):
        asked.write("10001", patient=False)
    with pytest.raises(RecordBusy, match=OWN_RECORD_PACE) as raised:
        asked.write("10001", patient=False)
    assert raised.value.one_record
    assert asked.time.seconds < 0.1
    with pytest.raises(RecordBusy):
        asked.pace.claim("10001", FEW, asked.waited, patient=False)
    asked.pace.claim("10001", FEW, asked.waited)
    assert asked.time.seconds == pytest.approx(10, abs=0.1)


def test_a_call_that_writes_to_many_counts_for_each():
    asked = Writing(per_second=1000)
    for _ in range(3):
        asked.pace.claim("10001", FEW, asked.waited)
    assert asked.write("10002").started < 0.1
    assert asked.write("10001").started == pytest.approx(10, abs=0.1)


def test_a_hold_of_the_other_side_is_told_as_such_beside_our_own_limit():
    asked = Writing(per_second=1000)
    turn = asked.write("10001")
    asked.pace.throttled(turn, "record", "because", 25, quota=False)
    asked.write("10001")
    assert asked.waits["because"] == pytest.approx(25, abs=0.1)
    assert OWN_RECORD_PACE not in asked.waits


@given(st.lists(st.tuples(st.sampled_from(["7", "8"]), st.floats(0, 6), st.booleans()), max_size=60))
def test_however_it_is_written_no_record_gets_more_than_its_allowance(writes):
    asked = Writing(per_second=1000)
    moments = {"7": [], "8": []}
    for record, idle, in_bulk in writes:
        asked.time.seconds += idle
        if in_bulk:
            asked.pace.claim(record, FEW, asked.waited)
            moments[record].append(asked.time.seconds)
        else:
            moments[record].append(asked.write(record).started)
    for written in moments.values():
        assert all(later - first >= 10 - 1e-6 for first, later in zip(written, written[3:], strict=False))


def test_records_that_are_long_left_alone_are_forgotten():
    asked = Writing(per_second=1000)
    for number in range(100):
        asked.write(str(number))
        asked.time.seconds += 1
    assert len(asked.pace._records._known) < 15


@pytest.mark.parametrize("reach", ["host", "endpoint", "record"])
def test_a_hold_that_is_too_long_is_told_and_not_slept_through(reach):
    asked = Asked(per_second=10)
    asked.throttled(record="10001", reach=reach, wait=1847)
    with pytest.raises(RateLimited, match=r"wait 1847 seconds \(because\)") as raised:
        asked.send(record="10001")
    assert raised.value.until == asked.time.start + timedelta(seconds=1847)
    assert asked.time.slept == []


def test_a_used_up_quota_stops_everything_however_short_it_is():
    asked = Asked(per_second=10)
    asked.throttled(wait=20, quota=True)
    with pytest.raises(RateLimited) as raised:
        asked.send("GET /other")
    assert raised.value.until == asked.time.start + timedelta(seconds=20)
    assert asked.time.slept == []
    asked.time.seconds = 20.0
    asked.send("GET /other")


def test_little_room_brings_the_host_down_to_what_refills():
    asked = Asked(per_second=10)
    asked.pace.answered(asked.send(), Room(low=True, refill_per_second=2))
    assert asked.pace.per_second("GET /a") == 2


def test_warnings_that_do_not_end_slow_us_down_to_a_quarter_and_no_further():
    asked = Asked(per_second=10)
    for _ in range(20):
        asked.pace.answered(asked.send(), Room(low=True))
    assert asked.pace.per_second() == 2.5


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["GET /a", "GET /b", "PUT /c/{id}"]),
        st.sampled_from(["fine", "low", "empty", "host", "endpoint", "record"]),
        st.floats(0, 30),
        st.floats(0, 5),
    ),
    max_size=60,
)


@given(ACTIONS)
def test_whatever_is_answered_no_hold_is_broken_and_no_more_is_asked_than_agreed(actions):
    asked = Asked(per_second=10)
    closed = {}
    for endpoint, said, wait, idle in actions:
        asked.time.seconds += idle
        record = "7" if "PUT" in endpoint else None
        turn = asked.send(endpoint, record)
        assert all(turn.started >= closed.get(key, 0.0) for key in ("host", endpoint, record))
        if said in ("fine", "low", "empty"):
            room = Room(low=said != "fine", refill_per_second=2, wait_seconds=wait if said == "empty" else 0.0)
            asked.pace.answered(turn, room)
        else:
            asked.pace.throttled(turn, said, "because", wait, quota=False)
        concerned = {"empty": "host", "host": "host", "endpoint": endpoint, "record": record or "host"}.get(said)
        if concerned:
            closed[concerned] = max(closed.get(concerned, 0.0), turn.started + wait)
        assert 0.5 <= asked.pace.per_second(endpoint) <= 10
    starts = [second for _, second in asked.started]
    assert all(later - first >= 0.8 - 1e-6 for first, later in zip(starts, starts[9:], strict=False))
    assert sum(asked.waits.values()) == pytest.approx(sum(asked.time.slept))


def test_no_room_waits_for_the_next_token():
    asked = Asked(per_second=10)
    asked.pace.answered(asked.send(), Room(low=True, refill_per_second=2, wait_seconds=3))
    asked.send()
    assert asked.time.seconds == pytest.approx(3)
    assert asked.waits == {"little left of the rate limit": pytest.approx(3)}


def test_waiting_for_our_own_rate_is_told_apart():
    asked = Asked(per_second=2)
    for _ in range(3):
        asked.send()
    assert asked.waits == {OWN_PACE: pytest.approx(1.0)}


def test_whoever_waits_for_a_held_endpoint_keeps_no_permit():
    """One permit, a held endpoint and another: the other goes first, although it came second."""
    asked = Asked(per_second=1000, in_flight=1)
    asked.throttled("GET /held", reach="endpoint", wait=10)
    order = []

    def other_in_the_meantime(seconds):
        if not order:
            order.append("other")
            asked.send("GET /other")
        asked.time.seconds += seconds

    asked.pace._clock = replace(asked.time.clock, sleep=other_in_the_meantime)
    asked.send("GET /held")
    assert [endpoint for endpoint, _ in asked.started] == ["GET /held", "GET /other", "GET /held"]


def test_a_warning_of_the_limit_slows_us_down(wire):
    time = FakeClock()
    wire.get(BASE + "/x", json={}, headers={"X-RateLimit-NearLimit": "true"})
    pace = Pace("h", per_second=8, clock=time.clock)
    Http(BASE, clock=time.clock, pace=pace).get_json("/x")
    assert pace.per_second() == 4


def test_whoever_calls_one_address_shares_its_pace_and_tools_side_by_side_on_a_host_do_not():
    reading, writing, other = (Http(f"https://tools.example{path}") for path in ("/jira", "/jira/", "/pwa"))
    assert reading._pace is writing._pace
    assert reading._pace is not other._pace


def test_at_most_the_permitted_number_is_in_flight():
    server = _Counting(("127.0.0.1", 0), _Slow)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        connection = Http(f"http://127.0.0.1:{server.server_port}", per_second=1000, in_flight=3)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: connection.get_json("/x"), range(16)))
        connection.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert 1 < server.most <= 3


class _Counting(ThreadingHTTPServer):
    most = 0

    def __init__(self, *args):
        super().__init__(*args)
        self.gate = threading.Lock()
        self.now = 0


class _Slow(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        with server.gate:
            server.now += 1
            server.most = max(server.most, server.now)
        threading.Event().wait(0.02)
        with server.gate:
            server.now -= 1
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass
