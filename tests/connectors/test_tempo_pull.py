"""Tempo is read whole once, then by what changed and what was deleted; the other side is the pretend Tempo."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from conformance import ConnectorConformance, Rows, applied, going_on
from pydantic import ValidationError

from connectors.pacing import Clock
from connectors.tempo import connect
from connectors.tempo.client import cloud_http, data_center_http
from connectors.tempo.cloud import TempoCloud
from connectors.tempo.data_center import TempoDataCenter
from connectors.tempo.settings import TempoCloudSource, TempoDataCenterSource
from portfolio.errors import RateLimited, RemoteRefusal, SignInError
from portfolio.ports import Page, Partition, Traffic
from sandbox import faults
from sandbox.http import Server
from sandbox.jira.access import Credential
from sandbox.jira.datacenter.routes import routes as jira_routes
from sandbox.jira.site import JiraSite
from sandbox.tempo import Booked, TempoAuth, TempoSite, data_center_routes, routes

TOKEN = "tempo-token"


class World:
    """A Jira of two projects with a Tempo over it. Its present is ours: connectors go by the server's clock."""

    def __init__(self, edition: str = "cloud") -> None:
        self.jira = JiraSite(edition=edition, now=datetime.now(UTC).replace(microsecond=0))
        self.ada = self.jira.add_user("Ada Meier", email="ada@meridian.example")
        self.bo = self.jira.add_user("Bo Nkemelu", email="bo@meridian.example")
        for key in ("ALPHA", "BETA"):
            self.jira.add_project(key, key.title(), lead=self.ada)
            self.jira.add_issue(key, "Task", f"Work of {key}", created=self.jira.now, reporter=self.ada)
        self.tempo = TempoSite(self.jira)
        self.tempo.add_account("CAPEX", "Capital", lead=self.ada, monthly_budget=80)
        self.tempo.link_account("CAPEX", "ALPHA", default=True)

    def book(self, days_ago: int = 0, hours: float = 1, *, person: str = "", issue: str = "ALPHA-1", **more) -> int:
        day = (self.jira.now - timedelta(days=days_ago)).date()
        return self.tempo.add_worklog(issue, author=person or self.ada, day=day, hours=hours, **more)

    def pass_days(self, days: int = 1) -> None:
        self.jira.now += timedelta(days=days)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with Server(routes(world.tempo, TempoAuth(token=TOKEN))) as server:
        yield server
        assert server.failures == []


class Waitless:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self.moment = 0.0

    def sleep(self, seconds: float) -> None:
        self.moment += seconds

    def clock(self) -> Clock:
        return Clock(sleep=self.sleep, monotonic=lambda: self.moment)


def cloud(server: Server, token: str = TOKEN, **more) -> TempoCloud:
    first_day = (datetime.now(UTC) - timedelta(days=800)).date()
    given = {"url": f"{server.url}/tempo", "jira": "jira", "token": token, "first_day": first_day, **more}
    settings, clock = TempoCloudSource(**given), Waitless().clock()
    return TempoCloud("tempo", settings, cloud_http(settings, Traffic(), clock), clock.now)


class Reader:
    """Pulls as a run does, and keeps tables and positions between runs."""

    def __init__(self, make) -> None:
        self._make = make
        self.positions: dict[Partition, str] = {}
        self.tables: Rows = {}
        self.pages: list[Page] = []

    def pull(self) -> dict[str, dict]:
        self.pages = []
        for _, page in going_on(self._make(), self.positions):
            self.pages.append(page)
            self.tables = applied([page], onto=self.tables)
        return self.tables.get("time_entry", {})

    @property
    def hours(self) -> dict[str, Decimal]:
        return {row_id.rpartition(":")[2]: row["hours"] for row_id, row in self.tables.get("time_entry", {}).items()}


def told(world: World) -> dict[str, Decimal]:
    """What Tempo holds: hours by its own id."""
    return {
        str(one.id): (Decimal(one.seconds) / 3600).quantize(Decimal("0.01")) for one in world.tempo.worklogs.values()
    }


