"""The benchmark of plans measures what it says: the plan is as large as told, and a wrong store does not count."""

from zoneinfo import ZoneInfo

from benchmarks.msproject import AGAIN, OURS, Measured, judged, shown
from benchmarks.msproject_plan import Size, write
from benchmarks.processes import Usage
from connectors.msproject.mspdi import Reading, parts


def test_the_plan_holds_exactly_what_a_complete_store_must(tmp_path):
    size = Size(25, assignments_a_task=3, days=4)
    write(tmp_path / "large.xml", size)
    found: dict[str, set[str]] = {}
    for part in parts(tmp_path / "large.xml", Reading("files", ZoneInfo("UTC"), timephased=True, rows_a_part=50)):
        assert part.rejected == []
        for name, rows in part.tables.items():
            found.setdefault(name, set()).update(row["id"] for row in rows)
    assert {name: len(found[name]) for name in size.expected} == size.expected


def test_the_size_that_the_target_is_stated_for():
    size = Size(10_000)
    assert (size.assignments, size.stretches) == (50_000, 1_000_000)


def test_a_run_that_is_wrong_counts_for_nothing_and_is_told():
    good, bad = Measured(OURS, Usage(20, 19, 390)), Measured(OURS, Usage(10, 9, 300), "3 rows of task")
    runs = [bad, good, Measured(AGAIN, None, "died")]
    text = shown(runs, Size(10_000))
    assert "20.00" in text
    assert "10.00" not in text
    assert "plumbrule pull: 3 rows of task" in text
    assert "nothing changed: died" in text
    assert judged(runs, Size(10_000)).startswith("pass  peak under 400 MB: 390 MB")
    assert judged([Measured(OURS, Usage(1, 1, 401))], Size(10_000)).startswith("FAIL")
    assert "not judged" in judged(runs, Size(9))
