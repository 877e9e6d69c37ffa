"""SARIF by its specification, v2.1.0 (sections in brackets), and JUnit as CI servers read it."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from small_report import small_report

from reports.model import ReportModel
from reports.render import junit, sarif
from reports.render.junit import render_junit
from reports.render.sarif import FINGERPRINT, render_sarif


def about_projects(**changed: Any) -> ReportModel:
    return small_report(portfolio=(), **changed)


def run_of(model: ReportModel) -> dict[str, Any]:
    log = json.loads(render_sarif(model))
    assert log["version"] == "2.1.0"  # 3.13.2
    [run] = log["runs"]
    return run


def test_required_properties_are_there() -> None:
    run = run_of(small_report())
    driver = run["tool"]["driver"]  # 3.18.2
    assert driver["name"] == "Plumbrule"  # 3.19.8
    assert all("id" in rule for rule in driver["rules"])  # 3.49.3
    assert all(result["message"]["text"] for result in run["results"])  # 3.27.11
    assert all(call["executionSuccessful"] is True for call in run["invocations"])  # 3.20.14


def test_rules_are_found_by_index_and_have_help() -> None:
    run = run_of(small_report())
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]  # 3.27.6
    budget = next(rule for rule in rules if rule["id"] == "BUD-03")
    assert budget["help"]["text"] == "A late project costs more.\n\nAsk for a change of scope."
    assert budget["defaultConfiguration"] == {"level": "error"}
    assert budget["properties"]["tags"] == ["cost"]


def test_a_finding_keeps_its_own_identity() -> None:
    prints = [result["partialFingerprints"][FINGERPRINT] for result in run_of(about_projects())["results"]]
    assert prints == ["f1", "f2", "f3"]


def test_a_waiver_is_an_accepted_suppression_with_its_reason() -> None:
    over, waived, observed = run_of(about_projects())["results"]
    assert "suppressions" not in over
    assert waived["suppressions"] == [
        {
            "kind": "external",  # 3.35.2
            "status": "accepted",  # 3.35.3
            "justification": "The board accepted it",
            "properties": {"waiver": "W-1", "until": "2026-12-01", "approvedBy": "Karl Weber"},
        }
    ]
    assert observed["kind"] == "review"
    assert observed["level"] == "none"  # 3.27.10: any kind but fail has none


def test_what_is_new_is_told_only_where_there_was_something_to_compare_with() -> None:
    states = [r.get("baselineState") for r in run_of(about_projects())["results"]]
    assert states == ["unchanged", "new", None]
    model = about_projects()
    first = model.model_copy(update={"changes": model.changes.model_copy(update={"no_earlier_state": True})})
    assert [r.get("baselineState") for r in run_of(first)["results"]] == [None, None, None]


def test_a_place_is_a_project_or_an_item_with_its_address() -> None:
    over, waived, _ = run_of(about_projects())["results"]
    [place] = over["locations"]
    assert place["logicalLocations"] == [
        {"name": "INI-01", "kind": "project", "fullyQualifiedName": "INI-01 Billing renewal"}
    ]
    [place] = waived["locations"]
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "INI-01/APP-7"
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "https://tracker.example/APP-7"


def test_more_than_a_platform_takes_is_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 2)
    run = run_of(about_projects())
    assert len(run["results"]) == 2
    [told] = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == "… and 1 more, see the page"


def test_a_rule_without_text_has_its_id() -> None:
    run = run_of(about_projects(rules=()))
    assert run["tool"]["driver"]["rules"] == [{"id": "BUD-03"}, {"id": "HYG-03"}]


def test_a_finding_about_no_project_is_a_result_in_its_place_by_weight() -> None:
    run = run_of(small_report())
    assert [r["partialFingerprints"][FINGERPRINT] for r in run["results"]] == ["f1", "o2", "o1", "o3", "f2", "f3"]
    part, whole, person = run["results"][1:4]
    assert [r["locations"] for r in (part, whole, person)] == [
        [{"logicalLocations": [{"name": name, "kind": kind, "fullyQualifiedName": whole_name}]}]
        for name, kind, whole_name in (
            ("Operations", "department", "department/Operations"),
            ("Organisation", "organisation", "organisation/organisation"),
            ("Olga Brandt", "person", "person/olga"),
        )
    ]
    assert (part["level"], whole["kind"], whole["level"]) == ("error", "review", "none")
    assert person["suppressions"] == [
        {"kind": "external", "status": "accepted", "properties": {"waiver": "W-2", "until": "2026-12-31"}}
    ]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    told = next(rule for rule in rules if rule["id"] == "RES-03")
    assert told["shortDescription"]["text"] == "Demand within capacity"
    assert told["help"]["text"] == "Ask for a change of scope."


def test_the_lightest_are_left_out_whomever_they_are_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 4)
    run = run_of(small_report())
    assert [r["partialFingerprints"][FINGERPRINT] for r in run["results"]] == ["f1", "o2", "o1", "o3"]
    [told] = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == "… and 2 more, see the page"


def cases(model: ReportModel) -> dict[tuple[str | None, str], str]:
    root = ET.fromstring(render_junit(model))
    return {
        (case.get("classname"), str(case.get("name"))): next((child.tag for child in case), "passed")
        for case in root.iter("testcase")
    }


def test_only_what_is_enforced_and_not_accepted_fails() -> None:
    assert cases(about_projects()) == {
        ("INI-01", "BUD-03 Cost within the baseline"): "failure",
        ("INI-01", "HYG-03 Work has an assignee"): "skipped",
        ("INI-02", "HYG-03 Work has an assignee"): "skipped",
        ("INI-02", "SCH-06"): "skipped",
        ("INI-03", "No rule complains."): "passed",
    }


def test_findings_about_no_project_are_cases_of_a_suite_of_their_own() -> None:
    root = ET.fromstring(render_junit(small_report()))
    [suite] = [s for s in root.iter("testsuite") if s.get("name") == "Portfolio findings"]
    assert {c.get("classname"): (c.get("name"), [e.tag for e in c]) for c in suite.iter("testcase")} == {
        "Department Operations": ("RES-03 Demand within capacity", ["failure"]),
        "Organisation": ("RSK-06 Chances are looked for", ["skipped"]),
        "Person Olga Brandt": ("RES-07 Work has an assignee", ["skipped"]),
    }
    assert [e.get("message") for e in suite.iter("skipped")] == [
        "observed only: No opportunity is recorded",
        "under waiver: Planned 60 hours in one week",
    ]
    assert cases(small_report()).items() > cases(about_projects()).items()


def test_a_project_that_could_not_be_judged_does_not_pass() -> None:
    told = cases(small_report(findings=(), waived=()))
    assert told["INI-02", "No rule complains."] == "skipped"
    assert told["INI-03", "No rule complains."] == "passed"


def test_counts_of_suites_are_those_of_their_cases() -> None:
    root = ET.fromstring(render_junit(small_report()))
    for suite in [root, *root.iter("testsuite")]:
        found = list(suite.iter("testcase"))
        assert int(suite.get("tests", "")) == len(found)
        assert int(suite.get("failures", "")) == len([c for c in found if c.find("failure") is not None])
        assert int(suite.get("skipped", "")) == len([c for c in found if c.find("skipped") is not None])


def test_many_items_of_a_rule_are_one_case_that_counts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(junit, "LINES", 2)
    model = small_report()
    many = tuple(model.findings[0].model_copy(update={"id": f"x{n}", "item_key": f"A-{n}"}) for n in range(5))
    failure = ET.fromstring(render_junit(small_report(findings=many))).find(".//failure")
    assert failure is not None
    assert failure.text is not None
    assert failure.text.splitlines()[-1] == "… and 3 more, see the page"
    assert failure.text.startswith("A-0 ")
