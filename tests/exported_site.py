"""A site whose latest check saw three small projects, for tests of what is exported from it."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from plumbrule.judging import PUBLISHED
from portfolio.model import CONTEXT, TABLES, VIEWS, ddl
from rules.selftest import fill_view

TODAY = date(2026, 5, 4)
SECRET = "Nobody outside may read this"
"""Stands in every text of the project that lies outside the scope of the report `ports`."""
FORMULA = '=HYPERLINK("https://evil.example","x")'
ROWS: dict[str, list[dict[str, Any]]] = {
    "projects": [
        {"project_id": "1", "key": "INI-1", "name": "Quay wall", "department": "Ports", "currency": "EUR",
         "budget_cost": Decimal("1000.5"), "slip_days": 40, "finish_date": date(2026, 9, 1), "is_closed": False,
         "cpi": 0.8},
        {"project_id": "2", "key": "INI-2", "name": FORMULA, "department": "Ports", "is_closed": False},
        {"project_id": "3", "key": "INI-3", "name": SECRET, "department": "Arms", "is_closed": True},
    ],
    "work_items": [
        {"item_id": "a", "project_id": "1", "source": "jira", "title": "码头 \t=1+1", "labels": ["x", "-y"],
         "estimate_hours": Decimal("8.25"), "url": "", "status": "Doing", "status_category": "in_progress"},
        {"item_id": "b", "project_id": "1", "source": "jira", "title": "Pile;=2", "labels": []},
        {"item_id": "c", "project_id": "3", "source": "jira", "title": SECRET},
    ],
    "sync_runs": [
        {"project_id": "1", "source": "jira", "complete_at": datetime(2026, 5, 4, 5, 30), "outcome": "complete"},
        {"project_id": "3", "source": SECRET, "complete_at": datetime(2026, 5, 4, 5, 30), "outcome": "complete"},
    ],
    "people": [{"person_id": "p", "name": SECRET}],
}  # fmt: skip
SETTINGS = """\
[store]
folder = "store"

[[reports]]
name = "ports"
scope = { department = "Ports" }
"""


def make_site(folder: Path, rows: dict[str, list[dict[str, Any]]] = ROWS) -> Path:
    """The configuration of a site that was checked; returns its path."""
    snapshot = folder / "store" / "snapshots" / "latest.duckdb"
    snapshot.parent.mkdir(parents=True)
    with duckdb.connect(str(snapshot)) as connection:
        fill_view(connection, CONTEXT, [{"as_of": TODAY}])
        for view in VIEWS.values():
            fill_view(connection, view, rows.get(view.name, ()))
        for name in PUBLISHED:
            connection.execute(ddl(TABLES[name]))
        connection.execute("INSERT INTO run (id) VALUES ('20260504T053000Z-0a1b2c3d')")
    config = folder / "plumbrule.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    return config
