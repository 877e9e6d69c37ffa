"""A site with a pack of its own, and what a check of two small projects published: for tests of the rules commands."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from plumbrule.judging import PUBLISHED
from portfolio.model import TABLES, VIEWS, arrow_schema
from rules.evaluate import evaluate
from rules.findings import update_findings
from rules.load import load_rules
from rules.selftest import fill_view

DAY = date(2026, 6, 30)
OWN = """schema = 1
[pack]
id = "ours"
title = "Ours"

[[rule]]
id = "OWN-01"
title = "Large items"
level = "item"
view = "work_items"
fail_when = "points > $most"
value = "points"
limit = "most"
severity = "low"
family = "OWN"
dimension = "quality"
message = "{key} has {points} points; limit {most}."
why = "because"
fix = "split it"
[rule.params]
most = { type = "int", default = 3, min = 1 }
[[rule.test]]
name = "four points"
given.work_items = [{ project_id = "P", item_id = "A", points = 4 }]
expect = [{ subject = "P", outcome = "fail" }]
"""


def publish(folder: Path) -> Path:
    """A published snapshot in that folder, as `plumbrule check` leaves it."""
    path = folder / "latest.duckdb"
    (path.parent / "ours.toml").write_text(OWN, encoding="utf-8")
    given: dict[str, list[dict[str, Any]]] = {
        "projects": [
            {"project_id": "initiative:INI-1", "key": "INI-1", "name": "Bridge", "phase": "plan", "is_closed": False},
            {"project_id": "initiative:INI-2", "key": "INI-2", "name": "Road", "phase": "plan", "is_closed": False},
        ],
        "work_items": [
            {"project_id": "initiative:INI-1", "item_id": "jira:issue:1", "key": "BR-1", "title": "Pour", "points": 8},
            {"project_id": "initiative:INI-2", "item_id": "jira:issue:2", "key": "RO-1", "title": "Dig", "points": 2},
        ],
        "sync_runs": [
            {
                "project_id": "initiative:INI-1",
                "source": "jira",
                "complete_at": datetime(2026, 6, 30, 6),
                "age_hours": 1,
            }
        ],
    }
    with duckdb.connect(str(path)) as connection:
        for view in VIEWS.values():
            fill_view(connection, view, given.get(view.name, ()))
        connection.execute("CREATE TABLE context AS SELECT DATE '2026-06-30' AS as_of")
    rules = load_rules([path.parent])
    evaluation = evaluate(rules, path, as_of=DAY)
    update = update_findings([], evaluation)
    absent = {"source": "jira", "table_name": "risk", "column_name": "response", "state": "not_available"}
    rows: dict[str, list[Any]] = {
        "rule_result": [r.row() for r in evaluation.results],
        "finding": update.findings,
        "finding_event": update.events,
        "capability": [absent],
        "source_state": [{"source": "jira", "kind": "jira_cloud"}],
    }
    with duckdb.connect(str(path)) as connection:
        for name in PUBLISHED:
            connection.register("incoming", pa.Table.from_pylist(rows.get(name, []), schema=arrow_schema(TABLES[name])))
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
    return path
