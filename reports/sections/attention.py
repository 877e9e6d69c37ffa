"""Projects that lean, worst first, each with the one reason that weighs most."""

from reports.facts import Row
from reports.inputs import DIMENSIONS
from reports.material import Material, badness, reported
from reports.model import Attention, AttentionRow
from reports.spoken import spoken

ROWS = 12


def attention(material: Material) -> Attention:
    """Open projects that are computed red or amber, or that report better than computed."""
    leaning = [p for p in material.open_projects if material.computed(p["project_id"]) in ("red", "amber")]
    leaning.sort(key=lambda p: _order(material, p))
    return Attention(rows=tuple(_row(material, p) for p in leaning[:ROWS]), total=len(leaning))


def _order(material: Material, project: Row) -> tuple[object, ...]:
    """Red before amber, then more red dimensions, then disguised ones, then the larger overrun."""
    number = project["project_id"]
    colours = [material.dimension(number, d) for d in DIMENSIONS]
    evm = material.facts.evm.get(number)
    overrun = (evm["eac_over_bac_ratio"] if evm else None) or 0.0
    return (
        badness(material.computed(number)),
        -colours.count("red"),
        -colours.count("amber"),
        not material.reported_better(number),
        -overrun,
        project["key"],
    )


def _row(material: Material, project: Row) -> AttentionRow:
    number = project["project_id"]
    health = material.health.get(number)
    reasons = [r for r in health.reasons if r.leans] if health else []
    evm = material.facts.evm.get(number)
    return AttentionRow(
        project=material.ref(number),
        programme=project["programme"],
        manager=project["manager_name"],
        reported=reported(project),
        computed=material.computed(number),
        reported_better=material.reported_better(number),
        dimensions={d: material.dimension(number, d) for d in DIMENSIONS},
        eac_over_bac_ratio=evm["eac_over_bac_ratio"] if evm else None,
        slip_days=project["slip_days"],
        days_past_finish=material.days_past_finish(project),
        findings=len(material.findings_of.get(number, ())),
        reason=spoken(reasons[0].message) if reasons else None,
        more_reasons=max(0, len(reasons) - 1),
    )
