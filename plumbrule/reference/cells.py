"""Texts of code in cells of Markdown tables."""

import re

_TAGS = re.compile(r"<(?=[a-zA-Z/!])")


def cell(text: str) -> str:
    """One line that neither ends a cell nor opens an element of HTML."""
    return _TAGS.sub("&lt;", " ".join(text.split())).replace("|", "\\|")
