"""The header and the five numbers on top."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from reports.model.base import Part, ProjectRef


class Wait(Part):
    """Seconds that requests of the last pull waited for one reason, summed."""

    reason: str
    seconds: int


class SourceState(Part):
    """How fresh one source is. `age_hours` counts from its last complete pull, or from what a copy shows where that is
    earlier, to the report's moment. The state `history` is that of a source declared so, which grows no newer.

    `waits` is there only where the source made us wait long enough to matter, the longest first; `token_expires_on`
    only where the day is near or past.
    """

    name: str
    kind: str | None
    complete_at: datetime | None
    age_hours: int | None
    state: Literal["fresh", "stale", "partial", "failed", "never", "history"]
    note: str | None
    waits: tuple[Wait, ...] = ()
    token_expires_on: date | None = None


class HealthTile(Part):
    """Computed health of the open projects, and how many report a better colour than the data shows."""

    total: int
    red: int
    amber: int
    green: int
    unknown: int
    reported_better: int
    not_reported: int


class MoneySum(Part):
    """Sums over the projects of one currency whose baseline and estimate at completion are both known.

    The budget is compared over those of them that have one: `eac_of_budgeted` belongs to `budget`.
    """

    currency: str
    projects: int
    bac: Decimal
    eac: Decimal
    eac_over_bac_ratio: float | None
    budgeted_projects: int
    budget: Decimal | None
    eac_of_budgeted: Decimal | None
    eac_over_budget_ratio: float | None


class EacTile(Part):
    """Estimate at completion against baseline and budget. Currencies stand apart; they are never added."""

    main: MoneySum | None
    others: tuple[MoneySum, ...]
    not_computable: int
    limit_ratio: float


class ScheduleTile(Part):
    """How many open projects are late: forecast beyond the tolerance, or unfinished though their finish has passed
    (`finish_passed` of them). `known` counts those that could be judged."""

    late: int
    finish_passed: int = 0
    known: int
    unknown: int
    tolerance_days: int
    finishing_soon: int
    soon_days: int
    worst: ProjectRef | None
    worst_slip_days: int | None
    milestones_late: int
    milestones_due: int


class ScopeTile(Part):
    """Growth of scope since the freeze: the median over the projects where it is known."""

    median_growth_ratio: float | None
    known: int
    unknown: int
    over: int
    limit_ratio: float
    unapproved: int


class Point(Part):
    """One value on one day."""

    day: date
    value: Decimal


class Level(Part):
    """A PMO level: the organisation, a department or a programme, with its own score and who answers for it.

    `score` is None below the least coverage, and `grade` then says so.
    """

    level: Literal["organisation", "department", "programme"]
    unit: str
    name: str | None
    depth: int
    owner: str | None
    pmo_level: Literal["supportive", "controlling", "directive"] | None
    projects: int
    score: Decimal | None
    worst_tenth: Decimal | None
    coverage: Decimal | None
    grade: str
    capped: int
    basis: Literal["equal", "budget"]
    unweighed: int
    history: tuple[Point, ...]


class ComplianceTile(Part):
    """Compliance with the rules; score and coverage are fractions 0..1."""

    score: Decimal | None
    score_without_waived: Decimal | None
    coverage: Decimal | None
    history: tuple[Point, ...]
    open_findings: int
    by_severity: dict[str, int]


class Tiles(Part):
    """The five numbers on top."""

    health: HealthTile
    eac: EacTile
    schedule: ScheduleTile
    scope: ScopeTile
    compliance: ComplianceTile
