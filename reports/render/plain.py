"""Text that people wrote, made fit for a line of any format: legal in XML, on one line, no longer than wanted.

Escaping is each renderer's own; this is what all of them need before it.
"""

import re
from typing import Any

from reports.spoken import END, ISOLATE, REPLACEMENT, spoken

_ILLEGAL_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow as a character (section 2.2, production Char)."""
_GAPS = re.compile(r"[\s\u2028\u2029\x85]+")


def legal(text: str) -> str:
    """The text with U+FFFD for every character that XML does not allow."""
    return _ILLEGAL_IN_XML.sub(REPLACEMENT, text)


def legal_texts(value: Any) -> Any:
    """Plain JSON data with every text made legal, keys included."""
    if isinstance(value, str):
        return legal(value)
    if isinstance(value, list):
        return [legal_texts(one) for one in value]
    if isinstance(value, dict):
        return {legal(str(name)): legal_texts(one) for name, one in value.items()}
    return value


def one_line(text: str, most: int) -> str:
    """The text on one line of at most `most` characters; what is cut off is told by an ellipsis.

    What isolates a right-to-left text comes on top: two signs, and one for each direction that it leaves open.
    """
    line = _GAPS.sub(" ", legal(text)).strip()
    if len(line) > most:
        line = line[: most - 1].rstrip() + "…"
    return spoken(line.removeprefix(ISOLATE).removesuffix(END)) if line.startswith(ISOLATE) else spoken(line)
