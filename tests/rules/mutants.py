"""Small damages to compiled rules: what a slip of the pen would do, one at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Any

from sqlglot import exp

from portfolio.model import VIEWS
from rules.compile import Name, Predicate, PredicateFaults, Scope, Type, compile_predicate, of_ratio, of_view
from rules.compile.words import PredicateDialect
from rules.ruleset import Parameter, Rule, Tolerance

_SWAPPED: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT, exp.GTE),
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LTE),
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.And: (exp.Or,),
    exp.Or: (exp.And,),
    exp.Add: (exp.Sub,),
    exp.Sub: (exp.Add,),
    exp.Mul: (exp.Div,),
}
_PARAMETER_TYPES = {
    "int": Type.NUMBER,
    "float": Type.NUMBER,
    "text": Type.TEXT,
    "date": Type.DATE,
    "bool": Type.BOOLEAN,
}


@dataclass(frozen=True)
class Mutant:
    """A damaged rule and what was done to it."""

    rule: Rule
    change: str


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Every damaged form of the rule that still compiles."""
    yield from _predicates(rule)
    yield from _keys(rule)
    yield from _numbers(rule)


def _predicates(rule: Rule) -> Iterator[Mutant]:
    names = {p.name: Name(_PARAMETER_TYPES[p.type]) for p in rule.parameters}
    own = of_view(VIEWS[rule.view], names)
    ratio = of_ratio(names) if rule.kind == "ratio" else own
    yield from _changed(rule, "subject_when", rule.subject_when, of_view(VIEWS[rule.by.view], names))
    yield from _changed(rule, "applies_when", rule.applies_when, own)
    yield from _changed(rule, "warns", rule.warns, ratio)
    if rule.kind == "ratio":
        yield from _changed(rule, "counts", rule.counts, own)
        yield from _changed(rule, "fails", rule.fails, ratio)
    else:
        for mutant in _changed(rule, "fails", rule.fails, own):
            yield Mutant(replace(mutant.rule, counts=mutant.rule.fails), mutant.change)
    if rule.related:
        related = rule.related
        for predicate, change in _variants(related.where, of_view(VIEWS[related.view], names)):
            yield Mutant(replace(rule, related=replace(related, where=predicate)), f"where: {change}")


def _changed(rule: Rule, key: str, predicate: Predicate | None, scope: Scope) -> Iterator[Mutant]:
    for changed, change in _variants(predicate, scope):
        if changed is None and key in ("fails", "counts"):
            continue
        yield Mutant(replace(rule, **{key: changed}), f"{key}: {change}")


def _variants(predicate: Predicate | None, scope: Scope) -> Iterator[tuple[Predicate | None, str]]:
    if predicate is None:
        return
    yield None, "left out"
    seen = {predicate.text}
    for text, change in _texts(predicate.text, scope):
        if text in seen:
            continue
        seen.add(text)
        try:
            yield compile_predicate(text, scope), f"{change} -> {text}"
        except PredicateFaults:
            continue


def _texts(text: str, scope: Scope) -> Iterator[tuple[str, str]]:
    tree = PredicateDialect().parse(text)[0]
    assert tree is not None
    for position, node in enumerate(tree.walk()):
        for change, make in _edits(node, scope):
            yield _edited(tree, position, make), change


Make = Callable[[exp.Expr], exp.Expr]


def _edited(tree: exp.Expr, position: int, make: Make) -> str:
    copied = tree.copy()
    node = next(n for at, n in enumerate(copied.walk()) if at == position)
    made = make(node.copy())
    root = made if node is copied else copied
    if node is not copied:
        node.replace(made)
    return root.sql(dialect=PredicateDialect)


def _edits(node: exp.Expr, scope: Scope) -> Iterator[tuple[str, Make]]:
    for other in _SWAPPED.get(type(node), ()):
        yield f"{type(node).__name__} to {other.__name__}", lambda n, to=other: to(this=n.this, expression=n.expression)
    if isinstance(node, exp.And | exp.Or):
        yield "right side dropped", lambda n: _bracketed(n.this)
        yield "left side dropped", lambda n: _bracketed(n.expression)
    if isinstance(node, exp.Not):
        yield "NOT dropped", lambda n: n.this
    if isinstance(node, exp.Is) and not isinstance(node.parent, exp.Not):
        yield "IS negated", lambda n: exp.Not(this=n)
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for at in range(len(node.expressions)):
            yield (
                "value of the list dropped",
                lambda n, at=at: exp.In(this=n.this, expressions=[e for i, e in enumerate(n.expressions) if i != at]),
            )
    if isinstance(node, exp.In):
        for value in _not_listed(node, scope):
            yield (
                "value added to the list",
                lambda n, value=value: exp.In(this=n.this, expressions=[*n.expressions, exp.Literal.string(value)]),
            )
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "coalesce":
        yield "coalesce dropped", lambda n: n.expressions[0]
        yield "all but the last of coalesce dropped", lambda n: n.expressions[-1]
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "is_blank":
        yield "is_blank to IS NULL", lambda n: exp.Is(this=n.expressions[0], expression=exp.Null())
    if isinstance(node, exp.Boolean):
        yield "truth turned", lambda n: exp.Boolean(this=not n.this)
    if isinstance(node, exp.Literal) and not node.is_string:
        yield "number moved", lambda n: exp.Literal.number(_moved(Decimal(n.this)))
    if isinstance(node, exp.Column) and _is_boolean(node, scope) and not isinstance(node.parent, exp.Not):
        yield "column negated", lambda n: exp.Not(this=n)


