"""Units of the organisation that lie in themselves: a tree that is none, told with its place."""

from collections.abc import Sequence

from portfolio.ports import Row
from sync.meaning import Unknown


def circles(units: Sequence[Row]) -> list[Unknown]:
    """Each circle of parents once. `units` are rows of `org_unit`; of several of one key the first by source counts,
    as it does in the measures."""
    first: dict[str, Row] = {}
    for row in sorted(units, key=lambda r: (str(r["source"]), str(r["id"]))):
        if row.get("deleted_at") is None:
            first.setdefault(_word(row["key"]), row)
    above = {word: _word(row["parent_key"]) for word, row in first.items() if row.get("parent_key")}
    found: dict[frozenset[str], list[str]] = {}
    settled: set[str] = set()
    for start in sorted(first):
        path: list[str] = []
        word = start
        while word in first and word not in settled and word not in path:
            path.append(word)
            word = above.get(word, "")
        if word in path:
            circle = path[path.index(word) :]
            found[frozenset(circle)] = circle
        settled.update(path)
    return [_told([first[word] for word in circle]) for circle in found.values()]


def _told(circle: Sequence[Row]) -> Unknown:
    keys = [f"`{str(row['key']).strip()}`" for row in circle]
    way = ", ".join(f"{one} in {other}" for one, other in zip(keys, [*keys[1:], keys[0]], strict=True))
    places = ", ".join(sorted({row["origin"] or row["source"] for row in circle}))
    what = "lies in itself" if len(circle) == 1 else f"lie in a circle: {way}"
    remedy = f"leave `parent_key` of {keys[0]} empty, or name the unit above it" if len(circle) == 1 else (
        "leave `parent_key` of the topmost of them empty, or name the unit above it"
    )  # fmt: skip
    told = f"{places}: unit{'' if len(circle) == 1 else 's'} {', '.join(keys)} {what}; {remedy}"
    return Unknown(circle[0]["id"], circle[0]["source"], "unit", circle[0]["origin"] or "", told)


def _word(key: object) -> str:
    return str(key or "").strip().casefold()
