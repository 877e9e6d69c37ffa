"""`plumbrule rules`: each command as a person types it, with what it prints and how it ends."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result
from rules_site import OWN, publish
from typer.testing import CliRunner

from plumbrule.cli import main
from portfolio.model import VIEWS
from rules.compile import FUNCTIONS
from rules.load import load_rules

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the commands are called in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLUMBRULE_CONFIG", raising=False)
    return tmp_path


@pytest.fixture
def call(folder: Path) -> Run:
    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["rules", *words])

    return run


@pytest.fixture
def site(folder: Path) -> Path:
    """A configuration with a pack of its own, and nothing pulled yet."""
    (folder / "rules.d").mkdir()
    (folder / "rules.d" / "ours.toml").write_text(OWN, encoding="utf-8")
    text = '[store]\nfolder = "store"\n[rules]\nfolders = ["rules.d"]\noff = ["FLO-01"]\n[rules.set.SCH-06]\n'
    (folder / "plumbrule.toml").write_text(text + "params.max_ratio = 0.9\n", encoding="utf-8")
    return folder


@pytest.fixture
def checked(site: Path, snapshot: Path) -> Path:
    """The same after a check of two projects."""
    path = site / "store" / "snapshots" / "latest.duckdb"
    path.parent.mkdir(parents=True)
    shutil.copy(snapshot, path)
    return site


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What that check published."""
    return publish(tmp_path_factory.mktemp("published"))


def test_check_without_configuration_looks_at_the_built_in_packs(call: Run) -> None:
    ended = call("check")
    assert ended.exit_code == 0
    assert re.match(r"all good: \d+ rules in \d+ packs\. Next: plumbrule rules test", ended.stdout)


def test_check_of_paths_needs_no_configuration_and_shows_all_mistakes(call: Run, folder: Path) -> None:
    (folder / "a.toml").write_text(OWN.replace("points >", "pionts >"), encoding="utf-8")
    (folder / "b.toml").write_text(OWN.replace('"low"', '"lowly"'), encoding="utf-8")
    ended = call("check", "a.toml", "b.toml")
    assert ended.exit_code == 2 and ended.stdout == ""
    assert "error[R120]" in ended.stderr and "error[R202]" in ended.stderr and "error[R203]" in ended.stderr
    assert "a.toml:11:14" in ended.stderr and "did you mean `points`?" in ended.stderr


def test_check_of_a_configuration_counts_its_own_rules(call: Run, site: Path) -> None:
    built_in = len(load_rules().rules)
    assert f"all good: {built_in} rules in " in call("check").stdout  # one more of its own, one off
    assert ", 1 off" in call("check").stdout


def test_a_configuration_that_was_named_must_be_there(call: Run) -> None:
    for words in (["check"], ["test"], ["list"], ["columns", "risks"]):
        ended = call(*words, "-c", "nowhere.toml")
        assert ended.exit_code == 2 and "nowhere.toml" in ended.stderr


def test_rules_need_no_secret_but_a_secret_in_the_file_stays_a_mistake(call: Run, checked: Path) -> None:
    config = checked / "plumbrule.toml"
    source = '[sources.jira]\nkind = "jira_cloud"\nurl = "https://x.example"\nemail = "a@x.example"\ntoken = "%s"\n'
    before = config.read_text(encoding="utf-8")
    config.write_text(before + source % "env:NOT_SET_HERE", encoding="utf-8")
    for words in (
        ["check"],
        ["list", "-p", "INI-1"],
        ["run", "-r", "OWN-01"],
        ["explain", "INI-1"],
        ["policy", "-p", "INI-1"],
    ):
        assert call(*words).exit_code == 0, words
    config.write_text(before + source % "abc123", encoding="utf-8")
    ended = call("check")
    assert ended.exit_code == 2 and "error[config.literal_secret]" in ended.stderr


def test_check_of_a_path_that_is_no_pack(call: Run, folder: Path) -> None:
    (folder / "notes.txt").write_text("", encoding="utf-8")
    for name in ("notes.txt", "nowhere"):
        ended = call("check", name)
        assert ended.exit_code == 2 and "is not a folder of rule packs, nor a pack file" in ended.stderr


def test_test_counts_rules_and_self_tests(call: Run, site: Path) -> None:
    ended = call("test", "--rule", "own-01", "-r", "SCH-06")
    assert ended.exit_code == 0
    assert re.match(r"2 rules, \d+ self-tests: all pass\n", ended.stdout)


def test_a_self_test_that_fails_is_shown_where_it_stands(call: Run, folder: Path) -> None:
    (folder / "a.toml").write_text(OWN.replace("points = 4", "points = 3"), encoding="utf-8")
    ended = call("test", "a.toml", "--rule", "OWN-01")
    assert ended.exit_code == 2
    assert "error[R233]: self-test of rule OWN-01 fails: P: outcome is pass, expected fail" in ended.stderr
    assert "a.toml:23:8" in ended.stderr
    assert "error[rules.self_test]: 1 rule, 1 self-test: 1 expectation not met" in ended.stderr


