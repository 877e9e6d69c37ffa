"""Rows that lean are gathered for several rules by one scan: each must show what it shows alone."""
# ruff: noqa: E501 - rules read best on one line

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_packs import build
from snapshots import item

from portfolio.model import VIEWS, ddl
from rules import first_rows
from rules.evaluator import Evaluator
from rules.first_rows import FEWEST_ROWS, MOST_ROWS, gatherings
from rules.kinds import kind_of
from rules.load import load_rules
from rules.query import is_numbered, item_columns, row_parameter_names, rows_sql
from rules.ruleset import Order, Rule
from rules.selftest import fill_view
from rules.tally import Asked, Leaned, reads_view_alone
from rules.variant import whole

DAY = date(2026, 6, 30)
DAYS = '[rule.params]\ndays = { type = "int", default = %d, min = 0, max = 90, stricter = "lower" }'


def made(number: int, body: str, by: tuple[Order, ...] = (Order("idle_days", True),)) -> Rule:
    rule = replace(build(body), id=f"OWN-{number:02}")
    shown = (*rule.evidence.columns, "title", "idle_days")
    return replace(rule, evidence=replace(rule.evidence, columns=shown, order=by, limit=2))


RULES = (
    made(1, 'view = "work_items"\nfail_when = "assignee_id IS NULL"'),
    made(2, 'view = "work_items"\nfail_when = "idle_days > $days"\nwarn_when = "idle_days > 2"\n' + DAYS % 4),
    made(
        3,
        'kind = "ratio"\nview = "work_items"\napplies_when = "estimate_hours > 1"\nrequires = ["points"]\ncount_when = "spent_hours > estimate_hours"\nfail_when = "ratio > 0.1"',
    ),
    made(5, 'view = "work_items"\nfail_when = "idle_days > 3"', by=(Order("title", False), Order("points", True))),
    made(4, 'subject = "organisation"\nview = "work_items"\nfail_when = "idle_days > $days"\n' + DAYS % 5),
)
_FIELD = re.compile(r'[(,] ?"?([a-z_]+)"? [A-Z]')
"""The name of a field in a type such as STRUCT("key" VARCHAR, points DECIMAL(18,2))[]."""
_NUMBER = st.none() | st.integers(0, 9)
_ITEM = st.fixed_dictionaries(
    {
        "project_id": st.sampled_from("PQT"),
        "source": st.sampled_from(["jira", "plans"]),
        "title": st.sampled_from([None, "b", "a"]),
        "assignee_id": st.sampled_from([None, "ann"]),
        **dict.fromkeys(("idle_days", "points", "spent_hours", "estimate_hours"), _NUMBER),
    }
)


@pytest.fixture(autouse=True)
def it_always_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_rows, "FEWEST_ROWS", 1)


@pytest.fixture
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        yield connection


def asked_together(evaluator: Evaluator, rules: tuple[Rule, ...]) -> None:
    for one in evaluator.together(whole(rules)):
        evaluator.ask(one)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ITEM, max_size=16))
def test_the_first_rows_are_the_same_whoever_found_them(
    database: duckdb.DuckDBPyConnection, items: list[dict[str, Any]]
) -> None:
    database.execute("BEGIN")
    try:
        fill_view(database, VIEWS["projects"], [{"project_id": p, "key": p} for p in "PQ"])
        fill_view(database, VIEWS["organisation"], [{"organisation_id": "organisation"}])
        fill_view(database, VIEWS["work_items"], [{**item(f"I{n}"), **one} for n, one in enumerate(items)])
        evaluator = Evaluator(database, DAY)
        asked_together(evaluator, RULES)
        for gathering in evaluator.gatherings():
            evaluator.gather(gathering)
        assert [evaluator.run(rule) for rule in RULES] == [Evaluator(database, DAY).run(rule) for rule in RULES]
    finally:
        database.execute("ROLLBACK")


