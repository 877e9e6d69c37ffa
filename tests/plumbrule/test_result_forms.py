"""Every command whose result is a table or a list, in every form that it takes: read back by that form's own reader."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from click.testing import Result
from markdown_it import MarkdownIt
from mspdi_plans import SUMMARY, plan, task
from rules_site import OWN
from typer.main import get_command
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.listing import Listing, Section
from plumbrule.listing_forms import written, written_sections
from plumbrule.options import CASE_FORMS, ROW_FORMS, Form

SQL = "SELECT key, name FROM projects ORDER BY key"
COMMANDS: dict[str, list[str]] = {
    "auth status": [],
    "check": ["--fail-on", "never"],
    "config check": [],
    "diff": [],
    "doctor": [],
    "lessons": [],
    "match suggest": [],
    "plan": [],
    "query": [SQL],
    "rules check": [],
    "rules columns": ["projects"],
    "rules diff": ["rules.d", "changed"],
    "rules functions": [],
    "rules list": ["--pack", "ours"],
    "rules policy": [],
    "rules run": ["--rule", "OWN-01", "--rule", "HYG-01"],
    "rules test": ["--rule", "OWN-01"],
    "run": [],
    "runs list": [],
    "runs prune": ["--dry-run"],
    "runs show": [],
    "store check": [],
    "waive list": [],
    "waive requests": [],
}
"""With what each is called here."""
TRIED: dict[str, tuple[Form, ...]] = {
    "check": (Form.JSON, Form.JUNIT),
    "run": (Form.MARKDOWN,),
    "rules diff": (Form.TABLE, Form.CSV),
    "rules run": (Form.TABLE, Form.CSV, Form.SARIF, Form.JUNIT),
}
"""Forms of the slow ones that are tried here; all are written by the same function."""
CASES = {
    "check",
    "config check",
    "config validate",
    "doctor",
    "rules check",
    "rules run",
    "rules test",
    "run",
    "store check",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One plan in a file, pulled and checked once, with a rule of the site's own; commands are called in it."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "plan.xml").write_text(plan(SUMMARY, task(1), task(2)), encoding="utf-8")
    for name, text in (("rules.d", OWN), ("changed", OWN.replace('severity = "low"', 'severity = "high"'))):
        (folder / name).mkdir()
        (folder / name / "ours.toml").write_text(text, encoding="utf-8")
    (folder / "plumbrule.toml").write_text(
        '[store]\nfolder = "store"\n[sources.plans]\nkind = "mspdi"\npath = "plan.xml"\n'
        '[rules]\nfolders = ["rules.d"]\n[report]\nfolder = "pages"\n',
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("PLUMBRULE_CONFIG", raising=False)
        ended = call("run --quiet")
        assert ended.exit_code == 0, ended.output
        for path in (folder / "store" / "portfolio.duckdb", *(folder / "store" / "snapshots").glob("latest.duckdb")):
            with duckdb.connect(path.resolve()) as held:  # a day before, which `diff` can compare with
                held.execute(
                    "INSERT INTO project_snapshot SELECT * REPLACE (taken_on - 7 AS taken_on) FROM project_snapshot"
                )
        yield folder


def call(command: str, *words: str) -> Result:
    return CliRunner().invoke(main, [*command.split(), *words])


def json_read(text: str) -> None:
    json.loads(text)


def jsonl_read(text: str) -> None:
    for line in text.splitlines():
        assert isinstance(json.loads(line), dict)


def csv_read(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text), strict=True))
    assert len({len(row) for row in rows}) <= 1
    assert len(set(rows[0])) == len(rows[0]) if rows else True


def markdown_read(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    tables = [token for token in tokens if token.type == "table_open"]
    lines = [line for line in text.splitlines() if line.startswith("| ---")]
    assert len(tables) == len(lines), text


def sarif_read(text: str) -> None:
    """By the parts of SARIF 2.1.0 that its readers require; tests/reports/test_schemas.py has the whole schema."""
    log = json.loads(text)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        assert (result["level"] == "none") == (result.get("kind", "fail") != "fail")
        assert result["level"] in {"none", "note", "warning", "error"}


def junit_read(text: str) -> None:
    root = ElementTree.fromstring(text)
    cases = root.findall("testsuite/testcase")
    assert root.get("tests") == str(len(cases))
    assert root.get("failures") == str(len(root.findall("testsuite/testcase/failure")))
    assert root.get("skipped") == str(len(root.findall("testsuite/testcase/skipped")))


def table_read(text: str) -> None:
    assert text.strip()


READERS: dict[Form, Callable[[str], None]] = {
    Form.TABLE: table_read, Form.JSON: json_read, Form.JSONL: jsonl_read, Form.CSV: csv_read,
    Form.MARKDOWN: markdown_read, Form.SARIF: sarif_read, Form.JUNIT: junit_read,
}  # fmt: skip


def forms(command: str) -> tuple[Form, ...]:
    return CASE_FORMS if command in CASES else ROW_FORMS


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_form_is_what_its_readers_read(folder: Path, command: str) -> None:
    codes = set()
    for form in forms(command):
        if form not in TRIED.get(command, forms(command)):
            continue
        ended = call(command, *COMMANDS[command], "--format", form)
        READERS[form](ended.stdout)
        codes.add(ended.exit_code)
    assert len(codes) == 1, "the form does not change the code"
    assert codes <= {0, 3}


def takers(group: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Commands that have `--format`, each with the forms that its help names."""
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        here = (*path, name)
        if hasattr(command, "commands"):
            yield from takers(command, here)
        for option in command.params:
            if "--format" in option.opts and option.metavar == "FORM":
                yield " ".join(here), set(option.help.rstrip(".").replace(" or ", ", ").split(", "))


