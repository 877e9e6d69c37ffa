"""The shape of a pack file: strict models of what an author may write. Unknown keys are errors."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rules.ruleset import Words as Plain
from rules.vocabulary import (
    Dimension,
    Family,
    Kind,
    Level,
    Mode,
    Outcome,
    ParameterType,
    Period,
    Reason,
    Severity,
    Subject,
    Value,
)

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
PackName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(@[1-9][0-9]*)?$", max_length=50)]
Alias = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=80)]


def _of_old(value: Any) -> Any:
    """Rows used to be gathered by project alone, and packs said so by the column."""
    return "project" if value == "project_id" else value


SubjectName = Annotated[Subject, BeforeValidator(_of_old)]
RuleId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,11}-[0-9]{2,4}$")]


class Strict(BaseModel):
    """Unknown keys and lax conversions are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Words(Strict):
    """A text in English and, where given, in Simplified Chinese."""

    en: str = Field(min_length=1)
    zh_hans: str | None = Field(default=None, alias="zh-Hans")

    @property
    def plain(self) -> Plain:
        """The text without its model."""
        return Plain(self.en, self.zh_hans)


def _words(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


Text = Annotated[Words, BeforeValidator(_words)]


class ParameterEntry(Strict):
    """A declared parameter. `stricter` says which direction tightens the rule."""

    type: ParameterType
    default: Value
    min: float | int | None = None
    max: float | int | None = None
    stricter: Literal["lower", "higher"] | None = None
    doc: Text | None = None


class ToleranceEntry(Strict):
    """How much may lean before the project does: both limits must be passed. `"$name"` refers to a parameter."""

    max_ratio: float | int | str = 0
    max_count: int | str = 0


class ExpectEntry(Strict):
    """Related rows that must exist: at least `min` rows of `view` with the same `on`, for which `where` is true.

    Without `on`, rows of the same subject.
    """

    view: str
    on: str | None = None
    where: str | None = None
    min: int | str = 1


class EvidenceEntry(Strict):
    """Which rows and columns show the failure: sorted, cut at `limit`."""

    columns: list[str] = Field(min_length=1)
    order_by: str = ""
    limit: int = Field(default=20, ge=1, le=200)


class ExpectedItem(Strict):
    """What a self-test expects of one item that leans."""

    value: float | int | None = None
    limit: float | int | None = None
    message: str | None = None


class ExpectedOutcome(Strict):
    """What a self-test expects for one subject, or for each of several. Only what is written is compared."""

    subject: str | list[str]
    outcome: Outcome
    reason: Reason | None = None
    missing: list[str] | None = None
    count: int | None = None
    denominator: int | None = None
    excluded: int | None = None
    value: float | int | None = None
    limit: float | int | None = None
    items: list[str] | None = None
    item: dict[str, ExpectedItem] = Field(default_factory=dict)
    message: str | None = None

    @property
    def subjects(self) -> list[str]:
        """The subjects that it is about."""
        return [self.subject] if isinstance(self.subject, str) else self.subject


class SelfTest(Strict):
    """Given rows of documented views (columns left out are null), the outcomes expected.

    `each` are values, by view, of every given row that does not state them itself. `boundary` says that a value stands
    exactly at the rule's limit and another just beyond it; that no code can see from the outcomes alone.
    """

    name: str
    as_of: date = date(2026, 6, 30)
    params: dict[str, Value] = Field(default_factory=dict)
    boundary: bool = False
    capabilities: list[dict[str, str]] = Field(default_factory=list)
    each: dict[str, dict[str, Any]] = Field(default_factory=dict)
    given: dict[str, list[dict[str, Any]]]
    expect: list[ExpectedOutcome] = Field(min_length=1)

    @property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """The given rows, complete."""
        return {view: [{**self.each.get(view, {}), **row} for row in rows] for view, rows in self.given.items()}


class RuleEntry(Strict):
    """One rule as written. Which keys go with which kind is checked when it is compiled."""

    id: RuleId
    aliases: list[Alias] = Field(default_factory=list)
    title: Text
    level: Level = "project"
    kind: Kind = "row"
    view: str = "projects"
    subject: SubjectName = "project"
    project_when: str | None = None
    subject_when: str | None = None
    applies_when: str | None = None
    requires: list[str] = Field(default_factory=list)
    count_when: str | None = None
    fail_when: str | None = None
    warn_when: str | None = None
    metric: str | None = None
    period: Period = "week"
    topic: str | None = Field(default=None, min_length=1)
    by_role: str | None = Field(default=None, min_length=1)
    valid_for_days: int | str | None = None
    warn_days: int | str | None = None
    plugin: str | None = Field(default=None, min_length=1)
    expect: ExpectEntry | None = None
    tolerance: ToleranceEntry = ToleranceEntry()
    max_missing: float | int = Field(default=0.2, ge=0, le=1)
    unknown_reason: dict[str, Reason] = Field(default_factory=dict)
    value: str | None = None
    limit: str | None = None
    severity: Severity
    mode: Mode = "enforce"
    family: Family
    dimension: Dimension
    key: bool = False
    frameworks: list[str] = Field(default_factory=list)
    owner_role: str = "project_manager"
    service: str | None = None
    grace_days: int = Field(default=0, ge=0, le=365)
    min_runs: int = Field(default=1, ge=1, le=100)
    discriminator: list[str] = Field(default_factory=list)
    fingerprint_version: int = Field(default=1, ge=1)
    message: Text
    warn_message: Text | None = None
    summary: Text | None = None
    why: Text
    fix: Text
    evidence: EvidenceEntry | None = None
    params: dict[Identifier, ParameterEntry] = Field(default_factory=dict)
    test: list[SelfTest] = Field(default_factory=list)


class PackHeader(Strict):
    """What the pack is."""

    id: Identifier
    title: Text
    version: int = Field(default=1, ge=1)
    depends_on: list[PackName] = Field(default_factory=list)
    min_views: int = Field(default=1, ge=1)


def _told_apart(value: Any) -> Any:
    """Python takes `true` for 1; TOML does not."""
    return str(value).lower() if isinstance(value, bool) else value


SchemaNumber = Annotated[Literal[1], BeforeValidator(_told_apart)]
"""The number of the format that a file is written in."""


class PackFile(Strict):
    """One file: its pack and the rules. Several files may belong to one pack."""

    schema_: SchemaNumber = Field(alias="schema")
    pack: PackHeader
    rule: list[RuleEntry] = Field(min_length=1)
