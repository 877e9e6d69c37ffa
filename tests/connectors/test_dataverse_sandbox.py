"""The connector against the pretend company's Dataverse, which is written apart from it, as a running server."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from conformance import ConnectorConformance

from sandbox.company import Company, build
from sandbox.company.premium import Premium, with_premium
from tests.connectors.dataverse_world import DV, TASKS, World, everywhere, first_task, fresh, leaves, paged, serving


@pytest.fixture(scope="module")
def grown() -> tuple[Company, Premium]:
    return with_premium(build(seed=7))


@pytest.fixture
def world(grown) -> Iterator[World]:
    yield from serving(grown)


@pytest.fixture(scope="module")
def unchanging(grown) -> Iterator[World]:
    for made in serving(grown):
        made.pull()
        yield made


class TestDataverseConforms(ConnectorConformance):
    @pytest.fixture
    def make(self, unchanging):
        return unchanging.reader


def test_every_record_of_the_company_is_a_row_and_none_is_rejected(unchanging, grown):
    plans = grown[1].plans
    assert unchanging.rejected == []
    counts = {table: len(rows) for table, rows in unchanging.rows.items()}
    assert counts["project"] == len(plans)
    assert counts["work_item"] == sum(len(leaves(plan)) for plan in plans)
    assert counts["work_item_link"] == sum(len(plan.links) for plan in plans)
    assert counts["assignment"] == sum(len(plan.assignments) for plan in plans)
    assert counts["baseline"] == sum(len(plan.tasks) for plan in plans if plan.baseline_on)
    assert "time_entry" not in counts
    assert "cost" not in counts


def test_projects_have_the_company_s_dates_hours_percent_and_keys(unchanging, grown):
    for plan in grown[1].plans:
        row, top = unchanging.of("project", plan.guid, "project"), plan.tasks[0]
        assert (row["name"], row["initiative_key"], row["programme"]) == (plan.name, plan.key, plan.fields["Programme"])
        assert (row["start_date"], row["finish_date"], row["currency"]) == (plan.start, plan.finish, "EUR")
        assert (row["planned_hours"], row["actual_hours"]) == (top.work, top.actual_work)
        assert row["remaining_hours"] == top.work - top.actual_work
        assert abs(row["complete_ratio"] - top.actual_work / top.work) < Decimal("0.0001")
        manager = unchanging.rows["account"][row["manager_id"]]
        assert manager["email"] == grown[0].person(plan.owner).email


def test_tasks_have_the_company_s_dates_hours_and_percent(unchanging, grown):
    for plan in grown[1].plans:
        for task in leaves(plan):
            row = unchanging.of("work_item", task.guid)
            assert (row["title"], row["start_date"], row["due_date"]) == (task.name, task.start, task.finish)
            assert (row["estimate_hours"], row["spent_hours"]) == (task.work, task.actual_work)
            assert row["remaining_hours"] == task.work - task.actual_work
            assert row["duration_hours"] == task.days * 8
            assert row["is_milestone"] == (task.kind == "milestone")
            expected = task.actual_work / task.work if task.work else Decimal(task.percent) / 100
            assert abs(row["complete_ratio"] - expected) < Decimal("0.0001")


def test_the_baseline_is_the_company_s(unchanging, grown):
    for plan in grown[1].plans:
        for task in leaves(plan):
            row = unchanging.of("baseline", f"{task.guid}:0", "baseline")
            if plan.baseline_on is None:
                assert row is None
                continue
            assert (row["start_date"], row["finish_date"]) == (task.baseline_start, task.baseline_finish)
            assert (row["work_hours"], row["duration_hours"]) == (task.baseline_work, task.baseline_days * 8)
            assert row["cost"] is None


def test_links_and_assignments_are_the_company_s(unchanging, grown):
    wanted = {
        (f"{DV}:item:{link.before}", f"{DV}:item:{link.after}", link.type.lower(), Decimal(link.lag_days * 8))
        for plan in grown[1].plans
        for link in plan.links
    }
    assert {
        (r["from_id"], r["to_id"], r["dependency_type"].lower(), r["lag_hours"])
        for r in unchanging.rows["work_item_link"].values()
    } == wanted
    names = {row["id"]: row["email"] for row in unchanging.rows["account"].values()}
    for plan in grown[1].plans:
        for made in plan.assignments:
            row = unchanging.of("assignment", made.guid, "assignment")
            assert (row["planned_hours"], row["actual_hours"]) == (made.work, made.actual_work)
            assert (row["start_date"], row["finish_date"]) == (made.start, made.finish)
            email = grown[0].person(made.person).email if made.person else None
            assert names[row["account_id"]] == email


def test_work_over_time_sums_up_to_the_assignment(grown):
    for world in serving(grown):
        world.pull(timephased=True)
        hours: dict[str, Decimal] = {}
        for row in world.rows["timephased"].values():
            hours[row["assignment_id"]] = hours.get(row["assignment_id"], Decimal(0)) + row["hours"]
        wanted = {row["id"]: row["planned_hours"] for row in world.rows["assignment"].values() if row["planned_hours"]}
        assert {one: hours.get(one) for one in wanted} == wanted


def test_small_pages_give_the_same_tables(world, unchanging):
    paged(world)
    world.pull()
    assert everywhere(world.rows) == everywhere(unchanging.rows)
    links = [one for one in world.asked(TASKS) if "$skiptoken" in one]
    assert len(links) > 2, "links were followed, and the pretend server refuses those that were changed"


def test_a_second_pull_asks_for_changes_alone_and_finds_them(world, grown):
    world.pull()
    task, gone = first_task(grown), grown[1].successor.tasks[-1]
    before = dict(world.rows["work_item"])
    world.site.edit(TASKS, task.guid, msdyn_subject="Renamed", msdyn_effort=99.5)
    world.site.delete(TASKS, gone.guid)
    world.server.log.clear()
    pages = world.pull()
    assert sum(len(page.rows.get("work_item", ())) for page in pages["tasks"]) == 1
    assert any("$deltatoken" in one for one in world.asked(TASKS))
    row = world.of("work_item", task.guid)
    assert (row["title"], row["estimate_hours"]) == ("Renamed", Decimal("99.5"))
    assert world.of("work_item", gone.guid) is None
    untouched = {key for key in before if key not in (row["id"], f"{DV}:item:{gone.guid}")}
    assert {key: world.rows["work_item"][key] for key in untouched} == {key: before[key] for key in untouched}


def test_whatever_changed_later_pulls_end_at_what_a_first_pull_reads(world, grown):
    world.pull()
    plan, other = grown[1].successor, grown[1].others[0]
    world.site.delete_project(other.guid)
    world.site.delete("msdyn_projecttaskdependencies", next(iter(world.site.rows["msdyn_projecttaskdependencies"])))
    world.site.edit("msdyn_projects", plan.guid, msdyn_subject="Field Service", msdyn_hoursperday=6.0)
    made = plan.assignments[0]
    world.site.delete("msdyn_resourceassignments", made.guid)
    world.site.edit("msdyn_projectbuckets", next(iter(world.site.rows["msdyn_projectbuckets"])), msdyn_name="Moved")
    world.pull()
    assert world.rows == fresh(world)
    assert world.of("project", other.guid, "project") is None
    assert world.of("assignment", made.guid, "assignment") is None


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_delta_link_that_grew_old_makes_the_table_read_whole(world, grown, status):
    world.pull()
    world.site.expired_status = status
    world.site.now += timedelta(days=8)
    gone = grown[1].successor.tasks[-1]
    world.site.delete(TASKS, gone.guid)
    world.server.log.clear()
    world.pull()
    refused = [one for one in world.server.log if TASKS in one.path and one.status == status]
    assert refused, "the old link was tried"
    assert world.of("work_item", gone.guid) is None
    assert world.rows == fresh(world)
    world.server.log.clear()
    world.pull()
    assert not [one for one in world.server.log if one.status >= 400 and "delta" in str(one.query)]


def test_a_table_without_change_tracking_is_followed_by_time_and_keys(world, grown):
    world.site.tracked.clear()
    world.pull()
    task, gone = first_task(grown), grown[1].successor.tasks[-1]
    world.site.now += timedelta(days=1)
    world.site.edit(TASKS, task.guid, msdyn_subject="Renamed")
    world.site.delete(TASKS, gone.guid)
    world.pull()
    assert world.of("work_item", task.guid)["title"] == "Renamed"
    assert world.of("work_item", gone.guid) is None
    assert world.rows == fresh(world)
