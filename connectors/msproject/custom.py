"""Fields of people's own in MSPDI: extended attributes and outline codes, with their lists of values. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors import microsoft_plan as plan
from connectors.msproject.stream import Node, Record


@dataclass
class OwnFields:
    """The definitions of a file: names by field id, and texts of list values by the ids that refer to them."""

    names: dict[str, str] = field(default_factory=dict)
    _values: dict[tuple[str, str], str] = field(default_factory=dict)
    _tables: dict[str, str] = field(default_factory=dict)

    def define(self, record: Record) -> None:
        """Take one definition, an `ExtendedAttribute` or an `OutlineCode`."""
        own = record.values
        field_id = own.get("FieldID", "")
        if field_id:
            self.names[field_id] = own.get("Alias") or own.get("FieldName") or field_id
        if table := plan.guid(own.get("Ltuid")):
            self._tables[field_id] = table
        listed = [*record.below("ValueList", "Value"), *record.below("Values", "Value")]
        paths: dict[str, str] = {}
        for value in listed:
            text = value.values.get("Value", "")
            above = paths.get(value.values.get("ParentValueID", ""))
            text = f"{above}.{text}" if above else text  # as Project shows a code of several levels
            paths[value.values.get("ValueID", "")] = text
            owners = (field_id, plan.guid(own.get("Guid")) or "")
            for reference in self._references(value.values):
                self._values.update({(owner, reference): text for owner in owners if owner})

    def texts(self, node: Node) -> dict[str, str]:
        """The filled fields of one record, by alias, else field name, else field id."""
        found: dict[str, str] = {}
        for attribute in (*node.below("ExtendedAttribute"), *node.below("OutlineCode")):
            field_id = attribute.values.get("FieldID", "")
            text = self._listed(field_id, attribute.values) or attribute.values.get("Value")
            if text:
                found[self.names.get(field_id, field_id)] = text
        return found

    def as_json(self, node: Node) -> str | None:
        """The same as JSON text; None where nothing is filled."""
        found = self.texts(node)
        return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else None

    def _listed(self, field_id: str, texts: Mapping[str, str]) -> str | None:
        """The text of a list's value, where the record refers to one."""
        owners = (field_id, self._tables.get(field_id, ""))
        known = (
            self._values.get((owner, reference)) for owner in owners if owner for reference in self._references(texts)
        )
        return next((text for text in known if text), None)

    def _references(self, texts: Mapping[str, str]) -> list[str]:
        numbers = [texts[name] for name in ("ValueID", "ID") if texts.get(name)]
        guids = [found for name in ("ValueGUID", "FieldGUID") if (found := plan.guid(texts.get(name)))]
        return [*guids, *numbers]
