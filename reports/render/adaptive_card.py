"""The report as an Adaptive Card 1.5 in the message that a Workflows webhook of Microsoft Teams takes.

People's words stand in text runs, which know no Markdown (schema: TextRun, "Markdown is not supported"), never in text
blocks, which do. Budget: 20,000 bytes. Teams refuses a message beyond about 28 KB, counted with what it adds and, it
seems, in wider characters than ours.
"""

import json
from typing import Any

from reports.inputs import Colour
from reports.model import ReportModel
from reports.render.digest import Digest, Line, Row, Section, Size, Span, Tile, fitted, status_text
from reports.render.plain import legal_texts
from reports.render.summary import make_digest

BUDGET = 20_000
SECTIONS = ("attention", "decisions", "changes", "portfolio")
SIZES = (Size(7, 160), Size(6, 140), Size(5, 120), Size(4, 100), Size(3, 80), Size(2, 60), Size(1, 60), Size(0, 40))
_COLUMNS = 5
_INK: dict[Colour, str] = {"red": "attention", "amber": "warning", "green": "good", "unknown": "default"}
Element = dict[str, Any]


def render_adaptive_card(model: ReportModel, page: str | None = None) -> bytes:
    """The message as compact JSON, UTF-8, at most BUDGET bytes."""
    return fitted(
        lambda size: _bytes(message(make_digest(model, size, SECTIONS, page))),
        SIZES,
        lambda made: len(made) <= BUDGET,
    )


def message(d: Digest) -> Element:
    """The message around the card, as the webhook takes it."""
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card(d)}
    made: Element = legal_texts({"type": "message", "attachments": [attachment]})
    return made


def card(d: Digest) -> Element:
    """The card itself."""
    body = [
        _text((Span(d.title, strong=True),), size="large"),
        _text((Span(d.as_of),), subtle=True),
        _text((Span(d.verdict),)),
    ]
    if d.tiles:
        body.append(_tiles(d.tiles))
    for section in d.sections:
        body += _section(section, d)
    body.append(_text((Span(d.made_by),), size="small", subtle=True))
    made: Element = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "lang": d.language.split("-")[0],  # the schema takes a plain ISO-639 code
        "fallbackText": f"{d.title} · {d.as_of}",
        "msteams": {"width": "Full"},
        "body": body,
    }
    if d.page:
        made["actions"] = [{"type": "Action.OpenUrl", "title": d.look, "url": d.page}]
    return made


def _bytes(document: Element) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _tiles(tiles: tuple[Tile, ...]) -> Element:
    """A line each: a phone has no room for five beside each other. The schema says `firstRowAsHeader`, the library
    of the vendor reads `firstRowAsHeaders`."""
    return {
        "type": "Table",
        "showGridLines": False,
        "firstRowAsHeader": False,
        "firstRowAsHeaders": False,
        "columns": [{"width": 1}, {"width": 2}],
        "rows": [{"type": "TableRow", "cells": [_tile_name(tile), _tile_value(tile)]} for tile in tiles],
    }


def _tile_name(tile: Tile) -> Element:
    return _cell((Span(tile.title),))


def _tile_value(tile: Tile) -> Element:
    notes = f" · {tile.notes[0]}" if tile.notes else ""
    unit = f" {tile.unit}" if tile.unit else ""
    return _cell((Span(tile.figure, strong=True, bad=tile.bad), Span(unit + notes)))


def _section(section: Section, d: Digest) -> list[Element]:
    found = [_text((Span(section.title, strong=True),), size="medium", separator=True)]
    found += [_text(line) for line in section.lines]
    if section.rows:
        found.append(_table(section))
    elif section.empty and not section.more:
        found.append(_text((Span(section.empty),)))
    if section.more:
        found.append(_text((Span(d.cut(section.more), link=d.page),), subtle=True))
    return found


def _table(section: Section) -> Element:
    """At most five columns; of a wider table the figures between status and reason are left out."""
    kept = _kept(section)
    head = {"type": "TableRow", "cells": [_cell((Span(section.columns[n].label, strong=True),)) for n in kept]}
    return {
        "type": "Table",
        "columns": [{"width": section.columns[n].grow or 1} for n in kept],
        "rows": [head, *(_row(row, kept) for row in section.rows)],
    }


def _kept(section: Section) -> tuple[int, ...]:
    every = tuple(range(len(section.columns)))
    return every if len(every) <= _COLUMNS else tuple(n for n in every if not section.columns[n].numeric)[:_COLUMNS]


def _row(row: Row, kept: tuple[int, ...]) -> Element:
    return {"type": "TableRow", "cells": [_cell(row.cells[n]) for n in kept]}


def _cell(line: Line) -> Element:
    return {"type": "TableCell", "items": [_text(line)]}


def _text(line: Line, *, size: str | None = None, subtle: bool = False, separator: bool = False) -> Element:
    """A block of runs."""
    runs = [_run(span, size, subtle) for span in line if span.text]
    made: Element = {"type": "RichTextBlock", "inlines": runs}
    if separator:
        made["separator"] = True
    return made


def _run(span: Span, size: str | None, subtle: bool) -> Element:
    run: Element = {"type": "TextRun", "text": status_text(span)}
    if span.strong or span.colour:
        run["weight"] = "bolder"
    if span.colour or span.bad:
        run["color"] = _INK[span.colour] if span.colour else "attention"
    if size:
        run["size"] = size
    if subtle:
        run["isSubtle"] = True
    if span.link:
        run["selectAction"] = {"type": "Action.OpenUrl", "url": span.link}
    return run
