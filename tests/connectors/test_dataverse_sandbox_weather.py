"""The pretend environment of Dataverse in bad weather, and with less than everything."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from conformance import applied

from portfolio.errors import RateLimited, RemoteRefusal, SignInError
from portfolio.ports import Partition
from sandbox.company import Company, build
from sandbox.company.premium import Premium, with_premium
from sandbox.dataverse import Caller
from sandbox.dataverse.faults import CONCURRENT, FAULTS, REQUESTS, throttled
from sandbox.dataverse.site import SERVICE_USER
from tests.connectors.dataverse_world import DV, TASKS, World, everywhere, first_task, paged, serving


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
