"""Evidence of a finding, as the rules keep it (JSON rows), told in short lines."""

import json
from typing import Any

from reports.model import ProjectRef
from reports.spoken import spoken

ROWS = 3
CUT = 160
SPEAKING = frozenset({"key", "title", "name", "item_key", "person_name"})
"""Columns whose values need no name beside them."""


def evidence_lines(kept: str | None, project: ProjectRef, most: int = ROWS) -> tuple[str, ...]:
    """The first rows, each as pairs of column and value. What only repeats the project's key and name is left out."""
    rows = json.loads(kept) if kept else []
    lines = (_line(row, {project.key, project.name}) for row in rows[:most] if isinstance(row, dict))
    return tuple(line for line in lines if line)


def _line(row: dict[str, Any], known: set[str]) -> str:
    told = [(name, value) for name, value in row.items() if not _is_told(value, known)]
    line = " · ".join(_short(v) if name in SPEAKING else f"{name.replace('_', ' ')} {_short(v)}" for name, v in told)
    return line if len(line) <= CUT else line[: CUT - 1].rstrip() + "…"


def _is_told(value: object, known: set[str]) -> bool:
    return value is None or (isinstance(value, str) and not known.isdisjoint({value, spoken(value)}))


def _short(value: object) -> str:
    """Doubles of an index to two places; lists without their brackets; everything else as it is kept."""
    if isinstance(value, float):
        return f"{value:.2f}"
    return spoken(", ".join(map(str, value)) if isinstance(value, list) else str(value))
