"""Sign-in to Microsoft: who may sign in how, what is kept, what is renewed, and what a refusal is told as."""

import hashlib

import pytest
from entra import PENDING, aadsts

from portfolio.errors import SignInError
from tests.connectors.microsoft_sign_ins import auth, browser, file_of, sign_in

# -- a person signs in --------------------------------------------------------------------------------------------


def test_a_device_code_is_shown_and_waited_for(entra, place, clock):
    entra.refusals = [PENDING, aadsts(0, "slow_down"), PENDING]
    done, told = sign_in(place, clock)
    assert done.account == "pm@contoso.example"
    assert "ABCD-1234" in told[0]
    assert clock.slept == [5.0, 5.0, 10.0, 10.0], "as long as the service asks, longer when it says slow down"
    assert "https://contoso.sharepoint.com/.default" in entra.asked[0]["scope"].split()


def test_a_code_that_nobody_enters_ends_with_its_time(entra, place, clock):
    entra.refusals = [PENDING] * 300
    with pytest.raises(SignInError) as refused:
        sign_in(place, clock)
    assert refused.value.code == "sign_in.not_done"
    assert clock.seconds == 900
    assert not file_of(place).exists()


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (aadsts(70018, "authorization_declined"), "sign_in.not_done"),
        ({"error": "expired_token", "error_description": "late"}, "sign_in.not_done"),
        (aadsts(7000218, "invalid_client"), "sign_in.client"),
        (aadsts(53003, "access_denied"), "sign_in.policy"),
    ],
    ids=["declined", "too late", "not a public client", "conditional access"],
)
def test_a_sign_in_that_fails_says_why_and_keeps_nothing(entra, place, clock, refusal, code):
    entra.refusals = [refusal]
    with pytest.raises(SignInError) as refused:
        sign_in(place, clock)
    assert refused.value.code == code
    assert refused.value.remedy
    assert not file_of(place).exists()


def test_a_browser_signs_in_with_pkce_and_a_loopback_redirect(entra, place, clock):
    person = browser(entra, lambda asked: {"code": "c0de", "state": asked["state"]})
    done, told = sign_in(place, clock, auth("auth_code"), browser=person)
    assert done.account == "pm@contoso.example"
    assert entra.shown["code_challenge_method"] == "S256"
    assert entra.shown["redirect_uri"].startswith("http://localhost:")
    verifier = entra.asked[-1]["code_verifier"]
    challenge = hashlib.sha256(verifier.encode()).digest()
    import base64

    assert base64.urlsafe_b64encode(challenge).decode().rstrip("=") == entra.shown["code_challenge"]
    assert entra.grants() == ["authorization_code"]
    assert any(line.startswith("https://login.microsoftonline.com/") for line in told)


def test_a_confidential_app_shows_its_secret_when_the_code_is_redeemed(entra, place, clock):
    person = browser(entra, lambda asked: {"code": "c0de", "state": asked["state"]})
    sign_in(place, clock, auth("auth_code", client_secret="app-s3cret"), browser=person)
    assert entra.asked[-1]["client_secret"] == "app-s3cret"


def test_a_browser_that_brings_a_refusal_is_told(entra, place, clock):
    person = browser(entra, lambda asked: {**aadsts(65004, "access_denied"), "state": asked["state"]})
    with pytest.raises(SignInError) as refused:
        sign_in(place, clock, auth("auth_code"), browser=person)
    assert refused.value.code == "sign_in.consent"


def test_a_port_that_is_taken_is_told(entra, place, clock):
    from http.server import BaseHTTPRequestHandler, HTTPServer

    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        settings = auth("auth_code", redirect_port=other.server_address[1])
        with pytest.raises(SignInError) as refused:
            sign_in(place, clock, settings)
    assert refused.value.code == "sign_in.port"
