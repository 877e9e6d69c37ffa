"""Which measures of a project moved between two days, beyond what is worth telling. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from portfolio.model import VIEWS
from portfolio.model.column import Kind

Family = Literal["money", "index", "days", "share", "score", "amount"]
"""Money and other amounts move by a part of what they were; indexes, shares, scores and days by a difference."""

_KEPT_SHORT: Mapping[str, Family] = {
    "bac": "money",
    "eac": "money",
    "cpi": "index",
    "spi": "index",
    "slip_days": "days",
    "scope_growth_ratio": "share",
    "score": "score",
    "coverage": "share",
}
_ALWAYS_MOVING = frozenset({"pv", "ev", "ac", "booked_hours"})
"""They grow with every week of work: that they moved says nothing."""
STATUS = "computed_status"
"""Kept as a number; its changes are told as colours, not as a measure."""


@dataclass(frozen=True)
class Thresholds:
    """How far a measure must move to be told. Ratios are parts of what it was, points are differences."""

    money_ratio: float = 0.05
    index_points: float = 0.05
    days: float = 5
    share_points: float = 0.05
    score_points: float = 5
    amount_ratio: float = 0.25


@dataclass(frozen=True)
class Move:
    """A measure that moved, became known, or is not known any more."""

    project_id: str
    measure: str
    family: Family
    before: float | None
    after: float | None
    size: float
    """How many times the threshold; where a value is not known, 1."""


def family_of(measure: str) -> Family | None:
    """The family of a kept measure; None where it is not told. Names are those of table `project_snapshot`."""
    if measure in _KEPT_SHORT:
        return _KEPT_SHORT[measure]
    view, _, name = measure.partition(".")
    column = VIEWS[view].column(name) if view in VIEWS else None
    if measure in _ALWAYS_MOVING or column is None:
        return None
    if column.kind is Kind.MONEY:
        return "money"
    if column.kind is Kind.DAYS or name.endswith("_days"):
        return "days"
    if column.kind is Kind.RATIO or name.endswith("_ratio"):
        return "share"
    return "index" if column.kind is Kind.INDEX else "amount"


def moves(
    before: Mapping[tuple[str, str], float | None],
    after: Mapping[tuple[str, str], float | None],
    projects: Iterable[str],
    thresholds: Thresholds,
) -> list[Move]:
    """Measures by (project, name) held against each other, largest move first. Only of `projects`, and only measures
    that both days looked at: one that a new rule asks for has no past."""
    wanted = set(projects)
    looked_at = {name for _, name in before} & {name for _, name in after}
    found = []
    for key in sorted(before.keys() | after.keys()):
        project, measure = key
        family = family_of(measure)
        if project not in wanted or measure not in looked_at or family is None:
            continue
        size = _size(before.get(key), after.get(key), family, thresholds)
        if size >= 1:
            found.append(Move(project, measure, family, before.get(key), after.get(key), size))
    return sorted(found, key=lambda m: (-m.size, m.project_id, m.measure))


def _size(before: float | None, after: float | None, family: Family, thresholds: Thresholds) -> float:
    """The move in thresholds; nought where nothing moved."""
    if before is None or after is None:
        return 0.0 if before is after else 1.0
    moved, limit = abs(after - before), _limit(family, thresholds)
    if family == "score":
        moved *= 100  # kept as a fraction, told as points of a hundred
    if family in ("money", "amount"):
        if not moved:
            return 0.0
        limit *= abs(before)
    if not limit:  # from nought every step is large; a threshold of nought tells every step
        return float(moved > 0)
    return round(moved / limit, 9)


def _limit(family: Family, thresholds: Thresholds) -> float:
    return {
        "money": thresholds.money_ratio,
        "index": thresholds.index_points,
        "days": thresholds.days,
        "share": thresholds.share_points,
        "score": thresholds.score_points,
        "amount": thresholds.amount_ratio,
    }[family]
