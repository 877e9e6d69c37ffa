"""Changes and deletions of Dataverse, told by it or found by time and keys: the end is always what is there."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from conformance import Rows
from dataverse_site import (
    A1,
    A2,
    B1,
    BUCKET,
    D1,
    DAY,
    E1,
    EIGHT_HOURS,
    MONDAY,
    P1,
    P2,
    PROGRAM,
    R1,
    R2,
    T1,
    T2,
    T3,
    Environment,
    Reply,
    assignment,
    baseline,
    contour,
    harbour,
    project,
    refuse,
    serving,
    task,
)

from portfolio.errors import ConfigurationError
from portfolio.ports import Page, Partition
from tests.connectors.dataverse_pulls import pulled, rejected, tables

LATER = "2026-11-20T08:00:00Z"


@pytest.fixture
def site() -> Iterator[Environment]:
    with serving(environment := harbour()):
        yield environment


class Followed:
    """A store's view of the site: what was read before, and what each pull makes of it."""

    def __init__(self, site: Environment, **more: Any) -> None:
        self.site, self.more = site, more
        self.positions: dict[Partition, str] = {}
        self.tables: Rows = {}
        self.pages: dict[str, list[Page]] = {}
        self.pull()

    def pull(self) -> "Followed":
        self.site.asked.clear()
        self.pages = pulled(self.site, self.positions, **self.more)
        self.tables = tables(self.pages, self.tables)
        return self

    def is_true(self) -> bool:
        """Whether it holds what somebody holds who reads everything now for the first time."""
        return self.tables == tables(pulled(self.site, **self.more))

    def read(self, stream: str) -> int:
        """Rows of the last pull of that stream."""
        return sum(len(rows) for page in self.pages[stream] for rows in page.rows.values())


def edit(site: Environment) -> None:
    """A day of work in the environment."""
    task(site, T2, msdyn_subject="Weld the gate", modifiedon=LATER)
    task(site, "22222222-0000-4000-8000-000000000009", modifiedon=LATER)
    assignment(site, A1, msdyn_effort=20.0, modifiedon=LATER)
    site.delete("msdyn_projecttasks", T3)
    site.delete("msdyn_resourceassignments", A2)
    site.delete("msdyn_projecttaskdependencies", D1)
    site.delete("msdyn_timeentries", E1)


def test_changes_and_deletions_are_told_and_nothing_else_is_read(site: Environment) -> None:
    held = Followed(site)
    edit(site)
    held.pull()
    assert held.is_true()
    assert (held.read("tasks"), held.read("assignments"), held.read("dependencies")) == (2, 1, 0)
    assert "dv:item:" + T3 not in held.tables["work_item"]
    assert "work_item_link" not in held.tables
    assert not any(page.censuses for pages in held.pages.values() for page in pages)


def test_what_dataverse_tells_of_deletions_raises_no_suspicion(site: Environment) -> None:
    held = Followed(site)
    edit(site)
    scopes = [scope for page in held.pull().pages["tasks"] for scope in page.scopes]
    assert [(s.table, s.column, s.value, s.reason) for s in scopes] == [("work_item", "id", f"dv:item:{T3}", "deleted")]


def test_where_changes_are_not_told_they_are_found_by_time_and_deletions_by_keys(site: Environment) -> None:
    site.tracked.clear()
    held = Followed(site)
    edit(site)
    held.pull()
    assert held.is_true()
    assert any("modifiedon%20ge" in raw for raw in site.asked)
    assert held.pages["tasks"][-1].censuses


def test_a_record_that_was_committed_late_is_found_within_the_overlap(site: Environment) -> None:
    site.tracked.clear()
    task(site, T1, modifiedon="2026-11-20T08:00:00Z", msdyn_summary=True)
    held = Followed(site)
    task(site, "22222222-0000-4000-8000-000000000008", modifiedon="2026-11-20T07:30:00Z")
    assert held.pull().is_true()


