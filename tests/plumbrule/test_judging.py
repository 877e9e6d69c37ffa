"""What a check writes of its findings: those that changed, or all of them."""

from typing import Any

import pytest

from plumbrule.judging import _changed


def rows(**days: int) -> list[dict[str, Any]]:
    return [{"id": name, "last_seen_on": day} for name, day in days.items()]


@pytest.mark.parametrize(
    ("before", "after", "written", "emptied"),
    [
        (rows(a=1, b=1, c=1), rows(a=1, b=1, c=1), [], []),
        (rows(a=1, b=1, c=1), rows(a=1, b=2, c=1), rows(b=2), []),
        (rows(a=1, b=1, c=1), rows(a=1, b=1, c=1, d=2), rows(d=2), []),
        (rows(a=1, b=1, c=1), rows(a=1, b=1), rows(a=1, b=1), ["finding"]),
        (rows(a=1, b=1, c=1), rows(a=2, b=2, c=1), rows(a=2, b=2, c=1), ["finding"]),
        ([], rows(a=1), rows(a=1), ["finding"]),
    ],
    ids=["nothing", "one changed", "one new", "one gone", "most changed", "the first check"],
)
def test_what_is_written_of_findings(
    before: list[dict[str, Any]], after: list[dict[str, Any]], written: list[dict[str, Any]], emptied: list[str]
) -> None:
    assert _changed(before, after) == (written, emptied)