def test_rules_without_tests_are_named(call: Run, folder: Path) -> None:
    (folder / "a.toml").write_text(OWN.partition("[[rule.test]]")[0], encoding="utf-8")
    ended = call("test", "a.toml", "-r", "OWN-01")
    assert ended.stdout == "1 rule, 0 self-tests: all pass; without any: OWN-01\n"


def test_test_of_a_rule_that_is_none(call: Run) -> None:
    ended = call("test", "--rule", "SCH-66")
    assert ended.exit_code == 2 and "there is no rule `SCH-66`" in ended.stderr and "did you mean" in ended.stderr


def test_list_shows_parameters_in_force_and_what_is_off(call: Run, site: Path) -> None:
    rows = {row["id"]: row for row in json.loads(call("list", "--format", "json").stdout)}
    assert rows["SCH-06"]["parameters"] == {"float_days": 44, "max_ratio": "0.9"}
    assert rows["FLO-01"]["mode"] == "off" and rows["OWN-01"]["mode"] == "enforce"
    text = call("list", "--pack", "ours").stdout.splitlines()
    assert text[0].split() == ["id", "severity", "mode", "kind", "subject", "pack", "parameters", "title"]
    assert text[1].startswith("OWN-01") and "most = 3" in text[1] and len(text) == 2


def test_list_of_a_pack_that_is_none(call: Run) -> None:
    ended = call("list", "--pack", "shedule")
    assert ended.exit_code == 2 and "did you mean `schedule`?" in ended.stderr


def test_list_with_a_project_says_what_each_rule_said_of_it(call: Run, checked: Path) -> None:
    rows = {row["id"]: row for row in json.loads(call("list", "-p", "ini-1", "--format", "json").stdout)}
    assert rows["OWN-01"]["outcome"] == "fail" and rows["OWN-01"]["limit"] == 0
    assert rows["BUD-01"]["outcome"] == "fail" and rows["CLO-01"]["outcome"] == "not_applicable"
    ended = call("list", "-p", "INI-9")
    assert ended.exit_code == 2 and "there is no project `INI-9`" in ended.stderr


def test_columns_names_the_views_and_their_columns(call: Run) -> None:
    assert {row["view"] for row in json.loads(call("columns", "--format", "json").stdout)} == set(VIEWS)
    rows = {row["column"]: row for row in json.loads(call("columns", "work_items", "--format", "json").stdout)}
    assert set(rows) == set(VIEWS["work_items"].names)
    assert rows["total_float_days"]["unit"] == "days" and rows["total_float_days"]["filled_by"] is None
    assert rows["total_float_days"]["comes_from"] == ["work_item.total_slack_hours", "work_item_link.id"]
    assert "in_progress" in rows["status_category"]["allowed"] and rows["due_date"]["null_means"]
    ended = call("columns", "work_item")
    assert ended.exit_code == 2 and "did you mean `work_items`?" in ended.stderr


def test_columns_says_which_source_can_fill_them_once_something_was_pulled(call: Run, checked: Path) -> None:
    rows = {row["column"]: row for row in json.loads(call("columns", "risks", "--format", "json").stdout)}
    assert rows["title"]["filled_by"] == ["jira"] and rows["response"]["filled_by"] == []
    assert "filled by" in call("columns", "risks").stdout.splitlines()[0]


def test_columns_before_anything_was_pulled(call: Run, site: Path) -> None:
    ended = call("columns", "risks")
    assert ended.exit_code == 0 and "comes from" in ended.stdout.splitlines()[0]
    assert "nothing was pulled yet" in ended.stderr


def test_functions_tells_types_meaning_and_sql_of_each_engine(call: Run) -> None:
    rows = {row["function"]: row for row in json.loads(call("functions", "--format", "json").stdout)}
    assert set(rows) == set(FUNCTIONS)
    assert set(rows["add_days"]["engines"]) == {"DuckDB", "Spark", "PostgreSQL"}
    text = call("functions").stdout
    assert "days_between(a, b)  ->  number\n  calendar days from date a to date b\n  takes a: date; b: date\n" in text


def test_run_prints_outcomes_and_writes_nothing(call: Run, checked: Path) -> None:
    snapshot = checked / "store" / "snapshots" / "latest.duckdb"
    before = snapshot.read_bytes()
    ended = call("run", "--rule", "OWN-01", "--rule", "BUD-01")
    assert ended.exit_code == 0
    lines = ended.stdout.splitlines()
    assert lines[0].split() == ["subject", "rule", "outcome", "value", "limit", "message"]
    assert [" ".join(line.split()[:3]) for line in lines[1:]] == [
        "INI-1 BUD-01 fail",
        "INI-1 OWN-01 fail",
        "INI-2 BUD-01 fail",
        "INI-2 OWN-01 pass",
    ]
    assert ended.stderr == "1 pass, 3 fail\n"
    assert snapshot.read_bytes() == before
    assert sorted(p.name for p in (checked / "store").iterdir()) == ["snapshots"]  # not even the store was opened


