# ruff: noqa: E501 - one case a line
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from portfolio.model import VIEWS
from rules.compile import ENGINES, FUNCTIONS, Name, PredicateFaults, Scope, Type, compile_predicate, of_view
from rules.compile.words import PredicateDialect

ITEMS = of_view(VIEWS["work_items"], {"max": Name(Type.NUMBER), "word": Name(Type.TEXT)})

HOSTILE = [
    ("key IN (SELECT key FROM projects)", "R111", "SELECT"),
    ("(SELECT count(1) FROM work_items) > 0", "R111", "SELECT"),
    ("EXISTS (SELECT 1)", "R111", "EXISTS"),
    ("1 = 1; DROP TABLE work_items", "R101", ";"),
    ("is_leaf UNION is_leaf", "R111", "UNION"),
    ("read_text('/etc/hosts') = 'x'", "R110", "read_text"),
    ("glob('*') = 'x'", "R111", "glob"),
    ("key = getenv('HOME')", "R110", "getenv"),
    ("query_table('work_items') = 'x'", "R110", "query_table"),
    ("current_setting('memory_limit') = 'x'", "R110", "current_setting"),
    ("repeat('x', 2000000000) = key", "R110", "repeat"),
    ("regexp_matches(key, '(a+)+$')", "R110", "regexp_matches"),
    ("sum(points) OVER () > 3", "R110", "sum"),
    ("points > 3 -- and so on", "R104", "-- and so on"),
    ("points > /* hidden */ 3", "R104", "/* hidden */"),
    ("points > 3 /* open", "R104", "/* open"),
    ("now() > due_date", "R110", "now"),
    ("due_date < current_date", "R111", "current_date"),
    ("due_date < today()", "R110", "today"),
    ("\"key\" = 'x'", "R111", '"key"'),
    ("work_items.key = 'x'", "R111", "."),
    ("key::int = 3", "R111", "::"),
    ("cast(key AS int) = 3", "R111", "cast"),
    ("CASE WHEN is_leaf THEN TRUE END", "R111", "CASE"),
    ("labels[1] = 'x'", "R111", "["),
    ("points % 2 = 0", "R111", "%"),
    ("points == 3", "R111", "=="),
    ("points = ?", "R111", "?"),
    ("due_date > INTERVAL 3 DAY", "R111", "INTERVAL"),
    ("length(*) > 1", "R111", "*"),
    ("points > 1e400", "R134", "1e400"),
    ("points > 123456789012345678901", "R134", "123456789012345678901"),
    ("points > 'NaN'", "R131", "points > 'NaN'"),
    ("kеy = 'x'", "R121", "kеy"),  # the second letter is Cyrillic
    ("key = 'x", "R100", "'"),
    ("points >", "R100", ">"),
    ("(points > 3", "R100", "3"),
    ("", "R102", ""),
    ("key = '" + "x" * 2_000 + "'", "R102", "k"),
    ("(" * 30 + "is_leaf" + ")" * 30, "R103", "("),
    ("NOT " * 30 + "is_leaf", "R103", "N"),
    ("points > " + "-" * 1 + " -" * 30 + " 3", "R103", "-"),
    (" AND ".join(["is_leaf"] * 120), "R103", "i"),
    (" OR ".join(["$max > 1"] * 110), "R103", "$"),
    ("asignee_id IS NULL", "R120", "asignee_id"),
    ("$mx > points", "R122", "$mx"),
    ("status_category = 'doen'", "R130", "'doen'"),
    ("'doen' = status_category", "R130", "'doen'"),
    ("status_category IN ('done', 'opne')", "R130", "'opne'"),
    ("due_date < 30", "R131", "due_date < 30"),
    ("due_date > '2026-01-31'", "R131", "due_date > '2026-01-31'"),
    ("due_date - start_date > 3", "R131", "due_date"),
    ("is_leaf > is_summary", "R131", "is_leaf > is_summary"),
    ("points LIKE 'x%'", "R131", "points"),
    ("key LIKE title", "R111", "key LIKE title"),
    ("is_leaf + 1 = 2", "R131", "is_leaf"),
    ("-key = 'x'", "R131", "key"),
    ("points IS TRUE", "R131", "points"),
    ("points BETWEEN 1 AND 'x'", "R131", "points BETWEEN 1 AND 'x'"),
    ("points IN ()", "R111", "points"),
    ("points IN (NULL)", "R133", "points"),
    ("points = NULL", "R133", "points"),
    ("due_date > DATE '2026-02-30'", "R134", "'2026-02-30'"),
    ("date('2026-01-31') < due_date", "R110", "date"),
    ("key", "R132", "key"),
    ("points AND is_leaf", "R132", "points"),
    ("NULL", "R132", "N"),
    ("abs(key) > 1", "R112", "abs"),
    ("abs(points, points) > 1", "R112", "abs"),
    ("contains(DISTINCT key)", "R112", "contains"),
    ("coalesce(points, key) = 3", "R131", "coalesce"),
    ("contains(labels, x := 3)", "R111", ":"),
]


