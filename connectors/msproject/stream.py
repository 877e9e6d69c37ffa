"""MSPDI as a stream of fields and records: one pass, bounded memory, no entities.

Format: "Microsoft Project XML Data Interchange Schema"; root `Project` in the namespace below, or in none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from portfolio.errors import RemoteRefusal

NAMESPACE = "http://schemas.microsoft.com/project"

_RECORDS = {
    "ExtendedAttributes": "ExtendedAttribute",
    "Tasks": "Task",
    "Resources": "Resource",
    "Assignments": "Assignment",
}
_NESTED = frozenset({"Baseline", "PredecessorLink", "ExtendedAttribute"})
_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")  # the container of .mpp files
BINARY_ENDINGS = (".mpp", ".mpt")
"""Of Microsoft Project's own files and templates."""
SAVE_AS = "Save it as XML in Microsoft Project (File > Save As > XML Format) and give that file."
_WHOLE_AGAIN = "Save it from Microsoft Project again, and copy it whole; files edited by hand often end up like this."


@dataclass(frozen=True)
class HeaderField:
    """One property of the project itself."""

    name: str
    text: str


@dataclass(frozen=True)
class Record:
    """One task, resource, assignment or field definition: its texts, and its records within by element name.

    `number` counts the records of its kind from 1, blank rows included: the place to look for it in the file.
    """

    kind: str
    number: int
    values: dict[str, str]
    nested: dict[str, list[dict[str, str]]]


def read(path: Path) -> Iterator[HeaderField | Record]:
    """Fields and records of a file, in its order.

    Raises RemoteRefusal, with line and column, for what is not well-formed, not MSPDI, or tries to use entities.
    """
    try:
        with path.open("rb") as file:
            _refuse_binary(file, path)
            yield from _elements(file, path)
    except ParseError as problem:
        line, column = problem.position
        why = f"{str(problem).partition(':')[0]}; the file is cut off or damaged"
        raise RemoteRefusal(
            f"{path.name}, line {line}, column {column + 1}: {why}",
            code="mspdi.malformed",
            remedy=_WHOLE_AGAIN,
        ) from problem
    except DefusedXmlException as problem:
        raise RemoteRefusal(
            f"{path.name} declares a document type or entities ({type(problem).__name__})",
            code="mspdi.entities",
            remedy="Plans saved by Microsoft Project declare none; do not trust this file, save the plan again.",
            why="entities can make a small file fill the memory or read other files of this machine",
        ) from problem
    except (LookupError, ValueError) as problem:  # unknown, not decodable, or of several bytes such as utf-7
        raise RemoteRefusal(
            f"{path.name} is in an encoding that cannot be read: {problem}", code="mspdi.malformed", remedy=SAVE_AS
        ) from problem


def _refuse_binary(file: IO[bytes], path: Path) -> None:
    start = file.read(len(_OLE_MAGIC))
    file.seek(0)
    if start == _OLE_MAGIC or path.suffix.lower() in BINARY_ENDINGS:
        raise RemoteRefusal(
            f"{path.name} is a Project file (.mpp); save it as XML in Microsoft Project (File > Save As > XML)",
            code="mspdi.not_a_plan",
            remedy="Give the XML file in its place.",
        )


def _elements(file: IO[bytes], path: Path) -> Iterator[HeaderField | Record]:
    above: list[Element] = []
    numbers: dict[str, int] = {}
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            above.append(element)
            if len(above) == 1:
                _check_root(element, path)
            continue
        above.pop()
        if len(above) == 1:
            if len(element) == 0:
                yield HeaderField(_name(element), (element.text or "").strip())
            above[0].clear()
        elif len(above) == 2:
            kind = _name(element)
            if _RECORDS.get(_name(above[1])) == kind:
                numbers[kind] = numbers.get(kind, 0) + 1
                yield Record(kind, numbers[kind], _texts(element), _nested(element))
            above[1].clear()  # what was read is let go: memory does not grow with the plan


def _check_root(element: Element, path: Path) -> None:
    namespace = element.tag.rpartition("}")[0].lstrip("{")
    if _name(element) != "Project" or namespace not in ("", NAMESPACE):
        raise RemoteRefusal(
            f"{path.name} is XML but not a plan: its root is <{element.tag}>, not <Project> of {NAMESPACE}",
            code="mspdi.not_a_plan",
            remedy=SAVE_AS,
        )


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _texts(element: Element) -> dict[str, str]:
    return {_name(child): _text(child) for child in element if len(child) == 0}


def _text(child: Any) -> str:
    return (child.text or "").strip()


def _nested(element: Element) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for child in element:
        if _name(child) in _NESTED:
            found.setdefault(_name(child), []).append(_texts(child))
    return found
