"""An answer to a question in SQL as a listing. Pure."""

from typing import Any

from plumbrule.listing import Listing
from plumbrule.listing_forms import text_of
from plumbrule.options import Form
from plumbrule.speech import says
from rules.questions import Answer

_WIDEST = 60
"""Characters of a text that a table in a terminal shows."""


def as_listing(answer: Answer, form: Form) -> Listing:
    """All rows as they are; as a table, long texts are cut."""
    keys = names(answer)
    cut = _short if form is Form.TABLE else (lambda value: value)
    rows = [dict(zip(keys, map(cut, row), strict=True)) for row in answer.rows]
    return Listing(
        rows, nothing=says("no row ({answer})", answer=", ".join(answer.columns)), columns=dict.fromkeys(keys, "text")
    )


def names(answer: Answer) -> list[str]:
    """Names of the columns, each once: of several that are called alike the later get a number."""
    found: list[str] = []
    for name in answer.columns:
        number, told = 1, name
        while told in found:
            number += 1
            told = f"{name}_{number}"
        found.append(told)
    return found


def _short(value: Any) -> Any:
    if isinstance(value, bool | int | float) or value is None:
        return value
    line = " ".join(text_of(value).split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}\u2026"
