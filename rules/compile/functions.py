"""The functions of the rule language: signature, meaning, and the canonical SQL node each becomes.

The list is short on purpose: each one has the same answer on every engine that the views may run on.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from rules.compile.scope import Type

MOST_DAYS = 1_000_000
"""How far a day may be moved: no engine's days end there, whatever day it is moved from."""
MOST_PLACES = 6
WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What `trim` takes away and `is_blank` sees through: the characters with Unicode's property White_Space. Engines have
sets of their own: DuckDB leaves tabs, Spark and PostgreSQL leave all but the plain blank."""

_ONE_LETTER = (
    "on Spark, and on PostgreSQL with ICU, letters whose other case is several letters (ß, ŉ, ﬁ) become those letters; "
    "DuckDB keeps them one"
)

Build = Callable[[Sequence[exp.Expr], Sequence[Type]], exp.Expr]
_ANY = frozenset({Type.TEXT, Type.TEXTS, Type.NUMBER, Type.DATE, Type.INSTANT, Type.BOOLEAN})
_NUMBER_TEXT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_TEXT, _NUMBER, _DATE = frozenset({Type.TEXT}), frozenset({Type.NUMBER}), frozenset({Type.DATE})


@dataclass(frozen=True)
class Whole:
    """An argument that is a whole number within bounds where it is written out; `only`: it must be written out."""

    position: int
    low: int
    high: int
    only: bool = False

    def refuses(self, arguments: Sequence[exp.Expr]) -> str:
        """What is wrong with the argument, in words; empty where nothing is."""
        if len(arguments) <= self.position:
            return ""
        text = arguments[self.position].sql()
        number = Decimal(text) if _NUMBER_TEXT.fullmatch(text) else None
        if number is None and not self.only:
            return ""
        if number is None or number != number.to_integral_value() or not self.low <= number <= self.high:
            return f"argument {self.position + 1} is a whole number from {self.low:,} to {self.high:,}"
        return ""


@dataclass(frozen=True)
class Function:
    """One function. `takes`: types per argument, the last repeats up to `most`. `gives` None: type of the first.

    `elsewhere` says where engines are known to differ from each other; empty where none does.
    """

    usage: str
    doc: str
    takes: tuple[frozenset[Type], ...]
    gives: Type | None
    build: Build
    least: int = 1
    most: int = 1
    same_type: bool = False
    literal: Whole | None = None
    elsewhere: str = ""


def _day_unit() -> exp.Var:
    return exp.Var(this="DAY")


def _trimmed(value: exp.Expr) -> exp.Expr:
    return exp.Trim(this=value, expression=exp.Literal.string(WHITE_SPACE))


def _is_blank(args: Sequence[exp.Expr], types: Sequence[Type]) -> exp.Expr:
    value = args[0]
    absent: exp.Expr = exp.Is(this=value, expression=exp.Null())
    if types[0] == Type.TEXT:
        empty = exp.EQ(this=_trimmed(value.copy()), expression=exp.Literal.string(""))
        absent = exp.Or(this=absent, expression=empty)
    elif types[0] == Type.TEXTS:
        empty = exp.EQ(this=exp.ArraySize(this=value.copy()), expression=exp.Literal.number(0))
        absent = exp.Or(this=absent, expression=empty)
    return exp.Paren(this=absent)


def _iso_weekday(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
    """Days since a Monday, modulo seven: engines disagree about their own weekday functions."""
    monday = exp.Cast(this=exp.Literal.string("1970-01-05"), to=exp.DataType.build("date"))
    since = exp.Paren(this=exp.DateDiff(this=args[0], expression=monday, unit=_day_unit()))
    seven = exp.Literal.number(7)
    inner = exp.Paren(this=exp.Add(this=exp.Mod(this=since, expression=seven), expression=seven.copy()))
    return exp.Paren(this=exp.Add(this=exp.Mod(this=inner, expression=seven.copy()), expression=exp.Literal.number(1)))


def _contains(args: Sequence[exp.Expr], types: Sequence[Type]) -> exp.Expr:
    if types[0] == Type.TEXTS:
        entry = exp.ArrayContains(this=args[0], expression=args[1])
        if isinstance(args[1], exp.Literal):
            return entry
        known = exp.Not(this=exp.Paren(this=exp.Is(this=args[1].copy(), expression=exp.Null())))
        return exp.Case(
            ifs=[exp.If(this=known, true=entry)]
        )  # PostgreSQL finds nothing, not even null, in an empty list
    return exp.GT(this=exp.Paren(this=exp.StrPosition(this=args[0], substr=args[1])), expression=exp.Literal.number(0))


def _add_days(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
    """A number that no day can be moved by gives null: one such row must not end the whole rule."""
    number = args[1]
    if _NUMBER_TEXT.fullmatch(number.unnest().sql()):  # checked when the rule is read
        return exp.DateAdd(this=args[0], expression=number, unit=_day_unit())
    bounds = {"low": exp.Literal.number(-MOST_DAYS), "high": exp.Literal.number(MOST_DAYS)}
    kept = exp.Case(ifs=[exp.If(this=exp.Between(this=number, **bounds), true=exp.Floor(this=number.copy()))])
    days = exp.Cast(this=kept, to=exp.DataType.build("int"))
    return exp.DateAdd(this=args[0], expression=days, unit=_day_unit())


def _extreme(node: type[exp.Expr]) -> Build:
    """Null where any is null: engines would skip nulls."""

    def build(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
        absent: exp.Expr = exp.Is(this=args[0].copy(), expression=exp.Null())
        for other in args[1:]:
            absent = exp.Or(this=absent, expression=exp.Is(this=other.copy(), expression=exp.Null()))
        found = node(this=args[0], expressions=list(args[1:]), ignore_nulls=True)
        return exp.Case(ifs=[exp.If(this=exp.Not(this=exp.Paren(this=absent)), true=found)])

    return build


def _coalesce(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
    return exp.Coalesce(this=args[0], expressions=list(args[1:]))


def _trim(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
    return _trimmed(args[0])


def _unary(node: type[exp.Expr]) -> Build:
    return lambda args, _: node(this=args[0])


def _binary(node: type[exp.Expr]) -> Build:
    return lambda args, _: node(this=args[0], expression=args[1])


def _days_between(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
    return exp.DateDiff(this=args[1], expression=args[0], unit=_day_unit())


def _round(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
    """As a decimal first: halves of doubles are rounded otherwise on every engine."""
    exact = exp.TryCast(this=args[0], to=exp.DataType.build("decimal(38, 10)"))
    return exp.Round(this=exact, decimals=args[1] if len(args) > 1 else exp.Literal.number(0))


FUNCTIONS: dict[str, Function] = {
    "days_between": Function(
        "days_between(a, b)", "calendar days from date a to date b", (_DATE, _DATE), Type.NUMBER, _days_between, 2, 2
    ),
    "add_days": Function(
        "add_days(d, n)",
        "date d moved by n calendar days, n rounded down; null where n is beyond a million",
        (_DATE, _NUMBER),
        Type.DATE,
        _add_days,
        2,
        2,
        literal=Whole(1, -MOST_DAYS, MOST_DAYS),
    ),
    "iso_weekday": Function("iso_weekday(d)", "1 for Monday to 7 for Sunday", (_DATE,), Type.NUMBER, _iso_weekday),
    "coalesce": Function("coalesce(a, b, ...)", "the first that is not null", (_ANY,), None, _coalesce, 2, 9, True),
    "nullif": Function("nullif(a, b)", "null where a equals b, else a", (_ANY,), None, _binary(exp.Nullif), 2, 2, True),
    "least": Function(
        "least(a, b, ...)",
        "the smallest; null where any is null",
        (_NUMBER | _DATE,),
        None,
        _extreme(exp.Least),
        2,
        9,
        True,
    ),
    "greatest": Function(
        "greatest(a, b, ...)",
        "the largest; null where any is null",
        (_NUMBER | _DATE,),
        None,
        _extreme(exp.Greatest),
        2,
        9,
        True,
    ),
    "abs": Function("abs(x)", "x without its sign", (_NUMBER,), Type.NUMBER, _unary(exp.Abs)),
    "round": Function(
        "round(x, n)",
        f"x rounded to n decimals, halves away from zero; n is written out, 0 to {MOST_PLACES}",
        (_NUMBER,),
        Type.NUMBER,
        _round,
        1,
        2,
        literal=Whole(1, 0, MOST_PLACES, only=True),
    ),
    "lower": Function("lower(t)", "t in small letters", (_TEXT,), Type.TEXT, _unary(exp.Lower), elsewhere=_ONE_LETTER),
    "upper": Function("upper(t)", "t in capitals", (_TEXT,), Type.TEXT, _unary(exp.Upper), elsewhere=_ONE_LETTER),
    "trim": Function("trim(t)", "t without white space around it, of any kind", (_TEXT,), Type.TEXT, _trim),
    "length": Function("length(t)", "characters (code points) of t", (_TEXT,), Type.NUMBER, _unary(exp.Length)),
    "contains": Function(
        "contains(t, part)",
        "t holds part; for a list: has that entry",
        (frozenset({Type.TEXT, Type.TEXTS}), _TEXT),
        Type.BOOLEAN,
        _contains,
        2,
        2,
    ),
    "starts_with": Function(
        "starts_with(t, part)", "t begins with part", (_TEXT, _TEXT), Type.BOOLEAN, _binary(exp.StartsWith), 2, 2
    ),
    "is_blank": Function(
        "is_blank(x)",
        "x is null, a text of nothing but white space, or an empty list; never null itself",
        (_ANY,),
        Type.BOOLEAN,
        _is_blank,
    ),
}
"""Every function that a predicate may call, by name."""
