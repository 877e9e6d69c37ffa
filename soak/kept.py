"""Trials that have ended, a line of JSON each in a file, so that a soak which is cut off goes on where it was."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from soak.comparing import Difference
from soak.trials import Outcome


class Kept:
    """Outcomes in `path`; only in memory where there is none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.outcomes: list[Outcome] = []
        if path is not None and path.exists():
            self.outcomes = [outcome_of(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]

    def add(self, one: Outcome) -> None:
        """Keep another."""
        self.outcomes.append(one)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as out:
                out.write(json.dumps(as_json(one)) + "\n")


def as_json(one: Outcome) -> dict[str, Any]:
    """All figures of a trial."""
    return asdict(one) | {"deaths": dict(one.deaths), "harms": dict(one.harms)}


def outcome_of(document: dict[str, Any]) -> Outcome:
    """What `as_json` made."""
    found = document["difference"] | {"cases": tuple(document["difference"]["cases"])}
    counted = {name: Counter(document[name]) for name in ("deaths", "harms")}
    return Outcome(**(document | counted | {"difference": Difference(**found)}))
