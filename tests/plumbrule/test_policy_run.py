"""Policy in a whole run: from files in a folder to findings, console, page and the record of runs."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from house import House, house, small_company

from plumbrule.app import open_app
from plumbrule.console import Reporter
from portfolio.errors import ExitCode
from sandbox.serve import Sandbox

POLICY = {
    "org.toml": """
[policy]
level = "organisation"
owner = "Ines Kramer"

[[set]]
rule = "PRO-08"
params.max_days = 10
loosen_until = { department = 31 }
reason = "the board meets every second week"

[[set]]
rules = ["HYG-02", "SCO-04"]
loosen_until.mode.project = "off"

[[set]]
pack = "risks"
mode = "observe"

[[set]]
rule = "PRO-08"
loosen_until.max_days.programme = 31
select = "is_closed"
""",
    "departments/it.toml": """
[policy]
level = "department"
department = "it"
owner = "Olga Brandt"
pmo_level = "controlling"

[[set]]
rule = "PRO-08"
params.max_days = 21

[[set]]
rule = "BUD-03"
severity = "critical"
select = "budget_cost > 0"
""",
    "secure.toml": """
[policy]
level = "programme"
programme = "Secure Foundations"

[[set]]
rule = "PRO-08"
params.max_days = 28
""",
    "projects.toml": """
[policy]
level = "project"
project = "INI-11"

[[set]]
rule = "SCO-04"
mode = "off"
""",
    "later.toml": """
[policy]
level = "department"
department = "Manufacturing"
effective_from = 2027-01-01

