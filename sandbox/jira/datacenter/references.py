"""How Data Center writes accounts and the records that an issue refers to, where it differs from Cloud."""

from __future__ import annotations

from urllib.parse import quote

from sandbox.jira.records import Json, Project, User
from sandbox.jira.references import References
from sandbox.jira.registry import IssueType
from sandbox.jira.shapes import avatars


class ServerReferences(References):
    """Writes references below /rest/api/2."""

    api = "/rest/api/2"

    def user(self, user: User) -> dict[str, Json]:
        """Write a user: `key` stays when `name`, the login, changes."""
        shown = {"emailAddress": user.email} if user.email and user.email_visible else {}
        return {
            "self": self.link(f"user?username={quote(user.login, safe='')}"),
            "name": user.login,
            "key": user.account_id,
            **shown,
            "avatarUrls": avatars(self.origin, user.login),
            "displayName": user.name,
            "active": user.active,
            "timeZone": user.time_zone,
        }

    def project(self, project: Project) -> dict[str, Json]:
        """Write a project; there are no team-managed ones."""
        return {name: value for name, value in super().project(project).items() if name != "simplified"}

    def issue_type(self, kind: IssueType) -> Json:
        """Write an issue type, which knows sub-tasks but no level."""
        written = super().issue_type(kind)
        return {name: value for name, value in written.items() if name != "hierarchyLevel"} | {"avatarId": 10300}
