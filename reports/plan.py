"""The difference between what should stand in other tools and what we wrote there last. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from portfolio.counted import counted
from portfolio.errors import InternalError, PlanRefused
from portfolio.ports import Change, Mark, Row
from reports.publications import Key, content_hash, ledger_digest, mark_key, row_key

WRITTEN_ONCE = frozenset({"finding_issue"})
"""Channels whose content is never written again: an issue belongs to its owner once it exists."""
SENT_ONCE = "message"
"""The channel of what cannot be changed or taken back, nor found again: what may have arrived is not sent
again, unless the receiver can look it up."""


@dataclass(frozen=True)
class Plan:
    """Every remote write that one run intends, and what it was made against. `deferred` writes wait for later runs."""

    as_of: datetime
    changes: tuple[Change, ...]
    ledger_digest: str
    config_digest: str
    deferred: int = 0


def make_plan(
    desired: Iterable[Mark],
    publications: Iterable[Row],
    *,
    as_of: datetime,
    config_digest: str = "",
    most: int | None = None,
    create_again: bool = False,
    held: Collection[tuple[str, str]] = (),
    findable: Collection[str] = (),
) -> Plan:
    """The writes that turn what the ledger lists into what is desired; nothing where both agree.

    A row that is still pending may or may not have arrived, so it is written again, but for a message. With `most`, so
    many are planned: removals first, then the most severe and oldest. What somebody deleted stays away, unless
    `create_again`. `held` are pages, by receiver and name, that stand as they are today. `findable` are receivers
    that look a message up before they send it again. Raises InternalError where two different marks are desired in one
    place.
    """
    rows = {row_key(row): row for row in publications}
    wanted = _unique(desired)
    changes = [_write(mark, rows.get(key), create_again, findable) for key, mark in wanted.items()]
    removed = [_removal(row) for key, row in rows.items() if key not in wanted and not _stays(row, held)]
    found = [c for c in changes if c is not None] + removed
    first = found if most is None or len(found) <= most else sorted(found, key=_urgency)[:most]
    kept = sorted(first, key=lambda c: mark_key(c.mark))
    return Plan(as_of, tuple(kept), ledger_digest(rows.values()), config_digest, len(found) - len(kept))


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
    """Raises PlanRefused for more than `most` changes, deferred ones counted: a mistake in a rule should not reach
    every item, however slowly."""
    total = len(plan.changes) + plan.deferred
    if total > most:
        raise PlanRefused(
            f"the plan has {counted(total, 'change')}; at most {most} {'is' if most == 1 else 'are'} allowed",
            code="plan.size",
            remedy=f"Look at the plan, then allow it with --max-changes {total}.",
        )


def _unique(desired: Iterable[Mark]) -> dict[Key, Mark]:
    wanted: dict[Key, Mark] = {}
    for mark in desired:
        other = wanted.setdefault(mark_key(mark), mark)
        if other is not mark and content_hash(other) != content_hash(mark):
            raise InternalError(
                f"two different marks are meant for {mark.channel} {mark.name} on {mark.target}",
                code="plan.conflict",
                remedy="Please report this with the plan's input.",
            )
    return wanted


def _write(mark: Mark, row: Row | None, create_again: bool, findable: Collection[str]) -> Change | None:
    digest = content_hash(mark)
    if row is None or (row["state"] == "gone" and create_again):
        return Change("create", mark, digest)
    if row["state"] == "gone" or (mark.channel == SENT_ONCE and not _is_doubtful(row, findable)):
        return None
    if row["state"] == "done" and (row["content_hash"] == digest or mark.channel in WRITTEN_ONCE):
        return None
    return Change("update", mark, digest, row["remote_id"])


def _is_doubtful(row: Row, findable: Collection[str]) -> bool:
    """Whether nobody knows what became of a message, and its receiver can find out."""
    return row["state"] == "pending" and row["source"] in findable


def _stays(row: Row, held: Collection[tuple[str, str]]) -> bool:
    return row["channel"] == SENT_ONCE or (row["channel"] == "page" and (row["source"], row["name"]) in held)


def _removal(row: Row) -> Change:
    mark = Mark(row["channel"], row["source"], row["target_kind"], row["target"], row["name"], None)
    return Change("remove", mark, row["content_hash"], row["remote_id"])


def _urgency(change: Change) -> tuple[bool, str, Key]:
    return (change.action != "remove", change.mark.order, mark_key(change.mark))
