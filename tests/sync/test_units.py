"""Units that lie in one another: told once, with their place and what to do."""

import pytest

from sync import circles


def unit(key: str, parent: str | None, **more: object) -> dict:
    return {"id": f"hr:org_unit:{key}", "source": "hr", "key": key, "parent_key": parent, "origin": "org.csv", **more}


def test_a_circle_is_told_once_whatever_leads_into_it():
    units = [unit("A", "b "), unit("B", "C"), unit("C", "a"), unit("D", "A"), unit("E", "D"), unit("F", None)]
    for order in (units, units[::-1]):
        (told,) = circles(order)
        assert told.what == (
            "org.csv: units `A`, `B`, `C` lie in a circle: `A` in `B`, `B` in `C`, `C` in `A`; "
            "leave `parent_key` of the topmost of them empty, or name the unit above it"
        )
        assert (told.source, told.origin, told.code) == ("hr", "org.csv", "reference.unit_in_itself")


def test_a_unit_that_lies_in_itself():
    (told,) = circles([unit("A", "A")])
    assert told.what.startswith("org.csv: unit `A` lies in itself; leave `parent_key` of `A` empty")


@pytest.mark.parametrize(
    "units",
    [
        [],
        [unit("A", None), unit("B", "A"), unit("C", "B")],
        [unit("A", "elsewhere"), unit("B", "A")],
        [unit("A", "B", deleted_at="2026-11-01"), unit("B", "A")],
        [unit("A", None), unit("B", "A"), unit("A", "B", id="zz:org_unit:A", source="zz")],
    ],
    ids=["none", "a tree", "a parent that is not listed", "a row that is gone", "the first of two tables counts"],
)
def test_what_is_no_circle_is_not_told(units: list[dict]):
    assert circles(units) == []


def test_two_circles_are_two():
    assert len(circles([unit("A", "B"), unit("B", "A"), unit("C", "D"), unit("D", "C")])) == 2
