"""A Jira of two projects with a Tempo over it, and pulls of that."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from conformance import Rows, applied, going_on

from connectors.pacing import Clock
from connectors.tempo.client import cloud_http
from connectors.tempo.cloud import TempoCloud
from connectors.tempo.settings import TempoCloudSource
from portfolio.ports import Page, Partition, Traffic
from sandbox.http import Server
from sandbox.jira.site import JiraSite
from sandbox.tempo import TempoSite

TOKEN = "tempo-token"


class World:
    """A Jira of two projects with a Tempo over it. Its present is ours: connectors go by the server's clock."""

    def __init__(self, edition: str = "cloud") -> None:
        self.jira = JiraSite(edition=edition, now=datetime.now(UTC).replace(microsecond=0))
        self.ada = self.jira.add_user("Ada Meier", email="ada@meridian.example")
        self.bo = self.jira.add_user("Bo Nkemelu", email="bo@meridian.example")
        for key in ("ALPHA", "BETA"):
            self.jira.add_project(key, key.title(), lead=self.ada)
            self.jira.add_issue(key, "Task", f"Work of {key}", created=self.jira.now, reporter=self.ada)
        self.tempo = TempoSite(self.jira)
        self.tempo.add_account("CAPEX", "Capital", lead=self.ada, monthly_budget=80)
        self.tempo.link_account("CAPEX", "ALPHA", default=True)

    def book(self, days_ago: int = 0, hours: float = 1, *, person: str = "", issue: str = "ALPHA-1", **more) -> int:
        day = (self.jira.now - timedelta(days=days_ago)).date()
        return self.tempo.add_worklog(issue, author=person or self.ada, day=day, hours=hours, **more)

    def pass_days(self, days: int = 1) -> None:
        self.jira.now += timedelta(days=days)


class Waitless:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self.moment = 0.0

    def sleep(self, seconds: float) -> None:
        self.moment += seconds

    def clock(self) -> Clock:
        return Clock(sleep=self.sleep, monotonic=lambda: self.moment)


def cloud(server: Server, token: str = TOKEN, **more) -> TempoCloud:
    first_day = (datetime.now(UTC) - timedelta(days=800)).date()
    given = {"url": f"{server.url}/tempo", "jira": "jira", "token": token, "first_day": first_day, **more}
    settings, clock = TempoCloudSource(**given), Waitless().clock()
    return TempoCloud("tempo", settings, cloud_http(settings, Traffic(), clock), clock.now)


class Reader:
    """Pulls as a run does, and keeps tables and positions between runs."""

    def __init__(self, make) -> None:
        self._make = make
        self.positions: dict[Partition, str] = {}
        self.tables: Rows = {}
        self.pages: list[Page] = []

    def pull(self) -> dict[str, dict]:
        self.pages = []
        for _, page in going_on(self._make(), self.positions):
            self.pages.append(page)
            self.tables = applied([page], onto=self.tables)
        return self.tables.get("time_entry", {})

    @property
    def hours(self) -> dict[str, Decimal]:
        return {row_id.rpartition(":")[2]: row["hours"] for row_id, row in self.tables.get("time_entry", {}).items()}


def told(world: World) -> dict[str, Decimal]:
    """What Tempo holds: hours by its own id."""
    return {
        str(one.id): (Decimal(one.seconds) / 3600).quantize(Decimal("0.01")) for one in world.tempo.worklogs.values()
    }
