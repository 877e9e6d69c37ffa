"""Pages of `plumbrule serve` beside the report: tables, facts and texts in the report's own style, without a script.

What they hold is made elsewhere; here it becomes HTML. Every link is a path below the base, or an address of a tool.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from markupsafe import Markup

from reports.figures import Figures
from reports.render.html import content_policy, environment, page_style
from reports.render.places import Places
from reports.words import Words

CellKind = Literal["text", "number", "colour", "severity", "waived"]


@dataclass(frozen=True)
class Cell:
    """A text, as a link where `to` is a path of ours (`/rules/SCH-06`) or `url` an address of a tool."""

    text: str
    kind: CellKind = "text"
    to: str | None = None
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Column:
    """A column's heading; numbers stand at its right."""

    label: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under a title. `left` rows were left out; `empty` is said where there is none."""

    id: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str
    note: str | None = None
    left: int = 0
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Facts:
    """Labels, each with its lines."""

    id: str
    title: str
    entries: Sequence[tuple[str, Sequence[Cell]]]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Text:
    """A few sentences, and links under them."""

    id: str
    title: str
    lines: Sequence[str]
    links: Sequence[Cell] = ()
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    value: str = ""
    kind: Literal["line", "text", "day", "hidden"] = "line"
    needed: bool = True
    longest: int | None = None


@dataclass(frozen=True)
class Form:
    """A form that is sent to `to`. `faults` say what was wrong with what was sent before."""

    id: str
    title: str
    to: str
    fields: Sequence[Field]
    button: str
    faults: Sequence[str] = ()
    note: str | None = None
    kind: str = field(default="form", init=False)


Block = Table | Facts | Text | Form


@dataclass(frozen=True)
class LivePage:
    """One page. `as_of` is the moment of the data, None where there is none."""

    title: str
    blocks: Sequence[Block]
    as_of: datetime | None = None
    lead: str | None = None

    @cached_property
    def has_form(self) -> bool:
        """Something can be sent."""
        return any(isinstance(block, Form) for block in self.blocks)


def render_live(page: LivePage, language: str, places: Places) -> bytes:
    """The page as HTML, UTF-8. Same page, same bytes."""
    words = Words(language)
    style = page_style(live=True)
    text = (
        environment(language)
        .get_template("live.html.j2")
        .render(
            page=page,
            language=language,
            figures=Figures(words),
            places=places,
            single=False,
            style=Markup(style),  # noqa: S704 - our own file, no data in it
            policy=live_policy(forms=page.has_form),
        )
    )
    return text.encode()


def live_policy(*, forms: bool) -> str:
    """What such a page may load: nothing but its own style."""
    return content_policy(page_style(live=True), None, forms=forms)
