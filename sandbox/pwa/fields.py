"""Custom fields of projects: their ids, the names that the API gives them, their lookup tables, their values.

Internal names are `Custom_` and `Entry_` with the id in plain hex digits; in the JSON of a project the underscore is
escaped, as in `Custom_x005f_…` (Microsoft, "Bulk update custom fields"; records captured by a public reader).
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sandbox.pwa.literals import Value

FieldKind = Literal["text", "decimal", "flag", "time"]
FIELD_TYPES: dict[FieldKind, int] = {"text": 21, "decimal": 15, "flag": 17, "time": 4}
"""CustomFieldType of the client library: TEXT, NUMBER, FLAG, DATE."""
_IDS = uuid.UUID("3c1d0b64-0d5f-5d1f-8a41-7f2b5e9a6c11")


@dataclass(frozen=True)
class Entry:
    """One value of a lookup table."""

    id: str
    text: str

    @property
    def internal_name(self) -> str:
        """How values name it."""
        return f"Entry_{self.id.replace('-', '')}"


@dataclass(frozen=True)
class CustomField:
    """A field of projects. With `entries` its values are chosen from a lookup table, `several` at once or one."""

    name: str
    kind: FieldKind = "text"
    entries: tuple[Entry, ...] = field(default=())
    several: bool = False

    @property
    def id(self) -> str:
        """Its GUID, which follows from its name."""
        return str(uuid.uuid5(_IDS, self.name))

    @property
    def internal_name(self) -> str:
        """What a change calls it."""
        return f"Custom_{self.id.replace('-', '')}"

    @property
    def key(self) -> str:
        """What the JSON of a project calls it."""
        return self.internal_name.replace("_", "_x005f_")

    @property
    def column(self) -> str:
        """What the feed calls it: its name without spaces and punctuation."""
        return re.sub(r"\W", "", self.name)

    @property
    def table_id(self) -> str:
        """The GUID of its lookup table."""
        return str(uuid.uuid5(_IDS, f"table of {self.name}"))

    def told(self, value: Value) -> object:
        """A value in the JSON of a project: entries by their internal names, the rest as it is."""
        if value is None or not self.entries:
            return float(value) if isinstance(value, Decimal) else value
        texts = str(value).split(", ")
        return [entry.internal_name for entry in self.entries if entry.text in texts]


def custom_field(name: str, kind: FieldKind = "text", *entries: str, several: bool = False) -> CustomField:
    """Make a field; with `entries` it has a lookup table of these texts."""
    made = tuple(Entry(str(uuid.uuid5(_IDS, f"{name}: {text}")), text) for text in entries)
    return CustomField(name, kind, made, several)


class BadValue(Exception):
    """A value that a field does not take; `code` and `name` are the project server's."""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(name)
        self.code, self.name = code, name


def parsed(own: CustomField, text: str | None, value_type: str) -> Value:
    """The value that a change means; `BadValue` where the field takes none such. Nothing clears a field."""
    if text in (None, ""):
        return None
    said = str(text)
    if own.entries:
        return ", ".join(_entry(own, name).text for name in said.split(";#"))
    expected = {"text": "Edm.String", "decimal": "Edm.Double", "flag": "Edm.String", "time": "Edm.DateTime"}[own.kind]
    if value_type != expected:
        raise BadValue(11704, "CustomFieldInvalidTypeColumnFilledIn")
    try:
        return _typed(own.kind, said)
    except (ValueError, ArithmeticError) as error:
        raise BadValue(11704, "CustomFieldInvalidTypeColumnFilledIn") from error


def _typed(kind: FieldKind, text: str) -> Value:
    if kind == "decimal":
        return Decimal(text)
    if kind == "flag":
        return {"true": True, "false": False}[text.lower()] if text.lower() in ("true", "false") else bool(int(text))
    return datetime.fromisoformat(text).replace(tzinfo=None) if kind == "time" else text


def _entry(own: CustomField, name: str) -> Entry:
    found = next((entry for entry in own.entries if entry.internal_name == name), None)
    if found is None:
        raise BadValue(11706, "CustomFieldCodeValueDoesNotMatchLookupTable")
    return found


OWN: tuple[CustomField, ...] = (
    custom_field("InitiativeKey"),
    custom_field("Programme"),
    custom_field("Phase", "text", "Initiate", "Plan", "Execute", "Close"),
    custom_field("Method", "text", "waterfall", "agile", "hybrid"),
    custom_field("StrategyGoal"),
    custom_field("SizeClass", "text", "small", "medium", "large"),
    custom_field("ReportedHealth", "text", "Green", "Amber", "Red"),
    custom_field("Sponsor"),
)
"""Fields of the company's own that every sandbox site has; the feed has had their columns from the start."""
