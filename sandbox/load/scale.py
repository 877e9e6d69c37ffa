"""Ids, keys and moments of a generated site: all of them follow from an issue's place, 0 to `issues` - 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.jira.shapes import epoch_ms
from sandbox.jira.site import START

_FIRST_ISSUE = 100_000
_FIRST_PROJECT = 10_000
_SLOTS = 64
"""Room for ids of worklogs and changes of one issue."""
_HALF_HOUR_MS = 1_800_000
_SPAN_MS = 300 * 24 * 3_600_000
"""The first issue was last updated this long before the site's present, the last one a day before it."""
_AGE_MS = 60 * 24 * 3_600_000
"""From an issue's creation to its last update."""

Place = tuple[int, int]
"""(`updated` in epoch milliseconds, issue)."""


@dataclass
class Scale:
    """How big the site is and which issues were touched. Issues lie in turn in each of the projects."""

    issues: int
    projects: int = 10
    worklogs: int = 3
    changes: int = 8
    now_ms: int = epoch_ms(START)
    revision: int = 0
    touches: dict[int, list[int]] = field(default_factory=dict)
    """issue -> moments at which it was touched, in epoch milliseconds, oldest first."""

    # -- names -------------------------------------------------------------------------------------------------------

    def issue_id(self, issue: int) -> int:
        """Give an issue's id."""
        return _FIRST_ISSUE + issue

    def number(self, issue: int) -> int:
        """Give the number in an issue's key."""
        return issue // self.projects + 1

    def key(self, issue: int) -> str:
        """Give an issue's key."""
        return f"{project_key(self.project(issue))}-{self.number(issue)}"

    def project(self, issue: int) -> int:
        """Tell in which project an issue lies, 0 to `projects` - 1."""
        return issue % self.projects

    def issue(self, id_or_key: str) -> int | None:
        """Find an issue by id or key."""
        key, dash, number = id_or_key.rpartition("-")
        if not (number.isascii() and number.isdigit()):
            return None
        if dash:
            project = next((p for p in range(self.projects) if project_key(p) == key.upper()), None)
            found = -1 if project is None else (int(number) - 1) * self.projects + project
        else:
            found = int(number) - _FIRST_ISSUE
        return found if 0 <= found < self.issues else None

    def find_project(self, id_or_key: str) -> int | None:
        """Find a project by id or key."""
        named = (p for p in range(self.projects) if id_or_key.upper() in (project_key(p), str(project_id(p))))
        return next(named, None)

    def entry_id(self, issue: int, place: int) -> int:
        """Give the id of an issue's worklog or change."""
        return self.issue_id(issue) * _SLOTS + place

    def worklog(self, number: int) -> tuple[int, int] | None:
        """Find a worklog by its id: (issue, place)."""
        issue, place = number // _SLOTS - _FIRST_ISSUE, number % _SLOTS
        known = 0 <= issue < self.issues and place < self.worklogs_of(issue)
        return (issue, place) if known else None

    # -- numbers -----------------------------------------------------------------------------------------------------

    def worklogs_of(self, issue: int) -> int:
        """Count an issue's worklogs."""
        return self.worklogs + len(self.touches.get(issue, ()))

    def changes_of(self, issue: int) -> int:
        """Count an issue's changelog entries."""
        return self.changes + len(self.touches.get(issue, ()))

    def in_project(self, project: int) -> int:
        """Count a project's issues."""
        return len(range(project, self.issues, self.projects))

    @property
    def expected(self) -> dict[str, int]:
        """Count what the site holds."""
        more = sum(len(moments) for moments in self.touches.values())
        return {
            "issues": self.issues,
            "worklogs": self.issues * self.worklogs + more,
            "changes": self.issues * self.changes + more,
        }

    @staticmethod
    def seconds(issue: int, place: int) -> int:
        """Give the seconds booked by a worklog: half an hour to four hours."""
        return 1800 * (1 + (issue + 3 * place) % 8)

    # -- moments, in epoch milliseconds ------------------------------------------------------------------------------

    def created_ms(self, issue: int) -> int:
        """Give the moment of an issue's creation."""
        return self._settled_ms(issue) - _AGE_MS

    def updated_ms(self, issue: int) -> int:
        """Give the moment of an issue's last update."""
        touched = self.touches.get(issue)
        return touched[-1] if touched else self._settled_ms(issue)

    def worklog_ms(self, issue: int, place: int) -> int:
        """Give the moment at which a worklog was booked and started."""
        return self._entry_ms(issue, place, self.worklogs)

    def change_ms(self, issue: int, place: int) -> int:
        """Give the moment of a changelog entry."""
        return self._entry_ms(issue, place, self.changes)

    def _settled_ms(self, issue: int) -> int:
        return epoch_ms(START) - _SPAN_MS + issue * ((_SPAN_MS - 24 * 3_600_000) // self.issues)

    def _entry_ms(self, issue: int, place: int, usual: int) -> int:
        if place >= usual:
            return self.touches[issue][place - usual]
        return self.created_ms(issue) + (place + 1) * (_AGE_MS // (usual + 1))

    # -- changes -----------------------------------------------------------------------------------------------------

    def touch(self, count: int) -> int:
        """Edit about `count` issues, spread over all projects; give how many. The present moves on by an hour."""
        stride = max(1, self.issues // max(1, count))
        touched = sorted(
            {(start + start // stride % self.projects) % self.issues for start in range(0, self.issues, stride)}
        )
        self.now_ms += 2 * _HALF_HOUR_MS
        for place, issue in enumerate(touched):
            moment = self.now_ms - 2 * _HALF_HOUR_MS + place * _HALF_HOUR_MS // len(touched)
            self.touches.setdefault(issue, []).append(moment)
        self.revision += 1
        return len(touched)

    # -- orders ------------------------------------------------------------------------------------------------------

    def by_update(self, projects: frozenset[int]) -> list[Place]:
        """Give the issues of some projects in the order of their last update."""
        settled = [(self._settled_ms(i), i) for i in self._of(projects) if i not in self.touches]
        touched = [(moments[-1], i) for i, moments in self.touches.items() if self.project(i) in projects]
        return settled + sorted(touched)

    def by_creation(self, projects: frozenset[int]) -> list[Place]:
        """Give the issues of some projects in the order of their creation, which is that of their ids."""
        return [(self.created_ms(i), i) for i in self._of(projects)]

    def _of(self, projects: frozenset[int]) -> Iterable[int]:
        if len(projects) == 1:
            [project] = projects
            return range(project, self.issues, self.projects)
        return (i for i in range(self.issues) if i % self.projects in projects)


def project_id(project: int) -> int:
    """Give a project's id."""
    return _FIRST_PROJECT + project


def project_key(project: int) -> str:
    """Give a project's key: LA, LB, … LZ, LBA, …"""
    letters = ""
    while True:
        project, letter = divmod(project, 26)
        letters = chr(ord("A") + letter) + letters
        if not project:
            return "L" + letters
