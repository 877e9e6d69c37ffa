"""Compliance as a number, always together with how much could be evaluated. Pure."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from rules.results import judged_id
from rules.ruleset import Rule, RuleSet

WEIGHTS = {"critical": 10, "high": 5, "medium": 2, "low": 1, "info": 0}
"""What a rule counts, by severity."""

ENOUGH_COVERAGE = Decimal("0.6")
_DEFAULT_SPREAD = Decimal("0.2")  # a share of leaning rows at which nothing of the rule is left
_GRADES = ((Decimal("0.9"), "A"), (Decimal("0.8"), "B"), (Decimal("0.7"), "C"), (Decimal("0.6"), "D"))
_EVALUATED = {"pass", "warn", "fail"}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Score:
    """Fractions 0..1; None where nothing could be evaluated, or nothing applies.

    score = sum(weight x degree) / sum(weight) over evaluated rules; coverage = weight evaluated / weight applicable.
    `grade` is A to E, or `insufficient data` below 60 % coverage; an open critical failure allows C at best: `capped`.
    `score_unwaived` leaves out failures under waiver, above and below the line; `score` counts them as failures.
    """

    score: Decimal | None
    coverage: Decimal | None
    grade: str
    evaluated: int = 0
    applicable: int = 0
    capped: bool = False
    score_unwaived: Decimal | None = None


@dataclass(frozen=True)
class Scores:
    """Score of each project, and of the portfolio: the mean of the projects that have one.

    `units` are the scores of departments, programmes and the organisation by the rules about themselves, by kind and
    id. People are never scored.
    """

    projects: Mapping[str, Score]
    portfolio: Score
    units: Mapping[tuple[str, str], Score] = field(default_factory=dict)


def without_waived(scores: Scores) -> Scores:
    """The same, each score being the one that leaves out failures under waiver."""

    def left_out(found: Score) -> Score:
        return replace(found, score=found.score_unwaived)

    projects = {project: left_out(found) for project, found in scores.projects.items()}
    units = {unit: left_out(found) for unit, found in scores.units.items()}
    return Scores(projects, left_out(scores.portfolio), units)


def score(ruleset: RuleSet, results: Iterable[Row], waived: Collection[tuple[str, str]] = ()) -> Scores:
    """Scores from rows of `rule_result`. What was only observed for the project does not count, nor does what is no
    rule of the set. `waived` are (rule id, project id, or that of another subject) whose failure is under waiver.
    """
    rules = {r.id: r for r in ruleset.known}
    by_project: dict[str, list[Row]] = defaultdict(list)
    by_unit: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in results:
        if row["project_id"] is None and row["subject_kind"] == "person":
            continue
        project, unit = row["project_id"], (row.get("subject_kind"), row.get("subject_id"))
        rows = by_project[project] if project is not None else by_unit[unit]  # type: ignore[index]
        if row["mode"] == "enforce":
            rows.append(row)
    projects = {p: _of_subject(rules, rows, waived) for p, rows in sorted(by_project.items())}
    units = {u: _of_subject(rules, rows, waived) for u, rows in sorted(by_unit.items())}
    return Scores(projects, _mean(list(projects.values())), units)


def degree(rule: Rule, row: Row) -> Decimal:
    """How far the rule is kept, 0..1: pass 1, warn a half; of rows that lean, their share against the tolerance."""
    if row["outcome"] == "pass":
        return Decimal(1)
    if row["outcome"] == "warn":
        return Decimal("0.5")
    if rule.kind not in ("row", "plugin") or rule.per_subject or not row["denominator"]:
        return Decimal(0)
    spread = 4 * _tolerated(rule, row) or _DEFAULT_SPREAD
    return 1 - min(Decimal(1), Decimal(row["numerator"]) / Decimal(row["denominator"]) / spread)


def _tolerated(rule: Rule, row: Row) -> Decimal:
    """The share that may lean: of a parameter the value in force for the subject, which policy may have set."""
    share = rule.tolerance.max_ratio
    if isinstance(share, str) and row.get("parameters"):
        return Decimal(json.loads(row["parameters"])[share.removeprefix("$")]["value"])
    return rule.bound(share)


def _of_subject(rules: Mapping[str, Rule], rows: Iterable[Row], waived: Collection[tuple[str, str]]) -> Score:
    kept = [(rules[r["rule_id"]], r) for r in rows if r["rule_id"] in rules and r["outcome"] != "not_applicable"]
    judged = [(rule, row) for rule, row in kept if row["outcome"] in _EVALUATED]
    applicable, evaluated = _weight(kept), _weight(judged)
    value = _kept(judged)
    unwaived = _kept([(u, r) for u, r in judged if r["outcome"] != "fail" or (u.id, judged_id(r)) not in waived])
    coverage = Decimal(evaluated) / applicable if applicable else None
    critical = any(row["severity"] == "critical" and row["outcome"] == "fail" for _, row in judged)
    return Score(value, coverage, grade(value, coverage, critical), len(judged), len(kept), critical, unwaived)


def _kept(judged: Collection[tuple[Rule, Row]]) -> Decimal | None:
    """How far those rules are kept, by weight; None of none."""
    weight = _weight(judged)
    earned = sum((WEIGHTS[row["severity"]] * degree(rule, row) for rule, row in judged), Decimal(0))
    return earned / weight if weight else None


def _weight(pairs: Iterable[tuple[Rule, Row]]) -> int:
    return sum(WEIGHTS[row["severity"]] for _, row in pairs)


def _mean(scores: list[Score]) -> Score:
    values = [s.score for s in scores if s.score is not None]
    shares = [s.coverage for s in scores if s.coverage is not None]
    value = sum(values, Decimal(0)) / len(values) if values else None
    coverage = sum(shares, Decimal(0)) / len(shares) if shares else None
    unwaived = [s.score_unwaived for s in scores if s.score_unwaived is not None]
    without = sum(unwaived, Decimal(0)) / len(unwaived) if unwaived else None
    evaluated, applicable = sum(s.evaluated for s in scores), sum(s.applicable for s in scores)
    return Score(value, coverage, grade(value, coverage), evaluated, applicable, score_unwaived=without)


def grade(value: Decimal | None, coverage: Decimal | None, critical: bool = False) -> str:
    """A to E; `insufficient data` below 60 % coverage; an open critical failure allows C at best."""
    if value is None or coverage is None or coverage < ENOUGH_COVERAGE:
        return "insufficient data"
    letter = next((letter for least, letter in _GRADES if value >= least), "E")
    return max(letter, "C") if critical else letter
