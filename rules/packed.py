"""Compiled rules as JSON and back, exactly.

JSON and not pickle: whoever can write the file could have any program run by a pickle, by this only what a rule may do.
Every value says what it is, so that an amount does not come back as a text; objects are rebuilt from a fixed list.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from rules.packs_named import PackStands
from rules.predicate import Limit, Predicate
from rules.ruleset import (
    Attest,
    Course,
    Evidence,
    Order,
    Parameter,
    Related,
    Rule,
    Tolerance,
    Trend,
    Words,
)

_OBJECTS: dict[str, type[Any]] = {
    one.__name__: one
    for one in (
        Attest, Course, Evidence, Limit, Order, PackStands, Parameter, Predicate, Related, Rule, Tolerance, Trend,
        Words,
    )
}  # fmt: skip
_SCALARS: dict[type[Any], str] = {Decimal: "decimal", date: "date"}
_LEFT_OUT = frozenset({(Rule, "tests")})
"""Fields that come back as they are by default."""


class NotPacked(ValueError):
    """The text is not what `packed` makes."""


def packed(value: Any) -> bytes:
    """The value as JSON. Raises TypeError for what has no form here, such as a plugin's rows."""
    return orjson.dumps(_plain(value))


def unpacked(text: bytes) -> Any:
    """The value again; it equals what was packed, but for what is left out. Raises NotPacked."""
    try:
        return _value(orjson.loads(text))
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise NotPacked(str(error)) from error


def _plain(value: Any) -> Any:
    """Texts, truths, whole numbers and nulls as they are; all else as a list that begins with what it is."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, tuple):
        return ["tuple", *map(_plain, value)]
    if isinstance(value, frozenset):
        return ["set", *sorted(map(_plain, value))]
    if type(value) in _SCALARS:
        return [_SCALARS[type(value)], str(value)]
    if isinstance(value, Mapping):
        return ["map", *([_plain(k), _plain(v)] for k, v in value.items())]
    name = type(value).__name__
    if not is_dataclass(value) or _OBJECTS.get(name) is not type(value):
        raise TypeError(f"a {name} has no form as JSON here")
    return [name, *(_plain(getattr(value, f)) for f in _fields(type(value)))]


def _value(plain: Any) -> Any:
    if not isinstance(plain, list):
        return plain
    what, *parts = plain
    made = _MAKERS.get(what)
    if made is not None:
        return made(parts)
    kind = _OBJECTS[what]
    return kind(**dict(zip(_fields(kind), map(_value, parts), strict=True)))


_MAKERS: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": lambda parts: tuple(map(_value, parts)),
    "set": lambda parts: frozenset(map(_value, parts)),
    "decimal": lambda parts: Decimal(*parts),
    "date": lambda parts: date.fromisoformat(*parts),
    "map": lambda parts: {_value(k): _value(v) for k, v in parts},
}


def _fields(kind: type[Any]) -> list[str]:
    return [f.name for f in fields(kind) if (kind, f.name) not in _LEFT_OUT]
