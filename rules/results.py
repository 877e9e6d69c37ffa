"""What an evaluation yields: results per rule and subject, and the subjects that lean. Rows of `portfolio.model`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from rules.wording import plain


class RuleResult(NamedTuple):
    """What one rule said of one subject: a project, or whom else `subject_kind` says."""

    rule_id: str
    subject_id: str
    outcome: str
    severity: str
    mode: str
    reason: str | None = None
    missing: str | None = None
    value: Decimal | None = None
    threshold: Decimal | None = None
    numerator: int | None = None
    denominator: int | None = None
    excluded: int | None = None
    message: str | None = None
    parameters: str | None = None
    evidence: str | None = None
    subject_kind: str = "project"
    also: tuple[str | None, ...] = ()
    """The message in further languages, where they were asked for."""

    @property
    def project_id(self) -> str | None:
        """The project, where it is about one."""
        return self.subject_id if self.subject_kind == "project" else None

    def row(self) -> dict[str, Any]:
        """A row of table `rule_result`."""
        told = {**self._asdict(), "project_id": self.project_id}
        del told["also"]
        return {**told, "value": _double(self.value), "threshold": _double(self.threshold)}


class Leaning(NamedTuple):
    """A subject that fails a rule now; becomes or confirms a finding. `subject_kind` is project, item, or another
    kind that rules judge; `project_id` is that of projects and items.

    `discriminator` is a JSON list of the values that tell several failures of one item apart.
    """

    rule_id: str
    project_id: str | None
    subject_kind: str
    subject_id: str
    severity: str
    mode: str
    message: str
    value: Decimal | None = None
    threshold: Decimal | None = None
    evidence: str | None = None
    discriminator: str | None = None
    fingerprint_version: int = 1
    also: tuple[str, ...] = ()
    """The message in further languages, where they were asked for."""

    @property
    def judged_id(self) -> str:
        """Of an item its project, else the subject itself: whose result the failure is part of."""
        return self.project_id if self.project_id is not None else self.subject_id


def judged_id(row: Mapping[str, Any]) -> str:
    """The same of a row of `finding` or `rule_result`."""
    found: str = row["project_id"] if row["project_id"] is not None else row["subject_id"]
    return found


@dataclass(frozen=True)
class RuleRun:
    """Everything that one rule yielded.

    `undecided` are watched items that could not be judged; `gone` are watched items that their view no longer holds;
    `off` are subjects for which policy switches the rule off: nothing is said of them. `milliseconds` is how long it
    took: it is for those who look after the rules and no part of the answer.
    """

    rule_id: str
    results: tuple[RuleResult, ...] = ()
    leaning: tuple[Leaning, ...] = ()
    undecided: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    error: str | None = None
    off: frozenset[str] = frozenset()
    milliseconds: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Evaluation:
    """All rules on one snapshot. Equal input gives equal evaluations."""

    as_of: date
    runs: tuple[RuleRun, ...]
    projects: frozenset[str] = field(default_factory=frozenset)
    others: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Ids of all subjects that are no projects, by their kind; of the kinds that were asked for."""

    def population(self, kind: str) -> frozenset[str]:
        """Ids of all subjects of that kind."""
        return self.projects if kind in ("project", "item") else self.others.get(kind, frozenset())

    @property
    def results(self) -> list[RuleResult]:
        """Results by rule and subject."""
        return [result for run in self.runs for result in run.results]

    @property
    def leaning(self) -> list[Leaning]:
        """Every subject that fails a rule."""
        return [subject for run in self.runs for subject in run.leaning]

    @property
    def errors(self) -> dict[str, str]:
        """Rules that could not be evaluated, and why."""
        return {run.rule_id: run.error for run in self.runs if run.error}


def as_json(value: Any) -> str:
    """JSON of plain values; amounts as exact texts, so that no reader rounds them."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: Any) -> Any:
    """What JSON has no word for; it asks only for these."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): v for k, v in value.items()}
    return list(value)


def _double(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
