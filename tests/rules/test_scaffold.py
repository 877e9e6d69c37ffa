"""A rule to start from loads, and its own test fails until somebody writes it."""

import pytest

from plumbrule.rules_commands import NewKind
from portfolio.errors import ConfigurationError
from portfolio.located_toml import parse
from portfolio.model import VIEWS
from rules.kinds import KINDS as ALL_KINDS
from rules.reading import rules_of
from rules.scaffold import KINDS, new_pack, new_rule, with_rule
from rules.selftest import run_self_tests

FITTING = [
    (kind, view)
    for kind in KINDS
    for view in VIEWS
    if VIEWS[view].column("project_id")
    if kind not in ("metric", "trend", "attest") or VIEWS[view].key == ("project_id",)
]


@pytest.mark.parametrize(("kind", "view"), FITTING)
def test_it_loads_and_fails_its_test(kind: str, view: str) -> None:
    document = parse(new_pack("OWN-07", new_rule("OWN-07", kind, view)).encode(), "new.toml")
    [rule] = rules_of([document])
    assert (rule.kind, rule.view) == (kind, view)
    [problem] = run_self_tests([document]).problems
    assert problem.code == "R233" and "self-test of rule OWN-07 fails" in problem.what
    assert problem.source_line.strip().startswith('name = "what must')


def test_every_kind_but_plugin_can_be_written_and_asked_for() -> None:
    assert {*KINDS, "plugin"} == set(ALL_KINDS)
    assert tuple(NewKind) == KINDS


def test_without_a_view_each_kind_takes_one_that_fits() -> None:
    for kind in KINDS:
        assert rules_of([parse(new_pack("OWN-07", new_rule("OWN-07", kind)).encode(), "new.toml")])


@pytest.mark.parametrize(
    ("kind", "view", "help"),
    [
        ("row", "riks", "risks"),
        ("metric", "risks", "evm"),
        ("trend", "risks", "evm"),
        ("attest", "risks", "projects"),
    ],
)
def test_a_view_that_does_not_fit_is_told(kind: str, view: str, help: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        new_rule("OWN-07", kind, view)
    assert help in caught.value.remedy


def test_a_second_rule_stands_behind_the_first() -> None:
    first = new_pack("OWN-07", new_rule("OWN-07"))
    both = with_rule(first, "new.toml", "OWN-08", new_rule("OWN-08", "ratio"))
    assert both.startswith(first.rstrip())
    assert [r.id for r in rules_of([parse(both.encode(), "new.toml")])] == ["OWN-07", "OWN-08"]


@pytest.mark.parametrize("line", ['id = "OWN-07"', 'id = "OWN-01"\naliases = ["OWN-07"]'])
def test_an_id_or_alias_that_is_taken_is_not_written_over(line: str) -> None:
    first = new_pack("OWN-07", new_rule("OWN-07")).replace('id = "OWN-07"', line)
    with pytest.raises(ConfigurationError) as caught:
        with_rule(first, "new.toml", "OWN-07", new_rule("OWN-07"))
    assert [p.code for p in caught.value.problems] == ["R203"]
