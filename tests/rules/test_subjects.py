"""Rules that judge departments, programmes, people and the organisation, from what is written to what is found."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from policies import header, setting
from rule_packs import HEADER, build, marked, problems_of, rule_text
from snapshots import write_snapshot

from portfolio.located_toml import parse
from portfolio.model import VIEWS
from portfolio.model.subjects import FINDING_SUBJECTS, SUBJECTS
from rules.evaluate import evaluate
from rules.findings import fingerprint, update_findings
from rules.limits import WaiverLimits
from rules.policy.conflicts import conflicts
from rules.policy.force import in_force
from rules.policy.levels import level_scores
from rules.policy.load import read_policy
from rules.reading import rules_of
from rules.results import Evaluation, Leaning, RuleResult, RuleRun
from rules.ruleset import Rule, RuleSet
from rules.score import score
from rules.selftest import run_on
from rules.waivers import Register, Subject, Waiver, registered, state_rows
from rules.waivers.load import waivers_of

DAY = date(2026, 6, 30)
WEEKS = 'subject = "person"\nview = "person_weeks"\nfail_when = "load_ratio > 1"'
LOAD = 'view = "departments"\nfail_when = "load_90_ratio > $most"\n[rule.params]\n'
LOAD = f'subject = "department"\n{LOAD}most = {{ type = "float", default = 1.0, min = 0, max = 9, stricter = "lower" }}'
DEPARTMENTS = [
    {"department_id": "it", "name": "IT", "load_90_ratio": 1.2},
    {"department_id": "web", "name": "Web", "parent_id": "it", "load_90_ratio": 1.2},
    {"department_id": "hr", "name": "People", "load_90_ratio": 0.5},
]


def outcomes(rule: Rule, given: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    return {r.subject_id: r.outcome for r in run_on(rule, given).results}


def test_every_kind_has_a_population_whose_key_tells_its_rows_apart() -> None:
    for kind in SUBJECTS.values():
        assert VIEWS[kind.view].key == (kind.key,)
    assert set(FINDING_SUBJECTS) == {*SUBJECTS, "item"}


def test_rows_are_gathered_by_whom_the_rule_judges() -> None:
    rule = build(WEEKS)
    given = {
        "people": [{"person_id": "ada"}, {"person_id": "bob"}, {"person_id": "cy"}],
        "person_weeks": [
            {"project_id": "P", "person_id": "ada", "load_ratio": 1.1},
            {"project_id": "Q", "person_id": "ada", "load_ratio": 0.1},
            {"project_id": "P", "person_id": "bob", "load_ratio": 0.9},
            {"project_id": "P", "person_id": "dan", "load_ratio": 2},
        ],
    }
    run = run_on(rule, given)
    assert {r.subject_id: (r.outcome, r.numerator, r.denominator) for r in run.results} == {
        "ada": ("fail", 1, 2),
        "bob": ("pass", 0, 1),
        "cy": ("not_applicable", None, None),
        "dan": ("fail", 1, 1),  # nothing is dropped because the population does not list it
    }
    assert {(r.subject_kind, r.project_id) for r in run.results} == {("person", None)}
    assert [(s.subject_kind, s.subject_id, s.project_id) for s in run.leaning] == [
        ("person", "ada", None),
        ("person", "dan", None),
    ]
    assert (run.results[0].row()["project_id"], run.results[0].row()["subject_id"]) == (None, "ada")


@pytest.mark.parametrize(
    ("body", "given", "expected"),
    [
        (  # which of them it is about
            LOAD.replace("view =", "subject_when = \"name = 'IT'\"\nview ="),
            {"departments": DEPARTMENTS},
            {"it": "fail", "web": "not_applicable", "hr": "not_applicable"},
        ),
        (
            'subject = "department"\nkind = "ratio"\nview = "department_projects"\ncount_when = "manager_id IS NULL"\n'
            'fail_when = "ratio > 0.5"',
            {
                "departments": DEPARTMENTS,
                "department_projects": [
                    {"department_id": "it", "project_id": "P"},
                    {"department_id": "it", "project_id": "Q"},
                    {"department_id": "hr", "project_id": "R", "manager_id": "ada"},
                ],
            },
            {"it": "fail", "web": "not_applicable", "hr": "pass"},
        ),
        (
            'subject = "programme"\nkind = "metric"\nmetric = "programmes.open_projects"\n[rule.params]\n'
            'fail_above = { type = "int", default = 3 }',
            {"programmes": [{"programme_id": "a", "open_projects": 4}, {"programme_id": "b", "open_projects": 3}]},
            {"a": "fail", "b": "pass"},
        ),
        (  # related rows of the same subject
            'subject = "person"\nkind = "expect"\nview = "people"\nexpect = { view = "person_skills" }',
            {"people": [{"person_id": "ada"}, {"person_id": "bob"}], "person_skills": [{"person_id": "ada"}]},
            {"ada": "pass", "bob": "fail"},
        ),
        (  # rows of every view belong to the organisation
            'subject = "organisation"\nkind = "expect"\nview = "organisation"\n'
            'expect = { view = "risks", where = "kind = \'opportunity\'", min = 2 }',
            {
                "organisation": [{"organisation_id": "organisation"}],
                "risks": [{"project_id": "P", "kind": "opportunity"}, {"project_id": "Q", "kind": "opportunity"}],
            },
            {"organisation": "pass"},
        ),
        (
            'subject = "organisation"\nview = "risks"\nfail_when = "state = \'open\'"\ntolerance = { max_count = 1 }',
            {
                "organisation": [{"organisation_id": "organisation"}],
                "risks": [{"project_id": "P", "state": "open"}, {"project_id": "Q", "state": "open"}],
            },
            {"organisation": "fail"},
        ),
    ],
)
def test_every_kind_of_rule_judges_others_in_the_same_words(
    body: str, given: dict[str, list[dict[str, Any]]], expected: dict[str, str]
) -> None:
    assert outcomes(build(body), given) == expected


def test_a_trend_of_a_department_looks_back_on_what_was_kept_of_it() -> None:
    body = 'subject = "department"\nkind = "trend"\nmetric = "departments.load_90_ratio"\nfail_when = "rises for 2"'
    kept = [
        {"subject_kind": kind, "subject_id": "it", "measure": "departments.load_90_ratio", "value": value}
        | {"taken_on": DAY - timedelta(weeks=weeks)}
        for kind, value, weeks in (("department", 0.8, 2), ("department", 1.0, 1), ("person", 9.0, 1))
    ]
    assert outcomes(build(body), {"departments": DEPARTMENTS, "subject_snapshots": kept}) == {
        "it": "fail",
        "web": "unknown",
        "hr": "unknown",
    }


@pytest.mark.parametrize(
    ("body", "code", "at"),
    [
        ('subject = "person"\nview = "risks"\nfail_when = "TRUE"', "R202", '"person"'),
        ('subject = "person"\nview = "people"\nproject_when = "has_plan"\nfail_when = "TRUE"', "R204", "project_when"),
        ('project_when = "has_plan"\nsubject_when = "has_plan"\nfail_when = "TRUE"', "R204", "project_when"),
        ('subject = "person"\nview = "people"\nlevel = "item"\nfail_when = "TRUE"', "R204", "level"),
        ('subject = "department"\nview = "departments"\nkind = "attest"\ntopic = "x"', "R204", "subject"),
        ('subject = "department"\nkind = "metric"\nmetric = "evm.cpi"', "R202", '"department"'),
        ('subject = "team"\nfail_when = "TRUE"', "R202", '"team"'),
        ('subject = "department"\nview = "departments"\nsubject_when = "nam = 1"\nfail_when = "TRUE"', "R120", "nam"),
    ],
)
def test_mistakes_stand_where_they_are(body: str, code: str, at: str) -> None:
    assert (code, at) in {(p.code, marked(p)) for p in problems_of(body)}


def test_project_id_is_an_older_word_for_project() -> None:
    assert build('subject = "project_id"\nfail_when = "manager_id IS NULL"').subject == "project"


def test_fingerprints_of_projects_and_items_are_what_they_were() -> None:
    assert fingerprint("HYG-02", "project", "initiative:A") == "b7934b1e133943560410"
    assert fingerprint("HYG-02", "item", "jira:issue:1") == "b9afc1e8c85b4dc844ab"
    assert fingerprint("A-01", "department", "it") != fingerprint("A-01", "programme", "it")


def _run(outcome: str) -> RuleRun:
    result = RuleResult("OWN-01", "it", outcome, "medium", "enforce", subject_kind="department")
    leaning = (Leaning("OWN-01", None, "department", "it", "medium", "enforce", "leans"),) if outcome == "fail" else ()
    return RuleRun("OWN-01", (result,), leaning)


def _evaluation(run: RuleRun | None, days: int = 0, ids: tuple[str, ...] = ("it",)) -> Evaluation:
    runs = (run,) if run else (RuleRun("OWN-01"),)
    return Evaluation(DAY + timedelta(days=days), runs, frozenset({"P"}), {"department": frozenset(ids)})


def test_the_life_of_a_departments_finding() -> None:
    [opened] = update_findings([], _evaluation(_run("fail"))).findings
    assert (opened["project_id"], opened["subject_kind"], opened["subject_id"], opened["state"]) == (
        None, "department", "it", "open",
    )  # fmt: skip
    [kept] = update_findings([opened], _evaluation(_run("unknown"), 1)).findings
    assert (kept["state"], kept["verified"]) == ("open", False)
    [gone] = update_findings([opened], _evaluation(_run("pass"), 1)).findings
    assert gone["state"] == "resolved"
    [dissolved] = update_findings([opened], _evaluation(None, 1, ids=())).findings
    assert dissolved["state"] == "closed_subject_gone"
    off = update_findings([opened], _evaluation(None, 1))
    assert off.events[-1]["how"] == "the rule is off for this department"


def test_nothing_of_it_is_resolved_while_a_source_that_feeds_it_was_read_in_part() -> None:
    [opened] = update_findings([], _evaluation(_run("fail"))).findings
    fed = [("department", "it")]
    [kept] = update_findings([opened], _evaluation(_run("pass"), 1), incomplete_others=fed).findings
    assert (kept["state"], kept["verified"]) == ("open", False)
    [gone] = update_findings([opened], _evaluation(None, 1, ids=()), incomplete_others=[("person", "x")]).findings
    assert gone["state"] == "open", "it may only have been missed"
    [other] = update_findings([opened], _evaluation(_run("pass"), 1), incomplete_others=[("programme", "it")]).findings
    assert other["state"] == "resolved"


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "s.duckdb"
    projects = [{"project_id": "P", "key": "P", "department": "IT"}]
    sources = [{"subject_kind": "department", "subject_id": "it", "source": "jira", "age_hours": 99}]
    write_snapshot(path, {"projects": projects, "departments": DEPARTMENTS, "subject_sources": sources})
    return path


class Reads:
    """The views of a file."""

    def __init__(self, path: Path) -> None:
        import duckdb

        self.connection = duckdb.connect(str(path), read_only=True)

    def rows(self, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
        from rules.connection import select

        return select(self.connection, sql, dict(parameters or {}))


def ruleset(files: dict[str, str]) -> RuleSet:
    rules = rules_of([parse((HEADER + rule_text(LOAD) + rule_text(WEEKS, "OWN-02")).encode(), "mine.toml")])
    found: list[Any] = []
    policy = read_policy([parse(text.encode(), name) for name, text in files.items()], rules, (), found)
    found += conflicts(policy, is_whole=not found)
    assert found == []
    return RuleSet(rules, policy=policy)


def test_a_departments_policy_counts_for_it_and_those_below(snapshot: Path) -> None:
    strict = header("department", "IT") + setting("params.most = 0.4")
    room = header("organisation") + setting("params.most = 1.0\nloosen_until = { department = 2.0 }")
    loose = header("department", "web") + setting("params.most = 2.0")
    rules = ruleset({"o.toml": room, "d.toml": strict})
    force = in_force(rules, Reads(snapshot), DAY)
    found = evaluate(rules, snapshot, as_of=DAY, variants=force.variants, off=force.off)
    assert {r.subject_id: r.outcome for r in found.results if r.rule_id == "OWN-01"} == {
        "it": "fail", "web": "fail", "hr": "pass",
    }  # fmt: skip
    assert found.population("department") == {"it", "web", "hr"}
    rules = ruleset({"o.toml": room, "w.toml": loose})
    force = in_force(rules, Reads(snapshot), DAY)
    found = evaluate(rules, snapshot, as_of=DAY, variants=force.variants, off=force.off)
    assert {r.subject_id: r.outcome for r in found.results if r.rule_id == "OWN-01"}["web"] == "pass"


def test_policy_cannot_select_projects_for_a_rule_about_departments() -> None:
    rules = rules_of([parse((HEADER + rule_text(LOAD)).encode(), "mine.toml")])
    found: list[Any] = []
    text = header("organisation") + setting('params.most = 0.5\nselect = "has_plan"')
    read_policy([parse(text.encode(), "o.toml")], rules, (), found)
    assert [(p.code, "judges a department" in p.what) for p in found] == [("R302", True)]


def test_data_that_is_too_old_leaves_a_department_unknown(snapshot: Path) -> None:
    rules = replace(ruleset({}), stale_after_hours=24)
    found = evaluate(rules, snapshot, as_of=DAY)
    assert {r.subject_id: (r.outcome, r.reason) for r in found.results if r.rule_id == "OWN-01"}["it"] == (
        "unknown", "stale_sync",
    )  # fmt: skip


def test_a_unit_is_scored_by_its_own_rules_too_and_a_person_never() -> None:
    rule = replace(build(LOAD), id="A-01")
    project = build('fail_when = "manager_id IS NULL"')
    rows: list[dict[str, Any]] = [
        RuleResult("OWN-01", "P", "pass", "medium", "enforce").row(),
        RuleResult("A-01", "it", "fail", "medium", "enforce", subject_kind="department").row(),
        RuleResult("A-01", "ada", "fail", "medium", "enforce", subject_kind="person").row(),
    ]
    rules = RuleSet((rule, project))
    found = score(rules, rows)
    assert set(found.projects) == {"P"} and found.projects["P"].score == 1
    assert set(found.units) == {("department", "it")} and found.portfolio.score == 1

    class Views:
        def rows(self, sql: str, parameters: object = None) -> list[dict[str, Any]]:
            if "project_units" in sql:
                return []
            return [{"project_id": "P", "key": "P", "department": "IT", "programme": None, "budget_cost": None}]

    whole, it = level_scores(rules, Views(), found, DAY)
    assert (whole.score, it.score) == (Decimal(1), Decimal("0.5"))


def granted(subject: str) -> Waiver:
    text = f"""[[waiver]]
