"""What each table can be filled with: fields and types from the model, what a row needs, what tells rows apart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from portfolio.model import SOURCE_TABLES, Column

Refers = Literal["project", "person"]
_TECHNICAL = frozenset(
    {"id", "source", "work_item_id", "origin", "row_number", "alike", "deleted_at", "deleted_reason"}
)
_REFERENCES: Mapping[str, tuple[str, Refers]] = {
    "project_id": ("project", "project"),
    "account_id": ("person", "person"),
    "owner_id": ("owner", "person"),
}
"""Columns of the model that hold ids: what they are called in a table, and what is named there."""


@dataclass(frozen=True)
class Field:
    """One thing that a column of a file can be. `refers`: it names a project or a person in words."""

    name: str
    column: Column
    refers: Refers | None = None


@dataclass(frozen=True)
class Key:
    """What tells rows apart, where the columns `when` are there."""

    fields: tuple[str, ...]
    when: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """One table. Every row needs all of `needs`, and one of `needs_one_of` where that names any."""

    table: str
    fields: Mapping[str, Field]
    needs: tuple[str, ...]
    needs_one_of: tuple[str, ...]
    keys: tuple[Key, ...]

    def key(self, mapped: Collection[str]) -> tuple[str, ...]:
        """The natural key for a file with those fields."""
        return next(key.fields for key in self.keys if set(key.when) <= set(mapped))


_NEEDS: Mapping[str, tuple[str, str, tuple[Key, ...]]] = {
    "budget_line": (
        "project amount currency",
        "",
        (Key(("project", "number", "period_start"), ("number",)), Key(("project", "category", "period_start"))),
    ),
    "cost": (
        "project amount currency",
        "",
        (Key(("project", "number"), ("number",)), Key(("project", "category", "supplier", "spent_on", "amount"))),
    ),
    "invoice": (
        "project amount currency",
        "",
        (Key(("project", "supplier", "number"), ("number",)), Key(("project", "supplier", "issued_on", "amount"))),
    ),
    "rate": ("rate_per_hour currency", "person role", (Key(("person", "role", "kind", "currency", "from_date")),)),
    "supplier": ("name", "", (Key(("number",), ("number",)), Key(("name",)))),
    "approved_resource": (
        "",
        "person supplier",
        (Key(("person", "supplier", "role", "project", "from_date")),),
    ),
    "org_unit": ("key kind", "", (Key(("key",)),)),
    "benefit": ("project name", "", (Key(("project", "name")),)),
    "training_record": ("person course", "", (Key(("person", "course", "completed_on")),)),
    "attestation": ("project topic attested_on", "", (Key(("project", "topic", "attested_on", "role")),)),
    "capacity_week": ("person week_start available_hours", "", (Key(("person", "week_start")),)),
    "risk": ("project title", "", (Key(("project", "title")),)),
    "envelope": ("unit_key amount currency", "", (Key(("unit_key", "from_date")),)),
    "staff_member": ("person unit_key", "", (Key(("person",)),)),
    "skill": ("person skill", "", (Key(("person", "skill")),)),
    "skill_demand": (
        "skill month_start hours",
        "project proposal",
        (Key(("project", "proposal", "skill", "month_start")),),
    ),
    "stakeholder": ("project name", "", (Key(("project", "name")),)),
    "artefact": ("project title kind", "", (Key(("project", "kind", "title")),)),
    "gate": ("project name", "", (Key(("project", "name")),)),
    "proposal": ("project title", "", (Key(("project", "title")),)),
}

TABLES = tuple(_NEEDS)
"""Tables that files can fill."""


@cache
def shape(table: str) -> Shape:
    """How that table is filled."""
    needs, one_of, keys = _NEEDS[table]
    fields: dict[str, Field] = {}
    for column in SOURCE_TABLES[table]:
        if column.name not in _TECHNICAL:
            name, refers = _REFERENCES.get(column.name, (column.name, None))
            fields[name] = Field(name, column, refers)
    return Shape(table, fields, tuple(needs.split()), tuple(one_of.split()), keys)
