"""Small policy files for tests, on three small rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from rule_packs import HEADER, rule_text

from portfolio.errors import Problem
from portfolio.located_toml import parse
from rules.policy.conflicts import conflicts
from rules.policy.load import read_policy
from rules.policy.model import Policy
from rules.reading import rules_of
from rules.ruleset import Rule, RuleSet

PACK = HEADER + (
    rule_text(
        'view = "work_items"\nfail_when = "idle_days > $days AND points >= $least"\n[rule.params]\n'
        'days = { type = "int", default = 14, min = 1, max = 90, stricter = "lower" }\n'
        'least = { type = "int", default = 0, min = 0, max = 9 }',
        "OWN-01",
    )
    + rule_text(
        'fail_when = "cpi < $fail_below"\n[rule.params]\n'
        'fail_below = { type = "float", default = 0.9, min = 0, max = 2, stricter = "higher" }',
        "OWN-02",
    )
    + rule_text('fail_when = "manager_id IS NULL"', "OWN-03")
)
RULES: tuple[Rule, ...] = rules_of([parse(PACK.encode(), "mine.toml")])


def header(level: str, name: str = "", **keys: str) -> str:
    """The head of a file."""
    unit = f'{level} = "{name}"\n' if name else ""
    more = "".join(f"{key} = {value}\n" for key, value in keys.items())
    return f'[policy]\nlevel = "{level}"\n{unit}{more}'


def setting(body: str, rule: str = "OWN-01") -> str:
    """One entry."""
    return f'[[set]]\nrule = "{rule}"\n{body}\n'


def read(files: Mapping[str, str]) -> tuple[Policy, tuple[Problem, ...]]:
    """The policy of those files and every mistake in them."""
    found: list[Problem] = []
    documents = [parse(text.encode(), name) for name, text in files.items()]
    policy = read_policy(documents, RULES, (), found)
    found += conflicts(policy, is_whole=not found)
    return policy, tuple(sorted(set(found)))


def ruleset(files: Mapping[str, str]) -> RuleSet:
    """The rules with that policy, which must be without mistakes."""
    policy, problems = read(files)
    assert problems == ()
    return RuleSet(RULES, policy=policy)


class Rows:
    """A reader of projects and their units; a condition is one of a few that tests use."""

    def __init__(
        self,
        projects: Sequence[Mapping[str, Any]],
        units: Sequence[Mapping[str, Any]] = (),
        selected: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.projects = [{"department": None, "programme": None, "key": p["project_id"], **p} for p in projects]
        self.units = units
        self.selected = selected or {}

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        if "project_units" in sql:
            order = sorted(self.units, key=lambda u: (u["project_id"], u["stated_as"], -u["depth"]))
            return [dict(u) for u in order]
        _, _, where = sql.partition(" WHERE ")
        if where:
            return [{"project_id": p} for p in self.selected[where]]
        return sorted((dict(p) for p in self.projects), key=lambda p: p["project_id"])
