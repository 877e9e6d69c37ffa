"""Which self-tests a built-in rule must have, and that none loads without them."""

import duckdb
import pytest
from rule_packs import HEADER, build, rule_text

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import parse
from rules.boundary import all_limits
from rules.demands import has_boundary, lacking, limits, possible_outcomes
from rules.load import load_rules
from rules.reading import rules_of
from rules.ruleset import Rule
from rules.selftest import given_rows, self_test, shown_by

ALL = {rule.id: rule for rule in load_rules().rules}

ROW = """view = "work_items"
fail_when = "points > $most"
[rule.params]
most = { type = "int", default = 3 }
"""


def _test(expect: str, given: str, more: str = "") -> str:
    return f'[[rule.test]]\nname = "t"\n{more}\ngiven.work_items = {given}\nexpect = {expect}\n'


def _loaded_as_built_in(body: str) -> tuple[Problem, ...]:
    document = parse((HEADER + rule_text(body)).encode(), "mine.toml")
    try:
        rules_of([document], [document])
    except ConfigurationError as error:
        return error.problems
    return ()


def codes(body: str) -> list[str]:
    return [d.code for d in lacking(build(body))]


def test_a_built_in_rule_without_self_tests_does_not_load() -> None:
    problems = _loaded_as_built_in(ROW)
    assert [p.code for p in problems] == ["R230", "R230", "R230", "R230", "R231"]
    assert {p.line for p in problems} == {7}
    assert "no self-test shows `not applicable` (rule OWN-01)" in {p.what for p in problems}


def test_a_site_s_own_rule_may_do_without() -> None:
    assert rules_of([parse((HEADER + rule_text(ROW)).encode(), "mine.toml")])


def test_a_rule_with_all_of_them_loads() -> None:
    given = """[{ project_id = "over", points = 4 }, { project_id = "at", points = 3 }, { project_id = "open" }]"""
    expect = """[{ subject = "over", outcome = "fail" }, { subject = "at", outcome = "pass" },
      { subject = "open", outcome = "unknown" }, { subject = "none", outcome = "not_applicable" }]"""
    body = ROW + _test(expect, given, 'boundary = true\ngiven.projects = [{ project_id = "none" }]')
    assert _loaded_as_built_in(body) == ()
    assert self_test(build(body)) == []


@pytest.mark.parametrize(
    ("body", "possible"),
    [
        ('fail_when = "TRUE"', ["pass", "fail"]),
        ('fail_when = "is_closed"', ["pass", "fail", "unknown"]),
        ('fail_when = "is_blank(method)"', ["pass", "fail", "unknown"]),  # no source may be able to hold it
        ("fail_when = \"project_id = 'P'\"", ["pass", "fail"]),  # never null
        ('fail_when = "is_blank(project_id)"', ["pass", "fail"]),
        ('kind = "expect"\nexpect = { view = "sync_runs" }', ["pass", "fail"]),  # no tool's records
        (
            'kind = "expect"\nexpect = { view = "sync_runs", where = "age_hours < 24" }',
            ["pass", "fail", "unknown"],
        ),
        ('fail_when = "TRUE"\napplies_when = "TRUE"', ["pass", "fail", "not_applicable"]),
        ('fail_when = "TRUE"\nview = "work_items"', ["pass", "fail", "not_applicable"]),
        ('fail_when = "TRUE"\nproject_when = "has_plan"', ["pass", "fail", "unknown", "not_applicable"]),
        ('fail_when = "TRUE"\nwarn_when = "TRUE"', ["pass", "warn", "fail"]),
        ('kind = "expect"\nexpect = { view = "risks" }', ["pass", "fail", "unknown"]),
    ],
)
def test_only_outcomes_that_a_rule_can_have_are_demanded(body: str, possible: list[str]) -> None:
    assert list(possible_outcomes(build(body))) == possible


@pytest.mark.parametrize(
    ("body", "limited"),
    [
        ('fail_when = "is_closed"', False),
        ('fail_when = "budget_cost > 5"', True),
        ('fail_when = "budget_cost BETWEEN 5 AND 6"', True),
        ('fail_when = "is_closed"\napplies_when = "budget_cost >= 5"', True),
        ('fail_when = "is_closed"\nview = "projects"\ntolerance = { max_count = 1 }', True),
        ('kind = "expect"\nexpect = { view = "risks" }', False),
        ('kind = "expect"\nexpect = { view = "risks", min = 2 }', True),
        ('kind = "expect"\nexpect = { view = "risks", where = "probability_ratio > 0.5" }', True),
    ],
)
def test_a_boundary_is_demanded_of_rules_that_have_a_limit(body: str, limited: bool) -> None:
    assert has_boundary(build(body)) is limited
    assert ("R231" in codes(body)) is limited


