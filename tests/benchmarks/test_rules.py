"""The benchmark of rules: one portfolio for all, and whoever counts otherwise than plain SQL does not count."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks import run_measures, run_rules
from benchmarks.checks import CHECKS, COLUMNS, SIMPLE, as_json, pack, rule_ids
from benchmarks.figures import Verdict
from benchmarks.portfolio_rows import Size, as_of
from benchmarks.processes import ROOT, DidNotRun, TookTooLong, Usage
from benchmarks.rules import (
    AGAIN,
    CHECK,
    ENGINE,
    MEASURES,
    SEVENTY,
    SQL,
    Measured,
    _by_check,
    _differs,
    _make,
    shown,
    verdicts,
)
from benchmarks.watched import watch
from rules.load import load_rules
from rules.settings import RuleSettings

SIZE = Size(1_000, 5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the portfolio, a check of it, and the checks as a pack."""
    made = tmp_path_factory.mktemp("bench")
    _make(made, SIZE)
    command = [sys.executable, "-m", "plumbrule.cli", "check", "-c", "plumbrule.toml"]
    watch(command, folder=made, timeout_seconds=300, env={"PYTHONPATH": str(ROOT), "BENCH_TOKEN": "not used"})
    (made / "packs").mkdir()
    (made / "packs" / "bench.toml").write_text(pack(CHECKS))
    return made


