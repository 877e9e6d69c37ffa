"""`plumbrule config show`: a configuration that means the same, its origins, and no secret."""

import json
import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from plumbrule import __version__
from plumbrule.cli import main
from plumbrule.config_file import load_settings
from plumbrule.config_show import shown
from portfolio.errors import ExitCode
from portfolio.toml_text import key, value

SETTINGS = """\
[portfolio]
name = 'The "A" team'
timezone = "Europe/Berlin"

[sources.jira]
kind = "jira_cloud"
url = "https://a.atlassian.net"
email = "a@b.example"
token = "env:JIRA_TOKEN"
mapping.kinds = { "Change Request" = "change_request" }

[rules.set.BUD-04.params]
limit = "0.1"

[receivers.wall]
kind = "folder"
path = "wall"

[[reports]]
name = "board"
send = ["wall"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "plumbrule.toml"
    path.write_text(SETTINGS)
    return path


def lines(config: Path) -> dict[str, tuple[str, str]]:
    text = shown(config, origin=True)
    split = [(line.partition(" = ")[0], line.partition(" = ")[2].rpartition("  # ")) for line in text.splitlines()]
    return {name: (told.strip(), where) for name, (told, _, where) in split}


def test_what_is_shown_is_a_configuration_that_means_the_same(config: Path) -> None:
    again = config.with_name("again.toml")
    for origin in (False, True):
        again.write_text(shown(config, origin=origin))
        loaded = [load_settings(path, with_secrets=False).settings for path in (config, again)]
        assert loaded[0] == loaded[1]


def test_each_setting_tells_its_line_its_variable_or_that_it_is_the_default(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMBRULE_STORE__FOLDER", "/data")
    monkeypatch.setenv("plumbrule_log__level", "info")
    found = lines(config)
    assert found["portfolio.timezone"] == ('"Europe/Berlin"', f"{config}:3")
    assert found["sources.jira.token"] == ('"env:JIRA_TOKEN"', f"{config}:9")
    assert found['sources.jira.mapping.kinds."Change Request"'] == ('"change_request"', f"{config}:10")
    assert found["rules.set.BUD-04.params.limit"][1] == f"{config}:13"
    assert found["reports"][1] == f"{config}:19"
    assert found["store.folder"] == ('"/data"', "environment PLUMBRULE_STORE__FOLDER")
    assert found["log.level"] == ('"info"', "environment plumbrule_log__level")
    assert found["writeback.enabled"] == ("false", "default")


def test_a_secret_from_the_environment_is_hidden(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBRULE_SOURCES__JIRA__TOKEN", "tell-nobody")
    text = shown(config, origin=True)
    assert "tell-nobody" not in text
    assert 'sources.jira.token = "[hidden]"' in text
    assert "environment PLUMBRULE_SOURCES__JIRA__TOKEN" in text


def test_a_configuration_with_mistakes_shows_them_and_nothing_else(config: Path) -> None:
    config.write_text(SETTINGS.replace("timezone", "timezoen") + "x = 1\n")
    ended = CliRunner().invoke(main, ["config", "show", "-c", str(config)])
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "timezoen" in ended.output and ended.stdout == ""


def test_validate_is_another_name_of_check(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIRA_TOKEN", "x" * 20)
    config.write_text(SETTINGS.replace("[rules.set.BUD-04.params]\nlimit", "[rules.set.BUD-04.params]\nlimits"))
    said = [CliRunner().invoke(main, ["config", word, "-c", str(config)]) for word in ("check", "validate")]
    assert said[0].output == said[1].output and said[0].exit_code == said[1].exit_code == ExitCode.CONFIGURATION


_PLAIN = st.text() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
_TOLD = st.recursive(_PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(st.text(), _TOLD)
def test_toml_reads_what_was_written(name: str, told: Any) -> None:
    assert tomllib.loads(f"{key(name)} = {value(told)}") == {name: told}


def test_days_moments_and_amounts() -> None:
    assert tomllib.loads(f"a = {value(date(2026, 11, 29))}") == {"a": date(2026, 11, 29)}
    moment = datetime(2026, 11, 29, 5, tzinfo=UTC)
    assert tomllib.loads(f"a = {value(moment)}") == {"a": moment}
    assert value(Decimal("0.10")) == '"0.10"'
    assert value({"a": None, "b": (1,)}) == "{ b = [1] }"


def test_the_version_for_people_and_for_machines() -> None:
    assert CliRunner().invoke(main, ["version"]).output == f"{__version__}\n"
    body = json.loads(CliRunner().invoke(main, ["version", "--format", "json"]).output)
    assert body["plumbrule"] == __version__ and set(body["libraries"]) >= {"duckdb", "jira", "msal"}
