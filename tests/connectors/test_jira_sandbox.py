"""The connector against the pretend company's Jira, which is written apart from it: a full pull, later pulls, flags."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from conformance import ConnectorConformance, Pulled, applied, pull_all
from openapi_check import check_request, needs_openapi
from requests import PreparedRequest

from connectors.jira import connect, publisher
from connectors.jira.settings import JiraCloudSource
from portfolio.errors import SignInError
from portfolio.ports import Change, Mark, Partition, Traffic
from sandbox.serve import JIRA_EMAIL, JIRA_TOKEN, Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def settings(sandbox: Sandbox, **more) -> JiraCloudSource:
    given = {"url": sandbox.jira_url, "email": JIRA_EMAIL, "token": JIRA_TOKEN, "requests_per_second": 100}
    return JiraCloudSource(**given | more)


@pytest.fixture
def make(sandbox):
    return lambda: connect("jira", settings(sandbox))


@dataclass(frozen=True)
class Whole:
    """One full pull, before anything is written, and the requests that it took."""

    pulled: Pulled
    asked: list[PreparedRequest]
    traffic: Traffic


@pytest.fixture(scope="module")
def whole(sandbox) -> Whole:
    connector = connect("jira", settings(sandbox))
    asked: list[PreparedRequest] = []
    connector._http._session.hooks["response"].append(lambda response, **_: asked.append(response.request))
    pulled = pull_all(connector)
    connector.close()
    return Whole(pulled, asked, connector.traffic)


@pytest.fixture(scope="module")
def tables(whole):
    return applied(page for _, page in whole.pulled.pages)


class TestJiraConforms(ConnectorConformance):
    @pytest.fixture
    def make(self, sandbox):
        return lambda: connect("jira", settings(sandbox))

    @pytest.fixture
    def pulled(self, whole):
        return whole.pulled


@needs_openapi
def test_every_request_of_a_full_pull_is_one_that_atlassian_documents(whole):
    assert len(whole.asked) == whole.traffic.requests
    faults = set()
    for request in whole.asked:
        parts = urlsplit(request.url)
        body = json.loads(request.body) if request.body else None
        faults |= set(check_request(request.method, parts.path, parse_qs(parts.query), body))
    assert faults == set()


def test_nothing_is_rejected_and_every_table_of_the_pmo_is_filled(whole, tables):
    assert [r for _, page in whole.pulled.pages for r in page.rejected] == []
    governance = {"gate", "status_report", "risk", "change_request", "artefact", "stakeholder", "lesson", "invoice"}
    assert governance | {"work_item_link", "field_change", "time_entry", "version"} <= set(tables)


def test_hours_booked_on_an_item_are_the_hours_that_jira_sums(tables):
    """Worklogs beyond the twenty in a search answer are not lost."""
    booked = {}
    counts = {}
    for entry in tables["time_entry"].values():
        item = entry["work_item_id"]
        booked[item] = booked.get(item, 0) + entry["hours"]
        counts[item] = counts.get(item, 0) + 1
    summed = {item: row["spent_hours"] for item, row in tables["work_item"].items() if row["spent_hours"]}
    assert max(counts.values()) > 20
    assert {
        item: (hours, booked.get(item)) for item, hours in summed.items() if abs(hours - booked.get(item, 0)) > 1
    } == {}


def test_a_second_pull_reads_only_what_may_have_changed(make, whole):
    cursors = {partition: page.position for partition, page in whole.pulled.pages if page.position is not None}
    second = make()
    for stage in second.partitions(cursors):
        for partition in stage:
            for page in second.pull(partition, cursors.get(partition)):
                assert len(page.rows.get("work_item", ())) < 20
    assert not [endpoint for endpoint in second.traffic.by_endpoint if endpoint.endswith("issue/{id}/worklog")]
    assert second.traffic.requests < whole.traffic.requests / 2


def test_a_census_finds_exactly_the_issues_that_were_pulled(make, tables):
    connector = make()
    censuses = [
        census
        for stage in connector.partitions({})
        for partition in stage
        if partition.stream == "issues"
        for page in connector.pull(Partition("census", partition.key), None)
        for census in page.censuses
    ]
    listed = {
        table: {i for c in censuses if c.table == table for i in c.ids} for table in ("work_item", "risk", "gate")
    }
    assert listed["work_item"] == set(tables["work_item"])
    assert listed["risk"] >= set(tables["risk"])  # ids alone do not tell which of them are risks
    assert listed["gate"] >= set(tables["gate"])


def test_a_wrong_token_is_refused_with_a_remedy(sandbox):
    with pytest.raises(SignInError) as raised:
        connect("jira", settings(sandbox, token="wrong")).probe()
    assert "token" in raised.value.remedy


def test_flags_are_written_changed_and_removed(sandbox, make, tables):
    item = next(iter(tables["work_item"].values()))
    before = list(sandbox.jira.issue(item["native_id"]).labels)
    project = next(iter(tables["project"].values()))
    link = {"object": {"title": "1 finding", "url": "https://pmo.example/r"}}
    marks = [
        Mark("property", "jira", "project", project["native_id"], "plumbrule", {"open": 1}, project["key"]),
        Mark("property", "jira", "item", item["native_id"], "plumbrule", {"open": 1}),
        Mark("remote_link", "jira", "item", item["native_id"], f"plumbrule:jira:{item['native_id']}", link),
        Mark("label", "jira", "item", item["native_id"], "pmo-overdue", None),
    ]
    writer = publisher("jira", settings(sandbox))
    for action in ("create", "update"):
        changes = [Change(action, mark, "h") for mark in marks]
        assert writer.preflight(changes) == []
        assert [receipt.error for receipt in writer.apply(changes)] == [None] * 4
    assert sandbox.jira.issue(item["native_id"]).labels == [*before, "pmo-overdue"]
    assert labels(make, item) == item["labels"]  # our own labels are not read back
    assert [receipt.error for receipt in writer.apply([Change("remove", mark, "h") for mark in marks])] == [None] * 4
    assert sandbox.jira.issue(item["native_id"]).labels == before
    writer.close()


def labels(make, item) -> list[str]:
    connector = make()
    project = item["project_id"].rpartition(":")[2]
    pages = connector.pull(Partition("issues", project), None)
    found = applied(pages)["work_item"][item["id"]]["labels"]
    connector.close()
    return found
