"""Values on the wire of OData v3: as JSON, and as literals in a query."""

import re
from datetime import UTC, datetime
from decimal import Decimal

Value = str | int | float | bool | Decimal | datetime | None

NO_DATE = "0001-01-01T00:00:00"
NO_ID = "00000000-0000-0000-0000-000000000000"
"""How the ProjectServer API, unlike the feed, writes what is not set."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class BadLiteral(ValueError):
    """A literal that OData v3 does not know."""


def as_json(value: Value, *, verbose: bool = False) -> str | int | float | bool | None:
    """The value in an answer: decimals as text with six places, times without zone, in verbose JSON as `/Date(ms)/`."""
    if isinstance(value, Decimal):
        return f"{value or Decimal(0):.6f}"  # a negative zero would print its sign
    if isinstance(value, datetime):
        return f"/Date({_milliseconds(value)})/" if verbose else without_zone(value)
    return value


def without_zone(moment: datetime) -> str:
    """`2024-04-25T17:19:25.19`: local time, fraction without trailing zeros."""
    text = moment.replace(tzinfo=None).isoformat()
    return text.rstrip("0") if "." in text else text


def parse(text: str) -> Value:
    """The value of a literal in a query: guid'…', datetime'…', '…', numbers, true, false, null."""
    lowered = text.lower()
    if lowered in ("true", "false", "null"):
        return {"true": True, "false": False}.get(lowered)
    kind, quote, rest = text.partition("'")
    if quote and rest.endswith("'"):
        return _quoted(kind.lower(), rest[:-1])
    try:
        return Decimal(text.rstrip("MmLlDdFf"))
    except ArithmeticError as error:
        raise BadLiteral(f"Unrecognized literal '{text}'.") from error


def _quoted(kind: str, body: str) -> Value:
    if kind == "":
        return body.replace("''", "'")
    if kind == "guid" and _GUID.fullmatch(body):
        return body.lower()
    if kind == "datetime":
        try:
            return datetime.fromisoformat(body).replace(tzinfo=None)
        except ValueError as error:
            raise BadLiteral(f"Unrecognized 'Edm.DateTime' literal '{body}'.") from error
    raise BadLiteral(f"Unrecognized 'Edm.{kind.capitalize()}' literal '{body}'.")


def write(value: Value) -> str:
    """A literal that `parse` reads back; used in continuation tokens."""
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return f"datetime'{without_zone(value)}'"
    if isinstance(value, str):
        return f"guid'{value}'" if _GUID.fullmatch(value) else "'" + value.replace("'", "''") + "'"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _milliseconds(moment: datetime) -> int:
    return round(moment.replace(tzinfo=UTC).timestamp() * 1000)
