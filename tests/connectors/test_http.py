"""One session for all sources: what is repeated, what is waited for, what is refused, and what is never sent."""

import gzip
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
import responses
import structlog
from fake_clock import FakeClock

from connectors import body
from connectors.address import Home
from connectors.answers import Dialect, retry_after_seconds
from connectors.http import Http
from connectors.pacing import Pace
from portfolio.errors import ConfigurationError, RateLimited, RemoteError, RemoteRefusal, SignInError
from portfolio.ports import Traffic

BASE = "https://tool.example"
PAGE = "<!DOCTYPE html><html><title>Log in</title></html>"


@pytest.fixture
def time():
    return FakeClock()


@pytest.fixture
def http(time):
    connection = Http(BASE, clock=time.clock, traffic=Traffic(), dialect=Dialect(title="Tool"))
    yield connection
    connection.close()


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as exchange:
        yield exchange


def answer(wire, *statuses, method="GET", path="/x", **last):
    for status in statuses[:-1]:
        wire.add(method, BASE + path, status=status)
    wire.add(method, BASE + path, status=statuses[-1], **({"json": {"ok": True}} | last))


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
    dialect = Dialect(quota_reason=lambda response: response.headers.get("RateLimit-Reason", ""))
    wire.get(BASE + "/x", status=429, headers={"Retry-After": "20", "RateLimit-Reason": "quota"})
    with pytest.raises(RateLimited, match="quota") as limited:
        Http(BASE, clock=time.clock, dialect=dialect).get_json("/x")
    assert limited.value.until == time.start + timedelta(seconds=20)
    assert time.slept == []


def test_throttling_without_a_time_ends_with_an_unknown_time(http, wire):
    answer(wire, 429)
    with pytest.raises(RateLimited) as limited:
        http.get_json("/x")
    assert limited.value.until is None


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, SignInError, "refused the sign-in"),
        (403, SignInError, "refused access"),
        (404, RemoteRefusal, "has nothing there"),
        (410, RemoteRefusal, "endpoint removed"),
        (400, RemoteRefusal, "refused the request"),
    ],
)
def test_a_refusal_is_an_error_with_a_remedy(http, wire, status, error, words):
    answer(wire, status, body="because", json=None)
    with pytest.raises(error, match=words) as raised:
        http.get_json("/x")
    assert raised.value.remedy
    assert "because" in raised.value.what
    assert http.traffic.requests == 1


def test_a_missing_permission_is_named_by_the_source(wire, time):
    dialect = Dialect(permission_remedy=lambda where: f"Grant Browse projects for {where}.")
    answer(wire, 403)
    with pytest.raises(SignInError) as raised:
        Http(BASE, clock=time.clock, dialect=dialect).get_json("/x")
    assert raised.value.remedy == "Grant Browse projects for GET /x."


def test_a_source_may_classify_an_error_its_own_way(wire, time):
    dialect = Dialect(classify=lambda r: RemoteError("disabled", code="x") if r.status_code == 400 else None)
    answer(wire, 400)
    with pytest.raises(RemoteError, match="disabled"):
        Http(BASE, clock=time.clock, dialect=dialect).get_json("/x")


def test_a_web_page_with_200_means_signed_out(http, wire):
    answer(wire, 200, body=PAGE, json=None, content_type="text/html")
    with pytest.raises(SignInError, match="web page instead of data"):
        http.get_json("/x")


def test_a_redirect_to_a_sign_in_page_means_signed_out(http, wire):
    wire.get(BASE + "/x", status=302, headers={"Location": "https://id.tool.example/login?continue=x"})
    with pytest.raises(SignInError):
        http.get_json("/x")


def test_a_redirect_to_another_host_is_refused(http, wire):
    wire.get(BASE + "/x", status=302, headers={"Location": "https://elsewhere.example/x?token=s3cret"})
    with pytest.raises(RemoteRefusal, match="elsewhere") as raised:
        http.get_json("/x")
    assert "s3cret" not in raised.value.what
    assert len(wire.calls) == 1


def test_a_redirect_on_the_same_host_is_followed(http, wire):
    wire.get(BASE + "/x", status=301, headers={"Location": "/moved"})
    answer(wire, 200, path="/moved")
    assert http.get_json("/x") == {"ok": True}


@pytest.mark.parametrize(
    "target", ["http://[::1", "https://tool.example:99999/x", "https://tool.example:x/", "\xff\xfe//\x80", "https://"]
)
def test_a_redirect_to_what_is_no_address_is_refused(http, wire, target):
    wire.get(BASE + "/x", status=302, headers={"Location": target})
    wire.add(responses.GET, re.compile(".*"), status=302, headers={"Location": target})
    with pytest.raises(RemoteRefusal):
        http.get_json("/x")


