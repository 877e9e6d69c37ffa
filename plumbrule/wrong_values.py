"""What is wrong with a value, in the words of whoever writes TOML rather than those of a validator."""

from collections.abc import Mapping
from typing import Any

_TYPES = {
    "string_type": ("must be a text", 'write it in quotes: "..."'),
    "int_type": ("must be a whole number", "write it without quotes"),
    "int_parsing": ("must be a whole number", "write it with digits and without quotes"),
    "int_from_float": ("must be a whole number", ""),
    "float_type": ("must be a number", "write it without quotes"),
    "float_parsing": ("must be a number", "write it with digits and without quotes"),
    "decimal_parsing": ("must be a number", "write it with digits and without quotes"),
    "bool_type": ("must be true or false", "write it without quotes"),
    "bool_parsing": ("must be true or false", "write it without quotes"),
    "list_type": ("must be a list", 'write it in brackets: ["..."]'),
    "dict_type": ("must be a table", "write it as [table], or as { key = value }"),
    "model_type": ("must be a table", "write it as [table], or as { key = value }"),
    "model_attributes_type": ("must be a table", "write it as [table], or as { key = value }"),
}
_LIMITS = {
    "greater_than": ("gt", "must be greater than {}"),
    "greater_than_equal": ("ge", "must be at least {}"),
    "less_than": ("lt", "must be less than {}"),
    "less_than_equal": ("le", "must be at most {}"),
}


def wrong_value(found: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong, and what to do, for one error of pydantic."""
    kind = found["type"]
    if kind in _TYPES:
        return _TYPES[kind]
    if kind in _LIMITS:
        bound, words = _LIMITS[kind]
        return words.format(found.get("ctx", {}).get(bound)), ""
    words = found["msg"].removeprefix("Value error, ")
    return words[:1].lower() + words[1:], ""
