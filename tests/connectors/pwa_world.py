"""The pretend company's Project Server, pulls of it, writes into it, and what they make of the tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from conformance import Rows, applied, going_on
from fake_clock import FakeClock

from connectors.pwa.reader import PwaReader
from connectors.pwa.settings import PwaSource
from connectors.pwa.writing import PwaPublisher, writer
from portfolio.ports import Page, Partition
from sandbox.company import Company
from sandbox.company.complete_plans import complete_pwa
from sandbox.company.fill_plans import fill_pwa
from sandbox.company.records import Plan
from sandbox.http import Server
from sandbox.pwa import PwaSite, routes

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


def serving(company: Company, *, complete: bool = False, **more: Any) -> Iterator[World]:
    site = PwaSite(**more)
    fill_pwa(company, site)
    if complete:
        complete_pwa(company, site)
    with Server(routes(site)) as server:
        yield World(site, server)
        assert server.failures == []


def plans(company: Company) -> list[Plan]:
    return [one.plan for one in company.endeavours if one.plan is not None]


def everywhere(rows: Rows) -> Rows:
    """Rows without the addresses of their server."""
    return {
        table: {key: {name: value for name, value in row.items() if name != "url"} for key, row in held.items()}
        for table, held in rows.items()
    }
