"""Rows of table `waiver_state`: every waiver as a check found it. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from rules.findings import Waived
from rules.waivers.register import Register
from rules.waivers.standing import Standing

Row = Mapping[str, Any]


def state_rows(
    register: Register, findings: Sequence[Row], covered: Mapping[str, Waived], previous: Sequence[Row]
) -> list[dict[str, Any]]:
    """One row for each waiver and project or other subject that answers for it. `previous` are the rows of the check
    before; those of an older Plumbrule are of projects and name no kind."""
    before = {
        (row["waiver_id"], row["subject_kind"] or "project", row["subject_id"] or row["project_id"]): row
        for row in previous
    }
    by_rule: dict[str, list[Row]] = defaultdict(list)
    for finding in findings:
        if finding["state"] == "open":
            by_rule[finding["rule_id"]].append(finding)
    rows = []
    for one in register.standings:
        held = [f for rule in sorted(one.rules) for f in by_rule.get(rule, ()) if one.reach.holds(f)]
        for kind, subject in one.subjects:
            own = [f for f in held if _is_of(f, kind, subject)]
            hits = [f for f in own if f["id"] in covered and covered[f["id"]].waiver_id == one.waiver.id]
            told = subject if subject is not None else _as_written(one)
            rows.append(
                _row(
                    register,
                    one,
                    (kind, told),
                    open_findings=len(own),
                    hits=len(hits),
                    before=before.get((one.waiver.id, kind, told)),
                )
            )
    return rows


def _as_written(one: Standing) -> str:
    """In place of the id of a subject that exists nowhere: the store's keys are never null."""
    return one.waiver.subject.text if one.waiver.subject else ""


def _is_of(finding: Row, kind: str, subject: str | None) -> bool:
    """The finding is of that project, or about that other subject."""
    if kind == "project":
        return bool(finding["project_id"] == subject)
    return bool((finding["subject_kind"], finding["subject_id"]) == (kind, subject))


def _row(
    register: Register,
    one: Standing,
    subject: tuple[str, str],
    *,
    open_findings: int,
    hits: int,
    before: Row | None,
) -> dict[str, Any]:
    w, (kind, subject_id) = one.waiver, subject
    return {
        "waiver_id": w.id,
        "project_id": subject_id if kind == "project" else None,
        "subject_kind": kind,
        "subject_id": subject_id,
        "item_id": w.item_id,
        "place": w.place,
        "rules": w.said_rules or None,
        "subject": w.subject.text if w.subject else None,
        "reason": w.reason,
        "requested_by": w.requested_by,
        "approved_by": w.approved_by,
        "ticket": w.ticket,
        "compensating": w.compensating,
        "starts_on": w.starts,
        "expires_on": w.expires,
        "ends_on": one.ends_on,
        "state": one.state,
        "problem": w.problem,
        "length_days": w.length_days,
        "allowed_days": one.allowed_days,
        "self_approved": w.self_approved,
        "renewals": one.renewals,
        "renewed": one.renewed,
        "matches": one.matches,
        "covered_findings": hits,
        "open_findings": open_findings,
        "first_checked_on": before["first_checked_on"] if before else register.as_of,
        "last_needed_on": register.as_of if hits else before["last_needed_on"] if before else None,
    }
