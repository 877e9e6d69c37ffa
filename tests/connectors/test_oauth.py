"""OAuth without a person at hand: tokens are renewed in time, and a rotating refresh token is never lost."""

import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
import responses
from fake_clock import FakeClock

from connectors.http import Http
from connectors.oauth import BearerAuth, RotatingGrant, TokenEndpoint, client_credentials
from connectors.token_file import Kept, TokenFile
from portfolio.errors import ConfigurationError, RemoteError, RemoteRefusal, SignInError
from portfolio.ports import Traffic

TOKENS = "https://auth.example/oauth/token"
API = "https://gateway.example/x"


class Authority:
    """Atlassian's token endpoint: every refresh token works once, every access token for an hour."""

    def __init__(self, clock, first="r0"):
        self.clock = clock
        self.valid_refresh = first
        self.given = {}
        self.asked = []
        self.lock = threading.Lock()

    def token(self, request):
        with self.lock:
            asked = json.loads(request.body)
            self.asked.append(asked)
            if asked["client_secret"] != "s3cret":
                return 401, {}, json.dumps({"error": "invalid_client", "error_description": "Bad client"})
            answer = {"expires_in": 3600, "scope": "read:jira-work read:jira-user", "token_type": "Bearer"}
            if asked["grant_type"] == "refresh_token":
                if asked["refresh_token"] != self.valid_refresh:
                    said = {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}
                    return 403, {}, json.dumps(said)
                self.valid_refresh = answer["refresh_token"] = f"r{len(self.asked)}"
            access = f"a{len(self.asked)}"
            self.given[access] = self.clock.seconds + 3600
            return 200, {}, json.dumps(answer | {"access_token": access})

    def api(self, request):
        ends = self.given.get(request.headers["Authorization"].removeprefix("Bearer "), 0)
        return (200, {}, "{}") if self.clock.seconds < ends else (401, {}, "{}")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def authority(clock):
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        made = Authority(clock)
        mock.add_callback("POST", TOKENS, made.token)
        mock.add_callback("GET", API, made.api)
        yield made


def endpoint(clock, url=TOKENS):
    return TokenEndpoint(url, "Atlassian", Traffic(), clock.clock)


def service_account(clock, secret="s3cret"):
    tokens = endpoint(clock)
    return BearerAuth(client_credentials(tokens, "me", secret), tokens.now)


def person(clock, path, first="r0"):
    tokens = endpoint(clock)
    return BearerAuth(RotatingGrant(tokens, "me", "s3cret", first, TokenFile(path)), tokens.now)


def connection(clock, auth):
    return Http("https://gateway.example", auth=auth, renew=auth.renew, clock=clock.clock)


def test_one_token_serves_many_requests_and_is_renewed_at_fifty_minutes(authority, clock):
    http = connection(clock, service_account(clock))
    for minute, tokens in ((0, 1), (49, 1), (50, 2), (99, 2), (101, 3)):
        clock.seconds = minute * 60 + 1.0
        assert http.get_json("/x") == {}
        assert len(authority.asked) == tokens
    assert authority.asked[0] == {"grant_type": "client_credentials", "client_id": "me", "client_secret": "s3cret"}


def test_a_token_that_is_refused_before_its_time_is_renewed_once(authority, clock):
    http = connection(clock, service_account(clock))
    http.get_json("/x")
    authority.given.clear()  # revoked
    assert http.get_json("/x") == {}
    assert len(authority.asked) == 2


def test_requests_that_are_refused_together_renew_once(authority, clock):
    auth = service_account(clock)
    http = connection(clock, auth)
    http.get_json("/x")
    (old,) = authority.given
    refused = requests.Response()
    refused.request = requests.Request("GET", API, headers={"Authorization": f"Bearer {old}"}).prepare()
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: auth.renew(refused), range(8)))
    assert len(authority.asked) == 2


def test_the_scopes_of_the_token_are_known(authority, clock):
    auth = service_account(clock)
    assert auth.scopes is None
    connection(clock, auth).get_json("/x")
    assert auth.scopes == ("read:jira-user", "read:jira-work")


def test_a_client_that_is_refused_is_told_so(authority, clock):
    with pytest.raises(SignInError, match="invalid_client: Bad client") as raised:
        connection(clock, service_account(clock, secret="wr0ng")).get_json("/x")
    assert "client_secret" in raised.value.remedy
    assert "wr0ng" not in f"{raised.value.what} {raised.value.remedy}"


def test_a_new_refresh_token_is_kept_before_it_is_used(authority, clock, tmp_path):
    path = tmp_path / "oauth-jira.json"
    person(clock, path)(requests.Request("GET", API).prepare())  # signed, not sent
    assert json.loads(path.read_bytes())["refresh_token"] == authority.valid_refresh == "r1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.with_suffix(".new").exists()


def test_a_token_that_cannot_be_kept_is_not_used(authority, clock, tmp_path):
    path = tmp_path / "oauth-jira.json"
    path.mkdir()
    with pytest.raises(SignInError, match="cannot be read"):
        connection(clock, person(clock, path)).get_json("/x")
    assert authority.asked == [], "a refresh token that could not be replaced is not spent"


