from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.model import TABLES
from rules.findings import (
    FindingUpdate,
    FixDays,
    Waived,
    age_days,
    dated,
    fingerprint,
    under_waivers,
    update_findings,
    watched,
)
from rules.findings.due import fix_by
from rules.load import load_rules
from rules.results import Evaluation, Leaning, RuleResult, RuleRun
from rules.ruleset import RuleSet

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


CANNOT_TELL = pytest.mark.parametrize("whole", [run("unknown"), run("pass", undecided=[ITEM])])


@CANNOT_TELL
def test_what_only_a_partial_pull_saw_is_withdrawn_where_a_whole_one_cannot_tell(whole: RuleRun) -> None:
    seen = update_findings([], on(0, FAILING), incomplete={"P"}).findings
    seen = update_findings(seen, on(1, FAILING), incomplete={"P"}).findings
    assert (seen[0]["state"], seen[0]["verified"], seen[0]["last_verified_on"]) == ("open", True, None)
    still = update_findings(seen, on(2, whole), incomplete={"P"}).findings
    assert still[0]["state"] == "open"
    update = update_findings(still, on(3, whole))
    assert only(update)["state"] == "resolved"
    assert [e["how"] for e in update.events] == ["it was seen only while a source was lacking"]


@CANNOT_TELL
def test_what_a_whole_pull_saw_once_stays_open_while_nobody_can_tell(whole: RuleRun) -> None:
    seen = update_findings([], on(0, FAILING), incomplete={"P"}).findings
    seen = update_findings(seen, on(1, FAILING)).findings
    seen = update_findings(seen, on(2, FAILING), incomplete={"P"}).findings
    assert seen[0]["last_verified_on"] == DAY + timedelta(days=1)
    finding = only(update_findings(seen, on(3, whole)))
    assert (finding["state"], finding["verified"]) == ("open", False)


@CANNOT_TELL
def test_a_finding_of_an_older_plumbrule_stays_open_while_nobody_can_tell(whole: RuleRun) -> None:
    older = [{**opened()[0], "last_verified_on": None, "checked_on": None}]
    assert only(update_findings(older, on(3, whole)))["state"] == "open"


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


def waiting(min_runs: int = 1, grace_days: int = 0) -> RuleSet:
    [found] = [r for r in load_rules().rules if r.id == "HYG-02"]
    return RuleSet((replace(found, min_runs=min_runs, grace_days=grace_days),))


def test_a_failure_waits_too_where_only_policy_switches_the_rule_on() -> None:
    [rule] = waiting(min_runs=2).rules
    found = only(update_findings([], on(0, FAILING), rules=RuleSet((), off=(rule,))))
    assert (found["state"], found["view"]) == ("pending", rule.view)


def test_a_failure_waits_for_so_many_days_on_which_it_is_seen() -> None:
    rules, rows, said = waiting(min_runs=3), [], []
    for day in (0, 0, 1, 2, 3):
        update = update_findings(rows, on(day, FAILING), rules=rules)
        rows = update.findings
        said.append((only(update)["state"], only(update)["times_seen"], events(update)))
    assert said == [
        ("pending", 1, []), ("pending", 1, []), ("pending", 2, []), ("open", 3, ["opened"]), ("open", 4, []),
    ]  # fmt: skip
    assert (rows[0]["first_seen_on"], rows[0]["opened_on"]) == (DAY, DAY + timedelta(days=2))


def test_a_failure_of_a_rule_that_policy_switches_on_for_some_waits_as_well() -> None:
    rules = RuleSet((), off=waiting(min_runs=3).rules)
    assert only(update_findings([], on(0, FAILING), rules=rules))["state"] == "pending"


def test_a_failure_waits_until_it_is_old_enough() -> None:
    rules = waiting(grace_days=5)
    young = update_findings([], on(0, FAILING), rules=rules)
    assert only(young)["state"] == "pending"
    assert only(update_findings(young.findings, on(4, FAILING), rules=rules))["state"] == "pending"
    assert only(update_findings(young.findings, on(5, FAILING), rules=rules))["state"] == "open"


def test_a_failure_that_passes_before_it_was_a_finding_leaves_nothing() -> None:
    rules = waiting(min_runs=2)
    young = update_findings([], on(0, FAILING), rules=rules).findings
    assert update_findings(young, on(1, run("pass")), rules=rules).findings == []
    assert only(update_findings(young, on(1, run("unknown")), rules=rules))["state"] == "pending"
    assert only(update_findings(young, on(1, run("pass")), incomplete={"P"}, rules=rules))["state"] == "pending"


