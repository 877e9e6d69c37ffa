"""Whether a self-test that says so stands on a limit: one value exactly at it, and one just beyond.

What is just beyond: the next day or whole number; where one of the two is no whole number, at most a tenth of the limit
away (one where the limit is zero); for shares and counts, so many rows that one fewer would not be beyond.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from rules.compile import Limit
from rules.connection import select
from rules.demands import limits
from rules.results import RuleResult
from rules.ruleset import Rule

_FLOAT_NOISE = Decimal("0.000000001")


def shown_limits(
    rule: Rule, results: Sequence[RuleResult], connection: duckdb.DuckDBPyConnection, as_of: date
) -> frozenset[str]:
    """The limits, as text, that the given rows (in place in the connection) show at and just beyond."""
    values: dict[str, Any] = {p.name: p.value for p in rule.parameters} | {"as_of": as_of}
    found = [(view, limit) for view, limit in limits(rule) if _shows(view, limit, results, values, connection)]
    judged = [r for r in results if r.outcome != "not_applicable"]
    return frozenset([*(f"{view}: {limit.text}" for view, limit in found), *_counted(rule, judged)])


def all_limits(rule: Rule) -> frozenset[str]:
    """Every limit of the rule, as text."""
    found = [f"{view}: {limit.text}" for view, limit in limits(rule)]
    if rule.tolerance.max_count != 0:
        found.append("tolerance: max_count")
    if rule.tolerance.max_ratio != 0:
        found.append("tolerance: max_ratio")
    if rule.related and rule.related.least != 1:
        found.append("expect: min")
    return frozenset(found)


def _shows(
    view: str,
    limit: Limit,
    results: Sequence[RuleResult],
    values: dict[str, Any],
    connection: duckdb.DuckDBPyConnection,
) -> bool:
    if view == "ratio":
        return _shows_share(limit, results, values, connection)
    used = {name: value for name, value in values.items() if _named(name, limit)}
    rows = select(connection, f"SELECT {limit.left} AS a, {limit.right} AS b FROM {view}", used)  # noqa: S608 - compiled
    pairs = [(row["a"], row["b"]) for row in rows if row["a"] is not None and row["b"] is not None]
    return any(_same(a, b) for a, b in pairs) and any(_just_beyond(limit.sign, a, b) for a, b in pairs)


def _named(name: str, limit: Limit) -> bool:
    return re.search(rf"\${name}\b", f"{limit.left} {limit.right}") is not None


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, str | date | bool):
        return bool(a == b)
    return abs(Decimal(str(a)) - Decimal(str(b))) <= _FLOAT_NOISE


def _just_beyond(sign: str, a: Any, b: Any) -> bool:
    """On the side that the limit itself is not on, and near."""
    if _same(a, b) or isinstance(a, str | bool):
        return False
    upwards = sign in (">", "<=")
    if isinstance(a, date):
        step = timedelta(days=1)
        gap = a - b if isinstance(a, datetime) == isinstance(b, datetime) else timedelta(days=2)
        return timedelta(0) < (gap if upwards else -gap) <= step
    x, y = Decimal(str(a)), Decimal(str(b))
    away = x - y if upwards else y - x
    whole = x == x.to_integral_value() and y == y.to_integral_value()
    return 0 < away <= (1 if whole else abs(y) / 10 or 1)


def _shows_share(
    limit: Limit, results: Iterable[RuleResult], values: dict[str, Any], connection: duckdb.DuckDBPyConnection
) -> bool:
    """A share at the limit and one that a single row fewer (or more) would bring back."""
    used = {name: value for name, value in values.items() if _named(name, limit)}
    at = beyond = False
    for counted, denominator, excluded in _shares(results):
        row = f'SELECT {counted} AS "count", {denominator} AS denominator, {excluded} AS excluded'
        ratio = f'SELECT *, CAST("count" / denominator AS DECIMAL(18,12)) AS ratio FROM ({row})'  # noqa: S608 - numbers
        [found] = select(connection, f"SELECT {limit.left} AS a, {limit.right} AS b FROM ({ratio})", used)  # noqa: S608
        a, b = Decimal(str(found["a"])), Decimal(str(found["b"]))
        at = at or _same(a, b)
        one_row = Decimal(1) / denominator if "ratio" in limit.left else Decimal(1)
        away = a - b if limit.sign in (">", "<=") else b - a
        beyond = beyond or _FLOAT_NOISE < away <= one_row + _FLOAT_NOISE
    return at and beyond


def _shares(results: Iterable[RuleResult]) -> Iterator[tuple[int, int, int]]:
    for result in results:
        if result.numerator is not None and result.denominator:
            yield result.numerator, result.denominator, result.excluded or 0


def _counted(rule: Rule, results: Sequence[RuleResult]) -> Iterator[str]:
    """Limits that the engine itself holds: tolerances, and how many related rows must exist."""
    shares = list(_shares(results))
    most = rule.bound(rule.tolerance.max_count)
    if rule.tolerance.max_count != 0 and {most, most + 1} <= {Decimal(c) for c, _, _ in shares}:
        yield "tolerance: max_count"
    ratio = rule.bound(rule.tolerance.max_ratio)
    if rule.tolerance.max_ratio != 0:
        excess = [Decimal(c) - ratio * d for c, d, _ in shares]
        if any(e == 0 for e in excess) and any(0 < e <= 1 for e in excess):
            yield "tolerance: max_ratio"
    if rule.related and rule.related.least != 1:
        least = rule.bound(rule.related.least)
        if {least, least - 1} <= {r.value for r in results}:
            yield "expect: min"
