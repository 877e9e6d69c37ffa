"""Text that people wrote, made safe to stand in a line: no control characters, and no reading direction leaks out."""

import re
from collections.abc import Mapping
from typing import Any

REPLACEMENT = "\ufffd"
ISOLATE, END = "\u2068", "\u2069"
"""First strong isolate and pop directional isolate (Unicode, UAX #9)."""

SPOKEN = frozenset(
    {
        "name",
        "title",
        "programme",
        "department",
        "manager_name",
        "sponsor_name",
        "owner_name",
        "person_name",
        "item_title",
        "left_name",
        "right_name",
    }
)
"""Columns that hold what people wrote or are called."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_OPENS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", END)
_DIRECTED = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u202a-\u202e\u2066-\u2069\U00010800-\U00010fff]")


def printable(text: str) -> str:
    """The text with U+FFFD for each control character; tab and line feed stay."""
    return text if text.isprintable() else _CONTROLS.sub(REPLACEMENT, text)


def spoken(text: str) -> str:
    """The text without control characters; where it may read from right to left, isolated from what stands beside it.

    What it opens is closed and what it closes without having opened is left out, so that it cannot end the isolation.
    """
    text = printable(text)
    if text.isascii():
        return text
    return f"{ISOLATE}{_balanced(text)}{END}" if _DIRECTED.search(text) else text


def spoken_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the snapshot with its columns of people's words made safe; ids and keys stay what they are."""
    return {name: spoken(v) if name in SPOKEN and isinstance(v, str) else v for name, v in row.items()}


def _balanced(text: str) -> str:
    kept: list[str] = []
    closers: list[str] = []
    for character in text:
        if character in _OPENS:
            closers.append(_OPENS[character])
        elif character in ("\u202c", END):
            if not closers or closers[-1] != character:
                continue
            closers.pop()
        kept.append(character)
    return "".join(kept + closers[::-1])
