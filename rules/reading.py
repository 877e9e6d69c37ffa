"""Packs read and compiled: those that come with Plumbrule and those of a site, with every mistake of every file."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, Steps, parse, suggest
from rules import pack as written
from rules.build import RuleBuilder
from rules.demands import lacking
from rules.pack_files import PackText, built_in_texts, site_texts
from rules.ruleset import Rule

_MODELS: dict[str, type[BaseModel]] = {
    "": written.PackFile,
    "pack": written.PackHeader,
    "rule": written.RuleEntry,
    "params": written.ParameterEntry,
    "tolerance": written.ToleranceEntry,
    "evidence": written.EvidenceEntry,
    "test": written.SelfTest,
}
_TITLES = {"title", "message", "warn_message", "summary", "why", "fix", "doc"}


@cache
def built_in_documents() -> tuple[LocatedToml, ...]:
    """The packs that come with Plumbrule, by file name."""
    return tuple(parse(text.raw, text.name) for text in built_in_texts())


def rules_of(documents: Iterable[LocatedToml], built_in: Sequence[LocatedToml] = ()) -> tuple[Rule, ...]:
    """The rules of those documents at their defaults. Raises ConfigurationError with all mistakes.

    `built_in` are those of them whose rules must have all the self-tests that `rules.demands` asks for.
    """
    problems: list[Problem] = []
    rules = compiled(documents, problems, built_in)
    if problems:
        raise ConfigurationError(problems=sorted(set(problems)))
    return tuple(rules)


def pack_documents(paths: Sequence[Path]) -> tuple[LocatedToml, ...]:
    """The packs in those folders and files. Raises ConfigurationError with all that cannot be read."""
    problems: list[Problem] = []
    found = documents(site_texts(paths, problems), problems)
    if problems:
        raise ConfigurationError(problems=sorted(set(problems)))
    return tuple(found)


def documents(texts: Iterable[PackText], problems: list[Problem]) -> list[LocatedToml]:
    """The files of a site, parsed; what is no TOML is noted."""
    found = []
    for text in texts:
        try:
            found.append(parse(text.raw, text.name))
        except ConfigurationError as error:
            problems.extend(error.problems)
    return found


def compiled(
    documents: Iterable[LocatedToml], problems: list[Problem], built_in: Sequence[LocatedToml] = ()
) -> list[Rule]:
    """The rules of those documents at their defaults, by id; mistakes are noted."""
    rules: list[Rule] = []
    seen: dict[str, str] = {}
    for doc in documents:
        pack = _pack_of(doc, problems)
        for number, entry in _entries(doc):
            steps: Steps = ("rule", number)
            named: list[Steps] = [("id",), *(("aliases", n) for n in range(len(entry.aliases)))]
            for name, key in zip((entry.id, *entry.aliases), named, strict=True):
                if name in seen:
                    what, hint = f"`{name}` exists already, in {seen[name]}", "choose another id"
                    problems.append(doc.problem((*steps, *key), "R203", what, help=hint))
                seen.setdefault(name, doc.file)
            builder = RuleBuilder(entry, doc, steps, pack)
            rule = builder.build()
            problems.extend(builder.problems)
            if rule is not None:
                rules.append(rule)
                if any(doc is one for one in built_in):
                    problems += _untested(rule, doc, steps)
    return sorted(rules, key=lambda r: r.id)


def _untested(rule: Rule, doc: LocatedToml, steps: Steps) -> Iterator[Problem]:
    for demand in lacking(rule):
        yield doc.problem((*steps, "id"), demand.code, f"{demand.what} (rule {rule.id})", help=demand.help)


def _pack_of(doc: LocatedToml, problems: list[Problem]) -> str:
    """The pack that the file belongs to; every mistake in the shape of the file is noted."""
    try:
        return written.PackFile.model_validate(doc.data).pack.id
    except ValidationError as error:
        problems.extend(_shape_problem(doc, dict(e)) for e in error.errors())
        return ""


def _entries(doc: LocatedToml) -> Iterator[tuple[int, written.RuleEntry]]:
    """Rules that can be compiled, so that a mistake in the shape of one hides no mistake in the conditions of others.

    A word that is none of those allowed is replaced: its rule is refused anyhow, but the rest of it can be checked.
    """
    rules = doc.data.get("rule")
    for number, entry in enumerate(rules if isinstance(rules, list) else ()):
        try:
            yield number, written.RuleEntry.model_validate(entry)
        except ValidationError as error:
            allowed = {str(e["loc"][0]): _allowed(dict(e)) for e in error.errors() if len(e["loc"]) == 1}
            with suppress(ValidationError):
                mended = {key: words[0] for key, words in allowed.items() if words}
                if mended:
                    yield number, written.RuleEntry.model_validate({**entry, **mended})


def _allowed(error: dict[str, Any]) -> list[str]:
    """The words that may stand there, where only some may."""
    return re.findall(r"'([^']+)'", error["ctx"]["expected"]) if error["type"] == "literal_error" else []


def _shape_problem(doc: LocatedToml, error: dict[str, Any]) -> Problem:
    """A mistake that the strict models found, in the author's words."""
    steps: Steps = tuple(error["loc"])
    key = str(steps[-1]) if steps else ""
    about = _rule_of(doc, steps)
    if error["type"] == "extra_forbidden":
        known = _known_keys(steps[:-1])
        hint = suggest(key, known) or f"known: {', '.join(known)}"
        return doc.problem(steps, "R200", f"unknown key `{key}`{about}", help=hint, at="key")
    if error["type"] == "missing":
        return doc.problem(steps[:-1], "R201", f"`{key}` is missing{about}", at="key")
    said = str(error["msg"])
    hint = suggest(str(error["input"]), _allowed(error))
    return doc.problem(steps, "R202", f"`{key}`: {said[:1].lower()}{said[1:]}{about}", help=hint)


def _rule_of(doc: LocatedToml, steps: Steps) -> str:
    if len(steps) < 2 or steps[0] != "rule":
        return ""
    entry = doc.data["rule"][steps[1]]
    return f" (rule {entry['id']})" if isinstance(entry, dict) and "id" in entry else ""


def _known_keys(table: Steps) -> list[str]:
    words = [s for s in table if isinstance(s, str)]
    name = words[-1] if words else ""
    if len(words) > 1 and words[-2] == "params":
        name = "params"
    if name == "expect":
        model: type[BaseModel] = written.ExpectedOutcome if "test" in words else written.ExpectEntry
    elif len(words) > 1 and words[-2] == "item":
        model = written.ExpectedItem
    else:
        model = written.Words if name in _TITLES else _MODELS.get(name, written.RuleEntry)
    return [field.alias or key for key, field in model.model_fields.items()]
