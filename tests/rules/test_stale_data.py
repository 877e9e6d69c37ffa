"""Data that is too old: what it feeds is unknown, and nothing else."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rule_packs import build
from snapshots import item, write_snapshot

from plumbrule.settings import RulesSettings
from rules.evaluate import evaluate
from rules.findings import update_findings
from rules.health import why_unknown
from rules.lineage import roots
from rules.load import load_rules
from rules.results import RuleResult
from rules.ruleset import Rule, RuleSet
from rules.settings import RuleSettings

DAY = date(2026, 6, 30)
OWNERLESS = build('level = "item"\nview = "work_items"\nfail_when = "assignee_id IS NULL"')
CPI = build('kind = "metric"\nmetric = "evm.cpi"\nparams.fail_below = { type = "float", default = 0.9 }')
NEEDS = {"jira": {"work_item"}, "plans": {"work_item", "baseline", "project"}, "time": {"time_entry"}}
LACKING = [
    {"source": source, "table_name": table, "column_name": "*", "state": "not_available"}
    for source, held in NEEDS.items()
    for table in ("work_item", "baseline", "project", "time_entry", "status_report")
    if table not in held
]


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    ages: list[tuple[str, str, int | None]] = [
        ("P", "jira", 25), ("P", "plans", 24), ("P", "time", None), ("Q", "jira", 1)
    ]  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {
        "projects": [{"project_id": "P"}, {"project_id": "Q"}, {"project_id": "R"}],
        "work_items": [item("A"), item("B", "Q"), item("C", "R")],
        "evm": [{"project_id": p, "cpi": 0.5} for p in "PQR"],
        "sync_runs": [{"project_id": p, "source": s, "age_hours": age, "outcome": "complete"} for p, s, age in ages],
    }
    return write_snapshot(tmp_path / "latest.duckdb", rows)


def found(rule: Rule, snapshot: Path, hours: int | None = 24) -> dict[str, RuleResult]:
    rules = RuleSet((rule,), stale_after_hours=hours)
    return {r.project_id: r for r in evaluate(rules, snapshot, LACKING, as_of=DAY).results}


def test_without_a_limit_nothing_grows_stale(snapshot: Path) -> None:
    assert {r.outcome for r in found(OWNERLESS, snapshot, None).values()} == {"fail"}


def test_what_a_stale_source_feeds_is_unknown_and_says_which(snapshot: Path) -> None:
    results = found(OWNERLESS, snapshot)
    assert {p: (r.outcome, r.reason, r.missing) for p, r in results.items()} == {
        "P": ("unknown", "stale_sync", "jira"),  # a day old is not older than a day, and time says nothing of owners
        "Q": ("fail", None, None),
        "R": ("fail", None, None),
    }


def test_a_computed_measure_is_as_stale_as_anything_that_it_is_computed_from(snapshot: Path) -> None:
    assert found(CPI, snapshot)["P"].missing == "jira, time"
    assert {("time_entry", "hours"), ("baseline", "cost")} & roots("evm", "cpi")


def test_a_rule_about_freshness_itself_is_not_silenced(snapshot: Path) -> None:
    about = load_rules().get("HYG-08")
    assert about is not None
    assert about.view == "sync_runs"
    assert found(about, snapshot)["P"].outcome == "fail"


def test_a_finding_is_kept_and_not_taken_for_resolved_while_data_is_stale(snapshot: Path) -> None:
    fresh = evaluate(RuleSet((OWNERLESS,)), snapshot, LACKING, as_of=DAY)
    before = update_findings([], fresh).findings
    old = evaluate(RuleSet((OWNERLESS,), stale_after_hours=24), snapshot, LACKING, as_of=DAY)
    after = {f["subject_id"]: (f["state"], f["verified"]) for f in update_findings(before, old).findings}
    assert after == {"A": ("open", False), "B": ("open", True), "C": ("open", True)}


def test_a_project_that_the_rule_does_not_concern_is_not_applicable_however_old(snapshot: Path) -> None:
    rule = replace(OWNERLESS, applies_when=build('view = "work_items"\nfail_when = "kind = \'epic\'"').counts)
    assert found(rule, snapshot)["P"].outcome == "not_applicable"


@pytest.mark.parametrize(("language", "said"), [("en", "too old to evaluate (jira)"), ("zh-Hans", "（jira）")])
def test_stale_data_is_told_in_words(language: str, said: str) -> None:
    row = {"rule_id": "SCH-06", "reason": "stale_sync", "missing": "jira"}
    assert said in why_unknown(load_rules((), RuleSettings(language=language)), row)  # type: ignore[arg-type]


def test_the_limit_comes_from_the_settings() -> None:
    settings = RulesSettings(stale_after_hours=48).for_language("en")
    assert load_rules((), settings).stale_after_hours == 48
