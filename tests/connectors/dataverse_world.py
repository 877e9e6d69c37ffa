"""The pretend company's environment of Dataverse, pulls of it, and what they make of the tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from conformance import Rows, applied, going_on
from fake_clock import FakeClock

from connectors.dataverse.reader import DataverseReader
from connectors.dataverse.settings import DataverseSource
from portfolio.ports import Page, Partition
from sandbox.company import Company
from sandbox.company.fill_premium import fill_dataverse
from sandbox.company.premium import Premium
from sandbox.company.records import Plan, PlanTask
from sandbox.dataverse import DataverseSite, routes
from sandbox.dataverse.routes import TOKEN
from sandbox.http import Server

DV = "dv"
TASKS = "msdyn_projecttasks"
SMALL_PAGES = 25


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


# -- the company's truth ------------------------------------------------------------------------------------------


def leaves(plan: Plan) -> tuple[PlanTask, ...]:
    return plan.tasks[1:]


# -- what changes -------------------------------------------------------------------------------------------------


def first_task(grown) -> PlanTask:
    return next(t for t in grown[1].successor.tasks if t.kind == "task")


def fresh(world: World) -> Rows:
    """What a connector that knows nothing reads of the same environment."""
    other = World(world.site, world.server)
    other.pull()
    return other.rows
