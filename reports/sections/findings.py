"""Open findings: the list, and the rules behind it."""

from portfolio.model.checks import SEVERITIES
from reports.evidence import evidence_lines
from reports.facts import Row
from reports.material import Material
from reports.model import Finding, RuleRow
from reports.spoken import spoken


def findings(material: Material) -> tuple[Finding, ...]:
    """Heaviest first, then newest, then by project and rule."""
    rows = sorted(material.facts.findings, key=lambda row: _order(material, row))
    return tuple(_finding(material, row) for row in rows)


def rules(material: Material) -> tuple[RuleRow, ...]:
    """Rules with open findings, most findings first."""
    groups: dict[str, list[Row]] = {}
    for row in material.facts.findings:
        groups.setdefault(row["rule_id"], []).append(row)
    rows = [_rule(material, rule_id, group) for rule_id, group in groups.items()]
    return tuple(sorted(rows, key=lambda r: (-r.open, weight(r.severity), r.id)))


def weight(severity: str) -> int:
    """Orders severities, heaviest first; words that are not ours last."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _order(material: Material, row: Row) -> tuple[object, ...]:
    age = (material.today - row["opened_on"]).days if row["opened_on"] else 0
    return (weight(row["severity"]), age, material.ref(row["project_id"]).key, row["rule_id"], row["id"])


def _finding(material: Material, row: Row) -> Finding:
    opened = row["opened_on"]
    waiver = material.waived.get(row["id"])
    message = material.messages.get(row["id"], row["message"])
    return Finding(
        id=row["id"],
        rule_id=row["rule_id"],
        severity=row["severity"],
        observed_only=row["mode"] == "observe",
        project_id=row["project_id"],
        item_key=row["item_key"] or row["item_title"],
        item_url=row["item_url"],
        message=spoken(message) if message is not None else None,
        evidence=evidence_lines(row["evidence"], material.ref(row["project_id"])),
        opened_on=opened,
        age_days=open_days(material, row),
        verified=row["verified"] is not False,
        owner=row["owner"],
        fix_by=row["fix_by"],
        overdue_days=(material.today - row["fix_by"]).days if row["fix_by"] and not waiver else None,
        waived_by=waiver.waiver_id if waiver else None,
        waived_until=waiver.until if waiver else None,
    )


def open_days(material: Material, row: Row) -> int | None:
    """Days open, without those under waiver up to the check."""
    opened = row["opened_on"]
    return max(0, (material.today - opened).days - (row["waived_days"] or 0)) if opened else None


def _rule(material: Material, rule_id: str, rows: list[Row]) -> RuleRow:
    text = material.rules.get(rule_id)
    opened = [row["opened_on"] for row in rows if row["opened_on"]]
    return RuleRow(
        id=rule_id,
        title=text.title if text else rule_id,
        dimension=text.dimension if text else None,
        severity=text.severity if text else min((row["severity"] for row in rows), key=weight),
        why=text.why if text else None,
        fix=text.fix if text else None,
        open=len(rows),
        opened_since=sum(material.since < day <= material.today for day in opened),
        projects=len({row["project_id"] for row in rows}),
        oldest_days=max(((material.today - day).days for day in opened), default=0),
    )
