"""What people do to a filled site: edit, move, rename, archive, delete, book otherwise, start and close sprints.

Everything happens at the site's `now` and leaves the traces that Jira leaves: changelog, `updated`, feeds of deletions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.jira.changes import change_item
from sandbox.jira.records import ChangeItem, Comment, Issue, Json, ProjectStatus
from sandbox.jira.shapes import plain_text, seconds_of
from sandbox.jira.sprinting import Sprinting
from sandbox.jira.values import Plain


class Editing(Sprinting):
    """The methods that change what is there. `account` is who does it unless somebody else is named."""

    account: str

    def edit_issue(
        self,
        issue: str | int,
        *,
        author: str | None = None,
        custom: Mapping[str, Plain] | None = None,
        **changes: Plain,
    ) -> bool:
        """Change an issue at `now`: summary, description, status, assignee, priority, due, labels, sprints (ids),
        estimate_hours, remaining_hours.

        `custom` holds custom fields by name. The changelog is written, `updated` becomes `now`, and a status of the
        category done sets the resolution. What is the same already changes nothing; the answer tells whether any did.
        """
        with self.lock:
            owner = self.need_issue(issue)
            items = [self._set(owner, name, value) for name, value in changes.items()]
            items += [self._set_custom(owner, name, value) for name, value in (custom or {}).items()]
            changed = [item for item in items if item is not None]
            if changed:
                self.record(owner, self.now, author or self.account, changed)
                self._touch(owner)
        return bool(changed)

    def start_sprint(self, sprint: int) -> None:
        """Start a sprint at `now`. Its issues are not touched: their `updated` stays."""
        with self.lock:
            begun = self.need_sprint(sprint)
            begun.state, begun.start = "active", begun.start or self.now
            self.changed()

    def close_sprint(self, sprint: int, *, into: int | None = None) -> None:
        """Close a sprint at `now`; issues that are not done go into another sprint, which edits them, and only them."""
        with self.lock:
            closed = self.need_sprint(sprint)
            closed.state, closed.completed = "closed", self.now
            self.changed()
            for issue in list(self.issues.values()):
                unfinished = self.statuses[issue.status].category != "done"
                if into is not None and unfinished and sprint in issue.sprints:
                    self.edit_issue(issue.id, sprints=[*issue.sprints, self.need_sprint(into).id])

    def delete_issue(self, issue: str | int) -> None:
        """Delete an issue for good, with its worklogs, links and sub-tasks."""
        with self.lock:
            owner = self.need_issue(issue)
            for child in self.subtasks_of(owner):
                self.delete_issue(str(child.id))
            for worklog in list(owner.worklogs):
                self.delete_worklog(worklog.id)
            self.links = {n: link for n, link in self.links.items() if owner.id not in (link.source, link.target)}
            self.deleted_issues.add(owner.id)
            del self.issues[owner.id]
            self.changed()

    def archive_issue(self, issue: str, *, archived: bool = True) -> None:
        """Take an issue out of search, or put it back; archived, it opens by its key and cannot be edited."""
        with self.lock:
            self.need_issue(issue).archived = self.now if archived else None
            self.changed()

    def set_project_status(self, project: str, status: ProjectStatus) -> None:
        """Archive a project, put it into the recycle bin, or bring it back.

        Issues of an archived one still open and cannot be edited; those of a deleted one are not found.
        """
        with self.lock:
            self.need_project(project).status = status
            self.changed()

    def rename_project(self, project: str, key: str) -> None:
        """Give a project and all of its issues another key; the former ones still lead there. No `updated` moves."""
        with self.lock:
            owner = self.need_project(project)
            owner.former_keys.append(owner.key)
            owner.key = key
            for issue in self.issues_of(owner):
                self.register_key(issue)
            self.changed()

    def delete_worklog(self, worklog: int) -> None:
        """Delete booked time; the issue's `updated` becomes `now`."""
        with self.lock:
            gone = self.worklogs.pop(worklog)
            owner = self.issues[gone.issue_id]
            owner.worklogs.remove(gone)
            self.deleted_worklogs[worklog] = self.now
            self._touch(owner)

    def edit_worklog(self, worklog: int, *, hours: Decimal | float) -> None:
        """Correct booked time; the worklog's and the issue's `updated` become `now`."""
        with self.lock:
            changed = self.worklogs[worklog]
            changed.seconds, changed.updated = seconds_of(hours) or 0, self.now
            self._touch(self.issues[changed.issue_id])

    def move_issue(self, issue: str, project: str) -> str:
        """Move an issue to another project and give its new key; the id stays and the old key still finds it."""
        with self.lock:
            owner, target = self.need_issue(issue), self.need_project(project)
            old_key, old_project = self.key_of(owner), self.projects[owner.project_id].key
            owner.project_id, owner.number = target.id, target.next_number
            target.next_number += 1
            self.register_key(owner)
            key = self.key_of(owner)
            items = [change_item(self, "project", old_project, target.key), change_item(self, "Key", old_key, key)]
            self.record(owner, self.now, self.account, items)
            self._touch(owner)
        return key

    def comment(self, issue: Issue, body: Json) -> Comment:
        """Let the technical account comment at `now`."""
        comment = self.add_comment(str(issue.id), body, author=self.account, at=self.now)
        self._touch(issue)
        return comment

    def _touch(self, issue: Issue) -> None:
        issue.updated = self.now
        self.changed()

    def _set(self, issue: Issue, name: str, value: Plain) -> ChangeItem | None:
        field, attribute = _EDITABLE[name]
        old = getattr(issue, attribute)
        new: Any = seconds_of(Decimal(str(value))) if name.endswith("_hours") and value is not None else value
        if name in ("labels", "sprints"):
            new = list(new) if isinstance(new, (list, tuple)) else []
        if name == "status":
            self._enter_status(issue, str(new))
        setattr(issue, attribute, new)
        text = _numbers if name == "sprints" else _text
        return None if old == new else change_item(self, field, text(old), text(new))

    def _enter_status(self, issue: Issue, status: str) -> None:
        self.need_registered(issue.type, status, issue.priority)
        done = self.statuses[status].category == "done"
        issue.status_changed = self.now
        issue.resolved = (issue.resolved or self.now) if done else None
        issue.resolution = (issue.resolution or "Done") if done else None

    def _set_custom(self, issue: Issue, name: str, value: Plain) -> ChangeItem | None:
        shaped = self.custom_values({name: value})
        field_id = self.custom_fields[name].id
        old = issue.custom.get(field_id)
        issue.custom |= shaped
        return None if old == shaped[field_id] else change_item(self, name, _text(old), _text(shaped[field_id]))


_EDITABLE = {
    "summary": ("summary", "summary"),
    "description": ("description", "description"),
    "status": ("status", "status"),
    "assignee": ("assignee", "assignee"),
    "priority": ("priority", "priority"),
    "due": ("duedate", "due"),
    "labels": ("labels", "labels"),
    "sprints": ("Sprint", "sprints"),
    "estimate_hours": ("timeoriginalestimate", "estimate_seconds"),
    "remaining_hours": ("timeestimate", "remaining_seconds"),
}


def _numbers(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else ""


def _text(value: object) -> str | None:
    """Write a value as the changelog does; of a document its words."""
    if value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return plain_text(value) if value.get("type") == "doc" else str(value.get("value"))
    if isinstance(value, list):
        return " ".join(str(one.get("value") if isinstance(one, dict) else one) for one in value)
    return str(value)
