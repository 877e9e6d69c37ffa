"""How a pull ended, for people, for the ledger and for the exit code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import structlog

from portfolio.counted import counted
from portfolio.errors import ExitCode, PlumbruleError, worst
from portfolio.ports import Expiring, Traffic

log = structlog.get_logger("plumbrule.sync")
Outcome = Literal["complete", "partial", "failed", "interrupted"]


@dataclass(frozen=True)
class Failure:
    """What went wrong, in words and as a code."""

    code: str
    what: str
    remedy: str = ""
    exit_code: ExitCode = ExitCode.PARTIAL
    bug: Exception | None = field(default=None, compare=False, repr=False)
    """What nobody foresaw, for the crash file."""


@dataclass(frozen=True)
class PartitionReport:
    """One partition of one stream in one run. `held` removals were not made because they were too many."""

    source: str
    stream: str
    key: str
    title: str
    outcome: Literal["complete", "failed", "interrupted"]
    pages: int = 0
    rows_read: int = 0
    rows_changed: int = 0
    rows_deleted: int = 0
    rejections: int = 0
    held: int = 0
    failure: Failure | None = None
    only_project: str | None = None


@dataclass(frozen=True)
class SourceReport:
    """One source in one run, with what was asked of it in this run. `expires_on` is the last day of what it signs in
    with, `data_at` the moment that it shows where it is a copy."""

    source: str
    kind: str
    outcome: Literal["complete", "partial", "failed"]
    account: str | None
    failure: Failure | None
    partitions: tuple[PartitionReport, ...]
    traffic: Traffic = field(default_factory=Traffic)
    expires_on: date | None = None
    data_at: datetime | None = None
    expiring: Expiring = "token"


@dataclass(frozen=True)
class PullReport:
    """All sources of one run, in the order of their names."""

    outcome: Outcome
    sources: tuple[SourceReport, ...]

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Everything that went wrong, sources first."""
        of_sources = [s.failure for s in self.sources if s.failure]
        of_partitions = [p.failure for s in self.sources for p in s.partitions if p.failure]
        return (*of_sources, *of_partitions)

    @property
    def exit_code(self) -> ExitCode:
        """0, or the gravest of what happened; 130 when it was stopped from outside."""
        if self.outcome == "interrupted":
            return ExitCode.INTERRUPTED
        codes = [failure.exit_code for failure in self.failures]
        return worst(codes if self.outcome == "complete" else [*codes, ExitCode.PARTIAL])


def failure_of(error: Exception) -> Failure:
    """An exception as a failure; one that nobody foresaw is called by its class alone, since its words may quote what
    they should not: they are in the debug log, without secrets.
    """
    if isinstance(error, PlumbruleError):
        return Failure(error.code, error.what, error.remedy, error.exit_code)
    log.debug("sync.unexpected", exc_info=error)
    return Failure(
        "sync.unexpected",
        f"{type(error).__name__}, which nobody foresaw",
        "Please report it as a bug.",
        ExitCode.INTERNAL,
        error,
    )


def braked(held: int) -> Failure:
    """The warning of a partition whose removals were held back."""
    listed = counted(held, "record is", "records are")
    return Failure(
        "sync.brake",
        f"{listed} no longer listed; so many at once look like a lost permission, so none was removed",
        "Check the account's permissions; if they are really gone, run once with --accept-removals.",
    )


def outcome_of_source(started: bool, partitions: Sequence[PartitionReport]) -> Literal["complete", "partial", "failed"]:
    """complete: everything was read and removed; failed: nothing was."""
    if not started:
        return "failed"
    if all(p.outcome == "complete" and not p.held for p in partitions):
        return "complete"
    return "partial" if any(p.outcome == "complete" or p.pages for p in partitions) else "failed"


def outcome_of_pull(sources: Sequence[SourceReport]) -> Outcome:
    """The whole from its parts."""
    found = {s.outcome for s in sources}
    if found <= {"complete"}:
        return "complete"
    return "failed" if found == {"failed"} else "partial"
