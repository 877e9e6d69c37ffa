"""The connector against the pretend company's Project Web App, which is written apart from it, as a running server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from conformance import ConnectorConformance, Rows, applied, going_on
from fake_clock import FakeClock

from connectors.pwa.reader import PwaReader
from connectors.pwa.settings import PwaSource
from connectors.pwa.writing import PwaPublisher, writer
from portfolio.errors import ConfigurationError, RateLimited, RemoteRefusal, SignInError
from portfolio.ports import Change, Mark, Page, Partition, Receipt
from sandbox.company import Company, build
from sandbox.company.complete_plans import COLLECTED, IN_DOLLARS, complete_pwa
from sandbox.company.fill_plans import fill_pwa
from sandbox.company.records import Plan
from sandbox.http import Server
from sandbox.pwa import PwaSite, routes
from sandbox.pwa.faults import FAULTS, throttled
from sandbox.pwa.retirement import ANSWERS

PLANS = "plans"
STATE = "PMO State"
SCORE = "PMO Score"


@dataclass
class World:
    """A site that runs, pulls of it, and what they made of the tables."""

    site: PwaSite
    server: Server
    positions: dict[Partition, str] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)
    rejected: list[Any] = field(default_factory=list)

    def settings(self, **more: Any) -> PwaSource:
        auth = {"type": "basic", "user": "pmo", "password": "sandbox-password"}
        given = {"kind": "pwa", "url": f"{self.server.url}/pwa", "auth": auth, "timezone": "Europe/Berlin"}
        return PwaSource.model_validate(given | {"currency": "EUR", "requests_per_second": 100} | more)

    def reader(self, **more: Any) -> PwaReader:
        """A connector whose waiting takes no time; its clock stands where the company's day is."""
        return PwaReader(PLANS, self.settings(**more), clock=FakeClock().clock)

    def writer(self, **write: Any) -> PwaPublisher:
        given = {"state_field": STATE, "score_field": SCORE} | write
        return writer(PLANS, self.settings(write=given), None, FakeClock().clock)

    def pull(self, **more: Any) -> dict[str, list[Page]]:
        """One pull; positions and rows go on from the one before."""
        pages: dict[str, list[Page]] = {}
        for partition, page in going_on(self.reader(**more), self.positions):
            pages.setdefault(partition.stream, []).append(page)
        self.rows = applied([page for found in pages.values() for page in found], self.rows)
        self.rejected = [one for found in pages.values() for page in found for one in page.rejected]
        return pages

    def of(self, table: str, native: str, kind: str = "item") -> dict[str, Any]:
        return self.rows[table][f"{PLANS}:{kind}:{native}"]


@pytest.fixture(scope="module")
def company() -> Company:
    return build(seed=7)


def serving(company: Company, *, complete: bool = False, **more: Any) -> Iterator[World]:
    site = PwaSite(**more)
    fill_pwa(company, site)
    if complete:
        complete_pwa(company, site)
    with Server(routes(site)) as server:
        yield World(site, server)
        assert server.failures == []


@pytest.fixture
def world(company) -> Iterator[World]:
    yield from serving(company)


@pytest.fixture(scope="module")
def unchanging(company) -> Iterator[World]:
    for made in serving(company, complete=True):
        made.pull(timephased=True, timephased_months=60)
        yield made


def plans(company: Company) -> list[Plan]:
    return [one.plan for one in company.endeavours if one.plan is not None]


def everywhere(rows: Rows) -> Rows:
    """Rows without the addresses of their server."""
    return {
        table: {key: {name: value for name, value in row.items() if name != "url"} for key, row in held.items()}
        for table, held in rows.items()
    }


class TestACompleteSiteConforms(ConnectorConformance):
    may_dangle: ClassVar = {("risk", "owner_id")}  # an account; the suite looks for what a baseline belongs to

    @pytest.fixture
    def make(self, unchanging):
        return lambda: unchanging.reader(timephased=True, workflow_stages=True, deliverables=True)


# -- the company's truth ------------------------------------------------------------------------------------------


