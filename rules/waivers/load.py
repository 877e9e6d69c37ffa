"""Waivers from the site's files; every mistake of every file at once."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, Steps, load, suggest
from rules.limits import WaiverLimits
from rules.ruleset import RuleSet
from rules.said import SHAPE_WORDS
from rules.waivers import shape
from rules.waivers.build import built
from rules.waivers.waiver import Waiver

_KEYS = {
    "waiver": tuple(shape.WaiverEntry.model_fields),
    "subject": tuple(shape.SubjectEntry.model_fields),
    "until_value": tuple(shape.UntilEntry.model_fields),
}
_MISSING = {
    "expires": "a waiver without a last day never ends: add `expires = 2027-01-31`",
    "reason": 'say why the failure is accepted: `reason = "..."`',
    "ticket": 'say where it was decided: `ticket = "PMO-88"`',
    "requested_by": 'say who asks: `requested_by = "..."`',
    "approved_by": 'say who grants it, not the one who asks: `approved_by = "..."`',
    "until_value": "say which value is still accepted: `{ ratio = 0.2 }`, `{ count = 3 }` or `{ value = 0.9 }`",
    "subject": 'say what may fail: `subject = { project = "..." }`, `{ item = "..." }` or `{ select = "..." }`',
}


_UNIONS = ("rule", "pack", "value", "ratio")
_WORDS = {"id": "a letter, then up to 39 letters, digits, dots, `_` and `-`, such as W-2026-031"}


def load_waivers(
    paths: Sequence[Path], rules: RuleSet | None = None, limits: WaiverLimits | None = None
) -> tuple[Waiver, ...]:
    """Waivers of those files, and of every `*.toml` of those folders, by id.

    Without rules (they could not be loaded) all is checked but what they would tell. A waiver that is over is no
    mistake. Raises ConfigurationError with all mistakes.
    """
    problems: list[Problem] = []
    documents = _documents(paths, problems)
    found = waivers_of(documents, rules, limits or WaiverLimits(), problems)
    if problems:
        raise ConfigurationError(problems=sorted(set(problems)))
    return found


def waivers_of(
    documents: Iterable[LocatedToml], rules: RuleSet | None, limits: WaiverLimits, problems: list[Problem]
) -> tuple[Waiver, ...]:
    """Waivers of parsed files, by id; mistakes join `problems`."""
    waivers: list[Waiver] = []
    places: dict[str, str] = {}
    written: dict[str, str] = {}
    renewals: list[tuple[LocatedToml, Steps, str]] = []
    for doc in documents:
        for number, entry in _entries(doc, problems):
            steps: Steps = ("waiver", number)
            if (same := written.get(entry.id.casefold())) is not None:
                what = f"waiver `{same}` exists already, in {places[same]}"
                problems.append(doc.problem((*steps, "id"), "R403", what, help="choose another id"))
                continue
            written[entry.id.casefold()] = entry.id
            span = doc.keys.get((*steps, "id"))
            places[entry.id] = f"{doc.file}:{span.line}" if span else doc.file
            if entry.renews is not None:
                renewals.append((doc, (*steps, "renews"), entry.renews))
            waiver = built(entry, doc, steps, places[entry.id], rules=rules, limits=limits, problems=problems)
            if waiver is not None:
                waivers.append(waiver)
    problems += _renewals(renewals, places)
    return tuple(sorted(waivers, key=lambda w: w.id))


def _renewals(stated: Sequence[tuple[LocatedToml, Steps, str]], places: Collection[str]) -> Iterator[Problem]:
    """Waivers that renew none, or in the end themselves."""
    after = {doc.value((*at[:-1], "id")): name for doc, at, name in stated}
    for doc, at, name in stated:
        if name not in places:
            yield doc.problem(at, "R407", f"there is no waiver `{name}`", help=suggest(name, places))
            continue
        own, before, seen = doc.value((*at[:-1], "id")), name, set()
        while before in after and before not in seen and before != own:
            seen.add(before)
            before = after[before]
        if before == own:
            hint = "`renews` names the waiver that went before"
            yield doc.problem(at, "R402", f"waiver {own} renews itself in the end", help=hint)


def waiver_files(paths: Sequence[Path]) -> list[Path]:
    """The files that those paths stand for, in a fixed order; a path that does not exist stands for itself."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.toml")) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def _documents(paths: Sequence[Path], problems: list[Problem]) -> list[LocatedToml]:
    documents = []
    for path in waiver_files(paths):
        if not path.exists():
            hint = "check the path; `plumbrule waive add` makes the file with the first waiver"
            problems.append(Problem(str(path), 0, 0, "config.unreadable", "there is no such file", help=hint))
            continue
        try:
            documents.append(load(path))
        except ConfigurationError as error:
            problems.extend(error.problems)
    return documents


