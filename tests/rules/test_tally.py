"""Rules that read the same view are asked together: each must say what it says alone, and answer for itself only."""
# ruff: noqa: E501 - rules read best on one line

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_packs import build
from snapshots import item, write_snapshot

from portfolio.model import VIEWS
from rules.compile import Predicate
from rules.connection import Limits
from rules.evaluate import evaluate
from rules.evaluator import Evaluator
from rules.ruleset import Rule, RuleSet
from rules.selftest import fill_view
from rules.tally import Asked, Together, groups
from rules.variant import Variant, whole

DAY = date(2026, 6, 30)
DAYS = '[rule.params]\ndays = { type = "int", default = %d, min = 0, max = 90, stricter = "lower" }'


def made(number: int, body: str) -> Rule:
    return replace(build(body), id=f"OWN-{number:02}")


RULES = (
    made(1, 'level = "item"\nview = "work_items"\nfail_when = "assignee_id IS NULL"'),
    made(2, 'level = "item"\nview = "work_items"\nfail_when = "idle_days > $days"\nvalue = "idle_days"\n' + DAYS % 10),
    made(3, 'view = "work_items"\nfail_when = "idle_days > $days"\nwarn_when = "idle_days > 2"\n' + DAYS % 20),
    made(
        4,
        'view = "work_items"\napplies_when = "kind <> \'bug\'"\nrequires = ["points"]\nfail_when = "points / spent_hours > 1"',
    ),
    made(
        5,
        'kind = "ratio"\nview = "work_items"\napplies_when = "estimate_hours > 1"\ncount_when = "spent_hours > estimate_hours"\nfail_when = "ratio > $most"\nwarn_when = "excluded > 0"\n[rule.params]\nmost = { type = "float", default = 0.4, min = 0, max = 1, stricter = "lower" }',
    ),
    made(
        6,
        "view = \"work_items\"\nproject_when = \"phase = 'execute'\"\nfail_when = \"title = '$days' OR title = 'ratio'\"\n",
    ),
    made(
        7,
        'kind = "ratio"\nview = "work_items"\ncount_when = "kind = \'bug\'"\nfail_when = "ratio > 0.5 AND denominator > 1"',
    ),
    made(8, 'kind = "expect"\nexpect = { view = "work_items", on = "project_id", where = "idle_days > 3" }'),
)
_MOST = '[rule.params]\nmost = { type = "float", default = 0.3, min = 0, max = 9, stricter = "lower" }'
ABOUT_OTHERS = (
    made(11, 'subject = "person"\nview = "person_weeks"\nfail_when = "load_ratio > 1"'),
    made(12, 'view = "person_weeks"\nfail_when = "load_ratio > 1"'),
    made(
        13,
        'subject = "person"\nview = "person_weeks"\nsubject_when = "is_active"\napplies_when = "planned_hours > 0"\nfail_when = "load_ratio > 2"',
    ),
    made(14, 'view = "person_weeks"\napplies_when = "planned_hours > 0"\nfail_when = "load_ratio > 2"'),
    made(
        15,
        'subject = "organisation"\nkind = "ratio"\nview = "person_weeks"\ncount_when = "load_ratio > 1"\nfail_when = "ratio > $most"\n'
        + _MOST,
    ),
    made(
        16,
        'subject = "organisation"\nview = "person_weeks"\nrequires = ["planned_hours"]\nfail_when = "load_ratio > 2"',
    ),
    made(17, 'subject = "person"\nview = "people"\nfail_when = "projects_at_once > 3"'),
)
_NUMBER = st.none() | st.integers(0, 30)
_ITEM = st.fixed_dictionaries(
    {
        "project_id": st.sampled_from("PQRT"),
        "source": st.sampled_from(["jira", "plans"]),
        "kind": st.sampled_from([None, "bug", "task"]),
        "title": st.sampled_from([None, "$days", "ratio"]),
        "assignee_id": st.sampled_from([None, "ann"]),
        **dict.fromkeys(("idle_days", "points", "spent_hours", "estimate_hours"), _NUMBER),
    }
)


def given_rows(items: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """T is no row of `projects`; nobody knows the phase of R."""
    phases = {"P": "execute", "Q": "closed", "R": None}
    projects = [{"project_id": p, "key": p, "phase": phase} for p, phase in phases.items()]
    return {"projects": projects, "work_items": [{**item(f"I{n}"), **one} for n, one in enumerate(items)]}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ITEM, max_size=12))
def test_rules_asked_together_say_what_each_says_alone(
    database: duckdb.DuckDBPyConnection, items: list[dict[str, Any]]
) -> None:
    database.execute("BEGIN")
    try:
        for name, rows in given_rows(items).items():
            fill_view(database, VIEWS[name], rows)
        evaluator = Evaluator(database, DAY)
        asked = list(evaluator.together(whole(RULES)))
        assert [len(one.members) for one in asked] == [7]
        for one in asked:
            evaluator.ask(one)
        for gathering in evaluator.gatherings():
            evaluator.gather(gathering)
        assert [evaluator.run(rule) for rule in RULES] == [Evaluator(database, DAY).run(rule) for rule in RULES]
    finally:
        database.execute("ROLLBACK")


_WEEK = st.fixed_dictionaries(
    {
        "project_id": st.sampled_from(["P", "Q", "T"]),
        "person_id": st.sampled_from([None, "ada", "bob", "cy", "dan"]),
        **dict.fromkeys(("planned_hours", "load_ratio"), st.none() | st.integers(0, 3)),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_WEEK, max_size=12))
