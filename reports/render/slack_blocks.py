"""The report as blocks of Slack's Block Kit, with the plain text that notifications show.

People's words stand in rich text, whose elements are literal: no mrkdwn, no mentions. Limits
(https://docs.slack.dev/reference/block-kit/blocks): 50 blocks, 150 characters in a header, 3,000 in a text. The whole
is kept below 12,000 characters of text, since messages near 13,200 were refused (slackapi/bolt-js issue 2509).
"""

import json
from typing import Any

from reports.model import ReportModel
from reports.render.digest import Digest, Line, Section, Size, Span, fitted, status_text
from reports.render.plain import legal_texts
from reports.render.summary import make_digest

BUDGET = 40_000
CHARACTERS = 12_000
BLOCKS = 50
TEXT, HEADER = 3_000, 150
SECTIONS = ("attention", "decisions", "changes", "milestones", "rules", "portfolio", "waived")
SIZES = (Size(10, 200), Size(8, 160), Size(6, 140), Size(5, 120), Size(4, 100), Size(3, 80), Size(1, 60), Size(0, 40))
Block = dict[str, Any]


def render_slack_blocks(model: ReportModel, page: str | None = None) -> bytes:
    """`{"text": ..., "blocks": [...]}` as compact JSON, for `chat.postMessage` and incoming webhooks."""
    return fitted(
        lambda size: _bytes(message(make_digest(model, size, SECTIONS, page))),
        SIZES,
        lambda made: _fits(json.loads(made)),
    )


def message(d: Digest) -> Block:
    """Text and blocks. The text is read as mrkdwn, so its three signs are escaped."""
    blocks: list[Block] = [{"type": "header", "text": _plain(d.title[:HEADER])}]
    blocks.append(_rich([(Span(d.as_of),), (Span(d.verdict, strong=True),)]))
    if d.page:
        blocks.append(_rich([(Span(d.look, link=d.page),)]))
    if d.tiles:
        blocks.append(_bullets([_tile(d, n) for n in range(len(d.tiles))]))
    for section in d.sections:
        blocks += _section(section, d)
    blocks.append({"type": "context", "elements": [_plain(d.made_by)]})
    told = f"{d.title} · {d.as_of}"[:TEXT].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    made: Block = legal_texts({"text": told, "blocks": blocks})
    return made


def _fits(made: Block) -> bool:
    within = len(made["blocks"]) <= BLOCKS and sum(map(len, texts_of(made))) <= CHARACTERS
    return within and len(json.dumps(made, ensure_ascii=False).encode()) <= BUDGET


def texts_of(value: Any) -> list[str]:
    """Every text that Slack would show or follow, wherever it stands."""
    if isinstance(value, dict):
        own = [value[name] for name in ("text", "url") if isinstance(value.get(name), str)]
        return own + [t for one in value.values() if isinstance(one, dict | list) for t in texts_of(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts_of(one)]
    return []


def _bytes(document: Block) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _tile(d: Digest, n: int) -> Line:
    tile = d.tiles[n]
    notes = f" · {' · '.join(tile.notes)}" if tile.notes else ""
    return (Span(tile.title + " "), Span(tile.figure, strong=True), Span(f" {tile.unit}{notes}"))


def _section(section: Section, d: Digest) -> list[Block]:
    rows = [*section.lines, *(row.line for row in section.rows)]
    if not section.rows and section.empty and not section.more:
        rows.append((Span(section.empty),))
    if section.more:
        rows.append((Span(d.cut(section.more), link=d.page),))
    heading = _rich([(Span(section.title, strong=True),)])
    return [{"type": "divider"}, heading, *([_bullets(rows)] if rows else [])]


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _rich(lines: list[Line]) -> Block:
    return {"type": "rich_text", "elements": [_paragraph(line) for line in lines]}


def _bullets(lines: list[Line]) -> Block:
    items = [_paragraph(line) for line in lines]
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}]}


def _paragraph(line: Line) -> Block:
    return {"type": "rich_text_section", "elements": [_element(span) for span in line if span.text]}


def _element(span: Span) -> Block:
    text = status_text(span)[:TEXT]
    bold: Block = {"style": {"bold": True}} if span.strong or span.bad or span.colour else {}
    if span.link and len(span.link) <= TEXT:
        return {"type": "link", "url": span.link, "text": text, **bold}
    return {"type": "text", "text": text, **bold}
