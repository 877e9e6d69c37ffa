"""Evidence as readers see it."""

import json

import pytest

from reports.evidence import CUT, evidence_lines
from reports.model import ProjectRef

PROJECT = ProjectRef(id="initiative:INI-07", key="INI-07", name="Field service app")


def lines(*found: object) -> tuple[str, ...]:
    return evidence_lines(json.dumps(found), PROJECT)


def test_keys_and_titles_speak_for_themselves_and_other_columns_are_named() -> None:
    row = {"key": "APP-3", "title": "Route <b>planner</b>", "due_date": "2026-11-01", "load_ratio": 1.8267}
    assert lines(row) == ("APP-3 · Route <b>planner</b> · due date 2026-11-01 · load ratio 1.83",)


def test_what_is_known_already_or_not_at_all_is_left_out() -> None:
    assert lines({"key": "INI-07", "name": "Field service app", "phase": "execute", "goal": None}) == ("phase execute",)
    assert lines({"key": "INI-07"}) == ()


def test_three_rows_are_enough() -> None:
    assert len(lines(*({"key": f"APP-{n}"} for n in range(9)))) == 3


def test_a_long_row_is_cut() -> None:
    [line] = lines({"labels": ["ab", "cd"], "title": "x" * 300})
    assert line.startswith("labels ab, cd · xxx")
    assert (len(line), line[-1]) == (CUT, "…")


@pytest.mark.parametrize("kept", [None, "", "[]", "[3]"])
def test_no_rows_make_no_lines(kept: str | None) -> None:
    assert evidence_lines(kept, PROJECT) == ()
