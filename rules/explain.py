"""Why a rule exists and what it looks at: plain data and text lines; printing is the caller's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.model import VIEWS
from rules.kinds import kind_of
from rules.query import columns_read
from rules.ruleset import Parameter, Rule, RuleSet
from rules.wording import plain


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
        if rule.service:
            lines.append(f"  for   service {rule.service}")
        if rule.aliases:
            lines.append(f"  also  {', '.join(rule.aliases)}")
        if rule.frameworks:
            lines.append(f"  see   {', '.join(rule.frameworks)}")
        return [*lines, f"  from  {rule.place}"]


def explain_rule(ruleset: RuleSet, rule_id: str) -> RuleExplanation:
    """One rule by id or alias. Raises ConfigurationError for an id that no rule has."""
    rule = ruleset.get(rule_id.upper())
    if rule is None:
        known = ruleset.known
        near = suggest(rule_id.upper(), [r.id for r in known])
        near = near or suggest(rule_id, [alias for r in known for alias in r.aliases])
        remedy = f"{near}; " if near else "see docs/rules.md for all rules; "
        remedy += "one of yours is known once its folder stands in `folders` under [rules]"
        raise ConfigurationError(f"there is no rule `{rule_id}`", code="rules.unknown_rule", remedy=remedy)
    language = ruleset.language
    return RuleExplanation(
        rule,
        rule.title.said_in(language),
        rule.why.said_in(language),
        rule.fix.said_in(language),
        tuple(_checks(rule)),
        tuple(_columns(rule)),
        rule.id in ruleset.ids,
    )


def checks(rule: Rule) -> Sequence[str]:
    """What the rule looks at and when it fails, as conditions."""
    return list(_checks(rule))


def _checks(rule: Rule) -> Sequence[str]:
    lines = [] if rule.subject == "project" else [f"judges   {rule.by.view}"]
    lines.append(f"view     {rule.view}")
    for label, predicate in ((rule.by.view, rule.subject_when), ("rows", rule.applies_when)):
        if predicate:
            lines.append(f"{label:<8} {predicate.text}")
    if rule.requires:
        lines.append(f"needs    {', '.join(rule.requires)}")
    lines += kind_of(rule).lines(rule)
    if rule.fails:
        lines.append(f"fails    {rule.fails.text}")
    if rule.warns:
        lines.append(f"warns    {rule.warns.text}")
    if not rule.tolerance.is_zero:
        ratio, count = rule.tolerance.max_ratio, rule.tolerance.max_count
        lines.append(f"allows   up to {count} {'row' if count == 1 else 'rows'}, or a share of {ratio}")
    return lines


def _columns(rule: Rule) -> Sequence[ColumnUse]:
    tables = {**VIEWS, rule.view: rule.table}
    found = [(view, tables[view].column(name)) for view, name in columns_read(rule)]
    return [ColumnUse(view, c.name, c.doc, c.null) for view, c in found if c]


def _parameter(parameter: Parameter) -> str:
    value, default = _shown(parameter.value), _shown(parameter.default)
    changed = f", built-in {default}" if value != default else ""
    bounds = f", {_shown(parameter.minimum)} to {_shown(parameter.maximum)}" if parameter.minimum is not None else ""
    return f"{parameter.name} = {value} ({parameter.origin}{changed}{bounds})"


def _shown(value: Any) -> str:
    return plain(value) if hasattr(value, "is_finite") else str(value)
