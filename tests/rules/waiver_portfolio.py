"""A small portfolio with what waivers are held against, for tests."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from snapshots import item, write_snapshot

from portfolio.model import TABLES
from portfolio.model.derive import ddl
from rules.connection import select
from rules.ruleset import RuleSet
from rules.waivers import Register, Subject, Waiver, registered

DAY = date(2026, 11, 23)
PROJECTS = [
    {"project_id": "initiative:INI-01", "key": "INI-01", "name": "One", "size_class": "small"},
    {"project_id": "initiative:INI-02", "key": "INI-02", "name": "Two", "size_class": "large"},
]
PAY = {"source": "jira", "source_project_id": "jira:project:9"}
SHOP = {"source": "jira", "source_project_id": "jira:project:8"}
ITEMS = [
    item("jira:issue:1", "initiative:INI-01", key="PAY-1", source="jira", source_project_id="jira:project:9", points=8),
    item(
        "jira:issue:2", "initiative:INI-02", key="SHOP-2", source="jira", source_project_id="jira:project:8", points=1
    ),
]
TICKET = item("jira:issue:88", "initiative:INI-02", key="PMO-88", source="jira", source_project_id="jira:project:8")


class Snapshot:
    """A file of documented views, and the ledger tables that waivers of tools stand in."""

    def __init__(self, path: Path, records: Iterable[Mapping[str, Any]] = (), items: Iterable[Any] = (*ITEMS, TICKET)):
        write_snapshot(path, {"projects": PROJECTS, "work_items": list(items)})
        self.connection = duckdb.connect(str(path))
        for name in ("waiver", "initiative_project"):
            self.connection.execute(ddl(TABLES[name]))
        self.connection.execute(
            "INSERT INTO initiative_project VALUES ('initiative:INI-02', 'jira:project:8', 'key', NULL, NULL)"
        )
        for record in records:
            names = ", ".join(record)
            marks = ", ".join("?" for _ in record)
            self.connection.execute(f"INSERT INTO waiver ({names}) VALUES ({marks})", list(record.values()))

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        return select(self.connection, sql, dict(parameters or {}))


ONE = Subject("project", "INI-01")


def waiver(name: str = "W-1", subject: Subject | None = ONE, **changes: Any) -> Waiver:
    made = Waiver(
        name, ("SCH-06",), (), subject, "because", "pm", "pmo", "PMO-1", date(2026, 11, 1), date(2026, 12, 31),
        place="waivers.toml:1",
    )  # fmt: skip
    return replace(made, **changes)


def finding(
    name: str = "f1", rule: str = "SCH-06", project: str = "initiative:INI-01", **changes: Any
) -> dict[str, Any]:
    basic = {"id": name, "rule_id": rule, "project_id": project, "subject_kind": "project", "subject_id": project}
    return {**basic, "state": "open", "value": 0.1, "threshold": 0.05, **changes}


ITEM = {"subject_kind": "item", "subject_id": "jira:issue:1"}


def held(snapshot: Snapshot, rules: RuleSet, *waivers: Waiver, on: date = DAY) -> Register:
    return registered(waivers, snapshot, rules, on)
