"""Numbers behind the charts: scope and done work by week, budgets against scores, scores over time."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

from reports.facts import BURN_WEEKS, Row
from reports.material import Material
from reports.model import Bubble, BudgetMap, BurnUp, Point

BUBBLES = 40


def burn_ups(material: Material) -> dict[str, BurnUp]:
    """By project, where the tracker has at least two items and tells when they came."""
    found: dict[str, list[Row]] = {}
    for row in material.facts.burned:
        found.setdefault(row["project_id"], []).append(row)
    made = {project: _burn_up(material, rows) for project, rows in found.items()}
    return {project: one for project, one in made.items() if one is not None}


def _burn_up(material: Material, rows: list[Row]) -> BurnUp | None:
    weeks = _weeks(rows)
    scope, done = weeks["scope"], weeks["done"]
    if scope[-1] < 2:
        return None
    first = next((n for n, items in enumerate(scope) if items), 0)
    first = max(0, min(first - 1, BURN_WEEKS - 2))
    frozen = next((int(r["items"]) for r in rows if r["what"] == "frozen"), None)
    ends = [material.today - timedelta(weeks=BURN_WEEKS - 1 - n) for n in range(BURN_WEEKS)]
    return BurnUp(
        ends_on=tuple(ends[first:]),
        scope=tuple(scope[first:]),
        done=tuple(done[first:]),
        planned=_planned(rows, weeks["planned"], frozen, first),
        frozen_items=frozen,
    )


def _weeks(rows: list[Row]) -> Mapping[str, list[int]]:
    """Items that there were at the end of each week, oldest first. `back` counts weeks before the report's day."""
    found: dict[str, list[int]] = {what: [0] * BURN_WEEKS for what in ("scope", "done", "planned")}
    for row in rows:
        if row["what"] in found and row["back"] >= 0:
            found[row["what"]][BURN_WEEKS - 1 - row["back"]] += row["items"]
    return {what: list(accumulate(items)) for what, items in found.items()}


def _planned(rows: list[Row], by_week: list[int], frozen: int | None, first: int) -> tuple[int, ...] | None:
    tasks = sum(row["items"] for row in rows if row["what"] == "planned")
    if not tasks or not frozen:
        return None
    return tuple(round(frozen * items / tasks) for items in by_week[first:])


def score_history(material: Material) -> dict[str, tuple[Point, ...]]:
    """Latest kept scores of each project, oldest first."""
    found: dict[str, list[Point]] = {}
    for row in material.facts.score_history:
        value = Decimal(str(round(row["value"], 4)))
        found.setdefault(row["project_id"], []).append(Point(day=row["taken_on"], value=value))
    return {project: tuple(points) for project, points in found.items()}


def budget_map(material: Material) -> BudgetMap:
    """Where the money is, and how well the rules are kept there."""
    counted: dict[str, int] = {}
    for row in material.open_projects:
        if row["currency"]:
            counted[row["currency"]] = counted.get(row["currency"], 0) + 1
    currency = min(counted, key=lambda c: (-counted[c], c)) if counted else None
    exposures = _exposures(material, currency)
    here = [row for row in material.open_projects if row["currency"] in (currency, None)]
    placed = [_bubble(material, row, exposures) for row in here]
    bubbles = sorted((b for b in placed if b is not None), key=lambda b: (-b.budget, b.project.key))
    return BudgetMap(
        currency=currency,
        bubbles=tuple(bubbles[:BUBBLES]),
        total=len(bubbles),
        without=len(here) - len(bubbles),
        other_currencies=len(material.open_projects) - len(here),
    )


def _bubble(material: Material, row: Row, exposures: Mapping[str, Decimal]) -> Bubble | None:
    number = row["project_id"]
    budget, score = row["budget_cost"] or row["baseline_cost"], material.score(number)
    if not budget or score is None or row["currency"] is None:
        return None
    return Bubble(
        project=material.ref(number),
        colour=material.computed(number),
        budget=budget,
        score=score,
        exposure=exposures.get(number),
    )


def _exposures(material: Material, currency: str | None) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for risk in material.facts.risks:
        if risk["exposure_cost"] is not None and risk["currency"] in (currency, None):
            found[risk["project_id"]] = found.get(risk["project_id"], Decimal(0)) + risk["exposure_cost"]
    return found
