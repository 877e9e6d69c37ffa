"""The ways to sign in to Jira: what is called and sent in each, and what is said when Jira refuses."""

import base64
import json
from datetime import date

import pytest
import responses
from fake_clock import FakeClock
from openapi_check import DOCUMENT
from pydantic import ValidationError
from shared_data import needs_shared

from connectors.jira.client import connection
from connectors.jira.refusals import permission_remedy, scope_of
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from portfolio.errors import ConfigurationError, RemoteRefusal, SignInError
from portfolio.ports import Traffic

SITE = "https://meridian.example"
GATEWAY = "https://api.atlassian.com/ex/jira/c1-0ud"
FIELD = "/rest/api/3/field"
BASIC = "Basic " + base64.b64encode(b"pmo@meridian.example:t0ken").decode()
PERSON = {"email": "pmo@meridian.example", "token": "t0ken"}
CLIENT = {"client_id": "me", "client_secret": "s3cret"}


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def time():
    return FakeClock()


def cloud(**keys):
    return JiraCloudSource(url=SITE, **keys)


def open_(settings, time, tokens=None):
    return connection(settings, Traffic(), time.clock, tokens=tokens)


def tenant(wire, body=None):
    wire.get(f"{SITE}/_edge/tenant_info", json=body or {"cloudId": "c1-0ud"})


def sent(wire):
    return [(call.request.url, call.request.headers.get("Authorization")) for call in wire.calls]


def test_a_classic_token_goes_to_the_site(wire, time):
    wire.get(SITE + FIELD, json=[])
    assert open_(cloud(**PERSON), time).get_json(FIELD) == []
    assert sent(wire) == [(SITE + FIELD, BASIC)]


def test_a_token_with_scopes_goes_through_the_gateway_which_is_found_once(wire, time):
    tenant(wire)
    wire.get(GATEWAY + FIELD, json=[])
    http = open_(cloud(auth="scoped_token", **PERSON), time)
    http.get_json(FIELD)
    http.get_json(FIELD)
    assert sent(wire) == [(f"{SITE}/_edge/tenant_info", None), *[(GATEWAY + FIELD, BASIC)] * 2]
    assert http.base_url == SITE, "links for people lead to the site"
    assert http.traffic.by_endpoint == {"GET /_edge/tenant_info": 1, f"GET {FIELD}": 2}


def test_a_given_cloud_id_is_not_asked_for(wire, time):
    wire.get(GATEWAY + FIELD, json=[])
    open_(cloud(auth="scoped_token", cloud_id="c1-0ud", **PERSON), time).get_json(FIELD)
    assert len(wire.calls) == 1


@pytest.mark.parametrize("told", [{"cloudId": "../../x"}, {"cloudId": 7}, {"other": "x"}, [1]])
def test_a_cloud_id_that_is_none_is_refused(wire, time, told):
    tenant(wire, told)
    with pytest.raises(RemoteRefusal, match=r"meridian\.example does not tell its cloud id"):
        open_(cloud(auth="scoped_token", **PERSON), time).get_json(FIELD)


def test_a_service_account_gets_its_token_by_its_credentials(wire, time):
    tenant(wire)
    wire.post("https://auth.atlassian.com/oauth/token", json={"access_token": "a1", "expires_in": 3600})
    wire.get(GATEWAY + FIELD, json=[])
    http = open_(cloud(auth="oauth_client", **CLIENT), time)
    http.get_json(FIELD)
    assert sent(wire)[-1] == (GATEWAY + FIELD, "Bearer a1")
    assert http.traffic.requests == 3


def test_an_authorised_app_keeps_its_refresh_token_in_the_given_file(wire, time, tmp_path):
    tenant(wire)
    renewed = {"access_token": "a1", "expires_in": 3600, "refresh_token": "r1"}
    wire.post("https://auth.atlassian.com/oauth/token", json=renewed)
    wire.get(GATEWAY + FIELD, json=[])
    path = tmp_path / "oauth-jira.json"
    open_(cloud(auth="oauth_user", refresh_token="r0", **CLIENT), time, path).get_json(FIELD)
    assert json.loads(path.read_bytes())["refresh_token"] == "r1"
    assert sent(wire)[-1] == (GATEWAY + FIELD, "Bearer a1")


def test_a_refresh_token_that_could_not_be_kept_is_never_used(wire, time):
    with pytest.raises(ConfigurationError, match="no folder to keep the refresh token"):
        open_(cloud(auth="oauth_user", refresh_token="r0", **CLIENT), time)
    assert len(wire.calls) == 0