def test_a_next_link_that_is_no_address_is_refused(http, wire):
    with pytest.raises(RemoteRefusal, match="configured host"):
        http.get_url_json("https://[::1")


def test_a_circle_of_redirects_ends(http, wire):
    wire.get(BASE + "/x", status=301, headers={"Location": "/x"})
    with pytest.raises(RemoteRefusal):
        http.get_json("/x")
    assert len(wire.calls) == 4


def test_a_write_is_not_redirected(http, wire):
    wire.put(BASE + "/x", status=307, headers={"Location": "/moved"})
    with pytest.raises(RemoteRefusal):
        http.put_json("/x", {})


def test_json_that_breaks_off_is_read_again(http, wire):
    answer(wire, 200, body='{"values": [1, 2', json=None)
    answer(wire, 200)
    assert http.get_json("/x") == {"ok": True}


def test_json_that_stays_broken_is_an_error(http, wire):
    answer(wire, 200, body='{"values": [1, 2', json=None)
    with pytest.raises(RemoteError, match="breaks off"):
        http.get_json("/x")


def test_an_empty_body_is_none(http, wire):
    answer(wire, 204, method="PUT", body="", json=None)
    assert http.put_json("/x", {"a": 1}) is None


def test_text_is_given_as_it_is(http, wire):
    answer(wire, 200, body=PAGE, json=None)
    assert http.get_text("/x") == PAGE


@pytest.mark.parametrize("path", ["https://elsewhere.example/x", "//elsewhere.example/x", "http://tool.example/x"])
def test_absolute_addresses_are_never_called(http, wire, path):
    with pytest.raises(RemoteRefusal, match="refused to call"):
        http.get_json(path)
    assert len(wire.calls) == 0


@pytest.mark.parametrize("url", ["https://elsewhere.example/x", "http://tool.example/x", "https://tool.example:8443/x"])
def test_a_next_link_to_another_host_is_refused(http, wire, url):
    with pytest.raises(RemoteRefusal, match="configured host"):
        http.get_url_json(url)
    assert len(wire.calls) == 0


def test_a_next_link_on_our_host_is_followed(http, wire):
    answer(wire, 200, path="/x?skip=2")
    assert http.get_url_json(BASE + "/x?skip=2") == {"ok": True}


def test_the_usual_port_is_the_same_host_written_out():
    assert Home.of(BASE).holds("https://TOOL.example:443/x")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://tool.example", "config.url_http"),
        ("ftp://tool.example", "config.url"),
        ("tool.example", "config.url"),
        ("https://me:secret@tool.example", "config.url_secret"),
        ("https://[::1", "config.url"),
        ("https://tool.example:99999", "config.url"),
        ("https://tool.example:0", "config.url"),
        ("https://t\u00f6 ol.example/", "config.url"),
        ("https://tool..example/", "config.url"),
        ("https://tool.example/a\x00b", "config.url"),
        ("https://me:secret@[::1", "config.url"),
    ],
)
def test_an_address_is_refused_when_it_is_unsafe(address, code):
    with pytest.raises(ConfigurationError) as raised:
        Http(address)
    assert raised.value.code == code
    assert "secret" not in raised.value.what


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:1"])
def test_this_machine_may_be_called_without_encryption(address):
    assert Http(address).base_url == address.rstrip("/")


def test_http_is_possible_where_it_is_asked_for():
    assert Http("http://tool.example", allow_http=True).base_url == "http://tool.example"


def test_a_renewed_sign_in_is_tried_once(wire, time):
    renewals = []
    answer(wire, 401, 200)
    connection = Http(BASE, clock=time.clock, renew=lambda: renewals.append(1) is None)
    assert connection.get_json("/x") == {"ok": True}
    assert renewals == [1]


def test_a_sign_in_that_stays_refused_is_an_error(wire, time):
    answer(wire, 401)
    with pytest.raises(SignInError):
        Http(BASE, clock=time.clock, renew=lambda: True).get_json("/x")
    assert len(wire.calls) == 2


def test_traffic_is_counted_by_kind_of_endpoint(http, wire):
    for path in (
        "/rest/api/3/issue/10042/worklog",
        "/rest/api/3/issue/10043/worklog",
        "/project/PAY-7",
        "/Projects('6f9619ff-8b86-d011-b42d-00c04fc964ff')",
    ):
        answer(wire, 200, path=path)
        http.get_json(path)
    assert http.traffic.by_endpoint == {
        "GET /rest/api/3/issue/{id}/worklog": 2,
        "GET /project/{id}": 1,
        "GET /Projects('{id}')": 1,
    }
    assert http.traffic.received_bytes > 0


