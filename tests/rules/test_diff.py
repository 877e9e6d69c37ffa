"""How changed rules differ from what they were, and what that would open and close."""

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from rule_packs import build
from snapshots import item, write_snapshot

from rules import diff
from rules.diff import as_plain, lines, rule_diffs, with_outcomes
from rules.evaluate import evaluate
from rules.ruleset import Rule, RuleSet

DAY = date(2026, 6, 30)
OLD = """view = "work_items"
level = "item"
fail_when = "points > $most"
[rule.params]
most = { type = "int", default = 3, min = 0, max = 9 }
"""


def rule(text: str = OLD) -> Rule:
    return build(text)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [item("A", points=4), item("B", points=6), item("C", "Q", points=4)]
    projects = [{"project_id": "P", "key": "P-17"}, {"project_id": "Q", "key": "Q-1"}]
    return write_snapshot(tmp_path_factory.mktemp("diff") / "s.duckdb", {"work_items": rows, "projects": projects})


def told(old: list[Rule], new: list[Rule], snapshot: Path) -> list[str]:
    sides = [evaluate(RuleSet(tuple(side)), snapshot, as_of=DAY) for side in (old, new)]
    return lines(with_outcomes(rule_diffs(old, new), *sides), {"P": "P-17", "Q": "Q-1"})


def test_equal_rules_do_not_differ() -> None:
    assert rule_diffs([rule()], [rule()]) == []
    assert lines([], {}) == ["no rule differs"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("default = 3", "default = 5", "parameter most: 3, at least 0, at most 9 -> 5, at least 0, at most 9"),
        ("max = 9", "max = 8", "parameter most: 3, at least 0, at most 9 -> 3, at least 0, at most 8"),
        ("points > $most", "points >= $most", "fail_when: points > $most -> points >= $most"),
        ('level = "item"', "", "level: item -> project"),
        ('level = "item"', 'level = "item"\nrequires = ["points"]', "requires: not there -> points"),
        ('level = "item"', 'level = "item"\napplies_when = "is_leaf"', "applies_when: not there -> is_leaf"),
        ('level = "item"', 'level = "item"\nvalue = "points"', "value: not there -> points"),
        ('level = "item"', 'level = "item"\nmode = "observe"', "mode: enforce -> observe"),
        (
            'level = "item"',
            'level = "item"\ntolerance = { max_count = 2 }',
            "tolerance: at most 0 rows, or a share of 0 -> at most 2 rows, or a share of 0",
        ),
        (
            'level = "item"',
            'level = "item"\nunknown_reason = { points = "no_baseline" }',
            "unknown_reason: not there -> points = no_baseline",
        ),
    ],
)
def test_each_part_that_changed_is_named(old: str, new: str, said: str) -> None:
    [diff] = rule_diffs([rule()], [rule(OLD.replace(old, new))])
    assert [c.text for c in diff.changes] == [said]


def test_related_rows_and_ratios_are_told_as_they_are_written() -> None:
    expect = 'kind = "expect"\nexpect = { view = "risks", where = "state = \'open\'" }\n'
    [diff] = rule_diffs([rule(expect)], [rule(expect.replace("open", "closed"))])
    assert [c.text for c in diff.changes] == [
        "expect: 1 of risks where state = 'open' -> 1 of risks where state = 'closed'"
    ]
    ratio = 'kind = "ratio"\nview = "work_items"\ncount_when = "is_leaf"\nfail_when = "ratio > 0.1"\n'
    [diff] = rule_diffs([rule(ratio)], [rule(ratio.replace("is_leaf", "NOT is_leaf"))])
    assert [c.key for c in diff.changes] == ["count_when"]


def test_a_looser_limit_closes_findings_and_moves_a_project(snapshot: Path) -> None:
    assert told([rule()], [rule(OLD.replace("default = 3", "default = 4"))], snapshot) == [
        "OWN-01  A rule  (changed)",
        "  parameter most: 3, at least 0, at most 9 -> 4, at least 0, at most 9",
        "  closes 2 findings",
        "    P-17: leans",
        "    Q-1: leans",
        "  Q-1: fail -> pass",
    ]


