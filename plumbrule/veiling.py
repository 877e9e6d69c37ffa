"""What of a mistaken line may be shown: a value typed wrongly helps to find it, a secret must never be printed."""

import re
from dataclasses import replace

from plumbrule.log import SECRET_KEYS
from plumbrule.shapes import holds_no_secret
from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps

_USER_IN_URL = re.compile(r"://[^/\s]*@")
_HOLDS_NO_SECRET = re.compile(r'\s*(\[[^\]=]*\]|(kind|auth)\s*=\s*"\w*"|url\s*=\s*"[^"?]*")\s*(#.*)?')
"""Heads of tables, and the keys beside which a secret is missed: their line is what a person looks for."""
_STATES_A_DAY = re.compile(r"""\s*\w+_on\s*=\s*["']?[\d:TZ.+ /-]*["']?\s*""")
"""`token_expires_on` and the like, with nothing but figures beside them."""
_LIKE_A_SECRET = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w.~+/=-]{16,}")
"""Tokens, also where they were pasted beside a key that is for something else."""
_SHOWN = 60


def veiled(problem: Problem) -> Problem:
    """A line that may hold a secret is not shown: neither a literal one nor one behind a misspelt key."""
    told = f"{problem.source_line} {problem.what} {problem.help}"
    if _STATES_A_DAY.fullmatch(problem.source_line):
        return problem
    if _HOLDS_NO_SECRET.fullmatch(problem.source_line) and not _USER_IN_URL.search(problem.source_line):
        return problem
    if not SECRET_KEYS.search(told) and not _USER_IN_URL.search(told):
        return problem
    return replace(problem, source_line="(not shown: the line may hold a secret)", width=0)


def of_value(document: LocatedToml, steps: Steps, problem: Problem) -> Problem:
    """A problem of a value, veiled. What stands there is told where its line is not, and it is none for a secret."""
    kept = veiled(problem)
    if kept == problem or not holds_no_secret(document.data, steps):
        return kept
    value = document.value(steps)
    if not isinstance(value, str | int | float) or not _may_be_told(str(value)):
        return kept
    return replace(kept, what=f"{problem.what} (given: {value!s:.{_SHOWN}})")


def _may_be_told(value: str) -> bool:
    return not _USER_IN_URL.search(value) and "?" not in value and not _LIKE_A_SECRET.search(value)
