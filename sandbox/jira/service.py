"""A site behind routes: what every call goes through, whatever the edition and the door."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sandbox.http import Handler, HttpError, Request, Response, Route
from sandbox.jira.access import Door
from sandbox.jira.call import Call
from sandbox.jira.journal import Journal
from sandbox.jira.references import References
from sandbox.jira.search import Searcher
from sandbox.jira.site import JiraSite
from sandbox.messages import Method

Row = tuple[Method, str, Callable[[Call], Response]]
"""One line of a `ROUTES` table: method, path below the API, what answers."""


@dataclass(frozen=True)
class Surface:
    """One API of a site at one address. `enter` may refuse whoever got past the door, `dress` adds headers."""

    base: str
    door: Door
    scopes: Callable[[str, str], frozenset[str]]
    references: Callable[[JiraSite, str], References]
    dress: Callable[[Response], Response]
    enter: Callable[[], None] = lambda: None


class Service:
    """A filled site. What is written is kept in `state`, and what that holds already is applied first."""

    def __init__(self, site: JiraSite, state: Path | None = None) -> None:
        self.site = site
        self._journal = Journal(site, state)
        self._journal.restore()
        self._searcher = Searcher(site)

    def routes(self, surface: Surface, rows: Iterable[Row]) -> list[Route]:
        """Serve rows below the surface's address."""
        return [
            Route(method, surface.base + path, self._handler(surface, surface.scopes(method, path), answer))
            for method, path, answer in rows
        ]

    def _handler(self, surface: Surface, scopes: frozenset[str], answer: Callable[[Call], Response]) -> Handler:
        def handle(request: Request) -> Response:
            with self.site.lock:
                self.site.access.admit(request, surface.door, scopes)
                surface.enter()
                references = surface.references(self.site, self.site.url or request.origin)
                call = Call(self.site, request, references, self._searcher, self._journal)
                try:
                    return surface.dress(answer(call))
                except HttpError as error:
                    raise HttpError(surface.dress(error.response)) from error

        return handle
