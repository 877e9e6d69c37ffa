"""Rules of kind `trend`: their grammar, and what they say of histories with and without gaps."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_packs import build, marked, problems_of

from rules.results import RuleResult, RuleRun
from rules.ruleset import Rule
from rules.selftest import run_on

DAY = date(2026, 6, 30)  # a Tuesday, as self-tests have it
BODY = 'kind = "trend"\nmetric = "evm.cpi"\nperiod = "{}"\nfail_when = "{}"'


def trend(fail_when: str, period: str = "week", more: str = "") -> Rule:
    return build(BODY.format(period, fail_when) + "\n" + more)


def ran(rule: Rule, now: float | None, past: dict[date, float | None], **more: Any) -> RuleRun:
    kept = [{"project_id": "P", "taken_on": on, "measure": "evm.cpi", "value": v} for on, v in past.items()]
    rows = {"projects": [{"project_id": "P"}], "evm": [{"project_id": "P", "cpi": now}], "snapshots": kept}
    return run_on(rule, rows, **more)


def outcome(rule: Rule, now: float | None, past: dict[date, float | None]) -> RuleResult:
    [result] = ran(rule, now, past).results
    return result


def weeks(*values: float | None) -> dict[date, float | None]:
    """Values of the weeks before the run's, the latest last; None where no check ran."""
    return {DAY - timedelta(weeks=n): v for n, v in enumerate(reversed(values), 1) if v is not None}


@pytest.mark.parametrize(
    ("fail_when", "now", "past", "expected"),
    [
        ("falls for 3 periods", 0.8, weeks(1.0, 0.95, 0.9), "fail"),
        ("falls for 3", 0.9, weeks(1.0, 0.95, 0.9), "pass"),
        ("falls for 3", 0.8, weeks(0.95, 0.9), "unknown"),
        ("falls for 3", 0.9, weeks(0.9), "pass"),  # whatever came before, it did not fall last week
        ("falls for 3", 0.8, weeks(1.0, None, 0.9), "unknown"),
        ("falls for 3", 0.8, weeks(1.0, 0.9, None), "unknown"),
        ("falls for 3", 1.0, weeks(1.0, None, 0.9), "pass"),
        ("falls for 2", 0.8, weeks(0.7, 0.95, 0.9), "fail"),  # an older rise is not asked for
        ("falls for 1 period", 0.8, weeks(None, None, 0.9), "fail"),
        ("rises for 2", 1.2, weeks(1.0, 1.1), "fail"),
        ("rises for 2", 1.1, weeks(1.0, 1.1), "pass"),
        ("below 0.95 for 3", 0.9, weeks(0.94, 0.93), "fail"),
        ("below 0.95 for 3", 0.9, weeks(0.95, 0.93), "pass"),
        ("below 0.95 for 3", 0.9, weeks(None, 0.93), "unknown"),
        ("below 0.95 for 3", 0.9, weeks(None, 1.0), "pass"),
        ("below 0.95 for 1", 0.9, {}, "fail"),
        ("above 1.05 for 2", 1.06, weeks(1.06), "fail"),
        ("above 1.05 for 2", 1.06, weeks(1.05), "pass"),
        ("change > 0.1 over 2", 1.2, weeks(1.05, 9.0), "fail"),
        ("change > 0.1 over 2", 1.15, weeks(1.05, 9.0), "pass"),  # exactly 0.1, which doubles would miss
        ("change < -0.1 over 2", 0.9, weeks(1.05, 9.0), "fail"),
        ("change > 0.1 over 2", 1.2, weeks(None, 9.0), "unknown"),
    ],
)
def test_a_trend_is_judged_by_what_is_known(fail_when: str, now: float, past: Any, expected: str) -> None:
    found = outcome(trend(fail_when), now, past)
    assert (found.outcome, found.reason) == (expected, "insufficient_history" if expected == "unknown" else None)


def test_a_measure_that_is_unknown_today_is_no_question_of_history() -> None:
    found = outcome(trend("falls for 1", more='unknown_reason = { cpi = "no_baseline" }'), None, weeks(1.0, 0.9))
    assert (found.outcome, found.reason, found.missing) == ("unknown", "no_baseline", "cpi")


