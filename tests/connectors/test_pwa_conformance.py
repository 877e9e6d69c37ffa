"""The connectors of plans pass the suite for all connectors; the site is the sandbox, written apart from them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar

import pytest
from conformance import ConnectorConformance, applied, going_on, pull_all

from connectors.msproject.mspdi import ROWS_A_PART
from connectors.msproject.opening import AsItLies
from connectors.msproject.reader import PlanFileReader
from connectors.msproject.settings import MspdiSource
from connectors.pwa import connect
from connectors.pwa.reader import PwaReader
from connectors.pwa.settings import PwaSource
from portfolio.ports import Page, Partition
from sandbox.company.build import build
from sandbox.company.fill_plans import fill_pwa
from sandbox.http import Server
from sandbox.pwa import PwaSite, routes


def reader_of(server: Server) -> PwaReader:
    settings = PwaSource(
        kind="pwa",
        url=f"{server.url}/pwa",
        auth={"type": "basic", "user": "pmo", "password": "sandbox-password"},
        timezone="Europe/Berlin",
        currency="EUR",
        requests_per_second=100,
    )
    return connect("plans", settings)


@pytest.fixture(scope="module")
def company():
    return build()


@pytest.fixture(scope="module")
def served(company) -> Iterator[Server]:
    site = PwaSite()
    fill_pwa(company, site)
    with Server(routes(site)) as server:
        yield server


class TestPwaConforms(ConnectorConformance):
    may_dangle: ClassVar = {("risk", "owner_id")}  # an account; the suite looks for what a baseline belongs to

    @pytest.fixture
    def make(self, served: Server) -> Callable[[], PwaReader]:
        return lambda: reader_of(served)


class TestMspdiConforms(ConnectorConformance):
    networked = False
    rows_a_part = ROWS_A_PART

    @pytest.fixture
    def make(self, tmp_path) -> Callable[[], PlanFileReader]:
        head = (
            "<Project><Calendars><Calendar><UID>1</UID><Name>Standard</Name><WeekDays><WeekDay><DayType>1</DayType>"
            "<DayWorking>0</DayWorking></WeekDay></WeekDays></Calendar><Calendar><UID>2</UID><Name>Ada</Name>"
            "<BaseCalendarUID>1</BaseCalendarUID></Calendar></Calendars><Tasks>"
        )
        spread = (
            "<TimephasedData><Type>1</Type><UID>1</UID><Start>2026-10-01T08:00:00</Start><Finish>2026-10-01T17:00:00"
            "</Finish><Unit>1</Unit><Value>PT8H0M0S</Value></TimephasedData></Assignment>"
        )
        for name in ("harbour", "wall"):
            (tmp_path / f"{name}.xml").write_text(
                head + "<Task><UID>0</UID><ID>0</ID><OutlineLevel>0</OutlineLevel></Task>"
                "<Task><UID>1</UID><ID>1</ID><Name>Dig</Name><OutlineLevel>1</OutlineLevel></Task>"
                "<Task><UID>2</UID><ID>2</ID><Name>Build</Name><OutlineLevel>1</OutlineLevel>"
                "<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type></PredecessorLink></Task></Tasks>"
                "<Resources><Resource><UID>1</UID><Name>Ada</Name></Resource></Resources><Assignments><Assignment>"
                f"<UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID>{spread}</Assignments></Project>"
            )
        settings = MspdiSource(kind="mspdi", path=tmp_path, timephased=True)
        return lambda: PlanFileReader("files", settings, AsItLies(), rows_a_part=self.rows_a_part)


class TestMspdiInPartsConforms(TestMspdiConforms):
    """Each plan on as many pages as can be."""

    rows_a_part = 1


def test_the_whole_company_is_read_and_nothing_is_rejected(served: Server) -> None:
    reader = reader_of(served)
    pulled = pull_all(reader)
    reader.close()
    assert [rejected for _, page in pulled.pages for rejected in page.rejected] == []
    tables = applied(page for _, page in pulled.pages)
    for table in (
        "project",
        "work_item",
        "work_item_link",
        "baseline",
        "assignment",
        "account",
        "time_entry",
        "risk",
        "project_issue",
    ):
        assert tables[table], table
    assert len([row for row in tables["project"].values() if row["initiative_key"]]) > 5
    assert {row["owner_id"] for row in tables["risk"].values()} <= set(tables["account"])
    assert any(row["constraint_type"] for row in tables["work_item"].values())


@pytest.fixture
def own(company) -> Iterator[tuple[PwaSite, Server]]:
    site = PwaSite()
    fill_pwa(company, site)
    with Server(routes(site)) as server:
        yield site, server


def test_deletions_on_the_site_arrive_and_only_what_changed_is_read_again(own: tuple[PwaSite, Server]) -> None:
    site, server = own
    positions: dict[Partition, str] = {}
    tables = applied(_pages(server, positions))
    plans = sum(partition.stream == "plan" for partition in positions)
    gone, kept, *_ = site.rows("Projects", ProjectType=0)
    task = next(t for t in site.rows("Tasks", ProjectId=kept["ProjectId"]) if not t["TaskIsSummary"])
    site.delete_project(str(gone["ProjectId"]))
    site.delete_task(str(kept["ProjectId"]), str(task["TaskId"]), datetime(2026, 11, 23, 5))
    pages = _pages(server, positions)
    after = applied(pages, onto=tables)
    removed = f"plans:project:{gone['ProjectId']}"
    assert removed in tables["project"]
    assert removed not in after["project"]
    assert f"plans:item:{task['TaskId']}" in tables["work_item"]
    assert f"plans:item:{task['TaskId']}" not in after["work_item"]
    assert plans > 5
    assert sum("work_item" in page.rows for page in pages) == 1


def _pages(server: Server, positions: dict[Partition, str]) -> list[Page]:
    return [page for _, page in going_on(reader_of(server), positions)]


def test_a_column_that_the_site_hides_is_stated_and_left_unknown(own: tuple[PwaSite, Server]) -> None:
    site, server = own
    site.hide_column("Tasks", "TaskTotalSlack")
    reader = reader_of(server)
    stated = {(c.table, c.column): c.state for c in reader.capabilities()}
    pages = [page for _, page in pull_all(reader).pages]
    reader.close()
    assert stated["work_item", "total_slack_hours"] == "not_available"
    assert {row["total_slack_hours"] for page in pages for row in page.rows.get("work_item", ())} == {None}
