"""The same records through the reader of a live site and through a dump: equal rows in every table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses
from conformance import applied, pull_all
from fake_clock import FakeClock

from connectors.odata_dump import connect
from connectors.odata_dump.settings import OdataDumpSource
from connectors.pwa.reader import PwaReader
from connectors.pwa.settings import PwaSource
from sandbox.company.build import build
from sandbox.company.complete_plans import complete_pwa
from sandbox.company.fill_plans import fill_pwa
from sandbox.http import Server
from sandbox.pwa import PwaSite, routes
from sandbox.pwa.dump import write_dump
from sandbox.pwa.schema import Language
from tests.connectors.odata_dumps import written
from tests.connectors.pwa_site import P1, R1, T1, URL, project, site_of

Tables = dict[str, dict[str, dict[str, Any]]]
EVERYTHING = {"workflow_stages": True, "deliverables": True, "assignment_baselines": True, "timephased": True}


def live(url: str, **more: Any) -> Tables:
    """What a site gives, less what is not in ProjectData: dependencies, constraints, and addresses on the site."""
    settings = PwaSource(
        kind="pwa", url=url, auth={"type": "basic", "user": "pmo", "password": "sandbox-password"},
        **EVERYTHING, timephased_assignments=True, timephased_months=60, requests_per_second=100, **more,
    )  # fmt: skip
    found = applied(page for _, page in pull_all(PwaReader("plans", settings, clock=FakeClock().clock)).pages)
    found.pop("work_item_link", None)
    for row in found.get("work_item", {}).values():
        row.update(constraint_type=None, constraint_date=None)
    for row in found["project"].values():
        row["url"] = None
    for row in found.get("artefact", {}).values():
        row["location"] = row["location"] and row["location"].removeprefix(f"{url}/")
    return {table: rows for table, rows in found.items() if rows}


def dumped(folder: Path, **more: Any) -> Tables:
    """What a dump gives."""
    reader = connect("plans", OdataDumpSource(kind="odata_dump", path=folder, **EVERYTHING, **more))
    pages = [page for _, page in pull_all(reader).pages]
    assert [r.reason for page in pages for r in page.rejected] == []
    return {table: rows for table, rows in applied(pages).items() if rows}


def same(ours: Tables, theirs: Tables) -> None:
    assert set(ours) == set(theirs)
    for table in theirs:
        assert ours[table] == theirs[table], table


@pytest.fixture(scope="module")
def company() -> PwaSite:
    """A site with everything that a site may have."""
    made, site = build(), PwaSite()
    fill_pwa(made, site)
    complete_pwa(made, site)
    return site


@pytest.fixture(scope="module")
def of_the_site(company: PwaSite) -> Iterator[Tables]:
    with Server(routes(company)) as server:
        yield live(f"{server.url}/pwa", timezone="Europe/Berlin", currency="EUR")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_dump_in_either_language_gives_the_rows_of_the_live_site(
    tmp_path: Path, company: PwaSite, of_the_site: Tables, language: Language
):
    write_dump(company, tmp_path, language)
    same(dumped(tmp_path, timezone="Europe/Berlin", currency="EUR"), of_the_site)
    filled = {"project", "account", "work_item", "assignment", "baseline", "timephased", "gate", "artefact", "risk"}
    assert filled | {"project_issue", "time_entry"} <= set(of_the_site)
    assert {row["kind"] for row in of_the_site["timephased"].values()} == {"planned", "actual", "baseline"}


@pytest.mark.parametrize("setting", ["Daily", "Weekly", "Monthly", "FiscalPeriods", "Disabled", None])
def test_buckets_are_the_same_however_a_project_collects_them(tmp_path: Path, setting: str | None):
    task = {"ProjectId": P1, "TaskId": T1}
    made = {**task, "AssignmentId": R1, "ResourceId": R1}
    sets = {
        "Projects": [project(ProjectTimephased=setting)],
        "Resources": [{"ResourceId": R1, "ResourceName": "Ada"}],
        "Tasks": [],
        "TaskTimephasedDataSet": [
            {**task, "TimeByDay": f"{day}T00:00:00", "TaskWork": "8.0", "TaskActualCost": "5.0",
             "TaskOvertimeWork": "9.0"}
            for day in ("2026-11-02", "2026-10-05")
        ],
        "TaskBaselineTimephasedDataSet": [
            {**task, "TimeByDay": "2026-10-05T00:00:00", "BaselineNumber": 3, "TaskBaselineCost": "70.0"}
        ],
        "AssignmentTimephasedDataSet": [
            {**made, "TimeByDay": "2026-10-05T00:00:00", "AssignmentWork": "0.0", "AssignmentCost": "70.0",
             "AssignmentOvertimeWork": "3.0", "AssignmentActualOvertimeWork": "1.0"}
        ],
        "AssignmentBaselineTimephasedDataSet": [
            {**made, "TimeByDay": "2026-10-05T00:00:00", "BaselineNumber": 2, "AssignmentBaselineWork": "6.0"}
        ],
    }  # fmt: skip
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        site_of(**sets).install(mock)
        theirs = live(URL)
    same(dumped(written(tmp_path / "d", sets)), theirs)
    found = [(row["kind"], row.get("number"), row["hours"]) for row in theirs.get("timephased", {}).values()]
    expected = [("actual", None, None)] * 2 + [("baseline", 3, None), ("overtime", None, 1), ("planned", None, 0)]
    expected += [("planned", None, 8)] * 2 + [("baseline", 2, 6)]
    assert sorted(found, key=str) == sorted(expected if setting != "Disabled" else [], key=str)
