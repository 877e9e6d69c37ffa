"""What sections of the digest are written with: spans for projects, colours, severities, and cells for lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from reports.figures import Figures
from reports.inputs import Colour
from reports.model import ProjectRef, ReportModel
from reports.render.digest import Line, Row, Size, Span
from reports.render.links import web_link
from reports.render.plain import one_line
from reports.words import Words

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Writing:
    """The model, its words and figures, and how much room there is."""

    model: ReportModel
    words: Words
    figures: Figures
    size: Size

    @cached_property
    def urls(self) -> dict[str, str]:
        """Web addresses of projects by id."""
        found = ((p.ref.id, web_link(p.url)) for p in self.model.projects)
        return {number: url for number, url in found if url}

    @cached_property
    def keys(self) -> dict[str, str]:
        """Keys of projects by id."""
        return {p.ref.id: p.ref.key for p in self.model.projects}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Titles of rules by id."""
        return {r.id: r.title for r in self.model.rules}

    def rows(self, found: Sequence[Thing], make: Callable[[Thing], Row]) -> tuple[Row, ...]:
        """The first of them, as many as there is room for."""
        return tuple(make(one) for one in found[: self.size.rows])

    def more(self, found: Sequence[object], total: int | None = None) -> int:
        """How many are left out."""
        return (len(found) if total is None else total) - min(len(found), self.size.rows)

    def text(self, value: str | None, otherwise: str = "–") -> Span:
        """What somebody wrote, on one line."""
        return Span(one_line(value, self.size.text) if value else otherwise)

    def name(self, value: str | None, otherwise: str = "–") -> Span:
        """Who or what somebody called it: short, since it stands in a narrow column."""
        return Span(one_line(value, 40) if value else otherwise)

    def project(self, ref: ProjectRef) -> Line:
        """Key, linked to where the project lives, and name."""
        key = Span(one_line(ref.key, 40), strong=True, link=self.urls.get(ref.id))
        return (key,) if ref.name == ref.key else (key, Span(" " + one_line(ref.name, min(self.size.text, 120))))

    def key(self, ref: ProjectRef) -> Span:
        """Only the key, linked."""
        return Span(one_line(ref.key, 40), strong=True, link=self.urls.get(ref.id))

    def colour(self, colour: Colour) -> Span:
        """A status."""
        return Span(self.words.term("colour", colour), colour=colour)

    def severity(self, name: str) -> Span:
        """A severity; the heaviest stands out."""
        return Span(self.words.term("severity", name), strong=name in ("critical", "high"))

    def item(self, key: str | None, url: str | None) -> Span:
        """A work item, linked; a dash where the project itself is meant."""
        link = web_link(url)
        return Span(one_line(key or link or "–", 80), link=link)

    def noted(self, note: str) -> str:
        """A note in brackets, with the gap before it that the language wants."""
        told = self.words("({note})", note=note)
        return told if self.model.language == "zh-Hans" else f" {told}"
