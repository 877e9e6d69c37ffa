"""Waivers held against a portfolio: where they stand, what they cover, and which of several counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from waiver_portfolio import DAY, ITEM, ITEMS, TICKET, Snapshot, finding, held, waiver

from portfolio.errors import Problem
from portfolio.located_toml import parse
from portfolio.model import TABLES
from rules.limits import WaiverLimits
from rules.policy.load import read_policy
from rules.policy.model import MODE, Policy, Said, Setting, Unit
from rules.ruleset import RuleSet
from rules.waivers import Subject, fully_waived, registered, state_rows
from rules.waivers.load import waivers_of


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return Snapshot(tmp_path / "s.duckdb")


@pytest.mark.parametrize(
    ("subject", "covers"),
    [
        (Subject("project", "INI-01"), {"p", "i"}),
        (Subject("project", "ini-01"), {"p", "i"}),
        (Subject("project", "initiative:INI-01"), {"p", "i"}),
        (Subject("project", "PAY"), {"p", "i"}),
        (Subject("project", "jira:PAY"), {"p", "i"}),
        (Subject("item", "PAY-1"), {"i"}),
        (Subject("item", "jira:PAY-1"), {"i"}),
        (Subject("item", "jira:issue:1"), {"i"}),
        (Subject("named", "PAY-1"), {"i"}),
        (Subject("named", "INI-01"), {"p", "i"}),
        (Subject("project", "INI-02"), set()),
        (Subject("project", "PAY-1"), set()),
        (Subject("item", "PAY-9"), set()),
    ],
)
def test_a_subject_is_a_project_with_all_of_it_or_an_item(
    snapshot: Snapshot, built_in: RuleSet, subject: Subject, covers: set[str]
) -> None:
    findings = [finding("p"), finding("i", **ITEM), finding("other", project="initiative:INI-02")]
    covered = held(snapshot, built_in, waiver(subject=subject)).covered(findings)
    assert {name for name in covered if name != "other"} == covers


@pytest.mark.parametrize(
    ("select_text", "view", "covers"),
    [
        ("size_class = 'small'", "projects", {"p", "i"}),
        ("size_class = 'large'", "projects", set()),
        ("points > 5", "work_items", {"i"}),
        ("days_between($as_of, $as_of) = 0", "projects", {"p", "i"}),
    ],
)
def test_a_condition_names_projects_or_rows_of_the_rules_view(
    snapshot: Snapshot, built_in: RuleSet, select_text: str, view: str, covers: set[str]
) -> None:
    text = f"""
