"""What the roof hands to a report beside the snapshot: computed health, scores, rule texts, limits.

Reports never import rules; what crosses is these plain values, already in the report's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Colour = Literal["green", "amber", "red", "unknown"]
"""A status. `unknown` says that it could not be computed; it is never shown or counted as green."""

COLOURS: tuple[Colour, ...] = ("red", "amber", "green", "unknown")
"""Worst first, unknown last: the order of every list and bar."""

STATUS_COLOURS: Mapping[float, Colour] = {1.0: "green", 2.0: "amber", 3.0: "red"}
"""How a computed status is kept among the measures of a project's history; unknown is kept as null."""

DIMENSIONS = ("schedule", "cost", "scope", "resources", "compliance")
"""The dimensions of a project's health, in the order of the columns."""

LANGUAGES = ("en", "zh-Hans")
"""Languages that a report can be written in."""


@dataclass(frozen=True)
class Reason:
    """One rule's say on why a project has its colour. `message` is in the report's language.

    `outcome` tells what leans (`fail`, `warn`) from what could not be evaluated (`unknown`, `error`). A `waived`
    failure is accepted for a time: it is told all the same.
    """

    rule_id: str
    severity: str
    message: str
    dimension: str | None = None
    outcome: str = "fail"
    waived: bool = False

    @property
    def leans(self) -> bool:
        """The rule found something, as opposed to lacking the data to look."""
        return self.outcome in ("fail", "warn")


@dataclass(frozen=True)
class ProjectHealth:
    """Health of one initiative as computed from data. Dimensions left out are unknown; reasons come heaviest first."""

    project_id: str
    computed: Colour
    dimensions: Mapping[str, Colour] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Score:
    """Compliance with the rules, fractions 0..1. None where nothing could be evaluated."""

    score: Decimal | None
    score_without_waived: Decimal | None = None
    coverage: Decimal | None = None


@dataclass(frozen=True)
class PortfolioScore:
    """The score over all projects; `history` holds earlier values, oldest first, for the trend."""

    score: Decimal | None = None
    score_without_waived: Decimal | None = None
    coverage: Decimal | None = None
    history: tuple[tuple[date, Decimal], ...] = ()


@dataclass(frozen=True)
class LevelScore:
    """Score of one PMO level: of the organisation, a department or a programme, with who answers for it.

    `depth` is how many departments lie above it. `worst_tenth` is the mean score of the worst tenth of its projects;
    `capped` have an open critical failure, and grade C at best. `basis` is how projects were weighed; `unweighed` were
    left out for want of a budget. `history` holds earlier scores, oldest first.
    """

    level: Literal["organisation", "department", "programme"]
    unit: str
    name: str | None
    depth: int
    owner: str | None
    pmo_level: Literal["supportive", "controlling", "directive"] | None
    projects: int
    scored: int
    score: Decimal | None
    coverage: Decimal | None
    grade: str
    worst_tenth: Decimal | None
    capped: int
    basis: Literal["equal", "budget"] = "equal"
    unweighed: int = 0
    history: tuple[tuple[date, Decimal], ...] = ()


@dataclass(frozen=True)
class WaivedFinding:
    """The waiver over a finding: who accepted it, why, and until which day (included)."""

    waiver_id: str
    reason: str | None
    requested_by: str | None
    approved_by: str | None
    ticket: str | None
    until: date
    compensating: str | None = None


@dataclass(frozen=True)
class RuleText:
    """A rule in the report's language."""

    id: str
    title: str
    why: str
    fix: str
    dimension: str
    severity: str


@dataclass(frozen=True)
class Previous:
    """What a project looked like on the day compared with, as far as a snapshot of that day tells."""

    project_id: str
    computed: Colour | None = None
    slip_days: int | None = None


@dataclass(frozen=True)
class Limits:
    """Where a number starts to be worth a reader's attention. Days are calendar days, ratios fractions 0..1."""

    stale_hours: int = 24
    late_days: int = 10
    soon_days: int = 30
    milestone_days: int = 30
    scope_growth_ratio: float = 0.10
    eac_over_ratio: float = 0.10
    change_open_days: int = 14
    overload_ratio: float = 1.0
    overload_decision_ratio: float = 1.3
    overload_weeks: int = 6
    days_since_risk_review: int = 30
    least_coverage_ratio: float = 0.6