def test_a_value_that_could_not_be_computed_is_a_gap_and_zero_is_none() -> None:
    lost = {DAY - timedelta(weeks=1): None, DAY - timedelta(weeks=2): 1.0}
    assert outcome(trend("falls for 2"), 0.5, lost).outcome == "unknown"
    assert outcome(trend("below 0.5 for 2"), 0.0, weeks(0.0)).outcome == "fail"


def test_a_period_has_its_latest_known_value_and_the_current_one_that_of_the_day() -> None:
    monday = date(2026, 6, 29)
    past = {date(2026, 6, 22): 0.7, date(2026, 6, 27): 0.9, date(2026, 6, 28): None, monday: 2.0}
    [result] = ran(trend("falls for 1"), 0.8, past).results
    assert result.outcome == "fail"
    assert json.loads(result.evidence or "") == [
        {"week": "2026-06-22", "value": "0.9"},
        {"week": "2026-06-29", "value": "0.8"},
    ]


def test_months_are_calendar_months_over_the_turn_of_a_year() -> None:
    past = {date(2026, 4, 30): 1.0, date(2026, 5, 1): 0.95}
    assert outcome(trend("falls for 2", "month"), 0.9, past).outcome == "fail"
    assert outcome(trend("falls for 3", "month"), 0.9, {date(2025, 12, 31): 1.0, **past}).outcome == "unknown"


def test_runs_are_the_days_on_which_a_check_ran_however_far_apart() -> None:
    past = {DAY - timedelta(days=400): 1.0, DAY - timedelta(days=3): 0.9}
    assert outcome(trend("falls for 2", "run"), 0.8, past).outcome == "fail"
    assert outcome(trend("falls for 3", "run"), 0.8, past).outcome == "unknown"


def test_a_check_that_did_not_keep_the_measure_is_a_gap_among_runs() -> None:
    days = [DAY - timedelta(days=n) for n in (3, 2, 1)]
    kept = [
        {"project_id": "P", "taken_on": on, "measure": "evm.cpi", "value": 1.0 - n / 10} for n, on in enumerate(days)
    ]
    kept[1]["measure"] = "evm.spi"
    rows = {"projects": [{"project_id": "P"}], "evm": [{"project_id": "P", "cpi": 0.5}], "snapshots": kept}
    [result] = run_on(trend("falls for 3", "run"), rows).results
    assert (result.outcome, result.reason) == ("unknown", "insufficient_history")


def test_what_comes_after_the_day_or_of_another_measure_is_not_looked_at() -> None:
    past = {DAY + timedelta(days=1): 0.1, DAY + timedelta(weeks=2): 0.1, **weeks(0.9)}
    assert outcome(trend("falls for 1"), 0.8, past).outcome == "fail"


def test_a_run_of_the_same_day_is_replaced_by_what_is_measured_now() -> None:
    assert outcome(trend("falls for 1", "run"), 0.8, {DAY: 0.1, DAY - timedelta(days=1): 0.9}).outcome == "fail"


def test_value_limit_and_words_of_a_trend() -> None:
    more = 'warn_when = "below $low for 1"\nparams.low = { type = "float", default = 0.95 }'
    rule = trend("change < -0.1 over 2", more=more)
    words = replace(rule.message, en="{first} to {last}: {change} in {periods}, limit {limit}")
    rule = Rule(**{**vars(rule), "message": words})
    failed = outcome(rule, 0.8, weeks(1.0, 0.99))
    assert (failed.value, failed.threshold) == (Decimal("-0.2"), Decimal("-0.1"))
    assert failed.message == "1 to 0.8: -0.2 in 2, limit -0.1"
    warned = outcome(rule, 0.93, weeks(1.0, 0.99))
    assert (warned.outcome, warned.threshold) == ("warn", Decimal("0.95"))
    assert warned.message == "0.93 to 0.93: -0.06 in 1, limit 0.95"
    passed = outcome(rule, 0.96, weeks(1.0, 0.99))
    assert (passed.outcome, passed.value, passed.threshold) == ("pass", Decimal("-0.04"), Decimal("-0.1"))


def test_parameters_of_a_trend_are_its_numbers() -> None:
    more = (
        'params.periods_back = { type = "int", default = 2, min = 1 }\nparams.low = { type = "float", default = 0.9 }'
    )
    rule = trend("below $low for $periods_back periods", more=more)
    assert outcome(rule, 0.8, weeks(0.85)).outcome == "fail"
    assert outcome(rule, 0.8, {}).outcome == "unknown"


