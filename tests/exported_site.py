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
         "estimate_hours": Decimal("8.25"), "url": "", "status": "Doing", "status_category": "in_progress",
         "assignee_id": "P", "assignee_name": "Grace Example", "due_date": date(9999, 12, 31)},
        {"item_id": "b", "project_id": "1", "source": "JIRA", "title": "Pile;=2", "labels": [], "status": "doing ",
         "status_category": "in_progress", "is_milestone": True, "due_date": date(2026, 4, 1),
         "baseline_finish_date": date(2026, 3, 1)},
        {"item_id": "c", "project_id": "3", "source": "jira", "title": SECRET},
    ],
    "sync_runs": [
        {"project_id": "1", "source": "jira", "complete_at": datetime(2026, 5, 4, 5, 30), "outcome": "complete"},
        {"project_id": "3", "source": SECRET, "complete_at": datetime(2026, 5, 4, 5, 30), "outcome": "complete"},
    ],
    "time_entries": [
        {"entry_id": "t", "project_id": "1", "person_id": "p", "person_name": "Grace Example", "hours": Decimal("2.5"),
         "spent_on": date(2026, 5, 1)},
        {"entry_id": "u", "project_id": "3", "person_id": SECRET, "person_name": SECRET, "hours": Decimal("7.5"),
         "spent_on": date(2026, 5, 1)},
    ],
    "department_projects": [
        {"department_id": "ports", "depth": 0, "project_id": "1", "department": "Ports"},
        {"department_id": "ports", "depth": 0, "project_id": "2", "department": "Ports"},
        {"department_id": "arms", "depth": 0, "project_id": "3", "department": SECRET},
    ],
    "departments": [{"department_id": "ports", "name": "Ports and quays", "owner_name": "Alan Example"}],
    "people": [{"person_id": "q", "name": SECRET}],
}  # fmt: skip
LEDGER: dict[str, list[dict[str, Any]]] = {
    "finding": [
        {"id": "f1", "rule_id": "SCO-01", "project_id": "1", "subject_kind": "project", "subject_id": "1",
         "state": "open", "severity": "high", "mode": "enforce", "message": "Scope has grown",
         "opened_on": date(2026, 4, 1), "last_seen_on": TODAY, "fix_by": date(2026, 5, 1)},
        {"id": "f2", "rule_id": "OLD-99", "project_id": "3", "subject_kind": "item", "subject_id": "c",
         "state": "open", "severity": "low", "mode": "enforce", "message": SECRET, "last_seen_on": TODAY},
        {"id": "f3", "rule_id": "PMO-01", "subject_kind": "organisation", "subject_id": SECRET, "state": "open",
         "severity": "low", "mode": "enforce", "message": SECRET, "last_seen_on": TODAY},
    ],
    "project_snapshot": [
        {"project_id": p, "taken_on": TODAY, "measure": m, "value": v}
        for p, m, v in (("1", "score", 0.5), ("1", "computed_status", 3.0), ("3", "score", 0.9))
    ],
    "level_score": [{"level": "organisation", "unit": "", "taken_on": TODAY, "name": SECRET, "score": 0.7}],
    "run": [{"id": "20260504T053000Z-0a1b2c3d"}],
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
        for name, kept in LEDGER.items():
            for row in kept:
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    config = folder / "plumbrule.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    return config
