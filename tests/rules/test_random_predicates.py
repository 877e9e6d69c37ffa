from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from three_values import BOUND, SCOPE, SQL_TYPES, Pair, predicates, rows

from portfolio.model import VIEWS
from rules.compile import CODES, ENGINES, FUNCTIONS, Name, PredicateFaults, Type, compile_predicate, of_view
from rules.selftest import fill_view
from rules.statement import check_statement

ITEMS = of_view(VIEWS["work_items"], {"max": Name(Type.NUMBER), "word": Name(Type.TEXT)})
WORDS = [
    *FUNCTIONS,
    *["points", "key", "due_date", "labels", "is_leaf", "status_category", "pionts", "$max", "$word", "$as_of"],
    *[
        "(",
        ")",
        "(",
        ")",
        ",",
        "=",
        "<>",
        "<",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        ";",
        "--",
        "/*",
        "*/",
        "::",
        ".",
        "$",
    ],
    *[
        "AND",
        "OR",
        "NOT",
        "IN",
        "IS",
        "NULL",
        "TRUE",
        "BETWEEN",
        "LIKE",
        "DISTINCT",
        "FROM",
        "DATE",
        "SELECT",
        "CASE",
        "DROP",
    ],
    *["1", "0.5", "1e9", "'x'", "'done'", "'2026-01-31'", "'", "now()", "nan", "é"],
    *("DATE '2026-01-31'", '"', "\u200b", "\n"),
]
soup = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
LIKELY = [
    "points", "key", "due_date", "labels", "is_leaf", "$max", "1", "0.5", "'x'", "DATE '2026-01-31'", "points > 3",
    "key = 'x'", "is_leaf", "$as_of",
]  # fmt: skip
JOINTS = [
    *(" = ", " > ", " + ", " * ", " / ", " AND ", " OR ", " IN (", ") AND ", ") "),
    *(" IS NULL ", " LIKE 'x%' OR NOT ", " BETWEEN "),
]
calls = st.builds(
    lambda name, parts: f"{name}({', '.join(parts)})",
    st.sampled_from(sorted(FUNCTIONS)),
    st.lists(st.sampled_from(LIKELY), min_size=1, max_size=3),
)
likely = st.lists(st.tuples(st.sampled_from(LIKELY) | calls, st.sampled_from(JOINTS)), min_size=1, max_size=6).map(
    lambda pairs: "".join(a + b for a, b in pairs[:-1]) + pairs[-1][0]
)


@pytest.fixture(scope="module")
def bench() -> Any:
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        columns = ", ".join(f"{name} {kind}" for name, kind in SQL_TYPES.items())
        connection.execute(f"CREATE TABLE random_rows (id INTEGER, {columns})")
        fill_view(connection, VIEWS["work_items"], [{"project_id": "P", "item_id": "A"}])
        yield connection


@given(pair=predicates, table=st.lists(rows, min_size=1, max_size=6))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_duckdb_answers_as_three_valued_logic_does(bench: Any, pair: Pair, table: list[dict[str, Any]]) -> None:
    text, meaning = pair
    predicate = compile_predicate(text, SCOPE)
    bench.execute("DELETE FROM random_rows")
    marks = ", ".join("?" * (len(SQL_TYPES) + 1))
    values = [[number, *(row[column] for column in SQL_TYPES)] for number, row in enumerate(table)]
    bench.executemany(f"INSERT INTO random_rows VALUES ({marks})", values)
    bound = {name: BOUND[name] for name in predicate.parameters}
    answers = bench.execute(f"SELECT {predicate.sql} FROM random_rows ORDER BY id", bound).fetchall()
    assert [a for (a,) in answers] == [meaning(row) for row in table], (text, predicate.sql)


@given(pair=predicates)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_valid_is_written_for_every_engine(pair: Pair) -> None:
    for engine in ENGINES:
        assert compile_predicate(pair[0], SCOPE, engine).columns == compile_predicate(pair[0], SCOPE).columns


@given(text=soup | likely | st.text(max_size=200) | st.text("()'\"-/*;$ \\\n", max_size=60))
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@example("'" * 1999)
@example("(" * 1999)
@example("NOT " * 499)
@example("$" * 1999)
@example("a" * 1999)
@example("-" * 1999)
@example("is_leaf = " * 199 + "is_leaf")
@example("1 BETWEEN " * 190 + "1")
@example("x IS NOT " * 199)
@example("coalesce(" * 199)
@example("\ud800")
@example("9" * 1999)
def test_any_text_is_refused_within_itself_or_can_be_run(bench: Any, text: str) -> None:
    try:
        predicate = compile_predicate(text, ITEMS)
    except PredicateFaults as error:
        assert error.faults
        for fault in error.faults:
            assert fault.code in CODES and fault.what and fault.width >= 1
            assert fault.offset >= 0 and fault.offset + fault.width <= max(1, len(text)), fault
        return
    sql = f"SELECT {predicate.sql} FROM work_items"
    check_statement(bench, sql)
    values: dict[str, Any] = {"max": 3, "word": "x", "as_of": BOUND["as_of"]}
    bench.execute(sql, {name: values[name] for name in predicate.parameters}).fetchall()