@pytest.mark.parametrize(
    "reply",
    [
        refuse(400, "0x80044352", "Version stamp associated with the client has expired."),
        refuse(500, "0x80044352", "Version stamp associated with the client has expired."),
        refuse(410, "0x0", "gone"),
        refuse(404, "0x0", "no such token"),
        refuse(400, "0x80040203", "bad token"),
    ],
    ids=["400 expired", "500 expired", "410", "404", "400"],
)
def test_a_link_to_changes_that_is_too_old_leads_to_a_whole_reading(site: Environment, reply: Reply) -> None:
    held = Followed(site)
    edit(site)
    site.fault("$deltatoken", reply)
    held.pull()
    assert rejected(held.pages) == {}
    assert held.is_true()
    assert held.pages["tasks"][-1].censuses
    site.faults.clear()
    task(site, T1, msdyn_subject="Again", msdyn_summary=True)
    assert held.pull().is_true()
    assert held.read("tasks") == 1


def test_a_link_that_is_too_old_on_its_second_page_leads_to_a_whole_reading(site: Environment) -> None:
    held = Followed(site)
    site.page_rows = 1
    edit(site)
    seen: list[str] = []

    def once(raw: str) -> Reply | None:
        if "$skiptoken" not in raw:
            return None
        seen.append(raw)
        return refuse(410) if len(seen) == 1 else None

    site.faults.append(("msdyn_projecttasks?", once))
    held.pull()
    assert seen
    assert held.is_true()


@pytest.mark.parametrize(
    "reply", [refuse(403, "0x80040220", "privilege check"), refuse(400, "0x80040220", "privilege check")]
)
def test_an_account_that_may_not_ask_for_changes_goes_by_time_and_keys(site: Environment, reply: Reply) -> None:
    refused: list[str] = []

    def answer(method: str, raw: str, headers: dict[str, str], body: bytes, real: Any = site.answer) -> Reply:
        if "track-changes" in headers.get("Prefer", ""):
            refused.append(raw)
            return reply
        return real(method, raw, headers, body)

    site.answer = answer  # type: ignore[method-assign]
    held = Followed(site)
    edit(site)
    held.pull()
    assert refused
    assert held.is_true()
    assert held.pages["tasks"][-1].censuses


def test_an_account_that_may_not_read_definitions_goes_by_time_and_keys(site: Environment) -> None:
    site.definitions_closed = True
    held = Followed(site)
    edit(site)
    assert held.pull().is_true()
    assert json.loads(held.positions[Partition("tasks", "all")])["since"]


def test_a_table_that_is_tracked_later_is_read_whole_once_and_then_by_changes(site: Environment) -> None:
    site.tracked.clear()
    held = Followed(site)
    site.tracked.add("msdyn_projecttasks")
    edit(site)
    assert held.pull().is_true()
    task(site, T1, msdyn_subject="Once more")
    assert held.pull().is_true()
    assert held.read("tasks") == 1


def test_a_table_that_is_tracked_no_more_is_read_whole_once(site: Environment) -> None:
    held = Followed(site)
    site.tracked.clear()
    edit(site)
    assert held.pull().is_true()
    assert held.read("tasks") == 3


def test_a_deletion_of_what_was_never_seen_does_no_harm(site: Environment) -> None:
    held = Followed(site)
    task(site, "22222222-0000-4000-8000-000000000007")
    site.delete("msdyn_projecttasks", "22222222-0000-4000-8000-000000000007")
    assert held.pull().is_true()


def test_an_empty_answer_to_a_link_means_that_nothing_changed(site: Environment) -> None:
    held = Followed(site)
    before = dict(held.positions)
    site.fault("$deltatoken", (200, {"Content-Type": "application/json"}, ""))
    held.pull()
    assert held.is_true()
    assert held.positions == before


# what a row is made of besides its own record


