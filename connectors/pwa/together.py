"""Sets of which a project has few records, read for several projects in one request.

Most projects have no risk, no issue and one baseline of their own; a request each would make a third of all requests.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from connectors import microsoft_plan as plan
from connectors.pwa import odata
from connectors.pwa.client import ProjectWebApp, Record
from portfolio.errors import RemoteRefusal

AT_ONCE = 16
"""Projects that one request asks for: with 59 characters each, the columns, and what a server adds to a next link, the
query string stays below the 2,048 characters that IIS takes."""

_NOT_SO = frozenset({"remote.not_found", "remote.refused"})
"""How a site answers that takes no such filter, or gives no list of that size."""


@dataclass
class _Group:
    """Neighbouring projects. `waiting`: records that nobody asked for yet, by project; None before they are read."""

    projects: Sequence[str]
    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: dict[str, list[Record]] | None = None


class Together:
    """Reads such sets. Thread-safe: whoever asks first reads for the whole group, the others wait for it.

    Records are given out once, so that none is kept for longer than it takes to read the plans of a group.
    """

    def __init__(self, pwa: ProjectWebApp) -> None:
        self._pwa = pwa
        self._lock = threading.Lock()
        self._neighbours: dict[str, tuple[str, ...]] = {}
        self._groups: dict[tuple[str, str], _Group] = {}

    def expect(self, projects: Iterable[str]) -> None:
        """Tell which plans will be read, in that order; those told before are forgotten."""
        with self._lock:
            self._groups = {}
            order = tuple(projects)
            groups = [order[start : start + AT_ONCE] for start in range(0, len(order), AT_ONCE)]
            self._neighbours = {one: group for group in groups for one in group}

    def of_project(
        self, entity_set: str, project: str, columns: Sequence[str], *, also: str | None = None
    ) -> list[Record]:
        """All records of a set that belong to one project; empty where the site has no such set."""
        if not self._pwa.columns(entity_set):
            return []
        group = self._group(entity_set, project)
        if group is not None:
            with group.lock:
                if group.waiting is None:
                    group.waiting = self._read(entity_set, group.projects, columns, also)
                found = group.waiting.pop(project, None)
            if found is not None:
                return found
        return self._pwa.of_project(entity_set, project, columns, also=also)

    def _group(self, entity_set: str, project: str) -> _Group | None:
        with self._lock:
            neighbours = self._neighbours.get(project, ())
            if len(neighbours) < 2:
                return None
            return self._groups.setdefault((entity_set, neighbours[0]), _Group(neighbours))

    def _read(
        self, entity_set: str, projects: Sequence[str], columns: Sequence[str], also: str | None
    ) -> dict[str, list[Record]]:
        """Records by project; nothing where they must be asked for one project at a time."""
        some = " or ".join(f"ProjectId eq {odata.guid_literal(project)}" for project in projects)
        where = f"({some}) and {also}" if also else some
        found: dict[str, list[Record]] = {project: [] for project in projects}
        try:
            for page in self._pwa.pages(entity_set, columns, where=where):
                for record in page:
                    found[plan.guid(str(record.get("ProjectId") or "")) or ""].append(record)
        except KeyError:
            return {}  # a record of nobody: each project's own answer tells whose it is
        except RemoteRefusal as refused:
            if refused.code not in _NOT_SO:
                raise
            return {}
        return found
