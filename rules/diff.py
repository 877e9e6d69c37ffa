"""What a changed rule would do: which parts of it changed, and which findings it would open and close. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rules.findings import finding_id
from rules.results import Evaluation, Leaning, RuleResult
from rules.ruleset import Course, Evidence, Parameter, Related, Rule, Tolerance, Words
from rules.wording import plain

_PREDICATES = ("subject_when", "applies_when", "counts", "fails", "warns")
_SHOWN_AS = {"counts": "count_when", "fails": "fail_when", "warns": "warn_when"}
_PLAIN = (
    "subject", "kind", "view", "level", "severity", "mode", "dimension", "key", "requires", "tolerance",
    "related", "max_missing",
    "unknown_reason", "value", "limit", "grace_days", "min_runs", "discriminator", "fingerprint_version", "evidence",
    "family", "owner_role", "service", "frameworks", "aliases",
)  # fmt: skip
_PARTS = {
    "trend": ("measure", "period", "fails", "warns"),
    "attest": ("topic", "by_role", "valid_for_days", "warn_days"),
    "plugin": ("name",),
}
"""What only one kind of rule has, by the name that it has in the rule."""
_PART_SHOWN_AS = {"measure": "metric", "fails": "fail_when", "warns": "warn_when", "name": "plugin"}
_WORDS = ("title", "message", "warn_message", "summary", "why", "fix")


@dataclass(frozen=True)
class Change:
    """One key of a rule, before and after; None where it was or is not there."""

    key: str
    old: str | None
    new: str | None

    @property
    def text(self) -> str:
        """In one line."""
        return f"{self.key}: {self.old or 'not there'} -> {self.new or 'not there'}"


@dataclass(frozen=True)
class Moved:
    """A subject of which the rule says something else."""

    subject_id: str
    old: str
    new: str


@dataclass(frozen=True)
class RuleDiff:
    """One rule that differs; `status` is added, removed or changed."""

    rule_id: str
    title: str
    status: str
    changes: tuple[Change, ...] = ()
    opens: tuple[Leaning, ...] = ()
    closes: tuple[Leaning, ...] = ()
    alters: tuple[Leaning, ...] = ()
    outcomes: tuple[Moved, ...] = ()
    errors: tuple[str, ...] = field(default=())

    @property
    def silent(self) -> bool:
        """It changes no finding and no outcome."""
        return not (self.opens or self.closes or self.alters or self.outcomes or self.errors)


def rule_diffs(old: Iterable[Rule], new: Iterable[Rule]) -> list[RuleDiff]:
    """The rules that differ, by id, without regard to any data."""
    before, after = {r.id: r for r in old}, {r.id: r for r in new}
    found = []
    for rule_id in sorted(before | after):
        rule = after.get(rule_id) or before[rule_id]
        if rule_id not in before or rule_id not in after:
            found.append(RuleDiff(rule_id, rule.title.en, "added" if rule_id in after else "removed"))
        elif changes := _changes(before[rule_id], after[rule_id]):
            found.append(RuleDiff(rule_id, rule.title.en, "changed", tuple(changes)))
    return found


def with_outcomes(diffs: Sequence[RuleDiff], old: Evaluation, new: Evaluation) -> list[RuleDiff]:
    """The same, with what both said of one snapshot."""
    leaned, leans = _by_rule(old), _by_rule(new)
    found = []
    for diff in diffs:
        a, b = leaned.get(diff.rule_id, {}), leans.get(diff.rule_id, {})
        errors = [f"before: {why}" for r, why in old.errors.items() if r == diff.rule_id]
        errors += [f"after: {why}" for r, why in new.errors.items() if r == diff.rule_id]
        found.append(
            RuleDiff(
                diff.rule_id,
                diff.title,
                diff.status,
                diff.changes,
                tuple(b[key] for key in sorted(b.keys() - a.keys(), key=lambda k: _order(b[k]))),
                tuple(a[key] for key in sorted(a.keys() - b.keys(), key=lambda k: _order(a[k]))),
                tuple(b[key] for key in sorted(a.keys() & b.keys()) if a[key].message != b[key].message),
                tuple(_moved(diff.rule_id, old.results, new.results)) if diff.status == "changed" else (),
                tuple(errors),
            )
        )
    return found


def lines(diffs: Sequence[RuleDiff], names: Mapping[str, str], *, evaluated: bool = True) -> list[str]:
    """As text. `names` says what projects are called, by id; `evaluated`: it is known what the rules say."""
    if not diffs:
        return ["no rule differs"]
    told = []
    for diff in diffs:
        told += [f"{diff.rule_id}  {diff.title}  ({diff.status})", *(f"  {c.text}" for c in diff.changes)]
        for word, subjects in (("opens", diff.opens), ("closes", diff.closes), ("alters", diff.alters)):
            if subjects:
                told.append(f"  {word} {len(subjects)} finding{'s' if len(subjects) != 1 else ''}")
                told += [f"    {names.get(s.judged_id, s.judged_id)}: {s.message}" for s in subjects]
        told += [f"  {names.get(m.subject_id, m.subject_id)}: {m.old} -> {m.new}" for m in diff.outcomes]
        told += [f"  could not be evaluated {why}" for why in diff.errors]
        told += ["  opens and closes no finding"] if evaluated and diff.silent else []
    return told


def as_plain(diffs: Sequence[RuleDiff]) -> list[dict[str, Any]]:
    """For machines."""
    return [
        {
            "rule": d.rule_id,
            "status": d.status,
            "changes": [vars(c) for c in d.changes],
            "opens": [_finding(s) for s in d.opens],
            "closes": [_finding(s) for s in d.closes],
            "alters": [_finding(s) for s in d.alters],
            "outcomes": [vars(m) for m in d.outcomes],
            "errors": list(d.errors),
        }
        for d in diffs
    ]


def _changes(old: Rule, new: Rule) -> list[Change]:
    found = []
    for key in _PREDICATES:
        a, b = getattr(old, key), getattr(new, key)
        if key == "counts" and "ratio" not in (old.kind, new.kind):  # the failing condition, told once
            continue
        if (a and a.text) != (b and b.text):
            shown = "project_when" if key == "subject_when" and new.subject == "project" else key
            found.append(Change(_SHOWN_AS.get(shown, shown), a.text if a else None, b.text if b else None))
    for key in _PLAIN:
        a, b = getattr(old, key), getattr(new, key)
        if a != b:
            found.append(Change("expect" if key == "related" else key, _said(a), _said(b)))
    for part, keys in _PARTS.items():
        for key in keys:
            a, b = (getattr(getattr(rule, part), key, None) for rule in (old, new))
            if a != b:
                found.append(Change(_PART_SHOWN_AS.get(key, key), _said(a), _said(b)))
    for name in sorted({p.name for p in (*old.parameters, *new.parameters)}):
        a, b = old.parameter(name), new.parameter(name)
        if _parameter(a) != _parameter(b):
            found.append(Change(f"parameter {name}", _parameter(a), _parameter(b)))
    words = [(key, getattr(old, key), getattr(new, key)) for key in _WORDS]
    return [*found, *(Change(key, _said(a), _said(b)) for key, a, b in words if a != b)]


def _parameter(parameter: Parameter | None) -> str | None:
    if parameter is None:
        return None
    bounds = [] if parameter.minimum is None else [f"at least {plain(parameter.minimum)}"]
    bounds += [] if parameter.maximum is None else [f"at most {plain(parameter.maximum)}"]
    return ", ".join([_said(parameter.default) or "", *bounds])


def _said(value: Any) -> str | None:
    """A part of a rule as its author would write it; None where there is nothing."""
    said: str | None
    match value:
        case None | ():
            said = None
        case Decimal():
            said = plain(value)
        case Course():
            said = value.text
        case Evidence():
            order = ", ".join(f"{o.column}{' descending' if o.descending else ''}" for o in value.order)
            said = ", ".join(value.columns) + (f" by {order}" if order else "") + f", at most {value.limit}"
        case Words():
            said = value.en
        case Tolerance():
            said = f"at most {value.max_count} rows, or a share of {value.max_ratio}"
        case Related():
            said = f"{value.least} of {value.view}" + (f" where {value.where.text}" if value.where else "")
        case tuple():
            said = ", ".join(map(str, value))
        case Mapping():
            said = ", ".join(f"{k} = {v}" for k, v in value.items()) or None
        case _:
            said = str(value)
    return said


def _by_rule(evaluation: Evaluation) -> dict[str, dict[str, Leaning]]:
    return {run.rule_id: {finding_id(s): s for s in run.leaning} for run in evaluation.runs}


def _moved(rule_id: str, old: Iterable[RuleResult], new: Iterable[RuleResult]) -> Iterable[Moved]:
    before = {r.subject_id: r.outcome for r in old if r.rule_id == rule_id}
    for result in new:
        if result.rule_id == rule_id and before.get(result.subject_id, result.outcome) != result.outcome:
            yield Moved(result.subject_id, before[result.subject_id], result.outcome)


def _order(subject: Leaning) -> tuple[str, str, str]:
    return subject.judged_id, subject.subject_kind, subject.subject_id


def _finding(subject: Leaning) -> dict[str, Any]:
    return {
        "finding": finding_id(subject),
        "project": subject.project_id,
        "subject_kind": subject.subject_kind,
        "subject": subject.subject_id,
        "severity": subject.severity,
        "message": subject.message,
    }
