"""The changelog, as far as rules look at it: status, dates, estimates, assignee, sprint, parent, scope, labels."""

from typing import Any

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.people import account_id
from connectors.jira.normalise.records import History
from connectors.jira.normalise.values import Unreadable, instant, native
from portfolio.ports import Row

_CLASSES = {
    "status": "status",
    "duedate": "schedule",
    "timeoriginalestimate": "estimate",
    "assignee": "assignee",
    "parent": "parent",
    "fixVersions": "scope",
    "issuetype": "scope",
    "project": "scope",
}
_MAPPED = {"duedate": "column:due_date", "timeoriginalestimate": "column:estimate_hours"}
"""Fields in whose place those are watched that the mapping fills the column from."""
_ROLE_CLASSES = {"sprint": "sprint", "points": "estimate", "start_date": "schedule"}


def watched_fields(site: Site) -> dict[str, str]:
    """Field ids to ask the changelog for, with the class of a change.

    Left out: the remaining estimate, which each worklog changes without telling more than the worklog does, and labels,
    which we write ourselves.
    """
    roles = site.field_ids.by_role
    watched: dict[str, str] = {}
    for field_id, field_class in _CLASSES.items():
        own = roles.get(_MAPPED.get(field_id, ""), ()) or (field_id,)
        watched |= dict.fromkeys(own, field_class)
    for role, field_class in _ROLE_CLASSES.items():
        watched |= dict.fromkeys(roles.get(role, ()), field_class)
    return watched


FIELD_CHANGE = (
    "id",
    "source",
    "work_item_id",
    "project_id",
    "field",
    "field_class",
    "from_value",
    "to_value",
    "changed_at",
    "account_id",
)
"""The columns that `field_changes` fills, in its order."""
_Changes = list[tuple[Any, ...]]


def field_changes(site: Site, item: Row, told: History, watched: dict[str, str]) -> _Changes:
    """What one entry of the history of `item` changed, which may be several fields, each in the order of FIELD_CHANGE.

    Raises what UNREADABLE lists.
    """
    entry = told.id if type(told.id) is str and told.id else native(told.id, "history entry")
    changed_at = instant(told.created)
    if changed_at is None:
        raise Unreadable("the history entry has no time")
    author = account_id(site, told.author)
    rows: _Changes = []
    for change in told.items or ():
        field_id = change.field_id or change.field
        field_class = watched.get(field_id)
        if field_class is None:
            continue
        if field_class == "schedule":  # what is shown of a date is in the site's language
            before, after = change.before or change.before_shown, change.after or change.after_shown
        else:
            before, after = change.before_shown or change.before, change.after_shown or change.after
        row_id = f"{site.source}:change:{entry}:{field_id}"
        rows.append(
            (
                _free(row_id, rows) if rows else row_id,
                site.source,
                item["id"],
                item["project_id"],
                "duedate" if field_id in site.due_fields else change.field or field_id,
                field_class,
                before if type(before) is str and before else _text(before),
                after if type(after) is str and after else _text(after),
                changed_at,
                author,
            )
        )
    return rows


def _free(row_id: str, taken: _Changes) -> str:
    """The id, numbered from the second on: one entry may change a list field (fix versions) several times."""
    before = sum(1 for used, *_ in taken if used == row_id or used.startswith(f"{row_id}:"))
    return f"{row_id}:{before}" if before else row_id


def _text(value: Any) -> str | None:
    return str(value) if value else None
