"""What moved to Planner Premium, what began there, and what is left of Project Online."""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.company import Company, build
from sandbox.company.fill_premium import fill_dataverse, user_id
from sandbox.company.moving import new_id
from sandbox.company.premium import MOVED, NEW, RETIRED, Premium, with_premium
from sandbox.dataverse import DataverseSite
from sandbox.pwa.dump import write_dump
from sandbox.pwa.schema import SETS
from sandbox.serve import retired_site


@pytest.fixture(scope="module")
def grown(company: Company) -> tuple[Company, Premium]:
    return with_premium(company)


@pytest.fixture(scope="module")
def premium(grown: tuple[Company, Premium]) -> Premium:
    return grown[1]


@pytest.fixture(scope="module")
def site(grown: tuple[Company, Premium]) -> DataverseSite:
    site = DataverseSite()
    fill_dataverse(grown[0], grown[1].plans, site)
    return site


@pytest.fixture(scope="module")
def dump(company: Company, tmp_path_factory) -> dict[str, list[dict]]:
    folder = tmp_path_factory.mktemp("dump")
    written = write_dump(retired_site(company), folder)
    return {path.stem: json.loads(path.read_text())["value"] for path in written}


def test_what_the_company_had_before_stays_as_it_is(company: Company, grown: tuple[Company, Premium]) -> None:
    assert company == build(seed=7)
    assert grown[0].endeavours[: len(company.endeavours)] == company.endeavours
    assert grown[0].people[: len(company.people)] == company.people
    assert grown[0].of(MOVED.key).plan is None, "the moved plan is not in Project Web App any more"
    assert with_premium(company) == grown


def test_the_successor_has_other_ids_the_same_name_and_key_and_the_same_baseline(premium: Premium) -> None:
    old, successor = premium.old, premium.successor
    assert (old.name, old.key) == (successor.name, successor.key) == (MOVED.name, MOVED.key)
    assert successor.guid != old.guid
    assert not {t.guid for t in old.tasks} & {t.guid for t in successor.tasks}
    for before, now in zip(old.tasks, successor.tasks, strict=True):
        assert now.guid == new_id(before.guid)
        assert (now.baseline_start, now.baseline_finish, now.baseline_work) == (
            before.baseline_start, before.baseline_finish, before.baseline_work,
        )  # fmt: skip


def test_the_old_plan_was_on_time_and_its_successor_is_late(premium: Premium) -> None:
    old, successor = premium.old, premium.successor
    assert old.status_date < RETIRED < successor.status_date
    assert old.tasks[0].finish <= old.tasks[0].baseline_finish
    assert 14 <= (successor.tasks[0].finish - old.tasks[0].finish).days <= 28
    assert old.tasks[0].percent < successor.tasks[0].percent < 100
    for before, now in zip(old.tasks, successor.tasks, strict=True):
        if before.percent == 100:
            assert (now.start, now.finish, now.actual_work) == (before.start, before.finish, before.actual_work)
        assert now.start >= before.start and now.actual_work >= before.actual_work
        assert now.start.weekday() < 5 and now.finish.weekday() < 5


def test_summaries_add_up_and_links_hold_after_the_move(premium: Premium) -> None:
    for plan in premium.plans:
        tasks = {t.guid: t for t in plan.tasks}
        leaves = [t for t in plan.tasks if t.kind != "summary"]
        assert plan.tasks[0].work == sum(t.work for t in leaves)
        assert plan.tasks[0].actual_work == sum(t.actual_work for t in leaves)
        assert plan.finish == max(t.finish for t in leaves)
        for link in plan.links:
            before, after = tasks[link.before], tasks[link.after]
            if link.type == "FS" and link.lag_days >= 0:
                assert before.finish <= after.start or before.kind == "milestone" or after.kind == "milestone"
        assert {a.task for a in plan.assignments} <= tasks.keys()


