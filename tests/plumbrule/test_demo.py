"""The demo as `make demo` runs it: all its sources, the initiative that moved, the tables, and a second time."""

import json
from pathlib import Path

import jsonschema
import pytest
from found_and_planted import table, trials
from powerbi_model import numbers

from plumbrule.duties import Duty, duties
from plumbrule.exporting.export import Wish, export
from plumbrule.options import ExportForm
from reports.model.schema import report_schema
from sandbox.company.truth import ELSEWHERE, truth
from tests.demo_run import Demo


def test_every_source_is_read_whole(demo: Demo) -> None:
    names = ("finance", "jira", "online", "planner", "plans", "staff")
    for told in demo.told:
        assert [line.split()[0] for line in told.splitlines() if " complete: " in line] == list(names)
    assert "portfolio  23 projects" in demo.told[0]


def test_a_second_time_nothing_is_written_and_the_page_stays(demo: Demo) -> None:
    assert "(0 opened, 0 resolved since the last run)" in demo.told[1]
    assert "writes     0 planned, 0 applied" in demo.told[1]
    assert demo.pages[0] == demo.pages[1]
    whole = {f"portfolio.{lang}.{form}" for lang in ("en", "zh-Hans") for form in ("html", "json")}
    assert set(demo.pages[0]) == {*whole, "it.en.html"}


def test_a_department_s_report_goes_out_by_mail_and_into_a_library(demo: Demo) -> None:
    sql = "SELECT channel, source, name, state FROM publication WHERE target_kind = 'receiver' ORDER BY ALL"
    assert demo.asked(sql, "portfolio.duckdb") == [
        ("message", "it-mail", "it/2026-11-23", "done"),
        ("page", "pmo-library", "it", "done"),
    ]


def test_every_report_holds_to_its_schema(demo: Demo) -> None:
    schema = jsonschema.Draft202012Validator(report_schema())
    for lang in ("en", "zh-Hans"):
        assert [e.message for e in schema.iter_errors(json.loads(demo.pages[0][f"portfolio.{lang}.json"]))] == []


def test_power_bi_s_measures_are_the_numbers_of_the_report(demo: Demo, tmp_path: Path) -> None:
    export(demo.folder / "plumbrule.toml", Wish(ExportForm.POWERBI, tmp_path / "bi"))
    told, page = numbers(tmp_path / "bi"), json.loads(demo.pages[1]["portfolio.en.json"])
    tiles = page["tiles"]
    health, schedule, money = tiles["health"], tiles["schedule"], tiles["eac"]["main"]
    assert [told[f"{c.capitalize()} Projects"] for c in ("red", "amber", "green", "unknown")] == [
        health[c] for c in ("red", "amber", "green", "unknown")
    ]
    assert (told["Open Projects"], told["Reported Better"]) == (health["total"], health["reported_better"])
    assert (told["Late Projects"], told["Worst Slip Days"]) == (schedule["late"], schedule["worst_slip_days"])
    assert (told["Milestones Late"], told["Milestones Due"]) == (
        schedule["milestones_late"],
        schedule["milestones_due"],
    )
    assert told["EAC"] == pytest.approx(float(money["eac"]))
    assert told["EAC over BAC"] == pytest.approx(money["eac_over_bac_ratio"])
    assert told["Portfolio Score"] == pytest.approx(float(tiles["compliance"]["score"]))
    of_projects = numbers(tmp_path / "bi", "project_id IS NOT NULL", table="Finding")
    assert of_projects["Findings Open"] + of_projects["Findings Waived"] == tiles["compliance"]["open_findings"]
    for project in page["projects"]:
        mine = numbers(tmp_path / "bi", f"project_id = '{project['ref']['id']}'", table="Project Figures")
        if project["score"] is not None:  # the report tells none where too few rules could be evaluated
            assert mine["Mean Project Score"] == pytest.approx(float(project["score"]))
        if project["evm"] and project["evm"]["cpi"] is not None and not project["closed"]:
            assert mine["CPI"] == pytest.approx(project["evm"]["cpi"])
            assert mine["SPI"] == pytest.approx(project["evm"]["spi"])


