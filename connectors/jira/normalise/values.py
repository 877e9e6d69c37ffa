"""Single values of Jira's JSON, read strictly: a value of the wrong shape raises Unreadable, null stays None."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

HOURS = Decimal("0.01")
POINTS = Decimal("0.01")
MONEY = Decimal("0.0001")
RATIO = Decimal("0.000001")
_SECONDS_END = 100_000_000_000
"""Epoch numbers below are seconds (until the year 5138), above milliseconds (from 1973 on)."""


class Unreadable(ValueError):
    """A record that is not what the interface promises; the message says which value and why."""


UNREADABLE = (Unreadable, AttributeError, IndexError, KeyError, TypeError)
"""What reading one record may raise: besides what we say, a shape that nobody foresaw (a text where an object was due).
Whoever reads many records catches these, else one such record would stop its project at every pull."""


def reason(error: Exception) -> str:
    """Why a record could not be read, in words."""
    return str(error) if isinstance(error, Unreadable) else f"a value has a shape that was not foreseen: {error}"


def words(value: Any) -> str | None:
    """A text, trimmed; empty counts as not given."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(f"a text was due, not {_shown(value)}")
    return value.strip() or None


def native(value: Any, what: str) -> str:
    """An id, which Jira writes as text or as a number."""
    if type(value) is str and value:
        return value
    if type(value) is int:
        return str(value)
    raise Unreadable(f"{what} has no id")


def name_of(value: Any) -> str | None:
    """What a person sees of an option, a user, a version, a status ...: its value, display name or name."""
    if value is None:
        return None
    shown = value
    if type(value) is dict:
        shown = value.get("value") or value.get("displayName") or value.get("name")
    if type(shown) is str:
        return shown.strip() or None
    raise Unreadable(f"an option or a name was due, not {_shown(value)}")


def told(value: Any) -> str | None:
    """Whatever a field of an unknown type says, as one text: an option, several of them, a document of the new editor.

    Source: the Atlassian Document Format, in which text stands in nodes of type `text`.
    """
    if type(value) is dict and value.get("type") in ("doc", "text"):
        found = " ".join(_written(value))
    elif isinstance(value, list):
        found = ", ".join(filter(None, map(told, value)))
    elif isinstance(value, bool):
        found = "yes" if value else ""
    elif isinstance(value, int | float):
        found = str(value)
    else:
        return name_of(value)
    return found.strip() or None


def _written(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"].strip()
        attributes = node.get("attrs")
        if isinstance(attributes, dict) and isinstance(attributes.get("url"), str):
            yield attributes["url"]  # a link that the editor shows as a card
        for inner in node.get("content") or ():
            yield from _written(inner)


def names_of(value: Any) -> list[str]:
    """The same for a list of them; null is an empty list."""
    if value is None or value == []:  # most issues have none
        return []
    if not isinstance(value, list):
        raise Unreadable(f"a list was due, not {_shown(value)}")
    return [name for name in map(name_of, value) if name]


def day(value: Any) -> date | None:
    """A calendar date `2026-11-23`; of a date-time the day as written, in the zone that Jira rendered it in."""
    if value is None or value == "":
        return None
    if type(value) is datetime:
        return value.date()
    try:
        return _day(value[:10])
    except (TypeError, ValueError) as error:
        raise Unreadable(f"{_shown(value)} is not a date") from error


@lru_cache(4096)  # issues of a project fall due on the same few days
def _day(text: str) -> date:
    return date.fromisoformat(text)


def instant(value: Any) -> datetime | None:
    """A point in time, UTC, from `2022-06-09T16:29:31.871-0700`, from an epoch number (s or ms), or as a typed decoder
    read it, which knows its zone."""
    if type(value) is datetime:
        return value if value.tzinfo is UTC else value.astimezone(UTC)
    if value is None or value == "":
        return None
    try:
        if type(value) is str:
            # What Jira renders in UTC is one call, at a fifth of the price: half of a page's values are instants.
            return datetime.fromisoformat(value) if value.endswith("+0000") else _moment(value)
        if isinstance(value, int):
            return datetime.fromtimestamp(value if value < _SECONDS_END else value / 1000, UTC)
        return _moment(value)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"{_shown(value)} is not a point in time") from error


@lru_cache(1024)  # created, updated and started are one moment, and so are a change and its effect on the issue
def _moment(text: str) -> datetime:
    offset = _offset(text[-5:])
    if offset is not None:  # twice as fast as `astimezone`, and this is what most of the time goes into
        return datetime.fromisoformat(f"{text[:-5]}+00:00") - offset
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise Unreadable(f"{_shown(text)} has no zone")
    return moment.astimezone(UTC)


@lru_cache(100)
def _offset(text: str) -> timedelta | None:
    """`-0700`, as Jira writes offsets; None for any other writing."""
    if not re.fullmatch(r"[+-]\d{4}", text):
        return None
    size = timedelta(hours=int(text[1:3]), minutes=int(text[3:]))
    return -size if text[0] == "-" else size


def number(value: Any, exponent: Decimal) -> Decimal | None:
    """A decimal amount, rounded half up to what its column holds."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable(f"a number was due, not {_shown(value)}")
    return _amount(value, exponent)


@lru_cache(4096)  # story points are the same few numbers
def _amount(value: int | float | str, exponent: Decimal) -> Decimal:
    try:
        amount = Decimal(str(value)).quantize(exponent, ROUND_HALF_UP)
    except InvalidOperation as error:
        raise Unreadable(f"{_shown(value)} is not a number that fits") from error
    if not amount.is_finite():
        raise Unreadable(f"{_shown(value)} is not a number that fits")
    return amount


def per_cent(value: Any) -> Decimal | None:
    """A fraction from per cent. Raises Unreadable outside 0 to 100: a typing mistake must not become an exposure."""
    amount = number(value, RATIO)
    if amount is None:
        return None
    if not 0 <= amount <= 100:
        raise Unreadable(f"{amount.normalize():f} % is not between 0 and 100")
    return (amount / 100).quantize(RATIO)


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
    if type(seconds) is not int:
        raise Unreadable(f"seconds were due, not {_shown(seconds)}")
    return _hours(seconds)


@lru_cache(10_000)  # people book quarters of an hour, again and again
def _hours(seconds: int) -> Decimal:
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
