"""The server itself: routes, log, and every way in which it misbehaves on request."""

import time
from http.client import HTTPConnection

import pytest
import requests

from sandbox import faults
from sandbox.http import HttpError, Request, Response, Route, Server


def echo(request: Request) -> Response:
    return Response.of_json({"params": dict(request.params), "query": dict(request.query)})


def refuse(_request: Request) -> Response:
    raise HttpError(Response.of_json({"no": True}, status=403))


def breaks(_request: Request) -> Response:
    raise RuntimeError("broken on purpose")


ROUTES = [
    Route("GET", "/plans('{id}')/tasks", echo),
    Route("GET", "/things/{id}", echo),
    Route("POST", "/things", lambda request: Response.of_json(request.json(), status=201)),
    Route("GET", "/refused", refuse),
    Route("GET", "/broken", breaks),
    Route("GET", "/large", lambda _: Response.of_json({"text": "x" * 5000})),
    Route("DELETE", "/things/{id}", lambda _: Response(204)),
]


@pytest.fixture
def server():
    with Server(ROUTES) as server:
        yield server


@pytest.fixture
def session():
    with requests.Session() as session:
        yield session


@pytest.mark.parametrize("path", ["/plans('a b')/tasks", "/plans(%27a%20b%27)/tasks", "/plans%28'a%20b'%29/tasks"])
def test_a_path_is_understood_however_it_is_escaped(server, session, path):
    assert session.get(server.url + path).json()["params"] == {"id": "a b"}


def test_an_escaped_slash_stays_within_its_segment(server, session):
    assert session.get(f"{server.url}/things/a%2Fb").json()["params"] == {"id": "a/b"}


def test_repeated_query_parameters_are_kept(server, session):
    assert session.get(f"{server.url}/things/1?a=1&a=2&b=").json()["query"] == {"a": ["1", "2"], "b": [""]}


def test_unknown_paths_wrong_methods_refusals_and_broken_handlers_are_answered(server, session):
    assert session.get(f"{server.url}/nowhere").status_code == 404
    wrong = session.put(f"{server.url}/things/1")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "DELETE, GET")
    assert session.get(f"{server.url}/refused").status_code == 403
    assert server.failures == []
    assert session.get(f"{server.url}/broken").status_code == 500
    assert "broken on purpose" in server.failures[0]


def test_large_answers_are_packed_for_those_who_accept_it(server, session):
    packed = session.get(f"{server.url}/large")
    assert packed.headers["Content-Encoding"] == "gzip"
    plain = session.get(f"{server.url}/large", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_a_connection_is_kept_over_requests_and_empty_answers(server):
    connection = HTTPConnection(server.url.removeprefix("http://"))
    connection.connect()
    connection.auto_open = 0  # a closed connection is an error now
    for method, status in (("DELETE", 204), ("GET", 200), ("DELETE", 204), ("GET", 200)):
        connection.request(method, "/things/1")
        answer = connection.getresponse()
        assert (answer.status, answer.read() == b"") == (status, status == 204)
    connection.close()


def test_the_log_tells_what_was_asked_but_no_secret(server, session):
    session.post(f"{server.url}/things?a=1", json={"b": 2}, auth=("me", "secret"))
    session.post(f"{server.url}/things", data="{")
    first, second = server.log
    assert (first.method, first.path, first.query, first.document) == ("POST", "/things", {"a": ["1"]}, {"b": 2})
    assert first.status == 201
    assert "authorization" not in first.headers
    assert (second.document, second.status) == (None, 400)


def test_a_rate_limit_tells_when_to_come_back_and_why(server, session):
    server.inject(faults.too_many_requests("3", "jira-quota-tenant-based"), times=2)
    answers = [session.get(f"{server.url}/things/1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "3"
    assert answers[0].headers["RateLimit-Reason"] == "jira-quota-tenant-based"
    server.inject(faults.too_many_requests(None, None))
    assert not {"Retry-After", "RateLimit-Reason"} & set(session.get(f"{server.url}/things/1").headers)


def test_a_fault_waits_for_the_request_that_it_is_meant_for(server, session):
    server.inject(faults.unavailable("7"), method="POST", path="/things")
    assert session.get(f"{server.url}/things/1").status_code == 200
    assert server.faults.left == 1
    refused = session.post(f"{server.url}/things", json={})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "7")
    assert server.faults.left == 0


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        (faults.sign_in_page(), 200, "<!DOCTYPE html>"),
        (faults.unavailable(status=502), 502, "<html>"),
        (faults.half_json(), 200, '{"params"'),
    ],
)
def test_what_is_not_json_comes_instead_of_json(server, session, fault, status, start):
    server.inject(fault)
    answer = session.get(f"{server.url}/things/1")
    assert answer.status_code == status
    assert answer.text.startswith(start)
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_refusal_of_the_tool_carries_its_words(server, session):
    server.inject(faults.refused(410, "Gone for good."))
    answer = session.get(f"{server.url}/things/1")
    assert (answer.status_code, answer.json()) == (410, {"errorMessages": ["Gone for good."]})


def test_a_redirect_tells_where_to(server, session):
    server.inject(faults.redirect("https://login.example/"))
    answer = session.get(f"{server.url}/things/1", allow_redirects=False)
    assert answer.headers["Location"] == "https://login.example/"


@pytest.mark.parametrize("fault", [faults.cut_off(), faults.reset()])
def test_a_broken_connection_is_an_error_to_the_client_and_the_next_call_works(server, session, fault):
    server.inject(fault)
    with pytest.raises(requests.RequestException):
        session.get(f"{server.url}/things/1")
    assert session.get(f"{server.url}/things/1").status_code == 200


def test_every_nth_request_below_a_path_is_throttled_until_enough_were(server, session):
    throttle = faults.EveryNth(3, path="/things", most=2)
    seen = [throttle.fault_for("/things/1") is not None for _ in range(12)]
    assert [place for place, met in enumerate(seen, 1) if met] == [3, 6]
    assert throttle.fault_for("/elsewhere") is None


def test_a_gate_is_asked_before_the_route(session):
    with Server(ROUTES, gates=[lambda request: Response(418) if "/things" in request.path else None]) as server:
        assert session.get(f"{server.url}/things/1").status_code == 418
        assert session.get(f"{server.url}/refused").status_code == 403


def test_latency_is_waited_before_the_answer(session):
    with Server(ROUTES, latency_seconds=0.05) as server:
        begin = time.monotonic()
        session.get(f"{server.url}/things/1")
        assert time.monotonic() - begin >= 0.05


def test_closing_does_not_wait_for_a_client_that_keeps_its_connection(session):
    server = Server(ROUTES).start()
    session.get(f"{server.url}/things/1")
    begin = time.monotonic()
    server.close()
    assert time.monotonic() - begin < 2
    with pytest.raises(requests.ConnectionError):
        session.get(f"{server.url}/things/1")


def test_a_taken_port_is_an_error_at_once():
    with Server(ROUTES) as server, pytest.raises(OSError, match="in use"):
        Server(ROUTES, port=int(server.url.rpartition(":")[2]))