def test_projects_and_tasks_are_the_company_s(unchanging, company):
    assert unchanging.rejected == []
    made = plans(company)
    assert len(unchanging.rows["project"]) == len(made)
    assert len(unchanging.rows["work_item"]) == sum(len(plan.tasks) for plan in made), "with the summary of each"
    assert len(unchanging.rows["work_item_link"]) == sum(len(plan.links) for plan in made)
    assert len(unchanging.rows["assignment"]) == sum(len(plan.assignments) for plan in made)
    for plan in made:
        row, top = unchanging.of("project", plan.guid, "project"), plan.tasks[0]
        assert (row["name"], row["initiative_key"]) == (plan.name, plan.key)
        assert (row["start_date"], row["finish_date"]) == (plan.start, plan.finish)
        assert row["status_date"] == plan.status_date
        assert (row["planned_hours"], row["actual_hours"]) == (top.work, top.actual_work)
        assert row["complete_ratio"] == Decimal(top.percent) / 100
        for task in plan.tasks[1:]:
            item = unchanging.of("work_item", task.guid)
            assert (item["title"], item["start_date"], item["due_date"]) == (task.name, task.start, task.finish)
            assert (item["estimate_hours"], item["spent_hours"]) == (task.work, task.actual_work)
            assert item["complete_ratio"] == Decimal(task.percent) / 100
            assert item["is_milestone"] == (task.kind == "milestone")


def test_baselines_are_the_company_s_and_one_of_zeros_is_told_as_such(unchanging, company):
    kinds = {plan.baseline_kind for plan in plans(company)}
    assert kinds == {"full", "none", "zeros"}
    for plan in plans(company):
        told = unchanging.of("project", plan.guid, "project")["vendor_ev_state"]
        for task in plan.tasks[1:]:
            row = unchanging.rows["baseline"].get(f"{PLANS}:baseline:{task.guid}:0")
            if plan.baseline_kind == "none":
                assert row is None
                assert told == "no_baseline"
            elif plan.baseline_kind == "full":
                assert (row["start_date"], row["finish_date"]) == (task.baseline_start, task.baseline_finish)
                assert (row["work_hours"], row["cost"]) == (task.baseline_work, task.baseline_cost)
            else:
                assert not row["work_hours"]
                assert told == "baseline_empty"


def test_earned_value_that_the_site_calls_stale_is_not_kept(unchanging, company):
    stale = {plan.guid for plan in plans(company) if plan.earned_value_stale and plan.baseline_kind == "full"}
    assert stale
    for plan in plans(company):
        row = unchanging.of("project", plan.guid, "project")
        if plan.guid in stale:
            assert (row["vendor_ev_stale"], row["vendor_ev_state"]) == (True, "stale")
            assert row["vendor_ev"] is None
        elif plan.baseline_kind == "full":
            assert row["vendor_ev_state"] == "kept"
            assert row["vendor_ev"] == plan.tasks[0].earned_value


def test_each_project_keeps_its_own_currency(unchanging, company):
    dollars = company.of(IN_DOLLARS).plan.guid
    found = {row["native_id"]: row["currency"] for row in unchanging.rows["project"].values()}
    assert {native for native, currency in found.items() if currency == "USD"} == {dollars}
    assert set(found.values()) == {"EUR", "USD"}


def test_amounts_over_time_are_there_where_they_are_collected_and_unknown_elsewhere(unchanging, company):
    collected = {company.of(key).plan.guid for key in COLLECTED}
    of_projects = {row["project_id"].rpartition(":")[2] for row in unchanging.rows["timephased"].values()}
    assert of_projects == collected
    for key in COLLECTED:
        hours: dict[str, Decimal] = {}
        for row in unchanging.rows["timephased"].values():
            if row["kind"] == "planned" and row["work_item_id"]:
                hours[row["work_item_id"]] = hours.get(row["work_item_id"], Decimal(0)) + (row["hours"] or 0)
        for task in company.of(key).plan.leaves:
            assert abs(hours.get(f"{PLANS}:item:{task.guid}", Decimal(0)) - task.work) < Decimal("0.5"), task.name


def test_a_site_that_collects_nothing_says_so(world):
    reader = world.reader(timephased=True)
    list(reader.partitions({}))
    why = [c.note for c in reader.capabilities() if c.table == "timephased" and c.state == "not_available"]
    reader.close()
    assert why
    assert any("Disabled" in note for note in why)


# -- sites that differ --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("status", [400, 404])
def test_a_site_that_refuses_the_segment_is_read_in_its_own_language(company, world, language, status):
    world.pull()
    for other in serving(company, language=language, segment_refusal=status):
        other.pull()
        assert everywhere(other.rows) == everywhere(world.rows)
        assert other.rejected == []


