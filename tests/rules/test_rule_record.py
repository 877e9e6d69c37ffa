"""What is kept of how a rule was set."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from policies import RULES
from rule_packs import HEADER, rule_text

from portfolio.located_toml import parse
from rules.policy.record import rule_hash
from rules.reading import rules_of
from rules.ruleset import Rule

BODY = 'view = "work_items"\nfail_when = "idle_days > 3 AND assignee_id IS NULL"'


def built(body: str = BODY, name: str = "mine.toml", before: str = "") -> Rule:
    return rules_of([parse((before + HEADER + rule_text(body)).encode(), name)])[0]


def test_the_hash_of_a_rule_is_the_same_wherever_its_file_lies() -> None:
    assert rule_hash(built()) == rule_hash(built(name="elsewhere.toml", before="# moved\n"))


def test_the_hash_of_a_rule_tells_what_it_says_apart() -> None:
    changed = [
        built(BODY.replace("3", "4")),
        built(BODY + '\nrequires = ["idle_days"]'),
        built(BODY + "\ntolerance = { max_count = 1 }"),
        replace(built(), severity="high"),
    ]
    assert len({rule_hash(rule) for rule in (built(), *changed)}) == 5


def test_the_hash_of_a_rule_is_the_same_in_every_process() -> None:
    code = (
        "from rules.load import load_rules; from rules.policy.record import rule_hash;"
        "print([rule_hash(r) for r in load_rules().rules])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_no_two_rules_have_one_hash() -> None:
    assert len({rule_hash(rule) for rule in RULES}) == len(RULES)
