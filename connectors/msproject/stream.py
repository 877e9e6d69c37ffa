"""MSPDI as a stream of fields and records: one pass, bounded memory, no entities.

Format: "Microsoft Project XML Data Interchange Schema"; root `Project` in the namespace below, or in none. Read with
expat, the parser of the standard library, and without a tree of elements: what is not wanted is passed over, and all
that is wanted takes two thirds of the time of the bare guarded parser of defusedxml (measured on 15 MB). Its guard is
here too: a document type is refused where it begins, so no entity is ever declared.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

from portfolio.errors import RemoteRefusal

NAMESPACE = "http://schemas.microsoft.com/project"

_RECORDS = {
    "ExtendedAttributes": "ExtendedAttribute",
    "OutlineCodes": "OutlineCode",
    "Calendars": "Calendar",
    "Tasks": "Task",
    "Resources": "Resource",
    "Assignments": "Assignment",
}
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
"""Begins the container of .mpp files."""
BINARY_ENDINGS = (".mpp", ".mpt")
"""Of Microsoft Project's own files and templates."""
SAVE_AS = "Save it as XML in Microsoft Project (File > Save As > XML Format) and give that file."
_WHOLE_AGAIN = "Save it from Microsoft Project again, and copy it whole; files edited by hand often end up like this."
_CHUNK_BYTES = 1 << 16
_MOST_ELEMENTS = 2_000_000
"""Elements of one record: a task of a hundred years, day by day, in eleven baselines, has fewer."""
_MOST_DEPTH = 32


@dataclass(slots=True)
class Node:
    """An element with elements within: the texts of its simple ones, and the others by name."""

    values: dict[str, str] = field(default_factory=dict)
    nested: dict[str, list["Node"]] = field(default_factory=dict)

    def below(self, *names: str) -> list["Node"]:
        """The elements at the end of a path of names."""
        found = [self]
        for name in names:
            found = [inner for node in found for inner in node.nested.get(name, ())]
        return found


@dataclass(frozen=True)
class HeaderField:
    """One property of the project itself."""

    name: str
    text: str


@dataclass(frozen=True)
class Record:
    """One task, resource, assignment, calendar or field definition.

    `number` counts the records of its kind from 1, blank rows included: the place to look for it in the file.
    """

    kind: str
    number: int
    node: Node

    @property
    def values(self) -> dict[str, str]:
        """The texts of its simple elements."""
        return self.node.values

    def below(self, *names: str) -> list[Node]:
        """The elements at the end of a path of names."""
        return self.node.below(*names)


def read(path: Path, without: Collection[str] = ()) -> Iterator[HeaderField | Record]:
    """Fields and records of a file, in its order; elements named in `without` are passed over.

    Raises RemoteRefusal, with line and column, for what is not well-formed, not MSPDI, or tries to use entities.
    """
    taker = _Taker(path, frozenset(without))
    try:
        with path.open("rb") as file:
            _refuse_binary(file, path)
            while chunk := file.read(_CHUNK_BYTES):
                taker.parser.Parse(chunk, False)
                yield from taker.taken()
            taker.parser.Parse(b"", True)
            yield from taker.taken()
    except expat.ExpatError as problem:
        why = f"{expat.ErrorString(problem.code)}; the file is cut off or damaged"
        raise RemoteRefusal(
            f"{path.name}, line {problem.lineno}, column {problem.offset + 1}: {why}",
            code="mspdi.malformed",
            remedy=_WHOLE_AGAIN,
        ) from problem
    except (LookupError, ValueError) as problem:  # unknown, not decodable, or of several bytes such as utf-7
        raise RemoteRefusal(
            f"{path.name} is in an encoding that cannot be read: {problem}", code="mspdi.malformed", remedy=SAVE_AS
        ) from problem


def _refuse_binary(file: IO[bytes], path: Path) -> None:
    start = file.read(len(OLE_MAGIC))
    file.seek(0)
    if start == OLE_MAGIC or path.suffix.lower() in BINARY_ENDINGS:
        raise RemoteRefusal(
            f"{path.name} is a Project file (.mpp); save it as XML in Microsoft Project (File > Save As > XML),"
            " or read it with a source of kind `mpp`",
            code="mspdi.not_a_plan",
            remedy='Give the XML file in its place, or configure kind = "mpp" (needs Java).',
        )


class _Taker:
    """What expat calls. Holds the elements that are open, and the records that are complete."""

    def __init__(self, path: Path, without: frozenset[str]) -> None:
        self._path = path
        self._without = without
        self._ready: list[HeaderField | Record] = []
        self._numbers: dict[str, int] = {}
        self._open: list[tuple[str, Node]] = []
        self._text: list[str] = []
        self._passed_over = 0
        self._elements = 0
        self._prefix = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append
        self.parser.StartDoctypeDeclHandler = self._doctype

    def taken(self) -> list[HeaderField | Record]:
        """What is complete since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def _doctype(self, *_: object) -> None:
        raise RemoteRefusal(
            f"{self._path.name} declares a document type or entities",
            code="mspdi.entities",
            remedy="Plans saved by Microsoft Project declare none; do not trust this file, save the plan again.",
            why="entities can make a small file fill the memory or read other files of this machine",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._passed_over:
            self._passed_over += 1
            return
        held = self._open
        if not held:
            self._prefix = _prefix(name, attributes, self._path)
        if self._prefix:
            name = name.removeprefix(self._prefix)
        depth = len(held)
        if name in self._without or (depth == 2 and _RECORDS.get(held[1][0]) != name):
            self._passed_over = 1
            return
        self._elements = self._elements + 1 if depth > 2 else 0
        if depth > _MOST_DEPTH or self._elements > _MOST_ELEMENTS:
            raise self._too_large()
        held.append((name, Node()))
        self._text.clear()

    def _end(self, _name: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
            self._text.clear()
            return
        name, node = self._open.pop()
        depth = len(self._open)
        if depth > 2:
            above = self._open[-1][1]
            if node.nested or node.values:
                above.nested.setdefault(name, []).append(node)
            else:
                above.values[name] = "".join(self._text).strip()
        elif depth == 2:
            number = self._numbers[name] = self._numbers.get(name, 0) + 1
            self._ready.append(Record(name, number, node))
        elif depth == 1 and name not in _RECORDS:
            self._ready.append(HeaderField(name, "".join(self._text).strip()))
        self._text.clear()

    def _too_large(self) -> RemoteRefusal:
        number = self._numbers.get(self._open[2][0], 0) + 1
        return RemoteRefusal(
            f"{self._path.name}, line {self.parser.CurrentLineNumber}: {self._open[2][0]} number {number} has more than"
            f" {_MOST_ELEMENTS:,} elements, or is nested deeper than {_MOST_DEPTH}",
            code="mspdi.too_large",
            remedy="No plan of Microsoft Project looks like this; do not trust this file, save the plan again.",
        )


def _prefix(root: str, attributes: dict[str, str], path: Path) -> str:
    """The prefix of all names, mostly none. Raises RemoteRefusal for another root or namespace."""
    prefix, _, local = root.rpartition(":")
    namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
    if local != "Project" or namespace not in ("", NAMESPACE):
        shown = f"{{{namespace}}}{local}" if namespace else local
        raise RemoteRefusal(
            f"{path.name} is XML but not a plan: its root is <{shown}>, not <Project> of {NAMESPACE}",
            code="mspdi.not_a_plan",
            remedy=SAVE_AS,
        )
    return f"{prefix}:" if prefix else ""
