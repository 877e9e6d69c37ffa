"""Compiled rules: plain frozen values that can be sent to a worker process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from rules.compile import Predicate
from rules.pack import SelfTest, Words

Bound = bool | int | Decimal | str | date
"""A parameter's value as it is bound: amounts are exact."""


@dataclass(frozen=True)
class Parameter:
    """A parameter in force. `origin` says who set it: `built-in`, or file and line."""

    name: str
    type: str
    value: Bound
    default: Bound
    origin: str = "built-in"
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    stricter: str | None = None
    doc: Words | None = None


@dataclass(frozen=True)
class Related:
    """Rows of another view that must exist."""

    view: str
    on: str
    where: Predicate | None
    least: int | str


@dataclass(frozen=True)
class Tolerance:
    """How much may lean; both must be passed to fail. `$name` refers to a parameter."""

    max_ratio: Decimal | str = Decimal(0)
    max_count: int | str = 0

    @property
    def is_zero(self) -> bool:
        """Nothing may lean at all."""
        return self.max_ratio == 0 and self.max_count == 0


@dataclass(frozen=True)
class Order:
    """One part of an evidence order."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class Evidence:
    """Which rows and columns show a failure."""

    columns: tuple[str, ...]
    order: tuple[Order, ...] = ()
    limit: int = 20


@dataclass(frozen=True)
class Rule:
    """One rule, checked and ready to run.

    `counts` is the condition of one row: what leans. For ratio rules `fails` and `warns` are about the ratio; for all
    others `fails` equals `counts`, and `warns` is about a row. `per_project` says that the view has one row a project,
    so that the project itself is what leans; else it is the item of the row, where the row has one.

    A failure becomes a finding once it was seen on `min_runs` days and is `grace_days` old. `discriminator` columns
    tell failures of one item apart; `fingerprint_version` is raised where the rule comes to mean something else.
    """

    id: str
    pack: str
    title: Words
    level: str
    kind: Literal["row", "ratio", "metric", "expect"]
    view: str
    severity: str
    mode: str
    family: str
    dimension: str
    message: Words
    summary: Words | None
    why: Words
    fix: Words
    counts: Predicate | None
    fails: Predicate | None
    warns: Predicate | None
    per_project: bool
    item_column: str | None
    warn_message: Words | None = None
    key: bool = False
    project_when: Predicate | None = None
    applies_when: Predicate | None = None
    requires: tuple[str, ...] = ()
    unknown_reason: Mapping[str, str] = field(default_factory=dict)
    max_missing: Decimal = Decimal("0.2")
    tolerance: Tolerance = Tolerance()
    related: Related | None = None
    value: str | None = None
    limit: str | None = None
    evidence: Evidence = Evidence(())
    parameters: tuple[Parameter, ...] = ()
    frameworks: tuple[str, ...] = ()
    owner_role: str = "project_manager"
    grace_days: int = 0
    min_runs: int = 1
    discriminator: tuple[str, ...] = ()
    fingerprint_version: int = 1
    tests: tuple[SelfTest, ...] = ()
    place: str = ""
    severity_origin: str = "built-in"

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name."""
        return next((p for p in self.parameters if p.name == name), None)

    def bound(self, value: Decimal | int | str) -> Decimal:
        """A number, or what the parameter written `$name` stands at."""
        if isinstance(value, str):
            found = self.parameter(value.removeprefix("$"))
            assert found is not None and not isinstance(found.value, date)  # noqa: S101 - checked when it was loaded
            return Decimal(found.value)
        return Decimal(value)


@dataclass(frozen=True)
class RuleSet:
    """The rules in force, by id. `off` are known rules that are switched off; `language` is that of messages."""

    rules: tuple[Rule, ...]
    off: tuple[Rule, ...] = ()
    language: str = "en"

    def get(self, rule_id: str) -> Rule | None:
        """The rule of that id, also when it is off."""
        return next((r for r in (*self.rules, *self.off) if r.id == rule_id), None)

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the rules in force."""
        return frozenset(r.id for r in self.rules)
