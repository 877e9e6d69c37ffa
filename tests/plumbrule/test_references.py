"""Secrets in the keyring, against backends of the library's own kind, and what is told where none can be had."""

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringError, KeyringLocked
from keyrings import InMemory, in_force
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.config_file import load_settings
from plumbrule.config_show import shown
from plumbrule.references import keep_in_keyring, looked_up
from portfolio.errors import ConfigurationError, ExitCode
from portfolio.secret_references import is_reference

SETTINGS = """\
[portfolio]
name = "Ours"
timezone = "UTC"

[sources.jira]
kind = "jira_data_center"
url = "https://jira.example.com"
token = "keyring:jira.example.com/pmo-bot"

[receivers.it]
kind = "slack"
url = "keyring:https://hooks.slack.example/it"
"""


class Locked(InMemory):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"cannot keep {password}")


class Broken(InMemory):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringError(f"bus said no to t0p-s3cret of {username}")


class Foreign(InMemory):
    """Backends let through what their system's library raises."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError(5, "t0p-s3cret")


@pytest.fixture(autouse=True)
def own() -> Iterator[InMemory]:
    mine = InMemory(
        {("jira.example.com", "pmo-bot"): " t0p-s3cret\n", ("https://hooks.slack.example", "it"): "https://h"}
    )
    with in_force(mine):
        yield mine


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "plumbrule.toml"
    path.write_text(SETTINGS)
    return path


def test_a_secret_comes_from_the_keyring_without_the_blanks_around_it(config: Path) -> None:
    settings = load_settings(config, {}).settings
    assert settings.sources["jira"].token.get_secret_value() == "t0p-s3cret"  # type: ignore[union-attr]


def test_a_service_may_be_an_address(config: Path) -> None:
    assert load_settings(config, {}).settings.receivers["it"].url.get_secret_value() == "https://h"  # type: ignore[union-attr]


def test_a_reference_from_the_environment_leads_to_the_keyring_too(
    config: Path, monkeypatch: pytest.MonkeyPatch, own: InMemory
) -> None:
    own.entries["other", "one"] = "0ther"
    monkeypatch.setenv("PLUMBRULE_SOURCES__JIRA__TOKEN", "keyring:other/one")
    assert load_settings(config, {}).settings.sources["jira"].token.get_secret_value() == "0ther"  # type: ignore[union-attr]


def test_config_show_tells_the_reference_and_asks_no_keyring(config: Path) -> None:
    keyring.set_keyring(Broken())
    text = shown(config, origin=True)
    assert 'sources.jira.token = "keyring:jira.example.com/pmo-bot"' in text
    assert "t0p-s3cret" not in text


@pytest.mark.parametrize(
    ("backend", "reference", "told", "remedy"),
    [
        (NoKeyring, "keyring:a/b", "there is no keyring here to look up a/b", "keyring diagnose"),
        (Locked, "keyring:a/b", "the keyring is locked: a/b cannot be looked up", "unlock it"),
        (InMemory, "keyring:jira/b c", "the keyring holds no entry jira/b c", "keyring set jira 'b c'"),
        (Broken, "keyring:a/b", "the keyring failed at a/b (KeyringError)", "keyring diagnose"),
        (Foreign, "keyring:a/b", "the keyring failed at a/b (OSError)", "env:NAME"),
        (InMemory, "keyring:pmo-bot", "a reference to a keyring names no entry of it", "keyring:SERVICE/NAME"),
        (InMemory, "keyring:/pmo-bot", "a reference to a keyring names no entry of it", "keyring:SERVICE/NAME"),
        (InMemory, "keyring:jira/", "a reference to a keyring names no entry of it", "keyring:SERVICE/NAME"),
    ],
)  # fmt: skip
def test_a_keyring_that_gives_nothing_is_told_at_the_line_with_what_to_do(
    config: Path, backend: type[KeyringBackend], reference: str, told: str, remedy: str
) -> None:
    keyring.set_keyring(backend())
    config.write_text(SETTINGS.replace("keyring:jira.example.com/pmo-bot", reference))
    with pytest.raises(ConfigurationError) as caught:
        load_settings(config, {}, with_secrets=("sources",))
    [problem] = caught.value.problems
    assert (problem.line, problem.code, problem.what) == (8, "config.secret_missing", told)
    assert remedy in problem.help
    assert "t0p-s3cret" not in problem.render()


def test_without_the_extra_the_command_that_installs_it_is_told(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    ended = CliRunner().invoke(main, ["doctor", "-c", str(config)])
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert ended.output.count("error[config.extra_missing]: keyring:") == 2
    assert 'pip install "plumbrule[keyring]"' in ended.output


def test_what_is_no_reference_is_a_secret_that_is_not_shown(config: Path) -> None:
    for literal in ("t0p-s3cret", "keyring:", "Keyring:a/b"):
        assert not is_reference(literal)
    config.write_text(SETTINGS.replace("keyring:jira.example.com/pmo-bot", "t0p-s3cret"))
    with pytest.raises(ConfigurationError) as caught:
        load_settings(config, {})
    [problem] = caught.value.problems
    assert problem.code == "config.literal_secret" and "t0p-s3cret" not in problem.render()


def test_what_is_typed_is_kept_and_found_again(tmp_path: Path) -> None:
    keep_in_keyring("keyring:pwa/bot", "hunter2")
    assert looked_up("keyring:pwa/bot", tmp_path, {}) == "hunter2"


def test_a_keyring_that_keeps_nothing_says_so_without_the_secret() -> None:
    keyring.set_keyring(Locked())
    with pytest.raises(ConfigurationError) as caught:
        keep_in_keyring("keyring:pwa/bot", "hunter2")
    assert "hunter2" not in f"{caught.value.what} {caught.value.remedy}"
