"""`plumbrule match`: what is likely one is listed, and joined in the configuration where somebody says so."""

import csv
import io
import json
import shutil
import stat
import tomllib
from pathlib import Path

import duckdb
import pytest
from rules_site import publish
from typer.testing import CliRunner, Result

from plumbrule.cli import main
from plumbrule.match_desk import accept, proposed
from portfolio.errors import ConfigurationError, ExitCode

CONFIG = """\
# Ours.
[store]
folder = "store"

[sources.jira]
kind = "jira_cloud"
url = "https://example.atlassian.net"
email = "a@example.com"
token = "env:NOT_SET_HERE"   # looked up by runs alone

[sources.plans]
kind = "mspdi"
path = "plans/*.xml"

[initiatives.INI-1]
projects = ["jira:BR", "plans:Bridge"]   # by hand
"""
ROWS = [
    ("projects", "jira:project:2", "plans:project:9", "Road", "Road works", 0.9,
     '[initiatives."INI-2"]\nprojects = ["jira:RO", "plans:Road works"]'),
    ("projects", "jira:project:2", "plans:project:8", "Road", "=Roads", 0.8,
     '[initiatives."INI-2"]\nprojects = ["jira:RO", "plans:=Roads"]'),
    ("projects", "jira:project:3", "plans:project:7", "Tunnel", "Tunnel", 1,
     '[initiatives."INI-3"]\nprojects = ["jira:TU", "plans:Tunnel"]'),
    ("projects", "jira:project:1", "plans:project:6", "Bridge", "Bridge", 1,
     '[initiatives."INI-1"]\nprojects = ["jira:BR", "plans:Bridge"]'),
    ("people", "jira:account:1", "plans:account:5", "Li Wei", "Wei Li", 1,
     '[[people]]\nsame = ["jira:1", "plans:5"]'),
]  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = publish(tmp_path_factory.mktemp("published"))
    with duckdb.connect(str(path)) as connection:
        for kind, left, right, one, other, score, lines in ROWS:
            connection.execute(
                "INSERT INTO match_suggestion BY NAME SELECT $1 AS kind, $2 AS left_id, $3 AS right_id,"
                " $4 AS left_name, $5 AS right_name, $6 AS confidence_ratio, $7 AS settings_lines,"
                " 'names alike' AS method",
                [kind, left, right, one, other, score, lines],
            )
    return path


@pytest.fixture
def config(tmp_path: Path, published: Path) -> Path:
    path = tmp_path / "plumbrule.toml"
    path.write_text(CONFIG, encoding="utf-8")
    snapshots = tmp_path / "store" / "snapshots"
    snapshots.mkdir(parents=True)
    shutil.copy(published, snapshots / "latest.duckdb")
    return path


def match(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["match", *words, "-c", str(config)])


def ids(config: Path) -> dict[str, str]:
    return {row["right"]: row["id"] for row in json.loads(match(config, "suggest", "--format", "json").stdout)}


def test_likely_joins_are_listed_the_likeliest_first_without_those_that_are_made(config: Path) -> None:
    ended = match(config, "suggest")
    assert ended.exit_code == ExitCode.DONE
    lines = ended.stdout.splitlines()
    assert [line.split()[1:4] for line in lines[1:5]] == [
        ["100%", "projects", "Tunnel"],
        ["100%", "people", "Li"],
        ["90%", "projects", "Road"],
        ["80%", "projects", "Road"],
    ]
    assert "Bridge" not in ended.stdout
    assert lines[-1].startswith("Next: plumbrule match accept ")


def test_they_are_listed_for_machines_and_from_a_score_on(config: Path) -> None:
    rows = json.loads(match(config, "suggest", "--above", "0.85", "--format", "json").stdout)
    assert [(row["left"], row["score"]) for row in rows] == [
        ("Tunnel (jira)", 1.0),
        ("Li Wei (jira)", 1.0),
        ("Road (jira)", 0.9),
    ]
    assert rows[0]["lines"].startswith('[initiatives."INI-3"]')
    listed = list(csv.DictReader(io.StringIO(match(config, "suggest", "--format", "csv").stdout)))
    assert [row["id"] for row in listed][:3] == [row["id"] for row in rows]
    assert listed[3]["right"] == "'=Roads (plans)"