def test_no_command_with_forms_is_left_out() -> None:
    found = dict(takers(get_command(main)))
    assert found.keys() - {"version", "config validate"} == COMMANDS.keys()
    assert found["version"] == {"table", "json"}
    assert {name: found[name] for name in COMMANDS} == {name: {f.value for f in forms(name)} for name in COMMANDS}


def test_a_form_that_a_command_does_not_take_is_a_usage_error_that_names_those_it_takes(folder: Path) -> None:
    ended = call("runs list", "--format", "sarif")
    assert ended.exit_code == 2
    assert not ended.stdout
    told = " ".join(ended.stderr.replace("│", " ").split())
    assert "`sarif` is none of table, json, jsonl, csv or markdown: sarif and junit are for findings" in told


@pytest.mark.parametrize("command", ["runs list", "runs show", "waive list", "doctor", "store check"])
def test_the_older_option_and_the_older_word_mean_the_same(folder: Path, command: str) -> None:
    def told(*words: str) -> str:
        return "".join(line for line in call(command, *words).stdout.splitlines() if "examined_at" not in line)

    assert told("--json") == told("--format", "json")
    assert told("--format", "text") == told()


def test_findings_are_the_result_and_the_summary_stands_beside_it(folder: Path) -> None:
    ended = call("check", "--fail-on", "low", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ended.stdout)))
    assert ended.exit_code == 1
    assert rows
    assert "findings   " in ended.stderr
    quiet = call("check", "--format", "sarif", "--quiet")
    assert not quiet.stderr
    results = json.loads(quiet.stdout)["runs"][0]["results"]
    assert [one["partialFingerprints"]["plumbruleFinding/v1"] for one in results] == [row["id"] for row in rows]


def test_mistakes_are_the_result_with_their_place(folder: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[stoer]\nfolder = "x"\n[report]\nlanguages = ["fr"]\n', encoding="utf-8")
    words = ("-c", str(bad), "--format")
    ended = call("config check", *words, "csv")
    assert ended.exit_code == 2
    assert [(row["code"], row["line"]) for row in csv.DictReader(io.StringIO(ended.stdout))] == [
        ("config.unknown_key", "1"),
        ("config.not_allowed", "4"),
    ]
    log = json.loads(call("config check", *words, "sarif").stdout)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": str(bad)}, "region": {"startLine": 1, "startColumn": 2}}
    failures = ElementTree.fromstring(call("config check", *words, "junit").stdout)
    assert failures.get("failures") == "2"


def test_nothing_is_a_table_without_rows_in_every_form() -> None:
    empty = Listing((), nothing="no run yet", columns={"id": "text", "seconds": "number"})
    assert {form: written(empty, form) for form in ROW_FORMS} == {
        Form.TABLE: "no run yet",
        Form.JSON: "[]",
        Form.JSONL: "",
        Form.CSV: "id,seconds",
        Form.MARKDOWN: "| id | seconds |\n| --- | ---: |",
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1"])
def test_a_spreadsheet_takes_no_text_for_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(written(Listing([{"title": text}]), Form.CSV))))
    assert rows[1] == [f"'{text}"]


def test_several_tables_are_told_apart_in_one_text() -> None:
    both = [
        Section("One", Listing([{"a": 1}])),
        Section("Two", Listing([{"b": None}])),
        Section("No", Listing((), nothing="none")),
    ]
    made = written_sections(both, Form.CSV)
    assert list(csv.reader(io.StringIO(made))) == [["section", "a", "b"], ["One", "1", ""], ["Two", "", ""]]
    assert [json.loads(line) for line in written_sections(both, Form.JSONL).splitlines()] == [
        {"section": "One", "a": 1},
        {"section": "Two", "b": None},
    ]
    assert written_sections(both, Form.MARKDOWN).splitlines() == [
        "## One", "", "| a |", "| --- |", "| 1 |", "", "## Two", "", "| b |", "| --- |", "|  |", "", "## No", "",
        "none",
    ]  # fmt: skip


def test_markdown_shows_text_as_it_is_in_one_line() -> None:
    assert written(Listing([{"title": "a|b <i>\n*c*", "n": 0.5}]), Form.MARKDOWN).splitlines()[2] == (
        r"| a\|b \<i\> \*c\* | 0.5 |"
    )
