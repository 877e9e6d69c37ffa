"""A table as lines of cells, whatever kind of file it came from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Line:
    """One row: its number as a spreadsheet program shows it, and its cells. `at` says more of its place."""

    number: int
    cells: list[Any] = field(default_factory=list)
    at: str = ""


class Sheet(Protocol):
    """A table in an open file; its lines can be read again and again."""

    title: str
    """Name of the sheet; empty for a file that is one table."""
    epoch: datetime | None
    """Day zero of serial numbers of days; None where days are texts."""

    def lines(self) -> Iterator[Line]:
        """All rows in order. Raises RemoteRefusal where the file is damaged."""
        ...


def letters(index: int) -> str:
    """The letters of a column, 0 is A."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
