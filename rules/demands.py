"""Which self-tests a built-in rule must have, derived from its compiled conditions: no list of exceptions is kept.

| Demand | Code | Of which rules |
| --- | --- | --- |
| pass, fail | R230 | all |
| warn | R230 | those that can warn: a warning condition |
| unknown | R230 | those that can be undecided: a column whose null decides, related rows, a condition on subjects |
| not applicable | R230 | those that can pass a subject over: a condition, or a view that may hold no row of it |
| a value at the limit, one just beyond | R231 | those that compare by size, tolerate rows, or count related rows |
| nothing left to count | R232 | ratios |
"""

from collections.abc import Iterator
from dataclasses import dataclass

from portfolio.model import VIEWS
from rules.compile import Limit
from rules.kinds import kind_of
from rules.lineage import has_table, stored
from rules.query import candidates
from rules.ruleset import Rule


@dataclass(frozen=True)
class Demand:
    """A self-test that a rule lacks: code of the mistake, what is missing, how to mend it."""

    code: str
    what: str
    help: str


def possible_outcomes(rule: Rule) -> tuple[str, ...]:
    """The outcomes that some data can bring about; error aside, which is no answer of the rule."""
    passed_over = bool(rule.subject_when or rule.applies_when or rule.view != rule.by.view)
    found = {"pass": True, "warn": kind_of(rule).can_warn(rule), "fail": True}
    found |= {"unknown": _can_be_unknown(rule), "not_applicable": passed_over}
    return tuple(name for name, possible in found.items() if possible)


def _can_be_unknown(rule: Rule) -> bool:
    """A null can leave it open, or no source of a project may be able to hold what it asks for."""
    if kind_of(rule).may_be_open:
        return True
    if rule.subject_when is not None:  # rows may be of a subject that its population does not list
        return True
    if any(_may_be_null(rule.view, column) for column in candidates(rule)):
        return True
    if rule.related is not None:
        where = rule.related.where.decisive if rule.related.where else ()
        return has_table(rule.related.view) or any(_may_be_null(rule.related.view, column) for column in where)
    return rule.counts is not None and any(stored(rule.view, column) for column in rule.counts.forgiven)


def _may_be_null(view: str, name: str) -> bool:
    column = VIEWS[view].column(name)
    return column is not None and not column.required


def limits(rule: Rule) -> tuple[tuple[str, Limit], ...]:
    """Every comparison by size with the view that it is made on; `ratio` for a ratio rule's verdict."""
    verdict = "ratio" if rule.kind == "ratio" else rule.view
    parts = [(rule.by.view, rule.subject_when), (rule.view, rule.applies_when), (rule.view, rule.counts)]
    parts += [(verdict, rule.fails), (verdict, rule.warns)]
    parts += [(rule.related.view, rule.related.where)] if rule.related else []
    return tuple(dict.fromkeys((view, limit) for view, p in parts if p for limit in p.limits))


def has_boundary(rule: Rule) -> bool:
    """Some value of the rule can stand exactly at a limit."""
    counted = rule.related is not None and rule.related.least != 1
    return bool(limits(rule)) or counted or not rule.tolerance.is_zero


def lacking(rule: Rule) -> Iterator[Demand]:
    """The self-tests that the rule has not."""
    shown = {expected.outcome for test in rule.tests for expected in test.expect}
    for outcome in possible_outcomes(rule):
        if outcome not in shown:
            said = outcome.replace("_", " ")
            yield Demand("R230", f"no self-test shows `{said}`", f"add a test that expects outcome `{outcome}`")
    if has_boundary(rule) and not any(test.boundary for test in rule.tests):
        what = "no self-test stands at the limit and just beyond it"
        yield Demand("R231", what, "add a test of both values with `boundary = true`")
    if rule.kind == "ratio" and not _shows_nothing_counted(rule):
        help = "add a project whose rows all stand outside, and expect `not_applicable`, or `denominator = 0`"
        yield Demand("R232", "no self-test has nothing left to count", help)


def _shows_nothing_counted(rule: Rule) -> bool:
    """A ratio without denominator: stated, or a project that no condition on projects passed over."""
    expected = [e for test in rule.tests for e in test.expect]
    stated = any(e.denominator == 0 for e in expected)
    return stated or (rule.subject_when is None and any(e.outcome == "not_applicable" for e in expected))