def test_run_of_one_project_for_machines(call: Run, checked: Path) -> None:
    rows = json.loads(call("run", "-p", "INI-2", "-r", "OWN-01", "--format", "json").stdout)
    [row] = rows
    assert (row["project"], row["outcome"], row["count"], row["denominator"]) == ("INI-2", "pass", 0, 1)
    [row] = json.loads(call("run", "-p", "INI-1", "-r", "OWN-01", "--format", "json").stdout)
    said = {"kind": "item", "id": "jira:issue:1", "message": "BR-1 has 8 points; limit 3.", "value": 8, "limit": 3}
    assert row["leaning"] == [said]


def test_a_rule_is_named_with_or_without_its_option(call: Run, checked: Path) -> None:
    one, other, both = (
        json.loads(call("run", *words, "--all", "--format", "json").stdout)
        for words in (["own-01"], ["-r", "OWN-01"], ["OWN-01", "-r", "CLO-01"])
    )
    assert one == other
    assert {row["rule"] for row in one} == {"OWN-01"}
    assert {row["rule"] for row in both} == {"OWN-01", "CLO-01"}


def test_run_hides_what_does_not_apply_unless_asked(call: Run, checked: Path) -> None:
    assert call("run", "-r", "CLO-01").stdout == "no rule applies\n"
    assert "not_applicable" in call("run", "-r", "CLO-01", "--all").stdout


def test_run_of_a_rule_that_is_off_only_as_a_dry_run(call: Run, checked: Path) -> None:
    ended = call("run", "-r", "FLO-01")
    assert ended.exit_code == 2 and "rule FLO-01 is off" in ended.stderr and "--dry-run" in ended.stderr
    assert call("run", "-r", "FLO-01", "--dry-run", "--all").exit_code == 0


def test_run_on_another_day_says_what_that_moves(call: Run, checked: Path) -> None:
    ended = call("run", "-r", "SCH-15", "--as-of", "2026-01-01", "--all")
    assert ended.exit_code == 0
    assert "columns were measured as of 2026-06-30; only $as_of is 2026-01-01" in ended.stderr


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["-r", "NO-01"], "there is no rule `NO-01`"),
        (["NO-01"], "there is no rule `NO-01`"),
        (["-p", "INI-9"], "there is no project `INI-9`"),
    ],
)
def test_run_of_what_is_not_there(call: Run, checked: Path, words: list[str], what: str) -> None:
    ended = call("run", *words)
    assert ended.exit_code == 2 and what in ended.stderr


def test_run_before_anything_was_checked(call: Run, site: Path) -> None:
    ended = call("run")
    assert ended.exit_code == 2 and "nothing has been checked yet" in ended.stderr and "plumbrule run" in ended.stderr


def test_a_rule_that_cannot_be_evaluated_makes_the_run_partial(call: Run, checked: Path) -> None:
    with duckdb.connect(str(checked / "store" / "snapshots" / "latest.duckdb")) as connection:
        connection.execute("DROP TABLE work_items")
    ended = call("run", "-r", "OWN-01", "-r", "BUD-01")
    assert ended.exit_code == 3
    assert "BUD-01  fail" in ended.stdout and "OWN-01  error" in ended.stdout


def test_a_finding_is_explained_by_the_id_that_is_printed(call: Run, checked: Path) -> None:
    project = call("explain", "INI-1").stdout
    printed = re.search(r"BUD-01 .*\n.*finding ([0-9a-f]{10})", project)
    assert printed is not None
    text = call("explain", printed[1]).stdout
    assert text.startswith("BUD-01 No approved budget  FAIL, critical  project INI-1 Bridge")
    assert text == CliRunner().invoke(main, ["explain", printed[1]]).stdout
    assert "没有经批准的预算" in call("explain", printed[1], "--lang", "zh-Hans").stdout
    item = call("explain", "BR-1").stdout
    assert "OWN-01  BR-1 has 8 points; limit 3." in item and "finding " in item


def test_explain_of_something_unknown(call: Run, checked: Path) -> None:
    ended = call("explain", "0123456789")
    assert ended.exit_code == 2 and "there is no project or item `0123456789`" in ended.stderr


