"""The functions of the rule language: signature, meaning, and the canonical SQL node each becomes.

The list is short on purpose: each one has the same answer on every engine that the views may run on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from rules.compile.scope import Type

Build = Callable[[Sequence[exp.Expr], Sequence[Type]], exp.Expr]
_ANY = frozenset({Type.TEXT, Type.TEXTS, Type.NUMBER, Type.DATE, Type.INSTANT, Type.BOOLEAN})
_TEXT, _NUMBER, _DATE = frozenset({Type.TEXT}), frozenset({Type.NUMBER}), frozenset({Type.DATE})


@dataclass(frozen=True)
class Function:
    """One function. `takes`: types per argument, the last repeats up to `most`. `gives` None: type of the first."""

    usage: str
    doc: str
    takes: tuple[frozenset[Type], ...]
    gives: Type | None
    build: Build
    least: int = 1
    most: int = 1
    same_type: bool = False
    caveat: str = ""

    def written_for(self, dialect: str) -> str:
        """What it becomes on an engine that sqlglot writes for, on columns named as in its usage."""
        names = [name.strip() for name in self.usage.partition("(")[2].rstrip(")").split(",") if "..." not in name]
        takes = [self.takes[min(n, len(self.takes) - 1)] for n in range(len(names))]
        types = [Type.TEXT if Type.TEXT in kinds else min(kinds) for kinds in takes]
        columns = [exp.Column(this=exp.Identifier(this=name, quoted=False)) for name in names]
        return self.build(columns, types).sql(dialect=dialect)


ENGINES = {"DuckDB": "duckdb", "Spark": "spark", "PostgreSQL": "postgres"}
"""Engines that conditions are written for, with their names in sqlglot. Golden tests hold what is written for each."""


def _day_unit() -> exp.Var:
    return exp.Var(this="DAY")


def _is_blank(args: Sequence[exp.Expr], types: Sequence[Type]) -> exp.Expr:
    value = args[0]
    absent: exp.Expr = exp.Is(this=value, expression=exp.Null())
    if types[0] == Type.TEXT:
        empty = exp.EQ(this=exp.Trim(this=value.copy()), expression=exp.Literal.string(""))
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
        return exp.ArrayContains(this=args[0], expression=args[1])
    return exp.GT(this=exp.Paren(this=exp.StrPosition(this=args[0], substr=args[1])), expression=exp.Literal.number(0))


def _add_days(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
    moved = exp.DateAdd(this=args[0], expression=exp.Cast(this=args[1], to=exp.DataType.build("int")), unit=_day_unit())
    return exp.Cast(this=moved, to=exp.DataType.build("date"))


def _variadic(node: type[exp.Expr]) -> Build:
    return lambda args, _: node(this=args[0], expressions=list(args[1:]))


def _extreme(node: type[exp.Expr]) -> Build:
    """Null where any argument is null, written out: engines otherwise leave nulls out of the comparison."""

    def build(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
        absent: list[exp.Expr] = [exp.Is(this=arg.copy(), expression=exp.Null()) for arg in args]
        extreme = node(this=args[0], expressions=list(args[1:]), ignore_nulls=True)
        branch = exp.If(this=reduce(lambda a, b: exp.Or(this=a, expression=b), absent), true=exp.Null())
        return exp.Case(ifs=[branch], default=extreme)

    return build


def _unary(node: type[exp.Expr]) -> Build:
    return lambda args, _: node(this=args[0])


def _binary(node: type[exp.Expr]) -> Build:
    return lambda args, _: node(this=args[0], expression=args[1])


def _days_between(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
    return exp.DateDiff(this=args[1], expression=args[0], unit=_day_unit())


def _round(args: Sequence[exp.Expr], _: Sequence[Type]) -> exp.Expr:
    return exp.Round(this=args[0], decimals=args[1] if len(args) > 1 else None)


FUNCTIONS: dict[str, Function] = {
    "days_between": Function(
        "days_between(a, b)", "calendar days from date a to date b", (_DATE, _DATE), Type.NUMBER, _days_between, 2, 2
    ),
    "add_days": Function(
        "add_days(d, n)", "date d moved by n calendar days", (_DATE, _NUMBER), Type.DATE, _add_days, 2, 2
    ),
    "iso_weekday": Function("iso_weekday(d)", "1 for Monday to 7 for Sunday", (_DATE,), Type.NUMBER, _iso_weekday),
    "coalesce": Function(
        "coalesce(a, b, ...)", "the first that is not null", (_ANY,), None, _variadic(exp.Coalesce), 2, 9, True
    ),
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
        "x rounded to n decimals",
        (_NUMBER,),
        Type.NUMBER,
        _round,
        1,
        2,
        caveat="Spark takes a constant n; PostgreSQL rounds exact numbers to decimals, quotients only to whole numbers",
    ),
    "lower": Function("lower(t)", "t in small letters", (_TEXT,), Type.TEXT, _unary(exp.Lower)),
    "upper": Function("upper(t)", "t in capitals", (_TEXT,), Type.TEXT, _unary(exp.Upper)),
    "trim": Function("trim(t)", "t without spaces around it", (_TEXT,), Type.TEXT, _unary(exp.Trim)),
    "length": Function("length(t)", "characters of t", (_TEXT,), Type.NUMBER, _unary(exp.Length)),
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
        "is_blank(x)", "x is null, an empty text or an empty list; never null itself", (_ANY,), Type.BOOLEAN, _is_blank
    ),
}
"""Every function that a predicate may call, by name."""
