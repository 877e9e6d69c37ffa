"""Why a rule exists, what it looks at, and what it said: plain data and text lines; printing is the caller's."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.model import VIEWS
from portfolio.ports import Reader
from rules.query import candidates, project_candidates
from rules.ruleset import Parameter, Rule, RuleSet
from rules.wording import plain

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ColumnUse:
    """A column that a rule reads, with its meaning and what an empty value means."""

    view: str
    name: str
    doc: str
    null: str


@dataclass(frozen=True)
class RuleExplanation:
    """Everything about one rule, in the rule set's language."""

    rule: Rule
    title: str
    why: str
    fix: str
    checks: tuple[str, ...]
    columns: tuple[ColumnUse, ...]
    in_force: bool

    def lines(self) -> list[str]:
        """The explanation as text."""
        rule = self.rule
        state = rule.mode if self.in_force else "off"
        head = f"{rule.id}  {self.title}"
        lines = [head, f"  {rule.severity} ({rule.severity_origin}), {rule.dimension}, mode {state}, pack {rule.pack}"]
        lines += ["", "  checks", *(f"    {line}" for line in self.checks)]
        if rule.parameters:
            lines += ["", "  parameters", *(f"    {_parameter(p)}" for p in rule.parameters)]
        lines += ["", "  reads", *(f"    {c.view}.{c.name}: {c.doc} (empty: {c.null})" for c in self.columns)]
        lines += ["", f"  why   {self.why}", f"  fix   {self.fix}"]
        if rule.frameworks:
            lines.append(f"  see   {', '.join(rule.frameworks)}")
        return [*lines, f"  from  {rule.place}"]


@dataclass(frozen=True)
class SubjectExplanation:
    """What the rules say of one project, or which findings one item has."""

    kind: str
    subject_id: str
    title: str
    results: tuple[Row, ...]
    findings: tuple[Row, ...]
    titles: Mapping[str, str]

    def lines(self) -> list[str]:
        """The explanation as text: what leans first, then what is unknown, then counts of the rest."""
        lines = [f"{self.title}  ({self.kind} {self.subject_id})"]
        shown = [r for r in self.results if r["outcome"] in ("fail", "warn", "unknown", "error")]
        shown.sort(key=lambda r: (_ORDER.index(r["outcome"]), r["rule_id"]))
        lines += [f"  {row['outcome']:<8} {row['rule_id']}  {self._said(row)}" for row in shown]
        for finding in self.findings:
            lines += self._finding(finding)
        if self.results:
            passed = sum(r["outcome"] == "pass" for r in self.results)
            outside = sum(r["outcome"] == "not_applicable" for r in self.results)
            lines.append(f"  {passed} rules pass, {outside} do not apply")
        elif not self.findings:
            lines.append("  no findings")
        return lines

    def _said(self, row: Row) -> str:
        if row["message"]:
            return str(row["message"])
        missing = f" ({row['missing']})" if row["missing"] else ""
        return f"{self.titles.get(row['rule_id'], '')}: {(row['reason'] or '').replace('_', ' ')}{missing}"

    def _finding(self, finding: Row) -> list[str]:
        verified = "" if finding["verified"] else ", not re-checked since"
        reopened = f", reopened {finding['times_reopened']} times" if finding["times_reopened"] else ""
        since = f"open since {finding['opened_on']}, last seen {finding['last_seen_on']}{verified}{reopened}"
        state = (
            since if finding["state"] == "open" else f"{finding['state'].replace('_', ' ')} on {finding['resolved_on']}"
        )
        lines = [f"  finding  {finding['rule_id']}  {finding['message']}", f"           {finding['severity']}, {state}"]
        shown = json.loads(finding["evidence"] or "[]")[:5]
        lines += ["           - " + ", ".join(f"{k} {v}" for k, v in row.items() if v is not None) for row in shown]
        return lines


_ORDER = ("fail", "warn", "error", "unknown")
_NAMED = 5


def explain_rule(ruleset: RuleSet, rule_id: str) -> RuleExplanation:
    """One rule by id. Raises ConfigurationError for an id that no rule has."""
    rule = ruleset.get(rule_id.upper())
    if rule is None:
        known = [r.id for r in (*ruleset.rules, *ruleset.off)]
        remedy = suggest(rule_id.upper(), known) or "see docs/rules.md for all rules"
        raise ConfigurationError(f"there is no rule `{rule_id}`", code="rules.unknown_rule", remedy=remedy)
    language = ruleset.language
    return RuleExplanation(
        rule,
        rule.title.said_in(language),
        rule.why.said_in(language),
        rule.fix.said_in(language),
        tuple(_checks(rule)),
        tuple(_columns(rule)),
        rule_id.upper() in ruleset.ids,
    )


