"""The shape of a waiver file: strict models of what an admin may write. Unknown keys are errors."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, FiniteFloat, StringConstraints

from rules.pack import Strict
from rules.said import Called, Said


def _condition(text: str) -> str:
    if not text.strip():
        raise ValueError("say something: it is empty")
    return text


Condition = Annotated[str, AfterValidator(_condition)]
WaiverId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,39}$")]


class SubjectEntry(Strict):
    """What may fail: one of a project, an item, a programme, a department, a person, the organisation, or a condition
    over `projects` or over the view of the rules."""

    project: Called | None = None
    item: Called | None = None
    programme: Called | None = None
    department: Called | None = None
    person: Called | None = None
    organisation: Literal[True] | None = None
    select: Condition | None = None
    view: str = "projects"


class UntilEntry(Strict):
    """The worst value that is still accepted: one of them."""

    value: FiniteFloat | int | None = None
    ratio: FiniteFloat | int | None = None
    count: int | None = None


class WaiverEntry(Strict):
    """One waiver as written."""

    id: WaiverId
    rule: list[Called] | Called = Field(default_factory=list)
    pack: list[Called] | Called = Field(default_factory=list)
    subject: SubjectEntry
    reason: Said
    requested_by: Called
    approved_by: Called
    ticket: Called
    starts: date
    expires: date
    until_value: UntilEntry | None = None
    compensating: Said | None = None
    renews: str | None = None
    revoked_on: date | None = None
