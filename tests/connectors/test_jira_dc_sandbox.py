"""The Data Center connector against the pretend company's Data Center, which is written apart from it."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from conformance import ConnectorConformance, applied, pull_all

from connectors.jira import connect, publisher
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from portfolio.errors import SignInError
from portfolio.ports import Change, Mark, Partition
from sandbox.serve import JIRA_EMAIL, JIRA_TOKEN, Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(edition="data_center") as running:
        yield running


def settings(sandbox: Sandbox, **more) -> JiraDataCenterSource:
    given = {"url": sandbox.jira_url, "token": JIRA_TOKEN, "requests_per_second": 100}
    return JiraDataCenterSource(**given | more)


@pytest.fixture
def make(sandbox):
    return lambda: connect("jira", settings(sandbox))


class TestJiraDataCenterConforms(ConnectorConformance):
    resume_points = 1

    @pytest.fixture
    def make(self, sandbox):
        return lambda: connect("jira", settings(sandbox))


@pytest.fixture(scope="module")
def tables(sandbox):
    connector = connect("jira", settings(sandbox))
    pulled = pull_all(connector)
    connector.close()
    assert [rejected for _, page in pulled.pages for rejected in page.rejected] == []
    return applied(page for _, page in pulled.pages)


@pytest.fixture(scope="module")
def cloud_tables():
    with Sandbox() as cloud:
        given = JiraCloudSource(url=cloud.jira_url, email=JIRA_EMAIL, token=JIRA_TOKEN, requests_per_second=100)
        connector = connect("jira", given)
        tables = applied(page for _, page in pull_all(connector).pages)
        connector.close()
    return tables


SAME = [
    "title",
    "type",
    "kind",
    "status",
    "status_category",
    "due_date",
    "start_date",
    "created_at",
    "updated_at",
    "estimate_hours",
    "remaining_hours",
    "spent_hours",
    "points",
    "resolution",
    "priority",
    "is_blocked",
    "is_milestone",
    "labels",
    "components",
    "affected_versions",
    "fix_versions",
    "aggregate_estimate_hours",
    "aggregate_remaining_hours",
    "aggregate_spent_hours",
]
"""What both editions tell in the same way."""


def by_key(tables):
    keys = {row["id"]: row["key"] for row in tables["work_item"].values()}
    return {
        row["key"]: {name: row[name] for name in SAME} | {"parent": keys.get(row["parent_id"])}
        for row in tables["work_item"].values()
    }


@pytest.mark.slow
def test_both_editions_tell_the_same_of_every_issue(tables, cloud_tables):
    assert by_key(tables) == by_key(cloud_tables)


@pytest.mark.slow
def test_both_editions_tell_the_same_of_time_and_changes(tables, cloud_tables):
    def hours(tables):
        keys = {row["id"]: row["key"] for row in tables["work_item"].values()}
        booked: dict[tuple, Decimal] = {}
        for row in tables["time_entry"].values():
            place = keys[row["work_item_id"]], row["spent_on"]
            booked[place] = booked.get(place, Decimal(0)) + row["hours"]
        return booked

    def changes(tables):
        keys = {row["id"]: row["key"] for row in tables["work_item"].values()}
        rows = tables["field_change"].values()
        wanted = ("status", "schedule", "estimate", "scope")
        return sorted(
            (keys[r["work_item_id"]], r["changed_at"], r["field_class"]) for r in rows if r["field_class"] in wanted
        )

    assert hours(tables) == hours(cloud_tables)
    assert changes(tables) == changes(cloud_tables)


@pytest.mark.slow
@pytest.mark.parametrize("table", ["risk", "gate", "change_request", "status_report", "invoice", "lesson", "artefact"])
def test_both_editions_fill_the_registers_alike(tables, cloud_tables, table):
    assert len(tables[table]) == len(cloud_tables[table]) > 0


def test_password_and_token_sign_in_and_a_wrong_one_is_refused(sandbox):
    user = JIRA_EMAIL.partition("@")[0]
    basic = connect("jira", settings(sandbox, auth="basic", token=None, user=user, password=JIRA_TOKEN))
    assert basic.probe().account == "PMO Bot"
    basic.close()
    wrong = connect("jira", settings(sandbox, token="no-such-token"))
    with pytest.raises(SignInError):
        wrong.probe()
    wrong.close()


def test_a_second_pull_asks_once_a_project_and_counts_it(sandbox, make):
    connector = make()
    cursors = {}
    for stage in connector.partitions({}):
        for partition in stage:
            for page in connector.pull(partition, None):
                if page.position is not None:
                    cursors[partition] = page.position
    again = make()
    before = 0
    for stage in again.partitions(cursors):
        for partition in stage:
            if partition.stream == "issues":
                before = again.traffic.by_endpoint.get("GET /rest/api/2/search", 0)
                list(again.pull(partition, cursors[partition]))
                after = again.traffic.by_endpoint["GET /rest/api/2/search"]
                assert after - before <= 2
    connector.close()
    again.close()


def test_a_deleted_issue_is_missed_by_the_census(sandbox, make):
    connector = make()
    project = next(p.key for p in connector.partitions({})[1] if p.stream == "issues")
    census = Partition("census", project)
    (first,) = connector.pull(census, None)
    connector.close()
    ids = {c.table: c.ids for c in first.censuses}["work_item"]
    gone = sorted(ids)[0]
    sandbox.jira.delete_issue(int(gone.rpartition(":")[2]))
    connector = make()
    (second,) = connector.pull(census, first.position)
    connector.close()
    assert gone in ids - {c.table: c.ids for c in second.censuses}["work_item"]


def test_flags_are_written_by_the_older_interface_and_without_a_mail(sandbox, tables):
    item = next(row for row in tables["work_item"].values() if row["kind"] == "story")
    target = {"source": "jira", "target_kind": "item", "target": item["native_id"]}
    link = {"object": {"url": "https://pmo.meridian.example/#x", "title": "PMO"}}
    changes = [
        Change("create", Mark(channel="property", name="plumbrule", body={"verdict": "fail"}, **target), "h1"),
        Change("create", Mark(channel="label", name="pmo-hyg-03", body=None, **target), "h2"),
        Change("create", Mark(channel="remote_link", name="plumbrule:x", body=link, **target), "h3"),
    ]
    before = list(sandbox.jira.mails)
    writer = publisher("jira", settings(sandbox))
    assert list(writer.preflight(changes)) == []
    receipts = list(writer.apply(changes))
    sent = set(writer._site.http.traffic.by_endpoint)
    writer.close()
    assert [receipt.error for receipt in receipts] == [None, None, None]
    assert sandbox.jira.mails == before
    assert {path.partition("/rest/api/")[2][:2] for path in sent} == {"2/"}
    assert "PUT /rest/api/2/issue/{id}" in sent
