"""The pretend tools behind one server: `with Sandbox() as sandbox: connect(sandbox.jira_url)`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sandbox.company import Company, build
from sandbox.company.complete_plans import complete_pwa
from sandbox.company.fill import fill_jira, fill_pwa
from sandbox.faults import EveryNth
from sandbox.http import Request, Response, Route, Server
from sandbox.jira.records import Edition
from sandbox.jira.serving import site_routes
from sandbox.jira.site import JiraSite
from sandbox.pwa import PwaAuth, PwaSite
from sandbox.pwa import routes as pwa_routes
from sandbox.tempo import BASE as TEMPO_BASE
from sandbox.tempo import TempoAuth, TempoSite, data_center_routes, fill_tempo
from sandbox.tempo import routes as tempo_routes

JIRA_EMAIL = "pmo-bot@meridian.example"
JIRA_TOKEN = "sandbox-token"  # noqa: S105 - opens nothing but the pretend site
TEMPO_TOKEN = "sandbox-tempo-token"  # noqa: S105 - as above
PWA_USER = "pmo"
PWA_PASSWORD = "sandbox-password"  # noqa: S105 - as above
_THROTTLED = 40


class Sandbox:
    """The pretend company's Jira at `jira_url` and Project Web App at `pwa_url` on loopback, while the context is open.

    `company` is served instead of one built from `seed`. `state` is a folder that keeps what is written to Jira over
    restarts. `throttle` lets every 40th Jira request meet a 429, eight times at most. With `books_in_tempo`, the time
    of three projects is booked in a Tempo at `tempo_url`, whose app then owns the copies in Jira. With
    `complete_plans`, the Project Web App has all that a site may have (`company.complete_plans`).
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
    ) -> None:
        self.company = company or build(seed=seed)
        self.jira = JiraSite(email=JIRA_EMAIL, token=JIRA_TOKEN, edition=edition)
        self.pwa = PwaSite()
        fill_jira(self.company, self.jira)
        fill_pwa(self.company, self.pwa)
        if complete_plans:
            complete_pwa(self.company, self.pwa)
        self.tempo = self._booked_in_tempo() if books_in_tempo else None
        kept = None if state is None else state / "jira.json"
        served = [
            *site_routes(self.jira, kept),
            *pwa_routes(self.pwa, PwaAuth(user=PWA_USER, password=PWA_PASSWORD)),
            *(self._tempo_routes(self.tempo) if self.tempo else ()),
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


def _gate(throttle: EveryNth) -> Callable[[Request], Response | None]:
    def refuse(request: Request) -> Response | None:
        fault = throttle.fault_for(request.path)
        if fault is None or fault.instead is None:
            return None
        status, headers, body = fault.instead
        return Response(status, body, headers)

    return refuse
