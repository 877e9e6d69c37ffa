"""`plumbrule lessons` as a person types it, on a published snapshot of three projects."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.judging import PUBLISHED
from portfolio.model import TABLES, VIEWS, ddl
from rules.selftest import fill_view

Run = Callable[..., Result]
RESOLVED = {
    "finding_id": "f3",
    "rule_id": "SCO-01",
    "state": "resolved",
    "resolved_on": date(2026, 5, 2),
    "age_days": 9,
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "projects": [
        {"project_id": "1", "key": "INI-1", "name": "Quay wall", "department": "Ports", "programme": "Harbour",
         "start_date": date(2025, 1, 1), "goal": "Ships of any draught", "manager_name": "Grace Example",
         "slip_days": 40, "budget_cost": 1000, "actual_cost": 900, "currency": "EUR", "cpi": 0.8},
        {"project_id": "2", "key": "INI-2", "name": "Crane", "department": "Ports", "start_date": date(2025, 6, 1)},
        {"project_id": "3", "key": "INI-3", "name": "Second quay", "department": "Ports", "programme": "Harbour",
         "start_date": date(2026, 1, 1)},
    ],
    "findings": [
        {"finding_id": "f1", "project_id": "1", "rule_id": "SCO-01", "state": "open", "severity": "high",
         "message": "Scope has grown", "age_days": 3},
        {"project_id": "2", "severity": "high", "message": "Scope has grown", **RESOLVED},
        {"finding_id": "f4", "project_id": "2", "rule_id": "HYG-01", "state": "open", "message": "No sponsor"},
        {"finding_id": "f5", "project_id": "1", "rule_id": "HYG-01", "state": "pending", "message": "No sponsor"},
    ],
    "lessons": [
        {"lesson_id": "l1", "project_id": "1", "title": "Survey the sea bed first", "cause": "Survey",
         "has_action": True},
        {"lesson_id": "l2", "project_id": "2", "title": "Order steel early", "cause": "Supplier", "has_action": False},
    ],
    "risks": [
        {"risk_id": "r1", "project_id": "1", "title": "Steel is late", "cause": "Supplier", "is_opportunity": False,
         "state": "open", "response": "second source"},
    ],
    "work_items": [
        {"item_id": "i1", "project_id": "1", "kind": "action", "title": "Hire a diver", "status": "Done", "key": "Q-4"},
    ],
    "artefacts": [
        {"artefact_id": "a1", "project_id": "2", "kind": "recovery_plan", "title": "Back to plan", "state": "approved"},
    ],
    "project_sources": [{"project_id": "1", "source_project_id": "j", "source": "jira", "name": "Q", "key": "QUAY"}],
    "estimate_accuracy": [
        {"origin": "tracker", "kind": "story", "department": "Ports", "size_class": "small", "items": 9, "projects": 2,
         "median_ratio": 1.25, "p80_ratio": 1.75},
    ],
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration, and nothing checked yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLUMBRULE_CONFIG", raising=False)
    (tmp_path / "plumbrule.toml").write_text('[store]\nfolder = "store"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def checked(site: Path) -> Path:
    """The snapshot that a check left."""
    path = site / "store" / "snapshots" / "latest.duckdb"
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        for view in VIEWS.values():
            fill_view(connection, view, ROWS.get(view.name, ()))
        for name in PUBLISHED:
            connection.execute(ddl(TABLES[name]))
        event = ["f3", "resolved", date(2026, 5, 2), "the baseline was taken again", 2]
        connection.execute("INSERT INTO finding_event BY POSITION SELECT ?, ?, ?, ?, ?", event)
    return path


def call(*words: str) -> Result:
    return CliRunner().invoke(main, ["lessons", *words])


def rows(*words: str) -> list[dict[str, Any]]:
    """Rows of the last section, from the JSON form."""
    found: list[dict[str, Any]] = json.loads(call(*words, "--format", "json").stdout)[-1]["rows"]
    return found


def test_without_a_question_it_tells_what_repeats_and_how_estimates_turned_out(checked: Path) -> None:
    findings, causes, estimates = json.loads(call("--format", "json").stdout)

    assert findings["rows"] == [
        {"team": "Ports", "what": "SCO-01", "projects": 2, "times": 2, "open": 1, "came_back": 0, "longest_days": 9,
         "where_found": "INI-1, INI-2"},
    ]  # fmt: skip
    assert [(r["what"], r["lessons"], r["risks"], r["where_found"]) for r in causes["rows"]] == [
        ("Supplier", 1, 1, "INI-1, INI-2")
    ]
    assert [(r["kind"], r["median_ratio"], r["p80_ratio"]) for r in estimates["rows"]] == [("story", 1.25, 1.75)]


def test_records_are_searched_across_projects(checked: Path) -> None:
    assert [(r["kind"], r["project"], r["title"]) for r in rows("--search", "STEEL")] == [
        ("risk", "INI-1", "Steel is late"),
        ("lesson", "INI-2", "Order steel early"),
    ]
    assert rows("--search", "steel", "--kind", "lesson")[0]["detail"] == "no action yet"
    assert "no record holds all of these words" in call("--search", "steel unicorn").stdout


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        ("person", {"Grace Example"}),
        ("budget", {"whole project"}),
        ("measure", {"Hire a diver", "Back to plan"}),
        ("finding", {"Scope has grown", "No sponsor"}),
        ("report", set()),
    ],
)
def test_each_kind_of_record_is_kept(checked: Path, kind: str, titles: set[str]) -> None:
    assert {r["title"] for r in rows("--kind", kind)} == titles


def test_a_finding_says_what_became_of_it(checked: Path) -> None:
    told = {r["reference"]: r["detail"] for r in rows("--kind", "finding")}

    assert told["f3"] == "high; resolved 2026-05-02; the baseline was taken again; age in days: 9"
    assert told["f1"] == "high; open; age in days: 3"
    assert "f5" not in told  # it waits, and is no finding yet


def test_a_project_is_told_which_earlier_ones_were_like_it_why_and_what_became_of_them(checked: Path) -> None:
    alike, lessons = json.loads(call("--like", "second quay", "--format", "json").stdout)

    first, second = alike["rows"]
    assert (first["project"], first["slip_days"], first["cpi"], first["findings"]) == ("INI-1", 40, 0.8, "SCO-01 (1)")
    assert first["why"] == "same programme: Harbour; same department: Ports; words in common: quay"
    assert (second["project"], second["why"]) == ("INI-2", "same department: Ports")
    assert {r["project"] for r in lessons["rows"]} == {"INI-1", "INI-2"}
    assert [r["project"] for r in rows("--like", "INI-2")] == ["INI-1"]
    assert [r["title"] for r in rows("--like", "INI-3", "--search", "diver")] == ["Hire a diver"]


def test_a_project_may_be_named_as_its_tool_does(checked: Path) -> None:
    assert "Earlier projects like INI-1 Quay wall" in call("--like", "quay").stdout


def test_the_other_forms_hold_the_same(checked: Path) -> None:
    table = call("--kind", "lesson")
    assert table.exit_code == 0
    assert "Survey the sea bed first  an action was made of it  Survey" in table.stdout
    assert "| lesson | INI-1 |" in call("--kind", "lesson", "--format", "markdown").stdout
    written = list(csv.DictReader(io.StringIO(call("--kind", "lesson", "--format", "csv").stdout)))
    assert [r["title"] for r in written] == ["Survey the sea bed first", "Order steel early"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--kind", "lesons"),
            "error[usage.unknown_kind]: `lesons` is no kind of record\n  = help: did you mean `lesson`?",
        ),
        (
            ("--like", "Crain"),
            "error[usage.unknown_project]: no project `Crain` is known\n  = help: did you mean `Crane`?",
        ),
        (("--like", "xyzzy"), "`plumbrule rules run` prints the keys"),
    ],
)
def test_what_is_not_known_is_told_with_a_suggestion(checked: Path, words: tuple[str, ...], told: str) -> None:
    result = call(*words)

    assert result.exit_code == 2
    assert told in result.stderr


def test_before_the_first_check_it_says_what_to_do(site: Path) -> None:
    result = call()

    assert result.exit_code == 2
    assert "`plumbrule run` pulls and checks" in result.stderr


def test_a_snapshot_of_an_older_plumbrule_is_told(checked: Path) -> None:
    with duckdb.connect(str(checked)) as connection:
        connection.execute("DROP TABLE estimate_accuracy")

    result = call()

    assert result.exit_code == 2
    assert "`plumbrule check` measures the stored portfolio again" in result.stderr
