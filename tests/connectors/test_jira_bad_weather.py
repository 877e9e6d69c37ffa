"""Cloud and Data Center on a bad day: storms of 429, quotas, sign-in pages, broken JSON, bombs, removed endpoints."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from conformance import applied, pull_all
from fake_clock import FakeClock
from house import small_company

from connectors import body
from connectors.jira.client import connection
from connectors.jira.cloud.reader import JiraConnector
from connectors.jira.datacenter.reader import JiraDataCenter
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from portfolio.errors import ExitCode, PlumbruleError, RateLimited, RemoteError, RemoteRefusal, SignInError
from portfolio.ports import Connector, Traffic
from sandbox.distortions import gzip_bomb
from sandbox.faults import half_json, quota_reached, redirect, refused, sign_in_page, too_many_requests
from sandbox.messages import Request, Response
from sandbox.serve import JIRA_EMAIL, JIRA_TOKEN, Sandbox

FIELDS = "/field"


@pytest.fixture(scope="module", params=["cloud", "data_center"])
def edition(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def running(edition: str) -> Iterator[Sandbox]:
    with Sandbox(company=small_company(), edition=edition) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    yield running
    running.server.gates.clear()
    running.server.faults = type(running.server.faults)()


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def jira(sandbox: Sandbox, edition: str, time: FakeClock) -> Iterator[Connector]:
    made = connector(sandbox, edition, time)
    yield made
    made.close()


def connector(sandbox: Sandbox, edition: str, time: FakeClock) -> Connector:
    where = {"url": sandbox.jira_url, "token": JIRA_TOKEN, "requests_per_second": 100}
    if edition == "cloud":
        settings = JiraCloudSource(**where, email=JIRA_EMAIL)
        return JiraConnector("jira", settings, connection(settings, Traffic(), time.clock))
    server = JiraDataCenterSource(**where)
    return JiraDataCenter("jira", server, connection(server, Traffic(), time.clock), time.clock)


def test_a_storm_of_429_on_four_in_ten_calls_leaves_the_data_as_they_are(sandbox, edition, time, jira):
    calm = applied(page for _, page in pull_all(connector(sandbox, edition, FakeClock())).pages)
    dice = random.Random(7)

    def storm(_request: Request) -> Response | None:
        status, headers, body = too_many_requests("1").instead
        return Response(status=status, headers=dict(headers), body=body) if dice.random() < 0.4 else None

    sandbox.server.gates.append(storm)
    stormy = pull_all(jira)
    assert applied(page for _, page in stormy.pages) == calm
    traffic = jira.traffic
    assert traffic.throttled > traffic.requests / 4
    assert traffic.throttled_by_reason == {"jira-burst-based": traffic.throttled}
    assert traffic.waited_by_reason["jira-burst-based"] > 0


def test_an_endless_storm_ends_in_a_stop_that_can_be_resumed(sandbox, jira):
    sandbox.server.inject(too_many_requests("1"), times=10_000)
    with pytest.raises(RateLimited) as stopped:
        pull_all(jira)
    assert stopped.value.exit_code == ExitCode.REMOTE
    assert "goes on where it stopped" in stopped.value.remedy


def test_a_used_up_quota_stops_at_once_with_its_time(sandbox, jira, time):
    sandbox.server.inject(quota_reached("2026-11-23T07:00Z", retry_after="1200"), path=FIELDS)
    with pytest.raises(RateLimited, match="jira-quota-tenant-based") as stopped:
        pull_all(jira)
    assert stopped.value.until == time.now() + timedelta(seconds=1200)
    assert max(time.slept, default=0.0) < 1
    asked = jira.traffic.requests
    with pytest.raises(RateLimited):
        jira.probe()
        pull_all(jira)
    assert jira.traffic.requests == asked, "nobody asks again before its time"


@pytest.mark.parametrize("retry_after", ["1847", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_pause_that_is_too_long_is_told_and_not_slept_through(sandbox, jira, time, retry_after):
    sandbox.server.inject(too_many_requests(retry_after), path=FIELDS)
    with pytest.raises(RateLimited) as stopped:
        pull_all(jira)
    assert stopped.value.until is not None
    assert max(time.slept, default=0.0) < 120


@pytest.mark.parametrize("retry_after", ["0", "-5", "1.5", None, "soon", "Mon, 01 Jan 2001 00:00:00 GMT"])
def test_a_short_or_odd_pause_is_waited_out(sandbox, jira, retry_after):
    sandbox.server.inject(too_many_requests(retry_after), path=FIELDS)
    assert pull_all(jira).pages
    assert jira.traffic.throttled == 1


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (sign_in_page(), SignInError, "web page instead of data"),
        (redirect("/login.jsp?os_destination=x"), SignInError, "web page instead of data"),
        (redirect("https://elsewhere.example/rest"), RemoteRefusal, "sends us elsewhere"),
        (half_json(), RemoteError, "breaks off or is not valid"),
        (refused(410, "gone"), RemoteRefusal, "endpoint removed"),
        (refused(500), RemoteError, "failed"),
    ],
    ids=["HTML with 200", "a redirect to sign in", "a redirect elsewhere", "truncated JSON", "410", "500"],
)
def test_an_answer_that_is_no_data_is_an_error_with_a_remedy(sandbox, jira, fault, error, words):
    sandbox.server.inject(fault, times=50, path=FIELDS)
    with pytest.raises(error, match=words) as raised:
        pull_all(jira)
    assert isinstance(raised.value, PlumbruleError)
    assert raised.value.remedy


def test_truncated_json_that_was_one_accident_is_read_again(sandbox, jira):
    sandbox.server.inject(half_json(), path=FIELDS)
    assert pull_all(jira).pages
    assert jira.traffic.waited_by_reason["broken answer"] > 0


def test_a_gzip_bomb_is_not_unpacked(sandbox, jira, monkeypatch):
    monkeypatch.setattr(body.read_body, "__kwdefaults__", {"most_bytes": 5_000_000, "most_seconds": 600.0})
    sandbox.server.inject(gzip_bomb(20), times=50, path=FIELDS)
    with pytest.raises(RemoteRefusal, match="larger than 5 MiB"):
        pull_all(jira)


def test_a_token_that_ends_in_mid_run_is_a_refused_sign_in(sandbox, jira):
    sandbox.server.inject(refused(401), times=1000, path="/version")
    with pytest.raises(SignInError) as raised:
        pull_all(jira)
    assert raised.value.remedy
