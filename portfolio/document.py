"""Text with a little structure, for bodies that a tool shows to people: paragraphs, lists, links, emphasis.

It is neutral: each connector renders it in its tool's own format and does that format's escaping, so what people wrote
(titles, messages) travels as plain text and is never markup. As JSON, a span is `{"text": ..., "strong": true,
"code": true, "link": ...}` with only the marks that it has, a block `{"paragraph": [span, ...]}` or
`{"bullets": [[span, ...], ...]}`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Span:
    """A run of text. `link` is a web address; a span is at most one of strong, code, link."""

    text: str
    strong: bool = False
    code: bool = False
    link: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Only what is set."""
        marks = {"strong": self.strong, "code": self.code, "link": self.link}
        return {"text": self.text, **{name: value for name, value in marks.items() if value}}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Bullets:
    """An unordered list; each entry is one line of spans."""

    entries: tuple[tuple[Span, ...], ...]


Block = Paragraph | Bullets


def document_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The blocks as plain JSON, for the body of a mark."""
    return [_block_json(block) for block in blocks]


def read_document(found: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    """The blocks of `document_json`. Raises KeyError or TypeError for anything else: only our own plans hold them."""
    return tuple(_block(block) for block in found)


def _block_json(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"paragraph": [span.as_json() for span in block.spans]}
    return {"bullets": [[span.as_json() for span in entry] for entry in block.entries]}


def _block(found: Mapping[str, Any]) -> Block:
    if "bullets" in found:
        return Bullets(tuple(tuple(Span(**span) for span in entry) for entry in found["bullets"]))
    return Paragraph(tuple(Span(**span) for span in found["paragraph"]))
