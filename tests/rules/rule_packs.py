"""Small pack files for tests."""

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import parse
from rules.reading import rules_of
from rules.ruleset import Rule

HEADER = 'schema = 1\n[pack]\nid = "mine"\ntitle = "Mine"\n'
COMMON = """severity = "medium"
family = "OWN"
dimension = "quality"
message = "leans"
why = "because"
fix = "straighten it"
"""


def rule_text(body: str, rule_id: str = "OWN-01") -> str:
    return f'\n[[rule]]\nid = "{rule_id}"\ntitle = "A rule"\n{COMMON}{body}\n'


def build(body: str) -> Rule:
    return rules_of([parse((HEADER + rule_text(body)).encode(), "mine.toml")])[0]


def problems(text: str) -> tuple[Problem, ...]:
    try:
        rules_of([parse(text.encode(), "mine.toml")])
    except ConfigurationError as error:
        return error.problems
    return ()


def problems_of(body: str) -> tuple[Problem, ...]:
    return problems(HEADER + rule_text(body))


def marked(problem: Problem) -> str:
    """What the caret points at."""
    return problem.source_line[problem.column - 1 : problem.column - 1 + problem.width]
