"""What a plan's own fields say of how its project is governed. Pure."""

from collections.abc import Mapping

from connectors.msproject.settings import PlanFields
from portfolio.model.work import HEALTH, PHASES

_WORDS: Mapping[str, tuple[str, ...]] = {
    "phase": PHASES,
    "health_reported": HEALTH,
    "size_class": ("small", "medium", "large"),
}
_FREE = ("initiative_key", "programme", "department", "method", "goal", "sponsor_name")
COLUMNS = (*_FREE, *_WORDS)
"""Columns of `project` that fields of people's own may fill."""


def governed(texts: Mapping[str, str], fields: PlanFields) -> tuple[dict[str, str], list[str]]:
    """Columns of `project` by the mapped fields, and what is wrong with words that must be of a list.

    A word that is not allowed leaves its column unknown: it must not take the whole project away.
    """
    found: dict[str, str] = {}
    problems: list[str] = []
    for column in COLUMNS:
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
