"""What the pieces of the report are made of."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from reports.spoken import printable


class Part(BaseModel):
    """A piece of the report; immutable, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _without_controls(cls, values: Any) -> Any:
        """A control character in a title would cut a line of text, or change what a terminal shows."""
        if not isinstance(values, dict):
            return values
        mended = {name: _printable(value) for name, value in values.items() if not _is_clean(value)}
        return values | mended if mended else values


def _is_clean(value: Any) -> bool:
    """Nothing to mend: a large report has a quarter of a million pieces, nearly all of them so."""
    if isinstance(value, str):
        return value.isprintable()
    return not isinstance(value, tuple | list) or all(map(_is_clean, value))


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, tuple | list):
        return type(value)(_printable(v) for v in value)
    return value


class ProjectRef(Part):
    """Points to a project of the report."""

    id: str
    key: str
    name: str


class Milestone(Part):
    """A milestone with its approved and its forecast day."""

    project: ProjectRef
    title: str
    url: str | None
    baseline_date: date | None
    forecast_date: date | None
    done_on: date | None
    slip_days: int | None
    state: Literal["missed", "late", "due", "later", "done", "unknown"]
