"""The big site behind a server: `with LoadServer(20_000) as served: connect(served.url)`."""

from __future__ import annotations

from sandbox.load import control
from sandbox.load.routes import LoadSite
from sandbox.load.scale import Scale


class LoadServer:
    """Serves a site of `issues` issues in so many projects on loopback while the context is open."""

    def __init__(self, issues: int, *, projects: int = 10, port: int = 0, latency_seconds: float = 0.0) -> None:
        self.site = LoadSite(Scale(issues, projects))
        self.tally = control.Tally()
        served = [*control.routes(self.site, self.tally), *self.site.routes()]
        gate = control.gate(self.tally)
        self.server = control.CountingServer(self.tally, served, port=port, gate=gate, latency_seconds=latency_seconds)

    @property
    def url(self) -> str:
        """Where Jira is, without a slash at the end."""
        return self.server.url

    def __enter__(self) -> LoadServer:
        self.server.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.server.close()
