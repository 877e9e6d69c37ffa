"""The report as a Confluence page in storage format: XHTML with the status and expand macros.

For Cloud (`representation: storage`) and Data Center. Long lists are folded. Budget: 900,000 bytes, since a page much
beyond a megabyte is refused or slow in practice; statuses weigh most (about 250 bytes each).
"""

from xml.sax.saxutils import escape, quoteattr

from reports.inputs import Colour
from reports.model import SECTIONS, ReportModel
from reports.render.digest import SHAPES, Digest, Line, Row, Section, Size, Span, Tile, fitted
from reports.render.summary import make_digest

BUDGET = 900_000
SIZES = (Size(1000), Size(600), Size(300), Size(150), Size(80), Size(40), Size(15, 200), Size(5, 120), Size(0, 60))
_STATUS: dict[Colour, str] = {"red": "Red", "amber": "Yellow", "green": "Green", "unknown": "Grey"}


def render_confluence_storage(model: ReportModel, page: str | None = None) -> bytes:
    """The body of the page, UTF-8, at most BUDGET bytes. It is a fragment: Confluence adds root and namespaces."""
    return fitted(
        lambda size: _body(make_digest(model, size, SECTIONS, page)).encode(),
        SIZES,
        lambda made: len(made) <= BUDGET,
    )


def _body(d: Digest) -> str:
    parts = [_p((Span(d.as_of),)), _p((Span(d.verdict, strong=True),))]
    if d.page:
        parts.append(_p((Span(d.look, link=d.page),)))
    if d.health:
        counts = (f"{_status(colour, word)} {n}" for colour, word, n in d.health)
        parts.append(f"<p>{' '.join(counts)}</p>")
    if d.tiles:
        parts.append(_tiles(d.tiles))
    parts += [_section(section, d) for section in d.sections]
    if d.sources:
        parts.append(_list(d.sources))
    parts.append(f"<p><em>{escape(d.made_by)}</em></p>")
    return "\n".join(parts) + "\n"


def _tiles(tiles: tuple[Tile, ...]) -> str:
    heads = "".join(f"<th>{escape(tile.title)}</th>" for tile in tiles)
    cells = "".join(f"<td>{_tile(tile)}</td>" for tile in tiles)
    return f"<table><tbody><tr>{heads}</tr><tr>{cells}</tr></tbody></table>"


def _tile(tile: Tile) -> str:
    notes = "".join(f"<p>{escape(note)}</p>" for note in tile.notes)
    return f"<p><strong>{escape(tile.figure)}</strong> {escape(tile.unit)}</p>{notes}"


def _section(section: Section, d: Digest) -> str:
    parts = [_list(section.lines)] if section.lines else []
    if section.rows:
        heads = "".join(f"<th>{escape(column.label)}</th>" for column in section.columns)
        rows = "\n".join(_row(row, section) for row in section.rows)
        parts.append(f"<table><tbody><tr>{heads}</tr>\n{rows}</tbody></table>")
    elif section.empty and not section.more:
        parts.append(_p((Span(section.empty),)))
    if section.more:
        parts.append(_p((Span(d.cut(section.more), link=d.page),)))
    body = "\n".join(parts)
    return f"<h2>{escape(section.title)}</h2>\n" + (_expand(section.title, body) if section.long else body)


def _expand(title: str, body: str) -> str:
    return (
        '<ac:structured-macro ac:name="expand" ac:schema-version="1">'
        f'<ac:parameter ac:name="title">{escape(title)}</ac:parameter>'
        f"<ac:rich-text-body>{body}</ac:rich-text-body></ac:structured-macro>"
    )


def _row(row: Row, section: Section) -> str:
    cells = zip(row.cells, section.columns, strict=True)
    return "<tr>" + "".join(_cell(line, column.numeric) for line, column in cells) + "</tr>"


def _cell(line: Line, numeric: bool) -> str:
    return f'<td style="text-align: right;">{_inline(line)}</td>' if numeric else f"<td>{_inline(line)}</td>"


def _list(lines: tuple[Line, ...]) -> str:
    return "<ul>" + "".join(f"<li>{_inline(line)}</li>" for line in lines) + "</ul>"


def _p(line: Line) -> str:
    return f"<p>{_inline(line)}</p>"


def _inline(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    if span.colour:
        return _status(span.colour, span.text)
    text = escape(span.text)
    if span.link:
        text = f"<a href={quoteattr(span.link)}>{text}</a>"
    return f"<strong>{text}</strong>" if span.strong or span.bad else text


def _status(colour: Colour, word: str) -> str:
    return (
        '<ac:structured-macro ac:name="status" ac:schema-version="1">'
        f'<ac:parameter ac:name="title">{SHAPES[colour]} {escape(word)}</ac:parameter>'
        f'<ac:parameter ac:name="colour">{_STATUS[colour]}</ac:parameter></ac:structured-macro>'
    )
