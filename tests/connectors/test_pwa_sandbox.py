"""The connector against the pretend company's Project Web App, which is written apart from it, as a running server."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import pytest
from conformance import ConnectorConformance, applied

from portfolio.errors import ConfigurationError, RateLimited, RemoteRefusal, SignInError
from sandbox.company import Company, build
from sandbox.company.complete_plans import COLLECTED, IN_DOLLARS
from sandbox.pwa.faults import FAULTS, throttled
from sandbox.pwa.retirement import ANSWERS
from tests.connectors.pwa_world import PLANS, World, everywhere, plans, serving


@pytest.fixture(scope="module")
def company() -> Company:
    return build(seed=7)


@pytest.fixture
def world(company) -> Iterator[World]:
    yield from serving(company)


@pytest.fixture(scope="module")
def unchanging(company) -> Iterator[World]:
    for made in serving(company, complete=True):
        made.pull(timephased=True, timephased_months=60)
        yield made


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
