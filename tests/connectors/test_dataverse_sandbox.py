"""The connector against the pretend company's Dataverse, which is written apart from it, as a running server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from conformance import ConnectorConformance, Rows, applied, going_on
from fake_clock import FakeClock

from connectors.dataverse.reader import DataverseReader
from connectors.dataverse.settings import DataverseSource
from portfolio.errors import RateLimited, RemoteRefusal, SignInError
from portfolio.ports import Page, Partition
from sandbox.company import Company, build
from sandbox.company.fill_premium import fill_dataverse
from sandbox.company.premium import Premium, with_premium
from sandbox.company.records import Plan, PlanTask
from sandbox.dataverse import Caller, DataverseSite, routes
from sandbox.dataverse.faults import CONCURRENT, FAULTS, REQUESTS, throttled
from sandbox.dataverse.routes import TOKEN
from sandbox.dataverse.site import SERVICE_USER
from sandbox.http import Server

DV = "dv"
TASKS = "msdyn_projecttasks"
SMALL_PAGES = 25


@pytest.fixture(scope="module")
def grown() -> tuple[Company, Premium]:
    return with_premium(build(seed=7))


@dataclass
class World:
    """An environment that runs, pulls of it, and what they made of the tables."""

    site: DataverseSite
    server: Server
    positions: dict[Partition, str] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)
    rejected: list[Any] = field(default_factory=list)

    def reader(self, **more: Any) -> DataverseReader:
        """A connector whose waiting takes no time."""
        given = {"fields": {"initiative_key": "pb_initiativekey"}, "auth": {"type": "bearer", "token": TOKEN}} | more
        source = {"kind": "dataverse", "url": self.server.url, "requests_per_second": 100} | given
        return DataverseReader(DV, DataverseSource.model_validate(source), clock=FakeClock().clock)

    def pull(self, **more: Any) -> dict[str, list[Page]]:
        """One pull; positions and rows go on from the one before."""
        pages: dict[str, list[Page]] = {}
        for partition, page in going_on(self.reader(**more), self.positions):
            pages.setdefault(partition.stream, []).append(page)
        self.rows = applied([page for found in pages.values() for page in found], self.rows)
        self.rejected = [one for found in pages.values() for page in found for one in page.rejected]
        return pages

    def of(self, table: str, native: str, kind: str = "item") -> dict[str, Any] | None:
        return self.rows.get(table, {}).get(f"{DV}:{kind}:{native}")

    def asked(self, part: str) -> list[dict[str, list[str]]]:
        """Query options of the requests so far whose path holds that part."""
        return [dict(one.query) for one in self.server.log if part in one.path]


def serving(grown: tuple[Company, Premium], **more: Any) -> Iterator[World]:
    site = DataverseSite()
    fill_dataverse(grown[0], grown[1].plans, site, **more)
    with Server(routes(site)) as server:
        yield World(site, server)
        assert server.failures == []


@pytest.fixture
def world(grown) -> Iterator[World]:
    yield from serving(grown)


@pytest.fixture(scope="module")
def unchanging(grown) -> Iterator[World]:
    for made in serving(grown):
        made.pull()
        yield made


def paged(world: World, size: int = SMALL_PAGES) -> None:
    """From now on the server gives small pages, whatever is preferred; the environments of the real world are large."""
    original = world.server.exchange

    def smaller(request):
        given = request.headers.get("Prefer")
        if given and "maxpagesize" in given:
            request.headers.replace_header("Prefer", given.replace("maxpagesize=5000", f"maxpagesize={size}"))
        return original(request)

    world.server._listener.exchange = smaller


def everywhere(rows: Rows) -> Rows:
    """Rows without the addresses of their server."""
    return {
        table: {key: {name: value for name, value in row.items() if name != "url"} for key, row in held.items()}
        for table, held in rows.items()
    }


class TestDataverseConforms(ConnectorConformance):
    @pytest.fixture
    def make(self, unchanging):
        return unchanging.reader


# -- the company's truth ------------------------------------------------------------------------------------------


def leaves(plan: Plan) -> tuple[PlanTask, ...]:
    return plan.tasks[1:]


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


# -- what changes -------------------------------------------------------------------------------------------------


def first_task(grown) -> PlanTask:
    return next(t for t in grown[1].successor.tasks if t.kind == "task")


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


def fresh(world: World) -> Rows:
    """What a connector that knows nothing reads of the same environment."""
    other = World(world.site, world.server)
    other.pull()
    return other.rows


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


# -- what goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [REQUESTS, CONCURRENT])
def test_a_429_is_waited_out_and_named(world, unchanging, code):
    world.server.inject(throttled("3", code), times=3, path=TASKS)
    reader = world.reader()
    pages = [page for stage in reader.partitions({}) for p in stage for page in reader.pull(p, None)]
    assert everywhere(applied(pages)) == everywhere(unchanging.rows)
    assert reader.traffic.throttled == 3
    reader.close()


def test_a_429_for_longer_than_a_run_may_wait_is_told_with_its_time(world):
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
    paged(world)
    reader = world.reader()
    reader.partitions({})
    world.server.inject(FAULTS[fault](), times=50, path=TASKS)
    with pytest.raises(kind) as raised:
        list(reader.pull(Partition("tasks", "all", "tasks"), None))
    reader.close()
    told = f"{raised.value.what} {raised.value.remedy} {raised.value.why}"
    assert words.lower() in told.lower(), told


def test_half_an_answer_is_asked_for_again(world, unchanging):
    reader = world.reader()
    reader.partitions({})
    world.server.inject(FAULTS["truncated body"](), times=1, path=TASKS)
    tasks = applied(reader.pull(Partition("tasks", "all", "tasks"), None))["work_item"]
    assert world.server.faults.left == 0
    assert reader.traffic.retried == 1
    assert everywhere({"work_item": tasks}) == everywhere({"work_item": unchanging.rows["work_item"]})
    reader.close()


@pytest.mark.parametrize("table", ["msdyn_programs", "msdyn_timeentries"])
def test_a_table_that_is_absent_is_not_available_and_everything_else_is_read(world, unchanging, table):
    world.site.drop_table(table)
    world.pull()
    assert world.rejected == []
    assert set(world.rows["work_item"]) == set(unchanging.rows["work_item"])
    reader = world.reader()
    states = {(c.table, c.column): c.state for c in reader.capabilities()}
    reader.close()
    column = ("project", "programme") if table == "msdyn_programs" else ("time_entry", "hours")
    assert states[column] == "not_available"
    assert not {row[column[1]] for row in world.rows.get(column[0], {}).values()} - {None}


def test_time_entries_are_read_where_project_operations_is_there(grown):
    for world in serving(grown, project_operations=True):
        plan = grown[1].successor
        made = next(a for a in plan.assignments if a.person)
        resource = world.site.rows["msdyn_resourceassignments"][made.guid]["_msdyn_bookableresourceid_value"]
        entry = "77777777-0000-4000-8000-000000000001"
        world.site.add(
            "msdyn_timeentries", entry, msdyn_date=world.site.now.replace(hour=12), msdyn_duration=90,
            _msdyn_project_value=plan.guid, _msdyn_projecttask_value=made.task, msdyn_entrystatus=192350002,
            _msdyn_bookableresource_value=resource,
        )  # fmt: skip
        world.pull()
        row = world.of("time_entry", entry, "time")
        assert (row["hours"], row["state"], row["spent_on"]) == (Decimal("1.5"), "approved", world.site.now.date())
        assert row["work_item_id"] == f"{DV}:item:{made.task}"


def test_an_account_that_sees_its_own_records_only_is_told_of_it_and_reads_what_it_sees(world, grown):
    world.site.admit("small", Caller(SERVICE_USER, depth="user"))
    stranger = grown[1].others[0]
    for table in ("msdyn_projects", TASKS):
        for row in world.site.where(table, **({"_msdyn_project_value": stranger.guid} if table == TASKS else {})):
            if table == TASKS or row["msdyn_projectid"] == stranger.guid:
                row["_ownerid_value"] = "99999999-9999-4999-8999-999999999999"
    world.pull(auth={"type": "bearer", "token": "small"})
    assert world.rejected == []
    assert world.of("project", stranger.guid, "project") is None
    assert world.of("project", grown[1].successor.guid, "project") is not None
    assert not [one for one in world.asked(TASKS) if "$deltatoken" in one], "changes need organisation-wide read"
    reader = world.reader(auth={"type": "bearer", "token": "small"})
    rights = [one for one in reader.examine(()) if one.subject == "rights"]
    reader.close()
    assert any(one.state == "warning" and "own records only" in one.found for one in rights)
    world.site.edit(TASKS, first_task(grown).guid, msdyn_subject="Renamed")
    world.pull(auth={"type": "bearer", "token": "small"})
    assert world.of("work_item", first_task(grown).guid)["title"] == "Renamed"


def test_a_wrong_token_is_refused_with_a_remedy(world):
    with pytest.raises(SignInError) as raised:
        world.pull(auth={"type": "bearer", "token": "wrong"})
    assert "token" in raised.value.remedy


def test_the_doctor_finds_everything_in_order(unchanging):
    reader = unchanging.reader()
    found = list(reader.examine(()))
    reader.close()
    assert [one for one in found if one.state in ("failed", "warning")] == []
    told = {one.subject: one.found for one in found}
    assert told["sign-in"].startswith("# Plumbrule (application user), by bearer at")
    assert "Meridian Works" in told["sign-in"]


def test_the_connector_asks_for_nothing_that_does_not_exist(unchanging):
    """But for columns that it looks for at first: an environment names each that it lacks in a refusal."""
    strange = [
        (one.path, one.status)
        for one in unchanging.server.log
        if one.status >= 400 and not (one.status == 400 and "$top" in one.query) and "msdyn_timeentries" not in one.path
    ]
    assert strange == []
