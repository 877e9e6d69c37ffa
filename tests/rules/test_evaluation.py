# ruff: noqa: E501 - rules and rows read best on one line
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_packs import build
from snapshots import item, write_snapshot

from portfolio.errors import StoreError
from portfolio.model import TABLES
from rules.compile import Predicate
from rules.connection import Limits, open_locked, select
from rules.evaluate import evaluate
from rules.load import load_rules
from rules.ruleset import RuleSet
from rules.selftest import run_on

DAY = date(2026, 6, 30)
OWNERLESS = build('level = "item"\nview = "work_items"\nfail_when = "assignee_id IS NULL"\nvalue = "idle_days"')
ROWS: dict[str, list[dict[str, Any]]] = {
    "projects": [
        {"project_id": "P", "key": "P", "phase": "execute"},
        {"project_id": "Q", "key": "Q", "phase": "closed"},
    ],
    "work_items": [item("A", idle_days=3), item("B", assignee_id="ann"), item("C", "Q", assignee_id="ann")],
}


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return write_snapshot(tmp_path / "latest.duckdb", ROWS)


def test_every_rule_says_something_of_every_subject_of_its_kind(tmp_path: Path, built_in: RuleSet) -> None:
    given = {"departments": [{"department_id": "it"}], "organisation": [{"organisation_id": "organisation"}]}
    snapshot = write_snapshot(tmp_path / "latest.duckdb", {**ROWS, **given})
    evaluation = evaluate(built_in, snapshot, as_of=DAY)
    populations = {"project": ("P", "Q"), "department": ("it",), "organisation": ("organisation",)}
    assert {(r.rule_id, r.subject_kind, r.subject_id) for r in evaluation.results} == {
        (rule.id, rule.subject, subject) for rule in built_in.rules for subject in populations.get(rule.subject, ())
    }
    assert evaluation.errors == {}
    assert evaluation.projects == {"P", "Q"}
    assert all(set(r.row()) == set(TABLES["rule_result"].names) for r in evaluation.results)


def test_the_same_snapshot_twice_gives_the_same_evaluation(snapshot: Path) -> None:
    rules = RuleSet((OWNERLESS,))
    assert evaluate(rules, snapshot, as_of=DAY) == evaluate(rules, snapshot, as_of=DAY)


def test_a_row_that_leans_becomes_a_subject_with_value_and_evidence(snapshot: Path) -> None:
    [leaning] = evaluate(RuleSet((OWNERLESS,)), snapshot, as_of=DAY).leaning
    assert (leaning.subject_kind, leaning.subject_id, leaning.value) == ("item", "A", Decimal(3))
    assert json.loads(leaning.evidence or "") == [{"key": "A", "title": "Item A", "item_id": "A"}]


def test_messages_come_in_the_chosen_language(snapshot: Path) -> None:
    rules = replace(load_rules(), language="zh-Hans")
    wanted = RuleSet(tuple(r for r in rules.rules if r.id in ("HYG-02", "PRO-12", "BUD-01")), language="zh-Hans")
    found = {r.rule_id: r.message for r in evaluate(wanted, snapshot, as_of=DAY).results if r.outcome == "fail"}
    assert found == {
        "BUD-01": "项目处于执行阶段，但没有大于零的批准预算。",
        "HYG-02": "2 个进行中事项中有 1 个没有负责人；上限 0。",
        "PRO-12": "项目经理：未指定；没有在职人员对项目负责。",
    }


def test_messages_in_further_languages_are_those_of_an_evaluation_in_each(snapshot: Path, built_in: RuleSet) -> None:
    rules = replace(built_in, rules=tuple(r for r in built_in.rules if r.view in ("projects", "work_items")))
    told = evaluate(rules, snapshot, as_of=DAY, also=("zh-Hans",))
    alone = evaluate(replace(rules, language="zh-Hans"), snapshot, as_of=DAY)
    assert [r.also for r in told.results] == [(r.message,) for r in alone.results]
    assert [s.also for s in told.leaning] == [(s.message,) for s in alone.leaning]
    assert {s.subject_kind for s in told.leaning} == {"item", "project"}
    own = evaluate(rules, snapshot, as_of=DAY)
    assert [s._replace(also=()) for s in told.leaning] == own.leaning
    assert [r._replace(also=()) for r in told.results] == own.results


