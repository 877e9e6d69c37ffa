"""How REST v3 writes accounts and the small records that an issue refers to."""

from __future__ import annotations

from urllib.parse import quote

from sandbox.jira.records import Issue, Json, Project, User, Version
from sandbox.jira.registry import STATUS_CATEGORIES, IssueType, Status
from sandbox.jira.shapes import avatars
from sandbox.jira.store import Store


class References:
    """Writes references for one origin: `https://site`, without a slash at the end."""

    api = "/rest/api/3"

    def __init__(self, store: Store, origin: str) -> None:
        self.store, self.origin = store, origin
        self._rest = f"{origin}{self.api}"
        self._users: dict[str, Json] = {}

    def link(self, path: str) -> str:
        """Give the address of something below the REST API."""
        return f"{self._rest}/{path}"

    def account(self, account_id: str | None) -> Json:
        """Write an account as issues carry it; the address only when the person's profile shows it."""
        if account_id is None:
            return None
        if account_id not in self._users:
            self._users[account_id] = self.user(self.store.users[account_id])
        return self._users[account_id]

    def user(self, user: User) -> dict[str, Json]:
        """Write an account that the site knows."""
        shown = {"emailAddress": user.email} if user.email and user.email_visible else {}
        return {
            "self": self.link(f"user?accountId={quote(user.account_id, safe='')}"),
            "accountId": user.account_id,
            **shown,
            "avatarUrls": avatars(self.origin, user.account_id),
            "displayName": user.name,
            "active": user.active,
            "timeZone": user.time_zone,
            "accountType": user.account_type,
        }

    def status_category(self, key: str) -> Json:
        """Write a status category."""
        number, colour, name = STATUS_CATEGORIES[key]
        link = self.link(f"statuscategory/{number}")
        return {"self": link, "id": number, "key": key, "colorName": colour, "name": name}

    def status(self, status: Status) -> Json:
        """Write a status with its category."""
        return {
            "self": self.link(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.origin}/images/icons/status_generic.gif",
            "name": status.name,
            "id": str(status.id),
            "statusCategory": self.status_category(status.category),
        }

    def issue_type(self, kind: IssueType) -> Json:
        """Write an issue type with its level in the hierarchy."""
        return {
            "self": self.link(f"issuetype/{kind.id}"),
            "id": str(kind.id),
            "description": "",
            "iconUrl": f"{self.origin}/images/icons/issuetype/{kind.id}.svg",
            "name": kind.name,
            "subtask": kind.level < 0,
            "hierarchyLevel": kind.level,
        }

    def priority(self, name: str) -> Json:
        """Write a priority."""
        number = self.store.priorities[name]
        icon = f"{self.origin}/images/icons/priorities/{number}.svg"
        return {"self": self.link(f"priority/{number}"), "iconUrl": icon, "name": name, "id": str(number)}

    def resolution(self, name: str) -> Json:
        """Write a resolution."""
        number = self.store.resolutions[name]
        return {"self": self.link(f"resolution/{number}"), "id": str(number), "description": "", "name": name}

    def option(self, option: Json) -> Json:
        """Write a chosen option of a custom field."""
        return {"self": self.link(f"customFieldOption/{option['id']}")} | option

    def project(self, project: Project) -> dict[str, Json]:
        """Write a project as issues and lists carry it."""
        written = {
            "self": self.link(f"project/{project.id}"),
            "id": str(project.id),
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "simplified": False,
            "avatarUrls": avatars(self.origin, project.key),
        }
        return written | ({"projectCategory": self.category(project.category)} if project.category else {})

    def category(self, name: str) -> Json:
        """Write a project category; its id follows from the order in which projects use categories."""
        names = list(dict.fromkeys(one.category for one in self.store.projects.values() if one.category))
        number = 10000 + names.index(name)
        return {"self": self.link(f"projectCategory/{number}"), "id": str(number), "description": "", "name": name}

    def version(self, version: Version) -> dict[str, Json]:
        """Write a release; unset dates and texts are left out, as Jira does."""
        dates = {"startDate": version.start, "releaseDate": version.release}
        known = {name: day.isoformat() for name, day in dates.items() if day is not None}
        described = {} if version.description is None else {"description": version.description}
        return {
            "self": self.link(f"version/{version.id}"),
            "id": str(version.id),
            **described,
            "name": version.name,
            "archived": version.archived,
            "released": version.released,
            **known,
            "projectId": version.project_id,
        }

    def issue(self, issue: Issue) -> Json:
        """Write an issue as its parent, its sub-tasks and its links carry it."""
        fields = {
            "summary": issue.summary,
            "status": self.status(self.store.statuses[issue.status]),
            "priority": self.priority(issue.priority) if issue.priority else None,
            "issuetype": self.issue_type(self.store.issue_types[issue.type]),
        }
        link = self.link(f"issue/{issue.id}")
        return {"id": str(issue.id), "key": self.store.key_of(issue), "self": link, "fields": fields}
