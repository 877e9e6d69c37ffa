"""What the catalogue of commands (plumbrule/locale) must hold, read from the code as it stands.

python tests/messages.py      # the catalogue, brought up to date; a new sentence has an empty translation
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from sentences import ROOT, Function, escaped, is_sentence, numbered, sentences

SPOKEN = (
    "app", "audience", "cli", "config_edit", "config_file", "config_show", "explaining", "exporting/export",
    "exporting/forms", "exporting/power_bi", "gone", "health", "initiative_settings", "joined_sources",
    "listed_mistakes", "matching", "migrating", "notes", "own_settings", "publishing", "receivers", "repeating",
    "rule_runs", "table_sources", "told_traffic", "veiling", "writing_commands", "wrong_values",
)  # fmt: skip
"""Modules of the roof whose sentences are put together in one place and said in another."""
TOLD = {
    "connectors/examining.py": None, "portfolio/errors.py": ("__init__",),
    "portfolio/located_toml.py": ("suggest",),
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
            text = numbered(node) if isinstance(node, ast.JoinedStr) else None
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = escaped(node.value)
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
    "Option", "Argument", "Typer", "Field", "says", "counted", "TypeVar", "removeprefix", "startswith", "mistakes_in",
    "Listing",
    "compile", "getLogger", "get_logger",
}  # fmt: skip
WORDS = frozenset({
    "yes", "no", "nothing", "pass", "warn", "fail", "unknown", "complete", "partial", "failed", "interrupted",
    "running", "red", "amber", "green", "critical", "high", "medium", "low", "info", "checked", "findings",
    "status", "portfolio", "expired", "scheduled", "invalid", "revoked", "once", "twice", "today", "tomorrow",
    "behind", "opened", "reopened", "resolved", "closed", "seen", "id", "started", "ended", "seconds", "state",
    "source", "kind", "subject", "rule", "rules", "severity", "mode", "pack", "parameters", "title", "outcome",
    "value", "limit", "message", "view", "columns", "doc", "column", "type", "unit", "allowed", "score", "left",
    "right", "reason", "size", "what", "found", "remedy", "project", "projects", "items", "people", "programmes",
    "departments", "name", "key", "keys", "rows", "category", "risks", "risk", "starts", "expires", "ends",
    "throttled", "requests", "refused", "asked", "granted", "matches", "covers", "version", "host", "Sources",
    "Run", "owner", "url", "channel", "action", "target", "code", "file", "line", "account", "certificate", "token",
    "in force", "not applicable", "as of day", "rows read", "rows changed", "rows deleted", "failed parts",
    "config hash", "process id", "null means", "comes from", "filled by", "empty means", "rows are", "waited seconds",
    "received bytes", "only project", "error code", "remote id", "target kind", "how many", "waived by", "opened on",
    "fix by", "waived until", "subject kind", "as of", "self approved", "time entries", "time entry",
    "unreadable record", "unreadable records", "work items", "checked  ", "findings ", "status   ",
    "{number} item", "{number} items", "{number} time entry", "{number} time entries", "{number} person",
    "{number} people", "{number} unreadable record", "{number} unreadable records", "unreadable", "pull", "match",
    "plan",
    "Nothing to write: what stands in the tools is what should stand there.",
    "{1}: {2} to create, {3} to update, {4} to remove.", "error[{code}]: {what}", "warning[{code}]: {what}",
    "note[{code}]: {what}", "= help: {text}", "= why: {text}",
})  # fmt: skip
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
"""Modules of the roof with sentences that are written into files and tools, or are help: English, as they are read
there by others than who runs the command."""


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