id = "W-1"
rule = "OWN-01"
subject = {subject}
reason = "two people start in August"
requested_by = "Ada"
approved_by = "Grace"
ticket = "PMO-1"
starts = 2026-06-01
expires = 2026-08-01
"""
    problems: list[Any] = []
    [waiver] = waivers_of([parse(text.encode(), "w.toml")], ruleset({}), WaiverLimits(), problems)
    assert problems == []
    return waiver


@pytest.mark.parametrize(
    ("subject", "covered"),
    [('{ department = "IT" }', True), ('{ department = "it" }', True), ('{ department = "People" }', False)],
)
def test_a_waiver_names_a_department(snapshot: Path, subject: str, covered: bool) -> None:
    register: Register = registered([granted(subject)], Reads(snapshot), ruleset({}), DAY)
    findings = update_findings([], _evaluation(_run("fail"))).findings
    assert bool(register.covered(findings)) == covered
    assert register.unplaced == []


def test_a_waiver_of_a_department_has_a_row_of_its_own(snapshot: Path) -> None:
    register = registered([granted('{ department = "IT" }')], Reads(snapshot), ruleset({}), DAY)
    findings = update_findings([], _evaluation(_run("fail"))).findings
    [row] = state_rows(register, findings, register.covered(findings), [])
    assert (row["project_id"], row["subject_kind"], row["subject_id"], row["subject"]) == (
        None,
        "department",
        "it",
        "IT",
    )
    assert (row["matches"], row["open_findings"], row["covered_findings"], row["last_needed_on"]) == (1, 1, 1, DAY)
    later = registered([granted('{ department = "IT" }')], Reads(snapshot), ruleset({}), DAY + timedelta(days=9))
    [again] = state_rows(later, [], {}, [row])
    assert (again["first_checked_on"], again["last_needed_on"], again["covered_findings"]) == (DAY, DAY, 0)


def test_a_waiver_of_an_unknown_department_is_the_organisations_to_mend(snapshot: Path) -> None:
    register = registered([granted('{ department = "Sales" }')], Reads(snapshot), ruleset({}), DAY)
    assert register.unplaced == []
    [row] = state_rows(register, [], {}, [])
    assert (row["subject_kind"], row["subject_id"], row["project_id"], row["matches"]) == (
        "department",
        "Sales",
        None,
        0,
    )
    assert (row["subject"], row["state"]) == ("Sales", "in_force")


def test_a_waiver_of_a_programme_renews_none_of_a_department_of_that_name(snapshot: Path) -> None:
    before = granted('{ department = "IT" }')
    other = replace(before, id="W-2", starts=DAY, subject=Subject("programme", "IT"))
    same = replace(before, id="W-3", starts=DAY)
    register = registered([before, other, same], Reads(snapshot), ruleset({}), DAY)
    assert {s.waiver.id: (s.renewals, s.renewed) for s in register.standings} == {
        "W-1": (0, True), "W-2": (0, False), "W-3": (1, False),
    }  # fmt: skip
