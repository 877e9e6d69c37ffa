"""Checks configuration and rules without reading a source or the store."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from plumbrule.config_file import LoadedConfig, Secrets, load_settings
from plumbrule.notes import on_configuration, on_owners
from plumbrule.speech import says
from plumbrule.web.mistakes import require_safe
from plumbrule.wiring import no_sources
from portfolio.counted import counted
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import load
from rules.load import load_rules
from rules.ruleset import RuleSet
from rules.selftest import failed_self_tests
from rules.waivers import Waiver, load_waivers

Kept = Literal["ignored", "read", "renewed"]


def load_everything(
    config: Path, *, with_secrets: Secrets = True, waivers_may_lack: bool = False, kept: Kept = "ignored"
) -> tuple[LoadedConfig, RuleSet, tuple[Waiver, ...]]:
    """Settings, the rules in force, and the waivers of files; with `waivers_may_lack` a file of waivers that does not
    exist is an empty one. `kept` are rules that were compiled before, beside the store: they are read, without their
    self-tests, where nothing changed since, and renewed where something did. Raises ConfigurationError with the
    mistakes of all files at once."""
    try:
        loaded = load_settings(config, with_secrets=with_secrets)
    except ConfigurationError as error:
        if not error.problems:
            raise
        named = _looked_at(_named(config, "waivers"), waivers_may_lack)
        more = [*_mistakes_in_rules(config), *_mistakes_in_waivers(named)]
        raise ConfigurationError(problems=[*error.problems, *more]) from error
    rules = loaded.settings.rules
    language = loaded.settings.report.languages[0]
    try:
        in_force = load_rules(
            rules.folders,
            rules.for_language(language),
            loaded.document,
            policies=rules.policy,
            keep_in=None if kept == "ignored" else loaded.settings.store.folder,
            keeping=kept == "renewed",
        )
    except ConfigurationError as error:
        more = _mistakes_in_waivers(_looked_at(rules.waivers, waivers_may_lack))
        raise ConfigurationError(problems=[*error.problems, *more]) from error
    paths = _looked_at(rules.waivers, waivers_may_lack)
    return loaded, in_force, load_waivers(paths, in_force, rules.granting)


def _looked_at(paths: Iterable[Path], may_lack: bool) -> list[Path]:
    return [path for path in paths if path.exists() or not may_lack]


def check_everything(config: Path) -> str:
    """What is configured, in a line; runs the self-tests of the site's own rules.

    Raises ConfigurationError with the mistakes of all files at once.
    """
    from plumbrule.reporting import require_formats

    loaded, rules, waivers = load_everything(config)
    if not loaded.settings.sources:
        raise no_sources()
    require_safe(loaded.document, loaded.settings.serve)
    require_formats(loaded.settings, loaded.settings.report.languages)
    failed = failed_self_tests(rules)
    if failed:
        raise ConfigurationError(
            f"{counted(len(failed), 'self-test')} of your own rules failed",
            code="rules.self_test",
            why="; ".join(failed),
            remedy="mend the rule, or what its test expects",
        )
    sources = ", ".join(f"{name} ({source.kind})" for name, source in loaded.settings.sources.items())
    units = len({(unit.level, unit.word) for unit in rules.policy.units}) if rules.policy else 0
    policy = says(", policy of {units}", units=counted(units, "unit")) if units else ""
    force = says(
        "{rules} in force{policy}{waivers}",
        rules=counted(len(rules.rules), "rule"),
        policy=policy,
        waivers=_waivers(len(waivers)),
    )
    good = says(
        "{config}: all good: {sources}; {force}. Next: plumbrule run", config=config, sources=sources, force=force
    )
    notes = [*on_configuration(loaded.settings), *on_owners(loaded.settings, rules)]
    return "\n".join([*(note.render() for note in notes), good])


def _waivers(number: int) -> str:
    return f", {counted(number, 'waiver')}" if number else ""


def _mistakes_in_rules(config: Path) -> list[Problem]:
    try:
        load_rules(_named(config, "folders"), policies=_named(config, "policy"))
    except ConfigurationError as error:
        return list(error.problems)
    return []


def _mistakes_in_waivers(paths: list[Path]) -> list[Problem]:
    """As far as they can be told without the rules."""
    try:
        load_waivers(paths)
    except ConfigurationError as error:
        return list(error.problems)
    return []


def _named(config: Path, key: str) -> list[Path]:
    """Folders of rules, of policies or of waivers, as far as a broken configuration still tells them."""
    try:
        named = load(config).data.get("rules", {}).get(key, [])
    except (ConfigurationError, AttributeError):
        return []
    return [config.resolve().parent / path for path in named if isinstance(path, str)]
