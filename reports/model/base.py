"""What the pieces of the report are made of."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A piece of the report; immutable, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
