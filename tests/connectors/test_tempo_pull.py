"""Tempo is read whole once, then by what changed and what was deleted; the other side is the pretend Tempo."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from conformance import ConnectorConformance, applied
from pydantic import ValidationError

from connectors.tempo import connect
from connectors.tempo.settings import TempoCloudSource, TempoDataCenterSource
from portfolio.errors import RateLimited, RemoteRefusal, SignInError
from sandbox import faults
from sandbox.http import Server
from sandbox.tempo import Booked, TempoAuth, routes
from tests.connectors.tempo_pulls import TOKEN, Reader, World, cloud, told


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with Server(routes(world.tempo, TempoAuth(token=TOKEN))) as server:
        yield server
        assert server.failures == []


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
