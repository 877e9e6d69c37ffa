"""What the demo finds of the organisation, its departments and its people: as planted, no more and no less."""

import json
import subprocess
import sys
from typing import Any

import duckdb

from plumbrule.explaining import explain
from rules.load import load_rules
from sandbox.company.planted_capacity import TRUTH
from tests.demo_run import Demo

_NAMES = """
SELECT r.rule_id, r.outcome, coalesce(d.name, g.name, p.name, o.name) AS name FROM rule_result r
LEFT JOIN departments d ON r.subject_kind = 'department' AND d.department_id = r.subject_id
LEFT JOIN programmes g ON r.subject_kind = 'programme' AND g.programme_id = r.subject_id
LEFT JOIN people p ON r.subject_kind = 'person' AND p.person_id = r.subject_id
LEFT JOIN organisation o ON r.subject_kind = 'organisation' AND o.organisation_id = r.subject_id
WHERE r.subject_kind <> 'project'
"""


def page(demo: Demo, language: str = "en") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(demo.pages[1][f"portfolio.{language}.json"])
    return found


def test_every_rule_about_others_than_projects_fails_where_it_must_and_nowhere_else(demo: Demo) -> None:
    found: dict[str, set[str]] = {}
    judged = {rule.id for rule in load_rules().rules if rule.subject != "project"}
    for rule, outcome, name in demo.asked(_NAMES):
        assert outcome in ("pass", "fail", "not_applicable", "warn"), (rule, name, outcome)
        found.setdefault(rule, set()).update({name} if outcome == "fail" else ())
    assert set(found) == judged == set(TRUTH)
    assert found == {rule: set(names) for rule, names in TRUTH.items()}


def test_the_page_shows_them_in_a_place_of_their_own_in_both_languages(demo: Demo) -> None:
    for language, heading in (("en", "Portfolio findings"), ("zh-Hans", "组合级发现")):
        model = page(demo, language)
        shown = [(f["rule_id"], f["subject_kind"], f["subject_name"]) for f in model["portfolio"]]
        assert {rule for rule, *_ in shown} == {rule for rule, names in TRUTH.items() if names}
        assert [kind for _, kind, _ in shown] == sorted(
            (kind for _, kind, _ in shown), key=("organisation", "department", "programme", "person").index
        )
        assert not {f["rule_id"] for f in model["findings"]} & set(TRUTH), "projects have no part in them"
        html = demo.pages[1][f"portfolio.{language}.html"].decode()
        assert heading in html and "Dmytro Kovalenko" in html
    assert any("部门" in (f["message"] or "") for f in page(demo, "zh-Hans")["portfolio"])


def test_no_project_is_coloured_or_scored_and_no_tracker_is_marked_by_them(demo: Demo) -> None:
    model = page(demo)
    told = {reason["rule_id"] for project in model["projects"] for reason in project["reasons"]}
    assert not told & set(TRUTH)
    texts = demo.asked("SELECT count(*) FROM finding WHERE project_id IS NULL AND state = 'open'")
    assert texts[0][0] == len(model["portfolio"])
    with duckdb.connect(str(demo.folder / "store" / "portfolio.duckdb"), read_only=True) as store:
        names = {name for (name,) in store.sql("SELECT name FROM publication").fetchall()}
        ids = {number for (number,) in store.sql("SELECT id FROM finding WHERE project_id IS NULL").fetchall()}
    assert not [name for name in names if any(number in name for number in ids)]


def test_a_department_a_person_and_the_organisation_are_explained(demo: Demo) -> None:
    config = demo.folder / "plumbrule.toml"
    told = explain("Manufacturing", config, "en")
    assert "department manufacturing" in told and "BUD-11" in told and "(Jonas Petersen)" in told
    assert "人员" in explain("dmytro kovalenko", config, "zh-Hans")
    assert "RSK-06" in explain("organisation", config, "en")
    [(number,)] = demo.asked("SELECT id FROM finding WHERE rule_id = 'RES-03'")
    assert "department Finance & People" in explain(number, config, "en")


def test_policy_is_told_of_a_department(demo: Demo) -> None:
    command = [sys.executable, "-m", "plumbrule.cli", "rules", "policy", "-c", str(demo.folder / "plumbrule.toml")]

    def told(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *words], capture_output=True, text=True, timeout=120, check=False)

    shown = told("--department", "it", "--rule", "RES-03")
    assert "policy of 2026-11-23 for department IT" in shown.stdout and "fail_above = 1.1" in shown.stdout
    assert "organisation > department IT" in shown.stdout
    assert "there is no department `Itt`" in told("--department", "Itt").stderr
    both = told("--department", "IT", "--project", "INI-05")
    assert (both.returncode, "do not go together" in both.stderr) == (2, True)
