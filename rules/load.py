"""Packs from the package and from the site's folders, checked and put in force by the site's settings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, Steps, suggest
from rules.aliases import with_ids
from rules.kept import Known, keep, kept, key_of
from rules.pack_files import PackText, built_in_texts, site_texts
from rules.packs_named import without_versions
from rules.parameters import exact, within
from rules.policy.configured import configured
from rules.policy.conflicts import conflicts
from rules.policy.model import Policy
from rules.ruleset import Parameter, Rule, RuleSet
from rules.settings import Override, RuleSettings


def load_rules(
    folders: Sequence[Path] = (),
    settings: RuleSettings | None = None,
    located: LocatedToml | None = None,
    at: Steps = ("rules",),
    policies: Sequence[Path] = (),
    *,
    keep_in: Path | None = None,
    keeping: bool = True,
) -> RuleSet:
    """Every built-in pack and every `*.toml` of the folders (or single files), with the site's settings applied.

    `located` and `at` tell where the settings stand, so that their mistakes are shown there. `policies` are policy
    files, or folders of them, which set what holds for some of the projects. With `keep_in`, a folder, what was
    compiled is kept there and taken from there next time, without the rules' self-tests; not `keeping`, it is taken
    from there only. Raises ConfigurationError with all mistakes of all files at once.
    """
    problems: list[Problem] = []
    texts = site_texts(folders, problems)
    found = _known(texts, problems, None if problems else keep_in, keeping)
    rules = list(found.rules)
    settings, located = with_ids(rules, settings or RuleSettings(), located, at, problems)
    settings = without_versions(found.packs, settings, located, at, problems)
    known = not problems  # names missing because their file is broken would be reported twice
    chosen = _Chooser(rules, settings, located, at, problems).ruleset()
    beside = Path(located.file).parent if located else None
    policy = Policy.of(rules, configured(rules, settings, located, at))
    if policies:
        policy = _with_files(policies, policy, problems, beside, known)
    problems += conflicts(policy, is_whole=not problems)
    if problems:
        raise ConfigurationError(problems=sorted(set(problems)))
    return replace(chosen, policy=policy)


def _with_files(
    paths: Sequence[Path],
    given: Policy,
    problems: list[Problem],
    beside: Path | None,
    known: bool,
) -> Policy:
    """What the files set, on top of what the configuration sets; every mistake is noted."""
    from rules.policy.load import policy_documents, read_policy

    documents = policy_documents(paths, problems, beside)
    wrong: list[Problem] = []
    policy = read_policy(documents, given.rules.values(), given.settings, wrong)
    problems += wrong if known else [p for p in wrong if p.code != "R304"]
    return policy


def _known(texts: Sequence[PackText], problems: list[Problem], folder: Path | None, keeping: bool) -> Known:
    """The rules of all packs at their defaults: as they were kept, where nothing changed, else compiled."""
    key = key_of([*built_in_texts(), *texts]) if folder else None
    if folder and key and (found := kept(folder, key)):
        return found
    from rules.pack_headers import read_headers
    from rules.reading import built_in_documents, compiled, documents

    built_in = built_in_documents()
    everything = [*built_in, *documents(texts, problems)]
    rules = compiled(everything, problems, built_in)
    found = Known(tuple(rules), read_headers(everything, problems))
    if folder and key and keeping and not problems:
        keep(folder, key, found)
    return found


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
