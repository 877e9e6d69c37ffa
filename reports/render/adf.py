"""The report as an Atlassian document (ADF, version 1), for Jira Cloud's descriptions and comments and for Confluence.

Nodes and marks as https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ has them. A text node is
never empty (its schema asks for one character), a status has a text. Budget: 30,000 characters of JSON, since Jira
refuses a text field beyond 32,767 characters and counts more than what a reader sees.
"""

import json
from typing import Any

from reports.inputs import Colour
from reports.model import ReportModel
from reports.render.digest import SHAPES, Digest, Line, Row, Section, Size, Span, Tile, fitted
from reports.render.plain import legal_texts
from reports.render.summary import make_digest

BUDGET = 30_000
SECTIONS = ("attention", "decisions", "changes", "milestones", "risks", "rules", "portfolio", "waived", "gaps")
SIZES = (Size(12), Size(9), Size(7, 200), Size(5, 160), Size(3, 120), Size(2, 80), Size(1, 60), Size(0, 40))
_STATUS: dict[Colour, str] = {"red": "red", "amber": "yellow", "green": "green", "unknown": "neutral"}
Node = dict[str, Any]


def render_adf(model: ReportModel, page: str | None = None) -> bytes:
    """The document as compact JSON, UTF-8, at most BUDGET characters."""
    return fitted(
        lambda size: _bytes(adf_document(make_digest(model, size, SECTIONS, page))),
        SIZES,
        lambda made: len(made.decode()) <= BUDGET,
    )


def adf_document(d: Digest) -> Node:
    """The digest as an ADF `doc` node."""
    content = [_heading(1, d.title), _paragraph((Span(d.as_of),)), _paragraph((Span(d.verdict, strong=True),))]
    if d.page:
        content.append(_paragraph((Span(d.look, link=d.page),)))
    if d.tiles:
        content.append(_bullets([_tile(tile) for tile in d.tiles]))
    for section in d.sections:
        content += _section(section, d)
    if d.sources:
        content.append(_bullets(list(d.sources)))
    content.append(_paragraph((Span(d.made_by),)))
    made: Node = legal_texts({"version": 1, "type": "doc", "content": content})
    return made


def _bytes(document: Node) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _tile(tile: Tile) -> Line:
    notes = " · ".join(tile.notes)
    return (
        Span(tile.title + " "),
        Span(tile.figure, strong=True),
        *((Span(" " + tile.unit),) if tile.unit else ()),
        *((Span(f" · {notes}"),) if notes else ()),
    )


def _section(section: Section, d: Digest) -> list[Node]:
    nodes = [_heading(2, section.title)]
    if section.lines:
        nodes.append(_bullets(list(section.lines)))
    if section.rows:
        nodes.append(_table(section))
    elif section.empty and not section.more:
        nodes.append(_paragraph((Span(section.empty),)))
    if section.more:
        nodes.append(_paragraph((Span(d.cut(section.more), link=d.page),)))
    return nodes


def _table(section: Section) -> Node:
    head = [_cell("tableHeader", (Span(column.label),)) for column in section.columns]
    return {
        "type": "table",
        "content": [{"type": "tableRow", "content": head}, *(_row(row) for row in section.rows)],
    }


def _row(row: Row) -> Node:
    return {"type": "tableRow", "content": [_cell("tableCell", line) for line in row.cells]}


def _cell(kind: str, line: Line) -> Node:
    return {"type": kind, "attrs": {}, "content": [_paragraph(line)]}


def _bullets(lines: list[Line]) -> Node:
    return {
        "type": "bulletList",
        "content": [{"type": "listItem", "content": [_paragraph(line)]} for line in lines],
    }


def _heading(level: int, text: str) -> Node:
    return {"type": "heading", "attrs": {"level": level}, "content": _inline((Span(text),))}


def _paragraph(line: Line) -> Node:
    return {"type": "paragraph", "content": _inline(line)}


def _inline(line: Line) -> list[Node]:
    return [_span(span) for span in line if span.text]


def _span(span: Span) -> Node:
    if span.colour:
        text = f"{SHAPES[span.colour]} {span.text}"
        return {"type": "status", "attrs": {"text": text, "color": _STATUS[span.colour]}}
    marks: list[Node] = []
    if span.strong or span.bad:
        marks.append({"type": "strong"})
    if span.link:
        marks.append({"type": "link", "attrs": {"href": span.link}})
    return {"type": "text", "text": span.text, **({"marks": marks} if marks else {})}
