"""Where a connection goes: nothing that we send may leave the configured host."""

import re

import pytest
import responses
from http_wire import BASE, answer
from requests.auth import AuthBase, HTTPBasicAuth

from connectors.address import Home
from connectors.http import Http
from portfolio.errors import ConfigurationError, RemoteRefusal, SignInError


def test_a_redirect_to_a_sign_in_page_means_signed_out(http, wire):
    wire.get(BASE + "/x", status=302, headers={"Location": "https://id.tool.example/login?continue=x"})
    with pytest.raises(SignInError):
        http.get_json("/x")


def test_a_redirect_to_another_host_is_refused(http, wire):
    wire.get(BASE + "/x", status=302, headers={"Location": "https://elsewhere.example/x?token=s3cret"})
    with pytest.raises(RemoteRefusal, match="elsewhere") as raised:
        http.get_json("/x")
    assert "s3cret" not in raised.value.what
    assert len(wire.calls) == 1


def test_a_redirect_on_the_same_host_is_followed(http, wire):
    wire.get(BASE + "/x", status=301, headers={"Location": "/moved"})
    answer(wire, 200, path="/moved")
    assert http.get_json("/x") == {"ok": True}


@pytest.mark.parametrize(
    "target", ["http://[::1", "https://tool.example:99999/x", "https://tool.example:x/", "\xff\xfe//\x80", "https://"]
)
def test_a_redirect_to_what_is_no_address_is_refused(http, wire, target):
    wire.get(BASE + "/x", status=302, headers={"Location": target})
    wire.add(responses.GET, re.compile(".*"), status=302, headers={"Location": target})
    with pytest.raises(RemoteRefusal):
        http.get_json("/x")


def test_a_next_link_that_is_no_address_is_refused(http, wire):
    with pytest.raises(RemoteRefusal, match="configured host"):
        http.get_url_json("https://[::1")


def test_a_circle_of_redirects_ends(http, wire):
    wire.get(BASE + "/x", status=301, headers={"Location": "/x"})
    with pytest.raises(RemoteRefusal):
        http.get_json("/x")
    assert len(wire.calls) == 4


def test_a_write_is_not_redirected(http, wire):
    wire.put(BASE + "/x", status=307, headers={"Location": "/moved"})
    with pytest.raises(RemoteRefusal):
        http.put_json("/x", {})


@pytest.mark.parametrize("path", ["https://elsewhere.example/x", "//elsewhere.example/x", "http://tool.example/x"])
def test_absolute_addresses_are_never_called(http, wire, path):
    with pytest.raises(RemoteRefusal, match="refused to call"):
        http.get_json(path)
    assert len(wire.calls) == 0


@pytest.mark.parametrize("url", ["https://elsewhere.example/x", "http://tool.example/x", "https://tool.example:8443/x"])
def test_a_next_link_to_another_host_is_refused(http, wire, url):
    with pytest.raises(RemoteRefusal, match="configured host"):
        http.get_url_json(url)
    assert len(wire.calls) == 0


def test_a_next_link_on_our_host_is_followed(http, wire):
    answer(wire, 200, path="/x?skip=2")
    assert http.get_url_json(BASE + "/x?skip=2") == {"ok": True}


def test_the_usual_port_is_the_same_host_written_out():
    assert Home.of(BASE).holds("https://TOOL.example:443/x")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://tool.example", "config.url_http"),
        ("ftp://tool.example", "config.url"),
        ("tool.example", "config.url"),
        ("https://me:secret@tool.example", "config.url_secret"),
        ("https://[::1", "config.url"),
        ("https://tool.example:99999", "config.url"),
        ("https://tool.example:0", "config.url"),
        ("https://t\u00f6 ol.example/", "config.url"),
        ("https://tool..example/", "config.url"),
        ("https://tool.example/a\x00b", "config.url"),
        ("https://me:secret@[::1", "config.url"),
    ],
)
def test_an_address_is_refused_when_it_is_unsafe(address, code):
    with pytest.raises(ConfigurationError) as raised:
        Http(address)
    assert raised.value.code == code
    assert "secret" not in raised.value.what


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:1"])
def test_this_machine_may_be_called_without_encryption(address):
    assert Http(address).base_url == address.rstrip("/")


def test_http_is_possible_where_it_is_asked_for():
    assert Http("http://tool.example", allow_http=True).base_url == "http://tool.example"


@pytest.mark.parametrize("token", ["s\u0435cret", "s3cret\nX: y"], ids=["a letter of another script", "two lines"])
def test_a_token_that_no_header_carries_is_told_as_such_and_not_shown(token):
    class Bearer(AuthBase):
        def __call__(self, request):
            request.headers["Authorization"] = f"Bearer {token}"
            return request

    for auth in (Bearer(), HTTPBasicAuth("bot", token)) if "\n" not in token else (Bearer(),):
        with pytest.raises(SignInError, match="cannot carry") as raised:
            Http(BASE, auth=auth).get_json("/x")
        assert token not in raised.value.what + str(raised.value.__cause__)
