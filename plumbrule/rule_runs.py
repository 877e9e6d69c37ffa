"""What `plumbrule rules` finds in the last snapshot: run and diff. Nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from plumbrule.app import App
from plumbrule.judging import limits_of
from plumbrule.listing import Case, ColumnKind, Level, Listing, Row
from plumbrule.speech import says, spoken
from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.model.checks import OUTCOMES
from portfolio.model.subjects import SUBJECT_NAMES, SUBJECTS
from portfolio.ports import Reader
from rules import diff
from rules.evaluate import evaluate
from rules.health import why_unknown
from rules.policy.force import in_force
from rules.reading import pack_documents, rules_of
from rules.results import Evaluation, RuleRun
from rules.ruleset import RuleSet
from rules.variant import Variant
from sync import FileReader

_HIDDEN = ("not_applicable",)
_LEVELS: dict[str, Level] = {
    "pass": "pass", "warn": "warning", "unknown": "unknown", "not_applicable": "unknown", "error": "unknown"
}  # fmt: skip
"""Of outcomes; one that fails has that of its severity."""
LEVELS: dict[str, Level] = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
"""What SARIF calls our severities, as in reports/render/sarif.py."""
_COLUMNS: dict[str, ColumnKind] = {
    "subject": "text", "subject_kind": "text", "subject_id": "text", "project": "text", "project_id": "text",
    "rule": "text", "outcome": "text", "severity": "text", "value": "number", "limit": "number", "count": "number",
    "denominator": "number", "excluded": "number", "reason": "text", "missing": "text", "message": "text",
    "leaning": "list",
}  # fmt: skip


class Outcomes:
    """What the rules say now of the last snapshot."""

    def __init__(
        self, evaluation: Evaluation, rules: RuleSet, names: Mapping[tuple[str, str], str], measured: date
    ) -> None:
        self.evaluation = evaluation
        self._rules = rules
        self._names = names
        self._measured = measured

    @property
    def notes(self) -> list[str]:
        """What to know before reading them."""
        if self.evaluation.as_of == self._measured:
            return []
        return [
            says(
                "note: columns were measured as of {measured}; only $as_of is {as_of}",
                measured=self._measured,
                as_of=self.evaluation.as_of,
            )
        ]

    def listing(self, *, whole: bool = False) -> Listing:
        """One row a rule and subject, with the subjects that lean; what does not apply only where all is asked for."""
        subjects: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for s in self.evaluation.leaning:
            told = {"kind": s.subject_kind, "id": s.subject_id, "message": s.message}
            subjects[s.judged_id, s.rule_id].append(
                {**told, "value": _rounded(s.value), "limit": _rounded(s.threshold)}
            )
        rows = [
            {
                "subject": self._names.get((r.subject_kind, r.subject_id), r.subject_id),
                "subject_kind": r.subject_kind,
                "subject_id": r.subject_id,
                "project": self._names.get(("project", r.subject_id)) if r.project_id is not None else None,
                "project_id": r.project_id,
                "rule": r.rule_id,
                "outcome": r.outcome,
                "severity": r.severity,
                "value": _rounded(r.value),
                "limit": _rounded(r.threshold),
                "count": r.numerator,
                "denominator": r.denominator,
                "excluded": r.excluded,
                "reason": r.reason,
                "missing": r.missing,
                "message": r.message or (why_unknown(self._rules, r._asdict()) if r.outcome == "unknown" else None),
                "leaning": subjects.get((r.subject_id, r.rule_id), []),
            }
            for r in sorted(
                self.evaluation.results, key=lambda r: (SUBJECT_NAMES.index(r.subject_kind), r.subject_id, r.rule_id)
            )
            if whole or r.outcome not in _HIDDEN
        ]
        shown = ("subject", "rule", "outcome", "value", "limit", "message")
        return Listing(rows, shown, says("no rule applies"), columns=_COLUMNS, case=self._case, name="rules run")

    def _case(self, row: Row) -> Case:
        rule = self._rules.get(row["rule"])
        level: Level = _LEVELS.get(row["outcome"]) or LEVELS.get(row["severity"], "note")
        told = row["message"] or row["reason"] or row["outcome"].replace("_", " ")
        title = rule.title.said_in(self._rules.language) if rule else ""
        return Case(row["rule"], level, told, str(row["subject"]), row["subject_kind"], title)

    def counted(self) -> str:
        """How many of each outcome, in a line."""
        found = Counter(r.outcome for r in self.evaluation.results)
        return ", ".join(f"{found[o]} {spoken(o.replace('_', ' '))}" for o in OUTCOMES if found[o]) or says(
            "nothing was evaluated"
        )


def run(
    app: App, only: Collection[str] = (), project: str | None = None, as_of: date | None = None, *, forced: bool = False
) -> Outcomes:
    """Hold the last snapshot against the rules in force; `forced`: against those that are off as well.

    Raises ConfigurationError before the first run, and for a rule or project that is none.
    """
    reader = app.latest()
    try:
        names = _names(reader)
        wanted = _project(_keys(names), project) if project else None
        [row] = reader.rows("SELECT as_of FROM context")
        day = as_of or row["as_of"]
        rules = _chosen(app.rules, only, day, forced=forced)
        force = in_force(app.rules, reader, day)
        known = [*force.variants, *force.silent] if forced else force.variants
        variants = sorted((v for v in known if v.rule.id in rules.ids), key=lambda v: v.rule.id)
        if forced:
            variants += [Variant(rule) for rule in rules.rules if rule.id not in {v.rule.id for v in variants}]
        found = _evaluated(app, reader, rules, day, variants=variants, off={} if forced else force.off)
    finally:
        reader.close()
    if wanted:
        found = replace(found, runs=tuple(_of_project(r, wanted) for r in found.runs))
    return Outcomes(found, rules, names, row["as_of"])


def compared(diffs: Sequence[diff.RuleDiff], names: Mapping[str, str], *, evaluated: bool) -> Listing:
    """What `compare` found: a row a change of a rule, and a row a finding that it opens, closes or alters."""
    rows = []
    for one in diffs:
        told = {"rule": one.rule_id, "status": one.status}
        rows += [{**told, "what": "key", "name": c.key, "before": c.old, "after": c.new} for c in one.changes]
        for word, subjects in (("opens", one.opens), ("closes", one.closes), ("alters", one.alters)):
            rows += [
                {**told, "what": word, "name": names.get(s.judged_id, s.judged_id), "before": None, "after": s.message}
                for s in subjects
            ]
        rows += [
            {**told, "what": "outcome", "name": names.get(m.subject_id, m.subject_id), "before": m.old, "after": m.new}
            for m in one.outcomes
        ]
        rows += [{**told, "what": "error", "name": None, "before": None, "after": why} for why in one.errors]
    columns: dict[str, ColumnKind] = dict.fromkeys(("rule", "status", "what", "name", "before", "after"), "text")
    prose = "\n".join(diff.lines(diffs, names, evaluated=evaluated))
    return Listing(rows, columns=columns, prose=prose, document=diff.as_plain(diffs))


def compare(old: Path, new: Path, app: App | None) -> tuple[list[diff.RuleDiff], dict[str, str]]:
    """How the rules of two packs, or folders of them, differ; what that changes in the last snapshot, if there is one.

    Both are taken at the values that they give themselves.
    """
    before, after = rules_of(pack_documents([old])), rules_of(pack_documents([new]))
    diffs = diff.rule_diffs(before, after)
    if app is None or not diffs:
        return diffs, {}
    reader = app.latest()
    try:
        names = _names(reader)
        [row] = reader.rows("SELECT as_of FROM context")
        ids = {d.rule_id for d in diffs}
        sides = [
            _evaluated(
                app, reader, RuleSet(tuple(r for r in side if r.id in ids), language=app.rules.language), row["as_of"]
            )
            for side in (before, after)
        ]
    finally:
        reader.close()
    return diff.with_outcomes(diffs, *sides), {number: name for (_, number), name in names.items()}


def results_of(app: App, project: str) -> list[dict[str, Any]]:
    """The kept results of one project."""
    reader = app.latest()
    try:
        wanted = _project(_keys(_names(reader)), project)
        return reader.rows(
            "SELECT * FROM rule_result WHERE project_id = $project ORDER BY rule_id", {"project": wanted}
        )
    finally:
        reader.close()


def capabilities_of(app: App) -> tuple[list[dict[str, Any]], list[str]]:
    """What the sources declare, and which sources there are, by the last snapshot."""
    reader = app.latest()
    try:
        sources = [row["source"] for row in reader.rows("SELECT source FROM source_state ORDER BY source")]
        return reader.rows("SELECT * FROM capability"), sources
    finally:
        reader.close()


def _rounded(value: Decimal | None) -> float | None:
    """Six digits after the point: more than any limit has."""
    return None if value is None else round(float(value), 6)


def _evaluated(
    app: App,
    reader: FileReader,
    rules: RuleSet,
    as_of: date,
    *,
    variants: Sequence[Variant] | None = None,
    off: Mapping[str, frozenset[str]] | None = None,
) -> Evaluation:
    if not (rules.rules if variants is None else variants):
        return Evaluation(as_of, ())
    capabilities = reader.rows("SELECT * FROM capability")
    limits = limits_of(app.settings)
    off = {rule: projects for rule, projects in (off or {}).items() if rule in rules.ids}
    return evaluate(rules, reader.path, capabilities, as_of=as_of, limits=limits, variants=variants, off=off)


def _chosen(rules: RuleSet, only: Collection[str], day: date, *, forced: bool) -> RuleSet:
    """Those named, or all, that are in force for any project."""
    known = {r.id: r for r in rules.known}
    on = rules.ids_anywhere(day)
    for name in only:
        if name not in known:
            near = suggest(name, known) or "`plumbrule rules list` names all rules"
            remedy = f"{near}; one of yours is known once its folder stands in `folders` under [rules]"
            raise ConfigurationError(f"there is no rule `{name}`", code="rules.unknown_rule", remedy=remedy)
        if name not in on and not forced:
            remedy = "--dry-run evaluates it all the same; docs: rules-commands"
            raise ConfigurationError(f"rule {name} is off", code="rules.off", remedy=remedy)
    there = (r for r in rules.known if forced or r.id in on)
    chosen = sorted((r for r in there if not only or r.id in only), key=lambda r: r.id)
    return replace(rules, rules=tuple(chosen), off=())


def _of_project(run: RuleRun, project: str) -> RuleRun:
    results = tuple(r for r in run.results if r.project_id == project)
    return replace(run, results=results, leaning=tuple(s for s in run.leaning if s.project_id == project))


def _names(reader: Reader) -> dict[tuple[str, str], str]:
    """What every subject is called, by its kind and id."""
    found: dict[tuple[str, str], str] = {}
    for kind, by in SUBJECTS.items():
        column = "key" if kind == "project" else "name"
        sql = f"SELECT {by.key} AS id, {column} AS name FROM {by.view}"  # noqa: S608 - declared names
        found |= {(kind, row["id"]): row["name"] or row["id"] for row in reader.rows(sql, {})}
    return found


def _keys(names: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Of projects alone."""
    return {number: name for (kind, number), name in names.items() if kind == "project"}


def _project(names: Mapping[str, str], wanted: str) -> str:
    found = [p for p, key in names.items() if wanted in (p, key)] or [
        p for p, key in names.items() if wanted.upper() == key.upper()
    ]
    if len(found) != 1:
        remedy = suggest(wanted, names.values()) or "name it by its key or id"
        what = f"there is no project `{wanted}`" if not found else f"{len(found)} projects are called `{wanted}`"
        raise ConfigurationError(what, code="rules.unknown_project", remedy=remedy)
    return found[0]
