"""Rows that lean are gathered for several rules by one scan: each must show what it shows alone."""
# ruff: noqa: E501 - rules read best on one line

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
from rules.evaluator import Evaluator
from rules.first_rows import MOST_ROWS, gatherings
from rules.load import load_rules
from rules.query import is_numbered, row_parameter_names, rows_sql
from rules.ruleset import Order, Rule
from rules.selftest import fill_view
from rules.tally import Asked, reads_view_alone
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
    made(4, 'subject = "organisation"\nview = "work_items"\nfail_when = "idle_days > $days"\n' + DAYS % 5),
)
IN_ANOTHER_ORDER = made(5, 'view = "work_items"\nfail_when = "idle_days > 3"', by=(Order("title", False),))
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
    rules = (*RULES, IN_ANOTHER_ORDER)
    database.execute("BEGIN")
    try:
        fill_view(database, VIEWS["projects"], [{"project_id": p, "key": p} for p in "PQ"])
        fill_view(database, VIEWS["organisation"], [{"organisation_id": "organisation"}])
        fill_view(database, VIEWS["work_items"], [{**item(f"I{n}"), **one} for n, one in enumerate(items)])
        evaluator = Evaluator(database, DAY)
        asked_together(evaluator, rules)
        for gathering in evaluator.gatherings():
            assert IN_ANOTHER_ORDER.id not in {one.rule.id for one in gathering.members}
            evaluator.gather(gathering)
        assert [evaluator.run(rule) for rule in rules] == [Evaluator(database, DAY).run(rule) for rule in rules]
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
    assert empty.execute(f"SELECT idle_days, _place FROM {gathering.name} ORDER BY 2").fetchall() == [(9, 1), (8, 2)]


def test_what_cannot_be_gathered_is_found_by_each_rule_alone(empty: duckdb.DuckDBPyConnection) -> None:
    fill_view(empty, VIEWS["projects"], [{"project_id": "P", "key": "P"}])
    fill_view(empty, VIEWS["work_items"], [{**item("I1"), "idle_days": 9}])
    evaluator = Evaluator(empty, DAY)
    asked_together(evaluator, RULES[:2])
    [gathering] = evaluator.gatherings()
    empty.execute(f"CREATE TEMP TABLE {gathering.name} (x INTEGER)")
    with pytest.raises(duckdb.Error):
        evaluator.gather(gathering)
    assert [evaluator.run(rule) for rule in RULES[:2]] == [Evaluator(empty, DAY).run(rule) for rule in RULES[:2]]


def test_more_rows_than_fit_are_not_gathered_and_one_rule_has_nobody_to_share_with() -> None:
    asked = [Asked(rule, {"days": 4}) for rule in RULES[:3]]
    few, many, some = (one.key for one in asked)
    [gathering] = gatherings(asked, {few: 1, many: MOST_ROWS - 1})
    assert [one.rule.id for one in gathering.members] == ["OWN-01", "OWN-02"]
    assert not list(gatherings(asked, {few: 2, many: MOST_ROWS - 1}))
    assert not list(gatherings(asked, {some: 5}))
    assert not list(gatherings(asked, {}))


def test_every_built_in_rule_that_can_be_gathered_names_all_columns_that_it_needs(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    rules = load_rules().known
    members = [Asked(rule, {p.name: p.value for p in rule.parameters} | {"as_of": DAY}) for rule in rules]
    found = list(gatherings(members, {one.key: 1 for one in members}))
    gathered = [one for gathering in found for one in gathering.members]
    assert len(gathered) > 5
    for view in VIEWS.values():
        empty.execute(ddl(view))
    for gathering in found:
        empty.execute(f"CREATE TEMP TABLE {gathering.name} AS {gathering.sql}", dict(gathering.bound))
        for one in gathering.members:
            assert reads_view_alone(one.rule)
            assert is_numbered(one.rule)
            bound = {name: one.bound[name] for name in row_parameter_names(one.rule)} | {"subjects_": ["P"]}
            assert empty.execute(rows_sql(one.rule, gathering.name), bound).fetchall() == []
