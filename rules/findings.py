"""The life of findings: opened, confirmed, resolved, reopened, closed. Pure; the same day twice gives the same rows."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.results import Evaluation, Leaning, RuleRun

REOPEN_DAYS = 90
"""A failure that comes back within so many days is the same episode; later it is a new one."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class FindingUpdate:
    """Rows of tables `finding` (all of them, closed ones too) and `finding_event` (new ones)."""

    findings: list[dict[str, Any]]
    events: list[dict[str, Any]]


def fingerprint(rule_id: str, subject_kind: str, subject_id: str) -> str:
    """The id of a finding: the same rule on the same subject, whatever its name, key, value or severity."""
    return hashlib.sha256("\n".join(("1", rule_id, subject_kind, subject_id)).encode()).hexdigest()[:20]


def watched(previous: Sequence[Row]) -> dict[str, set[str]]:
    """Items with open findings, by rule: what `evaluate` must tell passing, undecided and gone items apart for."""
    items: dict[str, set[str]] = defaultdict(set)
    for finding in previous:
        if finding["state"] == "open" and finding["subject_kind"] == "item":
            items[finding["rule_id"]].add(finding["subject_id"])
    return dict(items)


def update_findings(
    previous: Sequence[Row], evaluation: Evaluation, *, incomplete: Collection[str] = ()
) -> FindingUpdate:
    """Findings after this evaluation.

    `incomplete` are projects of which a source was last read partly or not at all: nothing of theirs is resolved. An
    unknown or failed check keeps a finding open, with `verified` false. A rule that was not evaluated is retired.
    """
    book = _Book(evaluation, frozenset(incomplete))
    rows = {row["id"]: dict(row) for row in previous}
    confirmed: set[str] = set()
    for subject in evaluation.leaning:
        key = fingerprint(subject.rule_id, subject.subject_kind, subject.subject_id)
        rows[key] = book.seen(key, rows.get(key), subject)
        confirmed.add(key)
    for key, row in rows.items():
        if key not in confirmed and row["state"] == "open":
            rows[key] = book.unseen(row)
    events = sorted(book.events, key=lambda e: (e["finding_id"], e["event"]))
    return FindingUpdate([rows[key] for key in sorted(rows)], events)


class _Book:
    """Decides about one finding at a time and writes down what happened."""

    def __init__(self, evaluation: Evaluation, incomplete: frozenset[str]) -> None:
        self.as_of = evaluation.as_of
        self.projects = evaluation.projects
        self.runs: dict[str, RuleRun] = {run.rule_id: run for run in evaluation.runs}
        self.outcomes = {(r.rule_id, r.project_id): r.outcome for r in evaluation.results}
        self.incomplete = incomplete
        self.events: list[dict[str, Any]] = []

    def seen(self, key: str, before: dict[str, Any] | None, subject: Leaning) -> dict[str, Any]:
        """A subject that fails now."""
        row = {
            "id": key,
            "rule_id": subject.rule_id,
            "project_id": subject.project_id,
            "subject_kind": subject.subject_kind,
            "subject_id": subject.subject_id,
            "state": "open",
            "severity": subject.severity,
            "mode": subject.mode,
            "message": subject.message,
            "value": None if subject.value is None else float(subject.value),
            "threshold": None if subject.threshold is None else float(subject.threshold),
            "opened_on": self.as_of,
            "last_seen_on": self.as_of,
            "resolved_on": None,
            "times_reopened": 0,
            "verified": True,
            "evidence": subject.evidence,
        }
        if before is None:
            self._event(key, "opened")
        elif before["state"] == "open":
            row |= {"opened_on": before["opened_on"], "times_reopened": before["times_reopened"] or 0}
            row["last_seen_on"] = max(self.as_of, before["last_seen_on"])
        elif self._same_episode(before["resolved_on"]):
            row |= {"opened_on": before["opened_on"], "times_reopened": (before["times_reopened"] or 0) + 1}
            self._event(key, "reopened")
        else:
            self._event(key, "opened", "a new episode")
        return row

    def unseen(self, row: dict[str, Any]) -> dict[str, Any]:
        """An open finding whose subject does not fail now: resolved only where that was really checked."""
        rule, project = row["rule_id"], row["project_id"]
        run = self.runs.get(rule)
        if run is None or project in run.off:
            how = "the rule is off for the project" if run else "the rule is no longer in force"
            return self._closed(row, "closed_rule_retired", "closed", how)
        if self.incomplete and (project in self.incomplete or project not in self.projects):
            return {**row, "verified": False}
        if project not in self.projects and (rule, project) not in self.outcomes and run.error is None:
            return self._closed(row, "closed_subject_gone", "closed", "the project is gone")
        outcome = self.outcomes.get((rule, project), "error")
        item = row["subject_id"] if row["subject_kind"] == "item" else None
        if outcome in ("unknown", "error") or item in run.undecided:
            return {**row, "verified": False}
        if item in run.gone:
            return self._closed(row, "closed_subject_gone", "closed", "the item is gone")
        how = "no longer fails" if outcome == "fail" else f"the check says {outcome.replace('_', ' ')}"
        return self._closed(row, "resolved", "resolved", how)

    def _closed(self, row: dict[str, Any], state: str, event: str, how: str) -> dict[str, Any]:
        self._event(row["id"], event, how)
        return {**row, "state": state, "resolved_on": self.as_of, "verified": True}

    def _same_episode(self, resolved_on: date | None) -> bool:
        return resolved_on is not None and (self.as_of - resolved_on).days <= REOPEN_DAYS

    def _event(self, key: str, event: str, how: str | None = None) -> None:
        self.events.append({"finding_id": key, "event": event, "happened_on": self.as_of, "how": how})
