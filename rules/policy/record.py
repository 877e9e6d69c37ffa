"""The record of what each rule was on a day, how it was set and how it came out. Rows of table `rule_run`."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from rules.compile import Predicate
from rules.policy.force import InForce
from rules.policy.resolve import values_of
from rules.results import Evaluation, RuleRun, as_json
from rules.ruleset import Rule, RuleSet
from rules.variant import Variant

_NOT_DEFINING = frozenset(("place", "tests", "severity_origin", "mode_origin", "origin"))
"""Fields that say where a rule stands and how it is tested, not what it says."""
_COLUMNS = {
    "pass": "passes",
    "warn": "warns",
    "fail": "fails",
    "unknown": "unknowns",
    "not_applicable": "not_applicable",
    "error": "errors",
}


def rule_runs(
    ruleset: RuleSet, force: InForce, evaluation: Evaluation, sources: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """A row for each rule that was evaluated. `sources` are rows of `source_state`."""
    by_rule: dict[str, list[Variant]] = defaultdict(list)
    for variant in force.variants:
        by_rule[variant.rule.id].append(variant)
    known = ruleset.policy.rules if ruleset.policy else {}
    read = as_json({s["source"]: {"outcome": s["outcome"], "complete_at": s["complete_at"]} for s in sources})
    return [
        _row(run, known.get(run.rule_id, by_rule[run.rule_id][0].rule), by_rule[run.rule_id], evaluation.as_of, read)
        for run in evaluation.runs
    ]


def rule_hash(rule: Rule) -> str:
    """Tells definitions of a rule apart. The same text gives the same hash on every machine."""
    return _hash(_plain(rule))


def policy_hash(rules: Iterable[Rule]) -> str:
    """Tells apart what was in force: values, severities and modes of a rule's variants, not where they stand."""
    said = [{k: v for k, (v, _) in values_of(rule).items()} for rule in rules]
    return _hash(sorted(said, key=as_json))


def _row(run: RuleRun, built_in: Rule, variants: list[Variant], as_of: date, sources: str) -> dict[str, Any]:
    found = Counter(result.outcome for result in run.results)
    return {
        "rule_id": run.rule_id,
        "as_of": as_of,
        "rule_hash": rule_hash(built_in),
        "policy_hash": policy_hash(v.rule for v in variants),
        "parameters": as_json([_set(variant, run) for variant in variants]),
        **{column: found[outcome] for outcome, column in _COLUMNS.items()},
        "off": len(run.off),
        "milliseconds": run.milliseconds,
        "error": run.error,
        "sources": sources,
    }


def _set(variant: Variant, run: RuleRun) -> dict[str, Any]:
    """How the rule was set, for how many subjects."""
    values = {key: {"value": v, "origin": origin} for key, (v, origin) in values_of(variant.rule).items()}
    return {"projects": sum(variant.concerns(r.subject_id) for r in run.results), "values": values}


def _hash(value: Any) -> str:
    return hashlib.sha256(as_json(value).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one line a kind of value
    """What defines a rule, as plain values in a fixed order."""
    if isinstance(value, Predicate):
        return value.text
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in _NOT_DEFINING}
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value)}
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value