def test_a_rule_that_breaks_is_an_error_and_the_others_go_on(snapshot: Path) -> None:
    broken = replace(OWNERLESS, id="OWN-00", counts=Predicate("", "no_such_column"), fails=None)
    evaluation = evaluate(RuleSet((broken, OWNERLESS)), snapshot, as_of=DAY)
    assert {(r.rule_id, r.project_id, r.outcome) for r in evaluation.results if r.rule_id == "OWN-00"} == {
        ("OWN-00", "P", "error"),
        ("OWN-00", "Q", "error"),
    }
    assert "no_such_column" in evaluation.errors["OWN-00"]
    assert [s.subject_id for s in evaluation.leaning] == ["A"]


def test_a_rule_that_overruns_is_interrupted_and_the_others_go_on(snapshot: Path) -> None:
    endless = "(WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t) > 0"
    slow = replace(OWNERLESS, id="OWN-00", counts=Predicate("", endless), fails=None)
    evaluation = evaluate(RuleSet((slow, OWNERLESS)), snapshot, as_of=DAY, limits=Limits(rule_seconds=2))
    assert evaluation.errors == {"OWN-00": "stopped after 2 seconds; simplify the rule, or raise the limit"}
    assert [s.subject_id for s in evaluation.leaning] == ["A"]


def test_a_rule_that_cannot_be_interrupted_is_killed_and_the_others_go_on(snapshot: Path) -> None:
    # one call that works for a minute without looking up: only ending the process helps
    deaf = "levenshtein(repeat('ab' || item_id, 60000), repeat('bc' || item_id, 60000)) > 0"
    slow = replace(OWNERLESS, id="OWN-00", counts=Predicate("", deaf), fails=None)
    began = monotonic()
    evaluation = evaluate(RuleSet((slow, OWNERLESS)), snapshot, as_of=DAY, limits=Limits(1.0, grace_seconds=0.2))
    assert monotonic() - began < 20
    assert set(evaluation.errors) == {"OWN-00"}
    assert [s.subject_id for s in evaluation.leaning] == ["A"]


def test_a_rule_that_wants_too_much_memory_is_an_error(snapshot: Path) -> None:
    hungry = "length(list_transform(range(200000000), x -> x::VARCHAR)::VARCHAR) > 0"
    greedy = replace(OWNERLESS, id="OWN-00", counts=Predicate("", hungry), fails=None)
    evaluation = evaluate(RuleSet((greedy, OWNERLESS)), snapshot, as_of=DAY, limits=Limits(memory_mb=200))
    assert set(evaluation.errors) == {"OWN-00"}
    assert [s.subject_id for s in evaluation.leaning] == ["A"]


