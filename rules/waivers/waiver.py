"""One waiver, whether it stands in a file or in a tool."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from portfolio.model.subjects import SUBJECT_NAMES
from rules.compile import Predicate
from rules.ruleset import Rule, RuleSet

Kind = Literal["project", "item", "named", "select", "programme", "department", "person", "organisation"]
OTHER_SUBJECTS: tuple[Kind, ...] = ("programme", "department", "person", "organisation")
"""Subjects that are no projects."""
assert {"project", *OTHER_SUBJECTS} == set(SUBJECT_NAMES)  # noqa: S101 - one vocabulary, two notations


@dataclass(frozen=True)
class Subject:
    """What may fail. `named` is a project or an item, as a tool's text has it; of other
    subjects `text` is the id or the name; `select` a condition over a view."""

    kind: Kind
    text: str
    view: str = "projects"
    predicate: Predicate | None = None

    @property
    def is_other(self) -> bool:
        """It names a programme, a department, a person or the organisation: what is no project nor a part of one."""
        return self.kind in OTHER_SUBJECTS


@dataclass(frozen=True)
class Waiver:
    """What was asked for and granted. Days are those of the site's zone, first and last included.

    `recorded` is how far a tool's record is; what stands in a file is granted. `until_value` bounds the measured value.
    `home` is the initiative that a tool keeps it in, `place` file and line. Fields are None where a tool's record says
    nothing: such a waiver does not count, and `problem` says why.
    """

    id: str
    rules: tuple[str, ...]
    packs: tuple[str, ...]
    subject: Subject | None
    reason: str | None
    requested_by: str | None
    approved_by: str | None
    ticket: str | None
    starts: date | None
    expires: date | None
    until_value: Decimal | None = None
    compensating: str | None = None
    renews: str | None = None
    revoked_on: date | None = None
    recorded: str = "approved"
    self_approved: bool | None = False
    problem: str | None = None
    place: str | None = None
    item_id: str | None = None
    home: str | None = None

    @property
    def said_rules(self) -> str:
        """Rules and packs as text."""
        return ", ".join([*self.rules, *(f"pack {name}" for name in self.packs)])

    @property
    def length_days(self) -> int | None:
        """Days granted, first and last included."""
        return (self.expires - self.starts).days + 1 if self.expires and self.starts else None

    def of(self, rules: RuleSet) -> list[Rule]:
        """The rules that it names, also such as are off."""
        return [rule for rule in rules.known if rule.id in self.rules or rule.pack in self.packs]
