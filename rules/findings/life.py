"""The life of findings: pending, opened, confirmed, resolved, reopened, closed. Pure; the same day twice gives the same
rows."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.results import Evaluation, Leaning, RuleRun, judged_id
from rules.ruleset import RuleSet

REOPEN_DAYS = 90
"""A failure that comes back within so many days is the same episode; later it is a new one."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class FindingUpdate:
    """Rows of tables `finding` (all of them, closed ones too) and `finding_event` (new ones)."""

    findings: list[dict[str, Any]]
    events: list[dict[str, Any]]


def fingerprint(
    rule_id: str, subject_kind: str, subject_id: str, discriminator: str | None = None, version: int = 1
) -> str:
    """The id of a finding: the same rule on the same subject, whatever its name, key, value or severity.

    `subject_id` holds the source and the tool's own lasting id, never a key. `version` is that of the rule's meaning.
    """
    parts = [str(version), rule_id, subject_kind, subject_id]
    parts += [discriminator] if discriminator is not None else []
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def finding_id(subject: Leaning) -> str:
    """The id of the finding that this failure is, or becomes."""
    return fingerprint(
        subject.rule_id, subject.subject_kind, subject.subject_id, subject.discriminator, subject.fingerprint_version
    )


def watched(previous: Sequence[Row]) -> dict[str, set[str]]:
    """Items with open findings, or such as may become one, by rule: what `evaluate` must tell passing, undecided and
    gone items apart for."""
    items: dict[str, set[str]] = defaultdict(set)
    for finding in previous:
        if finding["state"] in ("open", "pending") and finding["subject_kind"] == "item":
            items[finding["rule_id"]].add(finding["subject_id"])
    return dict(items)


def update_findings(
    previous: Sequence[dict[str, Any]],
    evaluation: Evaluation,
    *,
    incomplete: Collection[str] = (),
    rules: RuleSet | None = None,
    leave: Collection[str] = (),
    incomplete_others: Collection[tuple[str, str]] = (),
) -> FindingUpdate:
    """Findings after this evaluation.

    `incomplete` are projects of which a source was last read partly or not at all: nothing of theirs is resolved;
    `incomplete_others` are kind and id of other subjects of which that is so. An
    unknown or failed check keeps a finding open, with `verified` false; but what was only ever seen while a source was
    lacking is withdrawn where a check with all sources cannot tell. A rule that was not evaluated is retired, but
    for those in `leave`, whose findings stay as they are. `rules` say how long a failure waits to become a finding;
    without them it becomes one at once. Failures that wait are rows in state `pending`; one that passes leaves no row.
    Rows that stay as they are come back themselves: there may be a million, and a copy of each costs a kilobyte.
    """
    book = _Book(evaluation, frozenset([*(("project", p) for p in incomplete), *incomplete_others]), rules)
    rows = {row["id"]: _whole(row) for row in previous}
    confirmed: set[str] = set()
    for subject in evaluation.leaning:
        key = finding_id(subject)
        rows[key] = book.seen(key, rows.get(key), subject)
        confirmed.add(key)
    for key, row in list(rows.items()):
        if key in confirmed or row["rule_id"] in leave:
            continue
        if row["state"] == "open":
            rows[key] = book.unseen(row)
        elif row["state"] == "pending":
            kept = book.unripe(row)
            if kept is None:
                del rows[key]
            else:
                rows[key] = kept
    events = sorted(book.events, key=lambda e: (e["finding_id"], e["step"]))
    return FindingUpdate([rows[key] for key in sorted(rows)], events)


_BLANK: Row = dict.fromkeys(
    (
        "view", "discriminator", "first_seen_on", "times_seen", "last_verified_on", "checked_on", "reopened_on",
        "waived_by", "waived_until", "waived_days", "waived_before_days", "fix_by", "owner", "steps",
    )
)  # fmt: skip
"""What rows of an older Plumbrule lack."""


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    return row if _BLANK.keys() <= row.keys() else {**_BLANK, **row}


_OF_EPISODE = ("opened_on", "first_seen_on", "reopened_on", "waived_by", "waived_until", "fix_by")
_GOES_ON = ("open", "pending")
_COUNTS = ("times_reopened", "waived_days", "waived_before_days")


