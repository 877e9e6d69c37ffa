"""What every section is made from: the facts read, the roof's inputs, and the words to say it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from reports.facts import Facts, Row
from reports.figures import Figures
from reports.inputs import (
    COLOURS,
    Colour,
    LevelScore,
    Limits,
    PortfolioScore,
    Previous,
    ProjectHealth,
    RuleText,
    Score,
    WaivedFinding,
)
from reports.model import OwnColumn, OwnTile, OwnValue, ProjectRef
from reports.words import Words

_BADNESS: Mapping[Colour, int] = {"green": 0, "amber": 1, "red": 2}


@dataclass(frozen=True)
class Material:
    """Input of the sections. `today` is the run's day, `since` the day compared with."""

    facts: Facts
    as_of: datetime
    today: date
    since: date
    health: Mapping[str, ProjectHealth]
    scores: Mapping[str, Score]
    portfolio_score: PortfolioScore
    levels: tuple[LevelScore, ...]
    rules: Mapping[str, RuleText]
    previous: Mapping[str, Previous]
    messages: Mapping[str, str]
    waived: Mapping[str, WaivedFinding]
    limits: Limits
    words: Words
    figures: Figures
    own_tiles: tuple[OwnTile, ...] = ()
    own_columns: tuple[OwnColumn, ...] = ()
    own_values: Mapping[str, tuple[OwnValue | None, ...]] = field(default_factory=dict)

    @cached_property
    def open_projects(self) -> tuple[Row, ...]:
        """Projects that are not closed: what tiles, attention and decisions are about."""
        return tuple(p for p in self.facts.projects if not p["is_closed"])

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        """Projects by id."""
        return {p["project_id"]: p for p in self.facts.projects}

    @cached_property
    def findings_of(self) -> Mapping[str, tuple[Row, ...]]:
        """Open findings by project."""
        found: dict[str, list[Row]] = {}
        for row in self.facts.findings:
            found.setdefault(row["project_id"], []).append(row)
        return {project: tuple(rows) for project, rows in found.items()}

    @cached_property
    def milestones(self) -> tuple[Row, ...]:
        """Milestones in the order of their days; one that plan and tracker both hold is the plan's."""
        planned = {_name(row) for row in self.facts.milestones if row["origin"] == "plan"}
        return tuple(row for row in self.facts.milestones if row["origin"] == "plan" or _name(row) not in planned)

    def ref(self, project_id: str) -> ProjectRef:
        """A pointer to that project; an id that no project has stands for itself."""
        row = self.by_id.get(project_id)
        if row is None:
            return ProjectRef(id=project_id, key=project_id, name=project_id)
        return ProjectRef(id=project_id, key=row["key"], name=row["name"])

    def computed(self, project_id: str) -> Colour:
        """The computed colour; unknown where rules said nothing."""
        health = self.health.get(project_id)
        return health.computed if health else "unknown"

    def dimension(self, project_id: str, name: str) -> Colour:
        """The computed colour of one dimension; unknown where rules said nothing."""
        health = self.health.get(project_id)
        return health.dimensions.get(name, "unknown") if health else "unknown"

    def score(self, project_id: str) -> Decimal | None:
        """The score, 0..1, where it rests on enough: a project that could not be judged is not shown as a full 100."""
        found = self.scores.get(project_id)
        if found is None or self.computed(project_id) == "unknown" or not self.covers(found.coverage):
            return None
        return found.score

    def covers(self, coverage: Decimal | None) -> bool:
        """Enough of the applicable rules could be evaluated for a score to mean something."""
        return coverage is None or coverage >= Decimal(str(self.limits.least_coverage_ratio))

    def scope_growth(self, project_id: str) -> float | None:
        """Growth of scope; None where neither the project nor its scope could be judged: nought would read as calm."""
        row = self.facts.scope.get(project_id)
        if row is None or self.computed(project_id) == self.dimension(project_id, "scope") == "unknown":
            return None
        growth: float | None = row["growth_ratio"]
        return growth

    def days_past_finish(self, project: Row) -> int | None:
        """Days since the scheduled finish of an open project passed without its finish; None where it has not passed.

        Such a plan was not rescheduled: its forecast is no forecast, and its slip says less than the truth.
        """
        finish = project["finish_date"]
        if finish is None or finish >= self.today or project["actual_finish_date"] or project["is_closed"]:
            return None
        return int((self.today - finish).days)

    def reported_better(self, project_id: str) -> bool:
        """The stated colour is better than the computed one. Unknown on either side is no answer."""
        return is_worse(self.computed(project_id), reported(self.by_id[project_id]))


def _name(milestone: Row) -> tuple[str, str]:
    return milestone["project_id"], milestone["title"].strip().casefold()


def reported(project: Row) -> Colour:
    """The colour that people stated; unknown where nobody did."""
    value: str | None = project["reported_health"]
    return value if value in ("green", "amber", "red") else "unknown"  # type: ignore[return-value]


def is_worse(after: Colour, before: Colour) -> bool:
    """`after` is worse than `before`; false where one of them is unknown."""
    return after in _BADNESS and before in _BADNESS and _BADNESS[after] > _BADNESS[before]


def badness(colour: Colour) -> int:
    """Orders colours worst first; unknown last."""
    return COLOURS.index(colour)
