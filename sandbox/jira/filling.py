"""Filling a pretend Jira site with issues, worklogs, changelog, links and comments.

Issues, projects and versions are named by key, id or name; accounts by their account id. All times are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sandbox.jira.changes import change_item
from sandbox.jira.records import ChangeItem, Comment, History, Issue, Json, Link, Worklog
from sandbox.jira.registering import Registering
from sandbox.jira.shapes import seconds_of
from sandbox.jira.store import UnknownName
from sandbox.jira.values import Plain


class Filling(Registering):
    """The `add_*` methods. They write what they are told and nothing else: `updated` is never touched in passing."""

    def add_issue(
        self,
        project: str,
        type: str,
        summary: str,
        *,
        created: datetime,
        updated: datetime | None = None,
        key: str | None = None,
        issue_id: int | None = None,
        status: str = "To Do",
        reporter: str | None = None,
        creator: str | None = None,
        assignee: str | None = None,
        priority: str | None = "Medium",
        parent: str | None = None,
        labels: Sequence[str] = (),
        components: Sequence[str] = (),
        versions: Sequence[str] = (),
        affects: Sequence[str] = (),
        security: str | None = None,
        sprints: Sequence[int] = (),
        due: date | None = None,
        description: str | None = None,
        resolution: str | None = None,
        resolved: datetime | None = None,
        status_changed: datetime | None = None,
        estimate_hours: Decimal | None = None,
        remaining_hours: Decimal | None = None,
        custom: Mapping[str, Plain] | None = None,
    ) -> str:
        """Add an issue and give its key; `custom` has plain values by field name, `versions` are fix versions.

        `affects` are versions too; `security` names a level that the technical account is in; `sprints` are ids, as
        `add_sprint` gave them.
        """
        with self.lock:
            owner = self.need_project(project)
            for account in (reporter, creator, assignee):
                self._need_user(account)
            self.need_registered(type, status, priority)
            number = int(key.rpartition("-")[2]) if key else owner.next_number
            owner.next_number = max(owner.next_number, number + 1)
            issue = Issue(
                id=issue_id or self.next_id("issue", 10001),
                project_id=owner.id,
                number=number,
                type=type,
                summary=summary,
                status=status,
                created=created,
                updated=updated or created,
                reporter=reporter,
                creator=creator or reporter,
                assignee=assignee,
                priority=priority,
                parent_id=None if parent is None else self.need_issue(parent).id,
                labels=list(labels),
                components=list(components),
                versions=[self._need_version(owner, name).id for name in versions],
                affects=[self._need_version(owner, name).id for name in affects],
                security=security,
                sprints=list(sprints),
                due=due,
                description=self.written(description),
                resolution=resolution or ("Done" if resolved is not None else None),
                resolved=resolved,
                status_changed=status_changed or resolved or created,
                estimate_seconds=seconds_of(estimate_hours),
                remaining_seconds=seconds_of(remaining_hours),
                custom=self.custom_values(custom or {}),
            )
            self.keep_ids_above("issue", issue.id)
            self.issues[issue.id] = issue
            self.register_key(issue)
            self.changed()
        return self.key_of(issue)

    def adopt(self, issue: Issue) -> None:
        """Put a whole issue in the place of the one of the same id, or beside the others."""
        project = self.projects[issue.project_id]
        project.next_number = max(project.next_number, issue.number + 1)
        self.issues[issue.id] = issue
        self.register_key(issue)
        self.changed()

    def add_worklog(
        self,
        issue: str,
        *,
        author: str | None,
        started: datetime,
        hours: Decimal | float,
        created: datetime | None = None,
        comment: str | None = None,
    ) -> int:
        """Book time on an issue and give the worklog's id. Filling does not touch the issue's `updated`."""
        self._need_user(author)
        with self.lock:
            owner, at = self.need_issue(issue), created or started
            seconds = seconds_of(hours) or 0
            number = self.next_id("worklog", 20001)
            worklog = Worklog(number, owner.id, author, started, seconds, at, at, self.written(comment), author)
            self.worklogs[worklog.id] = worklog
            owner.worklogs.append(worklog)
            owner.worklogs.sort(key=lambda one: (one.started, one.id))
            self.changed()
        return worklog.id

    def add_worklogs_at_once(self, issue: str, count: int, *, author: str, at: datetime) -> list[int]:
        """Book an hour `count` times at one and the same moment, as an import does, and give the worklogs' ids."""
        return [self.add_worklog(issue, author=author, started=at, hours=1, created=at) for _ in range(count)]

    def add_history(
        self, issue: str, *, at: datetime, author: str | None, field: str, before: str | None, after: str | None
    ) -> None:
        """Add one change to the changelog (values: see `changes.change_item`); the issue itself stays as it is."""
        with self.lock:
            owner = self.need_issue(issue)
            self.record(owner, at, author, [change_item(self, field, before, after)])

    def add_link(self, type: str, source: str, target: str) -> None:
        """Link two issues: for type Blocks, `source` blocks `target`. They may be of different projects."""
        with self.lock:
            if type not in self.link_types:
                raise UnknownName("link type", type, self.link_types)
            number = self.next_id("link")
            self.links[number] = Link(number, type, self.need_issue(source).id, self.need_issue(target).id)
            self.changed()

    def add_comment(
        self, issue: str, body: str | Json, *, author: str | None = None, at: datetime | None = None
    ) -> Comment:
        """Comment on an issue with plain text or an Atlassian document."""
        with self.lock:
            owner, at = self.need_issue(issue), at or self.now
            content = self.written(body) if isinstance(body, str) else body
            comment = Comment(self.next_id("comment"), author, content, at, at)
            owner.comments.append(comment)
            self.changed()
        return comment

    def record(self, issue: Issue, at: datetime, author: str | None, items: list[ChangeItem]) -> None:
        """Write one entry of the changelog, kept in the order of time."""
        if items:
            issue.histories.append(History(self.next_id("history", 30001), author, at, items))
            issue.histories.sort(key=lambda entry: (entry.created, entry.id))
            self.changed()