@pytest.mark.parametrize(
    ("keys", "header"),
    [
        ({"token": "p4t"}, "Bearer p4t"),
        ({"auth": "basic", "user": "pmo", "password": "s3cret"}, "Basic cG1vOnMzY3JldA=="),
    ],
    ids=["a personal access token", "a password"],
)
def test_data_center_is_called_at_its_own_address_with(wire, time, keys, header):
    wire.get(f"{SITE}/jira/rest/api/2/field", json=[])
    open_(JiraDataCenterSource(url=f"{SITE}/jira", **keys), time).get_json("/rest/api/2/field")
    assert sent(wire) == [(f"{SITE}/jira/rest/api/2/field", header)]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, 'auth = "api_token" needs email and token: add them'),
        ({"email": "a@b.example"}, 'auth = "api_token" needs token: add it'),
        ({"auth": "oauth_client", "client_id": "x"}, 'auth = "oauth_client" needs client_secret'),
        ({"auth": "oauth_user", **CLIENT}, 'auth = "oauth_user" needs refresh_token'),
        (
            {"auth": "oauth_client", **CLIENT, "refresh_token": "r"},
            'does not use refresh_token: remove it, or choose auth = "oauth_user"',
        ),
        ({**PERSON, "client_id": "x"}, "does not use client_id: remove it, or choose"),
        ({**PERSON, "auth": "password"}, "Input should be 'api_token'"),
        ({**PERSON, "cloud_id": "a/b"}, "should match pattern"),
        ({**PERSON, "token_url": "nowhere"}, "not a web address"),
        ({**PERSON, "url": "https://api.atlassian.com/ex/jira/1"}, 'own address, and auth = "scoped_token"'),
    ],
)
def test_a_way_of_signing_in_that_is_not_whole_is_a_mistake(keys, words):
    with pytest.raises(ValidationError) as raised:
        JiraCloudSource(**{"url": SITE, **keys})
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, 'auth = "pat" needs token: add it'),
        ({"auth": "basic", "user": "x"}, 'auth = "basic" needs password'),
        ({"auth": "basic", "user": "x", "password": "y", "token": "z"}, 'choose auth = "pat"'),
    ],
)
def test_a_way_of_signing_in_to_data_center_that_is_not_whole_is_a_mistake(keys, words):
    with pytest.raises(ValidationError) as raised:
        JiraDataCenterSource(**{"url": SITE, **keys})
    assert words in str(raised.value)
    assert "'y'" not in str(raised.value)


def refused(wire, time, **keys):
    with pytest.raises(SignInError) as raised:
        open_(cloud(**(PERSON | keys)), time).get_json(FIELD)
    return raised.value


def test_an_expired_token_is_called_expired(wire, time):
    wire.get(SITE + FIELD, status=401)
    error = refused(wire, time, token_expires_on=date(2026, 11, 22))
    assert error.code == "sign_in.expired"
    assert "expired on 2026-11-22" in error.what


def test_a_token_is_good_on_its_last_day(wire, time):
    wire.get(SITE + FIELD, status=401)
    assert refused(wire, time, token_expires_on=date(2026, 11, 23)).code == "sign_in.refused"


@pytest.mark.parametrize(
    "answer", [{"json": {}}, {"status": 401, "json": {"message": "Unauthorized; scope does not match"}}]
)
def test_a_token_with_scopes_at_the_site_is_recognised(wire, time, answer):
    wire.get(SITE + FIELD, status=401)
    tenant(wire)
    wire.get(f"{GATEWAY}/rest/api/3/myself", **answer)
    error = refused(wire, time)
    assert error.code == "sign_in.wrong_address"
    assert 'auth = "scoped_token"' in error.remedy


def test_a_token_without_scopes_at_the_gateway_is_recognised(wire, time):
    tenant(wire)
    wire.get(GATEWAY + FIELD, status=401)
    wire.get(f"{SITE}/rest/api/3/myself", json={})
    error = refused(wire, time, auth="scoped_token")
    assert error.code == "sign_in.wrong_address"
    assert 'auth = "api_token"' in error.remedy


def test_a_token_that_is_good_nowhere_is_refused_and_looked_into_only_once(wire, time):
    wire.get(SITE + FIELD, status=401)
    tenant(wire)
    wire.get(f"{GATEWAY}/rest/api/3/myself", status=401)
    http = open_(cloud(**PERSON), time)
    for _ in range(3):
        with pytest.raises(SignInError, match="refused the sign-in") as raised:
            http.get_json(FIELD)
        assert raised.value.code == "sign_in.refused"
    assert len(wire.calls) == 5


