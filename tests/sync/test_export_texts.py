"""Texts on their way into a spreadsheet: defused in SQL as the report's own CSV files are."""

import os

import duckdb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.render.csv import defused
from sync.export_texts import defusing

LONGEST = 150 if os.environ.get("PLUMBRULE_SOAK") else 40
SIGNS = st.text(alphabet="=+-@＝＋－＠;\t\r\n \"'\u3000\xa0\x0bab，", max_size=12)


@settings(deadline=None, max_examples=25)
@given(texts=st.lists(SIGNS | st.text(max_size=20), min_size=LONGEST // 4, max_size=LONGEST))
@example(texts=["=1", " =1", "\u3000＝1", "a;=1", 'a;"=1', "a\n\n-1", "\tx", "\rx", "x", "", "-", ";;=", "'=1"])
def test_no_text_starts_a_formula(texts: list[str]) -> None:
    with duckdb.connect() as connection:
        sql = f"SELECT {defusing('t')} FROM (SELECT unnest($texts) AS t)"
        found = connection.execute(sql, {"texts": texts}).fetchall()
    assert [row[0] for row in found] == [defused(text) for text in texts]
