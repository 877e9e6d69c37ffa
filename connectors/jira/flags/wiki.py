r"""Documents in Jira's wiki markup, which Data Center's REST v2 takes for comments and descriptions.

Every punctuation character that can begin markup is escaped with a backslash, so that what people wrote is never a
macro, a link, a mention, an image or a list. A backslash itself becomes an entity: two of them are a line break. HTML
needs no care, Jira shows it as text. Source: Jira, "Text formatting notation", advanced formatting (`\X`).
"""

import re
from collections.abc import Iterable, Sequence

from portfolio.document import Block, Paragraph, Span

_MARKUP = re.compile(r"([{}\[\]()*_\-+^~?!|#:;&])")
_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")
_HEAD = re.compile(r"^(h[1-6]|bq)\.", re.IGNORECASE)
"""A letter and a full stop at the start of a line: a heading or a quote."""
_UNSAFE_IN_ADDRESS = {character: f"%{ord(character):02X}" for character in ' \\{}[]|^"<>`!'}


def wiki(blocks: Iterable[Block]) -> str:
    """The whole text."""
    return "\n\n".join(_block(block) for block in blocks)


def wiki_span(span: Span) -> str:
    """One run of text."""
    text = _escaped(span.text)
    if span.link:
        return f"[{text}|{_address(span.link)}]"
    if span.code:
        return f"{{{{{text}}}}}"
    stripped = text.strip()
    if span.strong and stripped:
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}*{stripped}*{after}"  # a star next to a space is no emphasis
    return text


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return _line(block.spans)
    return "\n".join(f"* {_line(entry)}" for entry in block.entries)


def _line(spans: Sequence[Span]) -> str:
    return _HEAD.sub(r"\1\\.", "".join(wiki_span(span) for span in spans))


def _escaped(text: str) -> str:
    parts = _BREAKS.sub(" ", text).split("\\")
    return "&#92;".join(_MARKUP.sub(r"\\\1", part) for part in parts)


def _address(url: str) -> str:
    return "".join(_UNSAFE_IN_ADDRESS.get(character, character) for character in url)