def test_a_deleted_assignment_changes_who_does_the_task(site: Environment) -> None:
    assignment(site, "44444444-0000-4000-8000-000000000003", _msdyn_bookableresourceid_value=R2, msdyn_effort=2.0)
    held = Followed(site)
    assert held.tables["work_item"][f"dv:item:{T2}"]["assignee_id"] == f"dv:account:{R1}"
    site.delete("msdyn_resourceassignments", A1)
    assert held.pull().is_true()
    assert held.tables["work_item"][f"dv:item:{T2}"]["assignee_id"] == f"dv:account:{R2}"
    assert held.read("tasks") == 2, "the tasks of that project alone"


def test_a_new_length_of_the_day_makes_durations_anew(site: Environment) -> None:
    held = Followed(site)
    project(site, P1, msdyn_hoursperday=8.0)
    assert held.pull().is_true()
    assert held.tables["work_item"][f"dv:item:{T2}"]["duration_hours"] == 16
    assert held.tables["baseline"][f"dv:baseline:{T2}:0"]["duration_hours"] == 16


def test_a_renamed_bucket_and_portfolio_come_through(site: Environment) -> None:
    held = Followed(site)
    site.put("msdyn_projectbuckets", msdyn_projectbucketid=BUCKET, msdyn_name="Doing")
    site.put("msdyn_programs", msdyn_programid=PROGRAM, msdyn_name="Quays")
    assert held.pull().is_true()
    assert json.loads(held.tables["work_item"][f"dv:item:{T2}"]["custom_fields"]) == {"bucket": "Doing"}
    assert held.tables["project"][f"dv:project:{P1}"]["programme"] == "Quays"


def test_many_projects_are_made_anew_in_few_requests(site: Environment) -> None:
    keys = [f"11111111-0000-4000-8000-0000000001{number:02}" for number in range(45)]
    for number, key in enumerate(keys):
        project(site, key, msdyn_hoursperday=8.0)
        task(site, f"22222222-0000-4000-8000-0000000001{number:02}", key)
    held = Followed(site)
    for key in keys:
        project(site, key, msdyn_hoursperday=7.0)
    assert held.pull().is_true()
    assert sum("_msdyn_project_value%20eq" in raw for raw in site.asked) == 3


def test_another_zone_is_another_reading(site: Environment) -> None:
    task(site, T2, msdyn_finish="2026-10-02T22:30:00Z")
    held = Followed(site)
    held.more = {"timezone": "Europe/Berlin"}
    assert held.pull().is_true()
    assert held.tables["work_item"][f"dv:item:{T2}"]["due_date"] == date(2026, 10, 3)


# rows that come and go with their record


@pytest.mark.parametrize("tracked", [True, False], ids=["told", "by time and keys"])
def test_what_is_put_away_goes_and_comes_back(site: Environment, tracked: bool) -> None:
    if not tracked:
        site.tracked.clear()
    held = Followed(site, timephased=True)
    for state in (1, 0):
        assignment(site, A1, statecode=state, modifiedon=LATER)
        site.put("msdyn_timeentries", msdyn_timeentryid=E1, statecode=state, modifiedon=LATER)
        held.pull()
        assert held.is_true()
        assert (f"dv:assignment:{A1}" in held.tables["assignment"]) == (state == 0)


@pytest.mark.parametrize("tracked", [True, False], ids=["told", "not told"])
def test_work_over_time_is_replaced_with_its_assignment_and_gone_with_it(site: Environment, tracked: bool) -> None:
    if not tracked:
        site.tracked.clear()
    long = [(MONDAY + n * 2 * DAY, MONDAY + n * 2 * DAY + EIGHT_HOURS, 8) for n in range(60)]
    assignment(site, A1, msdyn_plannedwork=contour(*long))
    held = Followed(site, timephased=True)
    assert len(held.tables["timephased"]) == 61
    assignment(site, A1, msdyn_plannedwork=contour(*long[:3]), modifiedon=LATER)
    assert held.pull().is_true()
    assert len(held.tables["timephased"]) == 4
    assert {s.reason for page in held.pages["assignments"] for s in page.scopes} == {"deleted"}
    site.delete("msdyn_resourceassignments", A1)
    assert held.pull().is_true()
    assert {row["assignment_id"] for row in held.tables["timephased"].values()} == {f"dv:assignment:{A2}"}


