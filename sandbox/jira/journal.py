"""Keeps what was written to a site in a file, so that the next process that serves it sees the same world.

The file holds the present state of every issue and project that a REST call wrote to, not the list of calls: writing
the same flag every day does not make it grow. It is replaced in one step, so a killed process leaves the old one.
"""

from __future__ import annotations

import os
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

import orjson

from sandbox.jira.records import ChangeItem, Comment, History, Issue, Json, Worklog
from sandbox.jira.site import JiraSite

_VERSION = 2


class JournalError(ValueError):
    """The state file cannot be read; the message tells the file and the way out."""


class Journal:
    """The state file of one site. Without a path everything stays in memory."""

    def __init__(self, site: JiraSite, path: Path | None = None) -> None:
        self._site, self._path = site, path
        self._issues: set[int] = set()
        self._created: set[int] = set()
        self._projects: set[int] = set()
        self._gone_issues: set[int] = set()
        self._gone_worklogs: set[int] = set()

    def wrote_issue(self, number: int) -> None:
        """Remember that this issue differs from how the site was filled, or is gone."""
        (self._issues if number in self._site.issues else self._gone_issues).add(number)

    def created_issue(self, number: int) -> None:
        """Remember that a REST call made this issue."""
        self._created.add(number)
        self._issues.add(number)

    def wrote_project(self, number: int) -> None:
        """Remember that this project's properties differ from how the site was filled."""
        self._projects.add(number)

    def deleted_worklog(self, number: int) -> None:
        """Remember that this worklog is gone."""
        self._gone_worklogs.add(number)

    def save(self) -> None:
        """Replace the state file."""
        if self._path is None:
            return
        site = self._site
        self._issues -= self._gone_issues
        state = {
            "version": _VERSION,
            "projects": {str(number): site.projects[number].properties for number in sorted(self._projects)},
            "issues": {str(number): _packed(site.issues[number]) for number in sorted(self._issues)},
            "created_issues": sorted(self._created & self._issues),
            "deleted_issues": sorted(self._gone_issues),
            "deleted_worklogs": {str(one): site.deleted_worklogs[one] for one in sorted(self._gone_worklogs)},
            "now": site.now,
            "ids": site.last_ids(),
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        fresh.write_bytes(orjson.dumps(state))
        fresh.replace(self._path)

    def restore(self) -> None:
        """Apply the state file, if there is one, to the freshly filled site; what no longer exists is passed over."""
        if self._path is None or not self._path.exists():
            return
        state = self._read(self._path)
        with self._site.lock:
            self._site.now = max(self._site.now, datetime.fromisoformat(state["now"]))
            self._restore_deletions(state)
            self._restore_projects(state["projects"])
            self._restore_issues(state["issues"], set(state["created_issues"]))
            for kind, used in state["ids"].items():
                self._site.keep_ids_above(kind, used)
            self._site.changed()

    def _restore_deletions(self, state: Json) -> None:
        """Delete again, before the issues get their kept `updated`, which deleting would move."""
        for text, at in state["deleted_worklogs"].items():
            if int(text) in self._site.worklogs:
                self._site.delete_worklog(int(text))
                self._site.deleted_worklogs[int(text)] = datetime.fromisoformat(at)
                self._gone_worklogs.add(int(text))
        for number in state["deleted_issues"]:
            if number in self._site.issues:
                self._site.delete_issue(number)
                self._gone_issues.add(number)

    def _restore_issues(self, issues: dict[str, Json], created: set[int]) -> None:
        site = self._site
        for number, packed in ((int(text), packed) for text, packed in issues.items()):
            if number not in site.issues and (number not in created or packed["project_id"] not in site.projects):
                continue
            known = site.issues.get(number)
            site.adopt(_unpack(packed, [] if known is None else known.worklogs))
            (self.wrote_issue if known is not None else self.created_issue)(number)

    def _restore_projects(self, projects: dict[str, Json]) -> None:
        for text, properties in projects.items():
            if int(text) in self._site.projects:
                self._site.projects[int(text)].properties = properties
                self._projects.add(int(text))

    def _read(self, path: Path) -> Json:
        try:
            state = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError as error:
            raise JournalError(
                f"{path}: not a state file of the sandbox ({error}); remove it to start afresh."
            ) from error
        if not isinstance(state, dict) or state.get("version") != _VERSION:
            raise JournalError(f"{path}: written by another version of the sandbox; remove it to start afresh.")
        return state


_LINKED = ("worklogs", "remote_links")


def _packed(issue: Issue) -> Json:
    """Give everything of an issue that a REST call can change: all but its worklogs."""
    told = {one.name: getattr(issue, one.name) for one in fields(issue) if one.name not in _LINKED}
    return told | {"remote_links": {str(number): link for number, link in issue.remote_links.items()}}


def _unpack(packed: Json, worklogs: list[Worklog]) -> Issue:
    moments = {name: _moment(packed[name]) for name in ("created", "updated", "resolved", "status_changed", "archived")}
    told = moments | {
        "due": None if packed["due"] is None else date.fromisoformat(packed["due"]),
        "comments": [_comment(one) for one in packed["comments"]],
        "histories": [_history(one) for one in packed["histories"]],
        "remote_links": {int(number): link for number, link in packed["remote_links"].items()},
        "worklogs": worklogs,
    }
    return Issue(**(packed | told))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _comment(packed: Json) -> Comment:
    moments = {name: datetime.fromisoformat(packed[name]) for name in ("created", "updated")}
    return Comment(**(packed | moments))


def _history(packed: Json) -> History:
    items = [ChangeItem(**item) for item in packed["items"]]
    return History(packed["id"], packed["author"], datetime.fromisoformat(packed["created"]), items)
