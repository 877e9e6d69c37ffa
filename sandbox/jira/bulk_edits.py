"""The payload of a bulk edit -> what it does to one issue: labels, and single custom fields of the common kinds.

Shapes: Atlassian, REST v3, "Bulk edit issues" (`editedFieldsInput`). An option is named by its id; -1 clears it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sandbox.jira.records import Issue
from sandbox.jira.registry import CustomField
from sandbox.jira.site import JiraSite
from sandbox.jira.values import Plain


class BulkEditError(ValueError):
    """The payload cannot be used; the message goes into `errors`."""


@dataclass
class BulkEdit:
    """What to do to every issue: label edits in order as (verb, labels), custom fields by name."""

    labels: list[tuple[str, list[str]]] = field(default_factory=list)
    custom: dict[str, Plain] = field(default_factory=dict)
    custom_labels: dict[str, tuple[str, list[tuple[str, list[str]]]]] = field(default_factory=dict)
    """Of custom fields of labels, by id: the name, and label edits in order."""

    def changes(self, issue: Issue) -> dict[str, Any]:
        """Give the arguments of `JiraSite.edit_issue` for one issue."""
        custom = dict(self.custom)
        for number, (name, edits) in self.custom_labels.items():
            custom[name] = self._labels_after(issue.custom.get(number) or [], edits)
        return {"custom": custom} | ({"labels": self._labels_after(issue.labels, self.labels)} if self.labels else {})

    def _labels_after(self, before: list[str], edits: list[tuple[str, list[str]]]) -> list[str]:
        labels = list(before)
        for verb, names in edits:
            if verb == "ADD":
                labels += names
            elif verb == "REMOVE":
                labels = [label for label in labels if label not in names]
            else:
                labels = list(names) if verb == "REPLACE" else []
        return list(dict.fromkeys(labels))


def read_bulk_edit(site: JiraSite, body: dict[str, Any]) -> BulkEdit:
    """Read `editedFieldsInput`, which must edit exactly the `selectedActions`; or raise `BulkEditError`."""
    given = body.get("editedFieldsInput")
    if not isinstance(given, dict) or not given:
        raise BulkEditError("editedFieldsInput must not be empty.")
    edit, edited = BulkEdit(), set()
    for kind, field_id, one in _inputs(given):
        edited.add(field_id)
        if kind == "labelsFields" and field_id == "labels":
            edit.labels.append(_labels(one))
        elif kind == "labelsFields":
            custom = _field(site, field_id, kind)
            edit.custom_labels.setdefault(custom.id, (custom.name, []))[1].append(_labels(one))
        else:
            custom = _field(site, field_id, kind)
            edit.custom[custom.name] = _READERS[kind](custom, one)
    selected = set(body.get("selectedActions") or [])
    if edited - selected:
        names = ", ".join(sorted(edited - selected))
        raise BulkEditError(f"The following editedFieldInput values are not listed as selectedActions : {names}")
    if selected - edited:
        names = ", ".join(sorted(selected - edited))
        raise BulkEditError(f"The following selectedActions have no editedFieldInput values : {names}")
    return edit


def _inputs(given: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for kind, inputs in given.items():
        if kind not in ("labelsFields", *_READERS):
            raise BulkEditError(f"This site does not edit {kind} in bulk.")
        if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
            raise BulkEditError(f"{kind} must be a list of objects.")
        for one in inputs:
            yield kind, str(one.get("fieldId")), one


def _labels(one: dict[str, Any]) -> tuple[str, list[str]]:
    verb, labels = one.get("bulkEditMultiSelectFieldOption"), [name.get("name") for name in one.get("labels") or []]
    if verb not in ("ADD", "REMOVE", "REPLACE", "REMOVE_ALL"):
        raise BulkEditError("A labels field needs a bulkEditMultiSelectFieldOption.")
    if any(not isinstance(label, str) or not label or " " in label for label in labels):
        raise BulkEditError("The label can't contain spaces.")
    return str(verb), labels


def _field(site: JiraSite, field_id: str, kind: str) -> CustomField:
    found = next((one for one in site.custom_fields.values() if one.id == field_id), None)
    if found is None or found.custom.rpartition(":")[2] not in _KINDS[kind]:
        raise BulkEditError(f"The field {field_id} does not exist or is not one of {kind}.")
    return found


_KINDS = {
    "labelsFields": ("labels",),
    "singleSelectFields": ("select", "radiobuttons"),
    "multipleSelectFields": ("multiselect", "multicheckboxes"),
    "singleLineTextFields": ("textfield",),
    "richTextFields": ("textarea",),
    "urlFields": ("url",),
    "clearableNumberFields": ("float", "jsw-story-points"),
    "datePickerFields": ("datepicker",),
}


def is_bulk_editable(custom: CustomField) -> bool:
    """Tell whether a custom field can be edited in bulk here."""
    return any(custom.custom.rpartition(":")[2] in kinds for kinds in _KINDS.values())


def _option(custom: CustomField, one: dict[str, Any]) -> str | None:
    chosen = one.get("option") or {}
    return None if str(chosen.get("optionId")) == "-1" else _chosen(custom, chosen)


def _options(custom: CustomField, one: dict[str, Any]) -> list[str]:
    options = one.get("options")
    if not isinstance(options, list):
        raise BulkEditError(f"The field {custom.id} takes a list of options.")
    return [_chosen(custom, option) for option in options]


def _rich_text(custom: CustomField, one: dict[str, Any]) -> dict[str, Any] | None:
    document = (one.get("richText") or {}).get("adfValue")
    if document is not None and (not isinstance(document, dict) or document.get("type") != "doc"):
        raise BulkEditError(f"The field {custom.id} takes an Atlassian document.")
    return document


def _chosen(custom: CustomField, option: dict[str, Any]) -> str:
    number = str(option.get("optionId"))
    found = {str(known): text for known, text in custom.numbered_options()}.get(number)
    if found is None:
        raise BulkEditError(f"The field {custom.id} has no option {number}.")
    return found


def _text(name: str) -> Callable[[CustomField, dict[str, Any]], str | None]:
    def read(custom: CustomField, one: dict[str, Any]) -> str | None:
        value = one.get(name)
        if value is not None and not isinstance(value, str):
            raise BulkEditError(f"The field {custom.id} takes a text.")
        return value or None

    return read


def _number(custom: CustomField, one: dict[str, Any]) -> float | None:
    value = one.get("value")
    if value is not None and not isinstance(value, (int, float)):
        raise BulkEditError(f"The field {custom.id} takes a number.")
    return value


def _day(custom: CustomField, one: dict[str, Any]) -> date | None:
    text = (one.get("date") or {}).get("formattedDate")
    try:
        return None if not text else date.fromisoformat(str(text))
    except ValueError as error:
        raise BulkEditError(f"The field {custom.id} takes a date such as 2026-11-23.") from error


_READERS: dict[str, Callable[[CustomField, dict[str, Any]], Plain]] = {
    "singleSelectFields": _option,
    "multipleSelectFields": _options,
    "richTextFields": _rich_text,
    "singleLineTextFields": _text("text"),
    "urlFields": _text("url"),
    "clearableNumberFields": _number,
    "datePickerFields": _day,
}
