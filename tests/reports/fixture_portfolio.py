"""A portfolio of twelve invented projects, answered from an in-memory database shaped by the documented views."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
from portfolio_basics import AS_OF, LETTERS, PROJECTS, REASONS, day, initiative

from portfolio.model import TABLES, VIEWS, Table, ddl
from reports.facts import LEDGER_TABLES_READ
from reports.inputs import DIMENSIONS, LevelScore, PortfolioScore, Previous, ProjectHealth, Reason, RuleText, Score

LEDGER = (*LEDGER_TABLES_READ, "run")


class MemoryReader:
    """The Reader port over an in-memory database with the documented views as plain tables."""

    def __init__(self, rows: Mapping[str, Iterable[Mapping[str, Any]]] | None = None) -> None:
        self._connection = duckdb.connect()
        tables: dict[str, Table] = {**VIEWS, **{name: TABLES[name] for name in LEDGER}}
        for table in tables.values():
            self._connection.execute(ddl(Table(table.name, table.doc, _optional(table), table.key)))
        for name, found in (rows or {}).items():
            self._insert(tables[name], list(found))

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        result = self._connection.execute(sql, dict(parameters) if parameters else None)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def close(self) -> None:
        self._connection.close()

    def _insert(self, table: Table, rows: list[Mapping[str, Any]]) -> None:
        unknown = {name for row in rows for name in row} - set(table.names)
        assert not unknown, (table.name, unknown)
        if not rows:
            return
        names = sorted({name for row in rows for name in row})
        one = f"({', '.join('?' * len(names))})"
        for at in range(0, len(rows), 200):  # one statement for many rows: their cost is per statement
            chunk = rows[at : at + 200]
            sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES {', '.join([one] * len(chunk))}"
            self._connection.execute(sql, [row.get(name) for row in chunk for name in names])


def _optional(table: Table) -> tuple[Any, ...]:
    from dataclasses import replace

    return tuple(replace(column, required=False) for column in table)


RULES = (
    ("BUD-03", "Estimate at completion within the baseline", "cost", "critical"),
    ("BUD-04", "Cost performance on track", "cost", "medium"),
    ("SCH-06", "Finish within tolerance", "schedule", "high"),
    ("SCH-14", "Due tasks are done", "schedule", "medium"),
    ("SCO-02", "Scope grows by change request only", "scope", "high"),
    ("RES-02", "Nobody planned beyond capacity", "resources", "high"),
    ("PRO-07", "Gates are passed by a named person", "compliance", "high"),
    ("HYG-03", "Work in progress has an assignee", "compliance", "low"),
)


def _levels(history: tuple[tuple[date, Decimal], ...]) -> tuple[LevelScore, ...]:
    """The organisation, a department in another one, and a programme of which too little could be judged."""
    d = Decimal
    return (
        LevelScore("organisation", "", None, 0, "Ines Kramer", "directive", 12, 11, d("0.81"), d("0.91"), "B",
                   d("0.55"), 3, history=history),
        LevelScore("department", "ops", "Operations", 0, None, "controlling", 5, 5, d("0.9"), d("0.95"), "C",
                   d("0.7"), 1),
        LevelScore("department", "lab", "Laboratory", 1, "Olga Brandt", "controlling", 2, 2, d("1"), d("0.7"), "A",
                   d("1"), 0),
        LevelScore("programme", "new", "<b>New</b>", 0, None, None, 1, 1, d("0.4"), d("0.5"), "insufficient data",
                   d("0.4"), 0),
    )  # fmt: skip


def inputs() -> dict[str, Any]:
    """What the roof hands over beside the snapshot."""
    health = {
        initiative(key): ProjectHealth(
            project_id=initiative(key),
            computed=computed,
            dimensions={d: LETTERS[c] for d, c in zip(DIMENSIONS, letters, strict=True)},  # type: ignore[misc]
            reasons=tuple(Reason(*reason) for reason in REASONS.get(key, ())),
        )
        for key, _n, _p, _m, _s, _r, computed, letters in PROJECTS
    }
    scores = {
        initiative(row[0]): Score(Decimal("0.95") - Decimal(n) / 40, None, Decimal("0.88"))
        for n, row in enumerate(PROJECTS)
        if row[6] != "unknown"
    }
    values = ("0.79", "0.78", "0.80", "0.81", "0.80", "0.82", "0.83", "0.81", "0.82", "0.84", "0.83", "0.81")
    monday = day("2026-11-23")
    history = tuple((monday - timedelta(weeks=11 - n), Decimal(v)) for n, v in enumerate(values))
    return {
        "as_of": AS_OF,
        "compared_with": day("2026-11-16"),
        "title": "Portfolio status",
        "health": health,
        "scores": scores,
        "portfolio_score": PortfolioScore(Decimal("0.81"), Decimal("0.84"), Decimal("0.91"), history),
        "levels": _levels(history),
        "rule_texts": {
            r: RuleText(r, title, f"Why {title.lower()} matters.", "Bring it back in line, or ask for a waiver.", d, s)
            for r, title, d, s in RULES
        },
        "previous": {
            initiative("INI-01"): Previous(initiative("INI-01"), "amber", 50),
            initiative("INI-02"): Previous(initiative("INI-02"), "red", 41),
            initiative("INI-08"): Previous(initiative("INI-08"), "amber", 0),
        },
    }
