"""A server that sends back what signed the request does not get it printed."""

import base64
import html
import json
from urllib.parse import quote

import pytest
import requests

from connectors.veil import veiled


def answer(**headers: str) -> requests.Response:
    response = requests.Response()
    response.request = requests.Request("GET", "https://tool.example/x", headers=headers).prepare()
    return response


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Authorization": "Bearer opaque1"}, "token opaque1 is bad"),
        ({"Authorization": "Basic " + base64.b64encode(b"me:geheim").decode()}, "geheim is wrong"),
        ({"Cookie": "a=first1; b=second2"}, "first1 and second2"),
        ({"X-RequestDigest": "0xABCDEF"}, "digest 0xABCDEF"),
        ({}, "Bearer abcdefg and FedAuth=xyz; https://x.example/?sig=abc&b=1"),
    ],
    ids=["token", "password", "cookies", "digest", "what looks like one"],
)
def test_what_signed_the_request_is_hidden(headers, said):
    shown = veiled(said, answer(**headers))
    assert "[hidden]" in shown
    assert not any(
        s in shown for s in ("opaque1", "geheim", "first1", "second2", "0xABCDEF", "abcdefg", "xyz", "sig=abc")
    )


def test_other_words_stay():
    assert veiled("the field Bearer is unknown", answer(Authorization="Bearer x")) == "the field Bearer is unknown"


@pytest.mark.parametrize("said", ["{0}", '{{"a": "{1}"}}', "/x?code={2}", "<p>{3}</p>"])
def test_a_password_is_hidden_however_it_is_quoted(said):
    password = 'p/+="&<é'
    forms = password, json.dumps(password)[1:-1], quote(password, safe=""), html.escape(password)
    basic = "Basic " + base64.b64encode(f"me:{password}".encode()).decode()
    shown = veiled(said.format(*forms), answer(Authorization=basic))
    assert "[hidden]" in shown
    assert not any(form in shown for form in forms)


@pytest.mark.parametrize("key", ["client_secret", "refresh_token", "password", "client_assertion", "code"])
def test_what_a_request_for_a_token_holds_is_hidden(key):
    secret = 'gehe/+="im'
    for more in ({"json": {key: secret, "grant_type": "x"}}, {"data": {"grant_type": "x", key: secret}}):
        asked = requests.Response()
        asked.request = requests.Request("POST", "https://tool.example/token", **more).prepare()
        body = asked.request.body
        shown = veiled(f"you sent {body.decode() if isinstance(body, bytes) else body} and {secret}", asked)
        assert secret not in shown and quote(secret, safe="") not in shown and json.dumps(secret)[1:-1] not in shown
        assert "grant_type" in shown


def test_an_address_that_is_a_secret_is_hidden_whole_and_in_its_parts():
    hooked = requests.Response()
    address = "https://hooks.example/workflows/0123456789abcdef/triggers/manual?sv=1.0&sig=AbCdEfGhIjKlMnOpQr"
    hooked.request = requests.Request("POST", address).prepare()
    path = hooked.request.path_url
    said = f"no workflow at {path}, 0123456789abcdef is gone; signature AbCdEfGhIjKlMnOpQr; triggers off"
    shown = veiled(said, hooked, secret_address=True)
    assert shown == "no workflow at [hidden], [hidden] is gone; signature [hidden]; triggers off"
    assert "0123456789abcdef" in veiled(said, hooked)
