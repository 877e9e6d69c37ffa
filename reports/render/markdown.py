"""The report as GitHub-flavoured Markdown: for wikis, merge requests, job summaries.

Everything that people wrote is escaped by backslash, so that it is text in CommonMark and in GFM tables, and mentions
nobody. Budget: 60,000 bytes, since GitHub refuses a comment beyond 65,536 characters and other hosts are near that.
"""

import re

from reports.model import SECTIONS, ReportModel
from reports.render.digest import Column, Digest, Line, Row, Section, Size, Span, Tile, fitted, status_text
from reports.render.summary import make_digest

BUDGET = 60_000
SIZES = (Size(100), Size(60), Size(40), Size(25), Size(15), Size(10, 200), Size(7, 120), Size(3, 80), Size(0, 40))
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#+\-.|~$&^=:@)]")
_ENTITY = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_UNSEEN = "&#8203;"
"""A space without width. Hosts look for mentions and issue numbers in what Markdown made, where escapes are gone."""
_LIST, _RULE, _ORDINAL = frozenset("-+="), frozenset("-="), frozenset(".)")


def render_markdown(model: ReportModel, page: str | None = None) -> bytes:
    """The report in Markdown, UTF-8, at most BUDGET bytes."""
    return fitted(
        lambda size: _document(make_digest(model, size, SECTIONS, page)).encode(),
        SIZES,
        lambda made: len(made) <= BUDGET,
    )


def escaped(text: str) -> str:
    """The text so that Markdown shows it as it is."""
    return _MARKUP.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _ENTITY:
        return _ENTITY[sign]
    after = found.string[found.end() : found.end() + 1]
    if sign == "@":
        return sign + _UNSEEN
    if sign == "#":
        return "\\#" + (_UNSEEN if after.isdigit() else "")
    before = found.string[: found.start()].strip().lower()
    return sign if _means_nothing(sign, before, after) else "\\" + sign


def _means_nothing(sign: str, before: str, after: str) -> bool:
    """Signs that are markup in some places only: at the start of a list or a rule, in an address."""
    alone = after in {"", " "}
    if sign in _LIST:
        return before != "" or not (alone or after in _RULE)
    if sign in _ORDINAL:
        return not (before.isdigit() and alone) and not (sign == "." and before.endswith("www"))
    return sign == ":" and after != "/" and not before.endswith(("mailto", "xmpp"))


def _document(d: Digest) -> str:
    parts = [f"# {escaped(d.title)}", escaped(d.as_of), escaped(d.verdict)]
    if d.page:
        parts.append(f"[{escaped(d.look)}](<{_address(d.page)}>)")
    if d.tiles:
        parts.append("\n".join(_tile(tile) for tile in d.tiles))
    if d.health:
        parts.append(" · ".join(_span(Span(f"{word} {n}", colour=colour)) for colour, word, n in d.health))
    for section in d.sections:
        parts += _section(section, d)
    if d.sources:
        parts.append("\n".join(f"- {_line(line)}" for line in d.sources))
    parts.append(f"*{escaped(d.made_by)}*")
    return "\n\n".join(part for part in parts if part) + "\n"


def _tile(tile: Tile) -> str:
    figure = f"**{escaped(tile.figure)}** {escaped(tile.unit)}".rstrip()
    notes = escaped(" · ".join(tile.notes))
    return f"- {escaped(tile.title)} — {figure}" + (f" · {notes}" if notes else "")


def _section(section: Section, d: Digest) -> list[str]:
    parts = [f"## {escaped(section.title)}"]
    if section.lines:
        parts.append("\n".join(f"- {_line(line)}" for line in section.lines))
    if section.rows:
        parts.append("\n".join([_head(section.columns), *(_row(row) for row in section.rows)]))
    elif section.empty and not section.more:
        parts.append(escaped(section.empty))
    if section.more:
        parts.append(escaped(d.cut(section.more)))
    return parts


def _head(columns: tuple[Column, ...]) -> str:
    names = " | ".join(escaped(column.label) for column in columns)
    rule = " | ".join("--:" if column.numeric else "---" for column in columns)
    return f"| {names} |\n| {rule} |"


def _row(row: Row) -> str:
    return "| " + " | ".join(_line(cell) for cell in row.cells) + " |"


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    text = escaped(status_text(span))
    if span.link:
        text = f"[{text.strip()}](<{_address(span.link)}>)"
    if (span.strong or span.bad) and text.strip():
        lead = " " if text.startswith(" ") else ""
        text = f"{lead}**{text.strip()}**"
    return text


def _address(url: str) -> str:
    """Inside pointed brackets, and inside a table's cell."""
    return url.replace("\\", "%5C").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C").replace("`", "%60")
