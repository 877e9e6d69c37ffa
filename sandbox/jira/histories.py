"""The changelog of an issue as JSON, as each edition writes it.

Cloud tells the field's id and leaves empty values out; Data Center does neither, and tells parents by the custom fields
that hold them there.
"""

from __future__ import annotations

from sandbox.jira.records import ChangeItem, History, Issue, Json
from sandbox.jira.references import References
from sandbox.jira.shapes import moment


def changelog_json(refs: References, issue: Issue) -> Json:
    """Write the whole history for `expand=changelog`: newest first on Cloud, oldest first on Data Center."""
    entries = issue.histories if refs.store.edition == "data_center" else reversed(issue.histories)
    written = [history_json(refs, issue, entry) for entry in entries]
    return {"startAt": 0, "maxResults": len(written), "total": len(written), "histories": written}


def history_json(refs: References, issue: Issue, entry: History, field_ids: frozenset[str] = frozenset()) -> Json:
    """Write one entry, with the items of these fields only, or with all."""
    chosen = [item for item in entry.items if not field_ids or item.field_id in field_ids]
    server = refs.store.edition == "data_center"
    items = [_server_item(refs, issue, item) if server else _cloud_item(item) for item in chosen]
    author = {} if entry.author is None else {"author": refs.account(entry.author)}
    return {"id": str(entry.id), **author, "created": moment(entry.created), "items": items}


def _values(item: ChangeItem) -> dict[str, Json]:
    return {"from": item.before_id, "fromString": item.before, "to": item.after_id, "toString": item.after}


def _cloud_item(item: ChangeItem) -> Json:
    known = {name: value for name, value in _values(item).items() if value is not None}
    return {"field": item.field, "fieldtype": _kind(item), "fieldId": item.field_id, **known}


def _server_item(refs: References, issue: Issue, item: ChangeItem) -> Json:
    if item.field_id == "parent":
        level = refs.store.issue_types[issue.type].level
        name, kind = {-1: ("Parent", "jira"), 0: ("Epic Link", "custom")}.get(level, ("Parent Link", "custom"))
        return {"field": name, "fieldtype": kind} | _values(item)
    return {"field": item.field, "fieldtype": _kind(item)} | _values(item)


def _kind(item: ChangeItem) -> str:
    return "custom" if item.custom else "jira"
