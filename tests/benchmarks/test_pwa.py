"""Requests of a pull of a Project Web App are explained set by set; what no rule explains is told."""

import pytest

from benchmarks.cases import Conditions, at_one_site
from benchmarks.contenders import plumbrule_of_plans
from benchmarks.figures import FULL, OURS, SAME, SOME, Measured, medians
from benchmarks.processes import Usage, plan_site
from benchmarks.pwa import verdicts
from benchmarks.pwa_requests import explained, shown

HOLDS = {
    "projects": 250,
    "resources": 40,
    "tasks": 25_000,
    "assignments": 27_500,
    "task_baselines": 25_000,
    "project_baselines": 250,
    "links": 20_000,
}
DATA, SERVER = "GET /pwa/_api/ProjectData/[en-us]/", "GET /pwa/_api/ProjectServer/Projects('{id}')/"


def found(by_endpoint, changed=33):
    return {one.name.rpartition("/")[2]: one for one in explained(by_endpoint, HOLDS, changed) if "Data/" in one.name}


def test_each_set_has_a_rule_from_page_sizes_and_the_least_there_can_be():
    sets = found({DATA + "Tasks": 33, DATA + "Issues": 3, DATA + "Assignments": 66, DATA + "Projects": 7})
    assert {name: (sets[name].rule, sets[name].least) for name in ("Tasks", "Assignments", "Issues", "Projects")} == {
        "Tasks": (33, 33),
        "Assignments": (66, 37),
        "Issues": (3, 1),
        "Projects": (7, 3),
    }
    assert sets["ProjectBaselines"].rule == 2 + 3
    assert all(sets[name].understood for name in ("Tasks", "Issues", "Assignments", "Projects"))
    assert not sets["Risks"].understood, "none was sent, and three should have been"


def test_where_nothing_changed_no_plan_is_asked_for():
    sets = found({}, changed=0)
    assert [sets[name].rule for name in ("Tasks", "Assignments", "TaskBaselines", "Risks", "Issues")] == [0] * 5
    assert sets["ProjectBaselines"].rule == sets["ProjectBaselines"].least == 2


def test_a_request_that_no_rule_explains_is_told():
    lines = explained({DATA + "Tasks": 34, DATA + "Colours": 1}, HOLDS, 33)
    text = shown(lines)
    assert "NOT EXPLAINED: that makes 33" in text
    assert "no rule says why; NOT EXPLAINED: that makes 0" in text
    doubts = verdicts(medians([run()]), {FULL: lines})[-1]
    assert doubts.word == "FAIL"
    assert "Colours" in doubts.figures


def run(most=4, peak=300.0, wrong=""):
    usage = Usage(9.0, 8.0, peak)
    return Measured(OURS, FULL, 25_000, usage, 10, {DATA + "Tasks": 10}, wrong, most_at_once=most)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (run(), ["pass", "pass", "pass"]),
        (run(most=5), ["FAIL", "pass", "pass"]),
        (run(peak=400.0), ["pass", "FAIL", "pass"]),
        (run(wrong="its store holds less"), ["not measured"] * 3),
    ],
)
def test_the_figures_are_held_against_the_targets(one, words):
    assert [verdict.word for verdict in verdicts(medians([one]), {})] == words


@pytest.mark.slow
def test_what_the_pull_command_stores_is_what_the_site_holds_and_each_request_is_explained():
    quick = Conditions(latency_ms=0, timeout_seconds=120)
    with plan_site(20, 12, latency_ms=0) as site:
        holds = site.expected()
    runs = at_one_site(plan_site(20, 12, latency_ms=0), [plumbrule_of_plans()], 1, quick, lambda _: None)
    assert [(one.case, one.wrong) for one in runs] == [(FULL, ""), (SAME, ""), (SOME, "")]
    for one, changed in zip(runs, (20, 0, runs[-1].changed), strict=True):
        doubts = [reason for reason in explained(one.by_endpoint, holds, changed) if not reason.understood]
        assert doubts == []
        assert 1 <= one.most_at_once <= 4
    assert runs[-1].changed == 1
