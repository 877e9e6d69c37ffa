"""The long lists behind the first page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from reports.inputs import Colour
from reports.model.base import Milestone, Part, ProjectRef
from reports.model.charts import BurnUp
from reports.model.own import OwnValue
from reports.model.tiles import Point


class RuleRow(Part):
    """One rule and its open findings."""

    id: str
    title: str
    dimension: str | None
    severity: str
    why: str | None
    fix: str | None
    open: int
    opened_since: int
    projects: int
    oldest_days: int


class EarnedValue(Part):
    """Earned value of a project at its status date."""

    status_date: date | None
    basis: str | None
    currency: str | None
    bac: Decimal | None
    pv: Decimal | None
    ev: Decimal | None
    ac: Decimal | None
    ac_method: str | None
    eac: Decimal | None
    etc: Decimal | None
    vac: Decimal | None
    cv: Decimal | None
    sv: Decimal | None
    cpi: float | None
    spi: float | None
    tcpi: float | None
    complete_ratio: float | None
    eac_over_bac_ratio: float | None
    eac_over_budget_ratio: float | None


class ReasonRow(Part):
    """Why a project has its colour; `outcome` is fail or warn where it leans, unknown or error where data lacks. What
    is `waived` makes amber at most."""

    rule_id: str
    severity: str
    dimension: str | None
    outcome: str
    message: str
    waived: bool = False


class SourceProject(Part):
    """A project of a tool that the initiative is made of, and how old its data is.

    `role` says whether another plan took over; a source may be declared as history without that. `data_at` is there
    where the source is a copy: the moment that it shows. `age_hours` counts from the older of the two instants.
    """

    source: str
    tool: str | None
    tool_name: str
    name: str
    key: str | None
    url: str | None
    origin: Literal["tracker", "plan"] | None
    role: Literal["current", "history"]
    source_is_history: bool
    matched_by: str | None
    complete_at: datetime | None
    data_at: datetime | None
    age_hours: int | None
    state: Literal["fresh", "stale", "partial", "failed", "never", "history"]


class Project(Part):
    """One project with what its drill-down shows.

    `days_past_finish` counts from the forecast finish where that has passed and the project is not finished.
    """

    ref: ProjectRef
    url: str | None
    programme: str | None
    department: str | None
    phase: str | None
    manager: str | None
    sponsor: str | None
    closed: bool
    reported: Colour
    reported_on: date | None
    computed: Colour
    reported_better: bool
    dimensions: dict[str, Colour]
    reasons: tuple[ReasonRow, ...]
    currency: str | None
    budget: Decimal | None
    evm: EarnedValue | None
    plan_items: int | None
    tracker_items: int | None
    planned_hours: Decimal | None
    planned_cost: Decimal | None
    baseline_cost: Decimal | None
    actual_cost: Decimal | None
    start: date | None
    baseline_finish: date | None
    forecast_finish: date | None
    slip_days: int | None
    days_past_finish: int | None = None
    scope_growth_ratio: float | None
    scope_unapproved_ratio: float | None
    scope_added_items: int | None
    booked_hours: Decimal | None
    score: Decimal | None
    coverage: Decimal | None
    findings: int
    milestones: tuple[Milestone, ...]
    sources: tuple[SourceProject, ...] = ()
    burn_up: BurnUp | None = None
    score_history: tuple[Point, ...] = ()
    own: tuple[OwnValue | None, ...] = ()
    """Values of the report's own columns, in their order; empty where it has none."""


class Finding(Part):
    """An open finding. `age_days` are without days under waiver; `waived_by` is set while one covers it, and then it is
    not overdue. `item_key` is empty where the project itself leans; `evidence` then holds the first rows that
    show it, as "column value" pairs."""

    id: str
    rule_id: str
    severity: str
    observed_only: bool
    project_id: str
    item_key: str | None
    item_url: str | None
    message: str | None
    evidence: tuple[str, ...] = ()
    opened_on: date | None
    age_days: int | None
    verified: bool
    owner: str | None = None
    fix_by: date | None = None
    overdue_days: int | None = None
    waived_by: str | None = None
    waived_until: date | None = None


class WaivedRow(Part):
    """An open finding that a waiver covers, with what was agreed; `expires_on` is the last day on which it is.

    It is about a project or an item of it, or else about the subject of that kind and name.
    """

    finding_id: str
    waiver_id: str
    rule_id: str
    title: str
    severity: str
    project: ProjectRef | None
    subject_kind: Literal["organisation", "department", "programme", "person"] | None = None
    subject_name: str | None = None
    item_key: str | None
    item_url: str | None
    message: str | None
    reason: str | None
    requested_by: str | None
    approved_by: str | None
    ticket: str | None
    compensating: str | None
    expires_on: date
    days_left: int


class Gap(Part):
    """Something that the report does not know, and why."""

    kind: str
    text: str
    items: tuple[str, ...]
    total: int


class MethodEntry(Part):
    """How a number is computed."""

    term: str
    text: str
