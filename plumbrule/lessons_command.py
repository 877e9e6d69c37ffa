"""`plumbrule lessons`: what earlier projects left behind, searched across all of them."""

from pathlib import Path

from plumbrule.app import open_app
from plumbrule.listing import Listing
from plumbrule.options import LessonsForm
from reports.lessons.asking import Section, ask
from reports.lessons.forms import as_csv, as_json, as_markdown
from reports.spoken import printable

LONGEST = 60
"""Characters of a text that a table in a terminal shows."""


def lessons(config: Path, form: LessonsForm, *, like: str | None, search: str | None, kind: str | None) -> str:
    """The answer as text. Raises ConfigurationError before the first check, and for what is not known."""
    with open_app(config, with_secrets=False, with_rules=False) as app:
        reader = app.latest()
        try:
            sections = ask(reader, like=like, search=search, kind=kind)
        finally:
            reader.close()
    if form is LessonsForm.TABLE:
        return "\n\n".join(_table(section) for section in sections)
    return {LessonsForm.JSON: as_json, LessonsForm.CSV: as_csv, LessonsForm.MARKDOWN: as_markdown}[form](sections)


def _table(section: Section) -> str:
    rows = [{key: _short(value) for key, value in row.items()} for row in section.rows]
    listing = Listing(rows, section.shown, section.nothing)
    return f"{section.title}\n{listing.as_text()}"


def _short(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if not isinstance(value, str):
        return value
    line = " ".join(printable(value).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
