from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.model import TABLES
from rules.findings import FindingUpdate, fingerprint, update_findings, watched
from rules.results import Evaluation, Leaning, RuleResult, RuleRun

DAY = date(2026, 6, 1)
ITEM = "jira:issue:10001"


def run(
    outcome: str = "pass",
    items: Iterable[str] = (),
    *,
    rule: str = "HYG-02",
    project: str = "P",
    undecided: Iterable[str] = (),
    gone: Iterable[str] = (),
    message: str = "leans",
) -> RuleRun:
    result = RuleResult(rule, project, outcome, "medium", "enforce")
    leaning = tuple(Leaning(rule, project, "item", i, "medium", "enforce", message) for i in items)
    return RuleRun(
        rule, (result,), leaning, frozenset(undecided), frozenset(gone), "broke" if outcome == "error" else None
    )


def on(day: int, *runs: RuleRun, projects: Iterable[str] = ("P",)) -> Evaluation:
    return Evaluation(DAY + timedelta(days=day), runs, frozenset(projects))


FAILING = run("fail", [ITEM])


def opened() -> list[dict[str, Any]]:
    return update_findings([], on(0, FAILING)).findings


def only(update: FindingUpdate) -> dict[str, Any]:
    [finding] = update.findings
    return finding


def events(update: FindingUpdate) -> list[str]:
    return [e["event"] for e in update.events]


def test_a_failure_opens_a_finding() -> None:
    update = update_findings([], on(0, FAILING))
    finding = only(update)
    assert (finding["state"], finding["opened_on"], finding["last_seen_on"], finding["verified"]) == (
        "open",
        DAY,
        DAY,
        True,
    )
    assert events(update) == ["opened"]
    assert set(finding) == set(TABLES["finding"].names)
    assert set(update.events[0]) == set(TABLES["finding_event"].names)


def test_it_stays_open_while_it_fails_and_says_the_latest_words() -> None:
    update = update_findings(opened(), on(3, run("fail", [ITEM], message="leans more")))
    finding = only(update)
    assert (finding["opened_on"], finding["last_seen_on"]) == (DAY, DAY + timedelta(days=3))
    assert finding["message"] == "leans more"
    assert events(update) == []


@pytest.mark.parametrize("outcome", ["pass", "warn", "not_applicable"])
def test_it_is_resolved_when_a_complete_check_finds_it_straight(outcome: str) -> None:
    update = update_findings(opened(), on(3, run(outcome)))
    finding = only(update)
    assert (finding["state"], finding["resolved_on"]) == ("resolved", DAY + timedelta(days=3))
    assert update.events[0]["how"] == f"the check says {outcome.replace('_', ' ')}"


def test_one_item_is_resolved_while_another_still_fails() -> None:
    both = update_findings([], on(0, run("fail", [ITEM, "other"]))).findings
    update = update_findings(both, on(1, run("fail", ["other"])))
    assert {f["subject_id"]: f["state"] for f in update.findings} == {ITEM: "resolved", "other": "open"}


@pytest.mark.parametrize(
    "later",
    [run("unknown"), run("error"), run("pass", undecided=[ITEM]), run("fail", ["other"], undecided=[ITEM])],
    ids=["unknown", "error", "item undecided", "item undecided among others"],
)
def test_what_could_not_be_checked_keeps_it_open_and_unverified(later: RuleRun) -> None:
    update = update_findings(opened(), on(3, later))
    finding = next(f for f in update.findings if f["subject_id"] == ITEM)
    assert (finding["state"], finding["verified"], finding["last_seen_on"]) == ("open", False, DAY)


@pytest.mark.parametrize("later", [run("pass"), run("pass", gone=[ITEM]), run("not_applicable")])
def test_a_partial_pull_never_resolves(later: RuleRun) -> None:
    finding = only(update_findings(opened(), on(3, later), incomplete={"P"}))
    assert (finding["state"], finding["verified"]) == ("open", False)


def test_a_partial_pull_of_another_project_does_not_keep_it_open() -> None:
    assert only(update_findings(opened(), on(3, run("pass")), incomplete={"Q"}))["state"] == "resolved"


def test_a_partial_pull_still_confirms_what_fails() -> None:
    finding = only(update_findings(opened(), on(3, FAILING), incomplete={"P"}))
    assert (finding["verified"], finding["last_seen_on"]) == (True, DAY + timedelta(days=3))


def test_a_vanished_item_closes_its_finding() -> None:
    update = update_findings(opened(), on(3, run("pass", gone=[ITEM])))
    assert only(update)["state"] == "closed_subject_gone"
    assert events(update) == ["closed"]


def test_a_vanished_project_closes_its_findings_unless_something_was_not_read() -> None:
    without = on(3, run("pass", project="Q"), projects=["Q"])
    assert only(update_findings(opened(), without))["state"] == "closed_subject_gone"
    assert only(update_findings(opened(), without, incomplete={"Q"}))["state"] == "open"


def test_a_retired_rule_closes_its_findings() -> None:
    assert only(update_findings(opened(), on(3, run(rule="HYG-03"))))["state"] == "closed_rule_retired"


@pytest.mark.parametrize(
    ("days", "event", "reopened", "opened_on"),
    [(91, "reopened", 1, DAY), (92, "opened", 0, DAY + timedelta(days=92))],
    ids=["after 90 days it is the same episode", "after 91 days it is a new one"],
)
def test_a_failure_comes_back(days: int, event: str, reopened: int, opened_on: date) -> None:
    resolved = update_findings(opened(), on(1, run("pass"))).findings
    update = update_findings(resolved, on(days, FAILING))
    finding = only(update)
    assert (finding["state"], finding["times_reopened"], finding["opened_on"]) == ("open", reopened, opened_on)
    assert finding["resolved_on"] is None
    assert events(update) == [event]


def test_the_id_depends_on_rule_and_subject_only() -> None:
    assert fingerprint("A-01", "item", "x") == fingerprint("A-01", "item", "x")
    assert len({fingerprint(r, k, s) for r in ("A-01", "A-02") for k in ("item", "project") for s in ("x", "y")}) == 8


def test_open_item_findings_are_watched() -> None:
    project = {"state": "open", "subject_kind": "project", "rule_id": "R", "subject_id": "P"}
    closed = {"state": "resolved", "subject_kind": "item", "rule_id": "R", "subject_id": "x"}
    assert watched([*opened(), project, closed]) == {"HYG-02": {ITEM}}


OUTCOMES = st.sampled_from(["pass", "warn", "fail", "unknown", "not_applicable", "error"])


@given(days=st.lists(st.tuples(OUTCOMES, st.sets(st.sampled_from("abc")), st.booleans()), max_size=8))
def test_the_same_day_twice_gives_the_same_findings_whatever_came_before(days: list[Any]) -> None:
    findings: list[dict[str, Any]] = []
    for number, (outcome, items, partial) in enumerate(days):
        evaluation = on(number * 40, run(outcome, items if outcome == "fail" else ()))
        once = update_findings(findings, evaluation, incomplete={"P"} if partial else ())
        again = update_findings(once.findings, evaluation, incomplete={"P"} if partial else ())
        assert again.findings == once.findings
        assert again.events == []
        findings = once.findings
    assert all((f["state"] == "open") == (f["resolved_on"] is None) for f in findings)
