"""Records of one file of a dump, one after the other: JSON of several shapes, JSON lines, CSV; in UTF-8 or UTF-16.

Shapes of JSON: `{"value": [...]}` (light), `{"d": {"results": [...]}}` or `{"d": [...]}` (verbose), `[...]`, and pages
of these one after the other, as scripts that follow next links append them.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import IO, Any

Record = Mapping[str, Any]

_CHUNK = 1 << 16
_LARGEST_RECORD = 16 << 20
_LISTS = ("value", "results", "d")
_BLANKS = " \t\r\n"
_NUMBER_WITH_COMMA = re.compile(r"-?\d+,\d+")


class BadFile(ValueError):
    """What is wrong with a file as a whole, and where."""


def records(file: IO[bytes], name: str) -> Iterator[Record]:
    """The records of a file, by its ending: .csv, .jsonl, .ndjson, else JSON. Raises BadFile."""
    try:
        text = _decoded(file)
        if not _says_something(text):  # an export that failed; a set without records has at least its list or its head
            raise BadFile("it is empty")
        if name.lower().endswith(".csv"):
            yield from _of_csv(text)
        elif name.lower().endswith((".jsonl", ".ndjson")):
            yield from _of_lines(text)
        else:
            yield from _of_json(text)
    except UnicodeError as problem:
        raise BadFile(f"its text is neither UTF-8 nor UTF-16 ({problem})") from problem


def _decoded(file: IO[bytes]) -> io.TextIOBase:
    """The file as text, by its byte order mark, else by where its first zero byte stands."""
    start = file.read(4)
    file.seek(0)
    encoding = "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif len(start) > 1 and 0 in start[:2]:
        encoding = "utf-16-be" if start[0] == 0 else "utf-16-le"
    return io.TextIOWrapper(file, encoding=encoding, newline="")


def _says_something(text: io.TextIOBase) -> bool:
    """Whether there is anything but blanks; the file is then again at its start."""
    found = any(line.strip() for line in iter(lambda: text.readline(_CHUNK), ""))
    text.seek(0)
    return found


def _of_lines(text: io.TextIOBase) -> Iterator[Record]:
    for number, line in enumerate(text, 1):
        if line.strip():
            try:
                found = json.loads(line)
            except (json.JSONDecodeError, RecursionError) as problem:
                raise BadFile(f"line {number} is no JSON: {problem}") from problem
            if not isinstance(found, dict):
                raise BadFile(f"line {number} is no record")
            yield found


def _of_csv(text: io.TextIOBase) -> Iterator[Record]:
    head = text.readline()
    delimiter = max(",;\t", key=head.count)
    comma = delimiter == ";"  # where the semicolon parts columns, the comma parts decimals
    rows = csv.reader(chain([head], text), delimiter=delimiter, strict=True)
    try:
        names = next(rows, [])
        _check_head(names)
        for row in rows:
            if any(row[len(names) :]):  # a decimal comma, or a text that nobody quoted: everything after it is shifted
                raise BadFile(f"line {rows.line_num} has {len(row)} cells, its head line {len(names)}")
            if any(row):
                yield {name: _cell(cell, comma=comma) for name, cell in zip(names, row, strict=False)}
    except csv.Error as problem:
        raise BadFile(f"line {rows.line_num} is no CSV: {problem}") from problem


def _check_head(names: Sequence[str]) -> None:
    """Which of two columns of one name holds the truth nobody can say. Columns without a name are not read."""
    places: dict[str, list[str]] = {}
    for number, name in enumerate(names, 1):
        places.setdefault(name.strip(), []).append(str(number))
    doubled = [f"`{name}` (columns {' and '.join(at)})" for name, at in places.items() if name and len(at) > 1]
    if doubled:
        raise BadFile(f"its head line has more than one column {', '.join(doubled)}; keep one")


def _cell(cell: str, *, comma: bool) -> Any:
    """A cell as JSON would have it: nothing, true or false, else text, as decimals come anyway."""
    if cell == "":
        return None
    if cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    return cell.replace(",", ".") if comma and _NUMBER_WITH_COMMA.fullmatch(cell) else cell


def _of_json(text: io.TextIOBase) -> Iterator[Record]:
    """Record by record, so that a large file is not held. After one list another may follow, the next page."""
    window = _Window(text)
    while window.peek():
        depth = _enter(window)
        while window.peek() != "]":
            found = window.value()
            if not isinstance(found, dict):
                raise BadFile(f"its list holds values of type {type(found).__name__}, not records")
            yield found
            window.skip(",")
        window.expect("]")
        _leave(window, depth)


def _enter(window: "_Window") -> int:
    """Go to the first record; how many objects enclose the list."""
    depth = 0
    while window.peek() == "{":
        window.expect("{")
        depth += 1
        while (name := _name(window)) is not None:
            if name in _LISTS and (window.peek() == "[" or (name == "d" and window.peek() == "{")):
                break
            window.value()
            window.skip(",")
    if window.peek() != "[":
        raise BadFile("it holds no list of records: neither `value`, nor `d.results`, nor a list")
    window.expect("[")
    return depth


def _leave(window: "_Window", depth: int) -> None:
    """Go behind what encloses the list: counts, next links, closing braces."""
    for _ in range(depth):
        window.skip(",")
        while _name(window) is not None:
            window.value()
            window.skip(",")
        window.expect("}")


def _name(window: "_Window") -> str | None:
    """The name of the next member of an object; None at its end."""
    if window.peek() != '"':
        return None
    name = str(window.value())
    window.expect(":")
    return name


class _Window:
    """The part of a JSON text that is being looked at; no more of it is held."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self._held = ""
        self._gone = 0
        self._decoder = json.JSONDecoder()

    def peek(self) -> str:
        """The next sign that is no blank; nothing at the end."""
        while True:
            rest = self._held.lstrip(_BLANKS)
            self._drop(len(self._held) - len(rest))
            if rest or not self._more():
                return rest[:1]

    def expect(self, sign: str) -> None:
        """Go behind that sign. Raises BadFile where there is another."""
        found = self.peek()
        if found != sign:
            raise self._broken(f"`{sign}` is missing before {f'`{found}`' if found else 'the end'}")
        self._drop(1)

    def skip(self, sign: str) -> None:
        """Go behind that sign, if it comes."""
        if self.peek() == sign:
            self._drop(1)

    def value(self) -> Any:
        """The next value, whole. Raises BadFile for one that is damaged, cut off, or larger than any record."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._held)
            except json.JSONDecodeError as problem:
                if len(self._held) > _LARGEST_RECORD or not self._more():
                    raise self._broken(problem.msg) from problem
                continue
            except RecursionError as problem:
                raise self._broken("nested too deep") from problem
            if end < len(self._held) or not self._more():  # at the very end, a number might go on
                self._drop(end)
                return found

    def _broken(self, what: str) -> BadFile:
        return BadFile(f"it is cut off or damaged at character {self._gone + 1}: {what}")

    def _more(self) -> bool:
        chunk = self._text.read(
            max(_CHUNK, len(self._held))
        )  # ever more, so that a large record is not tried too often
        self._held += chunk
        return bool(chunk)

    def _drop(self, count: int) -> None:
        self._held = self._held[count:]
        self._gone += count
