"""A wire with single Jira exchanges on it; every request that went over it is held against Atlassian's document."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import responses
from fake_clock import FakeClock
from openapi_check import DOCUMENT, check_request

from connectors.jira.api import CLOUD
from connectors.jira.client import connection
from connectors.jira.cloud.reader import JiraConnector
from connectors.jira.flags.publisher import JiraPublisher
from connectors.jira.flags.site import Site
from connectors.jira.settings import LABEL_PREFIX, JiraCloudSource
from portfolio.ports import Traffic

SITE = "https://meridian.example"
API = f"{SITE}/rest/api/3"


def settings(**more: Any) -> JiraCloudSource:
    return JiraCloudSource(url=SITE, email="pmo@meridian.example", token="t0ken", **more)


def reader(time: FakeClock | None = None, *, label_prefix: str = LABEL_PREFIX, **more: Any) -> JiraConnector:
    chosen = settings(**more)
    http = connection(chosen, Traffic(), (time or FakeClock()).clock)
    return JiraConnector("jira", chosen, http, label_prefix=label_prefix)


def writer(time: FakeClock | None = None, *, label_prefix: str = LABEL_PREFIX, **more: Any) -> JiraPublisher:
    time = time or FakeClock()
    chosen = settings(**more)
    http = connection(chosen, Traffic(), time.clock)
    return JiraPublisher("jira", Site(http, CLOUD, time.sleep, label_prefix))


class Wire:
    """Answers in the order given, the last one for ever; `sent` gives what was asked."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock

    def on(self, method: str, path: str, *answers: Any, **each: Any) -> None:
        """Answers: a dictionary or list is JSON with 200, a number is a status, a text a body."""
        for answer in answers:
            shape: dict[str, Any] = {"json": answer}
            if isinstance(answer, int):
                shape = {"status": answer, "json": {"errorMessages": ["no"], "errors": {}}}
            elif isinstance(answer, str):
                shape = {"body": answer}
            self.mock.add(method, API + path, **(shape | each))

    def sent(self, path: str, method: str | None = None) -> list[dict[str, Any]]:
        """Body (or query, where there is none) of each request to that path."""
        calls = [c.request for c in self.mock.calls if urlsplit(c.request.url).path == "/rest/api/3" + path]
        return [_asked(r) for r in calls if method in (None, r.method)]

    @property
    def paths(self) -> list[str]:
        """Method and path of every request, in order."""
        return [f"{c.request.method} {urlsplit(c.request.url).path[11:]}" for c in self.mock.calls]


def _asked(request: Any) -> dict[str, Any]:
    return json.loads(request.body) if request.body else parse_qs(urlsplit(request.url).query)


@contextmanager
def wired() -> Iterator[Wire]:
    """A wire; at its end every request on it must be one that Atlassian documents."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Wire(mock)
        if DOCUMENT.is_file():
            assert [fault for call in mock.calls for fault in _faults(call.request)] == []


def _faults(request: Any) -> list[str]:
    """None for what lies outside the documented interface, such as the site's id, asked after a refused sign-in."""
    parts = urlsplit(request.url)
    if not parts.path.startswith("/rest/"):
        return []
    body = json.loads(request.body) if request.body else None
    return check_request(request.method, parts.path, parse_qs(parts.query), body)
