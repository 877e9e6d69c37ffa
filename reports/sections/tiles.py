"""The five numbers on top. All count open projects only; what is not known is counted apart, never as good."""

from collections import Counter
from statistics import median

from portfolio.model.checks import SEVERITIES
from reports.material import Material, reported
from reports.model import ComplianceTile, HealthTile, Point, ScheduleTile, ScopeTile, Tiles
from reports.sections.money import eac_tile


def tiles(material: Material) -> Tiles:
    """All five."""
    return Tiles(
        health=health_tile(material),
        eac=eac_tile(material),
        schedule=schedule_tile(material),
        scope=scope_tile(material),
        compliance=compliance_tile(material),
    )


def health_tile(material: Material) -> HealthTile:
    """Computed colours, and how many projects state a better one."""
    ids = [p["project_id"] for p in material.open_projects]
    colours = Counter(material.computed(i) for i in ids)
    return HealthTile(
        total=len(ids),
        red=colours["red"],
        amber=colours["amber"],
        green=colours["green"],
        unknown=colours["unknown"],
        reported_better=sum(material.reported_better(i) for i in ids),
        not_reported=sum(reported(p) == "unknown" for p in material.open_projects),
    )


def schedule_tile(material: Material) -> ScheduleTile:
    """Forecast finish against the approved one; a finish that has passed while the project is open is late too."""
    limits = material.limits
    passed = {p["project_id"] for p in material.open_projects if material.days_past_finish(p) is not None}
    slips = {p["project_id"]: p["slip_days"] for p in material.open_projects if p["slip_days"] is not None}
    worst = max(slips, key=lambda i: (slips[i], i), default=None)
    left = [(p["finish_date"] - material.today).days for p in material.open_projects if p["finish_date"] is not None]
    plans = [material.facts.schedule[i] for i in material.by_id if i in material.facts.schedule]
    plans = [row for row in plans if not material.by_id[row["project_id"]]["is_closed"]]
    return ScheduleTile(
        late=len(passed | {i for i, days in slips.items() if days > limits.late_days}),
        finish_passed=len(passed),
        known=len(passed | set(slips)),
        unknown=len(material.open_projects) - len(passed | set(slips)),
        tolerance_days=limits.late_days,
        finishing_soon=sum(0 <= days <= limits.soon_days for days in left),
        soon_days=limits.soon_days,
        worst=material.ref(worst) if worst is not None and slips[worst] > 0 else None,
        worst_slip_days=slips[worst] if worst is not None and slips[worst] > 0 else None,
        milestones_late=sum(row["milestones_late"] or 0 for row in plans),
        milestones_due=sum(row["milestones_due"] or 0 for row in plans),
    )


def scope_tile(material: Material) -> ScopeTile:
    """Growth since the freeze. The median, since hours of one project cannot be added to items of another."""
    rows = [material.facts.scope.get(p["project_id"]) for p in material.open_projects]
    grown = [material.scope_growth(p["project_id"]) for p in material.open_projects]
    growth = [ratio for ratio in grown if ratio is not None]
    limit = material.limits.scope_growth_ratio
    return ScopeTile(
        median_growth_ratio=median(growth) if growth else None,
        known=len(growth),
        unknown=len(rows) - len(growth),
        over=sum(g > limit for g in growth),
        limit_ratio=limit,
        unapproved=sum((row["unapproved_ratio"] or 0) > limit for row in rows if row),
    )


def compliance_tile(material: Material) -> ComplianceTile:
    """The score over all projects where enough rules could be evaluated, and the open findings that count in it."""
    score = material.portfolio_score
    enough = material.covers(score.coverage)
    enforced = Counter(f["severity"] for f in material.facts.findings if f["mode"] != "observe")
    return ComplianceTile(
        score=score.score if enough else None,
        score_without_waived=score.score_without_waived if enough else None,
        coverage=score.coverage,
        history=tuple(Point(day=day, value=value) for day, value in score.history if enough),
        open_findings=sum(enforced.values()),
        by_severity={s: enforced[s] for s in SEVERITIES if enforced[s]},
    )
