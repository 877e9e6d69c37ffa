"""`DataverseSite`: an in-memory Dataverse environment. Values are plain Python; instants are UTC."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Literal

from sandbox.dataverse.schema import TABLES, Column, Table

Value = str | int | float | bool | datetime | date | None
Row = dict[str, Value]
Depth = Literal["organization", "user"]

START = datetime(2026, 11, 23, 6, tzinfo=UTC)
_IDS = uuid.UUID("a1b8e0c3-54c0-5d0e-9d0c-0d6b2c7b7a11")
TRACKED = ("msdyn_projects", "msdyn_projecttasks", "msdyn_resourceassignments", "bookableresources", "systemusers")
"""Tables with change tracking on unless told otherwise; dependencies, buckets and baselines have it off."""


@dataclass(frozen=True)
class Caller:
    """Who a bearer token stands for. `depth` is how far the read privilege reaches: all rows, or one's own.

    `writes` allows to change rows; an `application` user is barred from the scheduling service whatever it may write.
    """

    user: str
    depth: Depth = "organization"
    writes: bool = True
    application: bool = True


@dataclass(frozen=True)
class Deletion:
    """A row that is gone."""

    key: str
    version: int


def guid(name: str) -> str:
    """A GUID that follows from a name."""
    return str(uuid.uuid5(_IDS, name))


BUSINESS_UNIT = guid("business unit")
ORGANIZATION = guid("organization")
SERVICE_USER = guid("service user")


@dataclass
class DataverseSite:
    """Tables with rows in the order in which they came. `version` is the number of the last change anywhere.

    `tracked` are the tables with change tracking, `callers` the bearer tokens that are let in, `expire_days` how long
    a delta link lives, `expired_status` the status of the refusal of an old one (the code is certain, that is not).
    """

    name: str = "Meridian Works"
    now: datetime = START
    tracked: set[str] = field(default_factory=lambda: set(TRACKED))
    callers: dict[str, Caller] = field(default_factory=dict)
    expire_days: int = 7
    expired_status: int = 400
    tables: dict[str, Table] = field(default_factory=lambda: dict(TABLES))
    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in TABLES})
    deleted: dict[str, list[Deletion]] = field(default_factory=lambda: {name: [] for name in TABLES})
    version: int = 8_163_000
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.add("transactioncurrencies", guid("EUR"), currencyname="Euro", isocurrencycode="EUR", currencysymbol="€",
                 currencyprecision=2, exchangerate=1.0)  # fmt: skip
        self.add("organizations", ORGANIZATION, name=self.name, languagecode=1033,
                 _basecurrencyid_value=guid("EUR"), expirechangetrackingindays=self.expire_days)  # fmt: skip
        self.add("systemusers", SERVICE_USER, fullname="# Plumbrule", isdisabled=False,
                 applicationid=guid("application"), _businessunitid_value=BUSINESS_UNIT)  # fmt: skip

    def add(self, entity_set: str, key: str, **values: Value) -> str:
        """Add a row under `key`; columns left out are null, those that the platform fills are filled. Gives the key."""
        table = self.tables[entity_set]
        self._check(table, values)
        with self.lock:
            blank: Row = {c.name: None for c in table.columns}
            self.version += 1
            filled = {**self._filled(table), **values, "versionnumber": self.version}
            self.rows[entity_set][key] = blank | {table.key: key} | filled
        return key

    def edit(self, entity_set: str, key: str, **change: Value) -> None:
        """Change columns of a row at `now`; KeyError where there is no such row or column."""
        self._check(self.tables[entity_set], change)
        with self.lock:
            self.version += 1
            self.rows[entity_set][key].update(change | {"modifiedon": self.now, "versionnumber": self.version})

    def delete(self, entity_set: str, key: str) -> None:
        """Delete a row; change tracking keeps that it was."""
        with self.lock:
            del self.rows[entity_set][key]
            self.version += 1
            self.deleted[entity_set].append(Deletion(key, self.version))

    def delete_project(self, key: str) -> None:
        """Delete a project with everything that hangs on it."""
        with self.lock:
            for name, column in (
                ("msdyn_resourceassignments", "_msdyn_projectid_value"),
                ("msdyn_projecttaskdependencies", "_msdyn_project_value"),
                ("msdyn_projecttasks", "_msdyn_project_value"),
                ("msdyn_projectteams", "_msdyn_project_value"),
                ("msdyn_projectbuckets", "_msdyn_project_value"),
            ):
                for row in self.where(name, **{column: key}):
                    self.delete(name, str(row[self.tables[name].key]))
            self.delete("msdyn_projects", key)

    def where(self, entity_set: str, **equal: Value) -> list[Row]:
        """Rows whose columns have these values. The list is a copy, the rows are not."""
        with self.lock:
            return [r for r in self.rows[entity_set].values() if all(r[name] == value for name, value in equal.items())]

    def add_column(self, entity_set: str, column: Column) -> None:
        """Give a table a column of the organisation's own."""
        with self.lock:
            table = self.tables[entity_set]
            own = replace(column, custom=True)
            self.tables[entity_set] = replace(table, columns=(*table.columns, own))
            for row in self.rows[entity_set].values():
                row[own.name] = None

    def drop_table(self, entity_set: str) -> None:
        """Take a table away with all lookups to it, as in an environment without the solution that brings it."""
        with self.lock:
            self.tables.pop(entity_set, None)
            for name, table in self.tables.items():
                kept = tuple(c for c in table.columns if c.target != entity_set)
                self.tables[name] = replace(table, columns=kept)

    def admit(self, token: str, caller: Caller | None = None) -> None:
        """Let a bearer token in: as the technical account, or as `caller`."""
        self.callers[token] = caller or Caller(SERVICE_USER)

    @staticmethod
    def _check(table: Table, names: Iterable[str]) -> None:
        unknown = set(names) - {c.name for c in table.columns}
        if unknown:
            raise KeyError(f"{table.entity_set} has no column {', '.join(sorted(unknown))}")

    def _filled(self, table: Table) -> Mapping[str, Value]:
        moments = {"createdon": self.now, "modifiedon": self.now}
        if not table.owned:
            return moments
        user = dict.fromkeys(
            ("_createdby_value", "_modifiedby_value", "_ownerid_value", "_owninguser_value"), SERVICE_USER
        )
        state: Row = {"statecode": 0, "statuscode": 1, "timezoneruleversionnumber": 4}
        return {**moments, **user, **state, "_owningbusinessunit_value": BUSINESS_UNIT}