def test_a_secret_for_a_server_of_this_machine_is_not_shown_to_atlassian(wire, time):
    wire.get("http://127.0.0.1:8080" + FIELD, status=401)
    with pytest.raises(SignInError):
        open_(JiraCloudSource(url="http://127.0.0.1:8080", **PERSON), time).get_json(FIELD)
    assert len(wire.calls) == 1


def test_a_missing_scope_is_named_and_no_new_token_is_asked_for(wire, time):
    wire.post("https://auth.atlassian.com/oauth/token", json={"access_token": "a1"})
    wire.post(
        f"{GATEWAY}/rest/api/3/search/jql",
        status=401,
        json={"code": 401, "message": "Unauthorized; scope does not match"},
    )
    with pytest.raises(SignInError, match="lacks the scope read:jira-work") as raised:
        open_(cloud(auth="oauth_client", cloud_id="c1-0ud", **CLIENT), time).post_json("/rest/api/3/search/jql", {})
    assert raised.value.code == "sign_in.scope"
    assert len(wire.calls) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"},
        {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://meridian.example/login.jsp"},
    ],
)
@pytest.mark.parametrize("status", [200, 401, 403])
def test_a_captcha_is_named(wire, time, headers, status):
    wire.get(SITE + FIELD, status=status, json=[], headers=headers)
    error = refused(wire, time)
    assert error.code == "sign_in.captcha"
    assert "browser" in error.remedy


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/rest/api/3/myself", "read:jira-user"),
        ("GET", "/rest/api/3/user/bulk", "read:jira-user"),
        ("POST", "/rest/api/3/changelog/bulkfetch", "read:jira-work"),
        ("POST", "/rest/api/3/worklog/list", "read:jira-work"),
        ("GET", "/rest/api/3/project/1/properties/pmo", "read:jira-work"),
        ("PUT", "/rest/api/3/project/1/properties/pmo", "manage:jira-project"),
        ("PUT", "/rest/api/3/issue/1/properties/pmo", "write:jira-work"),
        ("POST", "/rest/api/3/bulk/issues/fields", "write:jira-work"),
        ("GET", "/ex/jira/1/rest/agile/1.0/board", "read:board-scope:jira-software and read:sprint:jira-software"),
    ],
)
def test_the_scope_of_an_endpoint_is_known(method, path, scope):
    assert scope_of(method, path) == scope


@needs_shared
@pytest.mark.parametrize(
    "path",
    [
        "search/jql",
        "issue/bulkfetch",
        "changelog/bulkfetch",
        "worklog/updated",
        "worklog/deleted",
        "worklog/list",
        "search/approximate-count",
        "issue",
        "issue/{issueIdOrKey}",
        "issue/{issueIdOrKey}/worklog",
        "issue/{issueIdOrKey}/comment",
        "issue/{issueIdOrKey}/remotelink",
        "issue/{issueIdOrKey}/properties/{propertyKey}",
        "project/{projectIdOrKey}/properties/{propertyKey}",
        "project/{projectIdOrKey}/version",
        "project/search",
        "bulk/issues/fields",
        "bulk/queue/{taskId}",
        "field",
        "status",
        "mypermissions",
        "myself",
        "user/bulk",
    ],
)
def test_the_scope_of_an_endpoint_is_that_of_atlassians_document(path):
    operations = json.loads(DOCUMENT.read_bytes())["paths"][f"/rest/api/3/{path}"]
    for method, operation in operations.items():
        if (path, method) != ("field", "post"):  # creates fields, which we never do
            told = [s["scopes"] for s in operation["x-atlassian-oauth2-scopes"] if s["state"] == "Current"]
            assert [[scope_of(method.upper(), f"/rest/api/3/{path}")]] == told


@pytest.mark.parametrize(
    ("where", "needed"),
    [
        ("GET /rest/api/3/project/search", "Browse projects"),
        ("PUT /rest/api/3/project/1/properties/pmo", "Administer projects"),
        ("POST /rest/api/3/issue/1/remotelink", "Link issues"),
        ("POST /rest/api/3/bulk/issues/fields", "Make bulk changes"),
        ("PUT /rest/api/2/issue/1/properties/pmo", "Edit issues"),
        ("POST /rest/api/3/issue", "Create issues"),
        ("POST /rest/api/2/issue/1/comment", "Add comments"),
    ],
)
def test_a_missing_permission_is_named_in_jiras_own_words(where, needed):
    assert needed in permission_remedy(where)
