"""Second gate: the tree of a predicate. Names, values and types are checked; the tree is rewritten to be safe.

Rewritten: `a / b` becomes `a / nullif(b, 0)` (DuckDB gives NaN for 0/0, and NaN is greater than every limit); names are
quoted; functions become canonical nodes.
"""

import re
from datetime import date
from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from rules.compile.engine_casts import by_code_point, double, wide
from rules.compile.faults import Fault
from rules.compile.functions import FUNCTIONS, Function
from rules.compile.scope import Name, Scope, Type, known
from rules.compile.suggestion import suggest

_ORDER = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_EQUALITY = (exp.EQ, exp.NEQ)
_NULL_SAFE = (exp.NullSafeEQ, exp.NullSafeNEQ)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_ARTICLE = {Type.INSTANT: "an instant", Type.BOOLEAN: "true or false", Type.NULL: "null"}
MOST_NODES = 2_000
Typed = tuple[exp.Expr, Name]
_NO_ORDER = {Type.BOOLEAN: "true and false have", Type.TEXTS: "lists have"}
_NO_NUMBERS = {"nan", "inf", "infinity"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
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
        unplaced = [n for n in tree.walk(bfs=False) if isinstance(n, exp.Null) or _is_text(n)]
        words = [w for w in words if w.token_type in (TokenType.STRING, TokenType.NULL)]
        self._places: dict[int, tuple[int, int]] = {
            id(node): (word.start, word.end - word.start + 1) for node, word in zip(unplaced, words, strict=False)
        }

    def root(self, node: exp.Expr) -> exp.Expr:
        """The rebuilt tree; look at `faults` before using it."""
        built, name = self.visit(node)
        if name.type not in (Type.BOOLEAN, Type.NULL):
            what = f"the predicate gives {_article(name.type)}, not true or false"
            self.fault(node, "R132", what, "compare it with something")
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
            self.fault(
                node, "R132", f"{_article(name.type)} stands where true or false is needed", "compare it with something"
            )
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
        safe = isinstance(node, _NULL_SAFE)
        self._forgiving += safe
        (left, a), (right, b) = self.visit(node.this), self.visit(node.expression)
        self._forgiving -= safe
        self.same(node, a, b)
        self.vocabulary(a, node.expression)
        self.vocabulary(b, node.this)
        if isinstance(node, _ORDER):
            self.ordered(node, a, b)
            left = by_code_point(left) if Type.TEXT in (a.type, b.type) else left
        return type(node)(this=_operand(left), expression=_operand(right)), Name(Type.BOOLEAN)

    def ordered(self, node: exp.Expr, *names: Name) -> None:
        """All of them can be said to be before or after one another."""
        for kind, words in _NO_ORDER.items():
            if kind in {name.type for name in names}:
                self.fault(node, "R131", f"{words} no order", "use = or AND, OR, NOT")

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
        if not name.values or not _is_text(other) or other.this in name.values:
            return
        near = suggest(other.this, name.values)
        allowed = f"allowed: {', '.join(name.values)}"
        self.fault(other, "R130", f"the column is never '{other.this}'", f"{near} {allowed}".strip())

    def between(self, node: exp.Expr) -> Typed:
        """a BETWEEN low AND high."""
        value, name = self.visit(node.this)
        (low, a), (high, b) = self.visit(node.args["low"]), self.visit(node.args["high"])
        for limit, kind in ((node.args["low"], a), (node.args["high"], b)):
            self.same(node, name, kind)
            self.vocabulary(name, limit)
        self.ordered(node, name, a, b)
        value = by_code_point(value) if name.type == Type.TEXT else value
        value, low, high = _operand(value), _operand(low), _operand(high)
        return exp.Paren(this=exp.Between(this=value, low=low, high=high)), Name(Type.BOOLEAN)

    def member(self, node: exp.Expr) -> Typed:
        """a IN (b, c)."""
        if any(node.args.get(key) for key in ("query", "unnest", "field")) or not node.expressions:
            self.fault(node, "R111", "IN takes a list of values", "write x IN ('a', 'b')")
            return exp.Null(), _UNKNOWN
        value, name = self.visit(node.this)
        members = []
        for other in node.expressions:
            built, kind = self.visit(other)
            self.same(node, name, kind)
            self.vocabulary(name, other)
            members.append(built)
        return exp.In(this=_operand(value), expressions=members), Name(Type.BOOLEAN)

    def like(self, node: exp.Expr) -> Typed:
        """a LIKE pattern, a ILIKE pattern."""
        value, name = self.visit(node.this)
        if name.type not in (Type.TEXT, Type.NULL):
            self.fault(node.this, "R131", f"LIKE is for texts, not for {_article(name.type)}")
        if not _is_text(node.expression):
            self.fault(node, "R111", "the pattern of LIKE is a quoted text", "use contains or starts_with")
        built = type(node)(this=_operand(value), expression=node.expression.copy())
        return (exp.Not(this=exp.Paren(this=built)) if node.args.get("negate") else built), Name(Type.BOOLEAN)

    def is_null(self, node: exp.Expr) -> Typed:
        """a IS NULL, a IS TRUE."""
        self._forgiving += 1
        value, name = self.visit(node.this)
        self._forgiving -= 1
        if isinstance(node.expression, exp.Boolean) and name.type not in (Type.BOOLEAN, Type.NULL):
            self.fault(node, "R131", f"{_article(name.type)} is compared with true or false")
        return exp.Is(this=_operand(value), expression=node.expression.copy()), Name(Type.BOOLEAN)

    def arithmetic(self, node: exp.Expr) -> Typed:
        """+ - * /; the divisor is never zero. Sums and products of amounts are exact, quotients are doubles."""
        (left, a), (right, b) = self.visit(node.this), self.visit(node.expression)
        for name, side in ((a, node.this), (b, node.expression)):
            if name.type not in (Type.NUMBER, Type.NULL):
                hint = "use days_between or add_days" if name.type == Type.DATE else ""
                self.fault(side, "R131", f"one cannot calculate with {_article(name.type)}", hint)
                break
        left, right = _operand(left), _operand(right)
        if isinstance(node, exp.Div):
            guarded = exp.Nullif(this=double(right), expression=exp.Literal.number(0))
            return exp.Paren(this=exp.Div(this=double(left), expression=guarded)), Name(Type.NUMBER)
        places = None
        if a.places is not None and b.places is not None:
            places = a.places + b.places if isinstance(node, exp.Mul) else max(a.places, b.places)
        left = wide(left, right, a.places) if isinstance(node, exp.Mul) else left
        return exp.Paren(this=type(node)(this=left, expression=right)), Name(Type.NUMBER, places=places)

    def minus(self, node: exp.Expr) -> Typed:
        """-a."""
        value, name = self.visit(node.this)
        if name.type not in (Type.NUMBER, Type.NULL):
            self.fault(node, "R131", f"one cannot calculate with {_article(name.type)}")
        return exp.Neg(this=_operand(value)), Name(Type.NUMBER, places=name.places)

    def column(self, node: exp.Expr) -> Typed:
        """A column, or a parameter written $name."""
        if node.args.get("table"):
            self.fault(node, "R111", "name the column alone; a predicate sees one view")
            return exp.Null(), _UNKNOWN
        name = node.name
        if name.startswith("$"):
            return self.parameter(node, name[1:])
        found = self.scope.columns.get(name)
        if found is None and name.lower() in _NO_NUMBERS:
            self.fault(node, "R134", f"`{name}` is not a number", "a division by zero gives null; write IS NULL")
            return exp.Null(), _UNKNOWN
        if found is None:
            meant = f"the parameter is written ${name}" if name in self.scope.parameters else ""
            hint = meant or f"{suggest(name, self.scope.columns)} {self.scope.listing()}".strip()
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
        if _is_text(node):
            return node.copy(), Name(Type.TEXT)
        return node.copy(), Name(Type.NUMBER, places=len(str(node.this).partition(".")[2]))

    def constant(self, node: exp.Expr) -> Typed:
        """TRUE, FALSE. NULL stands only after IS: anywhere else it makes the answer null."""
        if isinstance(node, exp.Null):
            self.fault(node, "R133", "a comparison with NULL is never true", "write IS NULL or IS NOT NULL")
            return exp.Null(), _UNKNOWN
        return node.copy(), Name(Type.BOOLEAN)

    def day(self, node: exp.Expr) -> Typed:
        """DATE '2026-01-31'; no other cast."""
        plain = _is_text(node.this) and node.args["to"].is_type("date")
        if not plain:
            self.fault(node, "R111", "a cast is not allowed in a predicate")
            return exp.Null(), _UNKNOWN
        try:
            if not _DAY.fullmatch(node.this.this):  # Python reads more shapes of days than databases do
                raise ValueError
            date.fromisoformat(node.this.this)
        except ValueError:
            self.fault(node.this, "R134", f"'{node.this.this}' is not a date", "write DATE '2026-01-31'")
        return exp.Cast(this=node.this.copy(), to=exp.DataType.build("date")), Name(Type.DATE)

    def call(self, node: exp.Expr) -> Typed:
        """A function of the list."""
        name = str(node.this).lower()
        function = FUNCTIONS.get(name)
        if function is None:  # told by the first gate, which knows what people write in its place
            for argument in node.expressions:
                self.visit(argument)
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
        if function.literal is not None and (what := function.literal.refuses(node.expressions)):
            self.fault(node, "R112", what, f"usage: {function.usage}")
            return exp.Null(), _UNKNOWN
        if sum(_size(built) for built, _ in parts) > MOST_NODES:
            self.fault(node, "R103", "the calls are nested too deeply", "simplify, or split the rule")
            return exp.Null(), _UNKNOWN
        if node.this.lower() == "nullif":
            self.vocabulary(parts[0][1], node.expressions[1])
        gives = function.gives or next((t for t in types if t != Type.NULL), Type.NULL)
        values = self._values_of(node, parts) if function.gives is None else ()
        return function.build([_operand(built) for built, _ in parts], types), Name(gives, values)

    @staticmethod
    def _values_of(node: exp.Expr, parts: list[Typed]) -> tuple[str, ...]:
        """The vocabulary of what a function hands on: known only where every argument's is."""
        found: list[str] = []
        for argument, (_, name) in zip(node.expressions, parts, strict=True):
            own = (argument.this,) if _is_text(argument) else name.values
            if not own:
                return ()
            found += own
        return tuple(dict.fromkeys(found)) if any(name.values for _, name in parts) else ()


def _size(built: exp.Expr) -> int:
    """How many nodes; some functions write an argument down twice, so that what is small nested can grow large."""
    return sum(1 for _ in built.walk())


def _paren(built: exp.Expr, parent: exp.Expr) -> exp.Expr:
    return built if isinstance(built, type(parent) | exp.Paren) else exp.Paren(this=built)


def _operand(built: exp.Expr) -> exp.Expr:
    """In parentheses where an engine's precedence could matter."""
    loose = isinstance(built, exp.Binary | exp.Neg | exp.Not | exp.Between | exp.In | exp.Is) and not isinstance(
        built, exp.Collate
    )
    return exp.Paren(this=built) if loose else built


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.args.get("is_string"))


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
