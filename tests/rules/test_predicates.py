# ruff: noqa: E501 - one case a line
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from portfolio.model import VIEWS
from rules.compile import FUNCTIONS, Name, PredicateFaults, Scope, Type, compile_predicate, of_view
from rules.compile.words import PredicateDialect

ITEMS = of_view(VIEWS["work_items"], {"max": Name(Type.NUMBER), "word": Name(Type.TEXT)})


def test_every_mistake_of_a_predicate_is_told_at_once() -> None:
    with pytest.raises(PredicateFaults) as caught:
        compile_predicate("asignee_id IS NULL AND status_category = 'doen' AND due_date < 3", ITEMS)
    assert [f.code for f in caught.value.faults] == ["R120", "R130", "R131"]
    assert "did you mean `assignee_id`?" in caught.value.faults[0].help
    assert "allowed: todo, in_progress, done, unknown" in caught.value.faults[1].help


def test_a_keyword_at_the_wrong_place_is_a_syntax_error_not_a_crash() -> None:
    with pytest.raises(PredicateFaults, match="a value is missing before `AND`"):
        compile_predicate("AND AND", ITEMS)


def test_an_unknown_function_hides_no_other_mistake() -> None:
    with pytest.raises(PredicateFaults) as caught:
        compile_predicate("lenght(pionts) > 3 AND status_category = 'doen'", ITEMS)
    assert [f.code for f in caught.value.faults] == ["R110", "R120", "R130"]


def test_columns_whose_null_decides_are_told_apart_from_those_that_are_asked_for_null() -> None:
    predicate = compile_predicate(
        "points > $max AND (assignee_id IS NULL OR is_blank(title) OR coalesce(key, 'x') = 'x')", ITEMS
    )
    assert predicate.decisive == {"points"}
    assert predicate.columns == {"points", "assignee_id", "title", "key"}
    assert predicate.parameters == {"max"}


@pytest.mark.parametrize("view", VIEWS)
def test_every_documented_column_can_be_named(view: str) -> None:
    for column in VIEWS[view]:
        assert compile_predicate(f"{column.name} IS NULL", of_view(VIEWS[view], {})).columns == {column.name}


TRUE_ON_THE_ROW = [
    "d = DATE '2026-06-30'",
    "days_between(d, $as_of) = 1",
    "days_between($as_of, d) = -1",
    "add_days(d, 1) = $as_of",
    "add_days(d, -30) = DATE '2026-05-31'",
    "iso_weekday(d) = 2",
    "iso_weekday(DATE '1969-12-28') = 7",
    "n / zero IS NULL",
    "NOT coalesce(zero / zero > 1, FALSE)",
    "n / 4 = 2.5",
    "n - 3 * 2 = 4",
    "(n - 3) * 2 = 14",
    "-n = -10",
    "abs(-n) = 10",
    "round(n / 3, 2) = 3.33",
    "least(n, 3) = 3 AND greatest(n, 3) = 10",
    "least(n, nothing) IS NULL AND greatest(nothing, n, 3) IS NULL",
    "nullif(n, 10) IS NULL",
    "coalesce(nothing, 7) = 7",
    "lower(t) = 'wall' AND upper(t) = 'WALL' AND length(t) = 4 AND trim('  x ') = 'x'",
    "contains(t, 'al') AND NOT contains(t, 'AL')",
    "contains(t, '') AND NOT contains(t, '%')",
    "starts_with(t, 'Wa')",
    "contains(labels, 'a') AND NOT contains(labels, 'z')",
    "is_blank(blank) AND is_blank(nothing) AND NOT is_blank(t) AND is_blank(empty) AND NOT is_blank(labels)",
    "t LIKE 'W%' AND t NOT LIKE 'X%' AND t ILIKE 'w%'",
    "t IN ('Wall', 'Roof') AND t NOT IN ('Roof')",
    "n BETWEEN 10 AND 10 AND NOT n BETWEEN 11 AND 12",
    "nothing IS DISTINCT FROM n AND n IS NOT DISTINCT FROM 10",
    "yes IS TRUE AND NOT (yes IS FALSE) AND yes IS NOT NULL",
    "yes OR yes AND NOT yes",
    "NOT (nothing > 3) IS NOT NULL OR nothing IS NULL",
    "t <> 'it''s'",
    "n > $limit",
]


@pytest.mark.parametrize("text", TRUE_ON_THE_ROW)
def test_each_construct_means_what_it_says(text: str) -> None:
    kinds = {
        "d": Type.DATE,
        "t": Type.TEXT,
        "blank": Type.TEXT,
        "labels": Type.TEXTS,
        "empty": Type.TEXTS,
        "yes": Type.BOOLEAN,
    }
    columns = {name: Name(kind) for name, kind in kinds.items()} | dict.fromkeys(
        ("n", "zero", "nothing"), Name(Type.NUMBER)
    )
    scope = Scope("a row", columns, {"limit": Name(Type.NUMBER), "as_of": Name(Type.DATE)})
    predicate = compile_predicate(text, scope)
    values: dict[str, Any] = {"as_of": date(2026, 7, 1), "limit": Decimal("9.99")}
    bound = {name: values[name] for name in predicate.parameters}
    row = (
        "SELECT DATE '2026-06-30' AS d, 10::DECIMAL(14,2) AS n, 0::DECIMAL(14,2) AS zero, "
        "NULL::DECIMAL(14,2) AS nothing, 'Wall' AS t, '  ' AS blank, ['a', 'b'] AS labels, []::VARCHAR[] AS empty, TRUE AS yes"
    )
    with duckdb.connect() as connection:
        [(answer,)] = connection.execute(f"SELECT {predicate.sql} FROM ({row})", bound).fetchall()
    assert answer is True


def test_an_exact_share_is_not_above_its_limit() -> None:
    scope = Scope("a row", {"n": Name(Type.NUMBER)}, {"limit": Name(Type.NUMBER)})
    sql = compile_predicate("n > $limit", scope).sql
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT {sql} FROM (SELECT 0.95::DOUBLE AS n)", {"limit": Decimal("0.95")}
        ).fetchall()
    assert found == [(False,)]


def test_the_dialect_knows_no_function_by_name() -> None:
    assert PredicateDialect.Parser.FUNCTIONS == {}
    assert set(FUNCTIONS) == {
        "days_between", "add_days", "coalesce", "nullif", "lower", "upper", "trim", "length", "contains", "starts_with",
        "abs", "round", "least", "greatest", "is_blank", "iso_weekday",
    }  # fmt: skip
