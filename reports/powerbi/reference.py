"""docs/powerbi-model.md: every table, column and measure of the star, and the fields of Project Online's feed."""

from collections.abc import Iterable, Iterator

from reports.powerbi.measures import MEASURES, TABLE
from reports.powerbi.shape import StarTable
from reports.powerbi.star import MODEL_VERSION, STAR
from reports.powerbi.terms import dax

_HEAD = f"""# Tables and measures of the Power BI project

Made from `reports/powerbi` by `make docs`; version {MODEL_VERSION} of the model. What it is and how it is used:
[powerbi.md](powerbi.md). Files are Parquet, `data/<file>.parquet`, with the names in the first column; Power BI shows
`slip_days` as "Slip Days". "Was" names the field of Project Online's reporting feed (ProjectData) that held the same,
as `EntitySet.Field`; where nothing stands, the feed had no such field.
"""


def reference() -> str:
    """The page, as Markdown."""
    parts = [_HEAD, *map(_table, STAR.tables), _measures(), _relationships()]
    return "\n".join(parts).rstrip() + "\n"


def _table(table: StarTable) -> str:
    head = f"## {table.name}\n\n{table.doc} File: `{table.file}`. Key: {_code(table.key)}.\n"
    rows = [f"| `{c.name}` | {c.form.sql} | {_cell(c.doc)} | {_code(c.feed)} |" for c in table.columns]
    return "\n".join([head, "| Column | Type | What it is | Was |", "| --- | --- | --- | --- |", *rows, ""])


def _measures() -> str:
    head = f"## Measures\n\nAll stand in the table {TABLE}.\n"
    rows = [f"| {m.name} | {_cell(m.doc)} | {_code(m.feed)} | `{_cell(dax(m.term))}` |" for m in MEASURES]
    return "\n".join([head, "| Measure | What it says | Was | DAX |", "| --- | --- | --- | --- |", *rows, ""])


def _relationships() -> str:
    return "\n".join(["## Relationships\n", "| From | To | Active |", "| --- | --- | --- |", *_told()]) + "\n"


def _told() -> Iterator[str]:
    for one in STAR.relationships:
        active = "yes" if one.active else "no"
        yield f"| {one.table} `{one.column}` | {one.to_table} `{one.to_column}` | {active} |"


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
