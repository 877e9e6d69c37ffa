"""The English sentences of errors, observations and notes, read from the code as it stands: what the catalogue of
commands (plumbrule/locale) must hold.

    python tests/messages.py      # the catalogues, brought up to date; new sentences have an empty translation

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

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

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
        for text in self.of(node):
            yield text
        for inner in ast.walk(node):
            if isinstance(inner, ast.FormattedValue):
                yield from self.texts(inner.value)

    def of(self, node: ast.expr) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - one for each kind of expression
        match node:
            case ast.Constant(value=str() as text):
                return [_escaped(text)]
            case ast.JoinedStr():
                return [_numbered(node)]
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
                        yield from ((t.id, v) for t, v in zip(target.elts, side.elts) if isinstance(t, ast.Name))
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
        if isinstance(node.target, ast.Name):
            yield node.target.id, node.value


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _numbered(node: ast.JoinedStr) -> str:
    parts, number = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(_escaped(str(value.value)))
        else:
            number += 1
            parts.append(f"{{{number}}}")
    return "".join(parts)


def _renumbered(text: str) -> str:
    count = iter(range(1, 100))
    return re.sub(r"\{\d+\}", lambda _: f"{{{next(count)}}}", text)


SPOKEN = (
    "app", "audience", "cli", "config_edit", "config_file", "config_show", "explaining", "exporting/export",
    "exporting/forms", "exporting/power_bi", "gone", "health", "initiative_settings", "joined_sources",
    "listed_mistakes", "matching", "migrating", "notes", "own_settings", "publishing", "receivers", "repeating",
    "rule_runs", "table_sources", "told_traffic", "veiling", "writing_commands", "wrong_values",
)  # fmt: skip
"""Modules of the roof whose sentences are put together in one place and said in another."""
TOLD = {
    "connectors/examining.py": None, "portfolio/errors.py": ("__init__",), "portfolio/located_toml.py": ("suggest",),
    "reports/plan_text.py": ("plan_text", "_total"), "sync/integrity.py": None,
}  # fmt: skip
"""Modules, or functions of them, below the roof whose sentences are shown as they are."""


def said() -> set[str]:
    """What commands say themselves: the first text of `says`, names of values and all."""
    found = set()
    for path in sorted((ROOT / "plumbrule").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "says":
                found |= set(_constants(node.args[0]))
    return found


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def put_together() -> set[str]:
    """Every sentence in the modules of SPOKEN and TOLD, wherever it stands."""
    paths = {f"plumbrule/{name}.py": None for name in SPOKEN} | TOLD
    return {text for path, names in paths.items() for text in literals(ROOT / path, names)}


def literals(path: Path, functions: Iterable[str] | None = None) -> Iterator[str]:
    """Sentences of a module that are no documentation, help or SQL."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    roots: list[ast.AST] = [tree]
    if functions is not None:
        roots = [node for node in ast.walk(tree) if isinstance(node, Function) and node.name in set(functions)]
    aside = _aside(tree)
    for root in roots:
        for node in ast.walk(root):
            if id(node) in aside:
                continue
            text = _numbered(node) if isinstance(node, ast.JoinedStr) else None
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = _escaped(node.value)
            if text is not None and is_sentence(text):
                yield text


def _aside(tree: ast.Module) -> set[int]:
    """Documentation, parts of f-strings, types, what other libraries are told, and what `says` says."""
    found: set[int] = set()
    for node in ast.walk(tree):
        for one in getattr(node, "body", None) or () if not isinstance(node, ast.IfExp | ast.Lambda) else ():
            if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
                found.add(id(one.value))
        inner: list[ast.AST] = []
        if isinstance(node, ast.JoinedStr):
            inner = [value for value in node.values if isinstance(value, ast.Constant)]
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            if name in _NOT_SAID:
                inner = list(node.args) + [k.value for k in node.keywords]
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            inner = [node.annotation]
        elif isinstance(node, Function) and node.returns is not None:
            inner = [node.returns]
        found |= {id(part) for one in inner for part in ast.walk(one)}
    return found


