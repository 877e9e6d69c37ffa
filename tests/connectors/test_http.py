"""One session for all sources: what an answer means, what is counted, and what is never sent."""

import pytest
import requests
import structlog
from http_wire import BASE, PAGE, answer

from connectors.answers import Dialect
from connectors.http import Http
from portfolio.errors import ConfigurationError, RemoteError, RemoteRefusal, SignInError


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


def test_an_empty_body_is_none(http, wire):
    answer(wire, 204, method="PUT", body="", json=None)
    assert http.put_json("/x", {"a": 1}) is None


def test_text_is_given_as_it_is(http, wire):
    answer(wire, 200, body=PAGE, json=None)
    assert http.get_text("/x") == PAGE


def test_a_renewed_sign_in_is_tried_once(wire, time):
    refused = []
    answer(wire, 401, 200)
    connection = Http(BASE, clock=time.clock, renew=lambda response: refused.append(response.status_code) is None)
    assert connection.get_json("/x") == {"ok": True}
    assert refused == [401]


def test_a_sign_in_that_stays_refused_is_an_error(wire, time):
    answer(wire, 401)
    with pytest.raises(SignInError):
        Http(BASE, clock=time.clock, renew=lambda response: True).get_json("/x")
    assert len(wire.calls) == 2


def test_a_refused_sign_in_may_be_looked_into(wire, time):
    answer(wire, 401)

    def knows_more(error):
        return SignInError(f"{error.what}, for it expired", code="sign_in.expired")

    with pytest.raises(SignInError, match=r"401 on GET /x.*, for it expired"):
        Http(BASE, clock=time.clock, refused=knows_more).get_json("/x")


def test_the_address_that_is_called_may_be_found_with_the_first_call(wire, time):
    found = []

    def locate():
        found.append(1)
        return "https://gateway.example/ex/1"

    connection = Http(BASE, clock=time.clock, locate=locate)
    assert (connection.base_url, found) == (BASE, [])
    wire.get("https://gateway.example/ex/1/project/7", json=[])
    for _ in range(2):
        assert connection.get_json("/project/7") == []
    assert found == [1]
    assert connection.traffic.by_endpoint == {"GET /project/{id}": 2}


def test_an_address_that_was_found_is_checked_like_one_that_was_configured(time):
    with pytest.raises(ConfigurationError, match="not encrypted"):
        Http(BASE, clock=time.clock, locate=lambda: "http://gateway.example").get_json("/x")


def test_how_far_our_clock_is_ahead_is_kept(http, wire):
    answer(wire, 200, headers={"Date": "Mon, 23 Nov 2026 05:58:00 GMT"})
    http.get_json("/x")
    assert http.traffic.clock_ahead_seconds == 120


def test_what_was_last_said_of_limits_is_kept(http, wire):
    said = {"X-RateLimit-Remaining": "87", "Beta-RateLimit": '"a";r=5', "Retry-After": "0", "X-Other": "x"}
    wire.get(BASE + "/x", json={}, headers=said)
    wire.get(BASE + "/x", json={})
    for _ in range(2):
        http.get_json("/x")
    assert http.traffic.limits == {k: v for k, v in said.items() if k != "X-Other"}


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


def test_the_environment_is_asked_once_for_each_host(wire, time):
    class Session(requests.Session):
        asked = 0

        def merge_environment_settings(self, *args):
            self.asked += 1
            return super().merge_environment_settings(*args)

    session = Session()
    answer(wire, 200)
    connection = Http(BASE, clock=time.clock, session=session)
    assert [connection.get_json("/x") for _ in range(3)] == [{"ok": True}] * 3
    assert session.asked == 1
