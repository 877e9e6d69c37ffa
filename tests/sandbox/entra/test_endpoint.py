"""Grants one by one, by plain forms: what is given, and what is refused with which code."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sandbox.entra import EntraSite, ServedEntra, dataverse_callers, user_tokens

DATAVERSE, SHAREPOINT = "https://org.crm4.dynamics.com", "https://meridian.sharepoint.com"
REDIRECT = "http://localhost:8400/"
SECRET = {"grant_type": "client_credentials", "client_id": "secret-app", "client_secret": "right"}


def test_an_app_gets_a_token_for_one_resource_that_ends(form, entra: EntraSite) -> None:
    told = form.token(**SECRET, scope=f"{DATAVERSE}/.default").json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 3599)
    assert "refresh_token" not in told
    token = told["access_token"]
    assert entra.holder(token, DATAVERSE).app == "secret-app"
    assert entra.holder(token, SHAREPOINT) is None
    entra.wait(seconds=3600)
    assert entra.holder(token, DATAVERSE) is None


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"client_id": "nobody"}, (400, "unauthorized_client", 700016)),
        ({"client_id": "public-app"}, (401, "invalid_client", 7000218)),
        ({"client_id": "certificate-app"}, (401, "invalid_client", 7000215)),
        ({"scope": "https://elsewhere.example/.default"}, (400, "invalid_resource", 500011)),
        ({"scope": f"{DATAVERSE}/user_impersonation"}, (400, "invalid_scope", 1002012)),
        ({"scope": "openid"}, (400, "invalid_scope", 70011)),
        ({"scope": f"{DATAVERSE}/.default {SHAREPOINT}/.default"}, (400, "invalid_scope", 70011)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          "client_assertion": "x"}, (401, "invalid_client", 700027)),
    ],
)  # fmt: skip
def test_refusals_of_an_app(form, change: dict[str, str], refusal: tuple[int, str, int]) -> None:
    assert form.refusal(**({**SECRET, "scope": f"{DATAVERSE}/.default"} | change)) == refusal


def test_a_secret_that_has_expired_and_an_app_without_consent(form, entra: EntraSite) -> None:
    scope = f"{DATAVERSE}/.default"
    entra.apps["secret-app"].secret_expires = entra.now + timedelta(hours=1)
    assert form.token(**SECRET, scope=scope).status_code == 200
    entra.wait(hours=2)
    assert form.refusal(**SECRET, scope=scope) == (401, "invalid_client", 7000222)
    entra.add_app("narrow", secret="right", resources=[SHAREPOINT])
    assert form.refusal(**{**SECRET, "client_id": "narrow"}, scope=scope) == (400, "invalid_grant", 65001)


def test_another_tenant_is_not_found(served: ServedEntra) -> None:
    address = f"{served.url}/other/v2.0/.well-known/openid-configuration"
    answer = requests.get(address, verify=str(served.ca_file), timeout=10)
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [90002])
    known = requests.get(address.replace("other", "organizations"), verify=str(served.ca_file), timeout=10).json()
    assert known["token_endpoint"] == f"{served.url}/organizations/oauth2/v2.0/token"


def test_a_device_waits_for_a_person(form, entra: EntraSite) -> None:
    entra.signs_in = None
    told = form("devicecode", client_id="public-app", scope=f"{SHAREPOINT}/.default offline_access").json()
    poll = {"grant_type": "device_code", "client_id": "public-app", "device_code": told["device_code"]}
    assert told["user_code"] in told["message"] and told["interval"] == 1
    for _ in range(3):
        assert form.refusal(**poll) == (400, "authorization_pending", 70016)
    entra.approve(told["user_code"], "ingrid@meridian.example")
    given = form.token(**poll).json()
    assert entra.holder(given["access_token"], SHAREPOINT).user == "ingrid@meridian.example"
    assert form.refusal(**poll) == (400, "invalid_grant", 70000), "a code is good once"


def test_a_device_code_that_is_declined_or_too_old(form, entra: EntraSite) -> None:
    entra.signs_in = None
    for end, refusal in (("declined", "authorization_declined"), ("expired", "expired_token")):
        told = form("devicecode", client_id="public-app", scope=f"{SHAREPOINT}/.default").json()
        if end == "declined":
            entra.decline(told["user_code"])
        else:
            entra.wait(minutes=16)
        poll = {"grant_type": "device_code", "client_id": "public-app", "device_code": told["device_code"]}
        assert form.refusal(**poll)[1] == refusal


def _code(served: ServedEntra, **more: str) -> requests.Response:
    asked = {
        "client_id": "public-app",
        "redirect_uri": REDIRECT,
        "scope": f"{SHAREPOINT}/.default",
        "state": "s",
        **more,
    }
    address = f"{served.authority}/oauth2/v2.0/authorize"
    return requests.get(address, params=asked, verify=str(served.ca_file), allow_redirects=False, timeout=10)


def test_an_authorization_code_with_its_proof_key(served: ServedEntra, form, entra: EntraSite) -> None:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"verifier").digest()).decode().rstrip("=")
    sent = _code(served, code_challenge=challenge, code_challenge_method="S256")
    back = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert back["state"] == ["s"]
    redeem = {"grant_type": "authorization_code", "client_id": "public-app", "redirect_uri": REDIRECT,
              "code": back["code"][0]}  # fmt: skip
    given = form.token(**redeem, code_verifier="verifier").json()
    assert entra.holder(given["access_token"], SHAREPOINT).user == "pmo@meridian.example"
    assert form.refusal(**redeem, code_verifier="verifier") == (400, "invalid_grant", 54005)
    sent = _code(served, code_challenge=challenge, code_challenge_method="S256")
    redeem["code"] = parse_qs(urlsplit(sent.headers["Location"]).query)["code"][0]
    assert form.refusal(**redeem, code_verifier="other") == (400, "invalid_grant", 501481)
    assert _code(served).json()["error_codes"] == [9002325]
    assert _code(served, redirect_uri="https://evil.example/").json()["error_codes"] == [50011]


def test_refresh_tokens_turn_over_and_end(form, entra: EntraSite) -> None:
    told = form("devicecode", client_id="public-app", scope=f"{SHAREPOINT}/.default").json()
    poll = {"grant_type": "device_code", "client_id": "public-app", "device_code": told["device_code"]}
    form.token(**poll)
    first = form.token(**poll).json()["refresh_token"]

    def refreshed(token: str, **more: str):
        return form.token(grant_type="refresh_token", client_id="public-app", refresh_token=token, **more)

    second = refreshed(first).json()["refresh_token"]
    assert second != first and refreshed(first).status_code == 200, "the old one stays good"
    entra.spends_refresh_tokens = True
    third = refreshed(second).json()["refresh_token"]
    assert refreshed(second).json()["error_codes"] == [50173]
    entra.interaction_needed.add("pmo@meridian.example")
    assert refreshed(third).json()["error"] == "interaction_required"
    entra.interaction_needed.clear()
    entra.wait(days=91)
    assert refreshed(third).json()["error_codes"] == [700082]
    entra.revoke("pmo@meridian.example")
    assert refreshed(third).json()["error_codes"] == [50173]
    assert refreshed("none").json()["error"] == "invalid_grant"


def test_tokens_open_the_resource_they_are_for_and_apps_do_not_open_project_web_app(form, entra: EntraSite) -> None:
    app = form.token(**SECRET, scope=f"{SHAREPOINT}/.default").json()["access_token"]
    entra.pending_polls = 0
    told = form("devicecode", client_id="public-app", scope=f"{SHAREPOINT}/.default").json()
    user = form.token(grant_type="device_code", client_id="public-app", device_code=told["device_code"]).json()
    opens = user_tokens(entra, SHAREPOINT)
    assert (opens(app), opens(user["access_token"]), opens("none")) == (False, True, False)
    admit = dataverse_callers(entra, DATAVERSE)
    assert admit(app) is None, "made for another resource"
    own = form.token(**SECRET, scope=f"{DATAVERSE}/.default").json()["access_token"]
    assert admit(own).application