def test_diff_shows_what_a_changed_rule_would_open_and_close(call: Run, checked: Path) -> None:
    (checked / "old.toml").write_text(OWN, encoding="utf-8")
    (checked / "new.toml").write_text(OWN.replace("default = 3", "default = 1"), encoding="utf-8")
    text = call("diff", "old.toml", "new.toml").stdout
    assert "parameter most: 3, at least 1 -> 1, at least 1" in text
    assert "  opens 1 finding\n    INI-2: RO-1 has 2 points; limit 1.\n" in text and "INI-2: pass -> fail" in text
    [found] = json.loads(call("diff", "old.toml", "new.toml", "--format", "json").stdout)
    assert found["rule"] == "OWN-01" and [f["subject"] for f in found["opens"]] == ["jira:issue:2"]
    assert call("diff", "old.toml", "rules.d").stdout == "no rule differs\n"


def test_diff_without_configuration_compares_the_rules_alone(call: Run, folder: Path) -> None:
    (folder / "old.toml").write_text(OWN, encoding="utf-8")
    (folder / "new.toml").write_text(OWN.replace("points >", "points >="), encoding="utf-8")
    ended = call("diff", "old.toml", "new.toml")
    assert ended.stdout == "OWN-01  Large items  (changed)\n  fail_when: points > $most -> points >= $most\n"
    assert "only the rules are compared" in ended.stderr


def test_diff_of_packs_with_mistakes(call: Run, folder: Path) -> None:
    (folder / "old.toml").write_text(OWN, encoding="utf-8")
    (folder / "new.toml").write_text(OWN.replace("points >", "pionts >"), encoding="utf-8")
    ended = call("diff", "old.toml", "new.toml")
    assert ended.exit_code == 2 and "error[R120]" in ended.stderr


def test_a_new_rule_is_written_checked_and_fails_its_test(call: Run, folder: Path) -> None:
    ended = call("new", "OWN-01")
    assert ended.exit_code == 0 and "rules.d/own-01.toml: rule OWN-01 added" in ended.stdout
    assert call("check", "rules.d").exit_code == 0
    ended = call("test", "rules.d", "-r", "OWN-01")
    assert ended.exit_code == 2 and "error[R233]" in ended.stderr


def test_a_second_rule_goes_into_the_same_file_and_never_over_another(call: Run, folder: Path) -> None:
    call("new", "OWN-01", "--pack", "ours.toml")
    before = (folder / "ours.toml").read_text(encoding="utf-8")
    ended = call("new", "OWN-01", "--kind", "ratio", "--pack", "ours.toml")
    assert ended.exit_code == 2 and "error[R203]" in ended.stderr
    assert (folder / "ours.toml").read_text(encoding="utf-8") == before
    assert call("new", "OWN-02", "--kind", "expect", "--pack", "ours.toml").exit_code == 0
    assert (folder / "ours.toml").read_text(encoding="utf-8").startswith(before.rstrip())
    assert call("check", "ours.toml").exit_code == 0


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["own"], "`own` is no id of a rule"),
        (["SCH-06"], "`SCH-06` is a built-in rule"),
        (["OWN-01", "--view", "riks"], "there is no view `riks`"),
        (["OWN-01", "--pack", "."], "is a folder"),
    ],
)
def test_what_new_refuses(call: Run, folder: Path, words: list[str], what: str) -> None:
    ended = call("new", *words)
    assert ended.exit_code == 2 and what in ended.stderr and "help:" in ended.stderr
    assert list(folder.iterdir()) == []


def test_nothing_is_added_to_a_file_that_does_not_load(call: Run, folder: Path) -> None:
    (folder / "broken.toml").write_text("schema = ", encoding="utf-8")
    ended = call("new", "OWN-01", "--pack", "broken.toml")
    assert ended.exit_code == 2 and "error[config.syntax]" in ended.stderr
    assert (folder / "broken.toml").read_text(encoding="utf-8") == "schema = "


def test_schema_prints_the_file_for_editors(call: Run) -> None:
    root = Path(__file__).parents[2]
    assert call("schema").stdout == (root / "docs" / "pack.schema.json").read_text(encoding="utf-8")


def test_run_of_a_rule_that_is_on_for_one_project_alone(call: Run, checked: Path) -> None:
    config = checked / "plumbrule.toml"
    text = config.read_text(encoding="utf-8").replace('["FLO-01"]', '["FLO-01", "OWN-01"]\npolicy = ["road.toml"]')
    config.write_text(text, encoding="utf-8")
    assert call("run", "-r", "OWN-01").exit_code == 2  # a policy that is not there
    policy = '[policy]\nlevel = "project"\nproject = "INI-1"\n[[set]]\nrule = "OWN-01"\nmode = "enforce"\n'
    (checked / "road.toml").write_text(policy, encoding="utf-8")
    rows = json.loads(call("run", "-r", "OWN-01", "--all", "--format", "json").stdout)
    assert [(row["project"], row["rule"]) for row in rows] == [("INI-1", "OWN-01")]
