"""Sections as JSON, CSV and Markdown. What people wrote is made safe for what will read it."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from reports.cells import formula_safe, marked
from reports.lessons.asking import Section
from reports.spoken import printable


def as_json(sections: Sequence[Section]) -> str:
    """A list of `{title, rows}`."""
    made = [{"title": s.title, "rows": [dict(row) for row in s.rows]} for s in sections]
    return json.dumps(made, ensure_ascii=False, indent=2, default=_exact)


def as_csv(sections: Sequence[Section]) -> str:
    """One table; with several sections a first column `section` tells them apart, and each fills its own columns.

    A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection).
    """
    keys = list(dict.fromkeys(key for s in sections for row in s.rows for key in row))
    many = len(sections) > 1
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(["section"] if many else []), *keys])
    for section in sections:
        for row in section.rows:
            writer.writerow([*([section.title] if many else []), *(_cell(row.get(key)) for key in keys)])
    return out.getvalue().rstrip("\n")


def as_markdown(sections: Sequence[Section]) -> str:
    """A heading and a table for each section."""
    parts = []
    for section in sections:
        parts.append(f"## {marked(section.title)}\n")
        if not section.rows:
            parts.append(f"{section.nothing}\n")
            continue
        keys = list(section.shown or section.rows[0])
        parts.append(_line([key.replace("_", " ") for key in keys]))
        parts.append(_line(["---"] * len(keys)))
        parts += [_line([marked(_text(row.get(key))) for key in keys]) for row in section.rows]
        parts.append("")
    return "\n".join(parts).rstrip("\n")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else printable(str(value))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return formula_safe(printable(value))
    return value


def _exact(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
