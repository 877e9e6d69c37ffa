"""Waivers that a tool keeps as records: what they must say to count, and how they go with those of files."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from waiver_portfolio import DAY, Snapshot, held, waiver

from rules.limits import WaiverApprovers, WaiverLimits
from rules.ruleset import RuleSet
from rules.waivers import merged, recorded, registered

RECORD = {
    "id": "jira:waiver:5", "source": "jira", "project_id": "jira:project:8", "work_item_id": "jira:issue:5",
    "title": "Waiver", "ticket": "SHOP-5", "rule": "sch-06, SCH-07", "reason": "because", "requested_by": "Lee",
    "requester_id": "jira:account:lee", "approved_by": "Chen", "approver_id": "jira:account:chen", "state": "approved",
    "starts_on": date(2026, 11, 1), "expires_on": date(2026, 12, 31),
}  # fmt: skip


def record_standing(path: Path, rules: RuleSet, **changes: Any) -> Any:
    made = Snapshot(path, [RECORD | changes])
    return held(made, rules, *recorded(made, rules)).standings[0]


def test_a_tools_record_covers_the_project_that_it_is_kept_in(tmp_path: Path, built_in: RuleSet) -> None:
    one = record_standing(tmp_path / "r.duckdb", built_in)
    assert (one.waiver.id, one.state, one.homes) == ("SHOP-5", "in_force", ("initiative:INI-02",))
    assert one.rules == {"SCH-06", "SCH-07"}


@pytest.mark.parametrize(
    ("changes", "state", "problem"),
    [
        ({"state": "requested"}, "requested", None),
        ({"state": "requested", "approved_by": None, "approver_id": None}, "requested", None),
        ({"state": "rejected"}, "rejected", None),
        ({"state": "ended"}, "ended", None),
        ({"rule": None}, "invalid", "no_rule"),
        ({"rule": "SCH-06, FOO-01"}, "invalid", "unknown_rule"),
        ({"expires_on": None}, "invalid", "no_expiry"),
        ({"expires_on": date(2026, 10, 1)}, "invalid", "ends_before_start"),
        ({"reason": None}, "invalid", "no_reason"),
        ({"requested_by": None}, "invalid", "no_requester"),
        ({"approved_by": None}, "invalid", "no_approver"),
        ({"approver_id": "jira:account:lee"}, "invalid", None),
        ({"approver_id": None, "approved_by": "lee"}, "invalid", None),
        ({"expires_on": date(2026, 11, 22)}, "expired", None),
        ({"rule": "pack schedule"}, "in_force", None),
        ({"subject": "SHOP-2"}, "in_force", None),
    ],
)
def test_what_a_tools_record_lacks_keeps_it_from_counting(
    tmp_path: Path, built_in: RuleSet, changes: dict[str, Any], state: str, problem: str | None
) -> None:
    one = record_standing(tmp_path / "r.duckdb", built_in, **changes)
    assert (one.state, one.waiver.problem) == (state, problem)


def test_a_tools_record_that_is_too_long_counts_as_long_as_allowed(tmp_path: Path, built_in: RuleSet) -> None:
    one = record_standing(tmp_path / "r.duckdb", built_in, expires_on=date(2028, 1, 1))
    assert (one.state, one.waiver.length_days, one.allowed_days) == ("in_force", 427, 180)
    assert one.ends_on == date(2026, 11, 1) + timedelta(days=179)


@pytest.mark.parametrize(
    ("changes", "state", "problem"),
    [
        ({}, "invalid", "may_not_approve"),
        ({"approved_by": "Olsen", "approver_id": "jira:account:olsen"}, "in_force", None),
        ({"state": "requested", "approved_by": None, "approver_id": None}, "requested", None),
        ({"reason": None}, "invalid", "no_reason"),
    ],
)
def test_a_tools_record_that_was_granted_by_somebody_who_may_not_does_not_count(
    tmp_path: Path, built_in: RuleSet, changes: dict[str, Any], state: str, problem: str | None
) -> None:
    made = Snapshot(tmp_path / "r.duckdb", [RECORD | changes])
    limits = WaiverLimits(approvers=WaiverApprovers(medium=("olsen",), high=("olsen",)))
    [one] = registered(recorded(made, built_in), made, built_in, DAY, limits=limits).standings
    assert (one.state, one.waiver.problem) == (state, problem)


def test_a_file_wins_over_a_tools_record_by_id_and_by_ticket(tmp_path: Path, built_in: RuleSet) -> None:
    made = Snapshot(tmp_path / "r.duckdb", [RECORD])
    of_tools = recorded(made, built_in)
    assert [w.id for w in merged([waiver("W-1", ticket="shop-5")], of_tools)] == ["W-1"]
    assert [w.id for w in merged([waiver("SHOP-5")], of_tools)] == ["SHOP-5"]
    assert [w.id for w in merged([waiver("W-1")], of_tools)] == ["W-1", "SHOP-5"]


def test_a_files_waiver_ends_with_the_tools_record_that_is_its_ticket(tmp_path: Path, built_in: RuleSet) -> None:
    made = Snapshot(tmp_path / "r.duckdb", [RECORD | {"state": "ended"}])
    of_tools = recorded(made, built_in)
    mine = waiver(ticket="SHOP-5")
    register = registered(merged([mine], of_tools), made, built_in, DAY, of_tools=of_tools)
    assert [(s.waiver.id, s.state) for s in register.standings] == [("W-1", "ended")]