def test_a_ratio_needs_a_test_with_nothing_to_count() -> None:
    body = """kind = "ratio"
view = "work_items"
count_when = "points > 3"
fail_when = "ratio > 0.5"
"""
    assert "R232" in codes(body)
    nothing = _test('[{ subject = "P", outcome = "not_applicable" }]', "[]", 'given.projects = [{ project_id = "P" }]')
    assert "R232" not in codes(body + nothing)
    # a condition on the project may be what passed it over
    assert "R232" in codes('project_when = "has_plan"\n' + body + nothing)
    counted = _test('[{ subject = "P", outcome = "unknown", denominator = 0 }]', '[{ project_id = "P" }]')
    assert "R232" not in codes('project_when = "has_plan"\n' + body + counted)


@pytest.mark.parametrize(
    ("points", "shown"), [((3, 4), True), ((3, 5), False), ((4, 5), False), ((3, 2), False), ((3, 3), False)]
)
def test_a_claimed_boundary_is_checked(points: tuple[int, int], shown: bool) -> None:
    given = f'[{{ project_id = "P", points = {points[0]} }}, {{ project_id = "Q", points = {points[1]} }}]'
    rule = build(ROW + _test('[{ subject = ["P", "Q"], outcome = "pass" }]', given, "boundary = true"))
    said = [line for line in self_test(rule) if "`boundary` is said" in line]
    assert (not said) is shown


@pytest.mark.parametrize(
    ("fail_when", "values", "shown"),
    [
        ("points <= 3", (3, 4), True),
        ("points <= 3", (3, 2), False),
        ("points < 3", (3, 2), True),
        ("estimate_hours > 10", (10, 11), True),
        ("estimate_hours > 10", (10, 11.5), False),
        ("estimate_hours > 0", (0, 1), True),
        ("estimate_hours > 10", (10, 10.5), True),
        ("estimate_hours > 0", (0, 2), False),
    ],
)
def test_what_is_just_beyond(fail_when: str, values: tuple[float, float], shown: bool) -> None:
    column = fail_when.split()[0]
    rule = build(
        f'view = "work_items"\nfail_when = "{fail_when}"\n'
        + _test(
            '[{ subject = "P", outcome = "pass" }]',
            f'[{{ project_id = "P", {column} = {values[0]} }}, {{ project_id = "P", {column} = {values[1]} }}]',
        )
    )
    with duckdb.connect(":memory:") as database, given_rows(rule, rule.tests[0].rows, database):
        assert bool(shown_by(rule, rule.tests[0], database)) is shown


@pytest.mark.parametrize("rule_id", ALL)
def test_every_limit_of_a_built_in_rule_is_shown_by_a_test_that_says_so(
    rule_id: str, database: duckdb.DuckDBPyConnection
) -> None:
    assert _unshown(ALL[rule_id], database) == frozenset()


def _unshown(rule: Rule, database: duckdb.DuckDBPyConnection) -> frozenset[str]:
    shown: set[str] = set()
    for test in rule.tests:
        if test.boundary:
            with given_rows(rule, test.rows, database):
                shown |= shown_by(rule, test, database)
    return all_limits(rule) - shown


def test_the_limits_of_a_rule_are_named_with_their_view() -> None:
    assert [f"{view}: {limit.text}" for view, limit in limits(ALL["SCH-06"])] == [
        "work_items: total_float_days > $float_days",
        "ratio: ratio > $max_ratio",
        "ratio: ratio > ($max_ratio * 0.6)",
    ]


def test_several_subjects_shared_columns_and_items_of_a_test() -> None:
    body = 'level = "item"\nvalue = "points"\nlimit = "most"\n' + ROW.replace(
        "[rule.params]", 'message_is = ""\n[rule.params]'
    )
    body = body.replace('message_is = ""\n', "")
    expect = """[{ subject = ["P", "Q"], outcome = "fail", items = ["A"], item = { A = { value = 5, limit = 3 } } }]"""
    given = '[{ project_id = "P" }, { project_id = "Q", item_id = "B" }]'
    rule = build(body + _test(expect, given, 'each.work_items = { item_id = "A", points = 5 }'))
    assert self_test(rule) == [
        "t: Q: items is ['B'], expected ['A']",
        "t: Q: item A does not lean; leaning: B",
    ]


def test_each_without_rows_to_complete_is_a_mistake() -> None:
    body = ROW + _test('[{ subject = "P", outcome = "fail" }]', "[]", "each.risks = { state = 'open' }")
    with pytest.raises(ConfigurationError) as caught:
        build(body)
    assert [p.code for p in caught.value.problems] == ["R202"]


def test_each_with_a_misspelt_column_is_a_mistake() -> None:
    body = ROW + _test('[{ subject = "P", outcome = "fail" }]', "[]", "each.work_items = { pionts = 5 }")
    with pytest.raises(ConfigurationError) as caught:
        build(body)
    assert "points" in caught.value.problems[0].help
