"""Texts that people wrote, made safe for the cells of a table: in a spreadsheet, and in Markdown."""

import re

_FORMULA = re.compile(r"\s*[=+\-@]")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#])")


def formula_safe(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if _FORMULA.match(text) else text


def marked(text: str) -> str:
    """Text that Markdown shows as it is, in one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
