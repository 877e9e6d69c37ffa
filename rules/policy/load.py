"""Policy files: found, read, held against the rules. Every mistake of every file at once, where it stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, Steps, load, suggest
from rules.policy.entry import EntryReader
from rules.policy.model import Policy, Setting, Unit
from rules.policy.written import PolicyFile, PolicyHeader, SetEntry
from rules.ruleset import Rule
from rules.said import SHAPE_WORDS

_MODELS: dict[str, type[BaseModel]] = {"policy": PolicyHeader, "set": SetEntry}
_UNIT_KEYS = ("department", "programme", "project")


def policy_documents(
    paths: Sequence[Path], problems: list[Problem], beside: Path | None = None
) -> tuple[LocatedToml, ...]:
    """The files, and every `*.toml` of the folders below. Their names are shown as they lie beside `beside`."""
    found: dict[Path, LocatedToml] = {}
    for path in paths:
        if not path.exists():
            hint = "create it, or remove it from the configuration"
            problems.append(Problem(_shown(path, beside), 0, 0, "config.unreadable", "there is no policy", help=hint))
        for file in sorted(path.rglob("*.toml")) if path.is_dir() else [path] if path.exists() else []:
            try:
                found.setdefault(file.resolve(), load(file, _shown(file, beside)))
            except ConfigurationError as error:
                problems.extend(error.problems)
    return tuple(sorted(found.values(), key=lambda d: d.file))


def read_policy(
    documents: Iterable[LocatedToml],
    rules: Iterable[Rule],
    configured: Iterable[Setting],
    problems: list[Problem],
) -> Policy:
    """What the files set, with what the configuration sets. Names that are none are noted, and left out."""
    known = {rule.id: rule for rule in rules}
    units: list[Unit] = []
    settings = list(configured)
    for doc in documents:
        unit = _unit(doc, problems)
        if unit is None:
            continue
        units.append(unit)
        for number, entry in _entries(doc):
            reader = EntryReader(entry, doc, ("set", number), unit, known)
            settings += reader.settings()
            problems.extend(reader.problems)
    return Policy.of(known.values(), settings, units)


def _shown(path: Path, beside: Path | None) -> str:
    """The path as a person would write it from where the configuration was named."""
    if beside is None:
        return str(path)
    try:
        return str(beside / path.resolve().relative_to(beside.resolve()))
    except ValueError:
        return str(path)


def _unit(doc: LocatedToml, problems: list[Problem]) -> Unit | None:
    """Whose policy it is; every mistake in the shape of the file is noted."""
    try:
        PolicyFile.model_validate(doc.data)
    except ValidationError as error:
        problems.extend(_shape_problem(doc, dict(e)) for e in error.errors())
    try:
        header = PolicyHeader.model_validate(doc.data.get("policy", {}))
    except ValidationError:
        return None
    wrong = list(_misfits(doc, header))
    problems.extend(wrong)
    if wrong:
        return None
    key = "level" if header.unit is None else header.level
    spot = doc.problem(("policy", key), "R310", "")
    return Unit(header.level, header.unit, spot, header.parent, header.owner, header.pmo_level, header.effective_from)


def _misfits(doc: LocatedToml, header: PolicyHeader) -> Iterator[Problem]:
    """Keys that do not go with the level."""
    if header.level != "organisation" and header.unit is None:
        what = f"a policy of level {header.level} says whose it is: `{header.level}` is missing"
        yield doc.problem(("policy",), "R301", what, help=f'add {header.level} = "..."', at="key")
    for key in _UNIT_KEYS:
        if key != header.level and getattr(header, key) is not None:
            what = f"`{key}` does not go with level {header.level}"
            yield doc.problem(("policy", key), "R302", what, help="a file is about one unit", at="key")
    if header.parent is not None and header.level != "department":
        yield doc.problem(("policy", "parent"), "R302", "only a department has a `parent`", at="key")


def _entries(doc: LocatedToml) -> Iterator[tuple[int, SetEntry]]:
    """Entries that can be read, so that a mistake in one hides none in the others."""
    entries = doc.data.get("set")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        try:
            yield number, SetEntry.model_validate(entry)
        except ValidationError:
            continue


def _shape_problem(doc: LocatedToml, error: Mapping[str, Any]) -> Problem:
    """A mistake that the strict models found, in the author's words."""
    steps: Steps = tuple(error["loc"])
    key = str(steps[-1]) if steps else ""
    if error["type"] == "extra_forbidden":
        names = [s for s in steps[:-1] if isinstance(s, str)]
        model = _MODELS.get(names[-1], PolicyFile) if names else PolicyFile
        known = [field.alias or name for name, field in model.model_fields.items()]
        hint = suggest(key, known) or f"known: {', '.join(known)}"
        return doc.problem(steps, "R300", f"unknown key `{key}`", help=hint, at="key")
    if error["type"] == "missing":
        return doc.problem(steps[:-1], "R301", f"`{key}` is missing", at="key")
    steps = _in_file(doc, steps)
    words = str(error["msg"]).removeprefix("Value error, ")
    said = SHAPE_WORDS.get(error["type"]) or f"{words[:1].lower()}{words[1:]}"
    if steps != tuple(error["loc"]):  # of several types none fits; each is a mistake of its own to the models
        said = "a number, a text, a date, true or false is needed"
    allowed = str(error.get("ctx", {}).get("expected", "")).replace(" or ", ", ").replace("'", "")
    hint = suggest(str(error["input"]), allowed.split(", ")) if allowed else ""
    named = next((step for step in reversed(steps) if isinstance(step, str)), key)
    return doc.problem(steps, "R302", f"`{named}`: {said}", help=hint)


def _in_file(doc: LocatedToml, steps: Steps) -> Steps:
    """The part of the path that the file has: the models add the type that they tried."""
    while steps:
        try:
            doc.value(steps)
        except (KeyError, IndexError, TypeError):
            steps = steps[:-1]
        else:
            break
    return steps
