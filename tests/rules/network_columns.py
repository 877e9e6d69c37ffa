"""Rows of plans through the step that computes their networks, as columns in and rows out."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from rules.measures.network.rows import LinkRow, PlanRow, TaskRow
from rules.measures.network.step import NETWORK

Told = tuple[PlanRow, Sequence[TaskRow], Sequence[LinkRow]]


def table(kind: type[Any], rows: Iterable[Any]) -> pa.Table:
    """Rows as columns of the names of `kind`."""
    held = list(rows)
    return pa.table({name: [getattr(row, name) for row in held] for name in kind._fields})


def columns(told: Iterable[Told]) -> dict[str, pa.Table]:
    """What the step takes, without calendars."""
    plans = list(told)
    of_days = ("calendar_id", "weekday", "starts_on", "ends_on", "is_working", "minutes", "shifts")
    return {
        "plans": table(PlanRow, [one[0] for one in plans]),
        "tasks": table(TaskRow, [row for one in plans for row in one[1]]),
        "links": table(LinkRow, [row for one in plans for row in one[2]]),
        "calendars": pa.table({"id": [], "base_id": []}),
        "calendar_days": pa.table({name: [] for name in of_days}),
    }


def through_the_step(told: Iterable[Told]) -> list[dict[str, Any]]:
    """Its rows, in the order of project and item."""
    found = NETWORK.compute(**columns(told)).to_pylist()
    return sorted(found, key=lambda row: (row["source_project_id"], row["item_id"] or ""))
