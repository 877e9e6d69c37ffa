"""Filling a pretend Jira site: accounts, projects, issues, worklogs, changelog, links.

Issues, projects and versions are named by key, id or name; accounts by their account id. All times are given.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sandbox.jira import registry
from sandbox.jira.changes import change_item
from sandbox.jira.records import (
    AccountType,
    ChangeItem,
    Comment,
    Group,
    History,
    Issue,
    Json,
    Link,
    Project,
    User,
    Version,
    Worklog,
)
from sandbox.jira.shapes import document, seconds_of
from sandbox.jira.store import Store, UnknownName
from sandbox.jira.values import Plain, custom_json

_ACCOUNTS = uuid.UUID("6f0f4c1e-2b0b-5f7a-9d52-6a0f4d0c7a11")


class Filling(Store):
    """The `add_*` methods. They write what they are told and nothing else: `updated` is never touched in passing."""

    def add_user(
        self,
        name: str,
        *,
        email: str | None = None,
        email_visible: bool = True,
        active: bool = True,
        account_type: AccountType = "atlassian",
        account_id: str | None = None,
        time_zone: str = "Europe/Berlin",
    ) -> str:
        """Add an account and give its id, which follows from the address or name unless it is given."""
        account_id = account_id or self._account_id(email or name)
        login = (email or name).partition("@")[0].lower().replace(" ", ".")
        with self.lock:
            user = User(account_id, name, email, email_visible, active, account_type, time_zone, login)
            self.users[account_id] = user
            self.changed()
        return account_id

    def _account_id(self, seed: str) -> str:
        if self.edition == "data_center":
            return f"JIRAUSER{self.next_id('user', 10100)}"
        return f"712020:{uuid.uuid5(_ACCOUNTS, seed)}"

    def add_group(self, name: str, members: Sequence[str]) -> None:
        """Add a group of accounts."""
        for account in members:
            self._need_user(account)
        with self.lock:
            self.groups[name] = Group(str(uuid.uuid5(_ACCOUNTS, f"group {name}")), name, list(members))
            self.changed()

    def written(self, text: str | None) -> Json:
        """Give plain text as the edition keeps it: an Atlassian document, or the text itself; blank text is nothing."""
        if self.edition == "cloud":
            return document(text)
        return text if text is not None and text.strip() else None

    def add_project(
        self,
        key: str,
        name: str,
        *,
        lead: str,
        category: str | None = None,
        description: str = "",
        pmo: Mapping[str, Json] | None = None,
        project_id: int | None = None,
    ) -> Project:
        """Add a company-managed project; `pmo` becomes its entity property of that name."""
        self._need_user(lead)
        with self.lock:
            project = Project(project_id or self.next_id("project"), key, name, lead, category, description)
            self.projects[project.id] = project
            self.keep_ids_above("project", project.id)
            if pmo is not None:
                project.properties["pmo"] = dict(pmo)
            self.changed()
        return project

    def set_project_property(self, project: str, key: str, value: Json) -> None:
        """Set an entity property of a project."""
        with self.lock:
            self.need_project(project).properties[key] = value
            self.changed()

    def add_version(
        self,
        project: str,
        name: str,
        *,
        start: date | None = None,
        release: date | None = None,
        released: bool = False,
        archived: bool = False,
        description: str | None = None,
    ) -> Version:
        """Add a release to a project."""
        with self.lock:
            owner = self.need_project(project)
            version = Version(self.next_id("version"), owner.id, name, start, release, released, archived, description)
            self.versions[version.id] = version
            self.changed()
        return version

    def add_status(self, name: str, category: str) -> None:
        """Let issues have a status that is not among the usual ones."""
        number = 10500 + len(self.statuses)
        self.statuses.setdefault(name, registry.Status(number, name, category))

    def add_issue_type(self, name: str, level: int = 0) -> None:
        """Let issues be of a type that is not among the usual ones."""
        self.issue_types.setdefault(name, registry.IssueType(10500 + len(self.issue_types), name, level))

    def add_link_type(self, name: str, outward: str, inward: str) -> None:
        """Let issues be linked in a way that is not among the usual ones."""
        self.link_types.setdefault(name, registry.LinkType(10500 + len(self.link_types), name, outward, inward))

    def add_custom_field(self, name: str, kind: str, options: Sequence[str] = ()) -> str:
        """Register a custom field and give its id; kinds and options as in `registry.custom_field`."""
        if name not in self.custom_fields:
            self.custom_fields[name] = registry.custom_field(10200 + len(self.custom_fields), name, kind, options)
        return self.custom_fields[name].id

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

        `sprints` are ids, as `add_sprint` gave them.
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

    def need_project(self, id_or_key: str | int) -> Project:
        """Find a project or raise `UnknownName`."""
        project = self.project(id_or_key)
        if project is None:
            raise UnknownName("project", id_or_key, [one.key for one in self.projects.values()])
        return project

    def need_issue(self, id_or_key: str | int) -> Issue:
        """Find an issue or raise `UnknownName`."""
        issue = self.issue(id_or_key)
        if issue is None:
            raise UnknownName("issue", id_or_key, [f"{len(self.issues)} others"])
        return issue

    def _need_version(self, project: Project, name: str) -> Version:
        known = {one.name: one for one in self.versions.values() if one.project_id == project.id}
        if name not in known:
            raise UnknownName(f"version in {project.key}", name, known)
        return known[name]

    def _need_user(self, account_id: str | None) -> None:
        if account_id is not None and account_id not in self.users:
            raise UnknownName("account", account_id, self.users)

    def need_registered(self, type: str, status: str, priority: str | None) -> None:
        """Check that the site knows a type, a status and a priority, or raise `UnknownName`."""
        if type not in self.issue_types:
            raise UnknownName("issue type", type, self.issue_types)
        if status not in self.statuses:
            raise UnknownName("status", status, self.statuses)
        if priority is not None and priority not in self.priorities:
            raise UnknownName("priority", priority, self.priorities)

    def custom_values(self, values: Mapping[str, Plain]) -> dict[str, Json]:
        """Shape plain values by custom field name; the result is by field id."""
        shaped = {}
        for name, value in values.items():
            if name not in self.custom_fields:
                raise UnknownName("custom field", name, self.custom_fields)
            field = self.custom_fields[name]
            shaped[field.id] = custom_json(self, field, value)
        return shaped

    def record(self, issue: Issue, at: datetime, author: str | None, items: list[ChangeItem]) -> None:
        """Write one entry of the changelog, kept in the order of time."""
        if items:
            issue.histories.append(History(self.next_id("history", 30001), author, at, items))
            issue.histories.sort(key=lambda entry: (entry.created, entry.id))
            self.changed()