def test_no_secret_is_logged(wire, time):
    wire.get(BASE + "/x", status=503)
    answer(wire, 200)
    signed = requests.auth.HTTPBasicAuth("me@tool.example", "s3cret")
    with structlog.testing.capture_logs() as lines:
        Http(BASE, auth=signed, clock=time.clock).get_json("/x", {"token": "s3cret"})
    assert len(lines) >= 2
    assert "s3cret" not in str(lines)
    assert wire.calls[0].request.headers["Authorization"].startswith("Basic ")


def test_our_name_and_the_sources_headers_go_along(wire, time):
    answer(wire, 200)
    Http(BASE, clock=time.clock, headers={"Accept-Language": "en"}).get_json("/x")
    sent = wire.calls[0].request.headers
    assert sent["User-Agent"].startswith("Plumbrule")
    assert (sent["Accept-Language"], sent["Accept"]) == ("en", "application/json")


def test_starts_are_spread_over_the_second(wire):
    time = FakeClock()
    answer(wire, 200)
    connection = Http(BASE, clock=time.clock, per_second=4)
    for _ in range(5):
        connection.get_json("/x")
    assert time.seconds == pytest.approx(1.0)


def test_a_burst_of_429_halves_the_rate_once_and_success_gives_it_back():
    pace = Pace("h", per_second=8, clock=FakeClock().clock)
    with pace.permit() as first, pace.permit() as second:
        pace.slow_down(first)
        pace.slow_down(second - 0.5)
    assert pace.per_second == 4
    pace.speed_up()
    assert pace.per_second == pytest.approx(4.2)
    for _ in range(100):
        pace.speed_up()
    assert pace.per_second == 8


def test_a_warning_of_the_limit_slows_us_down(wire):
    time = FakeClock()
    wire.get(BASE + "/x", json={}, headers={"X-RateLimit-NearLimit": "true"})
    pace = Pace("h", per_second=8, clock=time.clock)
    Http(BASE, clock=time.clock, pace=pace).get_json("/x")
    assert pace.per_second == 4


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


@pytest.fixture
def served():
    """A server of this machine that answers every GET with what the test puts into it: headers, then pieces."""
    answers = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            headers, pieces = answers[0]
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for piece in pieces:
                    self.wfile.write(piece)
            except OSError:  # the other end has had enough
                self.close_connection = True

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_answer_that_unpacks_to_more_than_the_limit_is_refused(served, time, monkeypatch):
    monkeypatch.setattr(body.read_body, "__kwdefaults__", {"most_bytes": 1_000_000, "most_seconds": 600.0})
    base, answers = served
    packed = gzip.compress(b" " * 5_000_000)
    answers.append(({"Content-Encoding": "gzip", "Content-Length": str(len(packed))}, [packed]))
    with pytest.raises(RemoteRefusal, match="larger than 1 MiB") as raised:
        Http(base, clock=time.clock).get_json("/x")
    assert raised.value.code == "remote.too_large"


def test_an_answer_that_never_ends_is_left_after_ten_minutes(served, time):
    base, answers = served

    def dripping():
        while True:
            time.seconds += 30
            yield b" "

    answers.append(({}, dripping()))
    with pytest.raises(RemoteRefusal, match="not complete after 10 minutes"):
        Http(base, clock=time.clock).get_json("/x")


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
def test_a_large_answer_within_the_limits_is_read_whole(served, time, packed):
    base, answers = served
    plain = b'["' + b"0123456789" * 50_000 + b'"]'
    sent = gzip.compress(plain) if packed else plain
    answers.append(({"Content-Length": str(len(sent))} | ({"Content-Encoding": "gzip"} if packed else {}), [sent]))
    connection = Http(base, clock=time.clock)
    assert connection.get_json("/x") == ["0123456789" * 50_000]
    assert connection.traffic.received_bytes == len(plain)


def test_an_answer_in_chunks_is_read_whole(served, time):
    base, answers = served
    answers.append(({"Transfer-Encoding": "chunked"}, [b"3\r\n[1,\r\n", b"2\r\n2]\r\n", b"0\r\n\r\n"]))
    assert Http(base, clock=time.clock).get_json("/x") == [1, 2]


def test_an_answer_shorter_than_announced_is_tried_again_and_then_an_error(served, time):
    base, answers = served
    answers.append(({"Content-Length": "100"}, [b"[1]"]))
    with pytest.raises(RemoteError, match="broke off"):
        Http(base, clock=time.clock).get_json("/x")
    assert len(time.slept) >= 4


def test_an_answer_that_cannot_be_unpacked_is_an_error(served, time):
    base, answers = served
    answers.append(({"Content-Encoding": "gzip", "Content-Length": "3"}, [b"abc"]))
    with pytest.raises(RemoteError, match="cannot be reached"):
        Http(base, clock=time.clock).get_json("/x")
