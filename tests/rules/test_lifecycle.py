"""The life of findings through anything that may happen: syncs whole, partial and failed, waivers, policy, keys.

A state machine of hypothesis: the everyday form plays 60 histories of up to 30 steps, `make soak` 2,000 of up to 60.
"""

import os
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rules.findings import (
    REOPEN_DAYS,
    FindingUpdate,
    FixDays,
    Waived,
    age_days,
    dated,
    under_waivers,
    update_findings,
    watched,
)
from rules.load import load_rules
from rules.results import Evaluation, Leaning, RuleResult, RuleRun
from rules.ruleset import Rule, RuleSet

SOAK = bool(os.environ.get("PLUMBRULE_SOAK"))
EXAMPLES, STEPS = (2_000, 60) if SOAK else (60, 30)
ITEMS = ("jira:issue:1", "jira:issue:2")
PROJECT = "P"
SEVERITIES = st.sampled_from(["critical", "high", "medium", "low", "info"])


def _rules() -> tuple[Rule, ...]:
    from dataclasses import replace

    found = {r.id: r for r in load_rules().rules}
    at_once = found["HYG-02"]
    return at_once, replace(found["HYG-03"], min_runs=2, grace_days=3)


RULES = _rules()


class Lives(RuleBasedStateMachine):
    """A project with two items and two rules, one of which waits before a failure becomes a finding."""

    def __init__(self) -> None:
        super().__init__()
        self.day = date(2026, 1, 5)
        self.findings: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.failing: set[tuple[str, str]] = set()
        self.off: set[str] = set()
        self.severity = {r.id: r.severity for r in RULES}
        self.waivers: dict[str, tuple[str, date]] = {}
        self.seen_ids: dict[tuple[str, str], str] = {}
        self.keys = 0

    @initialize(failing=st.sets(st.sampled_from([(r.id, i) for r in RULES for i in ITEMS]), min_size=1))
    def a_first_check(self, failing: set[tuple[str, str]]) -> None:
        self.failing = failing
        self._check()

    # -- what the world does -----------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 2, 5, 30, REOPEN_DAYS, REOPEN_DAYS + 1]))
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(changed=st.sets(st.sampled_from([(r.id, i) for r in RULES for i in ITEMS]), min_size=1))
    def outcomes_change(self, changed: set[tuple[str, str]]) -> None:
        self.failing ^= changed

    @rule(of=st.sampled_from(RULES))
    def policy_switches_a_rule(self, of: Rule) -> None:
        self.off ^= {of.id}

    @rule(of=st.sampled_from(RULES), severity=SEVERITIES)
    def policy_changes_a_severity(self, of: Rule, severity: str) -> None:
        self.severity[of.id] = severity

    @rule()
    def a_key_changes(self) -> None:
        self.keys += 1  # keys are in words only: ids of findings must not follow

    @rule(of=st.sampled_from(RULES), days=st.integers(0, 40), name=st.sampled_from(["W-1", "W-2"]))
    def a_waiver_is_granted(self, of: Rule, days: int, name: str) -> None:
        self.waivers[name] = (of.id, self.day + timedelta(days=days))

    @precondition(lambda self: self.waivers)
    @rule(name=st.sampled_from(["W-1", "W-2"]))
    def a_waiver_is_revoked(self, name: str) -> None:
        self.waivers.pop(name, None)

    # -- what we do --------------------------------------------------------------------------------------------------

    @rule()
    def a_whole_sync(self) -> None:
        self._check()

    @rule()
    def a_partial_sync(self) -> None:
        before = {f["id"]: f["state"] for f in self.findings}
        update = self._check(incomplete={PROJECT})
        assert not {e["event"] for e in update.events} & {"resolved"}
        for f in self.findings:
            if before.get(f["id"]) == "open":
                assert f["state"] in ("open", "closed_rule_retired")

    @rule(outcome=st.sampled_from(["unknown", "error"]))
    def a_failed_check(self, outcome: str) -> None:
        before = {f["id"]: f for f in self.findings}
        self._check(outcome=outcome)
        for f in self.findings:
            old = before.get(f["id"])
            if old and old["state"] == "open" and f["state"] == "open":
                assert (f["last_verified_on"], f["verified"]) == (old["last_verified_on"], False)

    @precondition(lambda self: self.findings)
    @rule()
    def the_same_once_more(self) -> None:
        self._check()
        rows, steps = self.findings, len(self.events)
        update = self._check()
        assert update.findings == rows
        assert len(self.events) == steps

    def _check(self, incomplete: set[str] | None = None, outcome: str | None = None) -> FindingUpdate:
        runs = []
        for one in RULES:
            if one.id in self.off:
                continue
            failing = sorted(i for r, i in self.failing if r == one.id) if outcome is None else []
            said = outcome or ("fail" if failing else "pass")
            severity = self.severity[one.id]
            leaning = tuple(
                Leaning(one.id, PROJECT, "item", i, severity, "enforce", f"KEY{self.keys}-{i} leans") for i in failing
            )
            result = RuleResult(one.id, PROJECT, said, severity, "enforce")
            runs.append(RuleRun(one.id, (result,), leaning, error="broke" if said == "error" else None))
        evaluation = Evaluation(self.day, tuple(runs), frozenset({PROJECT}))
        assert watched(self.findings).keys() <= {r.id for r in RULES}
        update = update_findings(self.findings, evaluation, incomplete=incomplete or (), rules=RuleSet(RULES))
        covered: dict[str, Waived] = {}
        for f in update.findings:
            held = [
                (until, name) for name, (of, until) in self.waivers.items() if of == f["rule_id"] and until >= self.day
            ]
            if f["state"] == "open" and held:
                until, name = max(held)
                covered[f["id"]] = Waived(name, until)
        update = under_waivers(self.findings, update, covered, self.day)
        update = FindingUpdate(dated(update.findings, FixDays()), update.events)
        self._reopened_in_time(update)
        self.findings = update.findings
        self.events += update.events
        return update

    def _reopened_in_time(self, update: FindingUpdate) -> None:
        before = {f["id"]: f for f in self.findings}
        for event in update.events:
            if event["event"] == "reopened":
                old = before[event["finding_id"]]
                assert old["state"] not in ("open", "pending")
                assert (self.day - old["resolved_on"]).days <= REOPEN_DAYS

    # -- what holds --------------------------------------------------------------------------------------------------

    @invariant()
    def the_log_replays_to_the_state(self) -> None:
        told: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for event in self.events:
            told[event["finding_id"]].append(event)
        for f in self.findings:
            log = told[f["id"]]
            assert [e["step"] for e in log] == list(range(1, f["steps"] + 1))
            state, waived = "new", None
            for event in log:
                match event["event"]:
                    case "opened":
                        assert state != "open"
                        state = "open"
                    case "reopened":
                        assert state == "over"
                        state = "open"
                    case "resolved" | "closed":
                        assert state == "open"
                        state = "over"
                    case "waived":
                        assert state == "open"
                        assert waived is None
                        waived = event["how"].partition(" ")[0]
                    case "waiver_ended":
                        assert waived is not None
                        waived = None
            assert (state == "open") == (f["state"] == "open"), (log, f)
            assert waived == f["waived_by"]

    @invariant()
    def ages_and_days_make_sense(self) -> None:
        for f in self.findings:
            age = age_days(f, self.day)
            assert (age is None) == (f["opened_on"] is None)
            assert age is None or age >= 0
            if f["opened_on"] is not None:
                assert 0 <= f["waived_days"] <= max(0, (f["checked_on"] - f["opened_on"]).days)
                assert f["waived_before_days"] <= f["waived_days"]
            if f["state"] == "open":
                assert (f["fix_by"] is None) == (f["severity"] == "info")
                assert f["resolved_on"] is None
                assert f["last_verified_on"] is None or f["last_verified_on"] <= f["checked_on"]
            else:
                assert f["waived_by"] is None

    @invariant()
    def a_waiver_hides_nothing(self) -> None:
        for f in self.findings:
            if f["waived_by"]:
                assert f["state"] == "open"
                assert f["waived_until"] >= f["checked_on"]

    @invariant()
    def identity_lasts(self) -> None:
        for f in self.findings:
            name = (f["rule_id"], f["subject_id"])
            assert self.seen_ids.setdefault(name, f["id"]) == f["id"]

    @invariant()
    def what_waits_is_no_finding(self) -> None:
        for f in self.findings:
            if f["state"] == "pending":
                assert f["opened_on"] is None
                assert f["rule_id"] == RULES[1].id


Lives.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestLives = Lives.TestCase
