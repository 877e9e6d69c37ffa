"""What the pretend company consists of, as plain records that name no tool's wire format.

Amounts are Decimal: hours, and money in `currency`. Dates are local; moments carry the company's zone.
Keys of issues are final; ids of plans, tasks and assignments are GUID texts.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Category = Literal["new", "indeterminate", "done", "undefined"]
"""What a status means to the tracker: not begun, under way, done; or nothing."""

Value = str | int | Decimal | date | None
"""A custom field's value: text or option, number, date. Person fields hold a person's id."""


@dataclass(frozen=True)
class Person:
    """An employee. `email_hidden`: the tracker does not show the address. `plan_name`: spelling in the plans."""

    id: str
    name: str
    email: str
    role: str
    department: str
    rate: Decimal
    email_hidden: bool = False
    active: bool = True
    plan_name: str = ""
    max_units: Decimal = Decimal(1)


@dataclass(frozen=True)
class Change:
    """One field of one issue changed once. `field` is the tracker's own name; persons are ids, dates ISO texts.

    Sprints are their numbers with commas.
    """

    at: datetime
    author: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Worklog:
    """Hours booked by one person on one day; `created` is when it was typed in."""

    author: str
    started: datetime
    hours: Decimal
    created: datetime
    comment: str = ""


@dataclass(frozen=True)
class Issue:
    """One issue of the tracker with its whole history. `category`: new, indeterminate or done."""

    key: str
    type: str
    summary: str
    status: str
    category: Category
    reporter: str
    created: datetime
    updated: datetime
    description: str = ""
    priority: str = "Medium"
    assignee: str | None = None
    resolved: datetime | None = None
    due: date | None = None
    parent: str | None = None
    labels: tuple[str, ...] = ()
    version: str | None = None
    estimate_hours: Decimal | None = None
    remaining_hours: Decimal | None = None
    custom: dict[str, Value] = field(default_factory=dict)
    flagged: bool = False
    worklogs: tuple[Worklog, ...] = ()
    history: tuple[Change, ...] = ()
    sprints: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sprint:
    """A time box of one tracker project; issues and changes name it by `number`."""

    number: int
    name: str
    start: datetime
    end: datetime
    state: Literal["future", "active", "closed"]
    completed: datetime | None = None
    goal: str = ""


@dataclass(frozen=True)
class IssueLink:
    """`source` does it to `target`: for Blocks, the source is the blocker."""

    type: Literal["Blocks", "Relates", "Duplicate"]
    source: str
    target: str


@dataclass(frozen=True)
class Version:
    """A release of a tracker project."""

    name: str
    start: date
    release: date
    released: bool


@dataclass(frozen=True)
class Tracker:
    """One tracker project. `pmo` is the entity property that the PMO keeps on it."""

    key: str
    name: str
    lead: str
    category: str
    pmo: dict[str, str]
    versions: tuple[Version, ...]
    issues: tuple[Issue, ...]
    sprints: tuple[Sprint, ...] = ()


@dataclass(frozen=True)
class PlanTask:
    """One row of a plan. Level 0 is the project summary, 1 a phase, 2 leaf work and milestones."""

    guid: str
    index: int
    name: str
    wbs: str
    level: int
    kind: Literal["summary", "task", "milestone"]
    parent: str | None
    phase: str
    start: date
    finish: date
    days: int
    percent: int
    baseline_start: date
    baseline_finish: date
    baseline_days: int
    baseline_work: Decimal
    baseline_cost: Decimal
    work: Decimal
    actual_work: Decimal
    cost: Decimal
    actual_cost: Decimal
    fixed_cost: Decimal
    planned_value: Decimal
    earned_value: Decimal
    slack_days: int = 0
    actual_start: date | None = None
    actual_finish: date | None = None
    constraint: int = 0
    deadline: date | None = None


@dataclass(frozen=True)
class PlanLink:
    """A dependency between two tasks of one plan; `lag_days` in working days, negative is a lead."""

    before: str
    after: str
    type: Literal["FS", "SS"] = "FS"
    lag_days: int = 0


@dataclass(frozen=True)
class PlanAssignment:
    """A person (None: the generic consultant) on a leaf task."""

    guid: str
    task: str
    person: str | None
    units: Decimal
    start: date
    finish: date
    baseline_work: Decimal
    work: Decimal
    actual_work: Decimal
    cost: Decimal
    actual_cost: Decimal


@dataclass(frozen=True)
class PlanRisk:
    """A risk kept beside the plan; probability in per cent."""

    guid: str
    title: str
    owner: str | None
    probability: int
    cost: Decimal
    due: date
    created: date
    mitigation: str = ""
    open: bool = True


@dataclass(frozen=True)
class PlanIssue:
    """A problem written into the issue log beside the plan."""

    guid: str
    title: str
    owner: str | None
    priority: str
    due: date | None
    created: date
    status: Literal["(1) Active", "(2) Postponed", "(3) Closed"] = "(1) Active"
    resolution: str | None = None


@dataclass(frozen=True)
class TimesheetDay:
    """Hours that a person put into the plan tool's timesheet."""

    person: str
    task: str
    assignment: str
    day: date
    hours: Decimal


@dataclass(frozen=True)
class Plan:
    """One Microsoft plan. `key` is its InitiativeKey; None: the PMO has not filled it."""

    guid: str
    name: str
    key: str | None
    owner: str
    start: date
    finish: date
    status_date: date
    created: date
    baseline_on: date | None
    baseline_kind: Literal["full", "none", "zeros"]
    tasks: tuple[PlanTask, ...]
    links: tuple[PlanLink, ...]
    assignments: tuple[PlanAssignment, ...]
    budget: Decimal | None
    reported_health: str
    earned_value_stale: bool
    fields: dict[str, str | None]
    risks: tuple[PlanRisk, ...] = ()
    issues: tuple[PlanIssue, ...] = ()
    timesheet: tuple[TimesheetDay, ...] = ()

    @property
    def leaves(self) -> tuple[PlanTask, ...]:
        """Tasks that carry work."""
        return tuple(t for t in self.tasks if t.kind == "task")


@dataclass(frozen=True)
class Endeavour:
    """What the PMO calls a project: its tracker project and, except for one, its plan."""

    key: str
    tracker: Tracker
    plan: Plan | None


@dataclass(frozen=True)
class Company:
    """The whole pretend company as it stands in the morning of `today`."""

    name: str
    currency: str
    today: date
    people: tuple[Person, ...]
    endeavours: tuple[Endeavour, ...]
    links: tuple[IssueLink, ...]

    def person(self, person_id: str) -> Person:
        """The person of that id; KeyError if there is none."""
        return {p.id: p for p in self.people}[person_id]

    def of(self, key: str) -> Endeavour:
        """The endeavour of that key; KeyError if there is none."""
        return {e.key: e for e in self.endeavours}[key]
