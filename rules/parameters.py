"""Typed, bounded parameters: declared by the rule, set by the site."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules.compile.scope import Name, Type
from rules.ruleset import Bound, Parameter

if TYPE_CHECKING:
    from rules.pack import ParameterEntry

NAME_TYPES = {"int": Type.NUMBER, "float": Type.NUMBER, "text": Type.TEXT, "date": Type.DATE, "bool": Type.BOOLEAN}
_DIGITS = 30
_PYTHON: dict[str, type] = {"text": str, "date": date, "bool": bool}


def names(entries: dict[str, "ParameterEntry"]) -> dict[str, Name]:
    """The parameters as a predicate sees them."""
    return {name: Name(NAME_TYPES[entry.type]) for name, entry in entries.items()}


def exact(value: Bound | float, kind: str) -> Bound:
    """The value in the parameter's type. Raises ValueError, in words, where it does not fit."""
    if kind in ("int", "float"):
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise ValueError(f"is {_shown(value)}, but a number is needed")
        number = Decimal(str(value))
        if not number.is_finite():
            raise ValueError("is not a finite number")
        if kind == "int" and number != number.to_integral_value():
            raise ValueError(f"is {value}, but a whole number is needed")
        return int(number) if kind == "int" else number
    if isinstance(value, float | datetime) or not isinstance(value, _PYTHON[kind]):
        raise ValueError(f"is {_shown(value)}, but a {NAME_TYPES[kind]} is needed")
    return value


def declare(name: str, entry: "ParameterEntry") -> Parameter:
    """The parameter at its default. Raises ValueError, in words, where the default does not fit its own bounds."""
    low, high = _bound(entry.min, "min"), _bound(entry.max, "max")
    if low is not None and high is not None and low > high:
        raise ValueError(f"can be no value: min is {low}, max is {high}")
    value = exact(entry.default, entry.type)
    doc = entry.doc.plain if entry.doc else None
    parameter = Parameter(name, entry.type, value, value, "built-in", low, high, entry.stricter, doc)
    within(parameter, value)
    return parameter


def _bound(value: float | None, name: str) -> Decimal | None:
    """A bound as an exact number. Raises ValueError, in words, for one that bounds nothing."""
    if value is None:
        return None
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"cannot be held against `{name}`, which is not a finite number")
    return number


def within(parameter: Parameter, value: Bound) -> None:
    """Raises ValueError, in words, where the value is outside the parameter's bounds."""
    if not isinstance(value, int | Decimal):
        return
    if parameter.minimum is not None and value < parameter.minimum:
        raise ValueError(f"is {_number(value)}, but at least {parameter.minimum} is allowed")
    if parameter.maximum is not None and value > parameter.maximum:
        raise ValueError(f"is {_number(value)}, but at most {parameter.maximum} is allowed")


def exact_number(value: Any) -> Decimal | None:
    """A number as a decimal; anything else has no place on a scale."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None


def _number(value: int | Decimal) -> str:
    """As digits; of very many only how large it is."""
    digits = str(value)
    return digits if len(digits) <= _DIGITS else f"{Decimal(value):.3E}"


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()
