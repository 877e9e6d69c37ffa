"""Runs a rule's own tests, as written beside it, on an empty database in memory."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from portfolio.model import VIEWS, Kind, Table
from portfolio.model.derive import sql_type
from rules.evaluator import Evaluator
from rules.kinds import kind_of
from rules.load import built_in_documents
from rules.pack import ExpectedOutcome, SelfTest
from rules.parameters import exact
from rules.plugins import PluginFault
from rules.results import RuleRun
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
    own = [r for r in (*ruleset.rules, *ruleset.off) if r.id not in built_in and r.tests]
    if not own:
        return []
    with _bench(None) as bench:
        return [f"{r.place}: rule {r.id}, test {line}" for r in own for line in _told(_at_defaults(r), bench)]


def _told(rule: Rule, bench: duckdb.DuckDBPyConnection) -> list[str]:
    try:
        return self_test(rule, bench)
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
    as_of = test.as_of if test else date(2026, 6, 30)
    capabilities = test.capabilities if test else []
    needed = {"projects", *kind_of(rule).needed_views(rule), *given}
    with _bench(connection) as bench:
        bench.execute("BEGIN")
        try:
            for name in sorted(needed):
                fill_view(bench, VIEWS[name], given.get(name, ()))
            return Evaluator(bench, as_of, capabilities).run(rule)
        finally:
            bench.execute("ROLLBACK")


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
    changed = tuple(
        replace(p, value=exact(test.params[p.name], p.type)) if p.name in test.params else p for p in rule.parameters
    )
    run = run_on(replace(rule, parameters=changed), test.given, test, connection)
    by_project = {r.project_id: r for r in run.results}
    lines = []
    for expected in test.expect:
        found = by_project.get(expected.subject)
        if found is None:
            lines.append(f"there is no project {expected.subject}; seen: {', '.join(by_project) or 'none'}")
            continue
        items = sorted(
            s.subject_id for s in run.leaning if s.project_id == expected.subject and s.subject_kind == "item"
        )
        actual: dict[str, Any] = {
            "outcome": found.outcome,
            "reason": found.reason,
            "missing": (found.missing or "").split(", ") if found.missing else [],
            "count": found.numerator,
            "denominator": found.denominator,
            "excluded": found.excluded,
            "value": found.value,
            "items": items,
            "message": found.message,
        }
        lines += [f"{expected.subject}: {line}" for line in _differences(expected, actual)]
    return lines


def _differences(expected: ExpectedOutcome, actual: Mapping[str, Any]) -> list[str]:
    lines = []
    for key, found in actual.items():
        wanted = getattr(expected, key)
        if wanted is None:
            continue
        if key == "value":
            same = found is not None and abs(found - Decimal(str(wanted))) < Decimal("0.000001")
        else:
            same = found == wanted
        if not same:
            lines.append(f"{key} is {found}, expected {wanted}")
    return lines
