"""All projects, each with what its drill-down shows."""

from typing import Any

from reports.facts import Row
from reports.inputs import DIMENSIONS
from reports.material import Material, reported
from reports.model import EarnedValue, Milestone, OwnValue, Project, ReasonRow
from reports.sections.charts import burn_ups, score_history
from reports.sections.milestones import milestone
from reports.sections.origins import origins
from reports.spoken import spoken


def projects(material: Material) -> tuple[Project, ...]:
    """Open ones first, then by key."""
    slips: dict[str, list[Milestone]] = {}
    for row in material.milestones:
        slips.setdefault(row["project_id"], []).append(milestone(material, row))
    from_where, burned, scores = origins(material), burn_ups(material), score_history(material)
    rows = sorted(material.facts.projects, key=lambda p: (bool(p["is_closed"]), p["key"], p["project_id"]))
    return tuple(
        _project(
            material,
            row,
            milestones=tuple(slips.get(row["project_id"], ())),
            sources=from_where.get(row["project_id"], ()),
            burn_up=burned.get(row["project_id"]),
            score_history=scores.get(row["project_id"], ()),
        )
        for row in rows
    )


def _project(material: Material, row: Row, **lists: Any) -> Project:
    number = row["project_id"]
    evm = material.facts.evm.get(number)
    scope = material.facts.scope.get(number)
    score = material.scores.get(number)
    return Project(
        ref=material.ref(number),
        url=row["url"],
        programme=row["programme"],
        department=row["department"],
        phase=row["phase"],
        manager=row["manager_name"],
        sponsor=row["sponsor_name"],
        closed=bool(row["is_closed"]),
        reported=reported(row),
        reported_on=row["reported_on"],
        computed=material.computed(number),
        reported_better=material.reported_better(number),
        dimensions={d: material.dimension(number, d) for d in DIMENSIONS},
        reasons=_reasons(material, number),
        currency=row["currency"],
        budget=row["budget_cost"],
        evm=_evm(evm) if evm else None,
        plan_items=row["plan_items"],
        tracker_items=row["tracker_items"],
        planned_hours=row["planned_hours"],
        planned_cost=row["planned_cost"],
        baseline_cost=row["baseline_cost"],
        actual_cost=row["actual_cost"],
        start=row["start_date"],
        baseline_finish=row["baseline_finish_date"],
        forecast_finish=row["finish_date"],
        slip_days=row["slip_days"],
        days_past_finish=material.days_past_finish(row),
        scope_growth_ratio=material.scope_growth(number),
        scope_unapproved_ratio=scope["unapproved_ratio"] if scope else None,
        scope_added_items=scope["added_items"] if scope else None,
        booked_hours=row["booked_hours"],
        score=material.score(number),
        coverage=score.coverage if score else None,
        own=_own(material, number),
        findings=len(material.findings_of.get(number, ())),
        **lists,
    )


def _own(material: Material, project_id: str) -> tuple[OwnValue | None, ...]:
    return material.own_values.get(project_id, (None,) * len(material.own_columns))


def _reasons(material: Material, project_id: str) -> tuple[ReasonRow, ...]:
    health = material.health.get(project_id)
    reasons = health.reasons if health else ()
    return tuple(
        ReasonRow(
            rule_id=r.rule_id,
            severity=r.severity,
            dimension=r.dimension,
            outcome=r.outcome,
            message=spoken(r.message),
            waived=r.waived,
        )
        for r in reasons
    )


def _evm(row: Row) -> EarnedValue:
    return EarnedValue(**{name: row[name] for name in EarnedValue.model_fields})
