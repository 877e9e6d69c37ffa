from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
from measured import AS_OF, Portfolio, compute

from portfolio.model import CONTEXT, TABLES, ddl
from portfolio.ports import Computed
from rules.evaluator import Evaluator
from rules.measures import views
from rules.ruleset import RuleSet


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    """A plan and a tracker of one project in a department: a task that nobody owns in it, nothing else told."""
    connection = duckdb.connect()
    for table in (*TABLES.values(), CONTEXT):
        connection.execute(ddl(table))
    connection.execute("INSERT INTO context VALUES (?)", [AS_OF])
    portfolio = Portfolio(connection)
    portfolio.person("Ada", "jira:account:ada")
    tracker = portfolio.tracker(department="IT", programme="One", manager_id="jira:account:ada")
    portfolio.initiative("A", portfolio.plan(phase="execute"), tracker)
    item = {"key": "A-1", "title": "Pour", "status_category": "in_progress", "due_date": date(2026, 11, 20)}
    portfolio.item("jira:issue:1", "jira:project:1", **item)
    for name, made in views():
        if isinstance(made, Computed):
            connection.execute(ddl(made.returns))
            compute(connection, made)
        else:
            connection.execute(f"CREATE TABLE {name} AS {made}")
    yield Evaluator(connection, AS_OF)
    connection.close()


def test_every_rule_runs_on_the_views_as_they_are_measured(evaluator: Evaluator, built_in: RuleSet) -> None:
    outcomes = {rule.id: [r.outcome for r in evaluator.run(rule).results] for rule in built_in.rules}
    assert all(len(found) == 1 for found in outcomes.values())
    assert "error" not in {found[0] for found in outcomes.values()}
    assert outcomes["HYG-02"] == outcomes["SCH-15"] == outcomes["PRO-08"] == ["fail"]
    assert outcomes["BUD-03"] == ["unknown"]
    assert outcomes["CLO-01"] == ["not_applicable"]
    assert outcomes["RES-07"] == ["pass"] and outcomes["PMO-04"] == ["fail"]
    assert outcomes["BUD-11"] == ["not_applicable"], "no table states an envelope"


def test_an_item_that_leans_is_named_by_its_stored_id(evaluator: Evaluator, built_in: RuleSet) -> None:
    rule = built_in.get("SCH-15")
    assert rule is not None
    [leaning] = evaluator.run(rule).leaning
    assert (leaning.subject_id, leaning.project_id) == ("jira:issue:1", "A")
    assert leaning.message.startswith("A-1 Pour: was due on 2026-11-20 and is not done")
