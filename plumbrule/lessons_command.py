"""`plumbrule lessons`: what earlier projects left behind, searched across all of them."""

from decimal import Decimal
from pathlib import Path

from plumbrule.app import open_app
from plumbrule.listing import Listing, Section
from plumbrule.listing_forms import written_sections
from plumbrule.options import Form
from reports.lessons.asking import Section as Found
from reports.lessons.asking import ask
from reports.spoken import printable

LONGEST = 60
"""Characters of a text that a table in a terminal shows."""


def lessons(config: Path, form: Form, *, like: str | None, search: str | None, kind: str | None) -> str:
    """The answer as text. Raises ConfigurationError before the first check, and for what is not known."""
    with open_app(config, with_secrets=False, with_rules=False) as app:
        reader = app.latest()
        try:
            sections = ask(reader, like=like, search=search, kind=kind)
        finally:
            reader.close()
    return written_sections([_section(found, form) for found in sections], form)


def _section(found: Found, form: Form) -> Section:
    told = _short if form is Form.TABLE else _rounded if form is Form.MARKDOWN else _exact
    rows = [{key: told(value) for key, value in row.items()} for row in found.rows]
    return Section(found.title, Listing(rows, found.shown, found.nothing))


def _exact(value: object) -> object:
    """Costs of several projects are compared, not booked: a number."""
    return float(value) if isinstance(value, Decimal) else value


def _rounded(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value


def _short(value: object) -> object:
    if not isinstance(value, str):
        return _rounded(value)
    line = " ".join(printable(value).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