def test_rules_of_which_rows_lean_are_gathered(empty: duckdb.DuckDBPyConnection) -> None:
    fill_view(empty, VIEWS["projects"], [{"project_id": "P", "key": "P"}])
    rows = [{**item("I1"), "idle_days": 9}, {**item("I2"), "idle_days": 8}]
    fill_view(empty, VIEWS["work_items"], rows)
    evaluator = Evaluator(empty, DAY)
    asked_together(evaluator, RULES[:3])
    [gathering] = evaluator.gatherings()
    assert [one.rule.id for one in gathering.members] == ["OWN-01", "OWN-02"]
    evaluator.gather(gathering)
    empty.execute("DELETE FROM work_items")
    for rule in RULES[:2]:
        [result] = evaluator.run(rule).results
        assert [row["idle_days"] for row in json.loads(result.evidence or "")] == [9, 8]


def test_what_cannot_be_gathered_is_found_by_each_rule_alone(empty: duckdb.DuckDBPyConnection) -> None:
    fill_view(empty, VIEWS["projects"], [{"project_id": "P", "key": "P"}])
    fill_view(empty, VIEWS["work_items"], [{**item("I1"), "idle_days": 9}])
    evaluator = Evaluator(empty, DAY)
    asked_together(evaluator, RULES[:2])
    [gathering] = evaluator.gatherings()
    empty.execute("ALTER TABLE work_items RENAME TO hidden")
    with pytest.raises(duckdb.Error):
        evaluator.gather(gathering)
    empty.execute("ALTER TABLE hidden RENAME TO work_items")
    assert [evaluator.run(rule) for rule in RULES[:2]] == [Evaluator(empty, DAY).run(rule) for rule in RULES[:2]]


def leaned(first: int, rows: int = 0, of: int = 9) -> Leaned:
    return Leaned(of, rows or first, first)


def test_more_rows_than_fit_are_not_gathered() -> None:
    asked = [Asked(rule, {"days": 4}) for rule in RULES[:3]]
    few, many, _ = (one.key for one in asked)
    [gathering] = gatherings(asked, {few: leaned(1), many: leaned(MOST_ROWS - 1)})
    assert [one.rule.id for one in gathering.members] == ["OWN-01", "OWN-02"]
    assert not list(gatherings(asked, {few: leaned(2), many: leaned(MOST_ROWS - 1)}))
    assert not list(gatherings(asked, {few: leaned(0), many: leaned(0)}))
    assert not list(gatherings(asked, {}))


def test_a_small_view_is_read_again_for_each_rule_and_few_rows_are_put_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(first_rows, "FEWEST_ROWS", FEWEST_ROWS)
    asked = [Asked(rule, {"days": 4}) for rule in RULES[:2]]
    one, other = (one.key for one in asked)
    assert list(gatherings(asked, {one: leaned(1, of=FEWEST_ROWS), other: leaned(1, of=FEWEST_ROWS)}))
    assert not list(gatherings(asked, {one: leaned(1, of=FEWEST_ROWS - 1), other: leaned(1, of=FEWEST_ROWS - 1)}))
    assert list(gatherings(asked, {one: leaned(20, rows=FEWEST_ROWS, of=FEWEST_ROWS)}))
    assert not list(gatherings(asked, {one: leaned(20, rows=FEWEST_ROWS - 1, of=FEWEST_ROWS)}))


def test_of_every_built_in_rule_that_can_be_gathered_all_that_its_own_query_shows_is_kept(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    rules = load_rules().known
    members = [Asked(rule, {p.name: p.value for p in rule.parameters} | {"as_of": DAY}) for rule in rules]
    found = list(gatherings(members, {one.key: leaned(1) for one in members}))
    assert sum(len(gathering.members) for gathering in found) > 40
    for view in VIEWS.values():
        empty.execute(ddl(view))
    for gathering in found:
        lists = empty.execute(f"DESCRIBE {gathering.sql}", dict(gathering.bound)).fetchall()
        kept = iter([set(_FIELD.findall(kind)) for _, kind, *_ in lists[1:]])
        for one in gathering.members:
            assert reads_view_alone(one.rule)
            assert is_numbered(one.rule)
            assert not item_columns(one.rule)
            bound = {name: one.bound[name] for name in row_parameter_names(one.rule)} | {"subjects_": ["P"]}
            own = {name for name, *_ in empty.execute(rows_sql(one.rule), bound).description or []}
            for _ in range(1 if kind_of(one.rule).warns(one.rule) == "FALSE" else 2):
                assert next(kept) | {"_subject", "_class"} == own
