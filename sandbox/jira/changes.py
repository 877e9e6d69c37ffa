"""Changelog items as Jira writes them: which names, ids and texts stand for a value of a field."""

from __future__ import annotations

from sandbox.jira.records import ChangeItem
from sandbox.jira.registry import SPRINT
from sandbox.jira.store import Store, UnknownName

SYSTEM_FIELDS: dict[str, tuple[str, str]] = {
    "summary": ("summary", "summary"),
    "status": ("status", "status"),
    "assignee": ("assignee", "assignee"),
    "reporter": ("reporter", "reporter"),
    "priority": ("priority", "priority"),
    "resolution": ("resolution", "resolution"),
    "duedate": ("duedate", "duedate"),
    "labels": ("labels", "labels"),
    "description": ("description", "description"),
    "timeoriginalestimate": ("timeoriginalestimate", "timeoriginalestimate"),
    "timeestimate": ("timeestimate", "timeestimate"),
    "timespent": ("timespent", "timespent"),
    "fixVersions": ("Fix Version", "fixVersions"),
    "Fix Version": ("Fix Version", "fixVersions"),
    "parent": ("IssueParentAssociation", "parent"),
    "issuetype": ("issuetype", "issuetype"),
    "project": ("project", "project"),
    "Key": ("Key", "issuekey"),
}
"""Name or id of a field -> (`field`, `fieldId`) of a changelog item."""


def change_item(store: Store, field: str, before: str | None, after: str | None) -> ChangeItem:
    """Tell one change of a field, which is named as Jira names it or by its id.

    Values: status, priority and version by name, accounts by id, parent and project by key, dates as ISO texts,
    sprints by their ids with commas.
    """
    if field in SYSTEM_FIELDS:
        name, field_id = SYSTEM_FIELDS[field]
        before_pair, after_pair = _pair(store, field_id, before), _pair(store, field_id, after)
        return ChangeItem(name, field_id, False, *before_pair, *after_pair)
    for custom in store.custom_fields.values():
        if field in (custom.name, custom.id):
            kind = "sprint" if custom.custom == SPRINT.custom else custom.type
            return ChangeItem(custom.name, custom.id, True, *_pair(store, kind, before), *_pair(store, kind, after))
    raise UnknownName("field", field, [*SYSTEM_FIELDS, *store.custom_fields])


def _pair(store: Store, kind: str, value: str | None) -> tuple[str | None, str | None]:
    """Give (id, text) of a value."""
    if value is None:
        return None, None
    if kind in ("assignee", "reporter", "user"):
        user = store.users.get(value)
        return value, user.name if user else "Former user"
    if kind == "sprint":
        return _sprints(store, value)
    if kind in ("duedate", "date"):
        return value, f"{value} 00:00:00.0"
    if kind in ("timeoriginalestimate", "timeestimate", "timespent"):
        return value, value
    return _id_by_name(store, kind, value), value


def _sprints(store: Store, value: str) -> tuple[str, str]:
    numbers = [int(part) for part in value.split(",") if part.strip()]
    return ", ".join(map(str, numbers)), ", ".join(store.sprints[number].name for number in numbers)


def _id_by_name(store: Store, kind: str, name: str) -> str | None:
    number: int | None = None
    if kind == "fixVersions":
        number = next((version.id for version in store.versions.values() if version.name == name), None)
    elif kind == "parent":
        number = getattr(store.issue(name), "id", None)
    elif kind == "project":
        number = getattr(store.project(name), "id", None)
    else:
        number = _registered(store, kind).get(name)
    return None if number is None else str(number)


def _registered(store: Store, kind: str) -> dict[str, int]:
    if kind == "status":
        return {status.name: status.id for status in store.statuses.values()}
    if kind == "issuetype":
        return {one.name: one.id for one in store.issue_types.values()}
    return {"priority": store.priorities, "resolution": store.resolutions}.get(kind, {})
