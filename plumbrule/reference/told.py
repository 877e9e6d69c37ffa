"""Every error code that the code can tell, with its words: read from the source text of our own packages.

Nothing is imported or run for it. A code is found where it is written: as `code=` of an error, or as one of the
arguments of what makes a problem. Its words stand beside it. Parts that are only known at run time become an ellipsis.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

PACKAGES = ("plumbrule", "connectors", "sync", "rules", "reports", "portfolio")
_CODE = re.compile(r"([a-z][a-z_]*|…)\.([a-z][a-z_]*|…)\Z")
_ERRORS = {
    "ConfigurationError": 2, "SignInError": 4, "RemoteError": 5, "RateLimited": 5, "RemoteRefusal": 3, "StoreError": 6,
    "PlanRefused": 7, "InternalError": 70,
}  # fmt: skip
_POSITIONAL = {"Problem": 2, "problem": 2, "_problem": 2, "_Meaning": 4, "Note": 0}
"""What takes a code among its arguments, with the words and the remedy behind it, and the exit code that follows."""
_WITHIN = {("tabular", "unusable"): 3, ("tabular", "later"): 5, ("jira", "unusable"): 3}
"""Functions of one package that make errors of (what, code, remedy), with the exit code of what they make."""
_FILES = ("mspdi", "mpp")
"""Kinds of plans in files, which share what they tell."""
_MIDST = "…"
_NONE = (ast.Constant(""), ast.Constant(""), ast.Constant(""))
_SAID_IN_FULL = {f"tabular.{_MIDST}", f"mpp.{_MIDST}"}
"""Families of which every member is found by itself."""
_WRITTEN = re.compile(r"code=|_Meaning\(|[pP]roblem\(|unusable\(|later\(|Note\(")


@dataclass(frozen=True, order=True)
class Told:
    """One place that tells a code."""

    code: str
    exit_code: int
    what: str
    remedy: str


def told(root: Path) -> Sequence[Told]:
    """All of them below `root`, each once, in order."""
    found: set[Told] = set()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if _WRITTEN.search(text):
                found.update(_in_module(ast.parse(text), path.parent.name))
    return sorted(one for entry in found for one in _of_each_kind(entry) if one.code not in _SAID_IN_FULL)


def _of_each_kind(entry: Told) -> Iterator[Told]:
    """What is told under the kind of the source is told by each of them."""
    tail = entry.code.removeprefix(f"{_MIDST}.")
    yield from [replace(entry, code=f"{kind}.{tail}") for kind in _FILES] if tail != entry.code else [entry]


def _in_module(tree: ast.Module, folder: str) -> Iterator[Told]:
    fixed = _assigned(tree.body)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    within = {id(call): f for f in functions for call in ast.walk(f) if isinstance(call, ast.Call)}
    yield from _in_tables(tree)
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        name = _called(call)
        if name not in _ERRORS and name not in _POSITIONAL and (folder, name) not in _WITHIN:
            continue
        function = within.get(id(call))
        names = fixed | (_assigned_before(call, function.body) if function else {})
        yield from _from_helper(call, folder, name, names) if (folder, name) in _WITHIN else _in_call(call, names)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _in_tables(tree: ast.Module) -> Iterator[Told]:
    """Words that lie in a table by the last part of their code, `_REFUSALS` in a module of plans in files; and what a
    function gives back as (code, words, remedy) for its caller to tell.
    """
    fixed = _assigned(tree.body)
    for given in (n.value for n in ast.walk(tree) if isinstance(n, ast.Return) and isinstance(n.value, ast.Tuple)):
        first, *others = [*given.elts, *_NONE]
        if isinstance(first, ast.Constant) and str(first.value).startswith("sign_in."):
            words, step = (" / ".join(_texts(part, fixed)) for part in others[:2])
            yield Told(str(first.value), 4, f"{_MIDST}{words}", step)
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "_REFUSALS":
            found = node.value
            assert isinstance(found, ast.Dict)  # noqa: S101 - what the name stands for
            for key, value in zip(found.keys, found.values, strict=True):
                what, remedy = (_texts(part, {}) for part in getattr(value, "elts", ()))
                yield Told(f"mpp.{ast.literal_eval(key) if key else ''}", 3, f"… {what[0]}", remedy[0])


def _from_helper(call: ast.Call, folder: str, name: str, names: dict[str, list[ast.expr]]) -> Iterator[Told]:
    what, code, *remedy = call.args
    for tail in _texts(code, names):
        for said in _texts(what, names) or [""]:
            whole = tail if "." in tail else f"{folder}.{tail}"
            after = " / ".join(_texts(remedy[0], names)) if remedy else ""
            yield Told(whole, _WITHIN[folder, name], said, after)


def _assigned_before(call: ast.Call, body: Sequence[ast.stmt]) -> dict[str, list[ast.expr]]:
    """What names stand for at that call: what was assigned last on the way to it, in both branches where it was."""
    names: dict[str, list[ast.expr]] = {}
    for statement in body:
        if not _holds(statement, call):
            names |= _assigned(list(ast.walk(statement)))
            continue
        for _, inner in ast.iter_fields(statement):
            if (
                isinstance(inner, list)
                and inner
                and isinstance(inner[0], ast.stmt | ast.ExceptHandler | ast.match_case)
            ):
                names |= _assigned_before(call, inner) if any(_holds(one, call) for one in inner) else {}
        names |= _assigned([node for node in ast.walk(statement) if isinstance(node, ast.NamedExpr)])
        break
    return names


def _holds(node: ast.AST, call: ast.Call) -> bool:
    return any(inner is call for inner in ast.walk(node))


def _assigned(nodes: Sequence[ast.AST]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and isinstance(node.target, ast.Name) and node.value:
            found.setdefault(node.target.id, []).append(node.value)
    return found


def _in_call(call: ast.Call, names: dict[str, list[ast.expr]]) -> Iterator[Told]:
    name = _called(call)
    given = {k.arg: k.value for k in call.keywords if k.arg}
    if name in _ERRORS and "code" in given:
        what = call.args[0] if call.args else given.get("what")
        remedy = given.get("remedy")
        codes = [given["code"]]
        exit_code = _ERRORS[name]
    elif name in _POSITIONAL:
        at = next((i for i, a in enumerate(call.args) if any(map(_CODE.match, _texts(a, names, deep=False)))), None)
        if at is None:
            return
        behind = call.args[at + 1 :]
        what = behind[0] if behind else None
        remedy = given.get("help") or given.get("remedy") or (behind[1] if len(behind) > 1 else None)
        codes, exit_code = [call.args[at]], _POSITIONAL[name]
    else:
        return
    for code in (text for part in codes for text in _texts(part, names)):
        if _CODE.match(code):
            for said in _texts(what, names) or [""]:
                yield Told(code, exit_code, said, " / ".join(_texts(remedy, names)))


def _texts(node: ast.expr | None, names: dict[str, list[ast.expr]], *, deep: bool = True) -> list[str]:
    """The texts that an expression may stand for."""
    match node:
        case ast.Constant(value=str(text)):
            found = [text]
        case ast.JoinedStr(values=parts):
            found = [_tidy("".join(_part(part) for part in parts))]
        case ast.IfExp(body=one, orelse=other):
            found = _texts(one, names, deep=deep) + _texts(other, names, deep=deep)
        case ast.BinOp(left=one, op=ast.Add(), right=other):
            left, right = (_texts(side, names, deep=deep) or [_MIDST] for side in (one, other))
            found = [_tidy(a + b) for a in left for b in right]
        case ast.BoolOp(values=sides):
            found = [text for side in sides for text in _texts(side, names, deep=deep)]
        case ast.Name(id=name) if deep:
            found = [text for value in names.get(name, ()) for text in _texts(value, names, deep=False)]
        case _:
            found = []
    return found


def _part(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else _MIDST


def _tidy(text: str) -> str:
    return re.sub(r"(…\s*)+…", _MIDST, " ".join(text.split()))
