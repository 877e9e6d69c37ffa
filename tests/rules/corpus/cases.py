"""Hostile and mistaken texts with what must become of them: read from the TOML files of this folder.

A case names its loader; `LOADERS` says how that loader reads a text and what it makes of it. A new kind of file that
people write (policies, waivers) is held to the same by adding its loader and a file of cases.
"""

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import parse
from portfolio.model import VIEWS
from rules.compile import Name, Type, compile_predicate, of_view
from rules.connection import select_documented
from rules.load import load_rules
from rules.policy.conflicts import conflicts
from rules.policy.load import read_policy
from rules.reading import rules_of
from rules.ruleset import Rule, RuleSet
from rules.selftest import fill_view, run_on
from rules.settings import RuleSettings
from rules.waivers import WaiverLimits
from rules.waivers.load import waivers_of

FOLDER = Path(__file__).parent
PARAMETERS: dict[str, tuple[Name, Any]] = {
    "max": (Name(Type.NUMBER), Decimal(3)),
    "word": (Name(Type.TEXT), "x"),
    "day": (Name(Type.DATE), date(2026, 1, 31)),
    "yes": (Name(Type.BOOLEAN), True),
    "null": (Name(Type.NUMBER), Decimal(1)),
}
AS_OF = date(2026, 6, 30)
_HEAD = 'schema = 1\n[pack]\nid = "mine"\ntitle = "Mine"\n'
_RULE = {
    "id": "OWN-01", "title": "A rule", "severity": "medium", "family": "OWN", "dimension": "quality",
    "message": "leans", "why": "because", "fix": "straighten it",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One text. Refused: `code`, what the caret points at (`at`), words of the help. Else: `answers` or `outcome`."""

    file: str
    kind: str
    loader: str
    text: str
    code: str = ""
    at: str | None = None
    line: int | None = None
    column: int | None = None
    help: str = ""
    answers: str = ""
    outcome: str = ""
    message: str | None = None
    given: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def bytes(self) -> bytes:
        """The text as the file holds it; `more` says how.

        With `in_place_of` it is the good waiver, the line of that key replaced by the text, or the text added.
        """
        text = self.text * int(self.more.get("times", 1))
        if "inside" in self.more:
            before, _, after = str(self.more["inside"]).partition("@")
            text = before + text + after
        if "in_place_of" in self.more:
            text = _changed(self.more["in_place_of"], text)
        text = text.replace("\n", self.more.get("line_ends", "\n"))
        return text.encode(self.more.get("encoding", "utf-8"), "surrogatepass")


@dataclass(frozen=True)
class Said:
    """What became of a text: mistakes; or the answers (T, F, U for unknown, a row each) or the project's outcome."""

    problems: tuple[Problem, ...] = ()
    answers: str = ""
    outcome: str = ""
    message: str | None = None


Loader = Callable[[Case], Said]


def cases() -> list[Case]:
    """Every case of every file."""
    return [case for path in sorted(FOLDER.glob("*.toml")) for case in _of_file(path)]


def _of_file(path: Path) -> Iterator[Case]:
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    for group in written["group"]:
        for entry in group["cases"]:
            yield Case(**{"file": path.stem, "loader": written["loader"], "kind": group["kind"], **entry})


def _predicate(case: Case) -> Said:
    """The text as `fail_when` of a rule over work items, each row answered."""
    text = case.bytes().decode("utf-8", "surrogatepass")
    names = {name: kind for name, (kind, _) in PARAMETERS.items()}
    params = {
        "max": {"type": "float", "default": 3}, "word": {"type": "text", "default": "x"},
        "day": {"type": "date", "default": date(2026, 1, 31)}, "yes": {"type": "bool", "default": True},
        "null": {"type": "int", "default": 1},
    }  # fmt: skip
    written = {**_RULE, "view": "work_items", "fail_when": text, "params": params}
    body = "".join(f"{key} = {_toml(value)}\n" for key, value in written.items())
    said = _refused(lambda: rules_of([parse(f"{_HEAD}[[rule]]\n{body}".encode(), "mine.toml")]))
    problems = tuple(p for p in said.problems if p.code != "R208")  # not every case uses every parameter
    if problems:
        return Said(problems)
    predicate = compile_predicate(text, of_view(VIEWS["work_items"], names))
    bound = {n: AS_OF if n == "as_of" else PARAMETERS[n][1] for n in predicate.parameters}
    with _locked() as bench:
        fill_view(bench, VIEWS["work_items"], [{"item_id": str(n), **row} for n, row in enumerate(case.given)])
        sql = f"SELECT {predicate.sql} AS answer FROM work_items ORDER BY item_id"
        try:
            rows = select_documented(bench, sql, bound)
        except duckdb.Error as error:
            return Said(outcome="error", message=str(error))
    return Said(answers="".join({True: "T", False: "F", None: "U"}[row["answer"]] for row in rows))


def _locked() -> duckdb.DuckDBPyConnection:
    """A database in memory that reaches no file and no network, and cannot be told otherwise."""
    bench = duckdb.connect(":memory:", config={"threads": 1})
    for lock in ("enable_external_access = false", "max_expression_depth = 200", "lock_configuration = true"):
        bench.execute(f"SET {lock}")
    return bench


def _rule(case: Case) -> Said:
    """The text as the keys of one rule; `given` are rows of work items of project P."""
    common = "".join(f"{k} = {_toml(v)}\n" for k, v in _RULE.items() if k not in case.more.get("without", ()))
    doc = f"{_HEAD}[[rule]]\n{common}{case.bytes().decode()}\n"
    said = _refused(lambda: rules_of([parse(doc.encode(), "mine.toml")]))
    if said.problems or not case.outcome:
        return said
    [rule] = rules_of([parse(doc.encode(), "mine.toml")])
    rows = [{"project_id": "P", "item_id": str(n), **row} for n, row in enumerate(case.given)]
    given = {"projects": [{"project_id": "P"}], "work_items": rows, **case.more.get("views", {})}
    with _locked() as bench:
        [result] = run_on(rule, given, connection=bench).results
    return Said(outcome=result.outcome, message=result.message)


def _pack(case: Case) -> Said:
    """The text as a whole file."""
    raw = case.bytes()
    return _refused(lambda: rules_of([parse(raw, "mine.toml")]))


def _settings(case: Case) -> Said:
    """The text as the configuration's section of rules."""
    doc = parse(case.bytes(), "plumbrule.toml")
    return _refused(lambda: load_rules((), RuleSettings.model_validate(doc.data["rules"]), doc))


def _policy(case: Case) -> Said:
    """The text as a policy file beside those of `more.beside`, over the rules of `governed/pack.toml`."""
    found: list[Problem] = []

    def read() -> None:
        documents = [parse(case.bytes(), "it.toml")]
        documents += [parse(text.encode(), f"beside{n}.toml") for n, text in enumerate(case.more.get("beside", ()))]
        policy = read_policy(documents, _governed(), (), found)
        found.extend(conflicts(policy, is_whole=not found))

    said = _refused(read)
    return Said((*said.problems, *found))


def _waivers(case: Case) -> Said:
    """The text as a file of waivers, about the rules of `governed/pack.toml`."""
    found: list[Problem] = []

    def read() -> None:
        waivers_of([parse(case.bytes(), "it.toml")], RuleSet(_governed()), WaiverLimits(), found)

    said = _refused(read)
    return Said((*said.problems, *found))


@cache
def _good_waiver() -> list[str]:
    return (FOLDER / "governed" / "waiver.toml").read_text(encoding="utf-8").splitlines()


def _changed(key: str, text: str) -> str:
    lines = _good_waiver()
    kept = [text if line.startswith(f"{key} = ") else line for line in lines]
    kept += [text] if kept == lines else []
    return "\n".join(line for line in kept if line)


@cache
def _governed() -> tuple[Rule, ...]:
    """Rules that policies and waivers of the corpus are about."""
    return rules_of([parse((FOLDER / "governed" / "pack.toml").read_bytes(), "governed.toml")])


def _refused(read: Callable[[], object]) -> Said:
    try:
        read()
    except ConfigurationError as error:
        return Said(error.problems)
    return Said()


LOADERS: dict[str, Loader] = {
    "predicate": _predicate, "rule": _rule, "pack": _pack, "settings": _settings, "policy": _policy,
    "waivers": _waivers,
}  # fmt: skip


def judge(case: Case, said: Said) -> list[str]:
    """What is otherwise than the case demands, in words; empty when all is as it must be."""
    if not case.code:
        if said.problems:
            return [f"refused: {p.code} {p.what}" for p in said.problems]
        wrong = [f"{name} {getattr(said, name)!r}" for name in ("answers", "outcome") if _differs(case, said, name)]
        return wrong + ([f"message {said.message!r}"] if case.message not in (None, said.message) else [])
    found = [p for p in said.problems if p.code == case.code]
    if not found:
        return [f"not {case.code}: {[(p.code, p.what) for p in said.problems] or said}"]
    return [] if any(not list(_amiss(case, p)) for p in found) else list(_amiss(case, found[0]))


def _differs(case: Case, said: Said, name: str) -> bool:
    return bool(getattr(said, name) != getattr(case, name))


def _amiss(case: Case, problem: Problem) -> Iterator[str]:
    marked = problem.source_line[problem.column - 1 : problem.column - 1 + problem.width]
    if case.at is not None and marked != case.at:
        yield f"points at {marked!r} ({problem.line}:{problem.column}) of {problem.source_line!r}"
    if case.line is not None and (problem.line, problem.column) != (case.line, case.column or problem.column):
        yield f"stands at {problem.line}:{problem.column}"
    if case.help not in problem.help:
        yield f"helps with {problem.help!r}"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and "'" not in value and "\n" not in value and value.isprintable():
        return f"'{value}'"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return json.dumps(value)