def test_the_moved_initiative_has_a_tracker_project_that_knows_its_key(grown: tuple[Company, Premium]) -> None:
    tracker = grown[0].of(MOVED.key).tracker
    assert (tracker.key, tracker.pmo["initiative"]) == (MOVED.jira, MOVED.key)
    assert 40 <= len(tracker.issues) <= 170
    booked: Counter[tuple[str, date]] = Counter()
    for endeavour in grown[0].endeavours:
        for issue in endeavour.tracker.issues:
            for log in issue.worklogs:
                booked[log.author, log.started.date()] += log.hours
    own = {log.author for issue in tracker.issues for log in issue.worklogs}
    assert max(hours for (author, _), hours in booked.items() if author in own) <= 9


def test_planner_premium_holds_the_plans(site: DataverseSite, premium: Premium) -> None:
    projects = {row["msdyn_projectid"]: row for row in site.rows["msdyn_projects"].values()}
    assert projects.keys() == {plan.guid for plan in premium.plans}
    assert {row["pb_initiativekey"] for row in projects.values()} == {MOVED.key, *(p.key for p in NEW)}
    for plan in premium.plans:
        own = projects[plan.guid]
        assert own["_msdyn_projectmanager_value"] == user_id(plan.owner)
        assert 0 < own["msdyn_progress"] < 1
        tasks = site.where("msdyn_projecttasks", _msdyn_project_value=plan.guid)
        assert len(tasks) == len(plan.tasks) - 1
        leaves = [t for t in tasks if not t["msdyn_summary"]]
        assert sum(t["msdyn_effort"] for t in leaves) == pytest.approx(own["msdyn_effort"])
        baselines = site.where("msdyn_projectbaselinedatas", _msdyn_projectid_value=plan.guid)
        assert len(baselines) == (plan.baseline_on is not None)
    assert site.now == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert "msdyn_timeentries" not in site.tables


def test_every_lookup_among_the_tables_of_the_plans_resolves(site: DataverseSite) -> None:
    for name, table in site.tables.items():
        for row in site.rows[name].values():
            for column in table.columns:
                if column.kind == "lookup" and column.target in site.tables and row[column.name] is not None:
                    assert row[column.name] in site.rows[column.target], (name, column.name)


def test_contours_add_up_to_the_effort(site: DataverseSite) -> None:
    for row in site.rows["msdyn_resourceassignments"].values():
        pieces = json.loads(row["msdyn_plannedwork"])
        assert sum(Decimal(str(p["Hours"])) for p in pieces) == pytest.approx(Decimal(str(row["msdyn_effort"])))
        assert all(p["Start"].startswith("/Date(") and p["Start"] < p["End"] for p in pieces)


def test_the_dump_has_a_file_for_each_set_with_the_plan_as_it_was(dump, premium: Premium) -> None:
    assert dump.keys() == SETS.keys()
    [project] = [row for row in dump["Projects"] if row["ProjectType"] == 0]
    assert project["ProjectId"] == premium.old.guid
    assert (project["ProjectName"], project["InitiativeKey"]) == (MOVED.name, MOVED.key)
    assert project["ProjectLastPublishedDate"] < "2026-09-30"
    assert project["ProjectWork"] == f"{premium.old.tasks[0].work:.6f}"
    assert {row["TaskId"] for row in dump["Tasks"]} == {t.guid for t in premium.old.tasks}
    assert {row["TaskId"] for row in dump["TaskBaselines"]} == {t.guid for t in premium.old.tasks}
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in dump["AssignmentTimephasedDataSet"]:
        totals["actual"] += Decimal(row["AssignmentActualWork"])
    assert totals["actual"] == premium.old.tasks[0].actual_work > 0
    assert dump["Risks"] and dump["Issues"] and dump["TimesheetLineActualDataSet"]
    assert max(row["TimeByDay"] for row in dump["TimesheetLineActualDataSet"]) < "2026-09-30"


def test_the_dump_is_the_same_every_time_and_can_be_french(company: Company, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_dump(retired_site(company), tmp_path / folder)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    french = {path.stem for path in write_dump(retired_site(company), tmp_path / "fr", "fr")}
    assert {"Projets", "Tâches"} < french
    assert "NomProjet" in json.loads((tmp_path / "fr" / "Projets.json").read_text())["value"][0]
