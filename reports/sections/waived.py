"""Work under waiver: failures that somebody accepted for a time. A list of its own, so that nothing hides."""

from reports.facts import Row
from reports.inputs import WaivedFinding
from reports.material import Material
from reports.model import ProjectRef, WaivedRow
from reports.sections.findings import weight
from reports.spoken import spoken


def waived(material: Material) -> tuple[WaivedRow, ...]:
    """Those whose waiver ends first come first; then heaviest first, by project and rule."""
    findings = (*material.facts.findings, *material.facts.portfolio_findings)
    rows = [(row, material.waived[row["id"]]) for row in findings if row["id"] in material.waived]
    rows.sort(key=lambda pair: _order(material, *pair))
    return tuple(_row(material, row, waiver) for row, waiver in rows)


def _order(material: Material, row: Row, waiver: WaivedFinding) -> tuple[object, ...]:
    project = _project(material, row)
    about = project.key if project else row["subject_name"]
    return (waiver.until, weight(row["severity"]), project is None, about, row["rule_id"], row["id"])


def _project(material: Material, row: Row) -> ProjectRef | None:
    project = row.get("project_id")
    return material.ref(project) if project is not None else None


def _row(material: Material, row: Row, waiver: WaivedFinding) -> WaivedRow:
    text = material.rules.get(row["rule_id"])
    message = material.messages.get(row["id"], row["message"])
    project = _project(material, row)
    return WaivedRow(
        finding_id=row["id"],
        waiver_id=waiver.waiver_id,
        rule_id=row["rule_id"],
        title=text.title if text else row["rule_id"],
        severity=row["severity"],
        project=project,
        subject_kind=None if project else row["subject_kind"],
        subject_name=None if project else spoken(row["subject_name"]),
        item_key=row["item_key"] or row["item_title"] if project else None,
        item_url=row["item_url"] if project else None,
        message=spoken(message) if message is not None else None,
        reason=spoken(waiver.reason) if waiver.reason else None,
        requested_by=waiver.requested_by,
        approved_by=waiver.approved_by,
        ticket=waiver.ticket,
        compensating=spoken(waiver.compensating) if waiver.compensating else None,
        expires_on=waiver.until,
        days_left=(waiver.until - material.today).days,
    )