def explain_subject(ruleset: RuleSet, reader: Reader, subject: str) -> SubjectExplanation:
    """A project or item, by id or key, on a published snapshot. Raises ConfigurationError when there is none."""
    titles = {r.id: r.title.said_in(ruleset.language) for r in (*ruleset.rules, *ruleset.off)}
    asked = {"subject": subject}
    projects = reader.rows("SELECT * FROM projects WHERE project_id = $subject OR key = $subject", asked)
    if projects:
        project = projects[0]
        by_id = {"subject": project["project_id"]}
        results = reader.rows("SELECT * FROM rule_result WHERE project_id = $subject ORDER BY rule_id", by_id)
        findings = reader.rows(
            "SELECT * FROM finding WHERE project_id = $subject AND subject_kind = 'project' AND state = 'open' "
            "ORDER BY rule_id",
            by_id,
        )
        title = f"{project['key']} {project['name']}"
        return SubjectExplanation("project", project["project_id"], title, tuple(results), tuple(findings), titles)
    return _item(reader, subject, titles)


def _item(reader: Reader, subject: str, titles: Mapping[str, str]) -> SubjectExplanation:
    asked = {"subject": subject}
    items = reader.rows(
        "SELECT item_id, key, title FROM work_items WHERE item_id = $subject OR key = $subject ORDER BY item_id", asked
    )
    if len(items) > 1:  # every plan has an item 1.1
        ids = ", ".join(item["item_id"] for item in items[:_NAMED])
        raise ConfigurationError(
            f"{len(items)} items are called `{subject}`",
            code="explain.ambiguous",
            remedy=f"name one by its id: {ids}{', ...' if len(items) > _NAMED else ''}",
        )
    by_id = {"subject": items[0]["item_id"] if items else subject}
    findings = reader.rows(
        "SELECT * FROM finding WHERE subject_kind = 'item' AND subject_id = $subject ORDER BY state <> 'open', rule_id",
        by_id,
    )
    if not items and not findings:
        known = [r["key"] for r in reader.rows("SELECT key FROM projects ORDER BY key", {})]
        remedy = suggest(subject, known) or "name a project or an item by its key or id"
        raise ConfigurationError(f"there is no project or item `{subject}`", code="explain.unknown", remedy=remedy)
    title = f"{items[0]['key']} {items[0]['title']}" if items else subject
    return SubjectExplanation("item", str(by_id["subject"]), title, (), tuple(findings), titles)


def checks(rule: Rule) -> Sequence[str]:
    """What the rule looks at and when it fails, as conditions."""
    return list(_checks(rule))


def _checks(rule: Rule) -> Sequence[str]:
    lines = [f"view     {rule.view}"]
    for label, predicate in (("projects", rule.project_when), ("rows", rule.applies_when)):
        if predicate:
            lines.append(f"{label:<8} {predicate.text}")
    if rule.requires:
        lines.append(f"needs    {', '.join(rule.requires)}")
    if rule.related:
        least = rule.related.least
        where = f" where {rule.related.where.text}" if rule.related.where else ""
        lines.append(f"expects  at least {least} of {rule.related.view}{where}")
    if rule.kind == "ratio" and rule.counts:
        lines.append(f"counts   {rule.counts.text}")
    if rule.fails:
        lines.append(f"fails    {rule.fails.text}")
    if rule.warns:
        lines.append(f"warns    {rule.warns.text}")
    if not rule.tolerance.is_zero:
        ratio, count = rule.tolerance.max_ratio, rule.tolerance.max_count
        lines.append(f"allows   up to {count} rows, or a share of {ratio}")
    return lines


def _columns(rule: Rule) -> Sequence[ColumnUse]:
    own = set(candidates(rule))
    for predicate in (rule.applies_when, rule.counts, rule.warns if rule.kind != "ratio" else None):
        own |= predicate.columns if predicate else frozenset()
    used = [(rule.view, name) for name in sorted(own)]
    used += [("projects", name) for name in project_candidates(rule)]
    if rule.related and rule.related.where:
        used += [(rule.related.view, name) for name in sorted(rule.related.where.columns)]
    found = [(view, VIEWS[view].column(name)) for view, name in dict.fromkeys(used)]
    return [ColumnUse(view, c.name, c.doc, c.null) for view, c in found if c]


def _parameter(parameter: Parameter) -> str:
    value, default = _shown(parameter.value), _shown(parameter.default)
    changed = f", built-in {default}" if value != default else ""
    bounds = f", {_shown(parameter.minimum)} to {_shown(parameter.maximum)}" if parameter.minimum is not None else ""
    return f"{parameter.name} = {value} ({parameter.origin}{changed}{bounds})"


def _shown(value: Any) -> str:
    return plain(value) if hasattr(value, "is_finite") else str(value)
