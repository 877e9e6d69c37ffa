"""A server that sends back what signed the request does not get it printed."""

import base64

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
