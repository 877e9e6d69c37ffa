"""Message templates: placeholders filled from plain values, nothing else. Rounded here and only here.

`{name}` and `{name:.1%}` show a value, `{name:money}` an amount in whole units with its currency where one is known,
and `{name:entry|entries}` only the word that goes with the number: the first for one, the second for all others.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from string import Formatter
from typing import Any

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SPEC = re.compile(r"(,?(\.[0-9])?[f%]|,|money)?")
_NUMBERED = re.compile(r"[^|]+\|[^|]+")
_UNKNOWN = {"en": "unknown", "zh-Hans": "未知"}


def placeholders(template: str) -> list[tuple[str, str]]:
    """(name, format) of each placeholder. Raises ValueError, in words, for a malformed template."""
    found = []
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not _NAME.fullmatch(name):
            raise ValueError(f"`{{{name}}}` is not a plain name")
        if conversion or not (_SPEC.fullmatch(spec or "") or _NUMBERED.fullmatch(spec or "")):
            shown = f"!{conversion}" if conversion else f":{spec}"
            raise ValueError(f"the format `{shown}` is not allowed; use for instance :.1f, :.1%, :money or :item|items")
        found.append((name, spec or ""))
    return found


def names_in(templates: Iterable[str]) -> set[str]:
    """Every name that the templates use; an amount uses its currency."""
    found = [used for template in templates for used in placeholders(template)]
    return {name for name, _ in found} | ({"currency"} if any(spec == "money" for _, spec in found) else set())


def fill(template: str, values: Mapping[str, Any], language: str = "en", empty: Mapping[str, str] | None = None) -> str:
    """The text. A null is said in words, by name in `empty` where given; a value is plain text whatever it holds."""
    parts = []
    for literal, name, spec in _parsed(template):
        parts.append(literal)
        if name is not None and values.get(name) is None:
            parts.append((empty or {}).get(name) or _UNKNOWN.get(language, _UNKNOWN["en"]))
        elif name is not None:
            parts.append(_shown(values[name], spec or "", values.get("currency")))
    return "".join(parts)


@lru_cache(maxsize=1_024)
def _parsed(template: str) -> tuple[tuple[str, str | None, str | None], ...]:
    """(text before it, name, format) of each placeholder: a template is filled once for each finding."""
    return tuple((literal, name, spec) for literal, name, spec, _ in Formatter().parse(template))


def _shown(value: Any, spec: str, currency: str | None) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value.isoformat() if isinstance(value, date) else str(value)
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if "|" in spec:
        one, many = spec.split("|")
        return one if exact == 1 else many
    if spec == "money":
        return f"{exact:,.0f} {currency}" if currency else f"{exact:,.0f}"
    if spec:
        return format(exact, spec)
    return plain(exact)


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros."""
    if not value.is_finite():
        return "?"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
