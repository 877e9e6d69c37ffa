"""The ledger of what we wrote into other tools, as whole tables before and after a run's writes. Pure.

It is the only memory of our writes: what it does not list was not written by us and is never changed or removed. A row
is *pending* from before a write is tried until the tool confirms it, so a run that is killed in between leaves a row
that says: this may have arrived.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from portfolio.ports import Change, Mark, Receipt, Row

Key = tuple[str, str, str, str, str]
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
"""Made once: json.dumps would make one for every mark."""


def mark_key(mark: Mark) -> Key:
    """What identifies a mark: the key of its ledger row."""
    return (mark.channel, mark.source, mark.target_kind, mark.target, mark.name)


def row_key(row: Row) -> Key:
    """The same of a ledger row."""
    return (row["channel"], row["source"], row["target_kind"], row["target"], row["name"])


def content_hash(mark: Mark) -> str:
    """sha256 of the mark's canonical JSON. Titles for people and what is dated are not part of it."""
    return digest([mark.channel, mark.source, mark.target_kind, mark.target, mark.name, mark.body])


def ledger_digest(publications: Iterable[Row]) -> str:
    """Digest of what we believe to stand in other tools; the order of rows and the times of writing do not matter."""
    return digest(sorted([*row_key(row), row["content_hash"], row["state"]] for row in publications))


def publications_before(
    publications: Iterable[Row], changes: Iterable[Change], as_of: datetime
) -> list[dict[str, Any]]:
    """The whole ledger as it must stand before the first write: everything in the plan is pending.

    A run that dies in the middle is thereby known to have possibly written it.
    """
    rows = {row_key(row): dict(row) for row in publications}
    for change in changes:
        rows[mark_key(change.mark)] = _row(change, _may_be_there(change), "pending", as_of)
    return [rows[key] for key in sorted(rows)]


def publications_after(
    publications: Iterable[Row], receipts: Iterable[Receipt], as_of: datetime
) -> list[dict[str, Any]]:
    """The whole ledger after the receipts: confirmed writes are done, confirmed removals gone, failures pending.

    Where it is certain that a failed creation wrote nothing, its row goes: there is nothing that may be ours.
    """
    rows = {row_key(row): dict(row) for row in publications}
    for receipt in receipts:
        change = receipt.change
        key = mark_key(change.mark)
        if receipt.error is None and change.action == "remove":
            rows.pop(key, None)
        elif receipt.error is None:
            rows[key] = _row(change, receipt.remote_id, "done", as_of)
        elif receipt.unwritten and change.action == "create":
            rows.pop(key, None)
        elif receipt.unwritten:
            rows[key] = _row(change, change.remote_id, "pending", as_of)
        else:
            rows.setdefault(key, _row(change, receipt.remote_id, "pending", as_of))
    return [rows[key] for key in sorted(rows)]


def publications_reviewed(
    publications: Iterable[Row], reviewed: Iterable[Row], gone: Iterable[Row]
) -> list[dict[str, Any]]:
    """The whole ledger after a look at these rows: what is not there any more is gone, the others are done."""
    rows = {row_key(row): dict(row) for row in publications}
    missing = {row_key(row) for row in gone}
    for row in reviewed:
        key = row_key(row)
        if rows[key]["state"] != "pending":
            rows[key]["state"] = "gone" if key in missing else "done"
    return [rows[key] for key in sorted(rows)]


def digest(value: Sequence[Any] | Mapping[str, Any]) -> str:
    """sha256 of the value's canonical JSON."""
    return hashlib.sha256(_CANONICAL.encode(value).encode()).hexdigest()


def _may_be_there(change: Change) -> str | None:
    """The tool's id; of a field, every value that may stand there and be ours once the write has been tried."""
    if change.mark.channel != "field" or change.mark.body is None:
        return change.remote_id
    intended = [*change.mark.body["options"], change.mark.body["text"]]
    return "\n".join(dict.fromkeys([*(change.remote_id or "").splitlines(), *intended]))


def _row(change: Change, remote_id: str | None, state: str, as_of: datetime) -> dict[str, Any]:
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
