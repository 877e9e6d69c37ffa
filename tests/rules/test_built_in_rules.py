import duckdb
import pytest

from portfolio.model import VIEWS
from rules.load import load_rules
from rules.pack import Family
from rules.reference import FAMILIES, reference
from rules.ruleset import RuleSet
from rules.selftest import self_test

ALL = {rule.id: rule for rule in load_rules().rules}


@pytest.mark.parametrize("rule_id", ALL)
def test_the_rule_passes_its_own_tests(rule_id: str, database: duckdb.DuckDBPyConnection) -> None:
    assert self_test(ALL[rule_id], database) == []


@pytest.mark.parametrize("rule_id", ALL)
def test_the_rule_has_tests_of_passing_failing_unknown_and_not_applicable(rule_id: str) -> None:
    shown = {e.outcome for test in ALL[rule_id].tests for e in test.expect}
    assert {"pass", "fail", "unknown", "not_applicable"} <= shown


@pytest.mark.parametrize("rule_id", ALL)
def test_the_rule_speaks_both_languages(rule_id: str) -> None:
    rule = ALL[rule_id]
    for words in (rule.title, rule.message, rule.why, rule.fix, *filter(None, (rule.summary, rule.warn_message))):
        assert words.zh_hans and any("\u4e00" <= c <= "\u9fff" for c in words.zh_hans)
        assert not any("\u4e00" <= c <= "\u9fff" for c in words.en)


def test_all_families_of_the_catalogue_have_rules(built_in: RuleSet) -> None:
    found = {rule.family for rule in built_in.rules}
    assert found == set(FAMILIES) == set(Family.__args__) - {"OWN"}  # type: ignore[attr-defined]
    assert len(built_in.rules) >= 60


def test_the_dimensions_that_decide_a_colour_have_a_key_rule(built_in: RuleSet) -> None:
    assert {r.dimension for r in built_in.rules if r.key} >= {"schedule", "cost", "scope"}


def test_the_reference_names_every_rule_and_function(built_in: RuleSet) -> None:
    page = reference()
    assert all(f"### {rule.id}\n" in page and rule.title.en in page for rule in built_in.rules)
    assert "days_between(a, b)" in page and "| R120 |" in page
    assert reference() == page


def test_every_view_that_a_rule_reads_is_documented(built_in: RuleSet) -> None:
    assert {rule.view for rule in built_in.rules} <= set(VIEWS)


def test_a_self_test_that_is_wrong_says_how() -> None:
    rule = ALL["PRO-01"]
    test = rule.tests[0]
    wrong = test.model_copy(
        update={
            "expect": [
                test.expect[0].model_copy(update={"outcome": "fail"}),
                test.expect[1].model_copy(update={"subject": "nobody"}),
            ]
        }
    )
    from dataclasses import replace

    lines = self_test(replace(rule, tests=(wrong,)))
    assert lines[0].endswith("stated: outcome is pass, expected fail")
    assert "there is no project nobody" in lines[1]
