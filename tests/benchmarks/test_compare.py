"""Results beside earlier ones: what is the same figure, and what is left out."""

import json
from pathlib import Path

import pytest

from benchmarks import compare
from benchmarks.compare import compared, last_two, shown
from benchmarks.kept import Result, results


def usage(cpu: float) -> dict[str, float]:
    return {"wall_seconds": 9.0, "cpu_seconds": cpu, "peak_mb": 300.0}


def rules(at: str, cpu: float, items: int = 1_000, wrong: str = "") -> Result:
    run = {"what": "check", "items": items, "usage": usage(cpu), "wrong": wrong}
    failed = {"what": "measures", "items": items, "usage": None, "wrong": "it was stopped"}
    return Result("rules", at, {"machine": "a quiet one", "runs": [run, failed]})


def test_figures_are_named_by_what_was_measured_and_how_large_it_was() -> None:
    assert rules("1", 4.0).figures == {
        ("check, 1,000 items", "wall_seconds"): 9.0,
        ("check, 1,000 items", "cpu_seconds"): 4.0,
        ("check, 1,000 items", "peak_mb"): 300.0,
    }
    assert not rules("1", 4.0, wrong="the store holds less").figures


def test_what_was_repeated_counts_with_its_median_and_medians_count_for_their_runs() -> None:
    runs = [{"contender": "ours", "usage": usage(cpu)} for cpu in (1.0, 9.0, 2.0)]
    assert Result("msproject", "1", {"runs": runs}).figures["ours", "cpu_seconds"] == 2.0
    line = {"contender": "ours", "usage": usage(7.0), "by_endpoint": {"GET /": 3}}
    both = {"runs": runs, "medians": [line]}
    assert Result("jira", "1", both).figures["ours", "cpu_seconds"] == 7.0


def test_requests_by_source_are_added_and_a_shape_is_part_of_the_name() -> None:
    document = {"runs": [{"what": "1 % changed", "requests": {"jira": 11, "plans": 4}}], "served": []}
    assert Result("nightly", "1", document).figures == {("1 % changed", "requests"): 15.0}
    shaped = {"runs": [{"shape": {"name": "one plan", "plans": 1, "tasks": 5_000}, "seconds": 2.5}]}
    assert Result("network", "1", shaped).figures == {("one plan, 1 plans, 5,000 tasks", "seconds"): 2.5}


def test_the_newest_is_compared_with_the_newest_earlier_one_of_its_size() -> None:
    found = [rules("1", 4.0), rules("2", 5.0, items=10), rules("3", 6.0)]
    pair = last_two(found)
    assert pair == (found[0], found[2])
    [cpu] = [one for one in compared(*pair) if one.figure == "cpu_seconds"]
    assert cpu.times == 1.5
    assert "1.50" in shown(*pair, [cpu]) and "a quiet one" in shown(*pair, [cpu])
    assert last_two(found[:2]) is None and last_two([]) is None


def test_a_figure_of_nearly_nothing_has_no_ratio() -> None:
    assert "cpu_seconds" not in {one.figure for one in compared(rules("1", 0.01), rules("2", 0.03))}


@pytest.mark.parametrize(("at_most", "code"), [("1.6", 0), ("1.2", 1)])
def test_the_command_reads_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], at_most: str, code: int
) -> None:
    for one in (rules("2026-11-28T010203Z", 4.0), rules("2026-11-29T010203Z", 6.0)):
        (tmp_path / f"{one.part}-{one.at}.json").write_text(json.dumps(one.document))
    monkeypatch.setattr(compare, "results", lambda: results([tmp_path]))
    assert compare.main(["--at-most", at_most]) == code
    assert "rules: 2026-11-29T010203Z beside 2026-11-28T010203Z" in capsys.readouterr().out
