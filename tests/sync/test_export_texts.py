"""Texts on their way into a spreadsheet: defused in SQL as the report's own CSV files are."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.export_texts import defusing

SIGNS = st.text(alphabet="=+-@＝＋－＠;\t\r\n \"'\u3000\xa0\x0bab，", max_size=12)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@given(texts=st.lists(SIGNS | st.text(max_size=20), min_size=20, max_size=60))
@example(texts=["=1", " =1", "\u3000＝1", "a;=1", 'a;"=1', "a\n\n-1", "\tx", "\rx", "x", "", "-", ";;=", "'=1"])
def test_no_text_starts_a_formula(database: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    from reports.render.csv import defused

    found = database.execute(f"SELECT {defusing('t')} FROM (SELECT unnest($texts) AS t)", {"texts": texts}).fetchall()
    assert [row[0] for row in found] == [defused(text) for text in texts]
