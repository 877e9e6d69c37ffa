"""`plumbrule query`: one SELECT on the latest check, in five forms; and every way in which it is refused."""

import csv
import io
import json
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from rules_site import publish
from typer.testing import CliRunner, Result

from plumbrule.answers import as_listing
from plumbrule.cli import main
from plumbrule.listing_forms import written as written_listing
from plumbrule.options import Form
from portfolio.errors import ExitCode
from portfolio.model import VIEWS
from rules.questions import Answer, Draft

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "query.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    path = folder / "plumbrule.toml"
    path.write_text('[store]\nfolder = "store"\n[rules]\ntimeout_seconds = 1\nmemory_megabytes = 256\n')
    snapshots = folder / "store" / "snapshots"
    snapshots.mkdir(parents=True)
    publish(snapshots)
    return path


def query(config: Path, *words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["query", *words, "-c", str(config)], input=stdin)


def test_an_answer_is_an_aligned_table(config: Path) -> None:
    ended = query(config, "SELECT key, points FROM work_items ORDER BY key")
    assert ended.exit_code == ExitCode.DONE
    assert [line.split() for line in ended.stdout.splitlines()] == [
        ["key", "points"],
        ["BR-1", "8.00"],
        ["RO-1", "2.00"],
    ]


def test_an_answer_without_rows_says_so_with_its_columns(config: Path) -> None:
    assert query(config, "SELECT key FROM projects WHERE false").stdout == "no row (key)\n"


def test_sql_comes_from_a_file_and_from_standard_input(config: Path, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("\ufeffSELECT name\nFROM projects\nORDER BY name", encoding="utf-8")
    from_file = query(config, "--file", str(tmp_path / "q.sql"), "--format", "csv")
    assert from_file.stdout == "name\nBridge\nRoad\n"
    assert (
        query(config, "-", "--format", "csv", stdin="SELECT name FROM projects ORDER BY 1").stdout == from_file.stdout
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "no SQL is given"),
        (("SELECT 1", "--file", "x.sql"), "not both"),
        (("  ",), "query holds no SQL"),
        (("SELECT " + "1," * 60_000 + "1",), "at most 100,000 are read"),
        (("--file", "nowhere.sql"), "cannot use nowhere.sql"),
    ],
)
def test_what_is_no_question_is_told(config: Path, words: tuple[str, ...], told: str) -> None:
    ended = query(config, *words)
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert told in ended.output


def test_a_file_of_another_encoding_is_told(config: Path, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_bytes("SELECT 'ü'".encode("cp1252"))
    ended = query(config, "--file", str(tmp_path / "q.sql"))
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "is not UTF-8 (byte 8)" in ended.output


def frame(ended: Result) -> str:
    return ended.output.partition("\n\nerror[query.refused]")[0]


def test_a_misspelt_column_is_shown_where_it_stands_with_what_may_be_meant(config: Path) -> None:
    ended = query(config, "SELECT key,\n  nmae\nFROM projects")
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert frame(ended) == (
        'error[query.sql]: referenced column "nmae" not found in FROM clause!\n'
        " --> query:2:3\n"
        "  |\n"
        "2 |   nmae\n"
        "  |   ^^^^\n"
        "  = help: did you mean `name`?"
    ).replace(" -->", "  -->", 1)


@pytest.mark.parametrize(
    ("sql", "told", "under"),
    [
        ("SELECT * FROM projcts", "`projcts` is not a documented view", "projcts"),
        ("SELECT p.nmae FROM projects p", 'does not have a column named "nmae"', "p.nmae"),
        ("SELECT '项目' AS x, nmae FROM projects", 'column "nmae" not found', "nmae"),
        ("SELECT key FROM projects WHERE", 'syntax error at or near "WHERE"', "WHERE"),
        ("SELECT $day", "no parameter `$day`", "day"),
        ("WITH run AS (SELECT 1) SELECT * FROM run", "a part of it is called `run`", "run"),
    ],
)
def test_a_mistake_has_its_place(config: Path, sql: str, told: str, under: str) -> None:
    shown = frame(query(config, sql))
    assert told in shown
    source, caret = shown.splitlines()[3:5]
    source = re.sub(r"[^\x00-\x7f]", "##", source)  # a Chinese sign is two columns wide
    assert source[caret.index("^") : caret.rindex("^") + 1] == under


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT 1; SELECT 2", "2 statements, and one SELECT is meant"),
        ("DELETE FROM projects", "not a SELECT"),
        ("COPY projects TO 'out.csv'", "not a SELECT"),
        ("ATTACH 'other.duckdb'", "not a SELECT"),
        ("SET memory_limit = '9GB'", "not a SELECT"),
        ("SELECT * FROM read_csv('/etc/hostname')", "a table function is called"),
        ("SELECT * FROM '/etc/hostname'", "is not a documented view"),
        ("SELECT * FROM duckdb_settings()", "a table function is called"),
        ("SELECT * FROM project", "`project` is not a documented view"),
        ("WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n", "it takes too long"),
        ("SELECT CAST(key AS INTEGER) FROM projects", "could not convert string 'INI-1'"),
    ],
)  # fmt: skip
def test_what_may_not_be_asked_is_refused_and_nothing_is_written(config: Path, sql: str, told: str) -> None:
    before = sorted(str(path) for path in config.parent.rglob("*"))
    ended = query(config, sql)
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert told in ended.output
    assert sorted(str(path) for path in config.parent.rglob("*")) == before


