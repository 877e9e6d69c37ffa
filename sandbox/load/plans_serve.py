"""The big Project Web App site behind a server: `with PlanLoadServer(2000, 100) as served: connect(served.pwa_url)`."""

from __future__ import annotations

import re
from dataclasses import replace

from sandbox.http import Request, Response, Route
from sandbox.load.control import PREFIX, CountingServer, Tally
from sandbox.load.keeping import Kept
from sandbox.load.plans import PlanScale, model_site
from sandbox.load.plans_feed import PlanFeed
from sandbox.pwa import PwaAuth
from sandbox.pwa import routes as pwa_routes
from sandbox.pwa.schema import Edition
from sandbox.serve import PWA_PASSWORD, PWA_USER

BASE = "/pwa"
_ID = re.compile(r"\('[0-9a-fA-F-]{36}'\)")


class PlanLoadServer:
    """Serves a site of `projects` projects with `tasks` tasks each on loopback while the context is open."""

    def __init__(
        self, projects: int, tasks: int, *, edition: Edition = "server", port: int = 0, latency_seconds: float = 0.0
    ) -> None:
        self.scale = PlanScale(projects, tasks)
        self.tally = Tally(lambda path: _ID.sub("('{id}')", path))
        model = model_site(self.scale, edition)
        self.feed = PlanFeed(self.scale, model)
        auth = PwaAuth(user=PWA_USER, password=PWA_PASSWORD)
        kept = Kept(lambda: self.scale.revision)
        served = [self._swapped(route, auth, kept) for route in pwa_routes(model, auth) if route.method == "GET"]
        self.server = CountingServer(
            self.tally, [*self._control(), *served], port=port, gate=self._count, latency_seconds=latency_seconds
        )

    @property
    def pwa_url(self) -> str:
        """Where the Project Web App is, without a slash at the end."""
        return f"{self.server.url}{BASE}"

    def __enter__(self) -> PlanLoadServer:
        self.server.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.server.close()

    def _swapped(self, route: Route, auth: PwaAuth, kept: Kept) -> Route:
        """Put ours in the place of what a true site would answer from its rows."""
        if route.pattern.endswith("/{set}"):
            handler = kept.keeping(self.feed.page)
        elif "Projects('{id}')" in route.pattern:
            handler = kept.keeping(self.feed.of_project(route.handler))
        else:
            return route

        def guarded(request: Request) -> Response:
            return handler(request) if auth.accepts(request.headers.get("Authorization", "")) else auth.refusal()

        return replace(route, handler=guarded)

    def _count(self, request: Request) -> Response | None:
        self.tally.note(request)
        return None

    def _control(self) -> list[Route]:
        def touch(request: Request) -> Response:
            asked = request.json()
            count = int(asked.get("projects") or self.scale.projects * asked.get("percent", 1) // 100)
            return Response.of_json({"touched": self.scale.touch(count)})

        def forget(_request: Request) -> Response:
            self.tally.forget()
            return Response(204)

        return [
            Route("POST", PREFIX + "touch", touch),
            Route("GET", PREFIX + "expected", lambda _: Response.of_json(self.scale.expected)),
            Route("GET", PREFIX + "requests", lambda _: Response.of_json(self.tally.read())),
            Route("DELETE", PREFIX + "requests", forget),
        ]
