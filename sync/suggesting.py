"""Joins of projects that are likely and that we do not make: told with their likeness and the lines that make them."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from portfolio.ports import Row
from sync.initiatives import Group, recency
from sync.references import Directory, MatchProblem
from sync.similarity import METHOD, namesakes, similar

SAME_NAME = "the same words in the names of two plans of different sources, in any order, but for words such as project"
_MOST_NAMESAKES = 3
"""Plans of one name in one source beyond which the name tells nothing: `New project`."""

_Pair = tuple[Row, Row, Decimal, str]
"""Left, right, confidence, and how it was found."""


def suggestions(groups: Sequence[Group], history: Collection[str] = ()) -> list[dict[str, Any]]:
    """Pairs whose names are alike, as rows of `match_suggestion`. Never joined by us.

    A tracker without a plan and a plan without a tracker; a plan of a source that is history and another plan: one
    without a tracker, where the old plan has one; and of plans of two sources those that bear one name, the one that
    was changed earlier on the left.
    """
    pairs: dict[frozenset[str], _Pair] = {}
    for pair in (*_two_sides(groups), *_from_history(groups, history), *_namesakes(groups, history)):
        pairs.setdefault(frozenset((pair[0]["id"], pair[1]["id"])), pair)
    home = {row["id"]: group for group in groups for row, _ in group.members}
    directory = Directory([row for group in groups for row, _ in group.members], "project")
    return [
        {
            "kind": "projects",
            "left_id": a["id"],
            "right_id": b["id"],
            "left_name": a["name"],
            "right_name": b["name"],
            "confidence_ratio": likeness,
            "method": method,
            "settings_lines": _lines(a, b, home, directory),
        }
        for a, b, likeness, method in pairs.values()
    ]


def _two_sides(groups: Sequence[Group]) -> Iterator[_Pair]:
    lone = {kind: [row for g in groups if g.kinds == {kind} for row, _ in g.members] for kind in ("tracker", "plan")}
    yield from _alike(lone["tracker"], lone["plan"])


def _from_history(groups: Sequence[Group], history: Collection[str]) -> Iterator[_Pair]:
    lone = [row for g in groups if g.kinds == {"plan"} for row, _ in g.members]
    alone = {row["id"] for g in groups if len(g.members) == 1 for row, _ in g.members}
    old = [row for row in lone if row["source"] in history and row["id"] in alone]
    others = [row for g in groups for row in _plans(g) if row["source"] not in history]
    yield from _alike(old, others)
    left = [_plans(g) for g in groups if g.kinds == {"tracker", "plan"}]
    without_successor = [row for plans in left if all(p["source"] in history for p in plans) for row in plans]
    yield from _alike(without_successor, [row for row in lone if row["source"] not in history])


def _namesakes(groups: Sequence[Group], history: Collection[str]) -> Iterator[_Pair]:
    """Plans that stand alone, with plans of initiatives that hold none of their source. Only of the very same words:
    tools hold many a plan of nearly the same name, and nobody said that one of the sources is history."""
    home = {row["id"]: group for group in groups for row in _plans(group)}
    plans = [row for group in groups for row in _plans(group) if row["source"] not in history]
    for bearers in namesakes(plans):
        if max(Counter(row["source"] for row in bearers).values()) > _MOST_NAMESAKES:
            continue
        for old, new in combinations(sorted(bearers, key=recency), 2):
            one, other = home[old["id"]], home[new["id"]]
            sources = [{row["source"] for row in _plans(group)} for group in (one, other)]
            if one is not other and 1 in (len(one.members), len(other.members)) and not sources[0] & sources[1]:
                yield old, new, Decimal(1), SAME_NAME


def _alike(left: Sequence[Row], right: Sequence[Row]) -> Iterator[_Pair]:
    for one, other, likeness in similar(left, right):
        yield one, other, likeness, METHOD


def _plans(group: Group) -> list[Row]:
    return [row for row, _ in group.members if row.get("kind") == "plan"]


def _lines(left: Row, right: Row, home: dict[str, Group], directory: Directory) -> str:
    """The table of the configuration that joins both, with all that they are joined with already."""
    into, other = home[right["id"]], home[left["id"]]
    if len(other.members) > len(into.members):
        into, other = other, into
    superseded = into.superseded | other.superseded
    if left.get("kind") == right.get("kind") == "plan":
        superseded = superseded | {left["id"]}
    members = [row for row, _ in (*into.members, *other.members)]
    lists = {
        "projects": [row for row in members if row["id"] not in superseded],
        "supersedes": [row for row in members if row["id"] in superseded],
    }
    lines = [f"[initiatives.{_text(_key(into, home))}]", *([f"name = {_text(into.name)}"] if into.name else [])]
    for name, rows in lists.items():
        if rows:
            lines.append(f"{name} = [{', '.join(sorted(_text(_reference(row, directory)) for row in rows))}]")
    return "\n".join(lines)


def _key(group: Group, home: dict[str, Group]) -> str:
    """The group's key; for a plan alone, whose key is made up from its name and source, the name where it is free."""
    [(row, _), *others] = group.members
    name = str(row.get("name") or "")
    taken = {g.key.casefold() for g in home.values()}
    return group.key if others or row.get("kind") != "plan" or not name or name.casefold() in taken else name


def _reference(row: Row, directory: Directory) -> str:
    """How the configuration names that row and no other: a tracker by its key, a plan by its name, as people know them,
    else by the other of the two, else by native id."""
    for column in ("key", "name") if row.get("kind") == "tracker" else ("name", "key"):
        word = row.get(column)
        if word:
            found = directory.find(f"{row['source']}:{word}", ())
            if not isinstance(found, MatchProblem) and found["id"] == row["id"]:
                return f"{row['source']}:{word}"
    return f"{row['source']}:{row['native_id']}"


def _text(words: str) -> str:
    """A basic string of TOML, which escapes as JSON does, but for one more character."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