def test_an_entry_lies_on_jiras_item_and_person_with_its_billing(world: World, server: Server) -> None:
    number = world.book(3, 1.5, booked=Booked(Decimal(1), "CAPEX", "Fields"))
    row = Reader(lambda: cloud(server)).pull()[f"tempo:time:{number}"]
    issue = world.jira.need_issue("ALPHA-1")
    assert (row["work_item_id"], row["account_id"]) == (f"jira:item:{issue.id}", f"jira:account:{world.ada}")
    assert (row["hours"], row["billable_hours"], row["billing_account"]) == (Decimal("1.50"), Decimal("1.00"), "CAPEX")
    assert row["spent_on"] == (world.jira.now - timedelta(days=3)).date()
    assert (row["project_id"], row["state"], row["source"]) == (None, None, "tempo")
    assert row["updated_at"] == world.jira.now


def test_billing_accounts_come_with_their_monthly_budget(world: World, server: Server) -> None:
    world.tempo.add_account("OPEX", "Operations", lead=world.ada)
    world.tempo.close_account("OPEX")
    reader = Reader(lambda: cloud(server))
    reader.pull()
    rows = {row["key"]: row for row in reader.tables["billing_account"].values()}
    assert (rows["CAPEX"]["name"], rows["CAPEX"]["state"], rows["CAPEX"]["monthly_budget_hours"]) == (
        "Capital",
        "open",
        80,
    )
    assert (rows["OPEX"]["state"], rows["OPEX"]["monthly_budget_hours"]) == ("closed", None)
    world.tempo.archive_account("OPEX")
    reader.pull()
    assert {row["key"] for row in reader.tables["billing_account"].values()} == {"CAPEX"}


def test_a_token_that_may_not_see_accounts_reads_time_all_the_same(world: World, server: Server) -> None:
    number = world.book()
    world.tempo.scopes.discard("accounts:view")
    reader = Reader(lambda: cloud(server))
    assert set(reader.pull()) == {f"tempo:time:{number}"}
    assert "billing_account" not in reader.tables


def test_looking_around_says_whose_time_is_seen_and_what_is_kept_back(world: World, server: Server) -> None:
    month = world.jira.now.replace(day=1) - timedelta(days=3)
    for person in (world.ada, world.bo):
        world.tempo.add_worklog("ALPHA-1", author=person, day=month.date(), hours=2)
    connector = cloud(server, token_expires_on="2027-01-31")
    assert connector.probe().detail["token_expires_on"] == "2027-01-31"
    found = {o.subject: o for o in connector.examine(())}
    assert found["time"].found.startswith("2 entries of 2 people")
    assert found["billing accounts"].found == "1, 1 of them with a monthly budget"
    assert {o.state for o in found.values()} == {"ok"}
    world.tempo.scopes -= {"audit:view", "accounts:view"}
    world.tempo.sees_everyone = False
    seen = {o.subject: o for o in cloud(server).examine(())}
    assert (seen["time"].state, seen["deletions"].state, seen["billing accounts"].state) == ("note", "note", "failed")
    assert all(o.remedy for o in seen.values())


def test_every_year_is_read_once_then_only_what_changed(world: World, server: Server) -> None:
    world.pass_days(-20)
    for days_ago in (0, 30, 400, 700):
        world.book(days_ago)
    world.pass_days(20)
    reader = Reader(lambda: cloud(server))
    reader.pull()
    assert reader.hours == told(world)
    late = world.book(500, 4)
    reader.pull()
    assert reader.hours == told(world)
    assert [row["id"] for page in reader.pages for row in page.rows.get("time_entry", ())] == [f"tempo:time:{late}"]


def test_edits_and_deletions_of_any_age_are_found(world: World, server: Server) -> None:
    kept, edited, deleted = world.book(1), world.book(300), world.book(600)
    reader = Reader(lambda: cloud(server))
    reader.pull()
    world.tempo.edit_worklog(edited, hours=7)
    world.tempo.delete_worklog(deleted)
    reader.pull()
    assert set(reader.hours) == {str(kept), str(edited)}
    assert reader.hours == told(world)


