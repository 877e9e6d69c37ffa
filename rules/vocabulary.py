"""The words that rules are written with: apart, as settings use them too and are read without the models of packs."""

from datetime import date
from typing import Literal

from portfolio.model.checks import OUTCOMES, REASONS, SEVERITIES
from portfolio.model.subjects import SUBJECT_NAMES

Kind = Literal["row", "ratio", "metric", "expect", "trend", "attest", "plugin"]
Period = Literal["week", "month", "run"]
Level = Literal["item", "project", "programme", "department", "organisation"]
Subject = Literal["project", "programme", "department", "person", "organisation"]
Severity = Literal["critical", "high", "medium", "low", "info"]
Mode = Literal["enforce", "observe", "off"]
Dimension = Literal["schedule", "cost", "scope", "resources", "compliance", "quality"]
Family = Literal[
    "PRO", "ART", "QUA", "SCH", "BUD", "SCO", "RES", "TIM", "DEP", "RSK", "REC", "CLO", "HYG", "FLO", "PMO", "OWN"
]
Reason = Literal[
    "missing_value",
    "not_provided_by_source",
    "no_baseline",
    "no_status_date",
    "insufficient_history",
    "stale_sync",
    "ambiguous_mapping",
]
Outcome = Literal["pass", "warn", "fail", "unknown", "not_applicable", "error"]
ParameterType = Literal["int", "float", "text", "date", "bool"]
assert set(Reason.__args__) == set(REASONS)  # type: ignore[attr-defined]  # noqa: S101 - one vocabulary, two notations
assert set(Severity.__args__) == set(SEVERITIES)  # type: ignore[attr-defined]  # noqa: S101
assert Subject.__args__ == SUBJECT_NAMES  # type: ignore[attr-defined]  # noqa: S101
assert set(Outcome.__args__) == set(OUTCOMES)  # type: ignore[attr-defined]  # noqa: S101

Value = bool | int | float | str | date
