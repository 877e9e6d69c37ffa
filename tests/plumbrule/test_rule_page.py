"""The page for rule authors: its example is a real rule, and its settings are real settings."""

import re
import tomllib
from pathlib import Path

from plumbrule.settings import Settings
from rules.load import load_rules
from rules.selftest import self_test

PAGE = Path(__file__).parents[2] / "docs" / "writing-rules.md"
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_example_on_the_page_is_a_rule_that_passes_its_own_tests(tmp_path: Path) -> None:
    [example] = [block for block in BLOCKS if "[[rule]]" in block]
    (tmp_path / "ours.toml").write_text(example, encoding="utf-8")
    rule = load_rules([tmp_path]).get("OWN-01")
    assert rule is not None
    assert self_test(rule) == []


def test_the_settings_on_the_page_are_settings(tmp_path: Path) -> None:
    for block in BLOCKS:
        if "[rules" in block:
            Settings(**tomllib.loads(block))
