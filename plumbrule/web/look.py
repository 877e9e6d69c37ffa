"""One look at an edition: in which language, at which projects, with which links."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plumbrule.settings import Language
from plumbrule.web.edition import Edition
from portfolio.ports import Reader
from reports.figures import Figures
from reports.render.live import Cell
from reports.render.places import Places, project_path
from reports.spoken import spoken
from reports.words import Words
from rules.ruleset import RuleSet

Row = Mapping[str, Any]


class Absent(Exception):
    """There is no such thing, or not for this person: both look the same from outside."""


@dataclass(frozen=True)
class Look:
    """`within` are the ids of the projects that may be seen; None: everything."""

    edition: Edition
    language: Language
    within: frozenset[str] | None
    places: Places

    @property
    def reader(self) -> Reader:
        """The snapshot."""
        return self.edition.reader

    @property
    def rules(self) -> RuleSet:
        """The rules, speaking this language."""
        return self.edition.said(self.language).rules

    @cached_property
    def words(self) -> Words:
        """Words of this language."""
        return Words(self.language)

    @cached_property
    def figures(self) -> Figures:
        """Numbers of this language."""
        return Figures(self.words)

    @property
    def scope(self) -> dict[str, Any]:
        """Parameters of `WITHIN`."""
        return {"everything": self.within is None, "projects": sorted(self.within or ())}

    def shows(self, project_id: str | None) -> bool:
        """That project, or what belongs to no project (None), may be seen."""
        return self.within is None or project_id in self.within

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """Rows of the snapshot."""
        return list(self.reader.rows(sql, parameters))

    def project(self, row: Row) -> Cell:
        """A link to the project of a row with `project_key` and `project_name`; a dash where there is none."""
        if row["project_key"] is None:
            return Cell("–")
        return Cell(row["project_key"], to=project_path(row["project_key"]), note=_other(row))

    def said(self, text: object) -> str:
        """A text from a tool, fit to be shown; a dash for none."""
        return spoken(str(text)) if text not in (None, "") else "–"


WITHIN = "($everything OR list_contains($projects, project_id))"
"""Condition over a column `project_id` that is not ambiguous."""


def _other(row: Row) -> str | None:
    return row["project_name"] if row["project_name"] != row["project_key"] else None