class _Book:
    """Decides about one finding at a time and writes down what happened."""

    def __init__(self, evaluation: Evaluation, incomplete: frozenset[tuple[str, str]], rules: RuleSet | None) -> None:
        self.as_of = evaluation.as_of
        self.population = evaluation.population
        self.runs: dict[str, RuleRun] = {run.rule_id: run for run in evaluation.runs}
        self.outcomes = {(r.rule_id, r.subject_id): r.outcome for r in evaluation.results}
        self.incomplete = incomplete
        self.rules = {rule.id: rule for rule in rules.known} if rules else {}
        self.events: list[dict[str, Any]] = []

    def seen(self, key: str, before: dict[str, Any] | None, subject: Leaning) -> dict[str, Any]:
        """A subject that fails now."""
        row = self._fresh(key, before, subject)
        if self._lacks_a_source(row):
            row["last_verified_on"] = before["last_verified_on"] if before and before["state"] in _GOES_ON else None
        if before is None:
            return self._ripened(row, "opened")
        if before["state"] in _GOES_ON:
            row |= {name: before[name] for name in _OF_EPISODE} | {name: before[name] or 0 for name in _COUNTS}
            row["first_seen_on"] = before["first_seen_on"] or before["opened_on"]
            row["last_seen_on"] = max(self.as_of, before["last_seen_on"])
            row["times_seen"] = (before["times_seen"] or 1) + (self.as_of > before["last_seen_on"])
            row["checked_on"] = max(self.as_of, before["checked_on"] or self.as_of)
            row["resolved_on"] = before["resolved_on"]
            return row if before["state"] == "open" else self._ripened(row, "opened")
        if self._same_episode(before["resolved_on"]):
            row |= {"opened_on": before["opened_on"], "first_seen_on": before["first_seen_on"] or before["opened_on"]}
            row["times_reopened"] = (before["times_reopened"] or 0) + 1
            row["times_seen"] = (before["times_seen"] or 1) + (self.as_of > before["last_seen_on"])
            row["waived_days"] = row["waived_before_days"] = before["waived_days"] or 0
            row["reopened_on"] = self.as_of
            self._event(row, "reopened")
            return row
        row["resolved_on"] = before["resolved_on"]
        return self._ripened(row, "opened", "a new episode")

    def _fresh(self, key: str, before: Row | None, subject: Leaning) -> dict[str, Any]:
        """The row of a failure that is seen for the first time."""
        rule = self.rules.get(subject.rule_id)
        return {
            **_BLANK,
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
            "view": rule.view if rule else None,
            "discriminator": subject.discriminator,
            "first_seen_on": self.as_of,
            "times_seen": 1,
            "last_verified_on": self.as_of,
            "checked_on": self.as_of,
            "waived_days": 0,
            "waived_before_days": 0,
            "steps": (before["steps"] if before else None) or 0,
        }

    def _ripened(self, row: dict[str, Any], event: str, how: str | None = None) -> dict[str, Any]:
        """Open once it was seen often enough and long enough, pending until then."""
        rule = self.rules.get(row["rule_id"])
        age = (self.as_of - row["first_seen_on"]).days
        if rule and (row["times_seen"] < rule.min_runs or age < rule.grace_days):
            return {**row, "state": "pending", "opened_on": None}
        row |= {"state": "open", "opened_on": self.as_of, "resolved_on": None}
        self._event(row, event, how)
        return row

    def unseen(self, row: dict[str, Any]) -> dict[str, Any]:
        """An open finding whose subject does not fail now: resolved only where that was really checked."""
        fate = self._fate(row)
        row = {**row, "checked_on": max(self.as_of, row["checked_on"] or self.as_of)}
        if fate is None:
            return {**row, "verified": False}
        state, event, how = fate
        if state != "closed_rule_retired":
            row["last_verified_on"] = self.as_of
        self._event(row, event, how)
        return {**row, "state": state, "resolved_on": self.as_of, "verified": True, "fix_by": None}

    def unripe(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """A failure that waits and is not seen now: gone without a trace, unless that could not be checked. Of an
        earlier episode its end is kept."""
        if self._fate(row) is None:
            return {**row, "verified": False, "checked_on": max(self.as_of, row["checked_on"])}
        return {**row, "state": "resolved"} if row["resolved_on"] else None

    def _fate(self, row: Row) -> tuple[str, str, str] | None:
        """State, event and reason of a failure that is not seen any more; None where it could not be checked."""
        rule, subject = row["rule_id"], judged_id(row)
        kind = "project" if row["project_id"] is not None else row["subject_kind"]
        is_there = subject in self.population(kind)
        run = self.runs.get(rule)
        if run is None:
            return "closed_rule_retired", "closed", "the rule is no longer in force"
        if self._lacks_a_source(row) or (self.incomplete and not is_there):
            return None
        if (rule, subject) not in self.outcomes and run.error is None:
            if is_there:
                return "closed_rule_retired", "closed", f"the rule is off for this {kind}"
            return "closed_subject_gone", "closed", f"the {kind} is gone"
        outcome = self.outcomes.get((rule, subject), "error")
        item = row["subject_id"] if row["subject_kind"] == "item" else None
        unclear = outcome == "unknown" or item in run.undecided
        was_sure = row["last_verified_on"] is not None or row["checked_on"] is None
        if outcome == "error" or (unclear and was_sure):
            return None
        how = "no longer fails" if outcome == "fail" else f"the check says {outcome.replace('_', ' ')}"
        how = "it was seen only while a source was lacking" if unclear else how
        gone = ("closed_subject_gone", "closed", "the item is gone")
        return gone if item in run.gone else ("resolved", "resolved", how)

    def _lacks_a_source(self, row: Row) -> bool:
        """A source of the one whom the failure is part of was last read partly or not at all."""
        kind = "project" if row["project_id"] is not None else row["subject_kind"]
        return (kind, judged_id(row)) in self.incomplete

    def _same_episode(self, resolved_on: date | None) -> bool:
        return resolved_on is not None and (self.as_of - resolved_on).days <= REOPEN_DAYS

    def _event(self, row: dict[str, Any], event: str, how: str | None = None) -> None:
        self.events.append(add_event(row, event, self.as_of, how))


def add_event(row: dict[str, Any], event: str, on: date, how: str | None = None) -> dict[str, Any]:
    """A row of `finding_event`: the next step of that finding, which counts it."""
    row["steps"] = (row["steps"] or 0) + 1
    return {"finding_id": row["id"], "event": event, "happened_on": on, "how": how, "step": row["steps"]}
