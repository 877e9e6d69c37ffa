"""A plan as a listing: a row for each write. Pure."""

from typing import Any

from plumbrule.listing import ColumnKind, Listing
from plumbrule.speech import spoken_lines
from portfolio.ports import Change
from reports.plan import Plan
from reports.plan_text import described, plan_text

_COLUMNS: dict[str, ColumnKind] = {
    "source": "text", "channel": "text", "action": "text", "target_kind": "text", "target": "text", "title": "text",
    "name": "text", "what": "text", "remote_id": "text",
}  # fmt: skip


def listing(plan: Plan) -> Listing:
    """All writes in the order of the plan. What is written in full is in the file of `plan --out`."""
    rows = [_row(change) for change in plan.changes]
    return Listing(rows, columns=_COLUMNS, prose=spoken_lines(plan_text(plan)))


def _row(change: Change) -> dict[str, Any]:
    mark = change.mark
    return {
        "source": mark.source,
        "channel": mark.channel,
        "action": change.action,
        "target_kind": mark.target_kind,
        "target": mark.target,
        "title": mark.title or None,
        "name": mark.name,
        "what": described(change),
        "remote_id": change.remote_id,
    }
