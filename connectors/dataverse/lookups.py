"""The small tables of an environment, each read whole once a run: what other records point to."""

import json
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from connectors import microsoft_plan as plan
from connectors.dataverse.client import Dataverse, Record
from connectors.dataverse.normalise import Environment
from connectors.dataverse.plan_rows import assigned_account
from connectors.dataverse.presence import Presence
from connectors.dataverse.stream import Plans
from connectors.dataverse.tables import (
    ASSIGNMENTS,
    BUCKETS,
    CURRENCIES,
    PROGRAMS,
    PROJECTS,
    RESOURCES,
    TASKS,
    TEAMS,
    USERS,
    Table,
)

T = TypeVar("T")

IDS_A_REQUEST = 20
"""Keys in one filter; they keep the address well below what proxies take."""


class Lookups:
    """Records of the small tables. Thread-safe; each table is read when first asked for."""

    def __init__(self, dataverse: Dataverse, presence: Presence, here: Environment) -> None:
        self._dataverse = dataverse
        self._presence = presence
        self._bare = here
        self._lock = threading.RLock()
        self._kept: dict[str, Any] = {}

    @property
    def projects(self) -> list[Record]:
        """Every project that the account sees."""
        return self._once("projects", lambda: self._whole(PROJECTS, self._presence.of(PROJECTS).own.values()))

    @property
    def resources(self) -> list[Record]:
        """Every bookable resource."""
        return self._once("resources", lambda: self._whole(RESOURCES))

    @property
    def placeholders(self) -> list[Record]:
        """Members of teams whom nobody fills yet."""
        where = "_msdyn_bookableresourceid_value eq null"
        return self._once("placeholders", lambda: self._whole(TEAMS, where=where))

    @property
    def managers(self) -> dict[str, Record]:
        """Users who manage a project and are no bookable resource, by id; an empty record where none is shown."""
        return self._once("managers", self._read_managers)

    @property
    def hours_per_day(self) -> Mapping[str, Decimal]:
        """How long a day of work is, by project."""
        return self._once("hours", self._read_hours)

    @property
    def buckets(self) -> Mapping[str, tuple[str, str | None]]:
        """Name and project of each bucket that has a name, by id."""
        return self._once("buckets", self._read_buckets)

    @property
    def here(self) -> Environment:
        """What turns records into rows, with what the small tables tell."""
        return self._once("here", self._read_here)

    def _once(self, name: str, read: Callable[[], T]) -> T:
        with self._lock:
            if name not in self._kept:
                self._kept[name] = read()
            found: T = self._kept[name]
            return found

    def _whole(self, table: Table, own: Any = (), where: str | None = None) -> list[Record]:
        if not self._presence.has(table):
            return []
        return self._dataverse.rows(table.entity_set, {*self._presence.of(table).columns, *own}, where=where)

    def _read_here(self) -> Environment:
        by_user = {
            user: account
            for record in self.resources
            if (user := _guid(record, "_userid_value"))
            and (account := self._bare.id_of("account", _guid(record, "bookableresourceid")))
        }
        return replace(
            self._bare,
            own=self._presence.of(PROJECTS).own,
            currencies=_named(self._whole(CURRENCIES), "transactioncurrencyid", "isocurrencycode"),
            programmes=_named(self._whole(PROGRAMS), "msdyn_programid", "msdyn_name"),
            account_of_user=lambda user: by_user.get(user or "") or self._bare.id_of("account", user),
        )

    def _read_managers(self) -> dict[str, Record]:
        known = {_guid(record, "_userid_value") for record in self.resources}
        column = "_msdyn_projectmanager_value"
        wanted = sorted({user for r in self.projects if (user := _guid(r, column)) and user not in known})
        found: dict[str, Record] = {user: {} for user in wanted}
        for where in any_of("systemuserid", wanted):
            for record in self._whole(USERS, where=where):
                if (user := _guid(record, "systemuserid")) in found:
                    found[user] = record
        return found

    def _read_hours(self) -> dict[str, Decimal]:
        hours: dict[str, Decimal] = {}
        for record in self.projects:
            project = _guid(record, "msdyn_projectid")
            try:
                found = self._bare.values(record).number("msdyn_hoursperday")
            except ValueError:
                found = None
            if project and found is not None and 0 < found <= _HOURS_OF_A_DAY:
                hours[project] = found
        return hours

    def _read_buckets(self) -> dict[str, tuple[str, str | None]]:
        return {
            bucket: (name, _guid(record, "_msdyn_project_value"))
            for record in self._whole(BUCKETS)
            if (bucket := _guid(record, "msdyn_projectbucketid")) and (name := str(record.get("msdyn_name") or ""))
        }


