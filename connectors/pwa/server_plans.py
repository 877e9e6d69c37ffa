"""What ProjectServer alone tells of a plan: dependencies and constraints, in one request where the site gives both.

Unlike ProjectData this service knows `$expand`: Microsoft, "Use OData query operations in SharePoint REST requests"
(columns of what is expanded are selected by path), on PublishedProject with its PublishedTasks and PublishedTaskLinks.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.pwa import odata
from connectors.pwa.client import ProjectWebApp, Record
from connectors.pwa.custom_fields import KEPT_BACK
from portfolio.errors import RemoteRefusal, SignInError

LINKS = "TaskLinks"
TASKS = "Tasks"
_COLUMNS = {
    LINKS: ("Id", "PredecessorTaskId", "SuccessorTaskId", "DependencyType", "LinkLag"),
    TASKS: ("Id", "ConstraintType", "ConstraintStartEnd"),
}
_BOTH = ",".join(["Id", *(f"{name}/{column}" for name, columns in _COLUMNS.items() for column in columns)])
_NOT_BOTH = KEPT_BACK | {"pwa.bad_shape"}


@dataclass(frozen=True)
class Told:
    """Collections of one plan. None: the site or the account has none of it."""

    links: Sequence[Record] | None
    tasks: Sequence[Record] | None


class ServerPlans:
    """Reads them. Thread-safe."""

    def __init__(self, pwa: ProjectWebApp) -> None:
        self._pwa = pwa
        self._lock = threading.Lock()
        self._answered: set[str] = set()
        self._refused: set[str] = set()
        self._apart = False

    @property
    def refused(self) -> frozenset[str]:
        """Collections that never answered in this run."""
        return frozenset(self._refused)

    def look(self, projects: Sequence[str]) -> None:
        """Find out what is answered, and whether at once, by the first of those projects for which it is."""
        if any(self._both(project) is not None for project in projects):
            return
        with self._lock:
            self._apart = True
        for collection in (LINKS, TASKS):
            if collection not in self._answered and not any(
                self._asked(project, collection) is not None for project in projects
            ):
                with self._lock:
                    self._refused.add(collection)

    def of_project(self, project: str) -> Told:
        """Both collections; what is answered for other projects and not for this one is None, too."""
        told = None if self._apart else self._both(project)
        return told or Told(*(self._unless_refused(project, name) for name in (LINKS, TASKS)))

    def _unless_refused(self, project: str, collection: str) -> Sequence[Record] | None:
        return None if collection in self._refused else self._asked(project, collection)

    def _both(self, project: str) -> Told | None:
        """Both in one request; None where that is not answered in full."""
        try:
            found = self._pwa.server_one(f"Projects('{project}')", select=_BOTH, expand=f"{LINKS},{TASKS}")
        except (RemoteRefusal, SignInError) as refused:
            if refused.code not in _NOT_BOTH:
                raise
            return None
        links, tasks = odata.expanded(found, LINKS), odata.expanded(found, TASKS)
        if links is None or tasks is None:
            return None
        with self._lock:
            self._answered |= {LINKS, TASKS}
        return Told(links, tasks)

    def _asked(self, project: str, collection: str) -> Sequence[Record] | None:
        columns = _COLUMNS[TASKS] if collection == TASKS else ()
        try:
            found = self._pwa.server_rows(project, collection, columns)
        except (RemoteRefusal, SignInError) as refused:
            if refused.code not in KEPT_BACK:
                raise
            return None
        with self._lock:
            self._answered.add(collection)
        return found