def test_a_child_that_dies_before_it_took_its_work_is_said_so_and_not_waited_for(
    snapshot: Path, built_in: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(StoreError, match="did not start"):
        evaluate(built_in, snapshot, as_of=DAY)


INTERRUPTED = """
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from rules.ruleset import RuleSet
from rules.evaluate import evaluate
from rules.load import load_rules
from rules.compile import Predicate
slow = "(WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t) > 0"
rule = replace(load_rules().get("HYG-02"), counts=Predicate("", slow), fails=None)
try:
    print("started", flush=True)
    evaluate(RuleSet((rule,)), Path(sys.argv[1]), as_of=date(2026, 6, 30))
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("after_seconds", [0.1, 1.5], ids=["while the child starts", "while it evaluates"])
def test_ctrl_c_ends_the_evaluation_without_a_trace_of_the_child(snapshot: Path, after_seconds: float) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(snapshot)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout is not None
    parent.stdout.readline()
    sleep(after_seconds)
    os.killpg(parent.pid, signal.SIGINT)  # as a terminal does: to the whole group
    _, said = parent.communicate(timeout=30)
    assert (parent.returncode, said) == (130, "")


def test_a_snapshot_that_is_none_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "latest.duckdb").write_text("not a database")
    with pytest.raises(StoreError) as caught:
        evaluate(RuleSet((OWNERLESS,)), tmp_path / "latest.duckdb", as_of=DAY)
    assert caught.value.code == "rules.snapshot_unreadable" and caught.value.remedy


ATTEMPTS = {
    "read a file": "SELECT * FROM read_text('/etc/hostname')",
    "read a file as a table": "SELECT * FROM '/etc/hostname'",
    "list files": "SELECT * FROM glob('/*')",
    "sniff a file": "SELECT * FROM sniff_csv('/etc/hostname')",
    "write a file": "COPY (SELECT 1) TO 'out.csv'",
    "attach a database": "ATTACH 'other.duckdb'",
    "install an extension": "INSTALL httpfs",
    "load an extension": "LOAD httpfs",
    "change a row": "DELETE FROM projects",
    "create a table": "CREATE TABLE t (a INTEGER)",
    "raise the memory limit": "SET memory_limit = '9GB'",
    "unlock": "SET lock_configuration = false",
    "open files again": "SET enable_external_access = true",
    "read a Python variable": "SELECT * FROM ATTEMPTS",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_locked_connection_refuses_to(attempt: str, snapshot: Path) -> None:
    with open_locked(snapshot, Limits()) as connection:
        assert select(connection, "SELECT count(*) AS n FROM projects", {}) == [{"n": 2}]
        with pytest.raises(duckdb.Error):
            connection.execute(ATTEMPTS[attempt]).fetchall()


def test_undecided_and_vanished_items_are_told_apart(snapshot: Path) -> None:
    rule = build('level = "item"\nview = "work_items"\nfail_when = "idle_days > 5"\nmax_missing = 1')
    [run] = evaluate(RuleSet((rule,)), snapshot, as_of=DAY, watched={rule.id: {"A", "B", "Z"}}).runs
    assert run.undecided == {"B"} and run.gone == {"Z"}


def test_failures_that_are_certain_outweigh_missing_data() -> None:
    rows = [item("A", idle_days=9), *(item(x, idle_days=None) for x in "BCD")]
    rule = build('level = "item"\nview = "work_items"\nfail_when = "idle_days > 5"')
    [result] = run_on(rule, {"work_items": rows}).results
    assert (result.outcome, result.numerator, result.denominator, result.excluded) == ("fail", 1, 1, 3)


@pytest.mark.parametrize(("missing", "outcome"), [(1, "pass"), (2, "unknown")])
def test_a_fifth_of_the_rows_may_be_missing_before_a_pass_is_in_doubt(missing: int, outcome: str) -> None:
    rows = [item(f"I{n}", idle_days=None if n < missing else 1) for n in range(5)]
    rule = build('level = "item"\nview = "work_items"\nfail_when = "idle_days > 5"')
    [result] = run_on(rule, {"work_items": rows}).results
    assert result.outcome == outcome


def test_a_ratio_without_rows_is_not_applicable() -> None:
    rule = build(
        'kind = "ratio"\nview = "work_items"\napplies_when = "is_leaf"\ncount_when = "points > 3"\nfail_when = "ratio > 0"'
    )
    [result] = run_on(rule, {"work_items": [item("A", is_leaf=False)]}).results
    assert (result.outcome, result.value, result.denominator) == ("not_applicable", None, None)


def test_an_item_without_numbers_does_not_lean_by_division_by_zero() -> None:
    rule = build('level = "item"\nview = "work_items"\nfail_when = "booked_hours / estimate_hours > 1.2"')
    run = run_on(
        rule, {"work_items": [item("A", booked_hours=0, estimate_hours=0), item("B", booked_hours=5, estimate_hours=0)]}
    )
    assert [r.outcome for r in run.results] == ["unknown"] and run.leaning == ()


def test_rows_of_a_project_that_the_list_of_projects_lacks_are_judged_all_the_same() -> None:
    run = run_on(OWNERLESS, {"projects": [{"project_id": "Q"}], "work_items": [item("A")]})
    assert [(r.project_id, r.outcome) for r in run.results] == [("P", "fail"), ("Q", "not_applicable")]


def test_markup_in_titles_stays_text() -> None:
    rule = replace(OWNERLESS, message=replace(OWNERLESS.message, en="{title}"))
    run = run_on(rule, {"work_items": [item("A", title="<b>{value} %s</b>")]})
    assert run.leaning[0].message == "<b>{value} %s</b>"


def test_evidence_is_cut_in_a_stated_order() -> None:
    rule = build(
        'view = "work_items"\nfail_when = "idle_days > 0"\nevidence = { columns = ["item_id"], order_by = "idle_days DESC", limit = 2 }'
    )
    rows = [item("A", idle_days=1), item("C", idle_days=9), item("B", idle_days=9), item("D", idle_days=2)]
    [result] = run_on(rule, {"work_items": rows}).results
    assert json.loads(result.evidence or "") == [{"item_id": "B"}, {"item_id": "C"}]
    assert result.numerator == 4


PROJECTS = st.sampled_from(["P", "Q"])
ITEMS = st.lists(
    st.builds(
        lambda n, project, idle, owner, points: item(f"I{n}", project, idle_days=idle, assignee_id=owner, points=points),
        st.integers(0, 999), PROJECTS, st.none() | st.integers(0, 30), st.none() | st.just("ann"), st.none() | st.decimals(0, 9, places=2),
    ),
    max_size=12,
    unique_by=lambda row: row["item_id"],
)  # fmt: skip
PROPERTY_RULES = [
    OWNERLESS,
    build('level = "item"\nview = "work_items"\nfail_when = "idle_days > 9"\nwarn_when = "idle_days > 5"'),
    build(
        'kind = "ratio"\nview = "work_items"\nrequires = ["points"]\ncount_when = "points > 3.33"\nfail_when = "ratio > 0.25"'
    ),
]
QUICK = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.parametrize("rule", PROPERTY_RULES, ids=["row", "warn", "ratio"])
@QUICK
@given(rows=ITEMS, seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    rule: Any, rows: list[Any], seed: Any, database: duckdb.DuckDBPyConnection
) -> None:
    shuffled = list(rows)
    seed.shuffle(shuffled)
    there, back = ({"work_items": x} for x in (rows, shuffled))
    assert run_on(rule, there, connection=database) == run_on(rule, back, connection=database)


@pytest.mark.parametrize("rule", PROPERTY_RULES, ids=["row", "warn", "ratio"])
@QUICK
@given(rows=ITEMS, others=ITEMS)
def test_another_project_changes_nothing(
    rule: Any, rows: list[Any], others: list[Any], database: duckdb.DuckDBPyConnection
) -> None:
    ours = [{**row, "project_id": "P"} for row in rows]
    foreign = [{**row, "project_id": "Z", "item_id": f"Z{row['item_id']}"} for row in others]
    projects = [{"project_id": "P"}]
    alone = run_on(rule, {"projects": projects, "work_items": ours}, connection=database)
    together = run_on(rule, {"projects": projects, "work_items": [*foreign, *ours]}, connection=database)
    assert alone.results == tuple(r for r in together.results if r.project_id == "P")
    assert alone.leaning == tuple(s for s in together.leaning if s.project_id == "P")


@pytest.mark.parametrize(
    ("row", "reason", "missing"),
    [
        ({}, "no_status_date", "status_date, bac, cpi"),
        ({"status_date": DAY}, "no_baseline", "bac, cpi"),
        ({"status_date": DAY, "bac": 1}, "missing_value", "cpi"),
    ],
)
def test_the_first_required_column_that_is_empty_says_why_a_metric_is_unknown(
    row: dict[str, Any], reason: str, missing: str
) -> None:
    rule = build(
        'kind = "metric"\nmetric = "evm.cpi"\nrequires = ["status_date", "bac"]\n'
        'unknown_reason = { status_date = "no_status_date", bac = "no_baseline" }\n'
        'params.fail_below = { type = "float", default = 0.9 }'
    )
    [result] = run_on(rule, {"projects": [{"project_id": "P"}], "evm": [{"project_id": "P", **row}]}).results
    assert (result.outcome, result.reason, result.missing) == ("unknown", reason, missing)


def test_a_metric_keeps_value_and_limit_when_it_passes_and_its_warning_has_words_of_its_own() -> None:
    rule = build(
        'kind = "metric"\nmetric = "evm.cpi"\nwarn_message = "{cpi:.2f} is near {limit}"\n'
        'params.fail_below = { type = "float", default = 0.9 }\nparams.warn_below = { type = "float", default = 0.95 }'
    )
    cpis = {"P": 0.97, "Q": 0.93, "R": 0.89}
    rows = {
        "projects": [{"project_id": p} for p in cpis],
        "evm": [{"project_id": p, "cpi": v} for p, v in cpis.items()],
    }
    told = {r.project_id: (r.outcome, r.value, r.threshold, r.message) for r in run_on(rule, rows).results}
    assert told == {
        "P": ("pass", Decimal("0.97"), Decimal("0.9"), None),
        "Q": ("warn", Decimal("0.93"), Decimal("0.95"), "0.93 is near 0.95"),
        "R": ("fail", Decimal("0.89"), Decimal("0.9"), "leans"),
    }