def test_rules_on_one_view_are_gathered_by_whom_they_judge(
    database: duckdb.DuckDBPyConnection, weeks: list[dict[str, Any]]
) -> None:
    people = [{"person_id": p, "is_active": active} for p, active in {"ada": True, "bob": False, "cy": None}.items()]
    database.execute("BEGIN")
    try:
        fill_view(database, VIEWS["projects"], [{"project_id": p, "key": p} for p in "PQ"])
        fill_view(database, VIEWS["people"], [{**one, "projects_at_once": 4} for one in people])
        fill_view(database, VIEWS["organisation"], [{"organisation_id": "organisation"}])
        fill_view(database, VIEWS["person_weeks"], weeks)
        evaluator = Evaluator(database, DAY)
        asked = list(evaluator.together(whole(ABOUT_OTHERS)))
        assert [[m.rule.id[-2:] for m in one.members] for one in asked] == [["11", "13"], ["12", "14"], ["15", "16"]]
        for one in asked:
            evaluator.ask(one)
        for gathering in evaluator.gatherings():
            evaluator.gather(gathering)
        told = [evaluator.run(rule) for rule in ABOUT_OTHERS]
        assert told == [Evaluator(database, DAY).run(rule) for rule in ABOUT_OTHERS]
        of_person, of_project, *_, of_all, _, _ = told
        for run, key in ((of_person, "person_id"), (of_project, "project_id")):
            beyond = {w[key] for w in weeks if (w["load_ratio"] or 0) > 1 and w[key] is not None}
            assert {r.subject_id for r in run.results if r.outcome == "fail"} == beyond
        judged = [w for w in weeks if w["load_ratio"] is not None]
        assert {(r.subject_id, r.denominator or 0) for r in of_all.results} == {("organisation", len(judged))}
    finally:
        database.execute("ROLLBACK")


def test_texts_that_look_like_names_stay_texts() -> None:
    sql = Together((Asked(RULES[5], {}), Asked(RULES[6], {}))).sql
    assert "'$days'" in sql
    assert "'ratio'" in sql
    assert '"_ratio_1"' in sql


def test_variants_are_members_by_their_values_and_a_rule_by_itself_is_asked_alone() -> None:
    idle = RULES[1]
    other = replace(idle, parameters=tuple(replace(p, value=3) for p in idle.parameters))
    told = replace(idle, severity="high")
    [found] = groups(Asked(rule, {p.name: p.value for p in rule.parameters}) for rule in (idle, other, told))
    assert found.bound == {"days_0": 10, "days_1": 3}
    assert list(groups([Asked(idle, {}), Asked(RULES[7], {})])) == []


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return write_snapshot(tmp_path / "latest.duckdb", given_rows([{"project_id": "P", "source": "jira"}]))


def test_one_rule_that_overflows_is_an_error_and_those_that_were_asked_with_it_are_not(snapshot: Path) -> None:
    broken = replace(RULES[0], id="OWN-00", counts=Predicate("", "CAST(title AS INTEGER) > 0"), fails=None)
    found = evaluate(RuleSet((broken, *RULES)), snapshot, as_of=DAY)
    assert set(found.errors) == {"OWN-00"}
    assert found.runs[1:] == evaluate(RuleSet(RULES), snapshot, as_of=DAY).runs


def test_a_condition_is_not_worked_out_for_rows_that_the_rule_is_not_about(snapshot: Path) -> None:
    cast = replace(RULES[3], counts=Predicate("", "CAST(title AS INTEGER) > 0"), fails=None)
    others = replace(cast, applies_when=Predicate("", "title <> 'Item I0'"))
    assert evaluate(RuleSet((replace(others, requires=()),)), snapshot, as_of=DAY).errors == {}
    assert set(evaluate(RuleSet((replace(cast, requires=()),)), snapshot, as_of=DAY).errors) == {"OWN-04"}


def test_a_child_that_dies_over_what_was_asked_together_costs_only_the_rule_that_kills_it(snapshot: Path) -> None:
    # one call that works for a minute without looking up: only ending the process helps
    deaf = "levenshtein(repeat('ab' || item_id, 60000), repeat('bc' || item_id, 60000)) > 0"
    slow = replace(RULES[0], id="OWN-03", counts=Predicate("", deaf), fails=None)
    chosen = RuleSet((RULES[0], RULES[1], slow, RULES[3]))
    found = evaluate(chosen, snapshot, as_of=DAY, limits=Limits(1.0, grace_seconds=0.2))
    assert set(found.errors) == {"OWN-03"}
    assert [run.rule_id for run in found.runs] == ["OWN-01", "OWN-02", "OWN-03", "OWN-04"]
    assert found.runs[0].results[0].outcome == "fail"


def test_a_variant_takes_its_part_of_a_shared_answer(snapshot: Path) -> None:
    variants = (Variant(RULES[0], frozenset("P")), Variant(replace(RULES[0], severity="high"), without=frozenset("P")))
    found = evaluate(RuleSet((RULES[0],)), snapshot, as_of=DAY, variants=(*variants, Variant(RULES[1])))
    assert [(r.project_id, r.severity) for r in found.runs[0].results] == [
        ("P", "medium"),
        ("Q", "high"),
        ("R", "high"),
    ]
