"""Runs a rule's own tests, as written beside it, on an empty database in memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, suggest
from portfolio.model import VIEWS, Kind, Table
from portfolio.model.derive import sql_type
from rules.boundary import shown_limits
from rules.evaluator import Evaluator
from rules.kinds import kind_of
from rules.pack import ExpectedItem, ExpectedOutcome, SelfTest
from rules.parameters import exact
from rules.plugins import PluginFault
from rules.reading import built_in_documents, rules_of
from rules.results import Leaning, RuleResult, RuleRun
from rules.ruleset import Rule, RuleSet


def self_test(rule: Rule, connection: duckdb.DuckDBPyConnection | None = None) -> list[str]:
    """What went otherwise than expected, one line each; empty when all tests pass.

    A connection to an empty database may be given to test many rules quickly; it is left empty.
    """
    with _bench(connection) as bench:
        return [f"{test.name}: {line}" for test in rule.tests for line in _failures(rule, test, bench)]


def failed_self_tests(ruleset: RuleSet) -> list[str]:
    """What the tests of a site's own rules found, one line each; empty when all pass.

    Rules that are off are tested too. Each is tested at the values its pack gives, as its author wrote the tests:
    settings that change a parameter do not break them. The built-in rules are tested before they are released.
    """
    built_in = {rule["id"] for document in built_in_documents() for rule in document.data["rule"]}
    own = [r for r in ruleset.known if r.id not in built_in and r.tests]
    if not own:
        return []
    with _bench(None) as bench:
        return [
            f"{r.place}: rule {r.id}, test {test.name}: {line}"
            for r in own
            for test in r.tests
            for line in _told(_at_defaults(r), test, bench)
        ]


@dataclass(frozen=True)
class SelfTestReport:
    """What the self-tests of some packs found."""

    rules: int
    tests: int
    untested: tuple[str, ...]
    problems: tuple[Problem, ...]


def run_self_tests(documents: Sequence[LocatedToml], only: Collection[str] = ()) -> SelfTestReport:
    """Run the tests of every rule of those packs, or of those named. Each failure stands where its test does.

    Raises ConfigurationError with all mistakes of the packs, or for an id that no rule has.
    """
    rules = {r.id: r for r in rules_of(documents)}
    for name in only:
        if name not in rules:
            remedy = suggest(name, rules) or "`plumbrule rules list` names all rules"
            raise ConfigurationError(f"there is no rule `{name}`", code="rules.unknown_rule", remedy=remedy)
    chosen = [rules[name] for name in only] if only else list(rules.values())
    places = _places(documents)
    problems: list[Problem] = []
    with _bench(None) as bench:
        for rule in chosen:
            document, number = places[rule.id]
            for position, test in enumerate(rule.tests):
                at = ("rule", number, "test", position, "name")
                what = (f"self-test of rule {rule.id} fails: {line}" for line in _told(rule, test, bench))
                problems += [document.problem(at, "R233", line) for line in what]
    untested = tuple(r.id for r in chosen if not r.tests)
    return SelfTestReport(len(chosen), sum(len(r.tests) for r in chosen), untested, tuple(problems))


def _places(documents: Sequence[LocatedToml]) -> dict[str, tuple[LocatedToml, int]]:
    return {
        str(rule["id"]): (document, number)
        for document in documents
        for number, rule in enumerate(document.data["rule"])
    }


def _told(rule: Rule, test: SelfTest, bench: duckdb.DuckDBPyConnection) -> list[str]:
    try:
        return _failures(rule, test, bench)
    except (duckdb.Error, ArithmeticError, ValueError, PluginFault) as error:
        return [f"could not be run: {str(error).splitlines()[0] if str(error) else type(error).__name__}"]


def _at_defaults(rule: Rule) -> Rule:
    return replace(rule, parameters=tuple(replace(p, value=p.default) for p in rule.parameters))


def run_on(
    rule: Rule,
    given: Mapping[str, Sequence[Mapping[str, Any]]],
    test: SelfTest | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> RuleRun:
    """The rule on given rows of documented views; columns left out are null."""
    with _bench(connection) as bench, given_rows(rule, given, bench):
        return _run(rule, test, bench)


@contextmanager
def given_rows(
    rule: Rule, given: Mapping[str, Sequence[Mapping[str, Any]]], connection: duckdb.DuckDBPyConnection
) -> Iterator[None]:
    """The views that the rule reads hold those rows while the context lasts."""
    needed = {rule.by.view, *kind_of(rule).needed_views(rule), *given}
    connection.execute("BEGIN")
    try:
        for name in sorted(needed):
            fill_view(connection, VIEWS[name], given.get(name, ()))
        yield
    finally:
        connection.execute("ROLLBACK")


def at_params(rule: Rule, test: SelfTest) -> Rule:
    """The rule with the parameters that the test sets."""
    given = test.params
    kept = (replace(p, value=exact(given[p.name], p.type)) if p.name in given else p for p in rule.parameters)
    return replace(rule, parameters=tuple(kept))


def _run(rule: Rule, test: SelfTest | None, connection: duckdb.DuckDBPyConnection) -> RuleRun:
    as_of = test.as_of if test else date(2026, 6, 30)
    return Evaluator(connection, as_of, test.capabilities if test else []).run(rule)


def fill_view(connection: duckdb.DuckDBPyConnection, view: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table of the view's shape, without its NOT NULL promises, holding those rows."""
    columns = ", ".join(f'"{c.name}" {sql_type(c)}' for c in view)
    connection.execute(f"CREATE TABLE {view.name} ({columns})")
    if rows:
        marks = ", ".join(f"({', '.join('?' * len(view.columns))})" for _ in rows)
        values = [_bound(row.get(c.name), c.kind) for row in rows for c in view]
        connection.execute(f"INSERT INTO {view.name} VALUES {marks}", values)  # noqa: S608 - names are our own


