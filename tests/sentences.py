"""The English sentences of errors, observations and notes, read from the code as it stands.

A sentence is a text, or an f-string with its values numbered: `{1} is no folder`. It is found where it is given to an
error, to a function that passes it on to one, and where it comes from: names, branches, tables, functions beside it.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("connectors", "plumbrule", "portfolio", "reports", "rules", "sync")
LEFT_OUT = ("plumbrule/reference/", "plumbrule/starting/written.py")
"""What writes documents and files, not messages."""
SAID = {
    "ConfigurationError": (0,), "SignInError": (0,), "RemoteError": (0,), "RateLimited": (0,), "RemoteRefusal": (0,),
    "StoreError": (0,), "PlanRefused": (0,), "InternalError": (0,), "PlumbruleError": (0,), "Problem": (4, 7),
    "Observation": (2, 3), "Missing": (0,),
}  # fmt: skip
"""Where each takes a sentence."""
KEYWORDS = {"what", "remedy", "why", "help", "found", "hint"}
_MOST = 24
"""Alternatives of one expression."""
_SQL = re.compile(r"\s*(\{\d+\})?\s*(SELECT|WITH|INSERT|DELETE|UPDATE|WHERE|AND)\b")
_LETTERS = re.compile(r"[A-Za-z]{3}")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One file: its constants, its functions, and who encloses what."""

    tree: ast.Module
    constants: dict[str, list[ast.expr]] = field(default_factory=lambda: defaultdict(list))
    functions: dict[str, Function] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.tree.body:
            for name, value in _assigned(node):
                self.constants[name].append(value)
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                self.functions[node.name] = node
            elif isinstance(node, ast.ImportFrom) and node.module:
                self.imported |= {(one.asname or one.name): node.module for one in node.names}


@cache
def sentences() -> frozenset[str]:
    """All of them, with `{1}`, `{2}` … for their values."""
    modules = {_name(path): Module(ast.parse(path.read_text(encoding="utf-8"))) for path in _files()}
    takers: Takers = {}
    found: set[str] = set()
    before = -1
    while before != (before := sum(len(places) + len(keys) for places, keys in takers.values())):
        for name, module in modules.items():
            found |= set(_of_module(name, module, takers))
    return frozenset(text for text in found if is_sentence(text))


Takers = dict[tuple[str, str], tuple[set[int], set[str]]]
"""Functions that pass a sentence on, by module and name: where they take it, by place and by name."""


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def is_sentence(text: str) -> bool:
    """Words of ours, not a name, a path, a code or values alone."""
    bare = re.sub(r"\{(\d+|number)\}", "", text)
    is_ours = (
        not text.lstrip().startswith(("plumbrule ", "plumbrule: ", "error[", "note[", "= ", "<", "# ", "---"))
        and "\n\n" not in text
        and "{}" not in bare
    )
    return is_ours and bool(_LETTERS.search(bare)) and " " in text.strip() and not _SQL.match(text)


def _files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not path.relative_to(ROOT).as_posix().startswith(LEFT_OUT):
                yield path


def _of_module(here: str, module: Module, takers: Takers) -> Iterator[str]:
    for function, node in _calls(module.tree):
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name in ("Option", "Argument", "Typer", "Field"):
            continue
        if name == "counted" and len(node.args) > 1:
            yield from _counts(node)
        owner = (here, name) if name in module.functions else (module.imported.get(name, ""), name)
        places, keys = takers.get(owner, (set(), set()))
        is_error = name in SAID or hasattr(node, "raised") or bool(places or keys)
        places = places | set(SAID.get(name, ())) | ({0} if hasattr(node, "raised") and not places else set())
        given = [arg for n, arg in enumerate(node.args) if n in places and not isinstance(arg, ast.Starred)]
        given += [k.value for k in node.keywords if k.arg in keys | KEYWORDS]
        for arg in given:
            yield from Reading(module, function).texts(arg)
            for inner in ast.walk(arg):
                if is_error and isinstance(inner, ast.Name) and function is not None:
                    _passed_on(here, function, inner.id, takers)


def _passed_on(here: str, function: Function, name: str, takers: Takers) -> None:
    """A function that gives its own argument to an error: its callers say the sentence."""
    texts = {a.arg for a in _arguments(function) if a.annotation is not None and "str" in ast.unparse(a.annotation)}
    if name not in texts or function.name.startswith("__"):
        return
    places, keys = takers.setdefault((here, function.name), (set(), set()))
    ordered = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    if name in ordered:
        places.add(ordered.index(name) - (ordered[0] in ("self", "cls")))
    keys.add(name)


