"""Checks configuration and rules without reading a source or the store."""

from pathlib import Path

from plumbrule.config_file import LoadedConfig, load_settings
from plumbrule.notes import on_configuration
from plumbrule.wiring import no_sources
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import load
from rules.load import load_rules
from rules.ruleset import RuleSet
from rules.selftest import failed_self_tests
from rules.waivers import Waiver, load_waivers


def load_everything(
    config: Path, *, waivers_may_lack: bool = False
) -> tuple[LoadedConfig, RuleSet, tuple[Waiver, ...]]:
    """Settings, the rules in force, and the waivers of files; with `waivers_may_lack` a file of waivers that does not
    exist is an empty one. Raises ConfigurationError with the mistakes of all files
    at once."""
    try:
        loaded = load_settings(config)
    except ConfigurationError as error:
        if not error.problems:
            raise
        raise ConfigurationError(
            problems=[
                *error.problems,
                *_mistakes_in_rules(_paths(config, "folders")),
                *_mistakes_in_waivers(_paths(config, "waivers")),
            ]
        ) from error
    rules = loaded.settings.rules
    language = loaded.settings.report.languages[0]
    try:
        in_force = load_rules(rules.folders, rules.for_language(language), loaded.document)
    except ConfigurationError as error:
        more = _mistakes_in_waivers(rules.waivers)
        raise ConfigurationError(problems=[*error.problems, *more]) from error
    paths = [path for path in rules.waivers if path.exists() or not waivers_may_lack]
    return loaded, in_force, load_waivers(paths, in_force, rules.waiver_limits)


def check_everything(config: Path) -> str:
    """What is configured, in a line; runs the self-tests of the site's own rules.

    Raises ConfigurationError with the mistakes of all files at once.
    """
    loaded, rules, waivers = load_everything(config)
    if not loaded.settings.sources:
        raise no_sources()
    failed = failed_self_tests(rules)
    if failed:
        raise ConfigurationError(
            f"{len(failed)} self-test{'s' if len(failed) != 1 else ''} of your own rules failed",
            code="rules.self_test",
            why="; ".join(failed),
            remedy="mend the rule, or what its test expects",
        )
    sources = ", ".join(f"{name} ({source.kind})" for name, source in loaded.settings.sources.items())
    good = (
        f"{config}: all good: {sources}; {len(rules.rules)} rules in force{_waivers(len(waivers))}. Next: plumbrule run"
    )
    return "\n".join([*(note.render() for note in on_configuration(loaded.settings)), good])


def _waivers(number: int) -> str:
    return f", {number} waiver{'s' if number != 1 else ''}" if number else ""


def _mistakes_in_rules(folders: list[Path]) -> list[Problem]:
    try:
        load_rules(folders)
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


def _paths(config: Path, key: str) -> list[Path]:
    """Folders of rules, or files of waivers, as far as a broken configuration still tells them."""
    try:
        named = load(config).data.get("rules", {}).get(key, [])
    except (ConfigurationError, AttributeError):
        return []
    return [config.resolve().parent / path for path in named if isinstance(path, str)]
