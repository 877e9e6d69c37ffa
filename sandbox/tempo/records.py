"""What Tempo keeps beside Jira, as plain records. Durations are seconds, moments carry a zone, days do not."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

AccountStatus = Literal["OPEN", "CLOSED", "ARCHIVED"]
ApprovalStatus = Literal["OPEN", "IN_REVIEW", "APPROVED", "REJECTED"]


@dataclass
class Worklog:
    """Time of one person on one issue. `start` is the person's own wall clock; `jira_id` is its copy in Jira."""

    id: int
    jira_id: int
    issue_id: int
    author: str
    seconds: int
    billable_seconds: int
    day: date
    start: time
    created: datetime
    updated: datetime
    description: str = ""
    account: str | None = None


@dataclass(frozen=True)
class Deletion:
    """A worklog that is gone, as the audit log keeps it."""

    worklog_id: int
    jira_id: int
    at: datetime


@dataclass(frozen=True)
class Named:
    """A customer or a category of accounts. `type` is a category's: BILLABLE, CAPITALIZED, INTERNAL, OPERATIONAL."""

    id: int
    key: str
    name: str
    type: str | None = None


@dataclass
class Account:
    """What time is booked for. `monthly_budget` is in hours; a `for_all` account may be used by every project."""

    id: int
    key: str
    name: str
    lead: str
    status: AccountStatus = "OPEN"
    for_all: bool = False
    monthly_budget: int | None = None
    customer: Named | None = None
    category: Named | None = None


@dataclass(frozen=True)
class AccountLink:
    """A project may book on an account; one link of a project is its default."""

    id: int
    account: str
    project_id: int
    default: bool = False


@dataclass(frozen=True)
class Membership:
    """A person's part in a team, from and to a day where they are known."""

    id: int
    account_id: str
    commitment_percent: int = 100
    start: date | None = None
    end: date | None = None


@dataclass
class Team:
    """A team and who is in it."""

    id: int
    name: str
    summary: str = ""
    lead: str | None = None
    members: list[Membership] = field(default_factory=list)


@dataclass(frozen=True)
class Period:
    """The days that are submitted together, both included."""

    start: date
    end: date


@dataclass(frozen=True)
class Approval:
    """Where a person's timesheet of a period stands, and what it held when it was submitted."""

    status: ApprovalStatus
    actor: str | None = None
    comment: str = ""
    updated: datetime | None = None
    reviewer: str | None = None
    required_at_submit: int | None = None
    spent_at_submit: int | None = None


@dataclass
class WorkloadScheme:
    """Seconds that its members are to work on each day of a week, Monday first."""

    id: int
    name: str
    days: tuple[int, ...]
    default: bool = False
    members: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Holiday:
    """A day, or with fewer seconds a part of a day, that its members do not work."""

    id: int
    name: str
    day: date
    seconds: int


@dataclass
class HolidayScheme:
    """The holidays of some members, by region or site."""

    id: int
    name: str
    default: bool = False
    holidays: list[Holiday] = field(default_factory=list)
    members: set[str] = field(default_factory=set)
