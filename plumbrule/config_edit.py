"""The text of a configuration with joins written into it; every other line stays as it is. Pure.

A block that is not there is added at the end. Lists of one that is there get what they lack, and lose what moved to the
other list; a list that holds comments is only added to.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, parse
from portfolio.toml_text import key as written_key
from portfolio.toml_text import string, value

_LISTS = ("projects", "supersedes")


class CannotEdit(Exception):
    """The file is written in a way that can only be changed by hand; `problem` shows where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


@dataclass
class _Blocks:
    """Joins of several suggestions, put together: what each initiative holds in the end."""

    initiatives: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: list[list[str]] = field(default_factory=list)


def with_joins(text: str, file: str, blocks: Sequence[Mapping[str, Any]]) -> str:
    """The file's text with these joins. Raises CannotEdit where only a person can put them in.

    Line ends stay those of the file.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    wanted = _together(blocks)
    for key, block in wanted.initiatives.items():
        plain = _with_initiative(plain, file, key, block)
    for same in wanted.people:
        plain = _added(plain, f"[[people]]\nsame = {value(same)}\n")
    return plain.replace("\n", ending)


def _together(blocks: Sequence[Mapping[str, Any]]) -> _Blocks:
    """Blocks of one initiative become one; logins of one person, one list."""
    found = _Blocks()
    for block in blocks:
        for key, entry in block.get("initiatives", {}).items():
            held = found.initiatives.setdefault(key, {"name": entry.get("name"), "projects": [], "supersedes": []})
            for listed in _LISTS:
                held[listed] += [one for one in entry.get(listed, ()) if one not in held[listed]]
            held["projects"] = [one for one in held["projects"] if one not in held["supersedes"]]
        for entry in block.get("people", ()):
            same = list(entry["same"])
            for known in [known for known in found.people if set(known) & set(same)]:
                found.people.remove(known)
                same = [*known, *(one for one in same if one not in known)]
            found.people.append(same)
    return found


def _with_initiative(text: str, file: str, key: str, block: Mapping[str, Any]) -> str:
    document = parse(text.encode(), file)
    there = document.data.get("initiatives", {})
    known = next((name for name in there if name.casefold() == key.casefold()), None)
    if known is None:
        return _added(text, _block(key, block))
    for listed in _LISTS:
        document = parse(text.encode(), file)
        text = _with_list(document, ("initiatives", known, listed), block[listed], _other(block, listed))
    return text


def _other(block: Mapping[str, Any], listed: str) -> Sequence[str]:
    """What stands in the other list, and so not in this one."""
    return list(block["supersedes"] if listed == "projects" else block["projects"])


def _with_list(document: LocatedToml, steps: Steps, wanted: Sequence[str], elsewhere: Sequence[str]) -> str:
    """The text with one list of references as wanted: what it holds besides stays."""
    table = document.value(steps[:-1])
    held = table.get(steps[-1])
    folded = {one.casefold() for one in held or ()}
    more = [one for one in wanted if one.casefold() not in folded]
    gone = {one.casefold() for one in elsewhere} & folded
    if not more and not gone:
        return document.text
    if held is None:
        return _with_key(document, steps, more)
    start, end = _extent(document, steps)
    inside = document.text[start:end]
    if gone or not held:
        now = value([*(one for one in held if one.casefold() not in gone), *more])
        if "#" in _outside_strings(inside):
            what = f"`{steps[-1]}` holds comments, so that it is not written anew"
            raise CannotEdit(document.problem(steps, "match.by_hand", what, help=f"write {steps[-1]} = {now}"))
        return document.text[:start] + now + document.text[end:]
    last = document.values[(*steps, len(held) - 1)]
    at = _offset(document.text, last.line, last.column) + last.width
    return document.text[:at] + "".join(f", {string(one)}" for one in more) + document.text[at:]


def _with_key(document: LocatedToml, steps: Steps, wanted: Sequence[str]) -> str:
    """The list as a key of its own, below the other keys of its table."""
    span = document.keys.get((*steps[:-1], "projects"))
    line = document.text.split("\n")[span.line - 1] if span else ""
    if span is None or not line.lstrip().startswith(("projects", '"projects"')):
        what = "the initiative is written in one line, or in dotted keys"
        raise CannotEdit(document.problem(steps[:-1], "match.by_hand", what, help=f"add {steps[-1]} = {value(wanted)}"))
    _, end = _extent(document, (*steps[:-1], "projects"))
    rest = document.text.find("\n", end)
    rest = len(document.text) if rest < 0 else rest
    indent = line[: len(line) - len(line.lstrip())]
    return f"{document.text[:rest]}\n{indent}{steps[-1]} = {value(wanted)}{document.text[rest:]}"


def _extent(document: LocatedToml, steps: Steps) -> tuple[int, int]:
    """Where a list begins and ends in the text: at the first bracket with which it is a list."""
    span = document.values[steps]
    start = _offset(document.text, span.line, span.column)
    end = start
    while True:
        end = document.text.index("]", end) + 1
        try:
            tomllib.loads(f"x = {document.text[start:end]}")
        except tomllib.TOMLDecodeError:
            continue
        return start, end


def _offset(text: str, line: int, column: int) -> int:
    return sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1


def _outside_strings(inside: str) -> str:
    """The text without what stands in quotes."""
    found, quote, escaped = [], "", False
    for sign in inside:
        if quote:
            if escaped:
                escaped = False
            elif sign == "\\" and quote == '"':
                escaped = True
            elif sign == quote:
                quote = ""
        elif sign in "\"'":
            quote = sign
        else:
            found.append(sign)
    return "".join(found)


def _block(key: str, block: Mapping[str, Any]) -> str:
    lines = [f"[initiatives.{written_key(key)}]"]
    lines += [f"name = {string(block['name'])}"] if block.get("name") else []
    lines += [f"{listed} = {value(block[listed])}" for listed in _LISTS if block[listed]]
    return "\n".join(lines) + "\n"


def _added(text: str, block: str) -> str:
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}{block}"
