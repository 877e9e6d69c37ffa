"""A site's own rules are tested by the tests that stand beside them."""

from datetime import date
from pathlib import Path

import pytest
from rule_packs import HEADER, build, marked, problems_of, rule_text

from rules.findings import finding_id
from rules.load import load_rules
from rules.selftest import failed_self_tests, run_on
from rules.settings import Override, RuleSettings

BODY = """view = "work_items"
fail_when = "points > $most"
[rule.params]
most = { type = "int", default = 3 }
[[rule.test]]
name = "four points"
given.work_items = [{ project_id = "P", item_id = "A", points = %s }]
expect = [{ subject = "P", outcome = "fail" }]"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.toml").write_text(HEADER + rule_text(BODY % 4))
    return tmp_path


def test_own_rules_that_keep_their_promises_yield_no_lines(folder: Path) -> None:
    assert failed_self_tests(load_rules([folder])) == []


def test_an_own_rule_that_breaks_its_promise_is_named_with_place_and_test(folder: Path) -> None:
    (folder / "mine.toml").write_text(HEADER + rule_text(BODY % 2))
    [line] = failed_self_tests(load_rules([folder]))
    assert line.endswith("rule OWN-01, test four points: P: outcome is pass, expected fail")
    assert "mine.toml:" in line


def test_settings_that_change_a_parameter_do_not_break_the_tests_of_the_pack(folder: Path) -> None:
    rules = load_rules([folder], RuleSettings(set={"OWN-01": Override(params={"most": 10})}))
    assert failed_self_tests(rules) == []


def test_an_own_rule_that_is_off_is_tested_too(folder: Path) -> None:
    (folder / "mine.toml").write_text(HEADER + rule_text(BODY % 2))
    assert failed_self_tests(load_rules([folder], RuleSettings(off=["OWN-01"])))


def test_a_given_value_that_cannot_be_stored_is_told_and_not_raised(folder: Path) -> None:
    (folder / "mine.toml").write_text(HEADER + rule_text(BODY % '"many"'))
    [line] = failed_self_tests(load_rules([folder]))
    assert "rule OWN-01, test four points: could not be run: " in line


def test_the_built_in_rules_alone_are_not_tested_again() -> None:
    assert failed_self_tests(load_rules()) == []


APART = """level = "item"
view = "time_entries"
fail_when = "hours > 12"
discriminator = ["spent_on"]
"""


def test_a_discriminator_gives_an_item_several_findings() -> None:
    entry = {"project_id": "P", "item_id": "jira:issue:1", "hours": 13}
    days = [date(2026, 6, 1), date(2026, 6, 1), date(2026, 6, 2)]
    rows = [entry | {"time_entry_id": str(n), "spent_on": day} for n, day in enumerate(days)]
    leaning = run_on(build(APART), {"projects": [{"project_id": "P"}], "time_entries": rows}).leaning
    assert [s.discriminator for s in leaning] == ['["2026-06-01"]', '["2026-06-02"]']
    assert len({finding_id(s) for s in leaning}) == 2


def test_a_project_has_one_finding_a_rule() -> None:
    [problem] = problems_of(APART.replace('level = "item"\n', ""))
    assert (problem.code, marked(problem)) == ("R204", "discriminator")