def test_a_rule_that_is_off_for_one_project_retires_its_finding() -> None:
    elsewhere = RuleRun("HYG-02", (RuleResult("HYG-02", "Q", "pass", "medium", "enforce"),))
    update = update_findings(opened(), on(1, elsewhere, projects=["P", "Q"]))
    assert (only(update)["state"], update.events[0]["how"]) == (
        "closed_rule_retired",
        "the rule is off for this project",
    )


def test_the_words_and_the_key_of_an_item_are_no_part_of_its_identity() -> None:
    moved = run("fail", [ITEM], message="NEW-7 leans")
    assert only(update_findings(opened(), on(1, moved)))["id"] == opened()[0]["id"]


def test_what_tells_failures_of_one_item_apart_and_what_the_rule_means_are_part_of_it() -> None:
    plain = fingerprint("R-01", "item", ITEM)
    assert plain == fingerprint("R-01", "item", ITEM, None, 1)
    others = {fingerprint("R-01", "item", ITEM, '["2026-06-01"]'), fingerprint("R-01", "item", ITEM, version=2)}
    assert len({plain, *others}) == 3


@pytest.mark.parametrize(
    ("severity", "due"),
    [("critical", 8), ("high", 15), ("medium", 43), ("low", 127), ("info", None)],
)
def test_the_deadline_is_in_working_days(severity: str, due: int | None) -> None:
    friday = DAY + timedelta(days=4)
    row = {"state": "open", "severity": severity, "opened_on": friday, "reopened_on": None, "waived_days": 0}
    found = fix_by(row | {"waived_before_days": 0}, FixDays())
    assert found == (None if due is None else friday + timedelta(days=due - 1))


def test_days_under_waiver_move_the_deadline_and_do_not_age() -> None:
    rows = opened()
    covered = {rows[0]["id"]: Waived("W-1", DAY + timedelta(days=9))}
    rows = under_waivers([], update_findings([], on(0, FAILING)), covered, DAY).findings
    rows = dated(rows, FixDays())
    first = rows[0]["fix_by"]
    for day in (7, 14):  # the waiver's last day is the ninth
        now = DAY + timedelta(days=day)
        held = covered if day < 10 else {}
        rows = dated(under_waivers(rows, update_findings(rows, on(day, FAILING)), held, now).findings, FixDays())
    assert rows[0]["waived_days"] == 10
    assert age_days(rows[0], DAY + timedelta(days=14)) == 4
    assert (rows[0]["fix_by"] - first).days in (10, 11, 12)  # working days after a day ten days later


def test_a_row_of_an_older_plumbrule_goes_on() -> None:
    new = "view discriminator first_seen_on times_seen last_verified_on checked_on reopened_on waived_by waived_until "
    new += "waived_days waived_before_days fix_by owner steps"
    old = {k: v for k, v in opened()[0].items() if k not in new.split()} | dict.fromkeys(new.split())
    again = only(update_findings([old], on(3, FAILING)))
    assert (again["state"], again["opened_on"], again["first_seen_on"], again["times_seen"]) == ("open", DAY, DAY, 2)
    gone = update_findings([old], on(3, run("pass")))
    assert (only(gone)["state"], gone.events[0]["step"]) == ("resolved", 1)


def test_days_under_waiver_are_counted_once_though_a_day_is_brought_up_to_date_in_two_steps() -> None:
    rows = opened()
    covered = {rows[0]["id"]: Waived("W-1", DAY + timedelta(days=90))}
    rows = under_waivers([], FindingUpdate(rows, []), covered, DAY).findings
    later = on(7, FAILING)
    first = under_waivers(rows, update_findings(rows, later, leave={"HYG-02"}), covered, later.as_of).findings
    second = under_waivers(first, update_findings(first, later), covered, later.as_of).findings
    assert second[0]["waived_days"] == 7


def test_rows_that_stay_as_they_are_come_back_themselves_and_none_that_was_given_is_changed() -> None:
    rows = [
        *update_findings([], on(0, FAILING)).findings,
        *update_findings([], on(0, run("fail", ["jira:issue:2"], rule="HYG-03"))).findings,
    ]
    before = [dict(row) for row in rows]
    update = update_findings(rows, on(3, run("pass")), leave={"HYG-03"})
    update = under_waivers(rows, update, {}, DAY + timedelta(days=3))
    assert rows == before
    left = next(row for row in rows if row["rule_id"] == "HYG-03")
    assert any(row is left for row in update.findings)
    fixed = dated(update.findings, FixDays(), lambda finding: "Ann")
    again = dated(fixed, FixDays(), lambda finding: "Ann")
    assert left["fix_by"] is None
    assert {row["owner"] for row in fixed if row["state"] == "open"} == {"Ann"}
    assert all(one is other for one, other in zip(fixed, again, strict=True))