def test_more_rows_than_wanted_are_cut_and_that_is_told_beside_the_result(config: Path) -> None:
    ended = query(config, "SELECT key FROM projects ORDER BY key", "--rows", "1", "--format", "jsonl")
    assert ended.exit_code == ExitCode.DONE
    assert ended.stdout == '{"key": "INI-1"}\n'
    assert ended.stderr.startswith("note[query.cut]: the first 1 rows; there are more\n")


def test_the_views_are_listed_and_described(config: Path) -> None:
    listed = query(config, "--list").stdout
    assert all(re.search(rf"^{name} ", listed, re.MULTILINE) for name in VIEWS)
    described = query(config, "--describe", "risks").stdout
    assert described.startswith(f"risks: {VIEWS['risks'].doc}\n")
    assert all(re.search(rf"^{column.name} ", described, re.MULTILINE) for column in VIEWS["risks"].columns)


def test_a_view_that_is_not_there_is_told_with_one_that_may_be_meant(config: Path) -> None:
    ended = query(config, "--describe", "rsiks")
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "did you mean `risks`?" in ended.output


def test_before_the_first_check_there_is_nothing_to_ask(tmp_path: Path) -> None:
    (tmp_path / "plumbrule.toml").write_text('[store]\nfolder = "store"\n')
    ended = query(tmp_path / "plumbrule.toml", "SELECT key FROM projects")
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "nothing has been checked yet" in ended.output


ANSWER = Answer(
    ("name", "amount", "day", "is_late", "list", "name"),
    (
        ("=1+1 | x", Decimal("1234567890.123456"), date(2026, 11, 29), True, ["a", "b"], None),
        ("\x1b[31m项目\nzwei", Decimal(0), None, False, [], "b"),
    ),
)


def written(answer: Answer, form: Form) -> str:
    return written_listing(as_listing(answer, form), form)


def test_json_keeps_every_digit_and_every_column() -> None:
    first, _ = json.loads(written(ANSWER, Form.JSON))
    assert first == {
        "name": "=1+1 | x", "amount": "1234567890.123456", "day": "2026-11-29", "is_late": True, "list": ["a", "b"],
        "name_2": None,
    }  # fmt: skip
    assert [json.loads(line) for line in written(ANSWER, Form.JSONL).splitlines()] == json.loads(
        written(ANSWER, Form.JSON)
    )


def test_csv_runs_nothing_in_a_spreadsheet_and_markdown_shows_texts_as_they_are() -> None:
    head, first, second = csv.reader(io.StringIO(written(ANSWER, Form.CSV)))
    assert head == [*ANSWER.columns[:-1], "name_2"]
    assert first == ["'=1+1 | x", "1234567890.123456", "2026-11-29", "yes", "a, b", ""]
    assert second[0] == "\ufffd[31m项目\nzwei"
    lines = written(ANSWER, Form.MARKDOWN).splitlines()
    assert len(lines) == 4
    assert lines[2].startswith(r"| =1+1 \| x |")


def test_a_table_shows_no_control_characters_and_cuts_long_texts() -> None:
    table = written(Answer(("a",), (("\x1b[31mred",), ("x" * 80,))), Form.TABLE)
    assert "\x1b" not in table
    assert max(map(len, table.splitlines())) == 60


@pytest.mark.parametrize("sql", re.findall(r"```sql\n(.*?)```", DOCS, re.DOTALL))
def test_every_question_of_the_document_is_answered(config: Path, sql: str) -> None:
    with Draft() as draft:
        assert draft.check(sql)
    assert query(config, sql).exit_code == ExitCode.DONE


def test_the_command_ends_with_code_2_as_a_program_too(config: Path) -> None:
    command = [sys.executable, "-m", "plumbrule.cli", "query", "SELECT nmae FROM projects", "-c", str(config)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "^^^^" in ended.stderr
