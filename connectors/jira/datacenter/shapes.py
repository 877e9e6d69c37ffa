"""Records of Data Center in the shapes that the normalisers read, which are Cloud's. Pure.

What differs: history entries name the field but not its id; a sprint is a text; nobody says when the category of the
status changed; an epic stands in a field of its own, by key.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any

from connectors.jira.normalise.context import FieldIds
from connectors.jira.positions import milliseconds

EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
PARENT_LINK = "com.atlassian.jpo:jpo-custom-field-parent"
_SYSTEM_NAMES = {"Fix Version": "fixVersions", "Parent": "parent", "Parent Issue": "parent", "Version": "versions"}
"""Names under which histories keep system fields whose id is another."""
_SPRINT = re.compile(r"Sprint@[0-9a-f]*\[(?P<inside>.*)\]$", re.DOTALL)
_SPRINT_NAME = (
    "(?:id|rapidViewId|state|name|goal|startDate|endDate|completeDate|activatedDate|sequence|synced|autoStartStop"
    "|incompleteIssuesDestinationId)"
)
_SPRINT_VALUE = re.compile(rf"(?:^|,)({_SPRINT_NAME})=(.*?)(?=,{_SPRINT_NAME}=|$)", re.DOTALL)
_SPRINT_NAMES = {"rapidViewId": "boardId"}


@dataclass(frozen=True)
class Shapes:
    """What one site's records need to know: its fields, and which of them hold parents and sprints."""

    ids_by_name: Mapping[str, str]
    """Ids of custom fields by the name that histories use."""
    parent_fields: Sequence[str]
    """Fields that hold the key of a parent, best first."""
    sprint_fields: Sequence[str]

    @classmethod
    def of(cls, listed: Sequence[Mapping[str, Any]], found: FieldIds) -> "Shapes":
        """From the list of `GET /field`, and what was resolved of it. A name of several fields stands for the first."""
        custom = [field for field in listed if (field.get("schema") or {}).get("custom")]
        names: dict[str, str] = {}
        for field in custom:
            names.setdefault(str(field.get("name")), str(field["id"]))
        parents = [str(field["id"]) for kind in (EPIC_LINK, PARENT_LINK) for field in custom if _is(field, kind)]
        return cls(names, parents, found.by_role.get("sprint", ()))

    def watched(self, watched: Mapping[str, str]) -> dict[str, str]:
        """The fields whose changes are read, with those that hold parents."""
        return {**watched, **dict.fromkeys(self.parent_fields, "parent")}

    def parent_key(self, fields: Mapping[str, Any]) -> str | None:
        """The key of the epic, or of what stands above it, where the issue is no subtask."""
        if fields.get("parent"):
            return None
        keys = (fields.get(field_id) for field_id in self.parent_fields)
        return next((key for key in keys if isinstance(key, str) and key), None)

    def histories(self, issue: Mapping[str, Any]) -> list[Any]:
        """The histories of an issue, each change with the id of its field where that is not the field's name."""
        return [self._history(entry) for entry in _histories(issue)]

    def _history(self, entry: Any) -> Any:
        items = entry.get("items") if isinstance(entry, dict) else None
        if not isinstance(items, list):
            return entry
        shaped = [self._change(item) for item in items]
        return entry if all(map(is_, shaped, items)) else {**entry, "items": shaped}

    def _change(self, item: Any) -> Any:
        if not isinstance(item, dict) or item.get("fieldId"):
            return item
        name = str(item.get("field"))
        if item.get("fieldtype") == "custom":  # which may be called as a system field is
            return {**item, "fieldId": self.ids_by_name.get(name, f"custom:{name}")}
        return {**item, "fieldId": _SYSTEM_NAMES[name]} if name in _SYSTEM_NAMES else item

    def issue(self, issue: Mapping[str, Any], parent: str | None, histories: Sequence[Any] | None) -> dict[str, Any]:
        """The issue with its parent (by id), its sprints as records and the time of its status.

        `histories` is None where none were read: then the time of the status stays unknown.
        """
        fields = dict(issue["fields"])
        if parent is not None:
            fields["parent"] = {"id": parent}
        if histories is not None and not fields.get("statuscategorychangedate"):
            fields["statuscategorychangedate"] = _status_since(fields, histories)
        for field_id in self.sprint_fields:
            if isinstance(fields.get(field_id), list):
                fields[field_id] = [_sprint(value) for value in fields[field_id]]
        return {**issue, "fields": fields}


def whole_histories(issue: Mapping[str, Any]) -> bool:
    """Whether the histories in an answer are all that there are; versions differ in how many they give."""
    changelog = issue.get("changelog")
    if not isinstance(changelog, dict):
        return False
    total = changelog.get("total")
    return not isinstance(total, int) or total <= len(_histories(issue))


def _histories(issue: Mapping[str, Any]) -> list[Any]:
    found = (issue.get("changelog") or {}).get("histories")
    return found if isinstance(found, list) else []


def _is(field: Mapping[str, Any], kind: str) -> bool:
    return bool((field.get("schema") or {}).get("custom") == kind)


def _status_since(fields: Mapping[str, Any], histories: Sequence[Any]) -> Any:
    """When the status last changed; an issue whose status never changed has had it since it was created."""
    changed = [entry.get("created") for entry in histories if isinstance(entry, dict) and _moves_status(entry)]
    if len(changed) < 2:
        return changed[0] if changed else fields.get("created")
    return max(changed, key=lambda moment: milliseconds(moment) or 0)


def _moves_status(entry: Mapping[str, Any]) -> bool:
    items = entry.get("items")
    return isinstance(items, list) and any(
        isinstance(i, dict) and (i.get("fieldId") or i.get("field")) == "status" for i in items
    )


def _sprint(value: Any) -> Any:
    """A sprint as a record. Data Center prints the object: `...Sprint@1a2b[id=3,state=ACTIVE,name=Sprint 3,goal=]`."""
    inside = _SPRINT.search(value) if isinstance(value, str) else None
    if inside is None:
        return value
    pairs = _SPRINT_VALUE.findall(inside["inside"])
    said = {_SPRINT_NAMES.get(name, name): None if text in ("<null>", "") else text for name, text in pairs}
    return {**said, "state": str(said.get("state") or "").lower() or None}
