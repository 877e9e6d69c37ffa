"""The tables: entity set, logical name, primary key and name, typed columns, and which rows hang on which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.dataverse import columns

ATTRIBUTE_TYPES: dict[str, str] = {
    "guid": "Uniqueidentifier", "text": "String", "memo": "Memo", "int": "Integer", "big": "BigInt", "double": "Double",
    "flag": "Boolean", "time": "DateTime", "day": "DateTime", "choice": "Picklist", "lookup": "Lookup",
}  # fmt: skip
"""Our short words for Dataverse's AttributeType."""


@dataclass(frozen=True)
class Column:
    """One column by wire name. `labels` are of a choice, `target` is the entity set that a lookup leads to.

    `custom` columns are the organisation's own; `length` is the most characters that a text may have.
    """

    name: str
    kind: str
    labels: tuple[tuple[int, str], ...] = ()
    target: str | None = None
    custom: bool = False
    length: int = 100

    @property
    def attribute(self) -> str:
        """The logical name of the attribute, which for a lookup differs from the wire name."""
        return self.name[1 : -len("_value")] if self.kind == "lookup" else self.name


@dataclass(frozen=True)
class Table:
    """One table. `scheduled` ones belong to the scheduling service, which alone may write them."""

    entity_set: str
    logical: str
    key: str
    title: str
    columns: tuple[Column, ...]
    scheduled: bool = False
    owned: bool = True


def _parsed(text: str) -> tuple[Column, ...]:
    return tuple(_column(*line.split(maxsplit=2)) for line in text.strip().splitlines())


def _column(name: str, kind: str, more: str = "") -> Column:
    if kind == "lookup":
        return Column(name, kind, target=more)
    pairs = (pair.partition("=") for pair in more.split(";") if pair)
    return Column(name, kind, tuple((int(value), label) for value, _, label in pairs))


def _table(
    entity_set: str, logical: str, title: str, text: str, trait: Literal["", "scheduled", "unowned"] = ""
) -> Table:
    own = _parsed(text)
    more = () if trait == "unowned" else _parsed(columns.OWNED)
    key = f"{logical}id"
    return Table(entity_set, logical, key, title, (*own, *more), trait == "scheduled", trait != "unowned")


TABLES: dict[str, Table] = {
    table.entity_set: table
    for table in (
        _table("msdyn_projects", "msdyn_project", "msdyn_subject", columns.PROJECT, "scheduled"),
        _table("msdyn_projecttasks", "msdyn_projecttask", "msdyn_subject", columns.TASK, "scheduled"),
        _table("msdyn_projecttaskdependencies", "msdyn_projecttaskdependency", "msdyn_description",
               columns.DEPENDENCY, "scheduled"),
        _table("msdyn_projectbuckets", "msdyn_projectbucket", "msdyn_name", columns.BUCKET, "scheduled"),
        _table("msdyn_projectsprints", "msdyn_projectsprint", "msdyn_name", columns.SPRINT, "scheduled"),
        _table("msdyn_projectteams", "msdyn_projectteam", "msdyn_name", columns.TEAM, "scheduled"),
        _table("msdyn_resourceassignments", "msdyn_resourceassignment", "msdyn_name", columns.ASSIGNMENT, "scheduled"),
        _table("msdyn_projectbaselinedatas", "msdyn_projectbaselinedata", "msdyn_name", columns.BASELINE),
        _table("msdyn_projectbaselinetaskdatas", "msdyn_projectbaselinetaskdata", "msdyn_name",
               columns.BASELINE_TASK),
        _table("msdyn_programs", "msdyn_program", "msdyn_name", columns.PROGRAM),
        _table("msdyn_timeentries", "msdyn_timeentry", "msdyn_description", columns.TIME_ENTRY),
        _table("bookableresources", "bookableresource", "name", columns.RESOURCE),
        _table("systemusers", "systemuser", "fullname", columns.USER, "unowned"),
        _table("organizations", "organization", "name", columns.ORGANIZATION, "unowned"),
        _table("transactioncurrencies", "transactioncurrency", "currencyname", columns.CURRENCY, "unowned"),
    )
}  # fmt: skip
"""Every table, by entity set."""

OPTIONAL = ("msdyn_programs", "msdyn_timeentries")
"""Tables that an environment has only with a solution of its own: portfolios, Project Operations."""

NAVIGATION: dict[str, dict[str, tuple[str, str]]] = {
    "msdyn_projects": {
        "msdyn_msdyn_project_msdyn_projecttask_project": ("msdyn_projecttasks", "_msdyn_project_value"),
        "msdyn_msdyn_project_msdyn_projecttaskdependency_Project": (
            "msdyn_projecttaskdependencies", "_msdyn_project_value",
        ),
        "msdyn_msdyn_project_msdyn_resourceassignment_projectid": (
            "msdyn_resourceassignments", "_msdyn_projectid_value",
        ),
    },
    "msdyn_projectbaselinedatas": {
        "msdyn_msdyn_projectbaselinedata_msdyn_projectbaselinetaskdata": (
            "msdyn_projectbaselinetaskdatas", "_msdyn_projectbaselinedataid_value",
        ),
    },
}  # fmt: skip
"""Collections that $expand knows: navigation property, then the table that it leads to and the column that leads back.

The names were seen in a captured context and in the public reader of Planner plans that the captured records are from.
"""
