"""Rows that are held by column behave as the list of rows that they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.columns import ColumnRows, by_column, columns_of, values_of

NAMES = ("id", "hours", "labels")
CELLS = st.lists(st.tuples(st.text(), st.none() | st.integers(), st.lists(st.text())), max_size=600)


def as_rows(cells):
    return [dict(zip(NAMES, values, strict=True)) for values in cells]


@given(CELLS)
def test_they_are_the_rows_that_they_stand_for(cells):
    rows, plain = ColumnRows.of(NAMES, cells), as_rows(cells)
    assert rows == plain
    assert len(rows) == len(plain)
    assert [rows[n] for n in range(len(rows))] == plain
    assert rows[1:3] == plain[1:3]
    assert [*rows, *rows] == [*plain, *plain]


@given(CELLS)
def test_columns_are_the_same_from_either(cells):
    rows, plain = ColumnRows.of(NAMES, cells), as_rows(cells)
    for name in (*NAMES, "not there"):
        assert list(values_of(rows, name)) == list(values_of(plain, name))
    if cells:
        assert {n: list(v) for n, v in columns_of(rows).items()} == {n: list(v) for n, v in columns_of(plain).items()}


def test_what_a_row_leaves_out_is_unknown():
    mixed = [{"id": "1", "hours": 2}, {"id": "2", "title": "x"}]
    assert columns_of(mixed) == {"id": ["1", "2"], "hours": [2, None], "title": [None, "x"]}
    assert values_of(mixed, "hours") == [2, None]
    assert columns_of([]) == {}


def test_other_rows_are_not_equal():
    rows = ColumnRows.of(("id",), [("1",)])
    assert rows != [{"id": "2"}]
    assert rows != [{"id": "1"}, {"id": "1"}]
    assert rows != "1"


@pytest.mark.parametrize("cells", [[("1", 2)], [("1", 2, [], "more")]])
def test_rows_of_another_width_are_refused(cells):
    with pytest.raises(ValueError, match="zip"):
        ColumnRows.of(NAMES, cells)


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="different lengths"):
        ColumnRows({"id": ["1"], "hours": []})


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([{"id": "a", "n": 1}, {"n": None, "id": "b"}], ColumnRows),
        ([{"id": "a", "n": 1}, {"id": "b"}], list),
        ([{"id": "a", "n": 1}, {"id": "b", "m": 1}], list),
        ([], list),
    ],
    ids=["alike", "one has less", "one has another", "none"],
)
def test_rows_with_the_same_keys_are_held_by_column_and_stay_the_same_rows(rows, kept):
    held = by_column(rows)
    assert isinstance(held, kept)
    assert list(held) == rows
