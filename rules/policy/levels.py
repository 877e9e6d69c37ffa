"""The score of each PMO level: of the organisation, of each department and of each programme, with who answers for it.

A unit's score is the mean of the scores of the projects in it, those of the units below included, weighed equally or
by approved budget; what rules say of the unit itself counts as one more project of average weight. A mean hides the
worst, so beside it stand the worst tenth, and how many projects an open critical
failure holds at grade C or below.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from portfolio.model.subjects import ORGANISATION_ID
from portfolio.ports import Reader
from rules.policy.model import Policy, Unit
from rules.policy.places import Spot, read_places
from rules.ruleset import RuleSet
from rules.score import Score, Scores, grade

Basis = Literal["equal", "budget"]
_ORGANISATION = Spot("organisation", ("",), "")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class LevelScore:
    """One unit. `unit` is its key, folded, and blank for the organisation, whose `name` may be unknown.

    `parent` is the unit of a department above, `depth` how many lie above it. `projects` counts all, `scored` those
    with a score; `worst_tenth` is the mean score of the worst tenth of them, at least of one. `basis` is how projects
    were weighed: by budget only where every budget is in one currency; projects without one are then left out, and
    `unweighed` counts them.
    """

    level: str
    unit: str
    name: str | None
    parent: str | None
    depth: int
    owner: str | None
    pmo_level: str | None
    projects: int
    scored: int
    score: Decimal | None
    coverage: Decimal | None
    grade: str
    worst_tenth: Decimal | None
    capped: int
    basis: Basis
    unweighed: int = 0

    def row(self, taken_on: date) -> dict[str, Any]:
        """A row of table `level_score`."""
        numbers = {
            name: None if value is None else float(value)
            for name, value in (
                ("score", self.score), ("coverage", self.coverage), ("worst_tenth", self.worst_tenth)
            )
        }  # fmt: skip
        said = {name: getattr(self, name) for name in ("level", "unit", "name", "owner", "pmo_level", "projects")}
        return {**said, **numbers, "taken_on": taken_on, "capped": self.capped, "grade": self.grade}


def level_scores(
    ruleset: RuleSet, reader: Reader, scores: Scores, day: date, basis: Basis = "equal"
) -> tuple[LevelScore, ...]:
    """The organisation, then departments with those below them, then programmes. `reader` reads a snapshot. Raises
    StoreError."""
    policy = ruleset.policy or Policy()
    units = [unit for unit in policy.units if unit.in_force(day)]
    tree = _Tree()
    projects = {row["project_id"]: row for row in reader.rows(_PROJECTS)}
    for place in read_places(reader, policy.units):
        tree.add(place.subject_id, place.spots)
    top = _organisation(reader)
    book = _Book(scores, projects, units, basis)
    whole = book.level(top, None, 0, set(projects), None)
    return (whole, *(book.level(*found, whole.pmo_level) for found in tree.walk()))


_PROJECTS = "SELECT project_id, budget_cost, currency FROM projects ORDER BY project_id"
_TOP = """
SELECT DISTINCT unit_key, unit_name, owner_name, pmo_level FROM project_units WHERE unit_kind = 'organisation'
ORDER BY unit_key
"""


def _organisation(reader: Reader) -> Spot:
    """The organisation by its name, where the org tree has exactly one."""
    found = reader.rows(_TOP)
    if len(found) != 1:
        return _ORGANISATION
    [row] = found
    return Spot("organisation", ("",), row["unit_name"] or row["unit_key"], row["owner_name"], row["pmo_level"])


class _Tree:
    """Units, what each lies in, and the projects of each."""

    def __init__(self) -> None:
        self.spots: dict[tuple[str, str], Spot] = {}
        self.parents: dict[tuple[str, str], tuple[str, str] | None] = {}
        self.members: dict[tuple[str, str], set[str]] = {}

    def add(self, project: str, spots: Sequence[Spot]) -> None:
        for level in ("department", "programme"):
            above: tuple[str, str] | None = None
            for spot in (s for s in spots if s.level == level):
                key = (level, spot.words[0])
                self.spots.setdefault(key, spot)
                self.parents.setdefault(key, above)
                self.members.setdefault(key, set()).add(project)
                above = key

    def walk(self) -> Iterator[tuple[Spot, str | None, int, set[str]]]:
        """Each unit after the one that it lies in: departments first, by name."""
        yield from self._below(None, 0)

    def _below(self, parent: tuple[str, str] | None, depth: int) -> Iterator[tuple[Spot, str | None, int, set[str]]]:
        children = [key for key, above in self.parents.items() if above == parent]
        for key in sorted(children, key=lambda k: (k[0], self.spots[k].name.casefold(), k[1])):
            yield self.spots[key], parent[1] if parent else None, depth, self.members[key]
            yield from self._below(key, depth + 1)


class _Book:
    """Sums up the projects of one unit at a time."""

    def __init__(self, scores: Scores, projects: Mapping[str, Row], units: Iterable[Unit], basis: Basis) -> None:
        self.scores = scores.projects
        self.own = scores.units
        self.projects = projects
        self.units = list(units)
        self.basis = basis
        self.pmo_levels: dict[tuple[str, str | None], str | None] = {}

    def level(self, spot: Spot, parent: str | None, depth: int, members: set[str], inherited: str | None) -> LevelScore:
        owner, pmo_level = self._said(spot)
        pmo_level = pmo_level or (self.pmo_levels.get((spot.level, parent)) if parent else None) or inherited
        self.pmo_levels[spot.level, spot.words[0]] = pmo_level
        found = {p: self.scores[p] for p in sorted(members) if p in self.scores}
        weights, basis = self._weights(found)
        own = self.own.get((spot.level, spot.words[0] or ORGANISATION_ID))
        counted = [(s, weights[p]) for p, s in found.items() if p in weights]
        counted += (
            [(own, sum((w for _, w in counted), Decimal(0)) / len(counted) if counted else Decimal(1))] if own else []
        )
        value = _mean((s.score, weight) for s, weight in counted)
        coverage = _mean((s.coverage, weight) for s, weight in counted)
        ranked = sorted(s.score for s in found.values() if s.score is not None)
        worst = ranked[: -(-len(ranked) // 10)]
        return LevelScore(
            level=spot.level,
            unit=spot.words[0],
            name=spot.name or None,
            parent=parent,
            depth=depth,
            owner=owner,
            pmo_level=pmo_level,
            projects=len(members),
            scored=len(ranked),
            score=value,
            coverage=coverage,
            grade=grade(value, coverage, own is not None and own.capped),
            worst_tenth=sum(worst, Decimal(0)) / len(worst) if worst else None,
            capped=sum(s.capped for s in found.values()),
            basis=basis,
            unweighed=len(found) - len(weights),
        )

    def _said(self, spot: Spot) -> tuple[str | None, str | None]:
        """Owner and kind of PMO: policy says it before the org tree does."""
        own = [unit for unit in self.units if spot.is_called(unit) or unit.level == spot.level == "organisation"]
        owner = next((unit.owner for unit in own if unit.owner), spot.owner)
        return owner, next((unit.pmo_level for unit in own if unit.pmo_level), spot.pmo_level)

    def _weights(self, found: Mapping[str, Score]) -> tuple[dict[str, Decimal], Basis]:
        """What each project counts, and on which basis."""
        equal = dict.fromkeys(found, Decimal(1))
        if self.basis == "equal":
            return equal, "equal"
        rows = {p: self.projects[p] for p in found if p in self.projects}
        budgets = {p: r["budget_cost"] for p, r in rows.items() if r["budget_cost"] and r["budget_cost"] > 0}
        currencies = {rows[p]["currency"] for p in budgets}
        return (budgets, "budget") if budgets and len(currencies) == 1 else (equal, "equal")


def _mean(pairs: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    known = [(value, weight) for value, weight in pairs if value is not None]
    total = sum((weight for _, weight in known), Decimal(0))
    return sum((value * weight for value, weight in known), Decimal(0)) / total if total else None