def _not_listed(node: exp.In, scope: Scope) -> list[str]:
    column = node.this if isinstance(node.this, exp.Column) else None
    allowed = scope.columns[column.name].values if column and column.name in scope.columns else ()
    return [v for v in allowed if v not in {e.name for e in node.expressions}]


def _bracketed(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=node) if isinstance(node, exp.And | exp.Or) else node


def _is_boolean(node: exp.Column, scope: Scope) -> bool:
    name = scope.columns.get(node.name)
    alone = isinstance(node.parent, exp.And | exp.Or | exp.Paren) or node.parent is None
    return name is not None and name.type == Type.BOOLEAN and alone


def _moved(number: Decimal) -> Decimal:
    return number + 1 if number == number.to_integral_value() else number * Decimal("1.2")


def _keys(rule: Rule) -> Iterator[Mutant]:
    for column in rule.requires:
        if not _decides_alone(rule.counts, column):
            kept = tuple(c for c in rule.requires if c != column)
            yield Mutant(replace(rule, requires=kept), f"requires: {column} dropped")
    for column in rule.unknown_reason:
        kept_reasons = {c: r for c, r in rule.unknown_reason.items() if c != column}
        yield Mutant(replace(rule, unknown_reason=kept_reasons), f"unknown_reason: {column} dropped")
    if rule.max_missing != Decimal("0.2"):
        for share in (Decimal(0), Decimal(1)):
            if share != rule.max_missing:
                yield Mutant(replace(rule, max_missing=share), f"max_missing: {rule.max_missing} to {share}")
    if rule.value and rule.kind == "row":
        yield Mutant(replace(rule, value=None), "value: left out")
    if rule.limit:
        yield Mutant(replace(rule, limit=None), "limit: left out")
    if rule.item_column:
        yield Mutant(replace(rule, item_column=None), "level: item to project")
    ratio, count = rule.tolerance.max_ratio, rule.tolerance.max_count
    if ratio != 0:
        yield Mutant(replace(rule, tolerance=Tolerance(Decimal(0), count)), "tolerance: max_ratio to 0")
        yield Mutant(replace(rule, tolerance=Tolerance(Decimal(1), count)), "tolerance: max_ratio to 1")
    if count != 0:
        yield Mutant(replace(rule, tolerance=Tolerance(ratio, 0)), "tolerance: max_count to 0")
        yield Mutant(replace(rule, tolerance=Tolerance(ratio, 9_999)), "tolerance: max_count to 9999")
    if rule.tolerance.is_zero and rule.kind == "row" and not rule.per_subject:
        yield Mutant(replace(rule, tolerance=Tolerance(Decimal(0), 1)), "tolerance: max_count 0 to 1")


def _decides_alone(predicate: Predicate | None, column: str) -> bool:
    """The condition is null whenever the column is: to require the column as well changes no answer."""
    if predicate is None:
        return False
    tree = PredicateDialect().parse(predicate.text)[0]
    assert tree is not None
    return _answers(tree, column) == {None}


def _answers(node: exp.Expr, column: str) -> set[bool | None]:
    """The answers that a condition may give while the column is null."""
    if isinstance(node, exp.Paren):
        return _answers(node.this, column)
    if isinstance(node, exp.Not):
        return {None if a is None else not a for a in _answers(node.this, column)}
    if isinstance(node, exp.And | exp.Or):
        wins = isinstance(node, exp.Or)
        pairs = product(_answers(node.this, column), _answers(node.expression, column))
        return {wins if wins in pair else None if None in pair else not wins for pair in pairs}
    named = {c.name.lower() for c in node.find_all(exp.Column)}
    calls = {str(f.this).lower() for f in node.find_all(exp.Anonymous)}
    strict = column in named and node.find(exp.Is) is None and not calls & {"coalesce", "is_blank"}
    return {None} if strict else {True, False, None}


def _numbers(rule: Rule) -> Iterator[Mutant]:
    for position, parameter in enumerate(rule.parameters):
        for value in _shifted(parameter):
            kept = list(rule.parameters)
            kept[position] = replace(parameter, value=value)
            yield Mutant(replace(rule, parameters=tuple(kept)), f"{parameter.name}: {parameter.value} to {value}")
    if rule.related and isinstance(rule.related.least, int):
        for least in (rule.related.least - 1, rule.related.least + 1):
            yield Mutant(replace(rule, related=replace(rule.related, least=least)), f"expect.min: to {least}")


def _shifted(parameter: Parameter) -> list[Any]:
    value = parameter.value
    if isinstance(value, bool):
        return [not value]
    if not isinstance(value, int | Decimal):
        return []
    step = Decimal(1) if isinstance(value, int) else abs(value) / 10 or Decimal("0.1")
    moved = [type(value)(value - step), type(value)(value + step)]
    least, most = parameter.minimum, parameter.maximum  # nobody can set what lies outside
    return [v for v in moved if (least is None or v >= least) and (most is None or v <= most)]