def test_a_stricter_limit_opens_them_again(snapshot: Path) -> None:
    said = told([rule(OLD.replace("default = 3", "default = 4"))], [rule()], snapshot)
    assert "  opens 2 findings" in said and "  Q-1: pass -> fail" in said


def test_new_and_removed_rules_open_and_close_all_of_theirs(snapshot: Path) -> None:
    assert told([], [rule()], snapshot)[:2] == ["OWN-01  A rule  (added)", "  opens 3 findings"]
    assert told([rule()], [], snapshot)[:2] == ["OWN-01  A rule  (removed)", "  closes 3 findings"]


def test_a_change_of_words_alters_what_is_said_and_opens_nothing(snapshot: Path) -> None:
    def worded(text: str) -> Rule:
        made = rule()
        return made.__class__(**{**vars(made), "message": replace(made.message, en=text)})

    said = told([rule()], [worded("{points} points")], snapshot)
    assert "  message: leans -> {points} points" in said and "  alters 3 findings" in said
    assert not any("opens" in line or "closes" in line for line in said)


def test_without_effect_that_is_said_but_only_where_it_is_known(snapshot: Path) -> None:
    changed = rule(OLD.replace("max = 9", "max = 8"))
    assert told([rule()], [changed], snapshot)[-1] == "  opens and closes no finding"
    assert "finding" not in "\n".join(lines(rule_diffs([rule()], [changed]), {}, evaluated=False))


def test_for_machines(snapshot: Path) -> None:
    sides = [evaluate(RuleSet(tuple(side)), snapshot, as_of=DAY) for side in ([], [rule()])]
    [found] = as_plain(with_outcomes(rule_diffs([], [rule()]), *sides))
    assert found["status"] == "added" and len(found["opens"]) == 3 and found["closes"] == []
    assert {"finding", "project", "subject_kind", "subject", "severity", "message"} == set(found["opens"][0])


def test_a_side_that_cannot_be_evaluated_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.duckdb"
    import duckdb

    with duckdb.connect(str(broken)) as connection:
        connection.execute("CREATE TABLE projects (project_id VARCHAR)")
    said = told([rule()], [rule(OLD.replace("default = 3", "default = 4"))], broken)
    assert any(line.startswith("  could not be evaluated before: ") for line in said)
    assert any(line.startswith("  could not be evaluated after: ") for line in said)


TREND = 'kind = "trend"\nmetric = "evm.cpi"\nperiod = "week"\nfail_when = "below 0.9 for 2"'
ATTEST = 'kind = "attest"\ntopic = "a"\nvalid_for_days = 30'


@pytest.mark.parametrize(
    ("body", "old", "new", "said"),
    [
        (TREND, "below 0.9 for 2", "below 0.8 for 2", "fail_when: below 0.9 for 2 -> below 0.8 for 2"),
        (TREND, "evm.cpi", "evm.spi", "metric: evm.cpi -> evm.spi"),
        (TREND, '"week"', '"month"', "period: week -> month"),
        (ATTEST, "30", "60", "valid_for_days: 30 -> 60"),
        (ATTEST, '"a"', '"b"', "topic: a -> b"),
        (OLD, 'level = "item"', 'level = "item"\nmin_runs = 2', "min_runs: 1 -> 2"),
        (OLD, 'level = "item"', 'level = "item"\ngrace_days = 2', "grace_days: 0 -> 2"),
    ],
)
def test_what_only_some_kinds_have_and_how_long_a_failure_waits_are_compared(
    body: str, old: str, new: str, said: str
) -> None:
    [found] = rule_diffs([build(body)], [build(body.replace(old, new))])
    assert said in [change.text for change in found.changes]


def test_no_part_of_a_rule_is_left_out_of_the_comparison() -> None:
    told = {*diff._PREDICATES, *diff._PLAIN, *diff._PARTS, *diff._WORDS, "parameters"}
    not_written = {"id", "pack", "place", "tests", "per_subject", "item_column", "severity_origin", "mode_origin"}
    assert {f.name for f in fields(Rule)} == told | not_written
