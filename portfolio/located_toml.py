"""TOML whose every key and value knows its line and column, so that mistakes can be shown where they stand.

`tomllib` reads the values; the tree-sitter grammar, which keeps positions, tells where they are. A file that the
grammar cannot follow (it knows TOML 1.0) still loads; its mistakes are then shown without a frame.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from portfolio.errors import ConfigurationError, Problem
from portfolio.toml_complaints import encoding_problem, syntax_problem

Steps = tuple[str | int, ...]
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_JOINED = re.compile(r"(?:\\[ \t]*\n\s*)+")


@dataclass(frozen=True)
class Span:
    """Where something stands; line and column count from 1, `width` in characters."""

    line: int
    column: int
    width: int


@dataclass(frozen=True)
class LocatedToml:
    """One TOML document: its values, its text, and where each key and value stands."""

    file: str
    text: str
    data: dict[str, Any]
    keys: dict[Steps, Span] = field(repr=False)
    values: dict[Steps, Span] = field(repr=False)

    def problem(self, steps: Steps, code: str, what: str, *, help: str = "", at: str = "value") -> Problem:
        """A mistake at that path; where the path is unknown, at the nearest table above it."""
        span = (self.keys if at == "key" else self.values).get(steps)
        above = steps
        while span is None and above:
            span = self.keys.get(above) or self.values.get(above)
            above = above[:-1]
        return self._at(span, code, what, help)

    def problem_inside(self, steps: Steps, offset: int, width: int, code: str, what: str, *, help: str = "") -> Problem:
        """A mistake inside a string value, `offset` characters into the text between its quotes."""
        span = self.values.get(steps)
        if span is None:
            return self._at(None, code, what, help)
        first = self._lines[span.line - 1][span.column - 1 :]
        quotes = 3 if first.startswith(('"""', "'''")) else 1
        row, start = span.line, span.column - 1 + quotes
        value = str(self.value(steps))
        if quotes == 3 and not first[quotes:].strip():  # the newline right after the opening quotes is not in the value
            row, start = row + 1, 0
        if first.startswith('"'):  # escapes are longer in the file than in the value
            return self._at(self._written(row, start, offset, width), code, what, help)
        before = value[:offset]
        if "\n" in before:
            row, start = row + before.count("\n"), -(before.rindex("\n") + 1)
        return self._at(Span(row, start + offset + 1, width), code, what, help)

    def _written(self, row: int, start: int, offset: int, width: int) -> Span:
        """Where characters of a basic string stand in the file, escapes and line ends counted as they are written."""
        text, at = "\n".join(self._lines[row - 1 :]), start
        for _ in range(offset):
            at += _length(text, at)
        begins = at + _folded(text, at)
        at = begins
        for _ in range(width):
            at += _length(text, at)
        lines_before = text.count("\n", 0, begins)
        column = begins - (text.rfind("\n", 0, begins) + 1)
        ends = text.find("\n", begins, at)
        return Span(row + lines_before, column + 1, max(1, (at if ends < 0 else ends) - begins))

    def value(self, steps: Steps) -> Any:
        """The value at that path. Raises KeyError or IndexError where there is none."""
        here: Any = self.data
        for step in steps:
            here = here[step]
        return here

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")  # as TOML counts lines: other breaks are characters as any

    def _at(self, span: Span | None, code: str, what: str, hint: str) -> Problem:
        if span is None:
            return Problem(self.file, 0, 0, code, what, help=hint)
        source = self._lines[span.line - 1] if span.line <= len(self._lines) else ""
        return Problem(self.file, span.line, span.column, code, what, span.width, source, hint)


def load(path: Path, shown_as: str | None = None) -> LocatedToml:
    """Read a TOML file. Raises ConfigurationError for a missing or malformed file."""
    name = shown_as or str(path)
    if path.exists() and not path.is_file():  # a pipe would be waited for, a device read without end
        problem = Problem(name, 0, 0, "config.unreadable", "is no file", help="name a file of TOML text")
        raise ConfigurationError(problems=[problem])
    try:
        raw = path.read_bytes()
    except OSError as error:
        problem = Problem(
            name, 0, 0, "config.unreadable", f"cannot read it: {error.strerror}", help="check the path and its rights"
        )
        raise ConfigurationError(problems=[problem]) from error
    return parse(raw, name)


