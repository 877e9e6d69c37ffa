"""The report as a short document: tiles, sections, tables, lines. What mails, cards, pages and PDF have in common.

Neutral: no format's markup is in it, and what people wrote is plain text on one line. Each renderer escapes for itself.
A table is cut from its end, and `Section.more` says how much was cut.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reports.inputs import Colour

SHAPES: dict[Colour, str] = {"red": "■", "amber": "▲", "green": "●", "unknown": "○"}
"""A status is a shape and a word, wherever there may be no colour."""


@dataclass(frozen=True)
class Span:
    """A run of text. `colour` makes it a status; `bad` says that it is beyond its limit; `link` is a web address."""

    text: str
    strong: bool = False
    bad: bool = False
    colour: Colour | None = None
    link: str | None = None


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Column:
    """One column of a table. `grow` is its share of the room that is left, 0 for what is as wide as its content."""

    label: str
    numeric: bool = False
    grow: int = 0


def columns(labels: Sequence[str], numeric: Collection[int] = (), **grow: int) -> tuple[Column, ...]:
    """Columns by their labels. `numeric` are places of numbers; `grow` is by place, as in `c0=2`."""
    return tuple(Column(label, n in numeric, grow.get(f"c{n}", 0)) for n, label in enumerate(labels))


@dataclass(frozen=True)
class Row:
    """One row: cells for formats with tables, and the same as a line for those without."""

    cells: tuple[Line, ...]
    line: Line


@dataclass(frozen=True)
class Section:
    """One section. `more` counts the rows that are not here; `lines` stand above the table; `empty` where it has no
    row. `long` is a section that a page folds."""

    id: str
    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    more: int = 0
    lines: tuple[Line, ...] = ()
    empty: str = ""
    long: bool = False


@dataclass(frozen=True)
class Tile:
    """One of the five numbers on top."""

    title: str
    figure: str
    unit: str = ""
    bad: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Digest:
    """The whole. `page` is the address of the full report, where it is known; `health` counts projects by colour.

    `cut` is the sentence for rows that are not here, with `{n}` in it; `look` names the full report.
    """

    language: str
    title: str
    as_of: str
    sources: tuple[Line, ...]
    verdict: str
    health: tuple[tuple[Colour, str, int], ...]
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    page: str | None
    look: str
    made_by: str
    cut: Callable[[int], str]


@dataclass(frozen=True)
class Size:
    """How much a digest may hold: rows of a list, and characters of one text."""

    rows: int
    text: int = 300


class TooLarge(Exception):
    """Not even the smallest form fits its budget: a bug, since every text of that form is bounded."""


Made = TypeVar("Made")


def fitted(make: Callable[[Size], Made], sizes: Sequence[Size], fits: Callable[[Made], bool]) -> Made:
    """The first of ever smaller forms that fits its budget. Raises TooLarge."""
    for size in sizes:
        made = make(size)
        if fits(made):
            return made
    raise TooLarge


def plain_text(line: Line) -> str:
    """A line without any markup; a status as shape and word."""
    return "".join(status_text(span) for span in line)


def status_text(span: Span) -> str:
    """The text of a span; that of a status with its shape."""
    return f"{SHAPES[span.colour]} {span.text}" if span.colour else span.text
