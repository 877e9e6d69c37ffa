"""The changelog, as far as rules look at it: status, dates, estimates, assignee, sprint, parent, scope, labels."""

from typing import Any

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.people import account_id
from connectors.jira.normalise.values import Unreadable, instant, native, record
from portfolio.ports import Row

MOST_FIELDS = 10
"""`POST /changelog/bulkfetch` filters by at most ten field ids (Atlassian, REST v3)."""

_CLASSES = {
    "status": "status",
    "duedate": "schedule",
    "timeoriginalestimate": "estimate",
    "assignee": "assignee",
    "parent": "parent",
    "fixVersions": "scope",
    "issuetype": "scope",
    "labels": "other",
}
_ROLE_CLASSES = {"sprint": "sprint", "points": "estimate", "start_date": "schedule"}


def watched_fields(site: Site) -> dict[str, str]:
    """Field ids to ask the changelog for, with the class of a change. The remaining estimate is left out: each
    worklog changes it, and its history tells nothing that worklogs do not."""
    watched = dict(_CLASSES)
    for role, field_class in _ROLE_CLASSES.items():
        for field_id in site.field_ids.by_role.get(role, ()):
            if len(watched) < MOST_FIELDS:
                watched[field_id] = field_class
    return watched


def change_rows(site: Site, item: Row, history: Any, watched: dict[str, str]) -> list[Row]:
    """Rows of one entry of the history of `item`, which may change several fields. Raises Unreadable."""
    record(history, "history entry")
    entry = native(history.get("id"), "history entry")
    changed_at = instant(history.get("created"))
    if changed_at is None:
        raise Unreadable("the history entry has no time")
    author = account_id(site, history.get("author"))
    rows: dict[str, Row] = {}
    for change in history.get("items") or ():
        field_id = change.get("fieldId") or change.get("field")
        field_class = watched.get(field_id)
        if field_class is None or (field_id == "labels" and _only_ours(site, change)):
            continue
        row_id = _free(site.id("change", f"{entry}:{field_id}"), rows)
        rows[row_id] = {
            "id": row_id,
            "source": site.source,
            "work_item_id": item["id"],
            "project_id": item["project_id"],
            "field": change.get("field") or field_id,
            "field_class": field_class,
            "from_value": _value(change, "from", field_class),
            "to_value": _value(change, "to", field_class),
            "changed_at": changed_at,
            "account_id": author,
        }
    return list(rows.values())


def _free(row_id: str, taken: dict[str, Row]) -> str:
    """The id, numbered from the second on: one entry may change a list field (fix versions) several times."""
    if row_id not in taken:
        return row_id
    return f"{row_id}:{sum(1 for other in taken if other.startswith(row_id))}"


def type_changed(histories: list[Any]) -> bool:
    """Whether the issue ever was of another type, so that rows of another table may be left over."""
    entries = (h["items"] for h in histories if isinstance(h, dict) and isinstance(h.get("items"), list))
    return any(isinstance(c, dict) and c.get("fieldId") == "issuetype" for items in entries for c in items)


def _value(change: dict[str, Any], side: str, field_class: str) -> str | None:
    """What is shown; of dates the plain ISO date, because the shown one is in the site's language."""
    plain, shown = change.get(side), change.get(f"{side}String")
    chosen = (plain or shown) if field_class == "schedule" else (shown or plain)
    return str(chosen) if chosen else None


def _only_ours(site: Site, change: dict[str, Any]) -> bool:
    """Whether a change of labels is nothing but our own flag coming or going."""

    def others(text: Any) -> set[str]:
        return {label for label in str(text or "").split() if not label.startswith(site.label_prefix)}

    return others(change.get("fromString")) == others(change.get("toString"))
