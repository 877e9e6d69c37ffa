"""How the long columns of findings are made small before they are deflated: what repeats is told once.

Keys of items become the number behind the prefix that most items of their project share, messages become one of few
patterns and the numbers in it. The page puts both together again when it opens (`joined` in report.js), so that the
rest of its script, and of its readers, sees whole texts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

HOLE = "\x01"
"""Stands for a number in a pattern. No message holds it: the model has no control characters but tab and line feed."""

_KEY = re.compile(r"(.*?)(0|[1-9][0-9]{0,8})", re.ASCII | re.DOTALL)
_NUMBER = re.compile(r"(?<![0-9])(?:0|[1-9][0-9]{0,8})(?![0-9])", re.ASCII)


@dataclass(frozen=True)
class Items:
    """Keys of items: `prefixes` by project, and for each finding the number behind its project's, or the whole key."""

    prefixes: tuple[str, ...]
    items: tuple[int | str, ...]


@dataclass(frozen=True)
class Messages:
    """Messages: for each finding its pattern, and the numbers of all, in the order in which patterns need them."""

    patterns: tuple[str, ...]
    pattern: tuple[int, ...]
    numbers: tuple[int, ...]


def packed_items(keys: Sequence[str], projects: Sequence[int], count: int) -> Items:
    """`projects` are places of projects, of which there are `count`; below nought is none."""
    parts = [_KEY.fullmatch(key) for key in keys]
    heads = [part[1] if part and project >= 0 else None for part, project in zip(parts, projects, strict=True)]
    seen: list[dict[str, int]] = [{} for _ in range(count)]
    for (project, head), often in Counter(zip(projects, heads, strict=True)).items():
        if head is not None:
            seen[project][head] = often
    prefixes = tuple(min(found, key=lambda p: (-found[p], p)) if found else "" for found in seen)
    return Items(
        prefixes,
        tuple(
            int(part[2]) if part and head is not None and head == prefixes[project] else key
            for key, part, head, project in zip(keys, parts, heads, projects, strict=True)
        ),
    )


def packed_messages(messages: Sequence[str]) -> Messages:
    """Every number of at most nine digits that does not start with a nought leaves a hole."""
    places: dict[str, int] = {}
    taken_apart: dict[str, tuple[int, list[int]]] = {}
    pattern: list[int] = []
    numbers: list[int] = []
    for message in messages:
        if message not in taken_apart:
            place = places.setdefault(_NUMBER.sub(HOLE, message), len(places))
            taken_apart[message] = place, [int(number) for number in _NUMBER.findall(message)]
        place, found = taken_apart[message]
        pattern.append(place)
        numbers += found
    return Messages(tuple(places), tuple(pattern), tuple(numbers))


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def grown(values: Sequence[int]) -> list[int | str]:
    """Values that never fall: the first one, and a sign for each step; as they are where one step is too large."""
    if not values:
        return []
    taken = [after - before for before, after in pairwise(values)]
    if any(step >= len(_DIGITS) for step in taken):
        return list(values)
    return [values[0], "".join(_DIGITS[step] for step in taken)]


def steps(values: Sequence[int]) -> list[int]:
    """The first value, then the step to each next one: steps are small and alike."""
    return [*values[:1], *(after - before for before, after in pairwise(values))]
