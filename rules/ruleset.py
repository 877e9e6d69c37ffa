"""Compiled rules: plain frozen values that can be sent to a worker process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from portfolio.model import VIEWS, Table
from portfolio.model.subjects import SUBJECTS, SubjectKind
from rules.policy.model import MODE, Policy
from rules.predicate import Predicate
from rules.vocabulary import Kind

if TYPE_CHECKING:
    from rules.pack import SelfTest

Bound = bool | int | Decimal | str | date
"""A parameter's value as it is bound: amounts are exact."""


@dataclass(frozen=True)
class Words:
    """A text in English and, where there is one, in Simplified Chinese."""

    en: str
    zh_hans: str | None = None

    def said_in(self, language: str) -> str:
        """The text in that language, else in English."""
        return self.zh_hans if language == "zh-Hans" and self.zh_hans else self.en


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
class Course:
    """A condition about the course of a measure: how, over how many periods, against which level.

    `how` is one of falls, rises, below, above, `change >`, `change <`. `$name` refers to a parameter.
    """

    text: str
    how: str
    periods: int | str
    level: Decimal | str | None = None

    @property
    def is_change(self) -> bool:
        """It is about the difference of two values."""
        return self.how.startswith("change")


@dataclass(frozen=True)
class Trend:
    """A measure (`view.column`) whose course is judged by week, month or run."""

    measure: str
    column: str
    period: str
    fails: Course
    warns: Course | None = None


@dataclass(frozen=True)
class Attest:
    """What somebody must have confirmed. `$name` refers to a parameter."""

    topic: str
    by_role: str | None = None
    valid_for_days: int | str | None = None
    warn_days: int | str | None = None


@dataclass(frozen=True)
class PluginUse:
    """A plugin by its name, the rows that it declares, and the package that it came from."""

    name: str
    table: Table
    package: str


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

    What only one kind of rule has (see `rules.kinds`) is None for all others.

    `subject` is whom the rule judges, a name of `portfolio.model.subjects`; `subject_when` chooses among its
    population.

    `counts` is the condition of one row: what leans. For ratio rules `fails` and `warns` are about the ratio; for all
    others `fails` equals `counts`, and `warns` is about a row. `per_subject` says that the view has one row a subject,
    so that the subject itself is what leans; else, of projects, it is the item of the row, where the row has one.

    A failure becomes a finding once it was seen on `min_runs` days and is `grace_days` old. `discriminator` columns
    tell failures of one item apart; `fingerprint_version` is raised where the rule comes to mean something else.
    """

    id: str
    pack: str
    title: Words
    level: str
    kind: Kind
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
    per_subject: bool
    item_column: str | None
    warn_message: Words | None = None
    key: bool = False
    subject: str = "project"
    subject_when: Predicate | None = None
    applies_when: Predicate | None = None
    requires: tuple[str, ...] = ()
    unknown_reason: Mapping[str, str] = field(default_factory=dict)
    max_missing: Decimal = Decimal("0.2")
    tolerance: Tolerance = Tolerance()
    related: Related | None = None
    trend: Trend | None = None
    attest: Attest | None = None
    plugin: PluginUse | None = None
    value: str | None = None
    limit: str | None = None
    evidence: Evidence = Evidence(())
    parameters: tuple[Parameter, ...] = ()
    frameworks: tuple[str, ...] = ()
    owner_role: str = "project_manager"
    service: str | None = None
    aliases: tuple[str, ...] = ()
    grace_days: int = 0
    min_runs: int = 1
    discriminator: tuple[str, ...] = ()
    fingerprint_version: int = 1
    tests: tuple["SelfTest", ...] = ()
    place: str = ""
    severity_origin: str = "built-in"
    mode_origin: str = "built-in"

    @property
    def table(self) -> Table:
        """The columns of the rows that the conditions are about."""
        return self.plugin.table if self.plugin else VIEWS[self.view]

    @property
    def by(self) -> SubjectKind:
        """The kind of its subjects."""
        return SUBJECTS[self.subject]

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
    """The rules in force, by id. `off` are known rules that are switched off; `language` is that of messages.

    With `stale_after_hours`, what a source feeds is unknown once its last complete pull is longer ago.
    `policy` is what files set on top for some projects: `rules.policy.force` puts it in force on a snapshot.
    """

    rules: tuple[Rule, ...]
    off: tuple[Rule, ...] = ()
    language: str = "en"
    stale_after_hours: int | None = None
    policy: Policy | None = None

    def get(self, rule_id: str) -> Rule | None:
        """The rule of that id, or alias in whatever case, also when it is off."""
        by_id = next((r for r in self.known if r.id == rule_id), None)
        return by_id or next((r for r in self.known if rule_id.casefold() in map(str.casefold, r.aliases)), None)

    @property
    def known(self) -> tuple[Rule, ...]:
        """All rules, those that are off last."""
        return (*self.rules, *self.off)

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the rules in force."""
        return frozenset(r.id for r in self.rules)

    def ids_anywhere(self, day: date) -> frozenset[str]:
        """Ids of the rules that are in force on that day, or that policy switches on for some projects."""
        settings = self.policy.settings if self.policy else ()
        on = (s for s in settings if s.unit.in_force(day) and MODE in s.values and s.values[MODE].value != "off")
        return self.ids | {s.rule_id for s in on}
