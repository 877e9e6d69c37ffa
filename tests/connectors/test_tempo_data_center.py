"""Time from Tempo inside a Jira Data Center."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
from conformance import ConnectorConformance

from connectors.tempo.client import data_center_http
from connectors.tempo.data_center import TempoDataCenter
from connectors.tempo.settings import TempoDataCenterSource
from portfolio.ports import Traffic
from sandbox.http import Server
from sandbox.jira.access import Credential
from sandbox.jira.datacenter.routes import routes as jira_routes
from sandbox.tempo import Booked, data_center_routes
from tests.connectors.tempo_pulls import Reader, Waitless, World, told


def data_center(server: Server, **more) -> TempoDataCenter:
    first_day = (datetime.now(UTC) - timedelta(days=300)).date()
    given = {"url": server.url, "jira": "jira", "token": "pat", "first_day": first_day, **more}
    settings, clock = TempoDataCenterSource(**given), Waitless().clock()
    return TempoDataCenter("tempo", settings, data_center_http(settings, Traffic(), clock), clock.now)


@pytest.fixture
def inside() -> World:
    return World("data_center")


@pytest.fixture
def own(inside: World) -> Iterator[Server]:
    inside.jira.access.add(Credential("site", "pat"))
    with Server([*jira_routes(inside.jira), *data_center_routes(inside.tempo)]) as server:
        yield server
        assert server.failures == []


def test_data_center_entries_carry_day_person_and_account(inside: World, own: Server) -> None:
    number = inside.book(3, 1.5, booked=Booked(Decimal(1), "CAPEX", "Fields"))
    row = Reader(lambda: data_center(own)).pull()[f"tempo:time:{number}"]
    issue = inside.jira.need_issue("ALPHA-1")
    assert (row["work_item_id"], row["account_id"]) == (f"jira:item:{issue.id}", f"jira:account:{inside.ada}")
    assert (row["hours"], row["billable_hours"], row["billing_account"]) == (Decimal("1.50"), Decimal("1.00"), "CAPEX")
    assert row["spent_on"] == (inside.jira.now - timedelta(days=3)).date()


def test_data_center_finds_edits_and_deletions_of_the_months_that_it_rereads(inside: World, own: Server) -> None:
    numbers = [inside.book(days_ago) for days_ago in (0, 1, 2, 200)]
    reader = Reader(lambda: data_center(own))
    reader.pull()
    assert reader.hours == told(inside)
    searches = len(reader.pages)
    inside.tempo.edit_worklog(numbers[0], hours=6)
    inside.tempo.delete_worklog(numbers[1])
    reader.pull()
    assert reader.hours == told(inside)
    assert len(reader.pages) < searches


def test_signing_in_asks_once_who_we_are(inside: World, own: Server) -> None:
    connector = data_center(own)
    connector.probe()
    assert connector.traffic.by_endpoint["GET /rest/api/2/myself"] == 1


def test_looking_around_inside_data_center_tells_whose_time_is_seen(inside: World, own: Server) -> None:
    month = inside.jira.now.replace(day=1) - timedelta(days=3)
    inside.tempo.add_worklog("ALPHA-1", author=inside.ada, day=month.date(), hours=2)
    (seen,) = data_center(own).examine(())
    assert (seen.state, seen.found.split(" from")[0]) == ("note", "1 entries of 1 people")


def test_data_center_reads_the_projects_that_are_named(inside: World, own: Server) -> None:
    alpha, _ = inside.book(), inside.book(issue="BETA-1")
    assert set(Reader(lambda: data_center(own, projects=["ALPHA"])).pull()) == {f"tempo:time:{alpha}"}


@pytest.fixture(scope="module")
def unchanging_inside() -> Iterator[Server]:
    world = World("data_center")
    world.jira.access.add(Credential("site", "pat"))
    for days_ago in range(0, 290, 13):
        world.book(days_ago, person=world.bo if days_ago % 2 else world.ada)
    with Server([*jira_routes(world.jira), *data_center_routes(world.tempo)]) as server:
        yield server


class TestTempoDataCenterConforms(ConnectorConformance):
    may_dangle: ClassVar = {("time_entry", "work_item_id"), ("time_entry", "account_id"), ("time_entry", "project_id")}

    @pytest.fixture
    def make(self, unchanging_inside: Server):
        return lambda: data_center(unchanging_inside)
