"""Values as they are written in TOML."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) else string(name)


def string(text: str) -> str:
    """A basic string. TOML knows JSON's escapes, and wants one more character escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def value(told: Any) -> str:
    """A value on one line: texts, numbers, days and moments, lists, and tables without what is None in them.

    Amounts are written as texts, so that no digit of them is lost.
    """
    if isinstance(told, bool):
        return str(told).lower()
    if isinstance(told, datetime | date):
        return told.isoformat()
    if isinstance(told, int | float):
        return repr(told)
    if isinstance(told, Mapping):
        inside = ", ".join(f"{key(str(k))} = {value(v)}" for k, v in told.items() if v is not None)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(told, Sequence | set | frozenset) and not isinstance(told, str):
        return f"[{', '.join(value(v) for v in told)}]"
    return string(str(told))
