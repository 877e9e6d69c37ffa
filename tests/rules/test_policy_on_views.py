"""Policy on the documented views themselves: an org tree, conditions, evaluation and levels in one go."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from policies import RULES, header, ruleset, setting
from snapshots import item, write_snapshot

from rules.connection import Limits, open_locked, select
from rules.evaluate import evaluate
from rules.policy.force import in_force
from rules.policy.levels import level_scores
from rules.score import score

DAY = date(2026, 6, 30)


class Locked:
    """A reader over the connection that rules are evaluated on."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        return select(self.connection, sql, dict(parameters or {}))


def unit(project: str, depth: int, key: str, kind: str = "department") -> dict[str, Any]:
    return {
        "project_id": project, "stated_as": "department", "stated": "Lab", "depth": depth, "unit_key": key,
        "unit_name": key.title(), "unit_kind": kind, "owner_name": f"owner of {key}", "pmo_level": None,
    }  # fmt: skip


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    projects = [
        {"project_id": "P", "key": "INI-1", "department": "Lab", "size_class": "small"},
        {"project_id": "Q", "key": "INI-2", "department": "Lab", "size_class": "large"},
        {"project_id": "R", "key": "INI-3", "department": "Elsewhere"},
    ]
    units = [unit(p, n, k) for p in "PQ" for n, k in ((0, "lab"), (1, "science"))]
    units += [unit(p, 2, "acme", "organisation") for p in "PQ"]
    units.append({**unit("R", 0, ""), "stated": "Elsewhere", **dict.fromkeys(("unit_key", "unit_name", "unit_kind"))})
    items = [item(f"{p}1", p, idle_days=12, points=1) for p in "PQRX"]
    return write_snapshot(tmp_path / "s.duckdb", {"projects": projects, "project_units": units, "work_items": items})


def test_each_project_is_judged_by_its_own_policy(snapshot: Path) -> None:
    files = {
        "org.toml": header("organisation", owner='"Ines"') + setting("loosen_until.mode.department = 'off'"),
        "science.toml": header("department", "science") + setting("params.days = 10"),
        "lab.toml": header("department", "Lab") + setting("mode = 'off'\nselect = \"size_class = 'small'\""),
        "r.toml": header("project", "ini-3") + setting("params.days = 3\nselect = \"DATE '2026-07-01' > $as_of\""),
    }
    rules = ruleset(files)
    connection = open_locked(snapshot, Limits())
    try:
        force = in_force(rules, Locked(connection), DAY)
        assert (force.problems, force.notes) == ((), ())
        assert force.off == {"OWN-01": {"P"}}
        found = evaluate(rules, snapshot, as_of=DAY, variants=force.variants, off=force.off)
        mine = {r.project_id: r.outcome for r in found.results if r.rule_id == "OWN-01"}
        assert mine == {"Q": "fail", "R": "fail", "X": "pass"}  # 10 days, 3 days, and 14 for what is no project of ours
        scores = score(rules, [r.row() for r in found.results])
        told = level_scores(rules, Locked(connection), scores, DAY)
        assert [(x.level, x.name, x.owner, x.projects) for x in told] == [
            ("organisation", "Acme", "Ines", 3),
            ("department", "Elsewhere", None, 1),
            ("department", "Science", "owner of science", 2),
            ("department", "Lab", "owner of lab", 2),
        ]
        assert RULES[0].parameters[0].value == 14
    finally:
        connection.close()
