"""The SQL keeps what the declarations promise: names, types, keys, vocabulary, dialects, documentation."""

import re
from collections.abc import Iterable
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from portfolio.model import CONTEXT, TABLES, VIEWS, Kind
from portfolio.model.derive import sql_type
from portfolio.ports import Computed
from rules import measures
from rules.measures.computed import COMPUTED
from tests.measured import GONE, Portfolio, rows_of
from tests.rules.measures.whole import told_whole

Rows = dict[str, list[dict[str, Any]]]
SQL = {name: made for name, made in measures.views() if isinstance(made, str)}
LIKE = ("department_projects", "programme_projects")
"""Views of rows that another view shows, too."""
OWN_TABLES = {
    "projects": "initiative",
    "work_items": "work_item",
    "links": "work_item_link",
    "dependencies": "work_item_link",
    "double_bookings": "time_entry",
    "booked_weeks": "time_entry",
    "source_differences": "project",
    "time_entries": "time_entry",
    "sprints": "sprint",
    "allocations": "assignment",
    "gates": "gate",
    "status_reports": "status_report",
    "risks": "risk",
    "project_issues": "project_issue",
    "changes": "change_request",
    "artefacts": "artefact",
    "stakeholders": "stakeholder",
    "lessons": "lesson",
    "budget_lines": "budget_line",
    "costs": "cost",
    "invoices": "invoice",
    "benefits": "benefit",
    "budget_use": "budget_line",
    "person_months": "rate",
    "trainings": "training_record",
    "attestations": "attestation",
    "project_units": "org_unit",
    "mandate": "initiative",
    "proposals": "proposal",
    "deliveries": "work_item",
    "record_set": "initiative",
}


@pytest.fixture(scope="module")
def whole(database: duckdb.DuckDBPyConnection) -> Rows:
    """Every view of a full portfolio, measured once."""
    database.begin()
    told = Portfolio(database)
    told_whole(told)
    rows = {view: rows_of(found) for view, found in told.all_views().items()}
    database.rollback()
    return rows


@pytest.fixture(scope="module")
def empty(database: duckdb.DuckDBPyConnection) -> dict[str, tuple[list[tuple[str, str]], list[Any]]]:
    """Columns with their types, and rows, of every view of an empty portfolio."""
    database.begin()
    found = {
        view: ([(n, str(t)) for n, t in zip(one.columns, one.types, strict=True)], one.fetchall())
        for view, one in Portfolio(database).all_views().items()
    }
    database.rollback()
    return found


def selects(made: str | Computed) -> Iterable[str]:
    return [made] if isinstance(made, str) else made.reads.values()


def tables_of(sql: str) -> set[str]:
    return {t.name for t in sqlglot.parse_one(sql, read="duckdb").find_all(exp.Table)}


def test_every_documented_view_has_its_sql_and_every_other_name_is_a_step() -> None:
    assert {n for n in SQL if not n.startswith("_")} == set(VIEWS)
    assert not set(SQL) & set(TABLES)


def test_each_step_reads_only_stored_tables_and_earlier_steps() -> None:
    known = {*TABLES, CONTEXT.name}
    for name, made in measures.views():
        read = {table for sql in selects(made) for table in tables_of(sql)}
        assert read <= known, (name, read - known)
        known.add(name)


def test_every_step_is_used() -> None:
    steps = {n for n in SQL if n.startswith("_")}
    steps |= set(COMPUTED)
    read = {table for _, made in measures.views() for sql in selects(made) for table in tables_of(sql)}

    assert steps <= read


def test_a_step_that_is_a_function_is_declared_under_its_name_and_is_no_documented_view() -> None:
    assert all(name == made.returns.name and name.startswith("_") for name, made in COMPUTED.items())
    assert set(COMPUTED) <= set(measures.ORDER)


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_portfolio_gives_no_rows_of_the_declared_columns(
    empty: dict[str, tuple[list[tuple[str, str]], list[Any]]], view: str
) -> None:
    columns, rows = empty[view]

    assert columns == [(c.name, sql_type(c)) for c in VIEWS[view]]
    assert rows == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_full_portfolio_keeps_keys_and_vocabulary(whole: Rows, view: str) -> None:
    declared = VIEWS[view]

    rows = whole[view]

    assert rows
    keys = [tuple(row[k] for k in declared.key) for row in rows]
    assert len(set(keys)) == len(keys)
    for column in declared:
        values = [row[column.name] for row in rows]
        if column.required:
            assert None not in values, column.name
        if column.values:
            assert set(values) <= {*column.values, None}, column.name


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_is_filled_in_a_full_portfolio(whole: Rows, view: str) -> None:
    """So that no column stands there that the SQL could never fill."""
    assert [c.name for c in VIEWS[view] if all(row[c.name] is None for row in whole[view])] == []


