"""`plumbrule config migrate`: each key that ever changed, in a file as an older version took it."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plumbrule.cli import main
from plumbrule.config_file import load_settings
from plumbrule.migrating import migrated
from portfolio.errors import ConfigurationError, ExitCode

OLD = """\
# Ours.
[sources.jira]
kind = "jira_cloud"
url = "https://example.atlassian.net"
email = "a@example.com"
token = "env:JIRA_TOKEN"
property_key = "pmo-flag"     # gone
label_prefix = "ours-"
projects = ["A"]   # the only one

[sources.plans]
kind = "pwa"
url = "https://projects.example.com/pwa"
auth = { type = "bearer", token = "env:PWA_TOKEN", expires_on = 2027-01-31 }   # inline

[writeback]   # off
enabled = false
"""
NEW = """\
# Ours.
[sources.jira]
kind = "jira_cloud"
url = "https://example.atlassian.net"
email = "a@example.com"
token = "env:JIRA_TOKEN"
projects = ["A"]   # the only one

[sources.plans]
kind = "pwa"
url = "https://projects.example.com/pwa"
auth = { type = "bearer", token = "env:PWA_TOKEN", token_expires_on = 2027-01-31 }   # inline

[writeback]   # off
label_prefix = "ours-"
enabled = false
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "plumbrule.toml"
    path.write_text(OLD, encoding="utf-8")
    return path


def migrate(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["config", "migrate", "-c", str(config), *words])


def test_every_old_key_is_written_as_it_is_now_and_all_else_stays(config: Path) -> None:
    ended = migrate(config, "--yes")
    assert ended.exit_code == ExitCode.DONE
    assert config.read_text(encoding="utf-8") == NEW
    assert config.with_name("plumbrule.toml.bak").read_text(encoding="utf-8") == OLD
    assert "sources.jira.label_prefix -> writeback.label_prefix" in ended.stdout
    assert '+label_prefix = "ours-"' in ended.stdout
    assert "3 keys changed" in ended.stdout
    settings = load_settings(config, {"JIRA_TOKEN": "x", "PWA_TOKEN": "y"}).settings
    assert settings.writeback.label_prefix == "ours-"


def test_a_file_of_this_version_has_nothing_to_migrate(config: Path) -> None:
    config.write_text(NEW, encoding="utf-8")
    ended = migrate(config)
    assert (ended.exit_code, ended.stdout) == (0, f"{config}: nothing to migrate; its keys are those of this version\n")
    assert not config.with_name("plumbrule.toml.bak").exists()


def test_without_a_terminal_and_without_yes_nothing_is_written(config: Path) -> None:
    ended = migrate(config)
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "3 keys would change; not on a terminal" in ended.output
    assert config.read_text(encoding="utf-8") == OLD


def test_line_ends_stay_and_a_missing_table_comes_at_the_end() -> None:
    text = OLD.partition("\n[writeback]")[0].replace("\n", "\r\n")
    found = migrated(text, "x").text
    assert found.count("\r\n") == found.count("\n")
    assert found.endswith('\r\n[writeback]\r\nlabel_prefix = "ours-"\r\n')
    assert tomllib.loads(found)["writeback"] == {"label_prefix": "ours-"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("enabled = false", 'label_prefix = "other-"', "`writeback.label_prefix` says something else"),
        ("expires_on = 2027-01-31", "expires_on = 2027-01-31, token_expires_on = 2027-02-01", "both stand here"),
        ("[writeback]   # off\nenabled = false", "writeback.enabled = false", "cannot be put in here"),
    ],
)
def test_what_only_a_person_can_decide_is_told_with_its_place(config: Path, old: str, new: str, told: str) -> None:
    text = OLD.replace(old, new)
    if new.startswith("writeback."):
        text = f"{new}\n{OLD.replace(old, '')}"
    config.write_text(text, encoding="utf-8")
    ended = migrate(config, "--yes")
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert told in ended.output
    assert "^" in ended.output
    assert config.read_text(encoding="utf-8") == text


def test_a_key_in_a_line_with_others_is_told(config: Path) -> None:
    line = 'sources.one = { kind = "jira_cloud", property_key = "x", url = "https://one.example.com" }\n'
    with pytest.raises(ConfigurationError) as caught:
        migrated(line, "x")
    assert caught.value.problems[0].what == "`property_key` stands in a line with others"


@pytest.mark.parametrize(
    ("content", "told"), [(None, "there is no configuration file"), (b"[sources", "not valid TOML")]
)
def test_a_file_that_cannot_be_read_is_told(config: Path, content: bytes | None, told: str) -> None:
    config.unlink()
    if content is not None:
        config.write_bytes(content)
    ended = migrate(config)
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert told in ended.output


def test_the_check_of_a_configuration_says_what_became_of_a_key(config: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(config, {"JIRA_TOKEN": "x", "PWA_TOKEN": "y"})
    helps = {problem.what: problem.help for problem in caught.value.problems}
    assert helps["there is no setting `label_prefix` here"] == (
        "it is `writeback.label_prefix` now: the prefix of our labels is stated once, for all sources; "
        "`plumbrule config migrate` writes it so"
    )
    assert helps["there is no setting `property_key` here"].startswith("it is gone: ")
    assert "token_expires_on" in helps["there is no setting `expires_on` here"]
