"""The child process that evaluates: it can be killed without harm, and it can hold no more memory than allowed."""

import resource
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb

from rules.connection import Limits, open_locked
from rules.evaluator import Evaluator
from rules.plugins import PluginFault
from rules.results import RuleRun
from rules.variant import Variant


@dataclass(frozen=True)
class Job:
    """Everything that the child needs."""

    snapshot: Path
    as_of: date
    variants: tuple[Variant, ...]
    language: str = "en"
    capabilities: Sequence[Mapping[str, Any]] = ()
    watched: Mapping[str, frozenset[str]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    stale_after_hours: int | None = None


@dataclass(frozen=True)
class Opened:
    """The snapshot is open; these are the ids of all subjects, by their kind."""

    populations: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Unreadable:
    """The snapshot cannot be used."""

    why: str


def serve(pipe: Connection, job: Job, first: int) -> None:
    """Evaluate the variants from `first` on, sending one message each. Runs in the child."""
    _limit_memory(job.limits)
    try:
        connection = open_locked(job.snapshot, job.limits)
        evaluator = Evaluator(connection, job.as_of, job.capabilities, job.language, job.stale_after_hours)
        pipe.send(Opened(evaluator.populations()))
    except duckdb.Error as error:
        pipe.send(Unreadable(_first_line(error)))
        return
    for variant in job.variants[first:]:
        began = monotonic()
        run = _evaluated(evaluator, connection, variant, job)
        pipe.send(replace(run, milliseconds=round((monotonic() - began) * 1000)))
    pipe.close()


def _evaluated(evaluator: Evaluator, connection: duckdb.DuckDBPyConnection, variant: Variant, job: Job) -> RuleRun:
    timer = threading.Timer(job.limits.rule_seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        return evaluator.run_variant(variant, job.watched.get(variant.rule.id, frozenset()))
    except duckdb.InterruptException:
        return evaluator.failed(variant, overran(job.limits))
    except (duckdb.Error, ArithmeticError, MemoryError, PluginFault) as error:
        return evaluator.failed(variant, _first_line(error))
    finally:
        timer.cancel()
        timer.join()


def overran(limits: Limits) -> str:
    """Why a rule was stopped, in words."""
    return f"stopped after {limits.rule_seconds:g} seconds; simplify the rule, or raise the limit"


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _limit_memory(limits: Limits) -> None:
    """A hard wall behind DuckDB's own limit; interpreter, libraries and thread stacks need addresses of their own."""
    most = (limits.memory_mb + 3_072) * 1_024 * 1_024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
