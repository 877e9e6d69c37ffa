"""Second gate: the tree of a predicate. Names, values and types are checked; the tree is rewritten to be safe.

Rewritten: `a / b` becomes `a / nullif(b, 0)` (DuckDB gives NaN for 0/0, and NaN is greater than every limit); names are
quoted; functions become canonical nodes.
"""

from datetime import date
from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from portfolio.located_toml import suggest
from rules.compile.faults import Fault
from rules.compile.functions import FUNCTIONS, Function
from rules.compile.scope import Name, Scope, Type, known

_ORDER = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_EQUALITY = (exp.EQ, exp.NEQ)
_NULL_SAFE = (exp.NullSafeEQ, exp.NullSafeNEQ)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_ARTICLE = {Type.INSTANT: "an instant", Type.BOOLEAN: "true or false", Type.NULL: "null"}
Typed = tuple[exp.Expr, Name]
_UNKNOWN = Name(Type.NULL)  # the type of what was already complained about: fits everywhere


class Checker:
    """Walks one tree; collects faults and the names used, and rebuilds the tree from allowed nodes only."""

    def __init__(self, scope: Scope, tree: exp.Expr, words: list[Token]) -> None:
        self.scope = scope
        self.faults: list[Fault] = []
        self.columns: set[str] = set()
        self.decisive: set[str] = set()  # columns whose null makes the answer null
        self.forgiven: set[str] = set()  # columns whose null is an answer: IS NULL, coalesce, is_blank
        self.parameters: set[str] = set()
        self._forgiving = 0
        literals = [n for n in tree.walk(bfs=False) if isinstance(n, exp.Literal) and n.is_string]
        strings = [w for w in words if w.token_type == TokenType.STRING]
        self._places: dict[int, tuple[int, int]] = {
            id(node): (word.start, word.end - word.start + 1) for node, word in zip(literals, strings, strict=False)
        }

    def root(self, node: exp.Expr) -> exp.Expr:
        """The rebuilt tree; look at `faults` before using it."""
        built, name = self.visit(node)
        if name.type not in (Type.BOOLEAN, Type.NULL) or isinstance(node, exp.Null):
            kind = name.type if name.type != Type.NULL else "null"
            self.fault(node, "R132", f"the predicate gives a {kind}, not true or false", "compare it with something")
        return built

    def visit(self, node: exp.Expr) -> Typed:
        """The rebuilt node and its type. Node types not named here are refused."""
        for kinds, method in _VISITORS:
            if isinstance(node, kinds):
                result: Typed = method(self, node)
                return result
        self.fault(node, "R111", f"{_in_words(node)} is not allowed in a predicate")
        return exp.Null(), _UNKNOWN

    def fault(self, node: exp.Expr, code: str, what: str, help: str = "") -> None:
        """Note a mistake at that node."""
        offset, width = self._span(node)
        self.faults.append(Fault(offset, width, code, what, help))

    def _span(self, node: exp.Expr) -> tuple[int, int]:
        spans = []
        for n in node.walk():
            if id(n) in self._places:
                start, width = self._places[id(n)]
                spans.append((start, start + width))
            elif "start" in n.meta:
                spans.append((int(n.meta["start"]), int(n.meta["end"]) + 1))
        if not spans:
            return 0, 1
        if isinstance(node, exp.Anonymous | exp.Column | exp.Literal):
            spans = spans[:1]
        start = min(s for s, _ in spans)
        return start, max(e for _, e in spans) - start

    def boolean(self, node: exp.Expr) -> exp.Expr:
        """A part that must be true or false."""
        built, name = self.visit(node)
        if name.type not in (Type.BOOLEAN, Type.NULL):
            self.fault(node, "R132", f"a {name.type} stands where true or false is needed", "compare it with something")
        return built

    def connective(self, node: exp.Expr) -> Typed:
        """AND, OR. Rebuilt with parentheses, so that no engine's precedence matters."""
        left, right = self.boolean(node.this), self.boolean(node.expression)
        return type(node)(this=_paren(left, node), expression=_paren(right, node)), Name(Type.BOOLEAN)

    def negation(self, node: exp.Expr) -> Typed:
        """NOT."""
        return exp.Not(this=exp.Paren(this=self.boolean(node.this))), Name(Type.BOOLEAN)

    def paren(self, node: exp.Expr) -> Typed:
        """Parentheses."""
        built, name = self.visit(node.this)
        return exp.Paren(this=built), name

    def comparison(self, node: exp.Expr) -> Typed:
        """= <> < <= > >=, IS [NOT] DISTINCT FROM."""
        if isinstance(node.this, exp.Null) or isinstance(node.expression, exp.Null):
            self.fault(node, "R133", "a comparison with NULL is never true", "write IS NULL or IS NOT NULL")
        safe = isinstance(node, _NULL_SAFE)
        self._forgiving += safe
        (left, a), (right, b) = self.visit(node.this), self.visit(node.expression)
        self._forgiving -= safe
        self.same(node, a, b)
        self.vocabulary(a, node.expression)
        self.vocabulary(b, node.this)
        if isinstance(node, _ORDER) and Type.BOOLEAN in (a.type, b.type):
            self.fault(node, "R131", "true and false have no order", "use = or AND, OR, NOT")
        return type(node)(this=left, expression=right), Name(Type.BOOLEAN)

    def same(self, node: exp.Expr, a: Name, b: Name) -> None:
        """Both sides are of one type."""
        if a.type == b.type or Type.NULL in (a.type, b.type):
            return
        hint = ""
        if Type.DATE in (a.type, b.type):
            hint = (
                "days_between(a, b) gives the number of days between two dates"
                if Type.NUMBER in (a.type, b.type)
                else "write a date as DATE '2026-01-31'"
            )
        self.fault(node, "R131", f"{_article(a.type)} is compared with {_article(b.type)}", hint)

    def vocabulary(self, name: Name, other: exp.Expr) -> None:
        """A literal beside a column with a closed vocabulary is one of its words."""
        if not name.values or not isinstance(other, exp.Literal) or not other.is_string or other.this in name.values:
            return
        near = suggest(other.this, name.values)
        allowed = f"allowed: {', '.join(name.values)}"
        self.fault(other, "R130", f"the column is never '{other.this}'", f"{near} {allowed}".strip())

    def between(self, node: exp.Expr) -> Typed:
        """a BETWEEN low AND high."""
        value, name = self.visit(node.this)
        (low, a), (high, b) = self.visit(node.args["low"]), self.visit(node.args["high"])
        self.same(node, name, a)
        self.same(node, name, b)
        return exp.Paren(this=exp.Between(this=value, low=low, high=high)), Name(Type.BOOLEAN)

    def member(self, node: exp.Expr) -> Typed:
        """a IN (b, c)."""
        if any(node.args.get(key) for key in ("query", "unnest", "field")) or not node.expressions:
            self.fault(node, "R111", "IN takes a list of values", "write x IN ('a', 'b')")
            return exp.Null(), _UNKNOWN
        value, name = self.visit(node.this)
        members = []
        for other in node.expressions:
            if isinstance(other, exp.Null):
                self.fault(node, "R133", "a comparison with NULL is never true", "write IS NULL")
            built, kind = self.visit(other)
            self.same(node, name, kind)
            self.vocabulary(name, other)
            members.append(built)
        return exp.In(this=value, expressions=members), Name(Type.BOOLEAN)

    def like(self, node: exp.Expr) -> Typed:
        """a LIKE pattern, a ILIKE pattern."""
        value, name = self.visit(node.this)
        if name.type not in (Type.TEXT, Type.NULL):
            self.fault(node.this, "R131", f"LIKE is for texts, not for {_article(name.type)}")
        if not (isinstance(node.expression, exp.Literal) and node.expression.is_string):
            self.fault(node, "R111", "the pattern of LIKE is a quoted text", "use contains or starts_with")
        built = type(node)(this=value, expression=node.expression.copy())
        return (exp.Not(this=exp.Paren(this=built)) if node.args.get("negate") else built), Name(Type.BOOLEAN)

    def is_null(self, node: exp.Expr) -> Typed:
        """a IS NULL, a IS TRUE."""
        if not isinstance(node.expression, exp.Null | exp.Boolean):
            self.fault(node, "R111", "IS is followed by NULL, TRUE, FALSE or DISTINCT FROM")
        self._forgiving += 1
        value, name = self.visit(node.this)
        self._forgiving -= 1
        if isinstance(node.expression, exp.Boolean) and name.type not in (Type.BOOLEAN, Type.NULL):
            self.fault(node, "R131", f"{_article(name.type)} is compared with true or false")
        return exp.Is(this=value, expression=node.expression.copy()), Name(Type.BOOLEAN)

    def arithmetic(self, node: exp.Expr) -> Typed:
        """+ - * /; the divisor is never zero."""
        (left, a), (right, b) = self.visit(node.this), self.visit(node.expression)
        for name, side in ((a, node.this), (b, node.expression)):
            if name.type not in (Type.NUMBER, Type.NULL):
                hint = "use days_between or add_days" if name.type == Type.DATE else ""
                self.fault(side, "R131", f"one cannot calculate with {_article(name.type)}", hint)
                break
        left, right = _operand(left), _operand(right)
        if isinstance(node, exp.Div):
            guarded = exp.Nullif(this=right, expression=exp.Literal.number(0))
            return exp.Paren(this=exp.Div(this=left, expression=guarded)), Name(Type.NUMBER)
        return exp.Paren(this=type(node)(this=left, expression=right)), Name(Type.NUMBER)

    def minus(self, node: exp.Expr) -> Typed:
        """-a."""
        value, name = self.visit(node.this)
        if name.type not in (Type.NUMBER, Type.NULL):
            self.fault(node, "R131", f"one cannot calculate with {_article(name.type)}")
        return exp.Neg(this=_operand(value)), Name(Type.NUMBER)

    def column(self, node: exp.Expr) -> Typed:
        """A column, or a parameter written $name."""
        if node.args.get("table"):
            self.fault(node, "R111", "name the column alone; a predicate sees one view")
            return exp.Null(), _UNKNOWN
        name = node.name
        if name.startswith("$"):
            return self.parameter(node, name[1:])
        found = self.scope.columns.get(name)
        if found is None:
            hint = suggest(name.lower(), self.scope.columns) or f"it has: {known(self.scope.columns)}"
            self.fault(node, "R120", f"{self.scope.title} has no column `{name}`", hint)
            return exp.Null(), _UNKNOWN
        self.columns.add(name)
        (self.forgiven if self._forgiving else self.decisive).add(name)
        return exp.Column(this=exp.Identifier(this=name, quoted=True)), found

    def parameter(self, node: exp.Expr, name: str) -> Typed:
        """$name, bound when the rule runs."""
        found = self.scope.parameters.get(name)
        if found is None:
            hint = suggest(name, self.scope.parameters) or "declare it under [rule.params]"
            self.fault(node, "R122", f"parameter `${name}` is not declared", hint)
            return exp.Null(), _UNKNOWN
        self.parameters.add(name)
        return exp.Placeholder(this=name), found

    def literal(self, node: exp.Expr) -> Typed:
        """A quoted text or a number."""
        return node.copy(), Name(Type.TEXT if node.args.get("is_string") else Type.NUMBER)

    def constant(self, node: exp.Expr) -> Typed:
        """TRUE, FALSE, NULL."""
        return node.copy(), Name(Type.BOOLEAN) if isinstance(node, exp.Boolean) else _UNKNOWN

    def day(self, node: exp.Expr) -> Typed:
        """DATE '2026-01-31'; no other cast."""
        plain = isinstance(node.this, exp.Literal) and node.this.is_string and node.args["to"].is_type("date")
        if not plain:
            self.fault(node, "R111", "a cast is not allowed in a predicate")
            return exp.Null(), _UNKNOWN
        try:
            date.fromisoformat(node.this.this)
        except ValueError:
            self.fault(node.this, "R134", f"'{node.this.this}' is not a date", "write DATE '2026-01-31'")
        return exp.Cast(this=node.this.copy(), to=exp.DataType.build("date")), Name(Type.DATE)

    def call(self, node: exp.Expr) -> Typed:
        """A function of the list."""
        name = str(node.this).lower()
        function = FUNCTIONS.get(name)
        if function is None:
            hint = suggest(name, FUNCTIONS) or f"allowed: {known(FUNCTIONS)}"
            self.fault(node, "R110", f"function `{name}` is not allowed in a predicate", hint)
            return exp.Null(), _UNKNOWN
        if not function.least <= len(node.expressions) <= function.most:
            what = f"`{name}` is called with {len(node.expressions)} arguments"
            self.fault(node, "R112", what, f"usage: {function.usage}")
            return exp.Null(), _UNKNOWN
        self._forgiving += name in ("coalesce", "is_blank")
        parts = [self.visit(argument) for argument in node.expressions]
        self._forgiving -= name in ("coalesce", "is_blank")
        return self._built(node, function, parts)

    def _built(self, node: exp.Expr, function: Function, parts: list[Typed]) -> Typed:
        types = [name.type for _, name in parts]
        for position, kind in enumerate(types):
            takes = function.takes[min(position, len(function.takes) - 1)]
            if kind != Type.NULL and kind not in takes:
                what = f"`{function.usage}` cannot take {_article(kind)} as argument {position + 1}"
                self.fault(node, "R112", what, f"it takes: {known(takes)}")
                return exp.Null(), _UNKNOWN
        if function.same_type and len(set(types) - {Type.NULL}) > 1:
            self.fault(node, "R131", f"the arguments of `{function.usage}` are of different types")
        gives = function.gives or next((t for t in types if t != Type.NULL), Type.NULL)
        return function.build([built for built, _ in parts], types), Name(gives)


