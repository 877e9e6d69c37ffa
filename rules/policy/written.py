"""The shape of a policy file: strict models of what a PMO may write. Unknown keys are errors."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from portfolio.model.organisation import PMO_LEVELS
from rules.pack import SchemaNumber, Strict
from rules.policy.model import PolicyLevel
from rules.said import Called, Said
from rules.vocabulary import Mode, Severity, Value

PmoLevel = Literal["supportive", "controlling", "directive"]
assert set(PmoLevel.__args__) == set(PMO_LEVELS)  # type: ignore[attr-defined]  # noqa: S101 - one vocabulary


class PolicyHeader(Strict):
    """Whose policy it is."""

    level: PolicyLevel
    department: Called | None = None
    programme: Called | None = None
    project: Called | None = None
    parent: Called | None = None
    owner: Called | None = None
    pmo_level: PmoLevel | None = None
    effective_from: date | None = None

    @property
    def unit(self) -> str | None:
        """The name of the department, programme or project; None for the organisation."""
        return None if self.level == "organisation" else getattr(self, self.level)


class SetEntry(Strict):
    """What is set for a rule, for several, or for a whole pack."""

    rule: str | None = None
    rules: list[str] | None = Field(default=None, min_length=1)
    pack: str | None = None
    params: dict[str, Value] = Field(default_factory=dict)
    severity: Severity | None = None
    mode: Mode | None = None
    locked: bool = False
    loosen_until: dict[str, Any] = Field(default_factory=dict)
    select: str | None = None
    reason: Said | None = None


class PolicyFile(Strict):
    """One file: whose policy it is, and what it sets. Several files may belong to one unit."""

    schema_: SchemaNumber = Field(default=1, alias="schema")
    policy: PolicyHeader
    set: list[SetEntry] = Field(default_factory=list)
