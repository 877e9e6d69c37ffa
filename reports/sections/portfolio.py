"""Open findings about the organisation, its departments and programmes, and people: a place of their own."""

from reports.evidence import evidence_lines
from reports.facts import Row
from reports.material import Material
from reports.model import PortfolioFinding, ProjectRef
from reports.sections.findings import open_days, weight
from reports.spoken import spoken

KINDS = ("organisation", "department", "programme", "person")
"""From the whole to the single one: the order of the page."""


def portfolio(material: Material) -> tuple[PortfolioFinding, ...]:
    """By kind of subject, heaviest first, then by subject and rule."""
    rows = sorted(material.facts.portfolio_findings, key=_order)
    return tuple(_finding(material, row) for row in rows)


def _order(row: Row) -> tuple[object, ...]:
    place = KINDS.index(row["subject_kind"])
    return (place, weight(row["severity"]), row["subject_name"].casefold(), row["rule_id"], row["id"])


def _finding(material: Material, row: Row) -> PortfolioFinding:
    waiver = material.waived.get(row["id"])
    text = material.rules.get(row["rule_id"])
    message = material.messages.get(row["id"], row["message"])
    name = row["subject_name"]
    return PortfolioFinding(
        id=row["id"],
        rule_id=row["rule_id"],
        title=text.title if text else row["rule_id"],
        fix=text.fix if text else None,
        severity=row["severity"],
        observed_only=row["mode"] == "observe",
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        subject_name=spoken(name),
        message=spoken(message) if message is not None else None,
        evidence=evidence_lines(row["evidence"], ProjectRef(id=row["subject_id"], key=row["subject_id"], name=name)),
        opened_on=row["opened_on"],
        age_days=open_days(material, row),
        verified=row["verified"] is not False,
        owner=row["owner"],
        fix_by=row["fix_by"],
        overdue_days=(material.today - row["fix_by"]).days if row["fix_by"] and not waiver else None,
        waived_by=waiver.waiver_id if waiver else None,
        waived_until=waiver.until if waiver else None,
    )