def _paren(built: exp.Expr, parent: exp.Expr) -> exp.Expr:
    return built if isinstance(built, type(parent) | exp.Paren) else exp.Paren(this=built)


def _operand(built: exp.Expr) -> exp.Expr:
    return exp.Paren(this=built) if isinstance(built, exp.Binary | exp.Neg) else built


def _article(kind: Type) -> str:
    return _ARTICLE.get(kind, f"a {kind}")


def _in_words(node: exp.Expr) -> str:
    return {"Star": "`*`", "Subquery": "a subquery", "Select": "a subquery", "Window": "a window"}.get(
        type(node).__name__, f"the construct {type(node).__name__}"
    )


_VISITORS: tuple[tuple[Any, Any], ...] = (
    ((exp.And, exp.Or), Checker.connective),
    (exp.Not, Checker.negation),
    (exp.Paren, Checker.paren),
    ((*_EQUALITY, *_ORDER, *_NULL_SAFE), Checker.comparison),
    (exp.Between, Checker.between),
    (exp.In, Checker.member),
    ((exp.Like, exp.ILike), Checker.like),
    (exp.Is, Checker.is_null),
    (_ARITHMETIC, Checker.arithmetic),
    (exp.Neg, Checker.minus),
    (exp.Column, Checker.column),
    (exp.Literal, Checker.literal),
    ((exp.Boolean, exp.Null), Checker.constant),
    (exp.Cast, Checker.day),
    (exp.Anonymous, Checker.call),
)
