"""What a plan's own fields say of how its project is governed. Pure."""

from collections.abc import Mapping
from typing import Any

from connectors import proposed
from connectors.msproject.settings import PlanFields
from portfolio.model.work import HEALTH, PHASES

_WORDS: Mapping[str, tuple[str, ...]] = {
    "phase": PHASES,
    "health_reported": HEALTH,
    "size_class": ("small", "medium", "large"),
}
_FREE = ("initiative_key", "programme", "department", "method", "goal", "sponsor_name")
COLUMNS = (*_FREE, *_WORDS, *proposed.COLUMNS)
"""Columns of `project` that fields of people's own may fill."""


def governed(texts: Mapping[str, str], fields: PlanFields) -> tuple[dict[str, Any], list[str]]:
    """Columns of `project` by the mapped fields, and what is wrong with words that must be of a list.

    A word that is not allowed leaves its column unknown: it must not take the whole project away.
    """
    names = {column: name for column in proposed.COLUMNS if (name := getattr(fields, column))}
    found, problems = proposed.proposed({column: texts.get(name) for column, name in names.items()}, names)
    for column in (*_FREE, *_WORDS):
        name = getattr(fields, column)
        text = texts.get(name) if name else None
        allowed = _WORDS.get(column)
        if not text:
            continue
        if allowed is None:
            found[column] = text
        elif text.lower() in allowed:
            found[column] = text.lower()
        else:
            problems.append(f"{name} is `{text[:60]}`, expected one of {', '.join(allowed)}")
    return found, problems
