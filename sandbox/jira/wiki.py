"""Data Center's wiki text -> an Atlassian document, as far as a reader of issues needs: blocks, not ornaments.

Headings, lists, code blocks and paragraphs become nodes; marks inside a line stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.jira.records import Json

_CODE = re.compile(r"\{(?:code|noformat)(?::([^}]*))?\}(.*?)(?:\{(?:code|noformat)\}|\Z)", re.DOTALL)
_HEADING = re.compile(r"h([1-6])\.\s+(.+)")
_BULLET = re.compile(r"([*#-])\s+(.+)")


def document_of_wiki(text: str | None) -> Json:
    """Convert; blank text is no document."""
    if text is None or not text.strip():
        return None
    return {"type": "doc", "version": 1, "content": list(_blocks(text.replace("\r\n", "\n")))}


def _blocks(text: str) -> Iterator[Json]:
    place = 0
    for code in _CODE.finditer(text):
        yield from _lines(text[place : code.start()])
        inside = code[2].strip("\n")
        yield {"type": "codeBlock", "attrs": {}, "content": [_text(inside)] if inside else []}
        place = code.end()
    yield from _lines(text[place:])


def _lines(text: str) -> Iterator[Json]:
    for block in re.split(r"\n\s*\n", text):
        plain: list[str] = []
        items: dict[str, list[Json]] = {}
        for line in (one.strip() for one in block.split("\n")):
            heading, bullet = _HEADING.fullmatch(line), _BULLET.fullmatch(line)
            if heading is None and bullet is None:
                if line:
                    plain.append(line)
                continue
            yield from _paragraph(plain)
            plain = []
            if heading is not None:
                yield {"type": "heading", "attrs": {"level": int(heading[1])}, "content": [_text(heading[2])]}
            elif bullet is not None:
                kind = "orderedList" if bullet[1] == "#" else "bulletList"
                items.setdefault(kind, []).append({"type": "listItem", "content": list(_paragraph([bullet[2]]))})
        yield from _paragraph(plain)
        for kind, entries in items.items():
            yield {"type": kind, "content": entries}


def _paragraph(lines: list[str]) -> Iterator[Json]:
    if not lines:
        return
    inline: list[Json] = [_text(lines[0])]
    for line in lines[1:]:
        inline += [{"type": "hardBreak"}, _text(line)]
    yield {"type": "paragraph", "content": inline}


def _text(text: str) -> Json:
    return {"type": "text", "text": text}
