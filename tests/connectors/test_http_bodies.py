"""Bodies of answers, over a real connection: too large, too slow, cut off, badly packed."""

import gzip
import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from connectors import body
from connectors.http import Http
from portfolio.errors import RemoteError, RemoteRefusal


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


@pytest.mark.parametrize("after", [b"", b"\0" * 9], ids=["alone", "padded"])
def test_an_answer_packed_in_several_parts_is_read_whole(served, time, after):
    base, answers = served
    sent = gzip.compress(b"[1,") + gzip.compress(b"2]") + after
    answers.append(({"Content-Encoding": "GZIP", "Content-Length": str(len(sent))}, [sent]))
    assert Http(base, clock=time.clock).get_json("/x") == [1, 2]


def received(sent, **limits):
    response = requests.Response()
    response.headers["Content-Encoding"] = "gzip"
    response.raw = urllib3.HTTPResponse(io.BytesIO(sent), {"Content-Encoding": "gzip"}, preload_content=False)
    body.read_body(response, lambda: 0.0, **limits)
    return response.content


@given(st.binary(max_size=300), st.integers(1, 3000), st.integers(-2, 2))
def test_what_was_packed_is_unpacked_whatever_its_length(seed, times, more):
    plain = seed * times + b"x" * max(0, 98_304 + more - len(seed) * times % 98_304)
    assert received(gzip.compress(plain)) == plain
    assert received(gzip.compress(plain) + gzip.compress(seed)) == plain + seed
    assert received(gzip.compress(plain) + gzip.compress(plain)) == plain + plain


@given(st.binary(max_size=300), st.integers(1, 3000), st.integers(1, 12))
def test_what_breaks_off_gives_its_beginning(seed, times, lost):
    assert (seed * times).startswith(received(gzip.compress(seed * times)[:-lost]))


@pytest.mark.parametrize("told", [0, 1, 99_999, 100_001, 2**31, 2**32 - 1])
@pytest.mark.parametrize("most_bytes", [99_999, 100_000, 2**30])
def test_a_wrong_length_at_the_end_brings_nothing_that_was_not_sent(told, most_bytes):
    packed = gzip.compress(b" " * 100_000)[:-4] + told.to_bytes(4, "little")
    assert (b" " * min(100_000, most_bytes)).startswith(received(packed, most_bytes=most_bytes))


def test_an_answer_of_the_largest_size_is_unpacked_at_one_go_and_one_byte_more_is_refused():
    packed = gzip.compress(b" " * 1_000_000)
    for most_bytes in (1_000_000, 1032 * len(packed), 2**30):
        assert len(received(packed, most_bytes=most_bytes)) == 1_000_000
    with pytest.raises(body.BeyondLimits):
        received(packed, most_bytes=999_999)


@pytest.mark.parametrize("most_bytes", [199_999, 200_000])
def test_the_limit_is_the_unpacked_length(most_bytes):
    packed = gzip.compress(b" " * 100_000) * 2
    if most_bytes == 200_000:
        assert received(packed, most_bytes=most_bytes) == b" " * 200_000
    else:
        with pytest.raises(body.BeyondLimits):
            received(packed, most_bytes=most_bytes)


def test_a_packed_answer_without_a_body_is_empty(served, time):
    base, answers = served
    answers.append(({"Content-Encoding": "gzip", "Content-Length": "0"}, []))
    assert Http(base, clock=time.clock).get_json("/x") is None


def test_a_packed_answer_that_breaks_off_inside_is_tried_again_and_then_an_error(served, time):
    base, answers = served
    sent = gzip.compress(b'["' + bytes(range(32, 127)) * 9 + b'"]')[:60]
    answers.append(({"Content-Encoding": "gzip", "Content-Length": str(len(sent))}, [sent]))
    with pytest.raises(RemoteError, match="not valid"):
        Http(base, clock=time.clock).get_json("/x")


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
