"""Estimate at completion against baseline and budget: one tile, and one row per programme.

Amounts of different currencies are never added; projects without a cost baseline are counted, not guessed.
"""

from collections.abc import Iterable
from decimal import Decimal

from reports.facts import Row
from reports.material import Material
from reports.model import EacTile, MoneySum, ProgrammeBudget


def eac_tile(material: Material) -> EacTile:
    """Sums per currency; the one with most projects stands in front."""
    groups: dict[str, list[Row]] = {}
    for row in _comparable(material):
        groups.setdefault(row["currency"], []).append(row)
    sums = [_sum(material, currency, rows) for currency, rows in groups.items()]
    sums.sort(key=lambda s: (-s.projects, s.currency))
    counted = sum(s.projects for s in sums)
    return EacTile(
        main=sums[0] if sums else None,
        others=tuple(sums[1:]),
        not_computable=len(material.open_projects) - counted,
        limit_ratio=material.limits.eac_over_ratio,
    )


def budget_by_programme(material: Material) -> tuple[ProgrammeBudget, ...]:
    """One row per programme and currency, the largest baseline first inside each currency."""
    groups: dict[tuple[str | None, str], list[Row]] = {}
    for row in _comparable(material):
        programme = material.by_id[row["project_id"]]["programme"]
        groups.setdefault((programme, row["currency"]), []).append(row)
    rows = [
        ProgrammeBudget(
            programme=programme,
            currency=currency,
            projects=len(group),
            bac=_total(group, "bac"),
            eac=_total(group, "eac"),
            over_ratio=over(_total(group, "eac"), _total(group, "bac")),
        )
        for (programme, currency), group in groups.items()
    ]
    shared = {c: sum(r.projects for r in rows if r.currency == c) for c in {r.currency for r in rows}}
    return tuple(sorted(rows, key=lambda r: (-shared[r.currency], r.currency, -r.bac, r.programme or "")))


def over(amount: Decimal | None, limit: Decimal | None) -> float | None:
    """amount / limit - 1, or None where it cannot be computed."""
    return None if amount is None or limit is None or limit == 0 else float(amount / limit - 1)


def _comparable(material: Material) -> list[Row]:
    """Earned-value rows of open projects counted in money, whose baseline and estimate are both known."""
    rows = (material.facts.evm.get(p["project_id"]) for p in material.open_projects)
    return [
        row
        for row in rows
        if row and row["basis"] == "cost" and row["currency"] and row["bac"] is not None and row["eac"] is not None
    ]


def _sum(material: Material, currency: str, rows: list[Row]) -> MoneySum:
    budgets = {r["project_id"]: material.by_id[r["project_id"]]["budget_cost"] for r in rows}
    budgeted = [r for r in rows if budgets[r["project_id"]] is not None]
    budget = sum((budgets[r["project_id"]] for r in budgeted), Decimal(0)) if budgeted else None
    eac_of_budgeted = _total(budgeted, "eac") if budgeted else None
    bac, eac = _total(rows, "bac"), _total(rows, "eac")
    return MoneySum(
        currency=currency,
        projects=len(rows),
        bac=bac,
        eac=eac,
        eac_over_bac_ratio=over(eac, bac),
        budgeted_projects=len(budgeted),
        budget=budget,
        eac_of_budgeted=eac_of_budgeted,
        eac_over_budget_ratio=over(eac_of_budgeted, budget),
    )


def _total(rows: Iterable[Row], column: str) -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))
