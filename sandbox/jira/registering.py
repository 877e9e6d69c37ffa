"""What a Jira site has to know before there can be issues: accounts, groups, projects, releases, names, fields."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from sandbox.jira import registry
from sandbox.jira.records import AccountType, Group, Issue, Json, Project, User, Version
from sandbox.jira.shapes import document
from sandbox.jira.store import Store, UnknownName
from sandbox.jira.values import Plain, custom_json

_ACCOUNTS = uuid.UUID("6f0f4c1e-2b0b-5f7a-9d52-6a0f4d0c7a11")


class Registering(Store):
    """The `add_*` methods for what issues refer to, and the look-ups that raise `UnknownName`."""

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
