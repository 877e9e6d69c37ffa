"""Checks configuration and rules without reading a source or the store."""

from pathlib import Path

from plumbrule.config_file import LoadedConfig, load_settings
from plumbrule.notes import on_configuration
from plumbrule.wiring import no_sources
from portfolio.counted import counted
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import load
from rules.load import load_rules
from rules.ruleset import RuleSet
from rules.selftest import failed_self_tests


def load_everything(config: Path, *, with_secrets: bool = True) -> tuple[LoadedConfig, RuleSet]:
    """Settings and the rules in force. Raises ConfigurationError with the mistakes of all files at once."""
    try:
        loaded = load_settings(config, with_secrets=with_secrets)
    except ConfigurationError as error:
        if not error.problems:
            raise
        raise ConfigurationError(problems=[*error.problems, *_mistakes_in_rules(_rule_folders(config))]) from error
    rules = loaded.settings.rules
    language = loaded.settings.report.languages[0]
    return loaded, load_rules(rules.folders, rules.for_language(language), loaded.document)


def check_everything(config: Path) -> str:
    """What is configured, in a line; runs the self-tests of the site's own rules.

    Raises ConfigurationError with the mistakes of all files at once.
    """
    loaded, rules = load_everything(config)
    if not loaded.settings.sources:
        raise no_sources()
    failed = failed_self_tests(rules)
    if failed:
        raise ConfigurationError(
            f"{counted(len(failed), 'self-test')} of your own rules failed",
            code="rules.self_test",
            why="; ".join(failed),
            remedy="mend the rule, or what its test expects",
        )
    sources = ", ".join(f"{name} ({source.kind})" for name, source in loaded.settings.sources.items())
    good = f"{config}: all good: {sources}; {counted(len(rules.rules), 'rule')} in force. Next: plumbrule run"
    return "\n".join([*(note.render() for note in on_configuration(loaded.settings)), good])


def _mistakes_in_rules(folders: list[Path]) -> list[Problem]:
    try:
        load_rules(folders)
    except ConfigurationError as error:
        return list(error.problems)
    return []


def _rule_folders(config: Path) -> list[Path]:
    """Folders of rules as far as a broken configuration still tells them."""
    try:
        named = load(config).data.get("rules", {}).get("folders", [])
    except (ConfigurationError, AttributeError):
        return []
    return [config.resolve().parent / folder for folder in named if isinstance(folder, str)]
