"""Which earlier projects were like this one, and why: same method, size, department, programme; words in common."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.lessons.searching import folded

SAME: Mapping[str, int] = {"programme": 2, "department": 2, "method": 1, "size_class": 1}
"""What may be the same, and what it weighs. Words in common weigh up to `WORDS`."""
WORDS = 3
WHOLE = sum(SAME.values()) + WORDS
_LETTERS = re.compile(r"[^\W\d_]{4,}|[\u4e00-\u9fff]{2}")
_NOTHING_SAID = frozenset(
    ("with", "from", "that", "this", "into", "half", "over", "than", "their", "within", "under", "project", "plan")
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Likeness:
    """How alike two projects are, 0 to 1, and in what."""

    share: float
    reasons: tuple[str, ...]


def likeness(one: Row, other: Row) -> Likeness:
    """The weight of what is the same, of all that could be. What is not stated on either side is not the same."""
    weight, reasons = 0.0, []
    for key, worth in SAME.items():
        if one.get(key) and folded(str(one[key])) == folded(str(other.get(key) or "")):
            weight += worth
            reasons.append(f"same {key.removesuffix('_class')}: {one[key]}")
    mine, theirs = _said(one), _said(other)
    if common := mine & theirs:
        weight += WORDS * len(common) / min(len(mine), len(theirs))
        reasons.append(f"words in common: {', '.join(sorted(common))}")
    return Likeness(round(weight / WHOLE, 3), tuple(reasons))


def earlier(one: Row, others: Sequence[Row]) -> list[Row]:
    """Those that began before it. Where one of the two does not state its start nobody knows, and it stays in."""
    start = one.get("start_date")
    return [
        other
        for other in others
        if other["project_id"] != one["project_id"]
        and (start is None or other.get("start_date") is None or other["start_date"] < start)
    ]


def most_alike(one: Row, others: Sequence[Row], number: int) -> list[tuple[Row, Likeness]]:
    """The most similar earlier ones, the most alike first; what has nothing in common is left out."""
    found = [(other, likeness(one, other)) for other in earlier(one, others)]
    ranked = sorted(found, key=lambda pair: (-pair[1].share, str(pair[0]["key"])))
    return [pair for pair in ranked if pair[1].share > 0][:number]


def _said(project: Row) -> set[str]:
    """Words of its goal and name that say something."""
    said = _LETTERS.findall(folded(f"{project.get('goal') or ''} {project.get('name') or ''}"))
    return {word for word in said if word not in _NOTHING_SAID}
