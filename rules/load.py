"""Packs from the package and from the site's folders, checked and put in force by the site's settings."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, Steps, load, parse, suggest
from rules import pack as written
from rules.aliases import with_ids
from rules.build import RuleBuilder
from rules.demands import lacking
from rules.pack_headers import read_headers, without_versions
from rules.parameters import exact, within
from rules.policy.configured import configured
from rules.policy.conflicts import conflicts
from rules.policy.load import policy_documents, read_policy
from rules.ruleset import Parameter, Rule, RuleSet
from rules.settings import Override, RuleSettings

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


def load_rules(
    folders: Sequence[Path] = (),
    settings: RuleSettings | None = None,
    located: LocatedToml | None = None,
    at: Steps = ("rules",),
    policies: Sequence[Path] = (),
) -> RuleSet:
    """Every built-in pack and every `*.toml` of the folders (or single files), with the site's settings applied.

    `located` and `at` tell where the settings stand, so that their mistakes are shown there. `policies` are policy
    files, or folders of them, which set what holds for some of the projects. Raises ConfigurationError with all
    mistakes of all files at once.
    """
    problems: list[Problem] = []
    documents: list[LocatedToml] = []
    for source in (built_in_documents(), _documents(folders, problems)):
        documents.extend(source)
    rules = _compiled(documents, problems, built_in_documents())
    settings, located = with_ids(rules, settings or RuleSettings(), located, at, problems)
    settings = without_versions(read_headers(documents, problems), settings, located, at, problems)
    known = not problems  # names missing because their file is broken would be reported twice
    chosen = _Chooser(rules, settings, located, at, problems).ruleset()
    beside = Path(located.file).parent if located else None
    documents = list(policy_documents(policies, problems, beside))
    given = configured(rules, settings, located, at)
    found: list[Problem] = []
    policy = read_policy(documents, rules, given, found)
    problems += found if known else [p for p in found if p.code != "R304"]
    problems += conflicts(policy, is_whole=not problems)
    if problems:
        raise ConfigurationError(problems=sorted(set(problems)))
    return replace(chosen, policy=policy)


@cache
def built_in_documents() -> tuple[LocatedToml, ...]:
    """The packs that come with Plumbrule, by file name."""
    folder = resources.files("rules").joinpath("packs")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(parse(f.read_bytes(), f"rules/packs/{f.name}") for f in files)


def rules_of(documents: Iterable[LocatedToml], built_in: Sequence[LocatedToml] = ()) -> tuple[Rule, ...]:
    """The rules of those documents at their defaults. Raises ConfigurationError with all mistakes.

    `built_in` are those of them whose rules must have all the self-tests that `rules.demands` asks for.
    """
    problems: list[Problem] = []
    rules = _compiled(documents, problems, built_in)
    if problems:
        raise ConfigurationError(problems=sorted(set(problems)))
    return tuple(rules)


def pack_documents(paths: Sequence[Path]) -> tuple[LocatedToml, ...]:
    """The packs in those folders and files. Raises ConfigurationError with all that cannot be read."""
    problems: list[Problem] = []
    documents = _documents(paths, problems)
    if problems:
        raise ConfigurationError(problems=sorted(set(problems)))
    return tuple(documents)


def _documents(folders: Sequence[Path], problems: list[Problem]) -> list[LocatedToml]:
    documents = []
    for folder in folders:
        if not folder.is_dir() and not (folder.is_file() and folder.suffix == ".toml"):
            what, hint = "is not a folder of rule packs, nor a pack file (.toml)", "create it, or name another"
            problems.append(Problem(str(folder), 0, 0, "config.unreadable", what, help=hint))
            continue
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]:
            try:
                documents.append(load(path))
            except ConfigurationError as error:
                problems.extend(error.problems)
    return documents


def _compiled(documents: Iterable[LocatedToml], problems: list[Problem], built_in: Sequence[LocatedToml]) -> list[Rule]:
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


class _Chooser:
    """Applies a site's settings to the loaded rules."""

    def __init__(
        self, rules: list[Rule], settings: RuleSettings, located: LocatedToml | None, at: Steps, problems: list[Problem]
    ) -> None:
        self.rules = {r.id: r for r in rules}
        self.settings = settings
        self.located = located
        self.at = at
        self.problems = problems

    def ruleset(self) -> RuleSet:
        """Rules in force and rules that are off."""
        packs = {r.pack for r in self.rules.values()}
        if not self.problems:  # names missing because their file is broken would be reported twice
            self._exist(self.settings.packs or (), packs, "pack", ("packs",))
            self._exist(self.settings.off, self.rules, "rule", ("off",))
            self._exist(self.settings.set, self.rules, "rule", ("set",), at="key")
        adjusted = [self._adjusted(r, self.settings.set.get(r.id)) for r in self.rules.values()]
        wanted = packs if self.settings.packs is None else set(self.settings.packs)
        on = [r for r in adjusted if r.pack in wanted and r.mode != "off" and r.id not in self.settings.off]
        off = [replace(r, mode="off") for r in adjusted if r not in on]
        hours = self.settings.stale_after_hours
        return RuleSet(tuple(on), tuple(off), self.settings.language, stale_after_hours=hours)

    def _exist(self, names: Iterable[str], known: Iterable[str], what: str, key: Steps, at: str = "value") -> None:
        known = list(known)
        for number, name in enumerate(names):
            if name not in known:
                step = name if at == "key" else number
                self._problem((*key, step), "R207", f"there is no {what} `{name}`", suggest(name, known), at)

    def _problem(self, key: Steps, code: str, what: str, hint: str = "", at: str = "value") -> None:
        if self.located is None:
            place = ".".join(str(s) for s in (*self.at, *key))
            self.problems.append(Problem("settings", 0, 0, code, f"{place}: {what}", help=hint))
        else:
            self.problems.append(self.located.problem((*self.at, *key), code, what, help=hint, at=at))

    def _adjusted(self, rule: Rule, override: Override | None) -> Rule:
        if override is None:
            return rule
        kept = list(rule.parameters)
        for name, value in override.params.items():
            position = next((n for n, p in enumerate(kept) if p.name == name), None)
            key: Steps = ("set", rule.id, "params", name)
            if position is None:
                hint = suggest(name, [p.name for p in kept]) or f"it has: {', '.join(p.name for p in kept) or 'none'}"
                self._problem(key, "R207", f"rule {rule.id} has no parameter `{name}`", hint)
                continue
            try:
                kept[position] = self._set(kept[position], value, key)
            except ValueError as error:
                self._problem(key, "R206", f"parameter `{name}` of rule {rule.id} {error}")
        return replace(
            rule,
            parameters=tuple(kept),
            severity=override.severity or rule.severity,
            mode=override.mode or rule.mode,
            severity_origin=self._origin(("set", rule.id, "severity")) if override.severity else rule.severity_origin,
            mode_origin=self._origin(("set", rule.id, "mode")) if override.mode else rule.mode_origin,
        )

    def _set(self, parameter: Parameter, value: Any, key: Steps) -> Parameter:
        bound = exact(value, parameter.type)
        within(parameter, bound)
        return replace(parameter, value=bound, origin=self._origin(key))

    def _origin(self, key: Steps) -> str:
        if self.located is None:
            return "settings"
        span = self.located.values.get((*self.at, *key))
        return f"{self.located.file}:{span.line}" if span else self.located.file