def _entries(doc: LocatedToml, problems: list[Problem]) -> list[tuple[int, shape.WaiverEntry]]:
    """Waivers of the right shape; one that is not hides no mistake of another."""
    for key in doc.data.keys() - {"schema", "waiver"}:
        hint = suggest(key, ("schema", "waiver")) or "a waiver file holds [[waiver]] blocks"
        problems.append(doc.problem((key,), "R400", f"unknown key `{key}`", help=hint, at="key"))
    if (schema := doc.data.get("schema", 1)) != 1 or schema is True:
        problems.append(doc.problem(("schema",), "R402", "`schema` must be 1"))
    written = doc.data.get("waiver", [])
    if not isinstance(written, list):
        problems.append(doc.problem(("waiver",), "R402", "`waiver` is a list of blocks", help="write [[waiver]]"))
        return []
    entries = []
    for number, one in enumerate(written):
        try:
            entries.append((number, shape.WaiverEntry.model_validate(one)))
        except ValidationError as error:
            problems += _shape_problems(doc, number, one, error)
    return entries


def _shape_problems(doc: LocatedToml, number: int, written: Any, error: ValidationError) -> list[Problem]:
    name = written.get("id") if isinstance(written, dict) else None
    about = f" (waiver {name})" if isinstance(name, str) and name and name.isprintable() else ""
    found: dict[Steps, Problem] = {}
    for one in error.errors(include_url=False):
        steps = _steps(doc, number, one["loc"])
        key = next(step for step in reversed(steps) if isinstance(step, str))
        table = str(steps[-2]) if isinstance(steps[-2], str) else "waiver"
        if one["type"] == "extra_forbidden":
            known = _KEYS.get(table, _KEYS["waiver"])
            hint = suggest(key, known) or f"known: {', '.join(known)}"
            problem = doc.problem(steps, "R400", f"unknown key `{key}`{about}", help=hint, at="key")
        elif one["type"] == "missing":
            problem = doc.problem(
                steps[:-1], "R401", f"`{key}` is missing{about}", help=_MISSING.get(key, ""), at="key"
            )
        else:
            words = SHAPE_WORDS.get(one["type"]) or str(one["msg"]).removeprefix("Value error, ")
            said = _WORDS.get(key, words) if one["type"] == "string_pattern_mismatch" else words
            hint = _MISSING.get(key, "") if one["type"] not in ("value_error", "string_pattern_mismatch") else ""
            problem = doc.problem(steps, "R402", f"`{key}`: {said[:1].lower()}{said[1:]}{about}", help=hint)
        found.setdefault(steps, problem)
    inner = {steps[:-1] for steps in found if isinstance(steps[-1], int)}
    return [problem for steps, problem in found.items() if steps not in inner]  # a list of which one member is wrong


def _steps(doc: LocatedToml, number: int, loc: tuple[str | int, ...]) -> Steps:
    """pydantic's path without the names of a union's members, which stand in no file."""
    steps: list[str | int] = ["waiver", number]
    here: Any = doc.data["waiver"][number]
    for step in loc:
        if steps[-1] in _UNIONS and isinstance(step, str):
            continue
        steps.append(step)
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            break
    return tuple(steps)
