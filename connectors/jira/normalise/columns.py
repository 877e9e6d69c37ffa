"""Columns that an admin fills from fields of their own: which there are, and how their values are read."""

from collections.abc import Callable
from typing import Any

from connectors.jira.mapping import FILLABLE, Mapping
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.values import HOURS, MONEY, POINTS, Unreadable, day, hours, name_of, number, per_cent
from portfolio.model import Kind
from portfolio.ports import Rejected

_READINGS: dict[Kind, Callable[[Any], Any]] = {
    Kind.DATE: day,
    Kind.HOURS: lambda value: number(value, HOURS),
    Kind.MONEY: lambda value: number(value, MONEY),
    Kind.POINTS: lambda value: number(value, POINTS),
    Kind.RATIO: per_cent,
    Kind.TEXT: name_of,
}
_SECONDS = {"timeoriginalestimate", "timeestimate", "timespent"} | {
    f"aggregate{name}" for name in ("timeoriginalestimate", "timeestimate", "timespent")
}
"""Jira's own fields of time hold seconds, those that people make hold hours."""


def column_role(column: str) -> str:
    """The role under which the field of a mapped column is resolved; cannot clash with ours."""
    return f"column:{column}"


def custom_role(name: str) -> str:
    """The role under which a custom field of the mapping is resolved; cannot clash with ours."""
    return f"custom:{name}"


def wanted_fields(mapping: Mapping) -> dict[str, str]:
    """By role, the field that the mapping names: what `resolve_fields` looks for."""
    own = {column_role(column): field for column, field in mapping.columns.items()}
    own |= {custom_role(name): field for name, field in mapping.custom.items()}
    return {**mapping.fields.model_dump(), **own}


def fields_not_found(site: Site) -> list[Rejected]:
    """A complaint for each field that an admin named and the site does not have, or hides: its column stays unknown."""
    named = {column_role(column): field for column, field in site.mapping.columns.items()}
    named |= {custom_role(name): field for name, field in site.mapping.custom.items()}
    return [
        Rejected(f"mapping {role}", "mapping.field_not_found", f"the site shows no field {field!r} (mapping of {role})")
        for role, field in named.items()
        if not site.field_ids.known(role)
    ]


def mapped_columns(site: Site, fields: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """Values of the mapped columns that the issue fills, over those that Jira's own fields gave; then the estimate
    that story points stand for, where the configuration says so and nobody estimated. Raises Unreadable."""
    found: dict[str, Any] = {}
    for column in site.mapping.columns:
        for field_id in site.field_ids.by_role.get(column_role(column), ()):
            if fields.get(field_id) is not None:
                found[column] = _read(column, field_id, fields[field_id])
                break
    factor = site.mapping.hours_per_point
    if factor is not None and found.get("estimate_hours", row["estimate_hours"]) is None:
        points = found.get("points", row["points"])
        found["estimate_hours"] = None if points is None else number(str(points * factor), HOURS)
    return found


def _read(column: str, field_id: str, value: Any) -> Any:
    kind = FILLABLE[column]
    try:
        if kind is Kind.HOURS and field_id in _SECONDS:
            return hours(value)
        return _READINGS[kind](value)
    except Unreadable as why:
        raise Unreadable(f"{column} from {field_id}: {why}") from why
