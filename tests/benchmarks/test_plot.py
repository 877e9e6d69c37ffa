"""What is drawn: the newest figures of each size."""

from pathlib import Path

import pytest

from benchmarks.kept import Result
from benchmarks.plot import SERIES, draw, points_of


def jira(at: str, issues: int, cpu: float, contender: str = "plumbrule") -> Result:
    usage = {"wall_seconds": 9.0, "cpu_seconds": cpu, "peak_mb": 300.0}
    line = {"contender": contender, "case": "full load", "issues": issues, "usage": usage}
    return Result("jira", at, {"medians": [line]})


FOUND = [jira("1", 200, 5.0), jira("2", 100, 3.0), jira("3", 200, 4.0), jira("4", 100, 1.0, "reference")]


def test_the_newest_counts_at_each_size_and_sizes_are_in_order() -> None:
    whole, reference, *others = SERIES
    assert list(points_of(whole, FOUND).items()) == [(100, (3.0, 300.0)), (200, (4.0, 300.0))]
    assert points_of(reference, FOUND) == {100: (1.0, 300.0)}
    assert not any(points_of(one, FOUND) for one in others)


def test_what_is_drawn_is_a_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    draw({"a Jira read whole": points_of(SERIES[0], FOUND)}, tmp_path / "new" / "cost.png")
    assert (tmp_path / "new" / "cost.png").read_bytes().startswith(b"\x89PNG")
