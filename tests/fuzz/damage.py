"""Damage to what is read: to its bytes, and to its values where it is JSON."""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random
from typing import Any

WORDS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"'", b'"', b"<", b"&x;", b"<!DOCTYPE a [<!ENTITY x 'y'>]>",
    b"]]>", b"{", b"[", b"}", b"]", b",", b";", b"\n", b"\r", b"-1", b"1e999", b"NaN", b"0000-00-00",
    b"9999-12-31T23:59:59.9999999Z", b"P99999999999D", b"99999999999999999999999", b"true", b"null", b"../", b"=1+1",
    b"%s", b"\\u0000", b"\\ud800", b"/Date(1e99)/",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 2**64, 10**40, 1.5, 1e308, "", " ", "\0", "\ud83d\ude00", "x" * 5000,
    "null", "0000-00-00", "9999-12-31T23:59:59.9999999Z", "2026-02-30T00:00:00.000+9999", "-P1D", "PT1E9S", "NaN",
    "1e999", "-0", "１２", [], {}, [[]], [None], [{}], {"": None}, {"id": None}, "/Date(99999999999999999)/",
    "<b>&nbsp;</b>", "../../x",
)  # fmt: skip
_DEEP = 3000


def damaged(content: bytes, random: Random) -> bytes:
    """The content with a few changes of its bytes."""
    made = content
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        made = random.choice(_BYTES)(made, random)
    return made


def damaged_json(content: bytes, random: Random) -> bytes:
    """The content with other values in some places; one time in four other bytes."""
    if random.random() < 0.25:
        return damaged(content, random)
    try:
        told = json.loads(content)
    except ValueError:
        return damaged(content, random)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        told = _changed(told, random)
    text = json.dumps(told)
    return text.replace('"@deep@"', "[" * _DEEP + "]" * _DEEP).encode()


def _changed(told: Any, random: Random) -> Any:
    """Another value somewhere below, or a key less, or one of another place."""
    places = list(_places(told))
    if not places:
        return random.choice(VALUES)
    holder, key = random.choice(places)
    way = random.random()
    if way < 0.65:
        holder[key] = deepcopy(random.choice(VALUES))
    elif way < 0.8:
        del holder[key]
    elif way < 0.95:
        other, other_key = random.choice(places)
        holder[key] = deepcopy(other[other_key])  # no circles
    else:
        holder[key] = "@deep@"
    return told


def _places(told: Any) -> Any:
    """Every place in it, as what holds it and its key."""
    if isinstance(told, dict | list):
        for key, value in list(told.items()) if isinstance(told, dict) else list(enumerate(told)):
            yield told, key
            yield from _places(value)


def _flip(content: bytes, random: Random) -> bytes:
    if not content:
        return b"\0"
    at = random.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << random.randrange(8))]) + content[at + 1 :]


def _cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _without(content: bytes, random: Random) -> bytes:
    start, size = random.randrange(len(content) + 1), random.choice((1, 2, 8, 64, 512))
    return content[:start] + content[start + size :]


def _twice(content: bytes, random: Random) -> bytes:
    start, size = random.randrange(len(content) + 1), random.choice((1, 8, 64, 512))
    return content[: start + size] + content[start : start + size] + content[start + size :]


def _word(content: bytes, random: Random) -> bytes:
    at, over = random.randrange(len(content) + 1), random.choice((0, 1, 4))
    return content[:at] + random.choice(WORDS) + content[at + over :]


def _number(content: bytes, random: Random) -> bytes:
    """Another number in place of one that is there."""
    places = [at for at, byte in enumerate(content) if 48 <= byte <= 57]
    if not places:
        return _word(content, random)
    at = random.choice(places)
    return content[:at] + random.choice((b"", b"-", b"9" * 30, b"0", b".", b"e9")) + content[at + 1 :]


_BYTES: Sequence[Callable[[bytes, Random], bytes]] = (
    _flip,
    _flip,
    _cut,
    _without,
    _twice,
    _word,
    _word,
    _number,
    _number,
)
