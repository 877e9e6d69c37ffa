"""Addresses in settings: what can never work is a mistake before anything runs, and no message shows a password."""

import pytest
from pydantic import ValidationError

from connectors.jira.settings import JiraCloudSource
from connectors.pwa.settings import PwaSource


def jira(url):
    return JiraCloudSource(url=url, email="pmo@meridian.example", token="t0ken")


def pwa(url):
    return PwaSource(kind="pwa", url=url, auth={"type": "bearer", "token": "t0ken"})


@pytest.mark.parametrize("source", [jira, pwa])
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://[::1", "Write it as https://host"),
        ("https://host.example:99999", "Write it as https://host"),
        ("https://h\u00f6 st/", "Write it as https://host"),
        ("host.example", "Write it as https://host"),
        ("https://pmo:s3cret@host.example", "give the secret under its own key"),
        ("https://pmo:s3cret@[::1", "Write it as https://host"),
    ],
)
def test_an_address_that_cannot_work_is_a_mistake_in_the_settings(source, url, words):
    with pytest.raises(ValidationError) as raised:
        source(url)
    (error,) = raised.value.errors()
    assert error["loc"] == ("url",)
    assert words in error["msg"]
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("source", [jira, pwa])
@pytest.mark.parametrize(
    "url", ["https://host.example/pwa", "http://127.0.0.1:8080", "https://[::1]:8443/x", "https://b\u00fcro.example"]
)
def test_an_address_that_can_work_is_kept_as_it_is_written(source, url):
    assert source(url).url == url
