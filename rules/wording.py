"""Message templates: `{name}` or `{name:.1%}` filled from plain values, nothing else. Rounded here and only here."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SPEC = re.compile(r"(,?(\.[0-9])?[f%]|,)?")
_UNKNOWN = {"en": "unknown", "zh-Hans": "未知"}


def placeholders(template: str) -> list[tuple[str, str]]:
    """(name, format) of each placeholder. Raises ValueError, in words, for a malformed template."""
    found = []
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not _NAME.fullmatch(name):
            raise ValueError(f"`{{{name}}}` is not a plain name")
        if conversion or not _SPEC.fullmatch(spec or ""):
            shown = f"!{conversion}" if conversion else f":{spec}"
            raise ValueError(f"the format `{shown}` is not allowed; use for instance :.1f, :,.0f or :.1%")
        found.append((name, spec or ""))
    return found


def names_in(templates: Iterable[str]) -> set[str]:
    """Every name that the templates use."""
    return {name for template in templates for name, _ in placeholders(template)}


def fill(template: str, values: Mapping[str, Any], language: str = "en", empty: Mapping[str, str] | None = None) -> str:
    """The text. A null is said in words, by name in `empty` where given; a value is plain text whatever it holds."""
    parts = []
    for literal, name, spec, _ in Formatter().parse(template):
        parts.append(literal)
        if name is not None and values.get(name) is None:
            parts.append((empty or {}).get(name) or _UNKNOWN.get(language, _UNKNOWN["en"]))
        elif name is not None:
            parts.append(_shown(values[name], spec or ""))
    return "".join(parts)


def _shown(value: Any, spec: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value.isoformat() if isinstance(value, date) else str(value)
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if spec:
        return format(exact, spec)
    return plain(exact)


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros."""
    if not value.is_finite():
        return "?"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