@pytest.mark.parametrize("called", ["ProjectDepartments", "Services du projet", "Servicesduprojet"])
def test_default_fields_in_the_site_s_language_are_found_by_any_of_their_names(company, world, called):
    world.pull()
    for other in serving(company, localised_fields=True):
        other.pull(fields={"department": called})
        assert {r["native_id"]: r["department"] for r in other.rows["project"].values()} == {
            r["native_id"]: r["department"] for r in world.rows["project"].values()
        }
        assert {row["department"] for row in other.rows["account"].values()} == {
            row["department"] for row in world.rows["account"].values()
        }


@pytest.mark.parametrize("answer", sorted(ANSWERS))
def test_a_retired_online_site_is_never_an_empty_portfolio(company, answer):
    for made in serving(company, language="en", edition="online"):
        made.pull(flavour="online")
        before = dict(made.rows["project"])
        made.site.retired = answer
        with pytest.raises(SignInError if answer in ("401", "403") else ConfigurationError) as raised:
            made.pull(flavour="online")
        assert "2026-09-30" in f"{raised.value.what} {raised.value.remedy}"
        assert made.rows["project"] == before


# -- what changes, and what goes wrong ----------------------------------------------------------------------------


def test_later_pulls_read_what_was_published_again_and_end_at_what_a_first_pull_reads(world, company):
    world.pull()
    gone, kept = plans(company)[0], plans(company)[1]
    at = datetime(2026, 11, 23, 5)
    world.site.delete_project(gone.guid)
    world.site.delete_task(kept.guid, kept.leaves[0].guid, at)
    world.site.edit("Tasks", {"TaskName": "Renamed"}, at, TaskId=kept.leaves[1].guid)
    pages = world.pull()
    assert sum("work_item" in page.rows for found in pages.values() for page in found) == 1
    assert world.of("work_item", kept.leaves[1].guid)["title"] == "Renamed"
    fresh = World(world.site, world.server)
    fresh.pull()
    project = f"{PLANS}:project:{gone.guid}"
    assert project not in world.rows["project"]
    later = {  # what belongs to a project that is gone goes with it in the store
        table: {key: row for key, row in held.items() if row.get("project_id") != project}
        for table, held in world.rows.items()
    }
    assert later == fresh.rows


def test_a_429_is_waited_out(world, unchanging):
    world.server.inject(throttled("3"), times=3, path="Tasks")
    reader = world.reader()
    pages = [page for stage in reader.partitions({}) for p in stage for page in reader.pull(p, None)]
    assert reader.traffic.throttled == 3
    reader.close()
    assert set(applied(pages)["work_item"]) == set(unchanging.rows["work_item"])


def test_a_429_for_a_day_ends_the_run_with_its_time(world):
    world.server.inject(throttled("86400"), times=50, path="")
    with pytest.raises(RateLimited) as raised:
        world.pull()
    assert raised.value.until is not None


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("sign-in page", SignInError, "web page instead of data"),
        ("foreign next link", RemoteRefusal, "elsewhere.example"),
        ("repeated next link", RemoteRefusal, "circle"),
    ],
)
def test_answers_that_cannot_be_trusted_end_the_reading_with_words(world, fault, kind, words):
    world.site.page_sizes |= {"Tasks": 5}
    reader = world.reader()
    stages = reader.partitions({})
    plan = next(p for stage in stages for p in stage if p.stream == "plan")
    world.server.inject(FAULTS[fault](), times=50, path="]/Tasks")
    with pytest.raises(kind) as raised:
        list(reader.pull(plan, None))
    reader.close()
    assert words in f"{raised.value.what} {raised.value.remedy} {raised.value.why}"


@pytest.mark.parametrize("size", [1, 7])
def test_small_pages_and_pages_by_number_give_the_same(company, size):
    tables = []
    for paging in ("links", "skip"):
        for made in serving(company):
            made.site.page_sizes |= {name: max(size, 5) for name in made.site.page_sizes}
            made.pull(paging=paging)
            tables.append(everywhere(made.rows))
    assert tables[0] == tables[1]


# -- writing ------------------------------------------------------------------------------------------------------


def change(project: str, name: str, value: str, held: str | None = None, action: str = "create") -> Change:
    body = None if action == "remove" else {"options": [value], "text": value}
    return Change(action, Mark("field", PLANS, "project", project, name, body, "A project"), "hash", held)


def written(target: PwaPublisher, *changes: Change) -> list[Receipt]:
    try:
        return list(target.apply(changes))
    finally:
        target.close()


