"""Results that were kept, as figures by name: those of `benchmarks/out`, and those that belong to the project."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.processes import HERE

FOLDERS = (HERE / "results", HERE / "out")
_SIZES = ("items", "issues", "projects", "tasks", "findings", "flagged", "plans", "trials")
_NO_FIGURES = {"by_endpoint", "steps", "wrong", "runs", "at_least_seconds", "stopped_seconds", "most_at_once"}


@dataclass(frozen=True)
class Result:
    """One file: of which part, when (UTC), and all that it says."""

    part: str
    at: str
    document: Mapping[str, Any]

    @property
    def machine(self) -> str:
        """What it was measured on, and how busy that was."""
        return str(self.document.get("machine", "an unknown machine"))

    @cached_property
    def rows(self) -> list[Mapping[str, Any]]:
        """What was measured, a row each; medians where there are some. What does not count is left out."""
        lists = [self.document.get("medians") or self.document.get("runs", []), self.document.get("served", [])]
        return [row for rows in lists for row in rows if not row.get("wrong") and row.get("usage", row) is not None]

    @cached_property
    def figures(self) -> dict[tuple[str, str], float]:
        """Figures by what was measured, with its size, and by their own name; medians of what was repeated."""
        found: dict[tuple[str, str], list[float]] = defaultdict(list)
        for row in self.rows:
            name = ", ".join(_names(row))
            for figure, value in _numbers(row):
                found[name, figure].append(value)
        return {key: median(values) for key, values in found.items()}


def results(folders: Sequence[Path] = FOLDERS) -> list[Result]:
    """All that is there, oldest first."""
    found = [path for folder in folders for path in folder.glob("*.json")]
    return sorted(map(_read, found), key=lambda one: one.at)


def _read(path: Path) -> Result:
    part, _, at = path.stem.partition("-")
    return Result(part, at, json.loads(path.read_text(encoding="utf-8")))


def _names(row: Mapping[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        if isinstance(value, str) and name != "wrong":
            yield value
        elif name in _SIZES and isinstance(value, int):
            yield f"{value:,} {name}"
        elif isinstance(value, dict) and name == "shape":
            yield from _names(value)


def _numbers(row: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in row.items():
        if name in _NO_FIGURES or name in _SIZES or isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            yield name, float(value)
        elif name == "usage":
            yield from _numbers(value)
        elif name == "requests" and isinstance(value, dict):
            yield name, float(sum(value.values()))
