"""Open findings as SARIF 2.1.0, for viewers and platforms that collect results of checks.

By https://docs.oasis-open.org/sarif/sarif/v2.1.0/: a rule is a `reportingDescriptor` with its help, a finding a
`result` with our own stable id as `partialFingerprints`, a waiver an accepted external `suppression`. Issues are no
files, so a result has a `logicalLocation` and, where the item has an address, that as its artifact; that of a finding
about no project is the department, programme or person that it is about. A rule that only observes gives results of
kind `review`. GitHub takes 25,000 results a run at most: the lightest beyond are left out, and a notification says how
many.
"""

import json
from typing import Any, Literal

from portfolio.model.checks import SEVERITIES
from reports.model import Finding, PortfolioFinding, ReportModel, RuleRow, WaivedRow
from reports.render.links import web_link
from reports.render.plain import legal_texts, one_line
from reports.words import Words

RESULTS = 25_000
BUDGET = 30_000_000
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "plumbruleFinding/v1"
_TEXT = 2_000
_LEVELS: dict[str, Literal["error", "warning", "note"]] = {"critical": "error", "high": "error", "medium": "warning"}
Node = dict[str, Any]
AnyFinding = Finding | PortfolioFinding
Names = dict[str, tuple[str, str, str | None]]
"""Key, name and address of projects, by id."""


def render_sarif(model: ReportModel, page: str | None = None) -> bytes:
    """The log as JSON, UTF-8."""
    words = Words(model.language)
    findings = _heaviest(model)
    rules = _rules(model, findings)
    places = {rule["id"]: n for n, rule in enumerate(rules)}
    waivers = {w.finding_id: w for w in model.waived}
    names: Names = {p.ref.id: (p.ref.key, p.ref.name, web_link(p.url)) for p in model.projects}
    driver: Node = {"name": "Plumbrule", "language": model.language, "rules": rules}
    run: Node = {
        "tool": {"driver": driver},
        "language": model.language,
        "automationDetails": {"id": f"plumbrule/{model.as_of:%Y-%m-%dT%H:%M:%SZ}"},
        "invocations": [_invocation(model, words)],
        "results": [_result(f, places, _location(f, names, words), waivers.get(f.id), model) for f in findings],
        "properties": {"title": one_line(model.title, 150), **({"report": page} if web_link(page) else {})},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(legal_texts(log), ensure_ascii=False, indent=1).encode() + b"\n"


def _heaviest(model: ReportModel) -> list[AnyFinding]:
    """As many as a platform takes; among equally heavy ones those about no project come first, since they are few."""
    every: list[AnyFinding] = [*model.portfolio, *model.findings]
    return sorted(every, key=_weight)[:RESULTS]


def _weight(finding: AnyFinding) -> int:
    return SEVERITIES.index(finding.severity) if finding.severity in SEVERITIES else len(SEVERITIES)


def _invocation(model: ReportModel, words: Words) -> Node:
    told: Node = {"executionSuccessful": True, "endTimeUtc": f"{model.as_of:%Y-%m-%dT%H:%M:%SZ}"}
    more = len(model.findings) + len(model.portfolio) - RESULTS
    if more > 0:
        text = words("… and {n} more, see the page", n=more)
        told["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": text}}]
    return told


def _rules(model: ReportModel, findings: list[AnyFinding]) -> list[Node]:
    """Every rule with findings; one without a text has its id for a name."""
    known = {rule.id: _rule(rule.id, rule) for rule in sorted(model.rules, key=lambda r: r.id)}
    lacking = {f.rule_id: f for f in reversed(findings) if f.rule_id not in known}
    return [*known.values(), *(_untold(lacking[rule_id]) for rule_id in sorted(lacking))]


def _untold(finding: AnyFinding) -> Node:
    """A rule that is not in the list of rules: what a finding about no project says of it, else its id."""
    return _rule(finding.rule_id, finding) if isinstance(finding, PortfolioFinding) else {"id": finding.rule_id}


def _rule(rule_id: str, rule: RuleRow | PortfolioFinding) -> Node:
    why, dimension = (rule.why, rule.dimension) if isinstance(rule, RuleRow) else (None, None)
    parts = [one_line(text, _TEXT) for text in (why, rule.fix) if text]
    node: Node = {
        "id": rule_id,
        "shortDescription": {"text": one_line(rule.title, _TEXT)},
        "defaultConfiguration": {"level": _level(rule.severity)},
        "properties": {"severity": rule.severity, "tags": [dimension] if dimension else []},
    }
    if why:
        node["fullDescription"] = {"text": parts[0]}
    if parts:
        node["help"] = {"text": "\n\n".join(parts)}
    return node


def _result(
    finding: AnyFinding, places: dict[str, int], location: Node, waiver: WaivedRow | None, model: ReportModel
) -> Node:
    node: Node = {
        "ruleId": finding.rule_id,
        "ruleIndex": places[finding.rule_id],
        "message": {"text": one_line(finding.message or finding.rule_id, _TEXT)},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: finding.id},
        "properties": _properties(finding),
    }
    if finding.observed_only:  # any kind but `fail` has no level (3.27.10)
        node |= {"kind": "review", "level": "none"}
    else:
        node["level"] = _level(finding.severity)
    if not model.changes.no_earlier_state and finding.opened_on is not None:
        node["baselineState"] = "new" if finding.opened_on > model.compared_with else "unchanged"
    if finding.waived_by:
        node["suppressions"] = [_suppression(finding, waiver)]
    return node


def _location(finding: AnyFinding, names: Names, words: Words) -> Node:
    if isinstance(finding, PortfolioFinding):
        name = one_line(finding.own_name or words.term("level", finding.subject_kind), 200)
        whole = one_line(f"{finding.subject_kind}/{finding.subject_id}", 200)
        return {"logicalLocations": [{"name": name, "kind": finding.subject_kind, "fullyQualifiedName": whole}]}
    lost = finding.project_id or "–"
    key, name, url = names.get(finding.project_id, (lost, lost, None))
    return _in_project(finding, key, name, web_link(finding.item_url) or url)


def _in_project(finding: Finding, key: str, name: str, url: str | None) -> Node:
    place: Node = {"name": one_line(key, 80), "kind": "project", "fullyQualifiedName": one_line(f"{key} {name}", 200)}
    if finding.item_key:
        item = one_line(finding.item_key, 200)
        place = {"name": item, "kind": "item", "fullyQualifiedName": f"{one_line(key, 80)}/{item}"}
    made: Node = {"logicalLocations": [place]}
    if url:
        made["physicalLocation"] = {"artifactLocation": {"uri": url}}
    return made


def _properties(finding: AnyFinding) -> Node:
    told = {
        "severity": finding.severity,
        "owner": finding.owner,
        "openedOn": finding.opened_on.isoformat() if finding.opened_on else None,
        "fixBy": finding.fix_by.isoformat() if finding.fix_by else None,
        "overdueDays": finding.overdue_days if (finding.overdue_days or 0) > 0 else None,
        "verified": finding.verified,
        "evidence": list(finding.evidence) or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _suppression(finding: AnyFinding, waiver: WaivedRow | None) -> Node:
    told: Node = {"kind": "external", "status": "accepted", "properties": {"waiver": finding.waived_by}}
    if finding.waived_until:
        told["properties"]["until"] = finding.waived_until.isoformat()
    if waiver and waiver.reason:
        told["justification"] = one_line(waiver.reason, _TEXT)
    if waiver and waiver.approved_by:
        told["properties"]["approvedBy"] = waiver.approved_by
    return told


def _level(severity: str) -> str:
    return _LEVELS.get(severity, "note")
