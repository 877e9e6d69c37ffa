"""Ways into a Cloud site: two doors, scopes, tokens that expire, refresh tokens that rotate."""

import pytest
import requests
from openapi_check import classic_scopes, needs_openapi

from sandbox.jira.routes import _AREAS, BASE
from sandbox.jira.scopes import needed_scopes
from sandbox.jira.serving import serve_gateway

READ = ("read:jira-work", "read:jira-user")
ROBOT = "robot@serviceaccount.example"


@pytest.fixture
def gateway(server, site):
    return f"{server.url}/ex/jira/{site.cloud_id}/rest/api/3"


@pytest.fixture
def ask_token(server):
    def ask(**said):
        return requests.post(f"{server.url}/oauth/token", json=said)

    return ask


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_the_site_tells_its_cloud_id_to_anybody(server, site):
    assert requests.get(f"{server.url}/_edge/tenant_info").json() == {"cloudId": site.cloud_id}


def test_a_scoped_token_works_at_the_gateway_only_and_a_classic_one_at_the_site_only(server, site, gateway):
    site.access.add_scoped_token("scoped", email=ROBOT, scopes=READ)
    scoped, classic, api = (ROBOT, "scoped"), ("pmo-bot@meridian.example", "sandbox-token"), f"{server.url}/rest/api/3"
    assert requests.get(f"{gateway}/myself", auth=scoped).status_code == 200
    assert requests.get(f"{gateway}/myself", headers=bearer("scoped")).status_code == 200
    assert requests.get(f"{api}/myself", auth=scoped).status_code == 401
    assert requests.get(f"{api}/myself", auth=classic).status_code == 200
    refused = requests.get(f"{gateway}/myself", auth=classic)
    assert (refused.status_code, refused.json()) == (401, {"code": 401, "message": "Unauthorized"})


def test_a_call_beyond_the_scopes_is_refused_as_atlassian_does(site, gateway):
    site.access.add_scoped_token("scoped", email=ROBOT, scopes=READ)
    refused = requests.put(f"{gateway}/issue/ALPHA-2/properties/p", json=1, auth=(ROBOT, "scoped"))
    assert (refused.status_code, refused.json()["message"]) == (401, "Unauthorized; scope does not match")
    site.access.add_scoped_token("writer", email=ROBOT, scopes=(*READ, "write:jira-work"))
    assert requests.put(f"{gateway}/issue/ALPHA-2/properties/p", json=1, auth=(ROBOT, "writer")).status_code == 201
    project = f"{gateway}/project/ALPHA/properties/p"
    assert requests.put(project, json=1, auth=(ROBOT, "writer")).status_code == 401
    site.access.add_scoped_token("manager", email=ROBOT, scopes=("manage:jira-project",))
    assert requests.put(project, json=1, auth=(ROBOT, "manager")).status_code == 201


def test_another_cloud_id_is_not_found(server):
    assert requests.get(f"{server.url}/ex/jira/none/rest/api/3/myself").status_code == 404


def test_answers_through_the_gateway_name_the_site(site, server, gateway):
    site.access.add_scoped_token("scoped", email=ROBOT, scopes=READ)
    site.url = server.url
    with serve_gateway(site) as apart:
        base = f"{apart.url}/ex/jira/{site.cloud_id}/rest/api/3"
        page = requests.get(f"{base}/project/search", params={"maxResults": 1}, auth=(ROBOT, "scoped")).json()
    for address in (page["self"], page["nextPage"], page["values"][0]["self"]):
        assert address.startswith(f"{server.url}/rest/api/3/")


def test_client_credentials_give_a_token_for_an_hour(site, ask_token, gateway):
    site.oauth.add_client("robot", "secret", READ)
    given = ask_token(grant_type="client_credentials", client_id="robot", client_secret="secret").json()
    assert (given["expires_in"], given["token_type"], "refresh_token" in given) == (3600, "Bearer", False)
    assert given["scope"].split() == sorted(READ)
    headers = bearer(given["access_token"])
    assert requests.get(f"{gateway}/myself", headers=headers).status_code == 200
    site.wait(minutes=59)
    assert requests.get(f"{gateway}/myself", headers=headers).status_code == 200
    site.wait(minutes=1)
    assert requests.get(f"{gateway}/myself", headers=headers).status_code == 401
    assert site.oauth.issued == 1


def test_a_refresh_token_works_once_and_gives_the_next(site, ask_token, gateway):
    site.oauth.add_client("app", "secret", READ)
    said = {"grant_type": "refresh_token", "client_id": "app", "client_secret": "secret"}
    first = site.oauth.grant("app")
    given = ask_token(**said, refresh_token=first).json()
    assert given["refresh_token"] != first
    assert requests.get(f"{gateway}/myself", headers=bearer(given["access_token"])).status_code == 200
    again = ask_token(**said, refresh_token=first)
    assert (again.status_code, again.json()["error"]) == (403, "invalid_grant")
    assert ask_token(**said, refresh_token=given["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ({"client_id": "app", "client_secret": "wrong"}, 401, "access_denied"),
        ({"client_id": "nobody", "client_secret": "secret"}, 401, "access_denied"),
        ({"client_id": "app", "client_secret": "secret", "grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "app", "client_secret": "secret", "grant_type": "refresh_token"}, 403, "invalid_grant"),
    ],
)
def test_a_bad_token_request_is_refused_with_its_error(site, server, said, status, error):
    site.oauth.add_client("app", "secret", READ)
    for sent in ({"json": said}, {"data": said}):
        answer = requests.post(f"{server.url}/oauth/token", **sent)
        assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_refresh_token_of_one_client_is_worth_nothing_to_another(site, ask_token):
    for name in ("app", "other"):
        site.oauth.add_client(name, "secret", READ)
    token = site.oauth.grant("app")
    said = {"grant_type": "refresh_token", "client_secret": "secret", "refresh_token": token}
    assert ask_token(**said, client_id="other").status_code == 403
    assert ask_token(**said, client_id="app").status_code == 200


def test_an_access_token_tells_its_site_and_scopes(site, server, ask_token):
    site.oauth.add_client("app", "secret", READ)
    token = ask_token(grant_type="client_credentials", client_id="app", client_secret="secret").json()["access_token"]
    [told] = requests.get(f"{server.url}/oauth/token/accessible-resources", headers=bearer(token)).json()
    assert (told["id"], told["url"], told["scopes"]) == (site.cloud_id, server.url, sorted(READ))


def test_a_token_that_was_revoked_is_refused(site, api):
    assert api.get("/myself").status == 200
    site.access.expire("sandbox-token")
    assert api.get("/myself", checked=False).status == 401


@needs_openapi
def test_the_scopes_that_are_asked_for_are_those_of_atlassians_document():
    for method, path, _ in (row for area in _AREAS for row in area.ROUTES):
        if path == "/search":
            continue  # removed, and answered with 410
        filled = BASE + path.replace("{", "").replace("}", "")
        assert needed_scopes(method, path) == classic_scopes(method, filled), (method, path)
