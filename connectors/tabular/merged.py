"""Merged cells: the file keeps the value in the first of them only, and a reader sees it in all."""

import re
from dataclasses import dataclass, field
from typing import Any

from connectors.tabular.cells import Carried, Odd
from connectors.tabular.lines import letters

_RANGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*\bref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")


@dataclass
class Merged:
    """The ranges of one sheet."""

    ranges: set[tuple[int, int, int, int]] = field(default_factory=set)
    """First row and column, last row and column; rows from 1, columns from 0."""
    _held: dict[tuple[int, int], Any] = field(default_factory=dict)
    _ahead: list[tuple[int, int, int, int]] = field(default_factory=list)
    _open: list[tuple[int, int, int, int]] = field(default_factory=list)

    def find(self, xml: bytes) -> None:
        """Take up the ranges named in a piece of the sheet's XML; the same one may come twice."""
        for left, top, right, bottom in _RANGE.findall(xml):
            self.ranges.add((int(top), _index(left), int(bottom), _index(right)))

    def spread(self, number: int, cells: list[Any]) -> list[Any]:
        """The row with the values of merged cells that reach into it. Rows come in order, beginning with the first."""
        if not self.ranges:
            return cells
        for reached in self._reaching(number):
            self._spread(reached, number, cells)
        return cells

    def _reaching(self, number: int) -> list[tuple[int, int, int, int]]:
        if number == 1:
            self._ahead, self._open = sorted(self.ranges, reverse=True), []
        while self._ahead and self._ahead[-1][0] <= number:
            self._open.append(self._ahead.pop())
        self._open = [reached for reached in self._open if reached[2] >= number]
        return self._open

    def _spread(self, reached: tuple[int, int, int, int], number: int, cells: list[Any]) -> None:
        top, left, _, right = reached
        if number == top:
            self._held[top, left] = cells[left] if left < len(cells) else None
        value, first = self._held.get((top, left)), f"{letters(left)}{top}"
        if value is None:
            return
        cells.extend([None] * (right + 1 - len(cells)))
        for column in range(left, right + 1):
            if (number, column) != (top, left):
                cells[column] = Carried(value, first) if column == left else Odd("merged", first)


def _index(name: bytes) -> int:
    index = 0
    for letter in name:
        index = index * 26 + letter - ord("A") + 1
    return index - 1
