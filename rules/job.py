"""What the parent and the evaluating child tell each other. Neither DuckDB nor the compiler is needed to say it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from portfolio.model.subjects import SUBJECTS
from rules.results import RuleResult, RuleRun, as_json
from rules.ruleset import Rule
from rules.variant import Variant


@dataclass(frozen=True)
class Limits:
    """What the evaluation may use. A rule over `rule_seconds` is interrupted, and after `grace_seconds` killed."""

    rule_seconds: float = 60.0
    grace_seconds: float = 5.0
    start_seconds: float = 60.0
    memory_mb: int = 1_024
    threads: int = 2


@dataclass(frozen=True)
class Job:
    """Everything that the child needs."""

    snapshot: Path
    as_of: date
    variants: tuple[Variant, ...]
    language: str = "en"
    also: tuple[str, ...] = ()
    """Further languages in which every message is told beside that one."""
    capabilities: Sequence[Mapping[str, Any]] = ()
    watched: Mapping[str, frozenset[str]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    stale_after_hours: int | None = None
    kinds: frozenset[str] = frozenset(SUBJECTS)
    """Kinds of subjects whose ids are told."""
    together: bool = True
    """Rules that read the same view are asked together first. False once a child had to be killed over that."""


@dataclass(frozen=True)
class Opened:
    """The snapshot is open; these are the ids of all subjects of the kinds that were asked for."""

    populations: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Asked:
    """Rules that read the same view were asked together, or could not be; `more` says that others will be."""

    more: bool


@dataclass(frozen=True)
class Unreadable:
    """The snapshot cannot be used."""

    why: str


def overran(limits: Limits) -> str:
    """Why a rule was stopped, in words."""
    return f"stopped after {limits.rule_seconds:g} seconds; simplify the rule, or raise the limit"


def failed_run(variant: Variant, subjects: Iterable[str], why: str) -> RuleRun:
    """Outcome error for every subject that the variant is for, with the reason as the message."""
    rule = variant.rule
    told = parameters_json(rule)
    results = tuple(
        RuleResult(
            rule.id,
            subject,
            "error",
            rule.severity,
            rule.mode,
            message=why,
            parameters=told,
            subject_kind=rule.subject,
        )
        for subject in sorted(subjects)
        if variant.concerns(subject)
    )
    return RuleRun(rule.id, results, error=why)


def parameters_json(rule: Rule) -> str | None:
    """The parameters in force, each with its origin."""
    if not rule.parameters:
        return None
    return as_json({p.name: {"value": p.value, "origin": p.origin} for p in rule.parameters})
