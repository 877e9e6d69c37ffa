"""The tables of a Jira site: records by id, look-ups by name, counters. `site.JiraSite` tells what can be done."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime

from sandbox.jira import registry
from sandbox.jira.agile import Board, Sprint
from sandbox.jira.records import Edition, Group, Issue, Link, Project, Task, User, Version, Worklog


class UnknownName(ValueError):
    """A record refers to something that the site does not have; the message says what it has."""

    def __init__(self, what: str, name: object, known: Iterable[object]) -> None:
        super().__init__(f"The site has no {what} {name!r}. It has: {', '.join(map(str, known)) or 'none'}.")


class Store:
    """Thread-safe through `lock`, which every reader and writer holds. `revision` grows with every change."""

    def __init__(self, *, now: datetime, edition: Edition = "cloud") -> None:
        self.edition: Edition = edition
        self.lock = threading.RLock()
        self.now = now.astimezone(UTC)
        self.revision = 0
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.projects: dict[int, Project] = {}
        self.issues: dict[int, Issue] = {}
        self.links: dict[int, Link] = {}
        self.versions: dict[int, Version] = {}
        self.worklogs: dict[int, Worklog] = {}
        self.deleted_worklogs: dict[int, datetime] = {}
        self.deleted_issues: set[int] = set()
        self.hidden_worklogs: set[int] = set()
        self.boards: dict[int, Board] = {}
        self.sprints: dict[int, Sprint] = {}
        self.tasks: dict[int, Task] = {}
        self.issue_types = {kind.name: kind for kind in registry.ISSUE_TYPES}
        self.statuses = {status.name: status for status in registry.STATUSES}
        self.priorities = dict(registry.PRIORITIES)
        self.resolutions = dict(registry.RESOLUTIONS)
        self.link_types = {kind.name: kind for kind in registry.LINK_TYPES}
        self.custom_fields = {field.name: field for field in registry.fields_of(edition)}
        self._keys: dict[str, int] = {}
        self._last_ids: dict[str, int] = {}
        self._children_of: tuple[int, dict[int, list[int]]] = (-1, {})
        self._links_by: tuple[int, dict[int, list[Link]]] = (-1, {})

    def next_id(self, kind: str, first: int = 10000) -> int:
        """Count the ids of a kind up from `first`: the same calls in the same order give the same ids."""
        self._last_ids[kind] = self._last_ids.get(kind, first - 1) + 1
        return self._last_ids[kind]

    def keep_ids_above(self, kind: str, used: int) -> None:
        """Never hand out `used` or less for this kind again."""
        self._last_ids[kind] = max(self._last_ids.get(kind, 0), used)

    def last_ids(self) -> dict[str, int]:
        """Give the last id of each kind."""
        return dict(self._last_ids)

    def changed(self) -> None:
        """Note that something changed, so that cached search results are dropped."""
        self.revision += 1

    def project(self, id_or_key: str | int) -> Project | None:
        """Find a project by id, key or former key: the one that holds the key now before those that held it once."""
        text = str(id_or_key)
        if text.isdigit():
            return self.projects.get(int(text))
        upper = text.upper()
        holders = [one for one in self.projects.values() if one.key.upper() == upper]
        holders.sort(key=lambda one: one.status == "deleted")
        former = [one for one in self.projects.values() if upper in (key.upper() for key in one.former_keys)]
        return next(iter((*holders, *former)), None)

    def issue(self, id_or_key: str | int) -> Issue | None:
        """Find an issue by id, by key, or by a key that it had before it was moved."""
        text = str(id_or_key)
        return self.issues.get(int(text) if text.isdigit() else self._keys.get(text.upper(), -1))

    def key_of(self, issue: Issue) -> str:
        """Give the present key of an issue."""
        return f"{self.projects[issue.project_id].key}-{issue.number}"

    def register_key(self, issue: Issue) -> None:
        """Let the issue be found by its present key from now on."""
        self._keys[self.key_of(issue).upper()] = issue.id

    def issues_of(self, project: Project) -> list[Issue]:
        """Give the issues of a project, by id."""
        return [issue for issue in self.issues.values() if issue.project_id == project.id]

    def shown_worklogs(self, issue: Issue) -> list[Worklog]:
        """Give the worklogs of an issue that the technical account may see, oldest first."""
        if not self.hidden_worklogs:
            return issue.worklogs
        return [one for one in issue.worklogs if one.id not in self.hidden_worklogs]

    def links_of(self, issue: Issue) -> list[Link]:
        """Give the links from and to an issue."""
        return self._links_by_issue().get(issue.id, [])

    def subtasks_of(self, issue: Issue) -> list[Issue]:
        """Give the sub-tasks of an issue, not the stories of an epic."""
        level = self.issue_types[issue.type].level
        if level != 0:
            return []
        return [self.issues[child] for child in self._children().get(issue.id, [])]

    def _children(self) -> dict[int, list[int]]:
        if self._children_of[0] != self.revision:
            self._children_of = (self.revision, self._build_children())
        return self._children_of[1]

    def _links_by_issue(self) -> dict[int, list[Link]]:
        if self._links_by[0] != self.revision:
            self._links_by = (self.revision, self._build_links())
        return self._links_by[1]

    def _build_children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for issue in self.issues.values():
            if issue.parent_id is not None:
                children.setdefault(issue.parent_id, []).append(issue.id)
        return children

    def _build_links(self) -> dict[int, list[Link]]:
        links: dict[int, list[Link]] = {}
        for link in self.links.values():
            for end in {link.source, link.target}:
                links.setdefault(end, []).append(link)
        return links
