"""A book in the making, and the formats of its cells."""

from dataclasses import dataclass
from typing import Any

from reports.inputs import COLOURS
from reports.model import ReportModel
from reports.render.palette import LIGHT
from reports.words import Words

_NUMBERS = {"whole": "#,##0", "decimal": "#,##0.00", "ratio": "0.0%", "index": "0.00", "day": "yyyy-mm-dd",
            "moment": "yyyy-mm-dd hh:mm"}  # fmt: skip


class Styles:
    """The formats of a book, each made once."""

    def __init__(self, book: Any) -> None:
        self.plain = book.add_format({"valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 18})
        self.bold = book.add_format({"bold": True})
        self.quiet = book.add_format({"font_color": LIGHT["quiet"]})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2})
        self.bad = book.add_format({"font_color": LIGHT["red-ink"], "bold": True})
        self.link = book.add_format({"font_color": LIGHT["link"], "underline": 1, "valign": "top"})
        self.numbers = {k: book.add_format({"num_format": f, "valign": "top"}) for k, f in _NUMBERS.items()}
        self.colours = {
            c: book.add_format({"bg_color": LIGHT[f"{c}-ground"], "font_color": LIGHT[f"{c}-ink"], "bold": True})
            for c in COLOURS
        }


@dataclass(frozen=True)
class Book:
    """A book in the making: the library's object, its formats, and what is written into it."""

    made: Any
    styles: Styles
    model: ReportModel
    words: Words
