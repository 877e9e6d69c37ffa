"""Which of two values is the stricter one."""

from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.model.checks import SEVERITIES
from rules.policy.model import MODE, PARAMS, SEVERITY
from rules.ruleset import Rule

_MODES = ("off", "observe", "enforce")


def rank(rule: Rule, key: str, value: Any) -> Decimal | None:
    """Higher is stricter. None for a parameter of which the rule does not say what tightens it."""
    if key == SEVERITY:
        return Decimal(-SEVERITIES.index(value))
    if key == MODE:
        return Decimal(_MODES.index(value))
    parameter = rule.parameter(key.removeprefix(PARAMS))
    if parameter is None or parameter.stricter is None:
        return None
    number = _number(value)
    return None if number is None else -number if parameter.stricter == "lower" else number


def is_looser(rule: Rule, key: str, value: Any, than: Any) -> bool:
    """The value asks for less. Where no direction is known, every other value may ask for less."""
    mine, other = rank(rule, key, value), rank(rule, key, than)
    if mine is None or other is None:
        return bool(value != than)
    return mine < other


def is_stricter(rule: Rule, key: str, value: Any, than: Any) -> bool:
    """The value asks for more; never where no direction is known."""
    mine, other = rank(rule, key, value), rank(rule, key, than)
    return mine is not None and other is not None and mine > other


def loosest(rule: Rule, key: str, *values: Any) -> Any:
    """The one that asks for least; of values without direction the first."""
    found = values[0]
    for value in values[1:]:
        mine, best = rank(rule, key, value), rank(rule, key, found)
        if mine is not None and best is not None and mine < best:
            found = value
    return found


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return Decimal(value.toordinal()) if isinstance(value, date) else None
