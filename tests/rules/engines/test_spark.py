import importlib.util
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from rules.compile import compile_predicate
from tests.rules.engines.answers import (
    LETTERS,
    LETTERS_THAT_DIFFER,
    Answers,
    differences,
    duckdb_answers,
    letters_that_differ,
)
from tests.rules.engines.golden import predicates
from tests.rules.engines.rows import COLUMNS, PARAMETERS, SCOPE, rows

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
        reason="pyspark and Java are not here; `make spark` installs pyspark into an environment of its own",
    ),
    pytest.mark.filterwarnings("ignore"),
]
_TYPES = {"DOUBLE PRECISION": "DOUBLE", "VARCHAR": "STRING", "VARCHAR[]": "ARRAY<STRING>"}

_AT_ONCE = 18


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder.master("local[1]").appName("plumbrule")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    schema = ", ".join(f"{name} {_TYPES.get(sql, sql)}" for name, (_, sql) in COLUMNS.items())
    session.createDataFrame(rows(), f"id INT, {schema}").coalesce(1).cache().createOrReplaceTempView("edge")
    yield session
    session.stop()


def asked(spark: Any, texts: Sequence[str]) -> dict[str, Answers]:
    """Several predicates in one question: planning costs more than answering."""
    written = [compile_predicate(text, SCOPE, "spark") for text in texts]
    bound = {name: PARAMETERS[name][1] for predicate in written for name in predicate.parameters}
    columns = ", ".join(f"{predicate.sql} AS a{n}" for n, predicate in enumerate(written))
    rows_found = sorted(spark.sql(f"SELECT id, {columns} FROM edge", args=bound).collect(), key=lambda row: row[0])
    return {text: [(row[0], row[n + 1]) for row in rows_found] for n, text in enumerate(texts)}


def test_letters_have_the_same_other_case_but_for_those_that_are_told(
    spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    spark.createDataFrame(list(enumerate(LETTERS)), "id INT, t STRING").createOrReplaceTempView("letters")
    found = {row[0]: (row[1], row[2]) for row in spark.sql("SELECT t, lower(t), upper(t) FROM letters").collect()}
    odd = letters_that_differ(found)
    with capsys.disabled():
        print(f"\nSpark: {len(LETTERS)} letters, {len(odd)} differ: {''.join(sorted(odd))}")
    assert odd <= set(LETTERS_THAT_DIFFER)


def test_every_operator_and_function_answers_on_spark_as_on_duckdb(
    spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [p["text"] for p in predicates()]
    expected = duckdb_answers(texts)
    wrong = []
    for first in range(0, len(texts), _AT_ONCE):
        some = texts[first : first + _AT_ONCE]
        try:
            found = asked(spark, some)
        except Exception:  # one of them: each by itself then, to tell which
            found = {}
        for text in some:
            try:
                answers = found.get(text) or asked(spark, [text])[text]
                wrong.append(differences(text, expected[text], answers))
            except Exception as error:
                wrong.append(f"{text}: {str(error).splitlines()[0]}")
    wrong = [line for line in wrong if line]
    with capsys.disabled():
        print(f"\nSpark {spark.version}: {len(texts)} predicates on {len(rows())} rows, {len(wrong)} differ")
    assert wrong == [], "\n".join(wrong)
