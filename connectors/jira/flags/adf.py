"""Documents in the Atlassian Document Format, which Jira Cloud's REST v3 takes for comments and descriptions.

Text nodes are plain text: nothing in them is markup, a mention or HTML. Source: Atlassian, "Document structure"
(developer.atlassian.com/cloud/jira/platform/apis/document/structure).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from portfolio.document import Block, Paragraph, Span


def adf(blocks: Iterable[Block]) -> dict[str, Any]:
    """The whole document."""
    return {"type": "doc", "version": 1, "content": [_block(block) for block in blocks]}


def adf_text(document: object) -> str:
    """All text of a document that Jira gave us, to look for words of ours."""
    return "\n".join(_texts(document))


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return _paragraph(block.spans)
    entries = [{"type": "listItem", "content": [_paragraph(entry)]} for entry in block.entries]
    return {"type": "bulletList", "content": entries}


def _paragraph(spans: Sequence[Span]) -> dict[str, Any]:
    return {"type": "paragraph", "content": [_text(span) for span in spans if span.text]}  # Jira refuses empty texts


def _text(span: Span) -> dict[str, Any]:
    node: dict[str, Any] = {"type": "text", "text": span.text}
    if span.link:
        node["marks"] = [{"type": "link", "attrs": {"href": span.link}}]
    elif span.code:
        node["marks"] = [{"type": "code"}]
    elif span.strong:
        node["marks"] = [{"type": "strong"}]
    return node


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for child in node.get("content") or ():
            yield from _texts(child)
