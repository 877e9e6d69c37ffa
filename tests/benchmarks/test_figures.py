"""The arithmetic of the benchmarks: medians, what does not count, and when a target is met."""

import pytest

from benchmarks.figures import FLOOR, FULL, OURS, SOME, Measured, medians, verdicts
from benchmarks.processes import Usage
from benchmarks.table import each_issue, endpoints, judged, table


def run(contender=OURS, case=FULL, issues=20_000, wall=5.0, cpu=4.0, peak=300.0, requests=230, wrong=""):
    usage = None if wrong == "crashed" else Usage(wall, cpu, peak)
    return Measured(contender, case, issues, usage, requests, {"GET /x": requests}, wrong)


def verdict(start, *runs):
    return next(one for one in verdicts(medians(runs)) if one.target.startswith(start))


def test_a_line_holds_the_median_of_each_figure_by_itself():
    line, *others = medians([run(wall=9, cpu=1), run(wall=2, cpu=7), run(wall=3, cpu=5)])
    assert others == []
    assert (line.usage.wall_seconds, line.usage.cpu_seconds, line.runs) == (3, 5, 3)


def test_runs_of_another_size_or_case_are_another_line():
    assert len(medians([run(), run(issues=2000), run(case=SOME), run(contender=FLOOR)])) == 4


@pytest.mark.parametrize("wrong", ["crashed", "its store holds less"])
def test_a_run_that_is_wrong_counts_for_nothing_and_is_told(wrong):
    line = medians([run(wall=1, wrong=wrong), run(wall=8)])[0]
    assert (line.usage.wall_seconds, line.runs, line.wrong) == (8, 1, wrong)
    assert wrong in table([line])
    alone = medians([run(wrong=wrong)])[0]
    assert alone.usage is None
    assert verdict("full load: peak under", run(wrong=wrong)).word == "not measured"


@pytest.mark.parametrize(("cpu", "word"), [(6.0, "pass"), (6.1, "FAIL")])
def test_cpu_is_held_against_the_reference_of_the_same_run(cpu, word):
    assert verdict("full load: CPU", run(cpu=cpu), run(FLOOR, cpu=4.0)).word == word


@pytest.mark.parametrize(("requests", "word"), [(269, "pass"), (270, "FAIL")])
def test_requests_of_a_full_load_may_be_three_tenths_above_the_reference(requests, word):
    assert verdict("full load: at most 1.3", run(requests=requests)).word == word


@pytest.mark.parametrize(("requests", "word"), [(14, "pass"), (15, "FAIL")])
def test_an_incremental_run_needs_fewer_than_fifteen_requests(requests, word):
    assert verdict("1 % changed", run(case=SOME, requests=requests)).word == word


@pytest.mark.parametrize(("peak", "word"), [(375, "pass"), (376, "FAIL")])
def test_memory_is_flat_when_ten_times_the_issues_take_little_more(peak, word):
    assert verdict("full load: peak flat", run(peak=300), run(issues=200_000, peak=peak)).word == word


def test_the_best_peer_of_the_same_size_is_the_one_that_counts():
    runs = [run(wall=5), run("slow", wall=300), run("quick", wall=99), run("small", issues=2000, wall=1)]
    found = verdict("full load: wall", *runs)
    assert (found.word, found.figures) == ("FAIL", "quick 99.0 s / 5.0 s = 19.8 x")
    assert verdict("full load: wall", run(wall=4.9), run("quick", wall=99)).word == "pass"


def test_a_peer_that_was_stopped_bounds_the_ratio_from_below():
    stopped = Measured("endless", FULL, 20_000, wrong="it was stopped after 600 s", stopped_seconds=600)
    found = verdict("full load: wall", run(wall=25), stopped)
    assert (found.word, found.figures) == ("pass", "endless more than 600.0 s / 25.0 s = more than 24.0 x")
    assert verdict("full load: wall", run(wall=25), stopped, run("quick", wall=99)).word == "FAIL"
    assert verdict("full load: wall", run(wall=31), stopped).word == "not measured"


def test_targets_of_another_size_are_not_judged_rather_than_extrapolated():
    runs = [run(issues=2000), run(FLOOR, issues=2000), run("peer", issues=2000), run(case=SOME, issues=2000)]
    judgement = verdicts(medians(runs))
    assert {one.word for one in judgement} == {"not measured"}
    assert judged(judgement) == "targets: not judged, they are stated for 20,000 issues"


def test_the_table_shows_ratios_to_the_reference_and_the_requests_by_endpoint():
    lines = medians([run(wall=6, cpu=6), run(FLOOR, wall=3, cpu=4, requests=201)])
    shown = table(lines)
    assert shown.splitlines()[1].split() == ["plumbrule", "20,000", "1", "6.00", "6.00", "300", "230", "2.00", "1.50"]
    assert endpoints(lines, OURS) == "full load, 20,000 issues: 230 GET /x"
    assert judged(verdicts(lines)).count("\n") == 6


def test_what_an_issue_costs_is_told_at_each_size_and_judged_where_both_were_loaded():
    target = "CPU for an issue of 10,000,000: at most 1.5 x that of 100,000"
    many, most = run(issues=100_000, cpu=30, wall=60), run(issues=10_000_000, cpu=4_800, wall=5_000)
    found = next(one for one in verdicts(medians([most, many])) if one.target == target)
    assert (found.word, found.figures) == ("FAIL", "1.60")
    assert verdict(target, many).word == "not measured"
    rows = [row.split() for row in each_issue(medians([most, many])).splitlines()[1:]]
    assert rows == [["100,000", "0.300", "1.00", "50%"], ["10,000,000", "0.480", "1.60", "4%"]]
    assert each_issue([]) == "what an issue costs: not measured"
