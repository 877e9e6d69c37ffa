"""One condition, read, checked and written: the only module that people who compile need, see `rules.compile`."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.errors import ParseError

from rules.compile.check import Checker
from rules.compile.dialects import Engine, written
from rules.compile.faults import Fault, PredicateFaults
from rules.compile.scope import Scope
from rules.compile.words import PredicateDialect, read_words
from rules.predicate import Limit, Predicate

DEEPEST_TREE = 100
_SIGNS: dict[type[exp.Expr], str] = {exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}


def compiled(text: str, scope: Scope, engine: Engine = "duckdb") -> Predicate:
    """Check a predicate against the names it may use, and write it for an engine.

    Raises PredicateFaults with every mistake and its offset.
    """
    words, faults = read_words(text)
    tree = _tree(text)
    checker = Checker(scope, tree, words)
    built = checker.root(tree)
    if checker.faults or faults:
        raise PredicateFaults(sorted({*faults, *checker.faults}))
    return Predicate(
        text,
        written(built, engine),
        frozenset(checker.columns),
        frozenset(checker.decisive),
        frozenset(checker.forgiven),
        frozenset(checker.parameters),
        tuple(_limits(built, engine)),
    )


def _limits(built: exp.Expr, engine: Engine) -> Iterator[Limit]:
    for node in built.find_all(*_SIGNS, exp.Between):
        low, high = (node.args["low"], node.args["high"]) if isinstance(node, exp.Between) else (node.expression, None)
        if next(node.find_all(exp.Column), None) is None:
            continue
        sign = _SIGNS.get(type(node), ">=")
        yield Limit(written(node.this, engine), sign, written(low, engine))
        if high is not None:
            yield Limit(written(node.this, engine), "<=", written(high, engine))


def _tree(text: str) -> exp.Expr:
    try:
        trees = PredicateDialect().parse(text)
    except ParseError as error:
        raise PredicateFaults([_syntax_fault(error, text)]) from error
    except RecursionError as error:
        raise PredicateFaults([Fault(0, 1, "R103", "the predicate is nested too deeply", "split the rule")]) from error
    if len(trees) != 1 or trees[0] is None:
        raise PredicateFaults([Fault(0, 1, "R101", f"only one expression is allowed, found {len(trees)}")])
    tree: exp.Expr = trees[0]
    if _depth(tree) > DEEPEST_TREE:
        raise PredicateFaults([Fault(0, 1, "R103", "the predicate is nested too deeply", "split the rule")])
    return tree


def _depth(tree: exp.Expr) -> int:
    """Longest way down, without recursion."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in node.iter_expressions())
    return deepest


def _syntax_fault(error: ParseError, text: str) -> Fault:
    first = error.errors[0] if error.errors else {}
    what = str(first.get("description") or "cannot be read").rstrip(".")
    if what.startswith("Required keyword"):  # the parser's way to say that an operand is absent
        what = "something is missing beside this sign"
    lines = text.splitlines(keepends=True)
    line, column = int(first.get("line") or 1), int(first.get("col") or 1)
    highlight = str(first.get("highlight") or "")
    offset = sum(len(x) for x in lines[: line - 1]) + column - max(1, len(highlight))
    return Fault(
        max(0, min(offset, len(text) - 1)),
        max(1, len(highlight)),
        "R100",
        f"not a valid condition: {what[:1].lower()}{what[1:]}",
    )
