"""The threats with the largest exposure."""

from decimal import Decimal

from reports.facts import Row
from reports.material import Material
from reports.model import Risk, Risks

ROWS = 5


def risks(material: Material) -> Risks:
    """Open threats of open projects. Amounts are compared inside one currency only: that of most threats first."""
    open_ids = {p["project_id"] for p in material.open_projects}
    rows = [r for r in material.facts.risks if r["project_id"] in open_ids]
    rated = [r for r in rows if r["exposure_cost"] is not None]
    size: dict[str | None, int] = {}
    for row in rated:
        size[row["currency"]] = size.get(row["currency"], 0) + 1
    rated.sort(key=lambda r: (-size[r["currency"]], r["currency"] or "", -Decimal(r["exposure_cost"]), r["risk_id"]))
    return Risks(
        rows=tuple(_risk(material, row) for row in rated[:ROWS]),
        open_total=len(rows),
        without_exposure=len(rows) - len(rated),
        without_owner=sum(r["owner_id"] is None for r in rows),
    )


def _risk(material: Material, row: Row) -> Risk:
    days = row["days_since_review"]
    return Risk(
        project=material.ref(row["project_id"]),
        title=row["title"],
        owner=row["owner_name"],
        exposure=row["exposure_cost"],
        currency=row["currency"],
        probability_ratio=row["probability_ratio"],
        due_date=row["due_date"],
        days_since_review=days,
        stale_review=days is None or days > material.limits.days_since_risk_review,
    )