def test_without_the_audit_feed_recent_months_are_read_whole(world: World, server: Server) -> None:
    world.tempo.scopes.discard("audit:view")
    numbers = [world.book(days_ago) for days_ago in (0, 1, 2, 40)]
    reader = Reader(lambda: cloud(server, reread_months=3))
    reader.pull()
    world.tempo.delete_worklog(numbers[1])
    world.tempo.delete_worklog(numbers[3])
    reader.pull()
    assert reader.hours == told(world)
    assert len(reader.hours) == 2


def test_an_audit_feed_that_opens_later_tells_what_was_deleted_before(world: World, server: Server) -> None:
    world.tempo.scopes.discard("audit:view")
    world.pass_days(-9)
    kept, deleted = world.book(1), world.book(300)
    reader = Reader(lambda: cloud(server))
    reader.pull()
    world.tempo.delete_worklog(deleted)
    world.pass_days(9)
    world.tempo.scopes.add("audit:view")
    reader.pull()
    assert set(reader.hours) == {str(kept)}


def test_a_deletion_while_pages_are_read_hides_nothing(world: World, server: Server, monkeypatch) -> None:
    numbers = [world.book(0, 0.1 * n + 0.1) for n in range(12)]
    monkeypatch.setattr("connectors.tempo.client.PAGE_SIZE", 5)
    monkeypatch.setattr("connectors.tempo.client._SHARED_ROWS", 2)
    connector = cloud(server, first_day=world.jira.now.date().replace(day=1, month=1))
    connector.probe()
    stage = connector.partitions({})[0]
    seen: set[str] = set()
    from connectors.tempo import client

    for found in client.pages(connector._http, "4/worklogs", {}, 5):
        if not seen:
            world.tempo.delete_worklog(numbers[0])
        seen |= {str(one["tempoWorklogId"]) for one in found}
    connector.close()
    assert stage
    assert set(told(world)) <= seen


def test_a_pull_that_was_cut_off_goes_on_with_the_year_that_was_not_finished(world: World, server: Server) -> None:
    world.pass_days(-20)
    for days_ago in (0, 400, 770):
        world.book(days_ago)
    world.pass_days(20)
    connector = cloud(server)
    connector.probe()
    (time,) = (p for p in connector.partitions({})[0] if p.stream == "time")
    first = next(page for page in connector.pull(time, None) if page.position)
    rest = list(connector.pull(time, first.position))
    connector.close()
    assert len(applied([first, *rest])["time_entry"]) == 3
    assert len(applied(rest)["time_entry"]) < 3


def test_approvals_of_the_teams_give_entries_their_state(world: World, server: Server) -> None:
    team = world.tempo.add_team("Delivery", [world.ada], lead=world.ada, summary="All")
    monday = world.jira.now.date() - timedelta(days=world.jira.now.weekday() + 7)
    last_week = world.tempo.add_worklog("ALPHA-1", author=world.ada, day=monday, hours=4)
    of_bo = world.tempo.add_worklog("ALPHA-1", author=world.bo, day=monday, hours=2)
    world.tempo.submit(world.ada, monday, reviewer=world.bo)
    reader = Reader(lambda: cloud(server, approvals_of_teams=[team.id]))
    rows = reader.pull()
    assert rows[f"tempo:time:{last_week}"]["state"] == "submitted"
    assert rows[f"tempo:time:{of_bo}"]["state"] is None
    world.tempo.approve(world.ada, monday, by=world.bo)
    assert reader.pull()[f"tempo:time:{last_week}"]["state"] == "approved"


def test_a_wrong_token_says_where_to_make_a_new_one(server: Server) -> None:
    connector = cloud(server, token="old")
    with pytest.raises(SignInError) as refused:
        connector.probe()
    assert "API integration" in refused.value.remedy