[[set]]
rule = "PRO-08"
params.max_days = 7
""",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / "policy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def asked(built: House, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(built.folder / "store" / "portfolio.duckdb"), read_only=True) as connection:
        return connection.sql(sql).fetchall()


@pytest.fixture(scope="module")
def governed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, list[tuple[Any, ...]], Any]]:
    """The house, what it found without policy, and the check with policy."""
    with house(tmp_path_factory.mktemp("policy"), Sandbox(company=small_company())) as built:
        built.change("enabled = true", "enabled = false")
        built.run()
        before = asked(built, "SELECT rule_id, project_id, state FROM finding")
        write(built.folder, POLICY)
        built.change("[report]", '[rules]\npolicy = ["policy"]\n\n[report]')
        with open_app(built.config) as app:
            summary = app.check(Reporter())
            app.report(Reporter())
        yield built, before, summary


def test_each_project_is_held_against_its_own_limit_with_its_origin(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    rows = asked(
        built,
        "SELECT i.key, r.parameters FROM rule_result r JOIN initiative i ON i.id = r.project_id "
        "WHERE rule_id = 'PRO-08' ORDER BY 1",
    )
    found = {key: json.loads(parameters)["max_days"] for key, parameters in rows}
    folder = built.folder / "policy"
    assert found == {
        "INI-05": {"value": 21, "origin": f"{folder}/departments/it.toml:10"},
        "INI-11": {"value": 10, "origin": f"{folder}/org.toml:8"},
        "INI-12": {"value": 10, "origin": f"{folder}/org.toml:8"},
    }


def test_a_value_without_room_is_told_by_the_run_and_makes_it_partial(governed: tuple[House, Any, Any]) -> None:
    built, _, summary = governed
    text = summary.as_text()
    assert "`max_days` = 28 of rule PRO-08 is not taken at programme Secure Foundations" in text
    assert f"--> {built.folder}/policy/secure.toml:8:19" in text
    assert "(project INI-05)" in text
    assert summary.exit_code("never") == ExitCode.PARTIAL
    [told] = json.loads(summary.as_json())["objections"]
    assert told.startswith("`max_days` = 28")


def test_a_policy_of_later_and_one_of_nobody_do_nothing(governed: tuple[House, Any, Any]) -> None:
    _, _, summary = governed
    assert summary.notes == ()


def test_a_rule_that_is_off_for_a_project_says_nothing_of_it_and_its_findings_are_retired(
    governed: tuple[House, Any, Any],
) -> None:
    built, before, _ = governed
    off = {project for (project,) in asked(built, "SELECT id FROM initiative WHERE key = 'INI-11'")}
    judged = {p for (p,) in asked(built, "SELECT project_id FROM rule_result WHERE rule_id = 'SCO-04'")}
    assert off
    assert not off & judged
    had = [row for row in before if row[0] == "SCO-04" and row[1] in off and row[2] == "open"]
    now = asked(built, "SELECT rule_id, project_id, state FROM finding WHERE rule_id = 'SCO-04'")
    assert [row[2] for row in now if row[1] in off] == ["closed_rule_retired"] * len(had)
    assert had


def test_what_is_only_observed_is_kept_and_does_not_count(governed: tuple[House, Any, Any]) -> None:
    modes = asked(governed[0], "SELECT DISTINCT mode FROM rule_result WHERE rule_id LIKE 'RSK-%'")
    assert modes == [("observe",)]


def test_a_raised_severity_holds_for_the_projects_that_are_selected(governed: tuple[House, Any, Any]) -> None:
    rows = asked(
        governed[0],
        "SELECT i.key, r.severity FROM rule_result r JOIN initiative i ON i.id = r.project_id WHERE rule_id = 'BUD-03'",
    )
    assert dict(rows) == {"INI-05": "critical", "INI-11": "high", "INI-12": "high"}


def test_the_record_tells_how_each_rule_was_set_and_how_it_came_out(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    runs = asked(
        built,
        "SELECT rule_hash, policy_hash, parameters, passes + warns + fails + unknowns + not_applicable + errors, off, "
        "error, sources FROM rule_run WHERE rule_id = 'PRO-08' ORDER BY policy_hash",
    )
    assert len(runs) == 2  # before and after policy, on the same day
    assert len({run[0] for run in runs}) == 1
    assert {run[3] for run in runs} == {3}
    governed_run = next(run for run in runs if "it.toml" in run[2])
    variants = json.loads(governed_run[2])
    assert {(v["projects"], v["values"]["params.max_days"]["value"]) for v in variants} == {(2, 10), (1, 21)}
    assert set(json.loads(governed_run[6])) == {"jira", "plans"}
    assert asked(built, "SELECT max(off) FROM rule_run WHERE rule_id = 'SCO-04'") == [(1,)]


def test_each_pmo_level_has_its_score_and_owner_on_the_page_and_is_kept(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    levels = {(x["level"], x["name"]): x for x in built.page()["levels"]}
    assert [(x["level"], x["name"], x["owner"], x["pmo_level"], x["projects"]) for x in levels.values()] == [
        ("organisation", None, "Ines Kramer", None, 3),
        ("department", "Finance & People", None, None, 1),
        ("department", "IT", "Olga Brandt", "controlling", 1),
        ("department", "Manufacturing", None, None, 1),
        ("programme", "Operations Renewal", None, None, 1),
        ("programme", "Secure Foundations", None, None, 1),
        ("programme", "Workplace", None, None, 1),
    ]
    top = levels["organisation", None]
    assert top["score"] == built.page()["tiles"]["compliance"]["score"]
    assert levels["department", "IT"]["capped"] == 1
    kept = dict(asked(built, "SELECT unit, score FROM level_score WHERE level <> 'programme'"))
    assert set(kept) == {"", "finance & people", "it", "manufacturing"}
    assert kept[""] == pytest.approx(float(top["score"]))
    pages = built.pages()
    assert b'id="levels"' in pages["portfolio.en.html"]
    assert "PMO 层级".encode() in pages["portfolio.zh-Hans.html"]


def test_weighed_by_budget_the_whole_is_weighed_as_its_parts(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    equal = built.page()["levels"][0]["score"]
    built.change("[rules]\n", '[rules]\nweigh_by = "budget"\n')
    try:
        with open_app(built.config) as app:
            app.report(Reporter())
        top = built.page()["levels"][0]
        assert top["basis"] == "budget"
        assert top["score"] == built.page()["tiles"]["compliance"]["score"] != equal
    finally:
        built.change('weigh_by = "budget"\n', "")


def test_the_record_is_kept_for_so_many_days(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    text = built.config.read_text(encoding="utf-8")
    try:
        for day, oldest in ((date(2027, 11, 23), date(2026, 11, 23)), (date(2027, 12, 29), date(2027, 11, 23))):
            built.config.write_text(text.replace("as_of = 2026-11-23", f"as_of = {day}"), encoding="utf-8")
            with open_app(built.config) as app:
                app.check(Reporter())
            assert asked(built, "SELECT min(as_of), max(as_of) FROM rule_run") == [(oldest, day)]
    finally:
        built.config.write_text(text, encoding="utf-8")


def test_the_command_shows_each_value_with_its_way(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    done = built.cli("rules", "policy", "-c", str(built.config), "--project", "ini-05", "--rule", "pro-08")
    assert done.returncode == 0, done.stderr
    folder = built.folder / "policy"
    assert done.stdout == (
        "policy of 2026-11-23 for project INI-05\n"
        "  decided by  organisation > department IT > programme Secure Foundations > project INI-05\n"
        "\n"
        "PRO-08  Status report overdue\n"
        f"  max_days = 21  ({folder}/departments/it.toml:10, built-in 14, from 1 up to 120, stricter is lower)\n"
        f'             - organisation  10  ({folder}/org.toml:8): "the board meets every second week"\n'
        f"             - organisation  31  ({folder}/org.toml:9)  gives room for level department\n"
        f"             - department IT  21  ({folder}/departments/it.toml:10)\n"
        f"             - programme Secure Foundations  28  ({folder}/secure.toml:8)  not taken: it is looser than 21, "
        "and no level above gives room to level programme\n"
        "  severity = high  (built-in)\n"
        "  mode     = enforce  (built-in)\n"
        "\n"
        "  not in force yet\n"
        f"    from 2027-01-01  department Manufacturing  ({folder}/later.toml:4)\n"
    )


def test_the_command_speaks_to_machines_and_of_another_day(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    words = ("rules", "policy", "-c", str(built.config), "--format", "json", "--project", "INI-11")
    told = json.loads(built.cli(*words).stdout)
    assert (told["format"], told["chain"][-1]) == ("plumbrule.policy/1", "project INI-11")
    rules = {rule["rule"]: rule for rule in told["rules"]}
    assert rules["SCO-04"]["keys"]["mode"]["value"] == "off"
    assert rules["PRO-08"]["keys"]["params.max_days"]["value"] == 10
    later = json.loads(built.cli(*words, "--on", "2027-02-01").stdout)
    assert {r["rule"]: r for r in later["rules"]}["PRO-08"]["keys"]["params.max_days"]["value"] == 7
    assert later["waiting"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--project", "INI-50"), "rules.unknown_project"), (("--rule", "PRO-80"), "rules.unknown_rule")],
)
def test_the_command_names_what_is_nearest(governed: tuple[House, Any, Any], words: tuple[str, ...], code: str) -> None:
    done = governed[0].cli("rules", "policy", "-c", str(governed[0].config), *words)
    assert done.returncode == ExitCode.CONFIGURATION
    assert f"error[{code}]" in done.stderr
    assert "did you mean" in done.stderr


def test_mistakes_in_policy_stop_a_run_before_anything_is_read(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    path = built.folder / "policy" / "wrong.toml"
    path.write_text('[policy]\nlevel = "project"\nproject = "INI-05"\n[[set]]\nrule = "PRO-8"\nmode = "enforce"\n')
    try:
        done = built.cli("check", "-c", str(built.config))
    finally:
        path.unlink()
    assert done.returncode == ExitCode.CONFIGURATION
    assert f"error[R304]: there is no rule `PRO-8`\n --> {path}:5:8" in done.stderr.replace("  -->", " -->")


def test_the_same_check_again_changes_no_byte_of_the_page(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    with open_app(built.config) as app:
        app.check(Reporter())
        app.report(Reporter())
        once = built.pages()
        app.check(Reporter())
        app.report(Reporter())
    assert built.pages() == once


def test_a_dry_run_says_what_a_rule_would_say_where_it_is_off(governed: tuple[House, Any, Any]) -> None:
    built, _, _ = governed
    words = ("rules", "run", "-p", "INI-11", "-r", "SCO-04", "--all", "--format", "json", "-c", str(built.config))
    assert json.loads(built.cli(*words).stdout) == []
    [row] = json.loads(built.cli(*words, "--dry-run").stdout)
    assert (row["project"], row["rule"]) == ("INI-11", "SCO-04")