@pytest.mark.parametrize("tracked", [True, False], ids=["told", "not told"])
def test_work_over_time_that_cannot_be_read_any_more_is_not_gone(site: Environment, tracked: bool) -> None:
    if not tracked:
        site.tracked.clear()
    held = Followed(site, timephased=True)
    assignment(site, A1, msdyn_plannedwork="work", modifiedon=LATER)
    before = dict(held.tables["timephased"])
    held.pull()
    assert held.tables["timephased"] == before
    site.delete("msdyn_resourceassignments", A2)
    held.pull()
    assert set(held.tables["assignment"]) == {f"dv:assignment:{A1}"}, "what else is gone is found all the same"


def test_a_new_baseline_replaces_the_old_one_and_a_deleted_one_is_gone(site: Environment) -> None:
    held = Followed(site)
    site.asked.clear()
    held.pull()
    assert not any(name.startswith("baseline") for name in held.pages), "one that was read is not read again"
    site.delete("msdyn_projectbaselinedatas", B1)
    baseline(site, "66666666-0000-4000-8000-000000000002", createdon="2026-11-21T08:00:00Z")
    site.tables["msdyn_projectbaselinedatas"]["66666666-0000-4000-8000-000000000002"]["tasks"].pop()
    assert held.pull().is_true()
    assert set(held.tables["baseline"]) == {f"dv:baseline:{P1}:0", f"dv:baseline:{T1}:0"}
    site.delete("msdyn_projectbaselinedatas", "66666666-0000-4000-8000-000000000002")
    assert held.pull().is_true()
    assert "baseline" not in held.tables
    assert not any(name.startswith("baseline") for name in held.pull().pages)


def test_a_baseline_that_is_put_away_is_gone(site: Environment) -> None:
    held = Followed(site)
    site.put("msdyn_projectbaselinedatas", msdyn_projectbaselinedataid=B1, statecode=1)
    assert held.pull().is_true()
    assert "baseline" not in held.tables


def test_a_baseline_that_is_hidden_and_not_deleted_stays(site: Environment) -> None:
    held = Followed(site)
    site.put("msdyn_projectbaselinedatas", msdyn_projectbaselinedataid=B1, _msdyn_projectid_value=None)
    held.pull()
    assert f"dv:baseline:{T2}:0" in held.tables["baseline"]


def test_a_baseline_of_very_many_tasks_is_read_to_its_end(site: Environment) -> None:
    link = f"{site.url}/api/data/v9.2/msdyn_projectbaselinetaskdatas?rest"
    head = site.tables["msdyn_projectbaselinedatas"][B1]
    more = {**head["tasks"].pop(), "msdyn_projecttaskid": T3}
    site.faults.append(
        (
            f"msdyn_projectbaselinedatas({B1})",
            lambda _: (
                200,
                {"Content-Type": "application/json"},
                json.dumps({EXPANDED: head["tasks"], f"{EXPANDED}@odata.nextLink": link}),
            ),
        )
    )
    site.fault("taskdatas?rest", (200, {"Content-Type": "application/json"}, json.dumps({"value": [more]})))
    assert f"dv:baseline:{T3}:0" in Followed(site).tables["baseline"]


EXPANDED = "msdyn_msdyn_projectbaselinedata_msdyn_projectbaselinetaskdata"


def test_a_project_that_is_deleted_is_gone_with_all_that_it_held(site: Environment) -> None:
    held = Followed(site)
    for entity_set, key in [
        ("msdyn_projects", P2),
        ("msdyn_projecttasks", T3),
        ("msdyn_resourceassignments", A2),
    ]:
        site.delete(entity_set, key)
    assert held.pull().is_true()
    assert P2 not in str(held.tables)


def test_a_position_that_is_not_ours_is_refused(site: Environment) -> None:
    with pytest.raises(ConfigurationError) as refused:
        pulled(site, {Partition("tasks", "all"): "{}"})
    assert refused.value.code == "dataverse.position"