def test_the_portfolio_is_as_large_as_told_and_leans_here_and_there(folder):
    with duckdb.connect(str(folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as connection:

        def one(sql: str) -> object:
            return connection.execute(sql).fetchall()[0][0]

        assert one("SELECT count(*) FROM work_items") == SIZE.items
        assert one("SELECT count(*) FROM time_entries") == SIZE.entries
        assert one("SELECT count(*) FROM projects") == SIZE.projects
        assert one("SELECT count(DISTINCT person_id) FROM time_entries") == SIZE.people
        assert one("SELECT sum(ac) FROM evm") > Decimal(0)
        assert 0 < one("SELECT count(*) FROM work_items WHERE estimate_hours IS NULL") < SIZE.items / 5


def test_ours_counts_what_plain_sql_counts(folder, capsys):
    with duckdb.connect(str(folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as connection:
        connection.execute("CREATE TEMP VIEW items AS FROM work_items")
        expected = {one.name: int(connection.execute(one.counted).fetchall()[0][0]) for one in CHECKS}
    assert run_rules.main(folder, as_of().date()) == 0
    found = _by_check(json.loads(capsys.readouterr().out))
    assert _differs(found, expected) == ""
    assert sum(1 for count in expected.values() if count) >= 8
    assert set(expected) - set(found) == {"project_exists", "id_is_unique"}


def test_measures_alone_are_those_of_all_items_and_leave_nothing_behind(folder, capsys):
    before = sorted((folder / "store" / "snapshots").iterdir())
    run_measures.main(folder, as_of().date())
    [items] = json.loads(capsys.readouterr().out).values()
    with duckdb.connect(str(folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as connection:
        assert [(items,)] == connection.execute("SELECT count(*) FROM work_items").fetchall()
    assert items > SIZE.items * 0.9
    assert sorted((folder / "store" / "snapshots").iterdir()) == before


def test_a_count_that_differs_is_told():
    assert _differs({"has_title": 3}, {"has_title": 4, "id_is_unique": 0}) == "has_title 3, not 4"


def test_the_checks_name_columns_that_the_others_get():
    for one in CHECKS:
        assert one.column in COLUMNS
        assert one.sort != "at_most" or one.other in COLUMNS
    told = json.loads(as_json())
    assert len(told) == len({one["name"] for one in told}) == 20
    assert all(one["counted"].startswith("SELECT") for one in told)


def test_seventy_simple_rules_are_seventy(tmp_path):
    (tmp_path / "bench.toml").write_text(pack(SIMPLE, rules=70))
    assert len(load_rules([tmp_path], RuleSettings(packs=["bench"])).rules) == 70
    assert len(rule_ids(CHECKS)) == 18


def test_verdicts_are_stated_for_a_million_items():
    used = Usage(50, 45, 1900)
    runs = [
        Measured(CHECK, 100_000, Usage(6, 5, 700)),
        Measured(CHECK, 1_000_000, used),
        Measured(MEASURES, 1_000_000, Usage(21, 30, 1200)),
        Measured(AGAIN, 1_000_000, used),
        Measured(SEVENTY, 1_000_000, Usage(2, 3.5, 300)),
        Measured(SQL, 1_000_000, Usage(1, 1, 200)),
        Measured(ENGINE, 1_000_000, Usage(2, 2, 300)),
        Measured("soda-core", 1_000_000, Usage(1, 1, 200), "has_title 3, not 4"),
        Measured("dbt-duckdb", 1_000_000, Usage(9, 8, 200)),
    ]
    words = {one.target: one.word for one in verdicts(runs, 1_000_000)}
    assert words["check under 60 s"] == words["check under 2,000 MB"] == "pass"
    assert words["measures under 20 s"] == "FAIL"
    assert words["measures under 2,000 MB"] == "pass"
    assert words["70 simple rules under 3 CPU s"] == "FAIL"
    assert words["CPU grows no faster than items, 100,000 to 1,000,000 (at most 1.25 x)"] == "pass"
    assert words["20 checks: ahead of dbt-duckdb, in CPU"] == "pass"
    assert words["20 checks: ahead of soda-core, in CPU"] == "not measured"
    assert words["20 checks: within 3 x plain SQL, in CPU"] == "pass"
    assert [one.met for one in verdicts(runs, 5)] == [None]
    assert isinstance(verdicts(runs, 1_000_000)[0], Verdict)
    text = shown(runs)
    assert "soda-core, 1,000,000 items: has_title 3, not 4" in text
    assert text.count("soda-core") == 1


@pytest.mark.parametrize(
    ("again", "word"),
    [
        ([], "not measured"),
        ([Measured(AGAIN, 1_000_000, None, "it was stopped")], "not measured"),
        ([Measured(AGAIN, 1_000_000, Usage(50, 45, 1900), "findings changed, though nothing else did")], "FAIL"),
        ([Measured(AGAIN, 1_000_000, Usage(50, 45, 1900))], "pass"),
    ],
)
def test_that_nothing_changed_is_judged_only_where_it_was_looked_at(again, word):
    judged = verdicts([Measured(CHECK, 1_000_000, Usage(50, 45, 1900)), *again], 1_000_000)
    assert {one.word for one in judged if one.target.startswith("nothing changed")} == {word}


def test_memory_of_a_command_and_its_child_is_added(tmp_path):
    child = "import sys; held = bytearray(80_000_000); sys.stdin.read()"
    parent = (
        "import subprocess, sys, time; held = bytearray(60_000_000);"
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE); time.sleep(1);"
        "p.stdin.close(); p.wait()"
    )
    used = watch([sys.executable, "-c", parent], folder=tmp_path, timeout_seconds=60)
    assert 140 < used.peak_mb < 240


def test_memory_of_children_that_run_one_after_the_other_is_not_added(tmp_path):
    child = "import time; held = bytearray(80_000_000); time.sleep(0.2)"
    parent = (
        f"import subprocess, sys; [subprocess.run([sys.executable, '-c', {child!r}], check=True) for _ in range(3)]"
    )
    used = watch([sys.executable, "-c", parent], folder=tmp_path, timeout_seconds=60)
    assert 80 < used.peak_mb < 150


def test_a_command_that_fails_or_takes_too_long_is_told(tmp_path):
    with pytest.raises(DidNotRun, match="ended with 3: sorry"):
        watch(
            [sys.executable, "-c", "import sys; print('sorry', file=sys.stderr); sys.exit(3)"],
            folder=tmp_path,
            timeout_seconds=60,
        )
    with pytest.raises(TookTooLong):
        watch([sys.executable, "-c", "import sys; sys.stdin.read()"], folder=tmp_path, timeout_seconds=0)
