from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from rule_packs import build
from snapshots import item, write_snapshot

from portfolio.model import VIEWS
from rules.compile import Predicate
from rules.connection import Limits, open_locked, select_documented
from rules.evaluate import evaluate
from rules.query import rows_sql, watched_sql
from rules.ruleset import RuleSet
from rules.statement import StatementRefused, check_one_select, check_statement
from rules.tally import Asked, Together
from sync.snapshot import materialise
from tests.rules.corpus.cases import AS_OF

OTHERS = {
    "two statements": "SELECT 1 FROM projects; SELECT 2 FROM projects",
    "no statement": "",
    "a statement that is no SELECT": "CREATE TEMP TABLE t AS SELECT 1",
    "another that is none": "PRAGMA database_list",
    "a table that is no view": "SELECT * FROM secrets",
    "a view's name in another schema": "SELECT * FROM raw.projects",
    "a view's name in another database": "SELECT * FROM other.main.projects",
    "the catalogue": "SELECT * FROM information_schema.columns",
    "the catalogue by its short name": "SELECT * FROM duckdb_tables",
    "a file as a table": "SELECT * FROM 'secrets.csv'",
    "a function as a table": "SELECT * FROM duckdb_settings()",
    "a table named in a text": "SELECT * FROM query_table('secrets')",
    "a statement in a text": "SELECT * FROM query('SELECT 1')",
    "a subquery": "SELECT key FROM projects WHERE key IN (SELECT key FROM secrets)",
    "a subquery within an expression": "SELECT (SELECT max(key) FROM secrets) FROM projects",
    "a join": "SELECT * FROM projects JOIN secrets USING (key)",
    "a named part": "WITH a AS (SELECT * FROM secrets) SELECT * FROM a",
    "the other side of a union": "SELECT key FROM projects UNION ALL SELECT key FROM secrets",
    "a named part that inserts": "WITH a AS (INSERT INTO projects (key) VALUES ('X') RETURNING key) SELECT * FROM a",
    "a named part that changes": "WITH a AS (UPDATE projects SET key = 'X' RETURNING key) SELECT * FROM a",
    "a named part that deletes": "SELECT * FROM (WITH a AS (DELETE FROM projects RETURNING key) SELECT * FROM a)",
    "values": "PIVOT secrets ON key USING count(*)",
}


@pytest.mark.parametrize("what", OTHERS)
def test_a_statement_that_does_something_else_is_not_run(what: str, tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.duckdb", {"projects": [{"project_id": "P", "key": "P"}]})
    with duckdb.connect(str(path)) as writing:
        writing.execute("CREATE TABLE secrets (key VARCHAR)")
        writing.execute("CREATE SCHEMA raw")
        writing.execute("CREATE TABLE raw.projects (key VARCHAR)")
    with open_locked(path, Limits()) as connection, pytest.raises(duckdb.Error) as caught:
        select_documented(connection, OTHERS[what], {})
    assert isinstance(caught.value, StatementRefused)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM projects",
        "FROM projects",
        "WITH a AS (SELECT * FROM projects), b AS (FROM a) SELECT * FROM b JOIN work_items USING (project_id)",
        "SELECT count(*) FROM information_schema.tables WHERE table_name = 'sync_runs'",
    ],
)
def test_one_select_from_documented_views_is_run(sql: str, tmp_path: Path) -> None:
    with open_locked(write_snapshot(tmp_path / "s.duckdb", {}), Limits()) as connection:
        select_documented(connection, sql, {})


def test_every_statement_of_every_built_in_rule_passes(built_in: RuleSet, tmp_path: Path) -> None:
    with open_locked(write_snapshot(tmp_path / "s.duckdb", {}), Limits()) as connection:
        for rule in built_in.rules:
            for sql in (
                Together((Asked(rule, {}),)).sql,
                rows_sql(rule),
                *([watched_sql(rule)] if rule.item_column else []),
            ):
                check_statement(connection, sql)


def test_a_condition_that_slipped_through_the_compiler_is_an_error_and_reads_nothing(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.duckdb", {"projects": [{"project_id": "P"}], "work_items": [item("A")]})
    good = build('level = "item"\nview = "work_items"\nfail_when = "assignee_id IS NULL"')
    slipped = "(SELECT count(*) FROM duckdb_settings()) > 0"
    bad = replace(good, id="OWN-00", counts=Predicate("", slipped), fails=None)
    evaluation = evaluate(RuleSet((bad, good)), path, as_of=AS_OF)
    assert evaluation.errors == {"OWN-00": "a table function is called; nothing was run"}
    assert [s.subject_id for s in evaluation.leaning] == ["A"]


def test_other_tables_can_be_named_where_they_are_meant() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE columns_of_a_plugin (a INTEGER)")
        check_statement(connection, "FROM columns_of_a_plugin", {"columns_of_a_plugin"})
        with pytest.raises(StatementRefused, match="not a documented view"):
            check_statement(connection, "FROM projects", {"columns_of_a_plugin"})


def test_a_snapshot_for_rules_holds_documented_views_only(tmp_path: Path) -> None:
    """What is a step on the way to a view, and what the store keeps, is not in the file that rules are evaluated on."""
    view = VIEWS["projects"]
    nothing = "SELECT " + ", ".join(f"NULL AS {c.name}" for c in view) + " FROM step WHERE FALSE"
    with duckdb.connect() as store:
        store.execute(f"ATTACH '{tmp_path / 'store.duckdb'}' AS store")
        store.execute("USE store")
        store.execute("CREATE TABLE secrets (key VARCHAR)")
        materialise(store, tmp_path / "s.duckdb", [("step", "SELECT * FROM secrets"), ("projects", nothing)], AS_OF)
    with open_locked(tmp_path / "s.duckdb", Limits()) as connection:
        named = select_documented(connection, "SELECT table_name FROM information_schema.tables", {})
        with pytest.raises(StatementRefused):
            select_documented(connection, "SELECT * FROM context", {})
    assert {row["table_name"] for row in named} == {"context", "projects"}


@pytest.mark.parametrize("what", [name for name in OTHERS if name.startswith("a named part that")])
def test_what_a_plugin_asks_changes_nothing_either(what: str) -> None:
    with duckdb.connect(":memory:") as connection, pytest.raises(StatementRefused, match="changes data"):
        check_one_select(connection, OTHERS[what])