def test_the_next_run_goes_on_with_the_last_refresh_token(authority, clock, tmp_path):
    path = tmp_path / "oauth-jira.json"
    for hour in range(4):
        clock.seconds = hour * 3600.0
        assert connection(clock, person(clock, path)).get_json("/x") == {}
    assert [asked["refresh_token"] for asked in authority.asked] == ["r0", "r1", "r2", "r3"]


def test_a_run_in_between_uses_the_token_that_is_still_good(authority, clock, tmp_path):
    path = tmp_path / "oauth-jira.json"
    for minute in (0, 20, 40):
        clock.seconds = minute * 60.0
        connection(clock, person(clock, path)).get_json("/x")
    assert len(authority.asked) == 1


def test_runs_at_the_same_time_never_spend_one_token_twice(authority, clock, tmp_path):
    path = tmp_path / "oauth-jira.json"
    runs = [connection(clock, person(clock, path)) for _ in range(6)]
    for hour in range(3):
        clock.seconds = hour * 3600.0
        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(lambda http: http.get_json("/x"), runs)) == [{}] * 6
    assert [asked["refresh_token"] for asked in authority.asked] == ["r0", "r1", "r2"]


def test_a_refused_token_is_not_taken_from_the_file_again(authority, clock, tmp_path):
    path = tmp_path / "oauth-jira.json"
    http = connection(clock, person(clock, path))
    http.get_json("/x")
    authority.given.clear()
    assert http.get_json("/x") == {}
    assert len(authority.asked) == 2


def test_a_new_refresh_token_in_the_configuration_begins_anew(authority, clock, tmp_path):
    path = tmp_path / "oauth-jira.json"
    connection(clock, person(clock, path)).get_json("/x")
    authority.valid_refresh = "authorised-again"
    assert connection(clock, person(clock, path, first="authorised-again")).get_json("/x") == {}
    assert authority.asked[-1]["refresh_token"] == "authorised-again"


def test_a_grant_that_ended_says_how_to_begin_anew(authority, clock, tmp_path):
    authority.valid_refresh = "somebody else used it"
    with pytest.raises(SignInError, match="Unknown or invalid refresh token") as raised:
        connection(clock, person(clock, tmp_path / "oauth-jira.json")).get_json("/x")
    assert raised.value.code == "sign_in.invalid_grant"
    assert "Authorise the app again" in raised.value.remedy


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"seed": 1}', b'{"seed": "', b"\xff"])
def test_a_damaged_file_is_an_error_and_not_a_new_beginning(clock, tmp_path, body):
    path = tmp_path / "oauth-jira.json"
    path.write_bytes(body)
    with pytest.raises(SignInError, match="not as we wrote it"):
        TokenFile(path).load()


def test_what_is_saved_is_what_is_loaded(clock, tmp_path):
    kept = Kept("seed", "r", "a", clock.now() + timedelta(hours=1), ("read:jira-work",))
    file = TokenFile(tmp_path / "below" / "oauth-jira.json")
    with file.alone():
        assert file.load() is None
        file.save(kept)
    assert file.load() == kept


def test_an_endpoint_that_sends_no_token_is_named(clock):
    with responses.RequestsMock() as mock:
        mock.post(TOKENS, json={"hello": "world"})
        with pytest.raises(RemoteRefusal, match="sent no access token"):
            endpoint(clock).grant(grant_type="client_credentials")


def test_an_endpoint_that_is_away_is_tried_again(authority, clock):
    with responses.RequestsMock() as mock:
        for _ in range(5):
            mock.post(TOKENS, status=503)
        with pytest.raises(RemoteError, match="not available"):
            endpoint(clock).grant(grant_type="client_credentials")


def test_tokens_are_only_asked_for_over_an_encrypted_line(clock):
    with pytest.raises(ConfigurationError, match="not encrypted"):
        endpoint(clock, "http://auth.example/oauth/token")


@pytest.mark.parametrize("form", [False, True], ids=["JSON", "a form"])
def test_a_token_that_breaks_off_on_its_way_is_asked_for_again(clock, form):
    tokens = TokenEndpoint(TOKENS, "Tempo", Traffic(), clock.clock, form=form)
    with responses.RequestsMock() as mock:
        mock.add("POST", TOKENS, body='{"access_to')
        mock.add("POST", TOKENS, json={"access_token": "a1", "expires_in": 3600})
        assert tokens.grant(grant_type="client_credentials", client_id="me").access_token == "a1"
        kinds = {call.request.headers["Content-Type"] for call in mock.calls}
    assert kinds == {"application/x-www-form-urlencoded" if form else "application/json"}


@pytest.mark.parametrize("form", [False, True], ids=["JSON", "a form"])
def test_a_token_service_that_sends_no_json_is_an_error_with_a_remedy_and_no_bug(clock, form):
    tokens = TokenEndpoint(TOKENS, "Tempo", Traffic(), clock.clock, form=form)
    with responses.RequestsMock() as mock:
        mock.add("POST", TOKENS, body='{"access_to')
        with pytest.raises(RemoteError, match="JSON that breaks off") as raised:
            tokens.grant(grant_type="client_credentials", client_id="me")
    assert raised.value.code == "remote.bad_json"
