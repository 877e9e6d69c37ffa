"""What a command found and did, for people, for machines and for the exit code."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbrule.pointing import more_about
from plumbrule.speech import framed, head, says
from plumbrule.summary_lines import (
    Written,
    likely_lines,
    listed,
    of_tables,
    pull_lines,
    without_data,
    written_lines,
)
from portfolio.counted import counted
from portfolio.errors import RATE_LIMITED, ConfigurationError, ExitCode, Problem, StoreError, worst
from portfolio.model.checks import SEVERITIES
from sync import Migration, PullReport
from sync.traffic import as_plain

if TYPE_CHECKING:
    from plumbrule.pruning import Pruned

FORMAT = "plumbrule.summary/1"


@dataclass(frozen=True)
class Summary:
    """What one command found and did. Parts that a command does not have are None or empty."""

    as_of: str
    pulled: PullReport | None = None
    terminated: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()
    waived: Sequence[Mapping[str, Any]] = ()
    """Open findings under waiver: told, but they make no exit code."""
    opened: int = 0
    resolved: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    rule_errors: Mapping[str, str] = field(default_factory=dict)
    objections: Sequence[Problem] = ()
    notes: Sequence[Problem] = ()
    """What is no mistake and yet maybe not meant: told, without a say in the exit code."""
    unfilled: Sequence[str] = ()
    """Rules that are unknown wherever they apply, because no source holds what they read."""
    unknown: Sequence[str] = ()
    """Projects and people that tables name and nobody knows, each with its place."""
    circles: Sequence[str] = ()
    """Units of the organisation that lie in themselves, each circle with its place."""
    likely: Sequence[Mapping[str, Any]] = ()
    """Rows of `match_suggestion`, the likeliest first."""
    doubled: Sequence[str] = ()
    """Rows of tables that are one record with another row, each with its place."""
    computed: Mapping[str, int] = field(default_factory=dict)
    written: Written | None = None
    pages: Sequence[Path] = ()
    run_id: str | None = None
    """Id of the run in the ledger; a check without a pull has none."""
    complete_at: Mapping[str, datetime | None] = field(default_factory=dict)
    """When each source was last read completely (UTC); None: never."""
    migrated: Migration | None = None
    """What was changed in a store of an older version."""
    pruned: "Pruned | StoreError | None" = None
    """What went of the past, or why nothing could."""

    def by_severity(self) -> dict[str, int]:
        """Open findings by severity, worst first."""
        found = Counter(str(f["severity"]) for f in self.findings)
        return {severity: found[severity] for severity in SEVERITIES if found[severity]}

    def exit_code(self, fail_on: str) -> ExitCode:
        """The code to end with; `fail_on` is a severity or `never`."""
        if self.terminated:
            return ExitCode.TERMINATED
        codes: list[ExitCode] = []
        if self.pulled is not None:
            codes.append(_of_pull(self.pulled))
        unwritten = self.written and (self.written.failed or self.written.missing_permissions)
        if self.rule_errors or self.objections or unwritten:
            codes.append(ExitCode.PARTIAL)
        if self.written and self.written.stopped:
            codes.append(self.written.stopped.exit_code)
        if any(severity in self.by_severity() for severity in at_or_above(fail_on)):
            codes.append(ExitCode.FINDINGS)
        return codes[0] if ExitCode.INTERRUPTED in codes else worst(codes)

    def as_json(self) -> str:
        """The same for machines; `format` tells the version."""
        pulled = self.pulled
        body: dict[str, Any] = {
            "format": FORMAT,
            "as_of": self.as_of,
            "run_id": self.run_id,
            "outcome": pulled.outcome if pulled else None,
            "sources": [_source(s) for s in pulled.sources] if pulled else [],
            "complete_at": {name: at and f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in self.complete_at.items()},
            "counts": dict(self.counts),
            "findings": {
                "open": self.by_severity(),
                "waived": len(self.waived),
                "opened": self.opened,
                "resolved": self.resolved,
            },
            "outcomes": dict(self.outcomes),
            "computed_status": dict(self.computed),
            "rule_errors": dict(self.rule_errors),
            "objections": [problem.what for problem in self.objections],
            "notes": [problem.what for problem in self.notes],
            "rules_without_data": list(self.unfilled),
            "unknown_references": list(self.unknown),
            "unit_circles": list(self.circles),
            "likely_joins": [_likely(one) for one in self.likely],
            "doubled_rows": list(self.doubled),
            "writes": None,
            "pages": [str(path) for path in self.pages],
            "store": {
                "migrated": self.migrated.as_line() if self.migrated else None,
                "pruned": None
                if self.pruned is None or isinstance(self.pruned, StoreError)
                else self.pruned.as_plain(),
                "not_pruned": self.pruned.what if isinstance(self.pruned, StoreError) else None,
            },
        }
        if self.written is not None:
            failed = [{"target": r.change.mark.target, "error": r.error} for r in self.written.failed]
            body["writes"] = {
                "planned": self.written.planned,
                "applied": self.written.applied,
                "failed": failed,
                "missing": list(self.written.missing_permissions),
                "notices": list(self.written.notices),
                "stopped": self.written.stopped.what if self.written.stopped else None,
                "traffic": {name: as_plain(traffic) for name, traffic in self.written.traffic.items()},
            }
        return json.dumps(body, ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """A few lines for a person; the last says what to do next."""
        return "\n".join(line for part in self._parts() for line in part)

    def _parts(self) -> Iterable[Sequence[str]]:
        yield [says("store      {what}", what=self.migrated.as_line())] if self.migrated else []
        if self.pulled is not None:
            yield pull_lines(self.pulled, date.fromisoformat(self.as_of[:10]))
        if self.counts:
            yield [listed("portfolio", self.counts, plural=True)]
        yield [framed(problem) for problem in self.objections]
        yield [framed(note).replace(head("error", note.code), head("note", note.code), 1) for note in self.notes]
        if self.unknown:
            known = counted(len(self.unknown), "project or person", "projects or people")
            yield of_tables(
                says("{known} that nobody knows; their rows are kept, not counted", known=known), self.unknown
            )
        if self.doubled:
            rows = counted(len(self.doubled), "row that is", "rows that are")
            yield of_tables(says("{rows} a record twice; none of them counts", rows=rows), self.doubled)
        if self.circles:
            head = counted(len(self.circles), "circle", "circles")
            yield [
                says("tables     {head} of units; rules look up to five levels round it", head=head),
                *(f"  {what}" for what in self.circles),
            ]
        if self.likely:
            yield likely_lines(self.likely)
        if self.computed:
            yield [listed("status   ", self.computed)]
        if self.outcomes:
            yield [listed("checked  ", self.outcomes)]
            open_ones = listed("findings ", self.by_severity()) if self.findings else says("findings   none open")
            open_ones += says(", {waived} under waiver", waived=len(self.waived)) if self.waived else ""
            yield [
                says(
                    "{open_ones}   ({opened} opened, {resolved} resolved since the last run)",
                    open_ones=open_ones,
                    opened=self.opened,
                    resolved=self.resolved,
                )
            ]
            yield [
                says("  rule {rule} could not be evaluated: {why}", rule=rule, why=why)
                for rule, why in self.rule_errors.items()
            ]
            yield without_data(self.unfilled)
        if self.written is not None:
            yield written_lines(self.written)
        if self.pages:
            yield [says("page       {path}", path=path) for path in self.pages]
        yield self._pruned_lines()
        if codes := self._codes():
            yield [more_about(codes)]

    def _codes(self) -> list[str]:
        """Codes of the errors that are shown."""
        sources = self.pulled.sources if self.pulled is not None else ()
        stopped = self.written.stopped if self.written is not None and self.written.allowed else None
        found = [source.failure.code for source in sources if source.failure]
        found += [problem.code for problem in self.objections]
        return [*found, stopped.code] if stopped else found

    def _pruned_lines(self) -> list[str]:
        if isinstance(self.pruned, StoreError):
            return [says("pruned     nothing: {what}", what=self.pruned.what)]
        return [] if self.pruned is None or self.pruned.is_nothing else [self.pruned.as_line()]


def at_or_above(severity: str) -> tuple[str, ...]:
    """That severity and all that are worse. Raises ConfigurationError for another word."""
    if severity == "never":
        return ()
    if severity not in SEVERITIES:
        raise ConfigurationError(
            f"`{severity}` is not a severity",
            code="usage.severity",
            remedy=f"one of {', '.join(SEVERITIES)}, never",
        )
    return SEVERITIES[: SEVERITIES.index(severity) + 1]


def _of_pull(report: PullReport) -> ExitCode:
    """Partial when something could be read, else the gravest reason why nothing could.

    A source that sent us away until later counts as not read, whatever came before: a scheduler is to come back.
    """
    sent_away = any(failure.code == RATE_LIMITED for failure in report.failures)
    read_whole = any(source.outcome == "complete" for source in report.sources)
    partial = report.outcome == "partial" and (read_whole or not sent_away)
    if partial and report.exit_code in (ExitCode.SIGN_IN, ExitCode.REMOTE):
        return ExitCode.PARTIAL
    return report.exit_code


def _likely(pair: Mapping[str, Any]) -> dict[str, Any]:
    names = ("kind", "left_id", "right_id", "left_name", "right_name", "method", "settings_lines")
    return {**{name: pair[name] for name in names}, "confidence_ratio": str(pair["confidence_ratio"])}


def _source(source: Any) -> dict[str, Any]:
    return {
        "source": source.source,
        "outcome": source.outcome,
        "account": source.account,
        "requests": source.traffic.requests,
        "throttled": source.traffic.throttled,
        "traffic": as_plain(source.traffic),
        "token_expires_on": source.expires_on.isoformat() if source.expires_on else None,
        "rows_read": sum(p.rows_read for p in source.partitions),
        "rows_changed": sum(p.rows_changed for p in source.partitions),
        "rows_deleted": sum(p.rows_deleted for p in source.partitions),
        "data_at": f"{source.data_at:%Y-%m-%dT%H:%M:%SZ}" if source.data_at else None,
        "rejections": sum(p.rejections for p in source.partitions),
        "error": source.failure.what if source.failure else None,
        "failed": [
            {"stream": p.stream, "title": p.title or p.key, "code": p.failure.code, "error": p.failure.what}
            for p in source.partitions
            if p.failure
        ],
    }