@pytest.mark.parametrize(
    ("fail_when", "code", "mark", "help"),
    [
        ("fals for 3", "R220", "fals", "did you mean `falls`?"),
        ("cpi < 0.9", "R220", "cpi", "falls for N"),
        ("falls 3", "R220", "3", "falls for N"),
        ("falls for", "R220", "r", "falls for N"),
        ("falls for three", "R220", "three", "whole number"),
        ("falls for 0", "R220", "0", "1 to 1000"),
        ("falls for 2.5", "R220", "2.5", "whole number"),
        ("falls for 3 weks", "R220", "weks", "`period`"),
        ("falls for 3 perods", "R220", "perods", "did you mean `periods`?"),
        ("falls for 3 periods OR rises for 3", "R220", "OR", ""),
        ("below for 3", "R220", "for", "write a number"),
        ("below $lwo for 3", "R122", "$lwo", "did you mean `low`?"),
        ("below $word for 3", "R131", "$word", ""),
        ("below $low for $low", "R220", "$low", "min = 1"),
        ("change 0.1 over 3", "R220", "0.1", "change > X"),
        ("change >= 0.1 over 3", "R220", ">=", "change > X"),
        ("change > 0.1 for 3", "R220", "for", "change > X"),
        ("", "R220", '"', "falls for N"),
    ],
)
def test_a_mistake_in_a_trend_is_shown_at_its_place(fail_when: str, code: str, mark: str, help: str) -> None:
    declared = '\nparams.low = { type = "float", default = 0.9 }\nparams.word = { type = "text", default = "x" }'
    [problem] = problems_of(BODY.format("week", fail_when) + declared)
    assert (problem.code, marked(problem)) == (code, mark)
    assert help in problem.help and problem.source_line.startswith("fail_when")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('kind = "trend"\nmetric = "evm.cpi"', "R201"),
        ('kind = "trend"\nfail_when = "falls for 3"', "R201"),
        (BODY.format("day", "falls for 3"), "R202"),
        ('kind = "trend"\nmetric = "evm.basis"\nfail_when = "falls for 3"', "R131"),
        ('kind = "trend"\nmetric = "evm.cip"\nfail_when = "falls for 3"', "R120"),
        ('kind = "trend"\nmetric = "work_items.points"\nfail_when = "falls for 3"', "R202"),
        (BODY.format("week", "falls for 3") + '\nevidence = { columns = ["cpi"] }', "R204"),
        (BODY.format("week", "falls for $last") + '\nparams.last = { type = "int", default = 3, min = 1 }', "R202"),
        (BODY.format("week", "falls for 3") + "\ntolerance = { max_count = 1 }", "R204"),
        ('view = "work_items"\nfail_when = "points > 3"\nperiod = "week"', "R204"),
    ],
)
def test_keys_of_a_trend(body: str, code: str) -> None:
    assert code in {p.code for p in problems_of(body)}


SERIES = st.lists(st.none() | st.integers(0, 4), min_size=1, max_size=6)
QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.parametrize("how", ["falls for 2", "rises for 3", "below 2 for 3", "above 2 for 2"])
@QUICK
@given(now=st.integers(0, 4), before=SERIES)
def test_an_answer_is_given_only_where_no_missing_value_could_change_it(
    how: str, now: int, before: list[int | None], database: duckdb.DuckDBPyConnection
) -> None:
    word, *_, number = how.split()
    [result] = ran(trend(how), now, weeks(*reversed(before)), connection=database).results
    asked = int(number) if word in ("below", "above") else int(number) + 1
    known = [now, *before, *[None] * asked][:asked]
    assert result.outcome == {True: "fail", False: "pass", None: "unknown"}[_answer(word, known)]


def _answer(word: str, latest_first: list[int | None]) -> bool | None:
    """By trying it out: the answer that every way to fill the gaps gives, or None."""
    pairs = [(i, v) for i, v in enumerate(latest_first) if v is not None]
    if word == "below":
        ruled_out = any(v >= 2 for _, v in pairs)
    elif word == "above":
        ruled_out = any(v <= 2 for _, v in pairs)
    else:
        sign = -1 if word == "falls" else 1
        ruled_out = any(sign * (new - old) <= 0 for i, new in pairs for j, old in pairs if i < j)
    return False if ruled_out else None if None in latest_first else True
