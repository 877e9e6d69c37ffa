"""Random predicates that are valid, each with what it means: a small evaluator, written apart from the compiler.

A strategy gives pairs of text and meaning; a meaning takes a row to a value, None for null. Numbers are exact
fractions, quotients are floats.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from rules.compile import Name, Scope, Type

Row = dict[str, Any]
Meaning = Callable[[Row], Any]
Pair = tuple[str, Meaning]

SCOPE = Scope(
    "random rows",
    {
        "n": Name(Type.NUMBER, places=2), "m": Name(Type.NUMBER, places=2), "k": Name(Type.NUMBER, places=0),
        "t": Name(Type.TEXT), "u": Name(Type.TEXT), "d": Name(Type.DATE), "e": Name(Type.DATE),
        "labels": Name(Type.TEXTS), "yes": Name(Type.BOOLEAN),
    },
    {"limit": Name(Type.NUMBER), "as_of": Name(Type.DATE)},
)  # fmt: skip
SQL_TYPES = {
    "n": "DECIMAL(14,2)", "m": "DECIMAL(14,2)", "k": "BIGINT", "t": "VARCHAR", "u": "VARCHAR", "d": "DATE", "e": "DATE",
    "labels": "VARCHAR[]", "yes": "BOOLEAN",
}  # fmt: skip
BOUND = {"limit": Decimal("0.95"), "as_of": date(2026, 6, 30)}

_amount = st.decimals(-1000, 1000, places=2).map(lambda d: d.normalize() + 0)
_words = st.text("abA b%_", max_size=4)
_days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
rows = st.fixed_dictionaries(
    {
        "n": st.none() | st.sampled_from([Decimal("0.00"), Decimal("2.50")]) | _amount,
        "m": st.none() | st.sampled_from([Decimal("0.00"), Decimal("2.50")]) | _amount,
        "k": st.none() | st.integers(-5, 50),
        "t": st.none() | _words,
        "u": st.none() | _words,
        "d": st.none() | _days,
        "e": st.none() | _days,
        "labels": st.none() | st.lists(_words, max_size=3),
        "yes": st.none() | st.booleans(),
    }
)


def _strict(function: Callable[..., Any], *parts: Meaning) -> Meaning:
    """Null where any part is null."""

    def meaning(row: Row) -> Any:
        values = [part(row) for part in parts]
        return None if any(v is None for v in values) else function(*values)

    return meaning


def _column(*names: str) -> st.SearchStrategy[Pair]:
    return st.sampled_from(names).map(lambda name: (name, lambda row: _exact(row[name])))


def _exact(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value


def _constant(text: str, value: Any) -> Pair:
    return text, lambda _: _exact(value)


def _call(name: str, function: Callable[..., Any], *parts: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return st.tuples(*parts).map(
        lambda pairs: (f"{name}({', '.join(p[0] for p in pairs)})", _strict(function, *(p[1] for p in pairs)))
    )


def _coalesce(part: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    def meaning(a: Meaning, b: Meaning) -> Meaning:
        return lambda row: b(row) if a(row) is None else a(row)

    return st.tuples(part, part).map(lambda p: (f"coalesce({p[0][0]}, {p[1][0]})", meaning(p[0][1], p[1][1])))


def _nullif(part: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    def meaning(a: Meaning, b: Meaning) -> Meaning:
        return lambda row: None if a(row) is not None and a(row) == b(row) else a(row)

    return st.tuples(part, part).map(lambda p: (f"nullif({p[0][0]}, {p[1][0]})", meaning(p[0][1], p[1][1])))


_literal_number = _amount.map(lambda d: _constant(f"{d:f}", d))
_literal_text = _words.map(lambda w: _constant("'" + w.replace("'", "''") + "'", w))
_literal_day = _days.map(lambda d: _constant(f"DATE '{d}'", d))
_days_base = _column("d", "e") | _literal_day | st.just(_constant("$as_of", BOUND["as_of"]))
_whole = st.integers(-400, 400).map(lambda n: _constant(str(n), n))
days = st.recursive(
    _days_base,
    lambda part: _call("add_days", lambda d, n: d + timedelta(int(n)), part, _whole) | _coalesce(part) | _nullif(part),
    max_leaves=3,
)
texts = st.recursive(
    _column("t", "u") | _literal_text,
    lambda part: (
        _call("lower", str.lower, part)
        | _call("upper", str.upper, part)
        | _call("trim", str.strip, part)
        | _coalesce(part)
    ),
    max_leaves=3,
)
_numbers_base = (
    _column("n", "m", "k")
    | _literal_number
    | st.just(_constant("$limit", BOUND["limit"]))
    | _call("length", lambda t: Fraction(len(t)), texts)
    | _call("days_between", lambda a, b: Fraction((b - a).days), days, days)
    | _call("iso_weekday", lambda d: Fraction(d.isoweekday()), days)
)


def _calculated(part: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    operators: dict[str, Callable[..., Any]] = {
        "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    }  # fmt: skip
    return st.tuples(part, st.sampled_from(sorted(operators)), part).map(
        lambda p: (f"({p[0][0]} {p[1]} {p[2][0]})", _strict(operators[p[1]], p[0][1], p[2][1]))
    )


numbers = st.recursive(
    _numbers_base,
    lambda part: (
        _calculated(part)
        | _call("abs", abs, part)
        | _call("least", min, part, part)
        | _call("greatest", max, part, part)
        | _coalesce(part)
        | _nullif(part)
        | part.map(lambda p: (f"(- {p[0]})", _strict(lambda v: -v, p[1])))
    ),
    max_leaves=4,
)
_simple = _column("n", "m", "k") | _literal_number
quotients = st.tuples(_simple, _simple).map(
    lambda p: (
        f"{p[0][0]} / {p[1][0]}",
        _strict(lambda a, b: float(a) / float(b) if b else None, p[0][1], p[1][1]),
    )
)

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def _same_kind(a: Any, b: Any) -> tuple[Any, Any]:
    return (float(a), float(b)) if isinstance(a, float) or isinstance(b, float) else (a, b)


def _comparison(left: st.SearchStrategy[Pair], right: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return st.tuples(left, st.sampled_from(sorted(_COMPARE)), right).map(
        lambda p: (
            f"{p[0][0]} {p[1]} {p[2][0]}",
            _strict(lambda a, b: _COMPARE[p[1]](*_same_kind(a, b)), p[0][1], p[2][1]),
        )
    )


def _distinct(part: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return st.tuples(part, st.booleans(), part).map(
        lambda p: (
            f"{p[0][0]} IS {'NOT ' if p[1] else ''}DISTINCT FROM {p[2][0]}",
            lambda row: (p[0][1](row) == p[2][1](row)) is p[1],
        )
    )


def _member(part: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    def meaning(value: Meaning, others: list[Meaning], negated: bool) -> Meaning:
        def answer(row: Row) -> bool | None:
            found, members = value(row), [other(row) for other in others]
            if found is None:
                return None
            here: bool | None = True if found in members else None if None in members else False
            return None if here is None else here is not negated

        return answer

    return st.tuples(part, st.booleans(), st.lists(part, min_size=1, max_size=3)).map(
        lambda p: (
            f"{p[0][0]} {'NOT ' if p[1] else ''}IN ({', '.join(t for t, _ in p[2])})",
            meaning(p[0][1], [m for _, m in p[2]], p[1]),
        )
    )


def _between(part: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    def meaning(a: Meaning, low: Meaning, high: Meaning) -> Meaning:
        above, below = _strict(lambda v, w: v >= w, a, low), _strict(lambda v, w: v <= w, a, high)
        return lambda row: all_of([above(row), below(row)])

    return st.tuples(part, part, part).map(
        lambda p: (f"{p[0][0]} BETWEEN {p[1][0]} AND {p[2][0]}", meaning(p[0][1], p[1][1], p[2][1]))
    )


def _like(value: Pair, pattern: str, word: str) -> Pair:
    signs = {"%": ".*", "_": "."}
    flags = re.DOTALL | (re.IGNORECASE if word == "ILIKE" else re.NOFLAG)
    shape = re.compile("".join(signs.get(c) or re.escape(c) for c in pattern), flags)
    return f"{value[0]} {word} '{pattern}'", _strict(lambda v: shape.fullmatch(v) is not None, value[1])


def _is_null(pair: Pair, negated: bool) -> Pair:
    return f"{pair[0]} IS {'NOT ' if negated else ''}NULL", lambda row: (pair[1](row) is None) is not negated


def _is_blank(pair: Pair) -> Pair:
    def meaning(row: Row) -> bool:
        value = pair[1](row)
        return value is None or (isinstance(value, str) and not value.strip()) or value == []

    return f"is_blank({pair[0]})", meaning


def all_of(values: list[bool | None]) -> bool | None:
    """AND of three-valued logic."""
    return False if False in values else None if None in values else True


def any_of(values: list[bool | None]) -> bool | None:
    """OR of three-valued logic."""
    return True if True in values else None if None in values else False


_anything = numbers | texts | days
_labels = st.just(("labels", lambda row: row["labels"]))
_basic = (
    _comparison(numbers, numbers)
    | _comparison(quotients, _simple)
    | _comparison(texts, texts)
    | _comparison(days, days)
    | _distinct(numbers) | _distinct(texts) | _distinct(days)
    | _member(numbers) | _member(texts) | _member(days)
    | _between(numbers) | _between(texts) | _between(days)
    | st.builds(_like, texts, _words, st.sampled_from(["LIKE", "ILIKE"]))
    | st.builds(_is_null, _anything, st.booleans())
    | st.builds(_is_blank, _anything | _labels)
    | _call("contains", lambda t, part: part in t, texts, texts)
    | _call("contains", lambda words, word: word in words, _labels, _literal_text)
    | _call("starts_with", str.startswith, texts, texts)
    | _column("yes")
    | st.sampled_from([_constant("TRUE", True), _constant("FALSE", False)])
)  # fmt: skip


def _joined(part: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    def both(pairs: list[Pair], word: str) -> Pair:
        decide = all_of if word == "AND" else any_of
        return f" {word} ".join(f"({t})" for t, _ in pairs), lambda row: decide([m(row) for _, m in pairs])

    def negated(pair: Pair) -> Pair:
        return f"NOT ({pair[0]})", _strict(lambda v: not v, pair[1])

    def compared(pair: Pair, value: bool, wanted: bool) -> Pair:
        text = f"({pair[0]}) IS {'' if wanted else 'NOT '}{str(value).upper()}"
        return text, lambda row: (pair[1](row) is value) is wanted

    return (
        st.builds(both, st.lists(part, min_size=2, max_size=3), st.sampled_from(["AND", "OR"]))
        | st.builds(negated, part)
        | st.builds(compared, part, st.booleans(), st.booleans())
    )


predicates = st.recursive(_basic, _joined, max_leaves=4)
