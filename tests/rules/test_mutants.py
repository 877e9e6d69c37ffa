"""The self-tests of the built-in rules notice when a rule is damaged.

Every day one damage in eight is tried, the same ones each time; `make soak` tries all and prints the count by rule.
"""

import os
from collections import Counter
from zlib import crc32

import duckdb
import pytest
from mutants import Mutant, mutants

from rules.load import load_rules
from rules.ruleset import Rule
from rules.selftest import broken_promises, given_rows

ALL = load_rules().rules
WHOLE = os.environ.get("PLUMBRULE_SOAK") == "1"
ONE_IN = 1 if WHOLE else 8
LEAST_NOTICED = 0.99


def _tried(rule: Rule) -> list[Mutant]:
    return [m for m in mutants(rule) if crc32(f"{rule.id} {m.change}".encode()) % ONE_IN == 0]


def _unnoticed(rule: Rule, tried: list[Mutant], database: duckdb.DuckDBPyConnection) -> list[Mutant]:
    alive = tried
    for test in rule.tests:
        if not alive:
            break
        with given_rows(rule, test.rows, database):
            alive = [m for m in alive if not _noticed(m, test, database)]
    return alive


def _noticed(mutant: Mutant, test: object, database: duckdb.DuckDBPyConnection) -> bool:
    return bool(broken_promises(mutant.rule, test, database))  # type: ignore[arg-type]


def test_self_tests_notice_damaged_rules(
    database: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    made: Counter[str] = Counter()
    survivors: dict[str, list[str]] = {}
    for rule in ALL:
        tried = _tried(rule)
        made[rule.id] = len(tried)
        left = _unnoticed(rule, tried, database)
        if left:
            survivors[rule.id] = [m.change for m in left]
    total, alive = made.total(), sum(map(len, survivors.values()))
    with capsys.disabled():
        print(f"\n{total} damaged rules, {total - alive} noticed ({1 - alive / total:.1%})")
        for rule_id, changes in survivors.items():
            print(f"  {rule_id}: {len(changes)} of {made[rule_id]} not noticed: {'; '.join(changes)}")
    assert total >= 1_000 / ONE_IN
    assert 1 - alive / total >= LEAST_NOTICED


def test_every_rule_is_damaged_in_some_way() -> None:
    assert [rule.id for rule in ALL if not list(mutants(rule))] == []


def test_a_rule_without_tests_lets_every_damage_live(database: duckdb.DuckDBPyConnection) -> None:
    rule = ALL[0]
    untested = rule.__class__(**{**vars(rule), "tests": ()})
    tried = list(mutants(untested))
    assert _unnoticed(untested, tried, database) == tried