@pytest.fixture
def takes(company) -> Iterator[World]:
    """A site whose drafts take field values by REST."""
    yield from serving(company, complete=True, updates_custom_fields=True)


def posts(world: World) -> list[str]:
    return [one.path.rpartition("/")[2] for one in world.server.log if one.method == "POST"]


def test_values_go_into_the_draft_in_one_check_out_and_a_second_time_nothing_is_sent(takes, company):
    plan = plans(company)[0].guid
    told = written(takes.writer(), change(plan, STATE, "Red"), change(plan, SCORE, "87"))
    assert [(r.error, r.remote_id) for r in told] == [(None, "Red"), (None, "87")]
    assert [p for p in posts(takes) if p != "contextinfo"] == ["checkOut", "UpdateCustomFields()", "CheckIn(true)"]
    draft = takes.site.drafts.of(plan)
    assert (draft.by, draft.values["PMOState"], draft.values["PMOScore"]) == (None, "Red", Decimal(87))
    assert takes.site.rows("Projects", ProjectId=plan)[0]["PMOState"] is None, "published it is not"
    sent = posts(takes)
    again = written(takes.writer(), change(plan, STATE, "Red", "Red"), change(plan, SCORE, "87", "87"))
    assert [r.error for r in again] == [None, None]
    assert posts(takes) == sent


def test_publishing_shows_it_in_the_feed_with_what_the_manager_had_not_published(takes, company):
    plan = plans(company)[0].guid
    takes.site.drafts.of(plan).values["Sponsor"] = "Somebody New"
    (told,) = written(takes.writer(publish=True), change(plan, STATE, "Amber"))
    assert told.error is None
    row = takes.site.rows("Projects", ProjectId=plan)[0]
    assert (row["PMOState"], row["Sponsor"]) == ("Amber", "Somebody New")
    assert takes.site.drafts.of(plan).by is None


def test_a_value_is_changed_and_cleared_and_one_of_somebody_else_s_is_left(takes, company):
    plan, other = plans(company)[0].guid, plans(company)[1].guid
    written(takes.writer(), change(plan, STATE, "Red"))
    (told,) = written(takes.writer(), change(plan, STATE, "Green", "Red", "update"))
    assert (told.error, takes.site.drafts.of(plan).values["PMOState"]) == (None, "Green")
    (told,) = written(takes.writer(), change(plan, STATE, "", "Green", "remove"))
    assert (told.error, takes.site.drafts.of(plan).values["PMOState"]) == (None, None)
    takes.site.drafts.of(other).values["PMOState"] = "Amber"
    (told,) = written(takes.writer(), change(other, STATE, "Red"))
    assert told.unwritten
    assert "which we did not write" in str(told.error)


def test_a_project_that_somebody_has_checked_out_is_left_and_the_others_are_written(takes, company):
    held, free = plans(company)[0].guid, plans(company)[1].guid
    takes.site.check_out(held, "Ada Example")
    told = {r.change.mark.target: r for r in written(
        takes.writer(), change(held, STATE, "Red"), change(free, STATE, "Red"))}  # fmt: skip
    assert "checked out by Ada Example" in str(told[held].error)
    assert told[held].unwritten
    assert told[free].error is None
    assert takes.site.drafts.of(held).by == "Ada Example"


def test_a_job_that_fails_is_told(takes, company):
    takes.site.drafts.failing = 9
    (told,) = written(takes.writer(), change(plans(company)[0].guid, STATE, "Red"))
    assert "gave up" in str(told.error)


def test_a_server_without_the_method_gives_the_project_back_and_tries_no_other(company):
    for made in serving(company, complete=True):
        first, second = sorted(plan.guid for plan in plans(company)[:2])
        told = written(made.writer(), change(first, STATE, "Red"), change(second, STATE, "Red"))
        assert all(r.unwritten for r in told)
        assert "documents it for Project Online only" in str(told[0].error)
        assert "not tried" in str(told[1].error)
        assert posts(made).count("checkOut") == 1
        assert made.site.drafts.of(first).by is None


def test_what_cannot_be_written_is_found_beforehand(takes, company):
    plan = plans(company)[0].guid
    target = takes.writer(state_field="PMO Colour")
    (missing,) = target.preflight([change(plan, "PMO Colour", "Red")])
    target.close()
    assert "an enterprise custom field 'PMO Colour' of projects" in missing.what
    assert "checkOut" not in posts(takes)
