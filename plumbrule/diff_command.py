"""`plumbrule diff`: what changed between two checks, from the latest published snapshot."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from plumbrule.app import open_app
from plumbrule.listing import Listing, Section
from plumbrule.listing_forms import written_sections
from plumbrule.options import Form
from plumbrule.settings import Settings
from portfolio.ports import Reader
from reports.diff.days import Run, chosen
from reports.diff.difference import difference
from reports.diff.forms import as_json, as_markdown, as_text
from reports.words import Words

_DAYS = "SELECT DISTINCT taken_on FROM project_snapshot ORDER BY taken_on"
_RUNS = "SELECT id, as_of FROM run ORDER BY id"


def diff(config: Path, asked: Sequence[str], form: Form, language: str, most: int) -> str:
    """The answer as text. Raises ConfigurationError for a run that is not known, and where nothing can be compared."""
    with open_app(config, with_secrets=False, with_rules=False) as app:
        reader = app.latest()
        try:
            before, after = _chosen(reader, app.settings, asked)
            found = difference(reader, before, after, app.settings.report.moved.thresholds)
        finally:
            reader.close()
    if form in (Form.TABLE, Form.MARKDOWN):
        write = as_markdown if form is Form.MARKDOWN else as_text
        return write(found, Words(language), most)
    return as_json(found) if form is Form.JSON else written_sections(_sections(json.loads(as_json(found))), form)


def _sections(told: dict[str, Any]) -> list[Section]:
    """The lists of the JSON form, each a table; of a project in one its id, key and name."""
    projects = told["projects"]
    found = {
        **{name: told[name] for name in ("findings", "measures", "statuses")},
        "projects_entered": projects["entered"],
        "projects_left": projects["left"],
    }
    return [Section(name, Listing([_flat(row) for row in rows])) for name, rows in found.items()]


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        flat |= {f"{key}_{name}": one for name, one in value.items()} if isinstance(value, dict) else {key: value}
    return flat


def _chosen(reader: Reader, settings: Settings, asked: Sequence[str]) -> tuple[date, date]:
    zone = settings.portfolio.zone
    runs = [Run(row["id"], row["as_of"].astimezone(zone).date()) for row in reader.rows(_RUNS)]
    return chosen([row["taken_on"] for row in reader.rows(_DAYS)], runs, asked)