def _arguments(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _calls(tree: ast.Module) -> Iterator[tuple[Function | None, ast.Call]]:
    def walk(node: ast.AST, function: Function | None) -> Iterator[tuple[Function | None, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            inner = child if isinstance(child, Function) else function
            if isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
                child.exc.raised = True  # type: ignore[attr-defined]
            if isinstance(child, ast.Call):
                yield inner, child
            yield from walk(child, inner)

    yield from walk(tree, None)


def _counts(node: ast.Call) -> Iterator[str]:
    """What `counted` says: of one, and of many."""
    texts = [arg.value for arg in node.args[1:] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if texts:
        yield f"{{number}} {texts[0]}"
        yield f"{{number}} {texts[1] if len(texts) > 1 else f'{texts[0]}s'}"


@dataclass
class Reading:
    """Texts that an expression may have, in one function."""

    module: Module
    function: Function | None
    seen: set[str] = field(default_factory=set)

    def texts(self, node: ast.expr) -> Iterator[str]:
        """Whole sentences, and those that stand in them as values."""
        yield from self.of(node)
        for inner in ast.walk(node):
            if isinstance(inner, ast.FormattedValue):
                yield from self.texts(inner.value)

    def of(self, node: ast.expr) -> list[str]:
        match node:
            case ast.Constant(value=str() as text):
                return [escaped(text)]
            case ast.JoinedStr():
                return [numbered(node)]
            case ast.IfExp():
                return [*self.of(node.body), *self.of(node.orelse)]
            case ast.BoolOp():
                return [text for value in node.values for text in self.of(value)]
            case ast.BinOp(op=ast.Add()):
                return self._added(node)
            case ast.Name():
                return self._named(node.id)
            case ast.Subscript(value=ast.Name(id=name)):
                return self._table(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get")):
                return [*self._table(name), *(text for arg in node.args[1:] for text in self.of(arg))]
            case ast.Call(func=ast.Name(id=name)) if name in self.module.functions:
                return self._returned(name)
            case ast.Call(func=ast.Attribute(attr=name)) if name in self.module.functions:
                return self._returned(name)
            case ast.Call(func=ast.Attribute(attr="join"), args=[ast.GeneratorExp(elt=one) | ast.ListComp(elt=one)]):
                return self.of(one)
            case ast.Tuple() | ast.List():
                return [text for one in node.elts for text in self.of(one)]
            case ast.NamedExpr():
                return self.of(node.value)
        return []

    def _added(self, node: ast.BinOp) -> list[str]:
        left, right = self.of(node.left), self.of(node.right)
        return [_renumbered(f"{a}{b}") for a in left for b in right][:_MOST] or [*left, *right]

    def _named(self, name: str) -> list[str]:
        if name in self.seen:
            return []
        self.seen.add(name)
        found: list[str] = []
        if self.function is not None:
            for node in ast.walk(self.function):
                for target, value in _assigned(node):
                    if target == name:
                        found += list(self.texts(value))
        for value in self.module.constants.get(name, ()):
            found += self.of(value) or self._values(value)
        self.seen.discard(name)
        return found

    def _table(self, name: str) -> list[str]:
        return [text for value in self.module.constants.get(name, ()) for text in self._values(value)]

    def _values(self, node: ast.expr) -> list[str]:
        values = node.values if isinstance(node, ast.Dict) else getattr(node, "elts", [])
        return [text for value in values for text in self.texts(value)]

    def _returned(self, name: str) -> list[str]:
        if name in self.seen:
            return []
        self.seen.add(name)
        function = self.module.functions[name]
        inside = Reading(self.module, function, self.seen)
        found = [
            text
            for node in ast.walk(function)
            if isinstance(node, ast.Return | ast.Yield) and node.value is not None
            for text in inside.texts(node.value)
        ]
        self.seen.discard(name)
        return found


def _assigned(node: ast.AST) -> Iterable[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
                yield from ((t.id, v) for t, v in pairs if isinstance(t, ast.Name))
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.IfExp):
                for side in (node.value.body, node.value.orelse):
                    if isinstance(side, ast.Tuple):
                        yield from (
                            (t.id, v) for t, v in zip(target.elts, side.elts, strict=False) if isinstance(t, ast.Name)
                        )
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and isinstance(node.target, ast.Name):
        yield from [(node.target.id, node.value)] if node.value is not None else []


def escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def numbered(node: ast.JoinedStr) -> str:
    parts, number = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(escaped(str(value.value)))
        else:
            number += 1
            parts.append(f"{{{number}}}")
    return "".join(parts)


def _renumbered(text: str) -> str:
    count = iter(range(1, 100))
    return re.sub(r"\{\d+\}", lambda _: f"{{{next(count)}}}", text)