_NOT_SAID = {
    "Option", "Argument", "Typer", "Field", "says", "counted", "TypeVar", "removeprefix", "startswith", "mistakes_in", "Listing",
    "compile", "getLogger", "get_logger",
}  # fmt: skip
WORDS = frozenset(
    """yes no nothing pass warn fail unknown complete partial failed interrupted running
    red amber green critical high medium low info checked findings status portfolio expired scheduled invalid revoked
    once twice today tomorrow behind opened reopened resolved closed seen id started ended seconds state source kind
    subject rule rules severity mode pack parameters title outcome value limit message view columns doc column type unit
    allowed score left right reason size what found remedy project projects items people programmes departments name
    key keys rows category risks risk starts expires ends throttled requests refused asked granted matches covers version
    host Sources Run owner url channel action target code file line account certificate token""".split()
) | {
    "in force", "not applicable", "as of day", "rows read", "rows changed", "rows deleted", "failed parts",
    "config hash", "process id", "null means", "comes from", "filled by", "empty means", "rows are", "waited seconds",
    "received bytes", "only project", "error code", "remote id", "target kind", "how many", "waived by", "opened on",
    "fix by", "waived until", "subject kind", "as of", "self approved", "time entries", "time entry",
    "unreadable record", "unreadable records", "work items", "checked  ", "findings ", "status   ",
    "error[{code}]: {what}", "warning[{code}]: {what}", "note[{code}]: {what}", "= help: {text}", "= why: {text}",
}  # fmt: skip
"""Words that stand alone: heads of columns and lines, names of states."""


@cache
def needed() -> frozenset[str]:
    """The whole catalogue."""
    return sentences() | said() | put_together() | WORDS


WRITTEN = {
    "audience",
    "derived",
    "example",
    "init_command",
    "listed_cases",
    "plan_folder",
    "schedulers",
    "sending",
    "starting/written",
    "store_keeping",
    "targets",
    "telemetry",
    "waiver_subjects",
    "waiver_desk",
}
"""Modules of the roof with sentences that are written into files and tools, or are help: English, as they are read there
by others than who runs the command."""


def unsaid() -> dict[str, list[str]]:
    """Sentences of the roof that would be shown in English whatever the language, by module."""
    found = {}
    for path in sorted((ROOT / "plumbrule").rglob("*.py")):
        name = path.relative_to(ROOT / "plumbrule").with_suffix("").as_posix()
        if not name.startswith(("web/", "reference/")) and name not in WRITTEN:
            found[name] = [text for text in literals(path) if text not in needed()]
    return {name: texts for name, texts in found.items() if texts}


CATALOGUE = ROOT / "plumbrule" / "locale" / "zh_Hans" / "LC_MESSAGES" / "commands.po"


def bring_up_to_date(path: Path = CATALOGUE) -> list[str]:
    """Write the catalogue with what the code says now, and nothing else; returns what has no translation yet."""
    with path.open("rb") as file:
        old = read_po(file)
    new = Catalog(
        locale="zh_Hans", project="Plumbrule", version="1", fuzzy=False,
        msgid_bugs_address="the issue tracker", last_translator="Plumbrule", language_team="Plumbrule",
        creation_date=old.creation_date, revision_date=old.revision_date,
        header_comment="# Words of commands. Ids are the English sentences; {1} and {name} stand for their values.",
    )  # fmt: skip
    for message in sorted(needed()):
        known = old.get(message)
        new.add(message, known.string if known is not None else "")
    with path.open("wb") as file:
        write_po(file, new, width=0, sort_output=True)
    return [str(one.id) for one in new if one.id and not one.string]


if __name__ == "__main__":
    for one in bring_up_to_date():
        print(f"not translated: {one!r}")
