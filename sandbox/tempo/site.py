"""`TempoSite`: a pretend Tempo over a pretend Jira site, changed as people would change it.

Every worklog of Tempo has a copy in Jira. On Jira Cloud the copy's author is the Tempo app, not the person who worked;
on Data Center it is the person. What is deleted or corrected in Jira is deleted and corrected in Tempo too, and what is
booked in Jira from now on shows in Tempo, where its author stays the person's.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.jira.records import Worklog as JiraWorklog
from sandbox.jira.site import JiraSite
from sandbox.tempo.capacity import ApprovalPeriod
from sandbox.tempo.records import Deletion, Worklog
from sandbox.tempo.timesheets import RefusedByTempo, Timesheets

APP_NAME = "Timesheets by Tempo"
MORNING = time(9)
SCOPES = frozenset(
    f"{area}:view"
    for area in ("worklogs", "accounts", "approvals", "schemes", "teams", "periods", "audit", "configuration")
) | {"worklogs:manage"}
"""What a token may be allowed to do."""


@dataclass(frozen=True)
class Booked:
    """What somebody types in beside the hours; billable hours are all hours unless told otherwise."""

    billable_hours: Decimal | float | None = None
    account: str | None = None
    description: str = ""


class TempoSite(Timesheets):
    """An in-memory Tempo.

    `scopes` are what the token in use may do, and `sees_everyone` tells whether its owner (the technical account of
    the Jira site) may see others' worklogs. `descending` turns the order of lists of worklogs, which is not documented.
    """

    def __init__(self, jira: JiraSite, *, approval_period: ApprovalPeriod = "WEEK", week_start: int = 1) -> None:
        super().__init__(jira, approval_period=approval_period, week_start=week_start)
        self.scopes = set(SCOPES)
        self.sees_everyone = True
        self.descending = False
        self.books_on_closed_accounts = False
        self.on_cloud = jira.edition == "cloud"
        self.app = jira.add_user(APP_NAME, account_type="app") if self.on_cloud else None
        self._settled, self._seen = jira.revision, max(jira.worklogs, default=0)

    def add_worklog(
        self,
        issue: str,
        *,
        author: str,
        day: date,
        hours: Decimal | float,
        start: time = MORNING,
        booked: Booked | None = None,
    ) -> int:
        """Book time at `now` and give Tempo's id of it."""
        booked = booked or Booked()
        self.need_person(author)
        with self.lock:
            self.need_open(author, day)
            self._need_bookable(booked.account)
            number = self.jira.add_worklog(
                issue,
                author=self.app or author,
                started=self.moment(author, day, start),
                hours=hours,
                created=self.now,
                comment=booked.description or None,
            )
            self.jira.need_issue(issue).updated = self.now
            return self._keep(self.jira.worklogs[number], author, day, start, booked)

    def adopt(self, jira_worklog: int, booked: Booked | None = None) -> int:
        """Make a worklog that Jira has already one of Tempo's, as if it had been booked there; give Tempo's id."""
        with self.lock:
            copy = self.jira.worklogs[jira_worklog]
            if copy.author is None:
                raise RefusedByTempo(f"Jira worklog {jira_worklog} has no author.")
            author = copy.author
            number = self._taken_over(copy, author, booked or Booked())
            copy.author = copy.update_author = self.app or author
            self.jira.changed()
        return number

    def edit_worklog(
        self,
        worklog: int,
        *,
        hours: Decimal | float | None = None,
        billable_hours: Decimal | float | None = None,
        day: date | None = None,
        account: str | None = None,
        description: str | None = None,
    ) -> None:
        """Correct booked time at `now`, here and in Jira. What is not told stays; billable hours follow the hours."""
        with self.lock:
            kept = self.worklogs[worklog]
            self.need_open(kept.author, kept.day)
            self.need_open(kept.author, day or kept.day)
            self._need_bookable(account)
            if hours is not None:
                self._spend(kept, _seconds(hours))
            if billable_hours is not None:
                kept.billable_seconds = _seconds(billable_hours)
            kept.day = day or kept.day
            kept.account = account or kept.account
            kept.description = kept.description if description is None else description
            kept.updated = self.now
            self._correct_copy(kept)

    def delete_worklog(self, worklog: int) -> None:
        """Delete booked time, here and in Jira; the audit log keeps that it was."""
        with self.lock:
            kept = self.worklogs[worklog]
            self.need_open(kept.author, kept.day)
            self._forget(kept, self.now)
            self.jira.delete_worklog(kept.jira_id)

    def close_account(self, key: str) -> None:
        """Close an account: nothing more is booked on it."""
        self.need_account(key).status = "CLOSED"

    def archive_account(self, key: str) -> None:
        """Archive an account: lists leave it out from now on."""
        self.need_account(key).status = "ARCHIVED"

    def moment(self, account_id: str, day: date, start: time) -> datetime:
        """Give the instant that somebody's wall clock means."""
        return datetime.combine(day, start, tzinfo=self._zone(account_id)).astimezone(UTC)

    def settle(self) -> None:
        """Take over what was deleted, corrected and booked in Jira since the last time."""
        with self.lock:
            if self._settled == self.jira.revision:
                return
            for kept in list(self.worklogs.values()):
                copy = self.jira.worklogs.get(kept.jira_id)
                if copy is None:
                    self._forget(kept, self.jira.deleted_worklogs.get(kept.jira_id, self.now))
                elif copy.seconds != kept.seconds:
                    self._spend(kept, copy.seconds)
                    kept.updated = copy.updated
            copies = {kept.jira_id for kept in self.worklogs.values()}
            fresh = [one for number, one in self.jira.worklogs.items() if number > self._seen and number not in copies]
            for one in fresh:
                if one.author is not None:
                    self._taken_over(one, one.author, Booked())
            self._settled, self._seen = self.jira.revision, max(self.jira.worklogs, default=0)

    def _taken_over(self, copy: JiraWorklog, author: str, booked: Booked) -> int:
        local = copy.started.astimezone(self._zone(author))
        return self._keep(copy, author, local.date(), local.time(), booked)

    def _keep(self, copy: JiraWorklog, author: str, day: date, start: time, booked: Booked) -> int:
        # Data Center's Tempo shows Jira's own id of a worklog as its own; Cloud's counts by itself.
        number = self.next_id("worklog", 1001) if self.on_cloud else copy.id
        billable = copy.seconds if booked.billable_hours is None else _seconds(booked.billable_hours)
        account = None if booked.account is None else self.need_account(booked.account).key
        self.worklogs[number] = Worklog(
            id=number,
            jira_id=copy.id,
            issue_id=copy.issue_id,
            author=author,
            seconds=copy.seconds,
            billable_seconds=billable,
            day=day,
            start=start,
            created=copy.created,
            updated=copy.updated,
            description=booked.description,
            account=account,
        )
        return number

    def _forget(self, kept: Worklog, at: datetime) -> None:
        del self.worklogs[kept.id]
        self.deletions.append(Deletion(kept.id, kept.jira_id, at))

    @staticmethod
    def _spend(kept: Worklog, seconds: int) -> None:
        if kept.billable_seconds == kept.seconds:
            kept.billable_seconds = seconds
        kept.seconds = seconds

    def _correct_copy(self, kept: Worklog) -> None:
        copy = self.jira.worklogs[kept.jira_id]
        copy.started, copy.seconds = self.moment(kept.author, kept.day, kept.start), kept.seconds
        copy.updated = self.jira.issues[kept.issue_id].updated = self.now
        self.jira.changed()

    def _need_bookable(self, account: str | None) -> None:
        if account is None:
            return
        status = self.need_account(account).status
        if status == "ARCHIVED" or (status == "CLOSED" and not self.books_on_closed_accounts):
            raise RefusedByTempo(f"Account {account} is {status}.")

    def _zone(self, account_id: str) -> ZoneInfo:
        return ZoneInfo(self.jira.users[account_id].time_zone)


def _seconds(hours: Decimal | float) -> int:
    return round(Decimal(str(hours)) * 3600)
