"""What fields of people's own say of a project as it was proposed and approved: amounts, days, the objective. Pure.

Jira's project property and the custom fields of Microsoft's tools write such values as texts or numbers; each column of
`project` reads them in the same way, whatever tool they stand in.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

_MONEY, _HOURS, _RATIO = Decimal("0.0001"), Decimal("0.01"), Decimal("0.000001")
_LARGEST = Decimal(10) ** 14


class _Unfit(ValueError):
    """The message says what was expected."""


def _text(value: Any) -> str | None:
    return str(value).strip() or None


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise _Unfit("a day such as 2026-11-23") from None


def _number(value: Any) -> Decimal:
    try:
        found = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value).strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= _LARGEST:
        raise _Unfit("a number such as 1234.50, of at most fourteen digits")
    return found


def _money(value: Any) -> Decimal:
    return _number(value).quantize(_MONEY, ROUND_HALF_UP)


def _hours(value: Any) -> Decimal:
    return _number(value).quantize(_HOURS, ROUND_HALF_UP)


def _ratio(value: Any) -> Decimal:
    """A fraction up to 1, per cent above it."""
    found = _number(value)
    if not 0 <= found <= 100:
        raise _Unfit("per cent, 0 to 100, or a fraction up to 1")
    return (found / 100 if found > 1 else found).quantize(_RATIO)


_READINGS: Mapping[str, Callable[[Any], Any]] = {
    "objective_metric": _text,
    "objective_target": _text,
    "objective_due_on": _day,
    "requested_on": _day,
    "expected_value": _money,
    "expected_cost": _money,
    "expected_hours": _hours,
    "approval_ratio": _ratio,
    "closed_on": _day,
}
COLUMNS: tuple[str, ...] = tuple(_READINGS)
"""Columns of `project` that are read so."""


def proposed(found: Mapping[str, Any], names: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Columns of `project` by what stands in the fields, and what is wrong, in words.

    `found` is by column, `names` says what people call the field of a column. A value that cannot be read leaves its
    column unknown: it must not take the whole project away.
    """
    columns: dict[str, Any] = {}
    problems: list[str] = []
    for column, value in found.items():
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            columns[column] = _READINGS[column](value)
        except _Unfit as expected:
            problems.append(f"{names.get(column, column)} is {str(value)[:60]!r}, expected {expected}")
    return columns, problems
