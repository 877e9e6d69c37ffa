r"""Documents in Jira's wiki markup, which Data Center's REST v2 takes for comments and descriptions.

Punctuation is escaped with a backslash where it can begin markup, so that what people wrote is never a macro, a link, a
mention, an image or a list; dates and keys stay as they are, for fields that are shown without markup. A backslash
itself becomes an entity: two of them are a line break. HTML needs no care, Jira shows it as text. Source: Jira, "Text
formatting notation", advanced formatting (`\X`).
"""

import re
from collections.abc import Iterable, Sequence

from portfolio.document import Block, Paragraph, Span

_MARKUP = re.compile(
    r"[{}\[\]*_^~!|]"  # macros, links and mentions, emphasis, images, tables
    r"|(?<![A-Za-z0-9])[-+]|[-+](?![A-Za-z0-9])"  # struck out, inserted, dashes; not the hyphen of a key or a date
    r"|\?(?=\?)|(?<=\?)\?"  # citations
    r"|\((?=\S{1,5}\))|:(?=[^\s,.])|;(?=\))"  # faces and signs; a colon also begins the rest of an address
)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")
_HEAD = re.compile(r"^(?:(h[1-6]|bq)(?=\.)|(?=#))", re.IGNORECASE)
"""What makes a line a heading, a quote or an entry of a numbered list."""
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
    return _HEAD.sub(lambda found: f"{found[0]}\\", "".join(wiki_span(span) for span in spans))


def _escaped(text: str) -> str:
    parts = _BREAKS.sub(" ", text).split("\\")
    return "&#92;".join(_ENTITY.sub("&#38;", _MARKUP.sub(r"\\\g<0>", part)) for part in parts)


def _address(url: str) -> str:
    return "".join(_UNSAFE_IN_ADDRESS.get(character, character) for character in url)