def parse(raw: bytes, name: str) -> LocatedToml:
    """Read TOML text. Raises ConfigurationError for malformed text, with its place."""
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ConfigurationError(problems=[encoding_problem(name, raw, error)]) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(problems=[syntax_problem(name, text, error)]) from error
    except (RecursionError, ValueError) as error:
        problem = Problem(name, 0, 0, "config.extreme", "nests too deeply, or holds a number that is too long")
        raise ConfigurationError(problems=[problem]) from error
    keys, values = _positions(text)
    return LocatedToml(name, text, data, keys, values)


def suggest(word: str, known: Iterable[str], closeness: float = 0.6) -> str:
    """`did you mean ...?` for a misspelt word, or an empty text. `closeness` is difflib's, 0 to 1.

    A word of the same letters comes first: letters are swapped more often than others are typed.
    """
    import difflib  # for mistakes alone

    close = difflib.get_close_matches(word, list(known), n=5, cutoff=closeness)
    swapped = [near for near in close if sorted(near.lower()) == sorted(word.lower())]
    return f"did you mean `{[*swapped, *close][0]}`?" if close else ""


def _folded(text: str, at: int) -> int:
    """How much is a line that a backslash joins with the next, which is no part of the value."""
    found = _JOINED.match(text, at)
    return found.end() - at if found else 0


def _length(text: str, at: int) -> int:
    """How many characters of the file one character of the value takes."""
    joined = _folded(text, at)
    escape = _ESCAPE.match(text, at + joined)
    return joined + (escape.end() - escape.start() if escape else 1)


def _positions(text: str) -> tuple[dict[Steps, Span], dict[Steps, Span]]:
    """Spans of keys and of values by path, from the grammar."""
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    walker = _Walker(text)
    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode())
    for node in tree.root_node.named_children:
        walker.top(node)
    return walker.keys, walker.values


class _Walker:
    """Follows the grammar's tree and notes where each path stands."""

    def __init__(self, text: str) -> None:
        self.lines = text.encode().split(b"\n")
        self.keys: dict[Steps, Span] = {}
        self.values: dict[Steps, Span] = {}
        self.array_sizes: dict[Steps, int] = {}

    def top(self, node: Any) -> None:
        if node.type == "pair":
            self.pair(node, ())
        elif node.type in ("table", "table_array_element"):
            self.table(node)

    def table(self, node: Any) -> None:
        name = node.named_children[0]
        parts = self.key_parts(name)
        base: Steps = ()
        for position, (part, key_node) in enumerate(parts):
            base = (*base, part)
            self.keys.setdefault(base, self.span(key_node))
            last = position == len(parts) - 1
            if last and node.type == "table_array_element":
                number = self.array_sizes.get(base, 0)
                self.array_sizes[base] = number + 1
                base = (*base, number)
            elif base in self.array_sizes:
                base = (*base, self.array_sizes[base] - 1)
        self.keys.setdefault(base, self.span(name))
        self.values.setdefault(base, self.span(name))
        for child in node.named_children[1:]:
            if child.type == "pair":
                self.pair(child, base)

    def pair(self, node: Any, base: Steps) -> None:
        for part, key_node in self.key_parts(node.named_children[0]):
            base = (*base, part)
            self.keys.setdefault(base, self.span(key_node))
        self.value(node.named_children[1], base)

    def value(self, node: Any, steps: Steps) -> None:
        self.values[steps] = self.span(node)
        if node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    self.pair(child, steps)
        elif node.type == "array":
            children = [c for c in node.named_children if c.type != "comment"]
            for number, child in enumerate(children):
                self.value(child, (*steps, number))

    def key_parts(self, node: Any) -> list[tuple[str, Any]]:
        if node.type == "dotted_key":
            return [part for child in node.named_children for part in self.key_parts(child)]
        words = node.text.decode()
        if node.type == "quoted_key":
            words = str(tomllib.loads(f"x = {words}")["x"])
        return [(words, node)]

    def span(self, node: Any) -> Span:
        row, start = node.start_point
        end_row, end = node.end_point
        raw = self.lines[row] if row < len(self.lines) else b""
        column = len(raw[:start].decode(errors="replace"))
        stop = end if end_row == row else len(raw)
        return Span(row + 1, column + 1, max(1, len(raw[start:stop].decode(errors="replace"))))
