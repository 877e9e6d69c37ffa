"""`plumbrule diff`: what changed between two checks, from the latest published snapshot."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from plumbrule.app import open_app
from plumbrule.options import DiffForm
from plumbrule.settings import Settings
from portfolio.ports import Reader
from reports.diff.days import Run, chosen
from reports.diff.difference import difference
from reports.diff.forms import as_json, as_markdown, as_text
from reports.words import Words

_DAYS = "SELECT DISTINCT taken_on FROM project_snapshot ORDER BY taken_on"
_RUNS = "SELECT id, as_of FROM run ORDER BY id"


def diff(config: Path, asked: Sequence[str], form: DiffForm, language: str, most: int) -> str:
    """The answer as text. Raises ConfigurationError for a run that is not known, and where nothing can be compared."""
    with open_app(config, with_secrets=False, with_rules=False) as app:
        reader = app.latest()
        try:
            before, after = _chosen(reader, app.settings, asked)
            found = difference(reader, before, after, app.settings.report.moved.thresholds)
        finally:
            reader.close()
    if form is DiffForm.JSON:
        return as_json(found)
    write = as_markdown if form is DiffForm.MARKDOWN else as_text
    return write(found, Words(language), most)


def _chosen(reader: Reader, settings: Settings, asked: Sequence[str]) -> tuple[date, date]:
    zone = settings.portfolio.zone
    runs = [Run(row["id"], row["as_of"].astimezone(zone).date()) for row in reader.rows(_RUNS)]
    return chosen([row["taken_on"] for row in reader.rows(_DAYS)], runs, asked)