@pytest.mark.parametrize(("view", "table"), OWN_TABLES.items())
def test_deleted_rows_are_invisible(told: Portfolio, view: str, table: str) -> None:
    told_whole(told)
    hidden = "project" if table == "initiative" else table
    told.connection.execute(f"UPDATE {hidden} SET deleted_at = ?", [GONE])

    assert told.view(view) == []


def test_nothing_of_a_deleted_project_is_visible(told: Portfolio) -> None:
    told_whole(told)
    told.connection.execute("UPDATE project SET deleted_at = ?", [GONE])

    assert {view: found.fetchall() for view, found in told.all_views().items()} == {view: [] for view in VIEWS}


def test_records_of_a_deleted_item_are_invisible(told: Portfolio) -> None:
    told_whole(told)
    told.connection.execute("UPDATE work_item SET deleted_at = ?", [GONE])

    for view in (
        "gates",
        "status_reports",
        "risks",
        "project_issues",
        "changes",
        "artefacts",
        "stakeholders",
        "lessons",
        "invoices",
        "proposals",
    ):
        assert told.view(view) == [], view


@pytest.mark.parametrize("name", SQL)
def test_the_sql_carries_over_to_spark(name: str) -> None:
    (spark,) = sqlglot.transpile(SQL[name], read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)

    again = sqlglot.parse_one(spark, read="spark")

    assert again.sql(dialect="spark") == spark


def test_no_function_is_used_that_other_engines_answer_differently() -> None:
    """Each of these was seen to fail or to differ on Spark, Postgres or Trino, or reads a clock."""
    refused = (
        r"\b(?:(?:isodow|dayofweek|quantile_\w+|median|mode|now|today|random|avg|arg_max)\s*\("
        r"|current_date\b|current_timestamp\b)"
    )
    used = {name: re.findall(refused, sql, re.IGNORECASE) for name, sql in SQL.items()}

    assert {name: found for name, found in used.items() if found} == {}


def test_every_divisor_is_a_number_or_guarded() -> None:
    for name, sql in SQL.items():
        for division in sqlglot.parse_one(sql, read="duckdb").find_all(exp.Div, exp.IntDiv):
            assert isinstance(division.expression, exp.Literal | exp.Nullif), (name, division.sql())


def test_results_do_not_depend_on_the_order_of_rows(
    whole: Rows, database: duckdb.DuckDBPyConnection, told: Portfolio
) -> None:
    told_whole(told)
    before = {view: sorted(map(repr, rows)) for view, rows in whole.items()}
    for table in TABLES:
        rows = database.execute(f"SELECT * FROM {table}").fetchall()
        database.execute(f"DELETE FROM {table}")
        for row in reversed(rows):
            database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row))

    assert {view: sorted(map(repr, rows_of(found))) for view, found in told.all_views().items()} == before


def test_every_quotient_and_every_column_of_the_computed_views_is_documented() -> None:
    computed = {f"{v}.{c.name}" for v, view in VIEWS.items() for c in view if c.kind is Kind.INDEX and v not in LIKE}
    for view in ("evm", "schedule", "scope", "person_weeks"):
        taken_over = {*VIEWS[view].key, "currency", "reported_health", "size_class", "person_name"}
        computed |= {f"{view}.{c.name}" for c in VIEWS[view] if c.name not in taken_over}

    assert computed - set(measures.CATALOGUE) == set()


@pytest.mark.parametrize("measure", measures.CATALOGUE.values(), ids=lambda m: m.name)
def test_documented_measures_and_their_inputs_exist(measure: measures.Measure) -> None:
    known = {**TABLES, **VIEWS, CONTEXT.name: CONTEXT}
    for name in (measure.name, *measure.inputs):
        table, _, column = name.partition(".")
        assert known[table].column(column), name
    assert measure.unit


def test_the_reference_shows_every_measure_once() -> None:
    shown = re.findall(r"^### (\S+)$", measures.reference(), re.MULTILINE)

    assert shown == list(measures.CATALOGUE)
