"""Tokens of Tempo, and its pace."""

from datetime import timedelta

import requests
from tempo_world import TOKEN, Tempo

from sandbox.faults import too_many_requests, unavailable
from sandbox.http import Server
from sandbox.tempo import BASE, TempoAuth, pace, routes


def _refresh(url, auth, token, **changed):
    form = {
        "grant_type": "refresh_token",
        "client_id": auth.client_id,
        "client_secret": auth.client_secret,
        "redirect_uri": auth.redirect_uri,
        "refresh_token": token,
        **changed,
    }
    return requests.post(f"{url}/tempo/oauth/token/", data=form)


def _status(url, token):
    return requests.get(f"{url}/tempo/4/globalconfiguration", headers={"Authorization": f"Bearer {token}"}).status_code


def test_without_a_valid_token_the_answer_is_a_page_not_json(server):
    answer = requests.get(f"{server.url}/tempo/4/worklogs", auth=("ada", "secret"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "text/html")
    assert _status(server.url, "wrong") == 401
    assert _status(server.url, TOKEN) == 200


def test_a_users_token_ends_on_its_day(world):
    auth = TempoAuth(token=TOKEN, expires=world.jira.now + timedelta(days=1))
    with Server(routes(world.tempo, auth)) as server:
        assert _status(server.url, TOKEN) == 200
        world.jira.wait(days=1)
        assert _status(server.url, TOKEN) == 401


def test_a_refresh_gives_new_tokens_once_and_ends_the_old_ones(world, server, auth):
    first = _refresh(server.url, auth, auth.first_refresh_token).json()
    assert (first["expires_in"], first["token_type"]) == (5_184_000, "Bearer")
    assert _status(server.url, first["access_token"]) == 200
    again = _refresh(server.url, auth, auth.first_refresh_token)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    second = _refresh(server.url, auth, first["refresh_token"]).json()
    assert _status(server.url, first["access_token"]) == 401
    assert _status(server.url, second["access_token"]) == 200
    world.jira.wait(days=60)
    assert _status(server.url, second["access_token"]) == 401


def test_a_stranger_gets_no_tokens(server, auth):
    wrong = _refresh(server.url, auth, auth.first_refresh_token, client_secret="guess")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    other = _refresh(server.url, auth, auth.first_refresh_token, grant_type="password")
    assert other.json()["error"] == "unsupported_grant_type"
    moved = _refresh(server.url, auth, auth.first_refresh_token, redirect_uri="https://elsewhere.example")
    assert moved.json()["error"] == "invalid_grant"


def test_the_sixth_request_within_a_second_is_refused_until_the_second_is_over(world):
    clock = [0.0]
    with Server(routes(world.tempo), gates=[pace(BASE, monotonic=lambda: clock[0])]) as server:
        assert [_status(server.url, TOKEN) for _ in range(6)] == [200] * 5 + [429]
        refused = requests.get(f"{server.url}/tempo/4/accounts")
        assert refused.headers["Retry-After"] == "1"
        assert requests.get(f"{server.url}/elsewhere").status_code == 404
        clock[0] = 1.0
        assert _status(server.url, TOKEN) == 200


def test_faults_are_met_as_on_every_server(server):
    tempo = Tempo(server.url)
    server.inject(too_many_requests("1", None), path="/4/worklogs")
    server.inject(unavailable(), path="/4/worklogs")
    assert [tempo.get("/4/worklogs")[0] for _ in range(3)] == [429, 503, 200]
