from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from rule_packs import build

from rules.health import health
from rules.ruleset import Rule, RuleSet
from rules.score import score

ROW = 'view = "work_items"\nfail_when = "points > 3"'


def rule(rule_id: str, severity: str = "medium", dimension: str = "schedule", **changes: Any) -> Rule:
    return replace(build('fail_when = "is_closed"'), id=rule_id, severity=severity, dimension=dimension, **changes)


def result(rule: Rule, outcome: str, **values: Any) -> dict[str, Any]:
    basic = dict.fromkeys(("reason", "missing", "message", "numerator", "denominator"))
    said = {"rule_id": rule.id, "project_id": "P", "outcome": outcome, "severity": rule.severity, "mode": rule.mode}
    return {**basic, **said, **values}


CRITICAL, HIGH, LOW = rule("A-01", "critical"), rule("A-02", "high"), rule("A-03", "low")


def scored(*results: dict[str, Any], rules: tuple[Rule, ...] = (CRITICAL, HIGH, LOW)) -> Any:
    return score(RuleSet(rules), results).projects["P"]


def test_the_score_is_the_weighted_share_of_rules_that_are_kept() -> None:
    found = scored(result(CRITICAL, "pass"), result(HIGH, "fail"), result(LOW, "warn"))
    assert (found.score, found.coverage) == (Decimal("10.5") / 16, 1)


def test_unknown_lowers_coverage_not_the_score() -> None:
    found = scored(result(CRITICAL, "pass"), result(HIGH, "unknown"), result(LOW, "not_applicable"))
    assert (found.score, found.coverage, found.grade) == (1, Decimal(10) / 15, "A")


def test_below_sixty_per_cent_coverage_there_is_no_grade() -> None:
    assert scored(result(CRITICAL, "unknown"), result(HIGH, "pass")).grade == "insufficient data"


def test_nothing_evaluated_is_no_score_at_all() -> None:
    found = scored(result(CRITICAL, "unknown"))
    assert (found.score, found.coverage, found.grade) == (None, 0, "insufficient data")
    assert scored(result(CRITICAL, "not_applicable")).coverage is None


def test_an_open_critical_failure_allows_c_at_best() -> None:
    many = tuple(rule(f"B-{n:02}", "critical") for n in range(30))
    found = scored(result(many[0], "fail"), *(result(r, "pass") for r in many[1:]), rules=many)
    assert (found.score, found.grade) == (Decimal(29) / 30, "C")


def test_observed_rules_do_not_count() -> None:
    observed = replace(HIGH, mode="observe")
    assert scored(result(observed, "fail"), result(LOW, "pass"), rules=(observed, LOW)).score == 1


@pytest.mark.parametrize(
    ("tolerance", "leaning", "degree"),
    [("", 5, "0.75"), ("", 30, "0"), ("tolerance = { max_ratio = 0.1 }", 20, "0.5")],
)
def test_rules_about_many_rows_count_by_the_share_that_leans(tolerance: str, leaning: int, degree: str) -> None:
    many = replace(build(f"{ROW}\n{tolerance}"), id="A-09", severity="low")
    found = scored(result(many, "fail", numerator=leaning, denominator=100), rules=(many,))
    assert found.score == Decimal(degree)


def test_the_portfolio_is_the_mean_of_projects_that_have_a_score() -> None:
    rows = [result(LOW, "pass"), result(LOW, "fail", project_id="Q"), result(LOW, "unknown", project_id="R")]
    portfolio = score(RuleSet((LOW,)), rows).portfolio
    assert portfolio.score == Decimal("0.5")


KEY = rule("K-01", "high", key=True)
PLAIN = rule("K-02", "medium")


@pytest.mark.parametrize(
    ("key", "plain", "colour"),
    [
        ("fail", "pass", "red"),
        ("pass", "fail", "amber"),
        ("pass", "warn", "amber"),
        ("warn", "pass", "amber"),
        ("pass", "pass", "green"),
        ("pass", "unknown", "green"),
        ("not_applicable", "pass", "green"),
        ("unknown", "pass", "unknown"),
        ("error", "pass", "unknown"),
        ("unknown", "fail", "amber"),
        ("unknown", "unknown", "unknown"),
        ("not_applicable", "not_applicable", "unknown"),
    ],
)
def test_the_colour_of_a_dimension(key: str, plain: str, colour: str) -> None:
    found = health(RuleSet((KEY, PLAIN)), [result(KEY, key, message="m"), result(PLAIN, plain, message="m")])
    assert found["P"].dimensions["schedule"] == colour


def test_a_project_is_green_only_where_schedule_cost_and_scope_are() -> None:
    rules = tuple(rule(f"D-{n:02}", "high", d) for n, d in enumerate(("schedule", "cost", "scope")))
    green = [result(r, "pass") for r in rules]
    assert health(RuleSet(rules), green)["P"].computed == "green"
    assert health(RuleSet(rules), green[:2])["P"].computed == "unknown"
    assert health(RuleSet(rules), [*green[:2], result(rules[2], "warn", message="m")])["P"].computed == "amber"


def test_reasons_come_worst_first_and_in_words() -> None:
    rows = [
        result(PLAIN, "warn", message="a little"),
        result(KEY, "unknown", reason="no_baseline", missing="cpi"),
        result(HIGH, "fail", message="a lot"),
    ]
    reasons = health(RuleSet((KEY, PLAIN, HIGH)), rows)["P"].reasons
    assert [(r.rule_id, r.message) for r in reasons] == [
        ("A-02", "a lot"),
        ("K-02", "a little"),
        ("K-01", "A rule: cannot be evaluated without a baseline"),
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "A rule: cannot be evaluated, data are missing (cpi, spi)"),
        ("zh-Hans", "A rule：缺少数据，无法评估（cpi, spi）"),
    ],
)
def test_what_is_missing_is_named_in_the_chosen_language(language: str, words: str) -> None:
    rows = [result(KEY, "unknown", reason="missing_value", missing="cpi, spi")]
    [reason] = health(RuleSet((KEY,), language=language), rows)["P"].reasons
    assert reason.message == words


def test_observed_rules_do_not_colour() -> None:
    observed = replace(HIGH, mode="observe")
    assert (
        health(RuleSet((observed, PLAIN)), [result(observed, "fail", message="m"), result(PLAIN, "pass")])[
            "P"
        ].dimensions["schedule"]
        == "green"
    )


@pytest.mark.parametrize(("softened", "colour"), [((), "red"), ({("A-02", "P")}, "amber"), ({("A-02", "Q")}, "red")])
def test_a_failure_under_waiver_makes_amber_at_most_and_never_green(softened: Any, colour: str) -> None:
    found = health(RuleSet((HIGH, PLAIN)), [result(HIGH, "fail", message="m"), result(PLAIN, "pass")], softened)["P"]
    assert found.dimensions["schedule"] == found.computed == colour
    assert [r.softened for r in found.reasons] == [colour == "amber"]


def test_the_score_without_waived_leaves_them_out_above_and_below_the_line() -> None:
    rows = [result(HIGH, "fail", message="m"), result(PLAIN, "pass")]
    plain = score(RuleSet((HIGH, PLAIN)), rows).projects["P"]
    waived = score(RuleSet((HIGH, PLAIN)), rows, {("A-02", "P")}).projects["P"]
    assert plain.score == waived.score == plain.score_unwaived
    assert waived.score_unwaived == 1
    assert score(RuleSet((HIGH,)), rows[:1], {("A-02", "P")}).projects["P"].score_unwaived is None
