"""The difference between what should stand in other tools and what we wrote there last. Pure.

The publication ledger is the only memory: what it does not list was not written by us and is never changed or removed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portfolio.errors import InternalError, PlanRefused
from portfolio.ports import Change, Mark, Receipt, Row

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Plan:
    """Every remote write that one run intends, and what it was made against."""

    as_of: datetime
    changes: tuple[Change, ...]
    ledger_digest: str
    config_digest: str


def content_hash(mark: Mark) -> str:
    """sha256 of the mark's canonical JSON; titles for people are not part of it."""
    return _digest([mark.channel, mark.source, mark.target_kind, mark.target, mark.name, mark.body])


def make_plan(
    desired: Iterable[Mark], publications: Iterable[Row], *, as_of: datetime, config_digest: str = ""
) -> Plan:
    """The writes that turn what the ledger lists into what is desired; nothing where both agree.

    A row that is still pending may or may not have arrived, so it is written again. Raises InternalError where two
    different marks are desired in one place.
    """
    rows = {_row_key(row): row for row in publications}
    wanted = _unique(desired)
    changes = [_write(mark, rows.get(key)) for key, mark in wanted.items()]
    removed = [_removal(row) for key, row in rows.items() if key not in wanted]
    kept = sorted([c for c in changes if c is not None] + removed, key=lambda c: mark_key(c.mark))
    return Plan(as_of, tuple(kept), ledger_digest(rows.values()), config_digest)


def check_drift(plan: Plan, publications: Iterable[Row], config_digest: str | None = None) -> None:
    """Raises PlanRefused when the ledger or the configuration is not the one that the plan was made against."""
    remedy = "Make a new plan and look at it again."
    if plan.ledger_digest != ledger_digest(publications):
        raise PlanRefused(
            "something was written since this plan was made", code="plan.drift", remedy=remedy, why="the ledger changed"
        )
    if config_digest is not None and plan.config_digest != config_digest:
        raise PlanRefused("the configuration changed since this plan was made", code="plan.config", remedy=remedy)


def check_size(plan: Plan, most: int) -> None:
    """Raises PlanRefused for a plan of more than `most` changes: a mistake in a rule should not reach every item."""
    if len(plan.changes) > most:
        raise PlanRefused(
            f"the plan has {len(plan.changes)} changes; at most {most} are allowed",
            code="plan.size",
            remedy=f"Look at the plan, then allow it with --max-changes {len(plan.changes)}.",
        )


def publications_before(
    publications: Iterable[Row], changes: Iterable[Change], as_of: datetime
) -> list[dict[str, Any]]:
    """The whole ledger as it must stand before the first write: everything in the plan is pending.

    A run that dies in the middle is thereby known to have possibly written it.
    """
    rows = {_row_key(row): dict(row) for row in publications}
    for change in changes:
        rows[mark_key(change.mark)] = _ledger_row(change, change.remote_id, "pending", as_of)
    return [rows[key] for key in sorted(rows)]


def publications_after(
    publications: Iterable[Row], receipts: Iterable[Receipt], as_of: datetime
) -> list[dict[str, Any]]:
    """The whole ledger after the receipts: confirmed writes are done, confirmed removals gone, failures pending."""
    rows = {_row_key(row): dict(row) for row in publications}
    for receipt in receipts:
        key = mark_key(receipt.change.mark)
        if receipt.error is not None:
            rows.setdefault(key, _ledger_row(receipt.change, receipt.remote_id, "pending", as_of))
        elif receipt.change.action == "remove":
            rows.pop(key, None)
        else:
            rows[key] = _ledger_row(receipt.change, receipt.remote_id, "done", as_of)
    return [rows[key] for key in sorted(rows)]


def ledger_digest(publications: Iterable[Row]) -> str:
    """Digest of what we believe to stand in other tools; the order of rows and the times of writing do not matter."""
    return _digest(sorted([*_row_key(row), row["content_hash"], row["state"]] for row in publications))


def mark_key(mark: Mark) -> Key:
    """What identifies a mark: the key of its ledger row."""
    return (mark.channel, mark.source, mark.target_kind, mark.target, mark.name)


def _unique(desired: Iterable[Mark]) -> dict[Key, Mark]:
    wanted: dict[Key, Mark] = {}
    for mark in desired:
        other = wanted.setdefault(mark_key(mark), mark)
        if content_hash(other) != content_hash(mark):
            raise InternalError(
                f"two different marks are meant for {mark.channel} {mark.name} on {mark.target}",
                code="plan.conflict",
                remedy="Please report this with the plan's input.",
            )
    return wanted


def _write(mark: Mark, row: Row | None) -> Change | None:
    digest = content_hash(mark)
    if row is None:
        return Change("create", mark, digest)
    if row["state"] == "done" and row["content_hash"] == digest:
        return None
    return Change("update", mark, digest, row["remote_id"])


def _removal(row: Row) -> Change:
    mark = Mark(row["channel"], row["source"], row["target_kind"], row["target"], row["name"], None)
    return Change("remove", mark, row["content_hash"], row["remote_id"])


def _ledger_row(change: Change, remote_id: str | None, state: str, as_of: datetime) -> dict[str, Any]:
    mark = change.mark
    return {
        "channel": mark.channel,
        "source": mark.source,
        "target_kind": mark.target_kind,
        "target": mark.target,
        "name": mark.name,
        "content_hash": change.content_hash,
        "remote_id": remote_id,
        "state": state,
        "written_at": as_of,
    }


def _row_key(row: Row) -> Key:
    return (row["channel"], row["source"], row["target_kind"], row["target"], row["name"])


def _digest(value: Sequence[Any] | Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