@contextmanager
def _bench(connection: duckdb.DuckDBPyConnection | None) -> Iterator[duckdb.DuckDBPyConnection]:
    if connection is not None:
        yield connection
        return
    with duckdb.connect(":memory:", config={"threads": 1}) as own:
        yield own


def _bound(value: Any, kind: Kind) -> Any:
    if isinstance(value, float) and kind != Kind.INDEX:
        return Decimal(str(value))
    if isinstance(value, datetime) and value.tzinfo:
        return value.replace(tzinfo=None)
    return value


def _failures(rule: Rule, test: SelfTest, connection: duckdb.DuckDBPyConnection) -> list[str]:
    with given_rows(rule, test.rows, connection):
        lines = broken_promises(rule, test, connection)
        if test.boundary and not shown_by(rule, test, connection):
            lines.append("`boundary` is said, but no value stands at a limit of the rule with another just beyond it")
        return lines


def shown_by(rule: Rule, test: SelfTest, connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The limits that the test's rows, which are in place already, show at and just beyond.

    There is one organisation: a share at the limit and one beyond it take two tests, so that those of a rule about it
    which say `boundary` count together.
    """
    changed = at_params(rule, test)
    results = _run(changed, test, connection).results
    if rule.subject == "organisation":
        others = (t for t in rule.tests if t.boundary and t != test and t.params == test.params)
        results += tuple(found for t in others for found in run_on(changed, t.rows, t).results)
    return shown_limits(changed, results, connection, test.as_of)


def broken_promises(rule: Rule, test: SelfTest, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What one test finds on its rows, which are in place already (see `given_rows`); empty when it passes."""
    changed = at_params(rule, test)
    run = _run(changed, test, connection)
    by_subject = {r.subject_id: r for r in run.results}
    lines = []
    for expected in test.expect:
        for subject in expected.subjects:
            if subject not in by_subject:
                lines.append(f"there is no {rule.subject} {subject}; seen: {', '.join(by_subject) or 'none'}")
                continue
            items = {s.subject_id: s for s in run.leaning if s.judged_id == subject and s.subject_kind == "item"}
            found = [*_differences(expected, by_subject[subject], items), *_of_items(expected, items)]
            lines += [f"{subject}: {line}" for line in found]
    return lines


def _differences(expected: ExpectedOutcome, found: RuleResult, items: Mapping[str, Leaning]) -> list[str]:
    actual: dict[str, Any] = {
        "outcome": found.outcome,
        "reason": found.reason,
        "missing": (found.missing or "").split(", ") if found.missing else [],
        "count": found.numerator,
        "denominator": found.denominator,
        "excluded": found.excluded,
        "value": found.value,
        "limit": found.threshold,
        "items": sorted(items),
        "message": found.message,
    }
    return _compared(expected, actual)


def _of_items(expected: ExpectedOutcome, items: Mapping[str, Leaning]) -> list[str]:
    lines = []
    for item, wanted in expected.item.items():
        if item not in items:
            lines.append(f"item {item} does not lean; leaning: {', '.join(sorted(items)) or 'none'}")
            continue
        leaning = items[item]
        actual = {"value": leaning.value, "limit": leaning.threshold, "message": leaning.message}
        lines += [f"item {item}: {line}" for line in _compared(wanted, actual)]
    return lines


def _compared(expected: ExpectedOutcome | ExpectedItem, actual: Mapping[str, Any]) -> list[str]:
    lines = []
    for key, found in actual.items():
        wanted = getattr(expected, key)
        if wanted is None:
            continue
        if key in ("value", "limit"):
            same = found is not None and abs(found - Decimal(str(wanted))) < Decimal("0.000001")
        else:
            same = found == wanted
        if not same:
            lines.append(f"{key} is {found}, expected {wanted}")
    return lines
