"""The pretend tools behind one server: `with Sandbox() as sandbox: connect(sandbox.jira_url)`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sandbox.company import Company, build
from sandbox.company.complete_plans import collect_days, complete_pwa
from sandbox.company.fill import fill_jira, fill_pwa
from sandbox.company.fill_premium import fill_dataverse
from sandbox.company.planted_network import at_the_server
from sandbox.company.premium import Premium, before_the_move, with_premium
from sandbox.dataverse import DataverseSite
from sandbox.dataverse import routes as dataverse_routes
from sandbox.dataverse.routes import TOKEN as DATAVERSE_TOKEN
from sandbox.faults import EveryNth
from sandbox.graph import GraphSite
from sandbox.graph import routes as graph_routes
from sandbox.http import Request, Response, Route, Server
from sandbox.jira.records import Edition
from sandbox.jira.serving import site_routes
from sandbox.jira.site import JiraSite
from sandbox.pwa import PwaAuth, PwaSite
from sandbox.pwa import routes as pwa_routes
from sandbox.tempo import BASE as TEMPO_BASE
from sandbox.tempo import TempoAuth, TempoSite, data_center_routes, fill_tempo
from sandbox.tempo import routes as tempo_routes

__all__ = [
    "DATAVERSE_TOKEN",
    "GRAPH_TOKEN",
    "JIRA_EMAIL",
    "JIRA_TOKEN",
    "PWA_PASSWORD",
    "PWA_USER",
    "TEMPO_TOKEN",
    "Sandbox",
    "retired_site",
]

JIRA_EMAIL = "pmo-bot@meridian.example"
JIRA_TOKEN = "sandbox-token"  # noqa: S105 - opens nothing but the pretend site
TEMPO_TOKEN = "sandbox-tempo-token"  # noqa: S105 - as above
GRAPH_TOKEN = "sandbox-graph-token"  # noqa: S105 - as above
PWA_USER = "pmo"
PWA_PASSWORD = "sandbox-password"  # noqa: S105 - as above
_THROTTLED = 40


class Sandbox:
    """The pretend company's Jira at `jira_url` and Project Web App at `pwa_url` on loopback, while the context is open.

    `company` is served instead of one built from `seed`. `state` is a folder that keeps what is written to Jira over
    restarts. `throttle` lets every 40th Jira request meet a 429, eight times at most. With `books_in_tempo`, the time
    of three projects is booked in a Tempo at `tempo_url`, whose app then owns the copies in Jira. With
    `complete_plans`, the Project Web App has all that a site may have (`company.complete_plans`). With `dataverse`, one
    initiative that moved and two new ones are in Planner Premium at `dataverse_url` (`company.premium`), and the moved
    one's tracker project in Jira; sign in with `DATAVERSE_TOKEN`. `retired` names what a Project Web App answers that
    is no more (`pwa.retirement.ANSWERS`). Microsoft Graph with the PMO's mailbox and library (`graph`) is at
    `graph_url`; sign in with `GRAPH_TOKEN`.
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        port: int = 0,
        state: Path | None = None,
        throttle: bool = False,
        latency_seconds: float = 0.0,
        company: Company | None = None,
        books_in_tempo: bool = False,
        edition: Edition = "cloud",
        complete_plans: bool = False,
        dataverse: bool = False,
        retired: str | None = None,
    ) -> None:
        self.company = company or build(seed=seed)
        self.premium: Premium | None = None
        self.dataverse: DataverseSite | None = None
        if dataverse:
            self.company, self.premium = with_premium(self.company, seed)
            self.dataverse = DataverseSite()
            fill_dataverse(self.company, self.premium.plans, self.dataverse)
        self.jira = JiraSite(email=JIRA_EMAIL, token=JIRA_TOKEN, edition=edition)
        self.pwa = PwaSite(retired=retired)
        fill_jira(self.company, self.jira)
        fill_pwa(self.company, self.pwa)
        at_the_server(self.company, self.pwa)
        if complete_plans:
            complete_pwa(self.company, self.pwa)
        self.tempo = self._booked_in_tempo() if books_in_tempo else None
        self.graph = _office()
        kept = None if state is None else state / "jira.json"
        served = [
            *site_routes(self.jira, kept),
            *pwa_routes(self.pwa, PwaAuth(user=PWA_USER, password=PWA_PASSWORD)),
            *(self._tempo_routes(self.tempo) if self.tempo else ()),
            *(dataverse_routes(self.dataverse) if self.dataverse else ()),
            *graph_routes(self.graph),
        ]
        gates = [_gate(EveryNth(_THROTTLED))] if throttle else []
        self.server = Server(served, port=port, gates=gates, latency_seconds=latency_seconds)

    @property
    def jira_url(self) -> str:
        """Where Jira is, without a slash at the end."""
        return self.server.url

    @property
    def pwa_url(self) -> str:
        """Where the Project Web App is, without a slash at the end."""
        return f"{self.server.url}/pwa"

    @property
    def dataverse_url(self) -> str:
        """Where the Dataverse environment is, if there is one, without a slash at the end."""
        return self.server.url

    @property
    def graph_url(self) -> str:
        """Where Graph is, without a version and a slash at the end."""
        return self.server.url

    @property
    def tempo_url(self) -> str:
        """Where Tempo is, if some time is booked there, without a slash at the end and without the version.

        Beside Data Center that is Jira itself.
        """
        return f"{self.server.url}{TEMPO_BASE}" if self.jira.edition == "cloud" else self.jira_url

    def _booked_in_tempo(self) -> TempoSite:
        tempo = TempoSite(self.jira)
        fill_tempo(self.company, tempo)
        return tempo

    def _tempo_routes(self, tempo: TempoSite) -> list[Route]:
        if self.jira.edition == "cloud":
            return tempo_routes(tempo, TempoAuth(token=TEMPO_TOKEN))
        return data_center_routes(tempo)

    def __enter__(self) -> Sandbox:
        self.server.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.server.close()


def retired_site(company: Company, seed: int = 7) -> PwaSite:
    """The Project Online site that the company had, as it was on its last day: the plan that has moved since.

    Write it with `sandbox.pwa.dump.write_dump`. `company` is the one without what it keeps in Planner Premium.
    """
    grown, premium = with_premium(company, seed)
    site = PwaSite(language="en", edition="online")
    last = before_the_move(grown, premium)
    fill_pwa(last, site)
    complete_pwa(last, site)
    collect_days(site, premium.old)
    return site


def _office() -> GraphSite:
    """The PMO's mailbox and the library of its site, behind a token that opens nothing else."""
    made = GraphSite()
    made.hand_out_as(GRAPH_TOKEN)
    made.add_mailbox("pmo@meridian.example")
    made.add_library("meridian.sharepoint.com", "/sites/pmo")
    return made


def _gate(throttle: EveryNth) -> Callable[[Request], Response | None]:
    def refuse(request: Request) -> Response | None:
        fault = throttle.fault_for(request.path)
        if fault is None or fault.instead is None:
            return None
        status, headers, body = fault.instead
        return Response(status, body, headers)

    return refuse