class Staffing(Plans):
    """What goes into a task's row beside its own record: who works on it, the length of a day, its bucket's name."""

    def __init__(self, dataverse: Dataverse, presence: Presence, lookups: Lookups) -> None:
        self._dataverse = dataverse
        self._presence = presence
        self._lookups = lookups

    @cached_property
    def assignees(self) -> Mapping[str, str]:
        """By id of the work item: the account with the most planned work on it."""
        return plan.assignees(row for rows in self._by_project.values() for row in rows)

    @cached_property
    def buckets(self) -> Mapping[str, str]:
        """Names of buckets by id."""
        return {bucket: name for bucket, (name, _) in self._lookups.buckets.items()}

    @cached_property
    def _by_project(self) -> dict[str, list[dict[str, Any]]]:
        """Task, account and planned hours of every assignment, by project. One that cannot be read is left out; the
        table of assignments tells of it."""
        found: dict[str, list[dict[str, Any]]] = {}
        if not self._presence.has(ASSIGNMENTS):
            return found
        columns = self._presence.of(ASSIGNMENTS).columns & _STAFF
        for page in self._dataverse.pages(ASSIGNMENTS.entity_set, columns, where="statecode eq 0"):
            for record in page.rows:
                values = self._lookups.here.values(record)
                try:
                    row = {
                        "work_item_id": self._lookups.here.id_of("item", values.guid("_msdyn_taskid_value")),
                        "account_id": assigned_account(values, self._lookups.here),
                        "planned_hours": values.hours("msdyn_effort"),
                    }
                    found.setdefault(values.guid("_msdyn_projectid_value") or "", []).append(row)
                except ValueError:
                    continue
        return found

    def told(self) -> Mapping[str, str]:
        """By project: a digest of what its tasks' rows are made of besides their own records."""
        hours = self._lookups.hours_per_day
        buckets: dict[str, list[str]] = {}
        for bucket, (name, project) in self._lookups.buckets.items():
            buckets.setdefault(project or "", []).append(f"{bucket} {name}")
        projects = {_guid(record, "msdyn_projectid") for record in self._lookups.projects} - {None}
        return {
            project: _digest([
                str(hours.get(project)),
                sorted(plan.assignees(self._by_project.get(project, ())).items()),
                sorted(buckets.get(project, ())),
            ])
            for project in sorted(filter(None, projects))
        }  # fmt: skip

    def records(self, projects: Sequence[str]) -> Iterator[Sequence[Record]]:
        """The tasks of those projects."""
        columns = self._presence.of(TASKS).columns
        for where in any_of("_msdyn_project_value", projects):
            for page in self._dataverse.pages(TASKS.entity_set, columns, where=where):
                yield page.rows


_HOURS_OF_A_DAY = Decimal(24)
_STAFF = frozenset(
    ("_msdyn_taskid_value", "_msdyn_projectid_value", "_msdyn_bookableresourceid_value", "_msdyn_projectteamid_value",
     "msdyn_effort")
)  # fmt: skip


def any_of(column: str, ids: Sequence[str]) -> Iterator[str]:
    """Filters that together find the records whose column is one of those ids."""
    for start in range(0, len(ids), IDS_A_REQUEST):
        yield " or ".join(f"{column} eq {native}" for native in ids[start : start + IDS_A_REQUEST])


def _guid(record: Record, column: str) -> str | None:
    """A GUID as it is compared; what is none is no key of anything."""
    return plan.guid(str(record.get(column) or ""))


def _named(records: Sequence[Record], key: str, name: str) -> dict[str, str]:
    return {native: str(r[name]).strip() for r in records if (native := _guid(r, key)) and r.get(name)}


def _digest(what: Any) -> str:
    return f"{zlib.crc32(json.dumps(what, ensure_ascii=False).encode()):08x}"
