"""Snapshot files with hand-written rows of documented views."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from portfolio.model import VIEWS
from rules.selftest import fill_view

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def write_snapshot(path: Path, given: Rows) -> Path:
    """Every documented view, empty unless given."""
    with duckdb.connect(str(path)) as connection:
        for view in VIEWS.values():
            fill_view(connection, view, given.get(view.name, ()))
    return path


def item(item_id: str, project: str = "P", **values: Any) -> dict[str, Any]:
    """A tracker item in progress that nobody owns, unless said otherwise."""
    basic = {
        "origin": "tracker",
        "status_category": "in_progress",
        "kind": "task",
        "key": item_id,
        "title": f"Item {item_id}",
    }
    return {"project_id": project, "item_id": item_id, **basic, **values}
