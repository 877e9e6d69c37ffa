"""Rows as the Web API writes them, with labels beside them where the client prefers that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from sandbox.dataverse.schema import Column, Table
from sandbox.dataverse.site import DataverseSite, Row, Value

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOGICAL_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"

Json = str | int | float | bool | None


def as_json(value: Value) -> Json:
    """A value on the wire: instants with a Z and whole seconds, days as ISO text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


def etag(row: Row) -> str:
    """The weak entity tag, which is the row's version."""
    return f'W/"{row["versionnumber"]}"'


def record(
    site: DataverseSite, table: Table, row: Row, columns: Iterable[Column], annotations: str | None
) -> dict[str, object]:
    """A row with these columns and its tag. `annotations` is what the client asked to have beside them, None nothing.

    The primary key is always there.
    """
    wanted = {c.name: c for c in columns}
    key = next(c for c in table.columns if c.name == table.key)
    shown: dict[str, object] = {"@odata.etag": etag(row)}
    for column in {**wanted, key.name: key}.values():
        value = row[column.name]
        if annotations is not None and value is not None:
            shown |= _beside(site, column, value, annotations)
        shown[column.name] = as_json(value)
    return shown


def _beside(site: DataverseSite, column: Column, value: Value, annotations: str) -> dict[str, object]:
    told: dict[str, object] = {}
    label = _label(site, column, value)
    if label is not None and annotations in ("*", FORMATTED):
        told[f"{column.name}@{FORMATTED}"] = label
    if column.kind == "lookup" and annotations in ("*", LOGICAL_NAME):
        target = site.tables.get(column.target or "")
        told[f"{column.name}@{LOGICAL_NAME}"] = target.logical if target else (column.target or "").rstrip("s")
    return told


def _label(site: DataverseSite, column: Column, value: Value) -> str | None:
    if column.kind == "choice":
        return next((label for number, label in column.labels if number == value), None)
    if column.kind == "flag":
        return "Yes" if value else "No"
    if column.kind == "lookup":
        return _name(site, column.target or "", str(value))
    if isinstance(value, datetime):
        return f"{value.month}/{value.day}/{value.year} {value.strftime('%I:%M %p').lstrip('0')}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if column.kind == "int" else None


def _name(site: DataverseSite, entity_set: str, key: str) -> str | None:
    table, row = site.tables.get(entity_set), site.rows.get(entity_set, {}).get(key)
    return None if table is None or row is None else str(row[table.title] or "")
