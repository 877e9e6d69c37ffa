"""What the settings say of a site's own tiles and columns, and whether their SQL can be asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from plumbrule.section import Section
from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps
from reports.model.own import OwnUnit

if TYPE_CHECKING:
    from plumbrule.settings import Settings
    from rules.questions import Draft


class _Own(Section):
    """What tiles and columns have in common."""

    title: str = Field(min_length=1, max_length=60, description="heading")
    title_zh: str | None = Field(None, max_length=60, description="heading in Chinese; left out: the same")
    unit: OwnUnit = Field("number", description="number, money, percent (of a fraction), days, hours or text")
    sql: str = Field(min_length=1, max_length=20_000, description="one SELECT over documented views (docs/model.md)")

    def said_in(self, language: str) -> str:
        """The heading in a language."""
        return (self.title_zh or self.title) if language == "zh-Hans" else self.title


class OwnTileSettings(_Own):
    """A tile of your own: the first column of the one row is its value; `note` and `currency` may be told beside it."""


class OwnColumnSettings(_Own):
    """A column of your own in the table of projects: rows of project_id, value and, for money, currency."""


def mistakes(document: LocatedToml, settings: "Settings") -> Iterator[Problem]:
    """SQL that cannot be asked, each at its place."""
    from plumbrule.report_settings import ScopeSettings

    asked = list(_of(("report",), settings.report.tiles, settings.report.columns, scoped=False))
    for number, report in enumerate(settings.reports):
        scoped = report.scope != ScopeSettings()
        asked += _of(("reports", number), report.tiles, report.columns, scoped=scoped)
    if not asked:  # who has no SQL of their own needs no database for it
        return
    from rules.questions import Draft

    with Draft() as draft:
        for one in asked:
            yield from _mistake(document, draft, one)


@dataclass(frozen=True)
class _Asked:
    """SQL at its place, and the columns that it must answer."""

    steps: Steps
    sql: str
    scoped: bool
    wanted: frozenset[str] = frozenset()


def _of(
    steps: Steps, tiles: Sequence[OwnTileSettings], columns: Sequence[OwnColumnSettings], *, scoped: bool
) -> Iterator[_Asked]:
    for number, tile in enumerate(tiles):
        yield _Asked((*steps, "tiles", number, "sql"), tile.sql, scoped)
    for number, column in enumerate(columns):
        yield _Asked((*steps, "columns", number, "sql"), column.sql, scoped, frozenset({"project_id", "value"}))


def _mistake(document: LocatedToml, draft: "Draft", one: _Asked) -> Iterator[Problem]:
    from rules.questions import QuestionRefused

    try:
        answered = draft.check(one.sql, scoped=one.scoped)
    except QuestionRefused as error:
        hint = error.hint or "docs/own-numbers.md says what it may read"
        if error.place is None:
            yield document.problem(one.steps, "report.own_sql", str(error), help=hint)
        else:
            yield document.problem_inside(one.steps, *error.place, "report.own_sql", str(error), help=hint)
        return
    lacking = sorted(one.wanted - set(answered))
    if lacking:
        what = f"it answers no column `{lacking[0]}`"
        yield document.problem(one.steps, "report.own_sql", what, help="name its columns project_id and value")
