"""A portfolio in memory, told row by row, and the documented views measured on it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb

from portfolio.model import CONTEXT, TABLES, VIEWS, ddl
from portfolio.ports import Computed, View
from rules.measures import views
from rules.measures.computed import COMPUTED

AS_OF = date(2026, 11, 23)  # a Monday
GONE = datetime(2026, 11, 1)


def measured_database() -> duckdb.DuckDBPyConnection:
    """An empty portfolio on AS_OF. Views are no part of it: each is asked for with the steps it needs (`asked`)."""
    connection = duckdb.connect()
    for table in (*TABLES.values(), CONTEXT):
        connection.execute(ddl(table))
    connection.execute("INSERT INTO context VALUES (?)", [AS_OF])
    for made in COMPUTED.values():
        connection.execute(ddl(made.returns))
    return connection


@cache
def _made() -> Mapping[str, str | Computed]:
    return dict(views())


@cache
def steps_of(sql: str, below: str = "") -> tuple[str, ...]:
    """The steps and views that a SELECT needs, each after those that it reads; only those made before `below`."""
    earlier = list(_made())
    earlier = earlier[: earlier.index(below)] if below else earlier
    words = set(re.findall(r"\b[a-z0-9_]+\b", re.sub(r"--.*", "", sql)))
    found: dict[str, None] = {}
    for name in [step for step in earlier if step in words]:
        made = _made()[name]
        for read in [made] if isinstance(made, str) else made.reads.values():
            found |= dict.fromkeys(steps_of(read, name))
        found[name] = None
    return tuple(found)


def views_for(*names: str) -> list[View]:
    """Those views and the steps they need, for `Store.measure`: all of them take a second and more."""
    needed = {step for name in names for step in steps_of(f"SELECT * FROM {name}")}
    return [(name, made) for name, made in views() if name in needed]


def asked(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """That SELECT, with every step that it needs made once; views of views would be expanded over and over."""
    steps = [(name, _made()[name]) for name in steps_of(sql)]
    parts = ", ".join(f"{name} AS MATERIALIZED (\n{made}\n)" for name, made in steps if isinstance(made, str))
    return connection.sql(f"WITH {parts} {sql}" if parts else sql)


def compute(connection: duckdb.DuckDBPyConnection, made: Computed) -> None:
    """Fill the table of a step that is a function from what its inputs are now."""
    fill(connection, made, {name: asked(connection, sql) for name, sql in made.reads.items()})


def fill(connection: duckdb.DuckDBPyConnection, made: Computed, reads: Mapping[str, duckdb.DuckDBPyRelation]) -> None:
    """The same from inputs that are there."""
    found = made.compute(**{name: read.to_arrow_table() for name, read in reads.items()})
    connection.execute(f"DELETE FROM {made.returns.name}")
    connection.register("computed_here", found)
    connection.execute(f"INSERT INTO {made.returns.name} BY NAME SELECT * FROM computed_here")
    connection.unregister("computed_here")


def rows_of(found: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    """Its rows, by names of columns."""
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


class Portfolio:
    """Stored tables and the views over them. Columns not told are null; those that must not be take the row's id."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def add(self, table: str, id: str = "", **columns: Any) -> str:
        """One row; returns its id."""
        declared = TABLES[table]
        known = set(declared.names)
        assert set(columns) <= known, set(columns) - known
        row = {c.name: id or "told" for c in declared if c.required} | columns
        if "id" in known:
            row["id"] = id
        if "source" in known and "source" not in columns:
            row["source"] = id.partition(":")[0]
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
        return id

    def initiative(self, name: str = "A", *projects: str) -> str:
        """An initiative over those source projects."""
        self.add("initiative", name, key=name, name=f"Initiative {name}")
        for project in projects:
            self.add("initiative_project", initiative_id=name, project_id=project)
        return name

    def plan(self, id: str = "plans:project:1", **columns: Any) -> str:
        """A project of a planning tool in euros, stated up to the run's day."""
        return self.add("project", id, **{"kind": "plan", "currency": "EUR", "status_date": AS_OF} | columns)

    def tracker(self, id: str = "jira:project:1", **columns: Any) -> str:
        """A project of a tracker."""
        return self.add("project", id, **{"kind": "tracker"} | columns)

    def item(self, id: str, project: str, **columns: Any) -> str:
        """A work item, a task unless told otherwise."""
        return self.add("work_item", id, **{"project_id": project, "kind": "task"} | columns)

    def baselined(self, item: str, project: str, **columns: Any) -> str:
        """Baseline 0 of a work item."""
        told = {"owner_kind": "work_item", "owner_id": item, "project_id": project, "number": 0}
        return self.add("baseline", f"{item}:0", **told | {"source": item.partition(":")[0]} | columns)

    def person(self, name: str, *accounts: str, **columns: Any) -> str:
        """A human with those logins; `columns` go to every login."""
        self.add("person", f"person:{name}", name=name)
        for account in accounts:
            self.add("account", account, **{"name": name, "kind": "human", "active": True} | columns)
            self.add("account_person", account_id=account, person_id=f"person:{name}")
        return f"person:{name}"

    def view(self, name: str) -> list[dict[str, Any]]:
        """All rows of a documented view."""
        sql = f"SELECT * FROM {name}"
        for step in steps_of(sql):
            if step in COMPUTED:
                compute(self.connection, COMPUTED[step])
        return rows_of(asked(self.connection, sql))

    def all_views(self) -> dict[str, duckdb.DuckDBPyRelation]:
        """Every documented view, each step made once for all of them; until the transaction is rolled back."""
        for name, made in views():
            if isinstance(made, str):
                self.connection.execute(f"CREATE TEMP TABLE {name} AS {made}")
            else:
                fill(self.connection, made, {read: self.connection.sql(sql) for read, sql in made.reads.items()})
        return {name: self.connection.sql(f"SELECT * FROM {name}") for name in VIEWS}

    def one(self, name: str, **where: Any) -> dict[str, Any]:
        """The only row of a view with those values."""
        rows = [r for r in self.view(name) if all(r[k] == v for k, v in where.items())]
        assert len(rows) == 1, rows
        return rows[0]


def simple_plan(told: Portfolio, *tasks: tuple[Any, float, float, Any], **plan: Any) -> str:
    """One initiative with one plan of tasks given as (baseline cost, planned part, done part, actual cost).

    The planned part comes about through baseline dates: work days gone out of ten.
    """
    told.initiative("A", told.plan(**plan))
    finish_of_part = {1.0: "2026-11-20", 0.0: "2027-01-29"}
    for number, (cost, planned, done, actual) in enumerate(tasks):
        task = f"plans:item:{number}"
        told.item(task, "plans:project:1", is_active=True, is_summary=False, complete_ratio=done, actual_cost=actual)
        told.baselined(
            task,
            "plans:project:1",
            cost=cost,
            work_hours=0,
            start_date=date(2026, 11, 9) if planned else date(2027, 1, 4),
            finish_date=date.fromisoformat(finish_of_part[planned]),
        )
    return "A"


def money(text: str) -> Decimal:
    """A decimal, for comparing."""
    return Decimal(text)