@pytest.mark.parametrize(("text", "code", "mark"), HOSTILE, ids=[t[:40].strip() or "empty" for t, _, _ in HOSTILE])
def test_what_is_outside_the_language_is_refused_with_code_and_place(text: str, code: str, mark: str) -> None:
    with pytest.raises(PredicateFaults) as caught:
        compile_predicate(text, ITEMS)
    fault = next((f for f in caught.value.faults if f.code == code), None)
    assert fault is not None, [(f.code, f.what) for f in caught.value.faults]
    marked = text[fault.offset : fault.offset + fault.width]
    assert marked == mark or (len(mark) == 1 and marked.startswith(mark))


def test_every_mistake_of_a_predicate_is_told_at_once() -> None:
    with pytest.raises(PredicateFaults) as caught:
        compile_predicate("asignee_id IS NULL AND status_category = 'doen' AND due_date < 3", ITEMS)
    assert [f.code for f in caught.value.faults] == ["R120", "R130", "R131"]
    assert "did you mean `assignee_id`?" in caught.value.faults[0].help
    assert "allowed: todo, in_progress, done, unknown" in caught.value.faults[1].help


def test_a_keyword_at_the_wrong_place_is_a_syntax_error_not_a_crash() -> None:
    with pytest.raises(PredicateFaults, match="not a valid condition"):
        compile_predicate("AND AND", ITEMS)


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


SPARK = {
    "days_between(due_date, $as_of) > 3": "DATEDIFF(DAY, `due_date`, :as_of) > 3",
    "add_days(due_date, 3) < $as_of": "CAST(DATE_ADD(`due_date`, CAST(3 AS INT)) AS DATE) < :as_of",
    "is_blank(key)": "(`key` IS NULL OR TRIM(`key`) = '')",
    "points / estimate_hours > 1": "(`points` / NULLIF(`estimate_hours`, 0)) > 1",
    "contains(labels, 'x')": "ARRAY_CONTAINS(`labels`, 'x')",
    "starts_with(key, 'x')": "STARTSWITH(`key`, 'x')",
}


@pytest.mark.parametrize("text", SPARK)
def test_the_same_text_is_written_for_spark(text: str) -> None:
    assert compile_predicate(text, ITEMS, dialect="spark").sql == SPARK[text]


WRITTEN = {
    "days_between": (
        "DATE_DIFF('DAY', a, b)",
        "DATEDIFF(DAY, a, b)",
        "CAST(EXTRACT(epoch FROM CAST(b AS TIMESTAMP) - CAST(a AS TIMESTAMP)) / 86400 AS BIGINT)",
    ),
    "add_days": (
        "CAST(d + INTERVAL (CAST(n AS INT)) DAY AS DATE)",
        "CAST(DATE_ADD(d, CAST(n AS INT)) AS DATE)",
        "CAST(d + (INTERVAL '1 DAY' * CAST(n AS INT)) AS DATE)",
    ),
    "iso_weekday": (
        "(((DATE_DIFF('DAY', CAST('1970-01-05' AS DATE), d)) % 7 + 7) % 7 + 1)",
        "(((DATEDIFF(DAY, CAST('1970-01-05' AS DATE), d)) % 7 + 7) % 7 + 1)",
        "(((CAST(EXTRACT(epoch FROM CAST(d AS TIMESTAMP) - CAST(CAST('1970-01-05' AS DATE) AS TIMESTAMP)) / 86400 AS BIGINT)) % 7 + 7) % 7 + 1)",
    ),
    "coalesce": (
        "COALESCE(a, b)",
        "COALESCE(a, b)",
        "COALESCE(a, b)",
    ),
    "nullif": (
        "NULLIF(a, b)",
        "NULLIF(a, b)",
        "NULLIF(a, b)",
    ),
    "least": (
        "CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE LEAST(a, b) END",
        "CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE LEAST(a, b) END",
        "CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE LEAST(a, b) END",
    ),
    "greatest": (
        "CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE GREATEST(a, b) END",
        "CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE GREATEST(a, b) END",
        "CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE GREATEST(a, b) END",
    ),
    "abs": (
        "ABS(x)",
        "ABS(x)",
        "ABS(x)",
    ),
    "round": (
        "ROUND(x, n)",
        "ROUND(x, n)",
        "ROUND(x, n)",
    ),
    "lower": (
        "LOWER(t)",
        "LOWER(t)",
        "LOWER(t)",
    ),
    "upper": (
        "UPPER(t)",
        "UPPER(t)",
        "UPPER(t)",
    ),
    "trim": (
        "TRIM(t)",
        "TRIM(t)",
        "TRIM(t)",
    ),
    "length": (
        "LENGTH(t)",
        "LENGTH(t)",
        "LENGTH(t)",
    ),
    "contains": (
        "(STRPOS(t, part)) > 0",
        "(LOCATE(part, t)) > 0",
        "(POSITION(part IN t)) > 0",
    ),
    "starts_with": (
        "STARTS_WITH(t, part)",
        "STARTSWITH(t, part)",
        "STARTS_WITH(t, part)",
    ),
    "is_blank": (
        "(x IS NULL OR TRIM(x) = '')",
        "(x IS NULL OR TRIM(x) = '')",
        "(x IS NULL OR TRIM(x) = '')",
    ),
}
"""What each function becomes on DuckDB, Spark and PostgreSQL, on columns named as in its usage."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_written_for_every_engine(name: str) -> None:
    function = FUNCTIONS[name]
    assert tuple(function.written_for(dialect) for dialect in ENGINES.values()) == WRITTEN[name]
