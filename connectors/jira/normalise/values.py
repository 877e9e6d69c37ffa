"""Single values of Jira's JSON, read strictly: a value of the wrong shape raises Unreadable, null stays None."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

HOURS = Decimal("0.01")
POINTS = Decimal("0.01")
MONEY = Decimal("0.0001")
RATIO = Decimal("0.000001")
_SECONDS_END = 100_000_000_000
"""Epoch numbers below are seconds (until the year 5138), above milliseconds (from 1973 on)."""


class Unreadable(ValueError):
    """A record that is not what the interface promises; the message says which value and why."""


@contextmanager
def strictly() -> Iterator[None]:
    """Takes a shape that nobody foresaw (a text where an object was due) for what it is: the record is unreadable.

    Without it one such record would stop its project at every pull.
    """
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise Unreadable(f"a value has a shape that was not foreseen: {error}") from error


def words(value: Any) -> str | None:
    """A text, trimmed; empty counts as not given."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(f"a text was due, not {_shown(value)}")
    return value.strip() or None


def native(value: Any, what: str) -> str:
    """An id, which Jira writes as text or as a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value:
        return value
    raise Unreadable(f"{what} has no id")


def name_of(value: Any) -> str | None:
    """What a person sees of an option, a user, a version, a status ...: its value, display name or name."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict):
        shown = value.get("value") or value.get("displayName") or value.get("name")
        if isinstance(shown, str):
            return shown.strip() or None
    raise Unreadable(f"an option or a name was due, not {_shown(value)}")


def names_of(value: Any) -> list[str]:
    """The same for a list of them; null is an empty list."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"a list was due, not {_shown(value)}")
    return [name for name in map(name_of, value) if name]


def day(value: Any) -> date | None:
    """A calendar date `2026-11-23`; of a date-time the day as written, in the zone that Jira rendered it in."""
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError) as error:
        raise Unreadable(f"{_shown(value)} is not a date") from error


def instant(value: Any) -> datetime | None:
    """A point in time, UTC, from `2022-06-09T16:29:31.871-0700` or from an epoch number (s or ms)."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value if value < _SECONDS_END else value / 1000, UTC)
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Unreadable(f"{_shown(value)} is not a point in time") from error
    if moment.tzinfo is None:
        raise Unreadable(f"{_shown(value)} has no zone")
    return moment.astimezone(UTC)


def number(value: Any, exponent: Decimal) -> Decimal | None:
    """A decimal amount, rounded half up to what its column holds."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable(f"a number was due, not {_shown(value)}")
    try:
        amount = Decimal(str(value)).quantize(exponent, ROUND_HALF_UP)
    except InvalidOperation as error:
        raise Unreadable(f"{_shown(value)} is not a number that fits") from error
    if not amount.is_finite():
        raise Unreadable(f"{_shown(value)} is not a number that fits")
    return amount


def whole(value: Any) -> int | None:
    """A whole number; Jira's number fields hold 3 as 3.0."""
    amount = number(value, MONEY)
    if amount is None:
        return None
    if amount != int(amount):
        raise Unreadable(f"{_shown(value)} is not a whole number")
    return int(amount)


def hours(seconds: Any) -> Decimal | None:
    """Hours from Jira's seconds."""
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise Unreadable(f"seconds were due, not {_shown(seconds)}")
    return (Decimal(seconds) / 3600).quantize(HOURS, ROUND_HALF_UP)


def one_of(value: str | None, allowed: tuple[str, ...]) -> str | None:
    """The word in lower case with underscores, if it is an allowed one."""
    word = value.lower().replace(" ", "_").replace("-", "_") if value else None
    return word if word in allowed else None


def record(value: Any, what: str) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is not an object")
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
