"""A custom field's plain Python value -> the JSON that an issue carries for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sandbox.jira.records import Json
from sandbox.jira.registry import CustomField
from sandbox.jira.shapes import stable_number
from sandbox.jira.store import Store, UnknownName

Plain = str | int | float | Decimal | date | list[str] | tuple[str, ...] | bool | list[int] | dict[str, Json] | None
"""Option, text and link as text; an account by its id; several options or labels as a list of texts; a document."""


def custom_json(store: Store, field: CustomField, value: Plain) -> Json:
    """Shape a value by its field's schema. Accounts stay ids here: they are written out when the issue is read."""
    if value is None:
        return None
    if field.type == "user" and str(value) not in store.users:
        raise UnknownName("account", value, store.users)
    if field.items == "string":
        return [str(one) for one in value] if isinstance(value, (list, tuple)) and value else None
    if field.is_rich:
        return value if isinstance(value, dict) else str(value)
    return _SHAPES.get(field.type, _as_text)(field, value)


def _as_text(_field: CustomField, value: Plain) -> Json:
    return str(value)


def _as_number(_field: CustomField, value: Plain) -> Json:
    return float(str(value))


def _as_date(_field: CustomField, value: Plain) -> Json:
    return date.fromisoformat(str(value)).isoformat()


def _as_options(field: CustomField, value: Plain) -> Json:
    if isinstance(value, bool):
        value = ["Impediment"] if value else []
    chosen = value if isinstance(value, (list, tuple)) else [str(value)]
    return [_option(field, one) for one in chosen] or None


def _option(field: CustomField, value: Plain) -> Json:
    text = str(value)
    number = stable_number(f"{field.id}:{text}")
    return {"value": text, "id": str(number)}


_SHAPES = {"number": _as_number, "date": _as_date, "option": _option, "array": _as_options}
