"""docs/duties.md: what stands there exists, and nothing that Plumbrule checks is for no duty."""

import pytest

from plumbrule.duties import duties, duties_page
from portfolio.model import VIEWS
from reports.model import SECTIONS
from rules.load import load_rules
from rules.ruleset import RuleSet


@pytest.fixture(scope="module")
def built_in() -> RuleSet:
    return load_rules()


def test_rules_measures_and_sections_of_every_duty_exist(built_in: RuleSet) -> None:
    known = {rule.id for rule in built_in.known}
    for duty in duties():
        assert set(duty.rules) <= known, duty.what
        assert set(duty.sections) <= set(SECTIONS), duty.what
        for name in duty.measures:
            view, _, column = name.partition(".")
            assert VIEWS[view].column(column), name


def test_every_built_in_rule_serves_a_duty(built_in: RuleSet) -> None:
    assert {rule.id for rule in built_in.known} - {rule for duty in duties() for rule in duty.rules} == set()


def test_the_page_has_a_row_for_each_duty_and_tells_rules_by_title(built_in: RuleSet) -> None:
    page = duties_page()
    assert page.count("\n| ") == len(duties()) + 2
    rule = built_in.get("SCO-01")
    assert rule is not None and f"SCO-01 {rule.title.said_in('en')}" in page