def test_a_join_that_is_accepted_stands_in_the_file_which_keeps_all_else(config: Path) -> None:
    config.chmod(0o640)
    ended = match(config, "accept", ids(config)["Road works (plans)"], "--yes")
    assert ended.exit_code == ExitCode.DONE, ended.output
    text = config.read_text(encoding="utf-8")
    assert text == CONFIG + '\n[initiatives.INI-2]\nprojects = ["jira:RO", "plans:Road works"]\n'
    assert '+projects = ["jira:RO", "plans:Road works"]' in ended.stdout
    assert "1 join written" in ended.stderr
    assert stat.S_IMODE(config.stat().st_mode) == 0o640
    assert sorted(path.name for path in config.parent.iterdir()) == ["plumbrule.toml", "store"]
    assert "Road works" not in match(config, "suggest").stdout


def test_all_above_a_score_are_accepted_projects_and_people(config: Path) -> None:
    assert match(config, "accept", "--above", "0.95", "--yes").exit_code == ExitCode.DONE
    found = tomllib.loads(config.read_text(encoding="utf-8"))
    assert set(found["initiatives"]) == {"INI-1", "INI-3"}
    assert found["people"] == [{"same": ["jira:1", "plans:5"]}]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "say which joins"),
        (("abcdef01", "--above", "0.9"), 2, "say which joins"),
        (("abcdef01",), 2, "no likely join has the id `abcdef01`"),
        (("--above", "0.7"), 2, "claim the same project"),
        (("--above", "0.99"), 2, "add --yes"),
    ],
)
def test_what_cannot_be_accepted_is_told_and_nothing_is_written(
    config: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    ended = match(config, "accept", *words)
    assert ended.exit_code == code
    assert told in ended.output
    assert config.read_text(encoding="utf-8") == CONFIG


def test_a_score_that_nothing_reaches_names_the_likeliest(config: Path) -> None:
    with duckdb.connect(str(config.parent / "store" / "snapshots" / "latest.duckdb")) as connection:
        connection.execute("DELETE FROM match_suggestion WHERE confidence_ratio = 1")
    ended = match(config, "accept", "--above", "0.95", "--yes")
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "no join is so likely; the likeliest has 90%" in ended.output


def test_a_join_that_the_configuration_contradicts_is_refused_with_the_place(config: Path) -> None:
    other = CONFIG + '\n[initiatives.OTHER]\nprojects = ["jira:RO", "jira:TU"]\n'
    config.write_text(other, encoding="utf-8")
    ended = match(config, "accept", ids(config)["Road works (plans)"], "--yes")
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "`jira:RO` belongs to `OTHER` already" in ended.output
    assert f"{config}:" in ended.output
    assert config.read_text(encoding="utf-8") == other


def test_somebody_who_says_no_changes_nothing_and_a_file_that_changed_meanwhile_is_left(config: Path) -> None:
    edit = proposed(config, [ids(config)["Tunnel (plans)"]], None)
    assert accept(edit, yes=False, confirm=lambda _: False) == "nothing was written"
    assert config.read_text(encoding="utf-8") == CONFIG
    config.write_text(CONFIG + "# meanwhile\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="changed while it was decided"):
        accept(edit, yes=False, confirm=lambda _: True)
    assert config.read_text(encoding="utf-8") == CONFIG + "# meanwhile\n"


def test_a_folder_that_cannot_be_written_into_is_told(config: Path) -> None:
    (config.parent / f"..{config.name}.trial.new").mkdir()  # stands where the file would be made
    ended = match(config, "accept", "--above", "0.99", "--yes")
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "error[file]: cannot use" in ended.output
    assert config.read_text(encoding="utf-8") == CONFIG