def test_an_applications_refresh_token_is_kept_before_it_is_used_and_used_once(
    world: World, server: Server, tmp_path: Path
) -> None:
    number = world.book()
    auth = TempoAuth()
    given = {
        "auth": "oauth",
        "client_id": auth.client_id,
        "client_secret": auth.client_secret,
        "refresh_token": auth.first_refresh_token,
        "redirect_uri": auth.redirect_uri,
        "url": f"{server.url}/tempo",
        "jira": "jira",
        "requests_per_second": 5,
        "first_day": (world.jira.now - timedelta(days=40)).date(),
    }
    for _ in range(2):  # the second process goes on with what the first one kept
        reader = Reader(lambda: connect("tempo", TempoCloudSource(**given), folder=tmp_path))
        assert set(reader.pull()) == {f"tempo:time:{number}"}
    (kept,) = tmp_path.glob("*.json")
    assert kept.stat().st_mode & 0o077 == 0
    lost = connect("tempo", TempoCloudSource(**given), folder=tmp_path / "elsewhere")
    with pytest.raises(SignInError, match="no longer valid"):
        lost.probe()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"auth": "token"}, 'auth = "token" needs token: add it'),
        ({"auth": "oauth"}, 'auth = "oauth" needs client_id, client_secret, refresh_token and redirect_uri: add them'),
        (
            {"auth": "token", "token": "t", "client_id": "app"},
            'auth = "token" does not use client_id: remove it, or choose auth = "oauth"',
        ),
    ],
    ids=["none", "none of four", "one of another way"],
)
def test_a_way_of_signing_in_names_the_keys_that_it_lacks_or_does_not_use(given: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(words)):
        TempoCloudSource(jira="jira", **given)


def test_tempo_inside_jira_names_keys_of_another_way_too() -> None:
    with pytest.raises(ValidationError, match='auth = "pat" does not use user: remove it, or choose auth = "basic"'):
        TempoDataCenterSource(url="https://jira.meridian.example", jira="jira", token="pat", user="bot")


def test_429_is_waited_out_and_an_endless_storm_is_a_stop_with_its_time(world: World, server: Server) -> None:
    number = world.book()
    server.inject(faults.too_many_requests("1", None), times=3, path="/worklogs")
    assert set(Reader(lambda: cloud(server)).pull()) == {f"tempo:time:{number}"}
    server.inject(faults.too_many_requests("1847", None), times=50, path="/worklogs")
    connector = cloud(server)
    with pytest.raises(RateLimited):
        connector.probe()


@pytest.mark.parametrize("answer", ['{"results": null}', '["nothing"]', '{"errors": []}'])
def test_an_answer_without_a_list_is_never_taken_for_no_time(world: World, answer: str) -> None:
    import responses

    with responses.RequestsMock() as mock:
        mock.get("https://api.tempo.io/4/worklogs", body=answer, content_type="application/json")
        source = TempoCloudSource(jira="jira", token=TOKEN)
        connector = connect("tempo", source, sleep=lambda seconds: None)
        from connectors.tempo import client

        with pytest.raises(RemoteRefusal, match="no list"):
            list(client.pages(connector._http, "4/worklogs", {}))


def test_a_list_that_does_not_get_on_ends_with_an_error(world: World) -> None:
    import responses

    with responses.RequestsMock() as mock:
        loop = {"results": [], "metadata": {"next": "https://api.tempo.io/4/worklogs?offset=0"}}
        mock.get("https://api.tempo.io/4/worklogs", json=loop)
        connector = connect("tempo", TempoCloudSource(jira="jira", token=TOKEN), sleep=lambda seconds: None)
        from connectors.tempo import client

        with pytest.raises(RemoteRefusal, match="does not end"):
            list(client.pages(connector._http, "4/worklogs", {}))


@pytest.fixture(scope="module")
def unchanging() -> Iterator[Server]:
    world = World()
    for days_ago in range(0, 700, 13):
        world.book(days_ago, person=world.bo if days_ago % 2 else world.ada)
    with Server(routes(world.tempo, TempoAuth(token=TOKEN))) as server:
        yield server


class TestTempoCloudConforms(ConnectorConformance):
    may_dangle: ClassVar = {("time_entry", "work_item_id"), ("time_entry", "account_id")}  # rows of the Jira source

    @pytest.fixture
    def make(self, unchanging: Server):
        return lambda: cloud(unchanging)


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
