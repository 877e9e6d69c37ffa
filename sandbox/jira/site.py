"""`JiraSite`: a pretend Jira site, Cloud or Data Center, that can be filled, and changed as people would change it.

The present moment is the site's `now`, which only a test or a demo moves: nothing here reads a clock.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from sandbox.jira.access import Access, Credential
from sandbox.jira.editing import Editing
from sandbox.jira.oauth import AuthorizationServer
from sandbox.jira.records import Edition, Issue, Project
from sandbox.jira.writes import WriteLimit

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""The pretend company's present moment."""

PERMISSIONS = (
    "BROWSE_PROJECTS",
    "EDIT_ISSUES",
    "LINK_ISSUES",
    "ADMINISTER_PROJECTS",
    "BULK_CHANGE",
    "ADD_COMMENTS",
    "DELETE_ISSUES",
    "CREATE_ISSUES",
    "TRANSITION_ISSUES",
    "EDIT_OWN_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "USER_PICKER",
)
"""What the technical account holds unless a test takes it away."""

KNOWN_PERMISSIONS = (*PERMISSIONS, "ADMINISTER", "WORK_ON_ISSUES", "EDIT_ALL_COMMENTS", "DELETE_ALL_COMMENTS")


class JiraSite(Editing):
    """An in-memory site. `account` is the technical user that signs in with `email` and `token` and holds `granted`.

    `hidden_projects` (keys) are not shown to it, nor are `hidden_issues` (ids); `uneditable_issues` (keys) refuse its
    edits, and `mails` tells, in one line each, which mails Jira would have sent because of it. `edition` decides what
    is served (see `serving.serve_jira`). Data Center takes `token` as a personal access token (Bearer) and as the
    password of the user, who is called as the e-mail address begins. `access` and `oauth` hold more ways in.
    `write_limit` is off unless set; issues younger than `search_lag` are not found by searches, unless reconciled.
    With `reads_late` it takes moments in JQL that are numbers for later ones, which no document foresees.
    `url`, when set, is what the site calls itself in its answers, whoever serves it.
    """

    def __init__(
        self,
        *,
        email: str = "pmo-bot@meridian.example",
        token: str = "sandbox-token",  # noqa: S107 - opens nothing but this pretend site
        time_zone: str = "Europe/Berlin",
        title: str = "Meridian Works",
        now: datetime = START,
        edition: Edition = "cloud",
    ) -> None:
        super().__init__(now=now, edition=edition)
        self.email, self.token, self.title = email, token, title
        self.account = self.add_user("PMO Bot", email=email, time_zone=time_zone)
        self.url = ""
        self.granted = set(PERMISSIONS)
        self.cloud_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{title}.sandbox.example"))
        self.access = Access(lambda: self.now)
        self.oauth = AuthorizationServer(self.access, lambda: self.now)
        if edition == "cloud":
            self.access.add(Credential("site", token, email))
        else:
            self.access.add(Credential("site", token, self.users[self.account].login))
            self.access.add(Credential("site", token))
        self.hidden_projects: set[str] = set()
        self.hidden_issues: set[int] = set()
        self.uneditable_issues: set[str] = set()
        self.mails: list[str] = []
        self.write_limit: WriteLimit | None = None
        self.search_lag = timedelta(0)
        self.reads_late = timedelta(0)

    def visible(self, project: Project) -> bool:
        """Tell whether the technical account may browse a project."""
        return "BROWSE_PROJECTS" in self.granted and project.key not in self.hidden_projects

    def sees(self, issue: Issue) -> bool:
        """Tell whether the technical account may see an issue: its project, and the issue's security level."""
        project = self.projects[issue.project_id]
        return issue.id not in self.hidden_issues and project.status != "deleted" and self.visible(project)

    def hide_worklog(self, worklog: int) -> None:
        """Restrict a worklog to a group that the technical account is not in; it still counts in `timespent`."""
        with self.lock:
            self.hidden_worklogs.add(worklog)
            self.changed()

    def may_edit(self, issue: Issue) -> bool:
        """Tell whether the technical account may edit an issue."""
        closed = issue.archived is not None or self.projects[issue.project_id].status != "live"
        return "EDIT_ISSUES" in self.granted and self.key_of(issue) not in self.uneditable_issues and not closed

    def limit_write(self, issue: Issue) -> None:
        """Count a write to an issue against `write_limit`, if there is one, or answer 429."""
        if self.write_limit is not None:
            self.write_limit.check(issue.id)

    @property
    def first_status(self) -> str:
        """The status of a new issue."""
        return next(status.name for status in self.statuses.values() if status.category == "new")

    def hide_issue(self, issue: str | int, *, hidden: bool = True) -> None:
        """Give an issue a security level that the technical account is not in, or take it away."""
        with self.lock:
            number = self.need_issue(issue).id
            (self.hidden_issues.add if hidden else self.hidden_issues.discard)(number)
            self.changed()

    def wait(self, **duration: float) -> None:
        """Let time pass on the site: `wait(minutes=5)`."""
        self.now += timedelta(**duration)
