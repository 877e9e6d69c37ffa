"""What the soak counts as lost and as doubled."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from soak.comparing import Difference, Left, difference
from soak.report import report
from soak.trials import Outcome

TRUTH = Left(
    rows={"work_item": Counter(["a", "b"])}, writes={"web link": Counter(["x"]), "card": Counter(["monday"])}, untold=0
)


def test_the_same_is_the_same() -> None:
    assert difference(TRUTH, TRUTH, smooth=True).is_none


@pytest.mark.parametrize(
    ("rows", "lost", "doubled"),
    [(["a"], 1, 0), (["a", "b", "b"], 0, 1), (["a", "c"], 1, 1), ([], 2, 0)],
)
def test_rows_are_counted_as_often_as_they_stand_there(rows: list[str], lost: int, doubled: int) -> None:
    found = difference(TRUTH, replace(TRUTH, rows={"work_item": Counter(rows)}), smooth=False)
    assert (found.rows_lost, found.rows_doubled) == (lost, doubled)
    assert len(found.cases) == lost + doubled


@pytest.mark.parametrize(
    ("kind", "there", "untold", "smooth", "lost", "doubled"),
    [
        ("web link", ["x", "x"], 0, True, 0, 1),
        ("web link", [], 1, True, 1, 0),
        ("card", ["monday", "monday"], 0, True, 0, 1),
        ("card", ["monday", "monday"], 0, False, 0, 1),
        ("card", ["partly", "monday"], 0, False, 0, 0),
        ("card", ["partly", "monday"], 0, True, 0, 1),
        ("card", ["partly"], 0, False, 0, 0),
        ("card", [], 0, False, 1, 0),
        ("card", [], 1, True, 0, 0),
    ],
)
def test_a_message_may_be_missing_only_where_the_ledger_says_so_and_never_comes_twice(
    kind: str, there: list[str], untold: int, smooth: bool, lost: int, doubled: int
) -> None:
    struck = Left(TRUTH.rows, TRUTH.writes | {kind: Counter(there)}, untold)
    found = difference(TRUTH, struck, smooth=smooth)
    assert (found.writes_lost, found.writes_doubled) == (lost, doubled)


def outcome(**changes: object) -> Outcome:
    made = Outcome("pull", "1:0:pull", runs=4)
    made.deaths.update({"moment": 3})
    made.harms.update({"429": 5})
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("changes", "kills", "is_good"),
    [
        ({}, 3, True),
        ({}, 4, False),
        ({"difference": Difference(rows_lost=1)}, 3, False),
        ({"difference": Difference(writes_doubled=1)}, 3, False),
        ({"trouble": ["ended with 70"]}, 3, False),
    ],
    ids=["nothing lost", "too few kills", "a row lost", "a write doubled", "a bug"],
)
def test_the_report_is_good_only_where_enough_was_met_and_nothing_found(
    tmp_path: Path, changes: dict[str, object], kills: int, is_good: bool
) -> None:
    text, good = report([outcome(**changes)], kills=kills, faults=5, out=tmp_path / "soak.json")
    assert good is is_good and ("NOT GOOD" in text) is not is_good
    assert (tmp_path / "soak.json").read_text(encoding="utf-8").startswith("{")
