"""A rule that policy sets differently for some projects: as if it were run for each of them alone."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_packs import build
from snapshots import item, write_snapshot

from portfolio.model import VIEWS
from rules.compile import Predicate
from rules.connection import Limits, open_locked
from rules.evaluate import evaluate
from rules.evaluator import Evaluator
from rules.findings import fingerprint, update_findings
from rules.results import RuleRun
from rules.ruleset import Rule, RuleSet
from rules.selftest import fill_view
from rules.variant import Variant, merged

DAY = date(2026, 6, 30)
IDLE = build(
    'level = "item"\nview = "work_items"\nfail_when = "idle_days > $days"\nvalue = "idle_days"\n'
    '[rule.params]\ndays = { type = "int", default = 10, min = 0, max = 90, stricter = "lower" }'
)
RATIO = build(
    'kind = "ratio"\nview = "work_items"\ncount_when = "idle_days > $days"\nfail_when = "ratio > 0.5"\n'
    '[rule.params]\ndays = { type = "int", default = 10, min = 0, max = 90, stricter = "lower" }'
)
EXPECT = build(
    'kind = "expect"\nexpect = { view = "work_items", on = "project_id", where = "idle_days > 3", min = "$least" }\n'
    '[rule.params]\nleast = { type = "int", default = 1, min = 0, max = 9, stricter = "higher" }'
)


def at(rule: Rule, **values: int) -> Rule:
    changed = (replace(p, value=values.get(p.name, p.value), origin="mine.toml:3") for p in rule.parameters)
    return replace(rule, parameters=tuple(changed))


def rows(projects: str, idle: dict[str, list[int]]) -> dict[str, list[dict[str, object]]]:
    items = [item(f"{p}{n}", p, idle_days=d) for p, found in idle.items() for n, d in enumerate(found)]
    return {"projects": [{"project_id": p, "key": p} for p in projects], "work_items": items}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from("PQRST"), st.lists(st.integers(0, 40), max_size=4), max_size=5),
    st.dictionaries(st.sampled_from("PQRS"), st.integers(0, 40), max_size=4),
    st.sampled_from([IDLE, RATIO]),
)
def test_variants_give_what_each_project_gets_alone(
    database: duckdb.DuckDBPyConnection, idle: dict[str, list[int]], days: dict[str, int], rule: Rule
) -> None:
    """T is no row of `projects`: its rows are judged all the same, by the variant for everybody else."""
    given_rows = rows("PQRS", idle)
    database.execute("BEGIN")
    try:
        for name in ("projects", "work_items"):
            fill_view(database, VIEWS[name], given_rows[name])
        evaluator = Evaluator(database, DAY)
        by_value: dict[int, set[str]] = {}
        for project, value in days.items():
            by_value.setdefault(value, set()).add(project)
        deviating = [Variant(at(rule, days=v), frozenset(by_value[v])) for v in sorted(by_value)]
        variants = [Variant(rule, without=frozenset(days)), *deviating]
        [together] = merged(variants, [evaluator.run_variant(v) for v in variants], {})
        alone: list[RuleRun] = [
            evaluator.run_variant(Variant(at(rule, days=days[p]) if p in days else rule, frozenset({p})))
            for p in "PQRST"
        ]
        assert together.results == tuple(r for run in alone for r in run.results)
        assert together.leaning == tuple(s for run in alone for s in run.leaning)
    finally:
        database.execute("ROLLBACK")


def test_each_result_names_the_parameters_of_its_own_variant_with_their_origin(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "s.duckdb", rows("PQ", {"P": [5, 9], "Q": [5]}))
    variants = (Variant(EXPECT, without=frozenset("Q")), Variant(at(EXPECT, least=2), frozenset("Q")))
    found = evaluate(RuleSet((EXPECT,)), snapshot, as_of=DAY, variants=variants)
    [run] = found.runs
    assert [(r.project_id, r.outcome) for r in run.results] == [("P", "pass"), ("Q", "fail")]
    assert [json.loads(r.parameters or "")["least"] for r in run.results] == [
        {"value": 1, "origin": "built-in"},
        {"value": 2, "origin": "mine.toml:3"},
    ]


def test_one_variant_that_breaks_is_an_error_for_its_projects_only(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "s.duckdb", rows("PQ", {"P": [20], "Q": [20]}))
    broken = replace(IDLE, counts=Predicate("", "no_such_column"), fails=None)
    variants = (Variant(broken, frozenset("P")), Variant(IDLE, without=frozenset("P")))
    found = evaluate(RuleSet((IDLE,)), snapshot, as_of=DAY, variants=variants)
    assert [(r.project_id, r.outcome) for r in found.results] == [("P", "error"), ("Q", "fail")]
    assert "no_such_column" in found.errors[IDLE.id]


def test_a_variant_that_overruns_is_stopped_and_the_next_one_goes_on(tmp_path: Path) -> None:
    items = [item(f"P{n}", "P", idle_days=20) for n in range(1500)]
    snapshot = write_snapshot(tmp_path / "s.duckdb", {**rows("PQ", {}), "work_items": [*items, item("Q", "Q")]})
    endless = "(SELECT sum(hash(a.range + b.range)) FROM range(900000) a, range(900000) b WHERE idle_days > 0) > 0"
    slow = replace(IDLE, counts=Predicate("", endless), fails=None, parameters=())
    variants = (Variant(slow, frozenset("P")), Variant(IDLE, without=frozenset("P")))
    limits = Limits(rule_seconds=0.3, grace_seconds=10)
    found = evaluate(RuleSet((IDLE,)), snapshot, as_of=DAY, variants=variants, limits=limits)
    assert [(r.project_id, r.outcome) for r in found.results] == [("P", "error"), ("Q", "unknown")]


def test_a_project_for_which_the_rule_is_off_has_no_result_and_its_finding_is_retired(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "s.duckdb", rows("PQ", {"P": [20], "Q": [20]}))
    before = update_findings([], evaluate(RuleSet((IDLE,)), snapshot, as_of=DAY)).findings
    variants = (Variant(IDLE, without=frozenset("Q")),)
    after = evaluate(RuleSet((IDLE,)), snapshot, as_of=DAY, variants=variants, off={IDLE.id: {"Q"}})
    assert [r.project_id for r in after.results] == ["P"]
    update = update_findings(before, after)
    states = {row["subject_id"]: row["state"] for row in update.findings}
    assert states == {"P0": "open", "Q0": "closed_rule_retired"}
    [event] = update.events
    assert (event["finding_id"], event["how"]) == (
        fingerprint(IDLE.id, "item", "Q0"),
        "the rule is off for this project",
    )


def test_watched_items_are_told_by_the_variant_of_their_own_project(tmp_path: Path) -> None:
    given_rows = rows("PQ", {"P": [5], "Q": [5]})
    given_rows["work_items"].append(item("P9", "P", idle_days=None))
    snapshot = write_snapshot(tmp_path / "s.duckdb", given_rows)
    connection = open_locked(snapshot, Limits())
    evaluator = Evaluator(connection, DAY)
    watched = {"P0", "P9", "Q0", "away"}
    variants = [Variant(IDLE, without=frozenset("Q")), Variant(at(IDLE, days=4), frozenset("Q"))]
    first, second = (evaluator.run_variant(v, watched) for v in variants)
    connection.close()
    assert (first.undecided, first.gone) == ({"P9"}, {"away"})
    assert (second.undecided, second.gone) == (frozenset(), {"away"})


def test_how_long_a_rule_took_is_no_part_of_the_answer() -> None:
    assert RuleRun("A-01", milliseconds=1) == RuleRun("A-01", milliseconds=2)