def test_an_initiative_that_moved_is_one_line_of_its_dump_its_new_plan_and_jira(demo: Demo) -> None:
    (line,) = [p for p in json.loads(demo.pages[0]["portfolio.en.json"])["projects"] if p["ref"]["key"] == "INI-16"]
    sql = (
        "SELECT p.source, m.role FROM initiative_project m JOIN project p ON p.id = m.project_id"
        f" WHERE m.initiative_id = '{line['ref']['id']}' ORDER BY ALL"
    )
    found = demo.asked(sql, "portfolio.duckdb")
    assert found == [("jira", "current"), ("online", "history"), ("planner", "current")]
    assert line["forecast_finish"] > line["baseline_finish"]


def test_budgets_rates_units_and_benefits_come_from_tables(demo: Demo) -> None:
    counted = {
        "budget_lines": "origin LIKE 'tables/budget.xlsx%'",
        "person_months": "rated_hours > 0",
        "project_units": "unit_name = 'Meridian Works'",
        "benefits": "origin LIKE 'tables/benefits.csv%'",
    }
    for view, where in counted.items():
        assert demo.asked(f"SELECT count(*) > 0 FROM {view} WHERE {where}") == [(True,)], view
    assert demo.told[0].count("is none of the projects known here") == 1  # a cost of a project that nobody has


def test_it_says_where_to_look_next(demo: Demo) -> None:
    assert "explain INI-05" in demo.told[0]
    assert "explain INI-16" in demo.told[0]


def test_what_was_planted_is_found_and_nothing_healthy_is_flagged(demo: Demo) -> None:
    outcomes = demo.asked(
        "SELECT r.rule_id, r.outcome, coalesce(s.name, r.subject_id) FROM rule_result r LEFT JOIN ("
        " SELECT 'project' AS kind, project_id AS id, key AS name FROM projects"
        " UNION ALL SELECT 'department', department_id, name FROM departments"
        " UNION ALL SELECT 'programme', programme_id, name FROM programmes"
        " UNION ALL SELECT 'person', person_id, name FROM people"
        " UNION ALL SELECT 'organisation', organisation_id, name FROM organisation"
        ") s ON s.kind = r.subject_kind AND s.id = r.subject_id ORDER BY ALL"
    )
    tried = trials(outcomes, truth(), {rule for rule, _, _ in outcomes})
    print(f"\n{table(tried, ELSEWHERE)}")
    assert [trial.line() for trial in tried if not trial.is_right] == []
    assert set(truth()) <= {trial.rule for trial in tried}
    assert {trial.rule for trial in tried if not trial.planted} == set(ELSEWHERE)


def test_each_family_of_rules_finds_something_and_passes_something(demo: Demo) -> None:
    outcomes = demo.asked(
        "SELECT DISTINCT left(rule_id, 3), outcome FROM rule_result WHERE outcome IN ('fail', 'pass')"
    )
    families = {family for family, _ in outcomes}
    assert {(family, outcome) for family in families for outcome in ("fail", "pass")} == set(outcomes)


@pytest.mark.parametrize("duty", duties(), ids=lambda duty: duty.what[:40])
def test_every_duty_shows_in_the_demo(demo: Demo, duty: Duty) -> None:
    judged = demo.asked("SELECT DISTINCT rule_id FROM rule_result WHERE outcome IN ('pass', 'warn', 'fail')")
    assert set(duty.rules) & {rule for (rule,) in judged}
    values = [
        demo.asked(f"SELECT count({name.partition('.')[2]}) FROM {name.partition('.')[0]}") for name in duty.measures
    ]
    assert any(count > 0 for [(count,)] in values)
    assert set(duty.sections) <= set(json.loads(demo.pages[0]["portfolio.en.json"])["sections"])