[[waiver]]
id = "W-1"
rule = "SCH-06"
subject = {{ select = "{select_text}", view = "{view}" }}
reason = "r"
requested_by = "a"
approved_by = "b"
ticket = "T-1"
starts = 2026-11-01
expires = 2026-12-01
"""
    [made] = waivers_of([parse(text.encode(), "w.toml")], built_in, WaiverLimits(), [])
    assert held(snapshot, built_in, made).covered([finding("p"), finding("i", **ITEM)]).keys() == covers


def test_a_pack_stands_for_all_its_rules(snapshot: Snapshot, built_in: RuleSet) -> None:
    register = held(snapshot, built_in, waiver(rules=(), packs=("schedule",)))
    covered = register.covered([finding("a"), finding("b", rule="SCH-07"), finding("c", rule="BUD-03")])
    assert set(covered) == {"a", "b"}


def test_of_several_the_one_that_lasts_longest_counts_and_then_the_first_by_name(
    snapshot: Snapshot, built_in: RuleSet
) -> None:
    short, long = waiver("W-1"), waiver("W-9", expires=date(2027, 1, 31))
    for order in ((short, long), (long, short)):
        assert held(snapshot, built_in, *order).covered([finding()])["f1"].waiver_id == "W-9"
    twins = held(snapshot, built_in, waiver("W-B"), waiver("W-A"))
    assert twins.covered([finding()])["f1"].waiver_id == "W-A"


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 10, 31), "scheduled"),
        (date(2026, 11, 1), "in_force"),
        (date(2026, 12, 31), "in_force"),
        (date(2027, 1, 1), "expired"),
    ],
)
def test_first_and_last_day_are_included(snapshot: Snapshot, built_in: RuleSet, day: date, state: str) -> None:
    register = held(snapshot, built_in, waiver(), on=day)
    assert register.standings[0].state == state
    assert bool(register.covered([finding()])) == (state == "in_force")


def test_it_covers_a_rule_that_is_off_but_for_some_projects(snapshot: Snapshot, built_in: RuleSet) -> None:
    doc = """
    [policy]
    level = "department"
    department = "research"
    [[set]]
    rule = "SCH-06"
    mode = "enforce"
    """
    rules = {rule.id: rule for rule in built_in.rules}
    problems: list[Problem] = []
    policy = read_policy([parse(doc.encode(), "research.toml")], rules.values(), (), problems)
    without = replace(built_in, rules=(), off=built_in.rules, policy=policy)
    assert problems == []
    assert held(snapshot, without, waiver()).covered([finding()]).keys() == {"f1"}
    nowhere = replace(without, policy=None)
    assert held(snapshot, nowhere, waiver()).covered([finding()]) == {}


@pytest.mark.parametrize(
    ("starts", "expires", "revoked_on", "state"),
    [
        (date(9999, 12, 1), date.max, None, "scheduled"),
        (date.min, date(1, 1, 31), None, "expired"),
        (date.min, date(1, 1, 31), date(1, 1, 2), "ended"),
        (date.min, date(1, 1, 31), date.min, "ended"),
    ],
)
def test_days_at_the_ends_of_the_calendar_are_days(
    snapshot: Snapshot, built_in: RuleSet, starts: date, expires: date, revoked_on: date | None, state: str
) -> None:
    one, other = (waiver(name, starts=starts, expires=expires, revoked_on=revoked_on) for name in ("W-1", "W-2"))
    assert {s.state for s in held(snapshot, built_in, one, other).standings} == {state}


@pytest.mark.parametrize(("zone", "covered"), [("UTC", True), ("Asia/Shanghai", False), ("America/New_York", True)])
def test_the_last_day_ends_at_midnight_of_the_sites_zone(
    snapshot: Snapshot, built_in: RuleSet, zone: str, covered: bool
) -> None:
    moment = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight of 1 January in Shanghai
    today = moment.astimezone(ZoneInfo(zone)).date()
    assert bool(held(snapshot, built_in, waiver(), on=today).covered([finding()])) is covered


@pytest.mark.parametrize(
    ("bound", "value", "covered"), [("0.2", 0.2, True), ("0.2", 0.21, False), ("0.2", None, False), ("0.2", 0.01, True)]
)
def test_it_covers_only_while_the_value_is_no_worse(
    snapshot: Snapshot, built_in: RuleSet, bound: str, value: float | None, covered: bool
) -> None:
    register = held(snapshot, built_in, waiver(until_value=Decimal(bound)))
    threshold = 0.05 if value is None or value > 0.05 else 0.005
    assert bool(register.covered([finding(value=value, threshold=threshold)])) is covered


@pytest.mark.parametrize(("value", "covered"), [(0.8, True), (0.75, True), (0.74, False)])
def test_of_an_index_lower_is_worse(snapshot: Snapshot, built_in: RuleSet, value: float, covered: bool) -> None:
    register = held(snapshot, built_in, waiver(rules=("BUD-03",), until_value=Decimal("0.75")))
    assert bool(register.covered([finding(rule="BUD-03", value=value, threshold=0.9)])) is covered


def test_a_closed_ticket_ends_it_on_the_day_it_was_closed(tmp_path: Path, built_in: RuleSet) -> None:
    done = TICKET | {"status_category": "done", "resolved_on": date(2026, 11, 20)}
    made = Snapshot(tmp_path / "t.duckdb", items=(*ITEMS, done))
    before = held(made, built_in, waiver(ticket="PMO-88"), on=date(2026, 11, 19))
    after = held(made, built_in, waiver(ticket="pmo-88"), on=date(2026, 11, 20))
    assert (before.standings[0].state, after.standings[0].state) == ("in_force", "ended")
    assert after.standings[0].ends_on == date(2026, 11, 19)


def test_a_ticket_that_we_do_not_read_ends_nothing(snapshot: Snapshot, built_in: RuleSet) -> None:
    assert held(snapshot, built_in, waiver(ticket="ELSEWHERE-1")).standings[0].in_force
    assert held(snapshot, built_in, waiver(ticket="PMO-88")).standings[0].in_force


def test_revoking_ends_it_at_once(snapshot: Snapshot, built_in: RuleSet) -> None:
    ended = held(snapshot, built_in, waiver(revoked_on=DAY))
    assert (ended.standings[0].state, ended.standings[0].ends_on) == ("ended", DAY - timedelta(days=1))
    never = held(snapshot, built_in, waiver(revoked_on=date(2026, 11, 1)))
    assert (never.standings[0].state, never.standings[0].ends_on) == ("ended", None)


def test_a_stricter_limit_cuts_a_waiver_short(snapshot: Snapshot, built_in: RuleSet) -> None:
    limits = WaiverLimits(medium=10)
    register = registered([waiver()], snapshot, built_in, date(2026, 11, 10), limits=limits)
    assert register.standings[0].ends_on == date(2026, 11, 10)
    assert registered([waiver()], snapshot, built_in, date(2026, 11, 11), limits=limits).standings[0].state == "ended"


def test_renewals_are_counted_along_the_chain(snapshot: Snapshot, built_in: RuleSet) -> None:
    chain = [waiver(f"W-{n}", starts=date(2026, n, 1), expires=date(2026, n, 28)) for n in (7, 8, 9, 10)]
    apart = waiver("W-X", subject=Subject("project", "INI-02"), starts=date(2026, 11, 1))
    found = {s.waiver.id: (s.renewals, s.renewed) for s in held(snapshot, built_in, *chain, apart).standings}
    assert found == {
        "W-7": (0, True), "W-8": (1, True), "W-9": (2, True), "W-10": (3, False), "W-X": (0, False),
    }  # fmt: skip
    told = replace(apart, renews="W-10")
    assert held(snapshot, built_in, *chain, told).get("W-X").renewals == 4  # type: ignore[union-attr]


def test_an_unknown_subject_is_nobodys_unless_its_ticket_lies_in_a_project(
    snapshot: Snapshot, built_in: RuleSet
) -> None:
    lost = waiver("W-1", subject=Subject("project", "NOPE"), ticket="ELSEWHERE-1")
    placed = waiver("W-2", subject=Subject("project", "NOPE"), ticket="PMO-88")
    register = held(snapshot, built_in, lost, placed)
    assert [s.waiver.id for s in register.unplaced] == ["W-1"]
    rows = state_rows(register, [], {}, [])
    assert [(r["waiver_id"], r["project_id"], r["matches"]) for r in rows] == [("W-2", "initiative:INI-02", 0)]


def test_a_rule_is_waived_in_a_project_only_when_all_its_findings_are() -> None:
    findings = [finding("a"), finding("b"), finding("c", rule="BUD-03"), finding("d", state="resolved")]
    assert fully_waived(findings, {"a", "c"}) == {("BUD-03", "initiative:INI-01")}
    assert fully_waived(findings, {"a", "b"}) == {("SCH-06", "initiative:INI-01")}


def test_what_is_kept_of_a_waiver_from_check_to_check(snapshot: Snapshot, built_in: RuleSet) -> None:
    first = held(snapshot, built_in, waiver())
    [row] = state_rows(first, [finding()], first.covered([finding()]), [])
    assert set(row) == set(TABLES["waiver_state"].names)
    assert (row["covered_findings"], row["first_checked_on"], row["last_needed_on"]) == (1, DAY, DAY)
    later = held(snapshot, built_in, waiver(), on=DAY + timedelta(days=9))
    [again] = state_rows(later, [], {}, [row])
    assert (again["covered_findings"], again["first_checked_on"], again["last_needed_on"]) == (0, DAY, DAY)


def test_a_rule_that_policy_switches_on_for_some_projects_is_covered_there(
    snapshot: Snapshot, built_in: RuleSet
) -> None:
    rule = built_in.get("SCH-06")
    assert rule is not None
    nowhere = RuleSet((), off=(rule,))
    assert held(snapshot, nowhere, waiver()).covered([finding()]) == {}
    spot = Problem("policy.toml", 4, 1, "", "")
    unit = Unit("department", "it", spot, effective_from=DAY)
    on = Setting("SCH-06", unit, named=True, values={MODE: Said("enforce", spot)})
    somewhere = replace(nowhere, policy=Policy({"SCH-06": rule}, (on,), (unit,)))
    register = held(snapshot, somewhere, waiver())
    assert set(register.covered([finding()])) == {"f1"}
    assert register.standings[0].matches == 1
    assert held(snapshot, somewhere, waiver(), on=DAY - timedelta(days=1)).standings[0].matches == 0
