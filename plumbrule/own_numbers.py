"""Tiles and columns that a site defines by SQL: asked of the snapshot, told as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from plumbrule.judging import limits_of
from plumbrule.own_settings import OwnColumnSettings, OwnTileSettings
from plumbrule.report_settings import AudienceReport
from plumbrule.settings import ReportSettings, Settings
from portfolio.errors import ConfigurationError
from reports.model import OwnColumn, OwnTile, OwnUnit, OwnValue
from rules.questions import Answer, Asking, QuestionRefused

if TYPE_CHECKING:
    from sync import FileReader

MOST_ROWS = 100_000
"""Rows of a column: one a project. A tile has one row."""


@dataclass(frozen=True)
class OwnNumbers:
    """What the site's own SQL answered: tiles, and columns with their values by project id."""

    tiles: tuple[OwnTile, ...] = ()
    columns: tuple[OwnColumn, ...] = ()
    values: Mapping[str, tuple[OwnValue | None, ...]] = field(default_factory=dict)


def own_numbers(
    reader: "FileReader",
    settings: Settings,
    asked: ReportSettings | AudienceReport,
    *,
    language: str,
    today: date,
    within: frozenset[str] | None,
) -> OwnNumbers:
    """The answers, in the report's language. Raises ConfigurationError, with the title, for what cannot be told."""
    if not asked.tiles and not asked.columns:
        return OwnNumbers()
    with Asking(reader.path, as_of=today, limits=limits_of(settings), within=within) as asking:
        made = tuple(_tile(asking, one, language) for one in asked.tiles)
        found = [_column(asking, one, language) for one in asked.columns]
    projects = {project for values in found for project in values}
    return OwnNumbers(
        made,
        tuple(OwnColumn(title=one.said_in(language), unit=one.unit) for one in asked.columns),
        {project: tuple(values.get(project) for values in found) for project in sorted(projects)},
    )


def _tile(asking: Asking, one: OwnTileSettings, language: str) -> OwnTile:
    """Its first column is the value; `note` and `currency` are told by columns of that name."""
    title = one.said_in(language)
    answer = _asked(asking, title, one.sql, 1)
    row = dict(zip(answer.columns, answer.rows[0], strict=True)) if answer.rows else {}
    note = row.pop("note", None)
    currency = row.pop("currency", None)
    value = next(iter(row.values()), None)
    return OwnTile(
        title=title,
        unit=one.unit,
        value=_value(title, one.unit, value, currency),
        note=None if note is None else str(note),
    )


def _column(asking: Asking, one: OwnColumnSettings, language: str) -> dict[str, OwnValue]:
    """Values by project id."""
    title = one.said_in(language)
    answer = _asked(asking, title, one.sql, MOST_ROWS)
    found: dict[str, OwnValue] = {}
    for row in answer.rows:
        named = dict(zip(answer.columns, row, strict=True))
        project = named["project_id"]
        if project in found:
            raise _cannot(title, f"it has several rows of project {project}", "Group by project_id.")
        if project is not None:
            found[project] = _value(title, one.unit, named["value"], named.get("currency"))
    return found


def _asked(asking: Asking, title: str, sql: str, most: int) -> Answer:
    try:
        return asking.ask(sql, most)
    except QuestionRefused as error:
        raise _cannot(title, str(error), "Mend its `sql`; docs/own-numbers.md says what it may read.") from None


def _cannot(title: str, why: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(
        f"the SQL of `{title}` cannot be told: {why}", code="report.own_sql_answer", remedy=remedy
    )


def _value(title: str, unit: OwnUnit, value: Any, currency: Any) -> OwnValue:
    if value is None:
        return OwnValue()
    if unit == "text":
        return OwnValue(text=_text(value))
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise _cannot(title, f"`{value}` is no number", 'Give it `unit = "text"`, or let the SQL answer a number.')
    if not number.is_finite():
        return OwnValue()
    return OwnValue(value=number, currency=None if currency is None else str(currency))


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)
