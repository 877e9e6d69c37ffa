"""Likely joins as the commands tell and take them: each with an id, a score, a reason and what it would write. Pure."""

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portfolio.ports import Row


@dataclass(frozen=True)
class Join:
    """Two projects, or two logins, that may be one. `score` is their likeness, 0 to 1."""

    kind: str
    score: float
    left_id: str
    left_name: str
    right_id: str
    right_name: str
    reason: str
    lines: str
    """The block of the configuration that joins them."""

    @classmethod
    def of(cls, row: Row) -> "Join":
        """A row of `match_suggestion`."""
        return cls(
            kind=str(row["kind"]),
            score=float(row["confidence_ratio"]),
            left_id=str(row["left_id"]),
            left_name=str(row["left_name"] or ""),
            right_id=str(row["right_id"]),
            right_name=str(row["right_name"] or ""),
            reason=str(row["method"] or ""),
            lines=str(row["settings_lines"] or ""),
        )

    @property
    def id(self) -> str:
        """Eight characters that stay the same from run to run: they stand for what would be joined."""
        return hashlib.sha256(f"{self.left_id}\n{self.right_id}".encode()).hexdigest()[:8]

    @cached_property
    def block(self) -> Mapping[str, Any]:
        """The block, read: `initiatives` by key, or `people`."""
        return tomllib.loads(self.lines)

    @property
    def references(self) -> frozenset[str]:
        """All that the block names, in small letters."""
        entries = [*self.block.get("initiatives", {}).values(), *self.block.get("people", ())]
        names = (entry.get(listed, ()) for entry in entries for listed in ("projects", "supersedes", "same"))
        return frozenset(str(one).casefold() for listed in names for one in listed)

    @property
    def left(self) -> str:
        """For people: the name with its source."""
        return _side(self.left_name, self.left_id)

    @property
    def right(self) -> str:
        """For people: the name with its source."""
        return _side(self.right_name, self.right_id)

    def as_row(self) -> dict[str, Any]:
        """For tables and machines."""
        return {
            "id": self.id,
            "score": round(self.score, 3),
            "kind": self.kind,
            "left": self.left,
            "right": self.right,
            "reason": self.reason,
            "left_id": self.left_id,
            "right_id": self.right_id,
            "lines": self.lines,
        }


def joins(rows: Iterable[Row]) -> list[Join]:
    """The likeliest first; of equals projects before people, then by name."""
    return sorted(map(Join.of, rows), key=lambda j: (-j.score, j.kind != "projects", j.left_name, j.right_name, j.id))


def clashes(chosen: Sequence[Join]) -> list[tuple[Join, Join]]:
    """Pairs of joins that claim the same project for two partners: both cannot be meant. People may be joined in any
    number: a person has as many logins as there are tools."""
    projects = [join for join in chosen if join.kind == "projects"]
    by_side: dict[str, list[Join]] = defaultdict(list)
    for join in projects:
        for side in (join.left_id, join.right_id):
            by_side[side].append(join)
    found = [(first, other) for claimed in by_side.values() for first, other in _pairs(claimed)]
    return sorted(set(found), key=lambda pair: (pair[0].id, pair[1].id))


def without_clashes(chosen: Sequence[Join]) -> tuple[list[Join], list[Join]]:
    """The likeliest that fit together, and those left over because their project is taken."""
    taken: set[str] = set()
    kept, left = [], []
    for join in joins_in_order(chosen):
        sides = {join.left_id, join.right_id}
        if join.kind == "projects" and sides & taken:
            left.append(join)
            continue
        taken |= sides if join.kind == "projects" else set()
        kept.append(join)
    return kept, left


def joins_in_order(chosen: Sequence[Join]) -> list[Join]:
    """The likeliest first."""
    return sorted(chosen, key=lambda join: (-join.score, join.id))


def _pairs(claimed: Sequence[Join]) -> Iterator[tuple[Join, Join]]:
    for number, first in enumerate(claimed):
        for other in claimed[number + 1 :]:
            yield (first, other) if first.id < other.id else (other, first)


def _side(name: str, row_id: str) -> str:
    return f"{name} ({row_id.partition(':')[0]})"
