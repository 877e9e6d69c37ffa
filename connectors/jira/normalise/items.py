"""One issue to one work item."""

from typing import Any

import orjson

from connectors.jira.normalise.columns import custom_role, mapped_columns
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.people import account_id
from connectors.jira.normalise.records import plain
from connectors.jira.normalise.sprints import sprint_id
from connectors.jira.normalise.values import (
    POINTS,
    Unreadable,
    day,
    hours,
    instant,
    name_of,
    names_of,
    native,
    number,
    record,
    told,
    words,
)
from portfolio.ports import Row

SYSTEM_FIELDS = (
    "summary",
    "issuetype",
    "status",
    "statuscategorychangedate",
    "project",
    "parent",
    "priority",
    "resolution",
    "resolutiondate",
    "assignee",
    "reporter",
    "creator",
    "created",
    "updated",
    "duedate",
    "labels",
    "components",
    "versions",
    "fixVersions",
    "security",
    "timeoriginalestimate",
    "timeestimate",
    "timespent",
    "aggregatetimeoriginalestimate",
    "aggregatetimeestimate",
    "aggregatetimespent",
    "issuelinks",
    "worklog",
)
"""What is asked of every issue. Descriptions, comments and attachments are never read."""

_CATEGORIES = {"new": "todo", "indeterminate": "in_progress", "done": "done"}


def work_item_row(site: Site, issue: Any) -> Row:
    """The row of an issue as `search/jql` gives it. Raises what UNREADABLE lists; most say which value is wrong."""
    fields = record(record(issue, "issue").get("fields"), "fields")
    issue_type = record(fields.get("issuetype"), "issuetype")
    kind = site.kind_of(issue_type)
    title = words(fields.get("summary"))
    if not title:
        raise Unreadable("the issue has no summary")
    key = words(issue.get("key"))
    parent, versions = fields.get("parent"), fields.get("fixVersions")
    found = site.field_ids.value
    row = {
        "id": item_id(site, issue),
        "source": site.source,
        "native_id": native(issue.get("id"), "issue"),
        "key": key,
        "url": f"{site.browse_url}/browse/{key}" if key else None,
        "project_id": site.id("project", project_of(issue)),
        "parent_id": item_id(site, parent) if parent else None,
        "title": title,
        "type": name_of(issue_type),
        "kind": kind,
        "status": name_of(fields.get("status")),
        "status_category": status_category(site, fields),
        "priority": name_of(fields.get("priority")),
        "resolution": name_of(fields.get("resolution")),
        "assignee_id": account_id(site, fields.get("assignee")),
        "reporter_id": account_id(site, fields.get("reporter")),
        "creator_id": account_id(site, fields.get("creator")),
        "labels": _labels(site, fields),
        "components": names_of(fields.get("components")),
        "affected_versions": names_of(fields.get("versions")),
        "fix_versions": names_of(versions),
        "security_level": name_of(fields.get("security")),
        "sprint_id": sprint_id(site, fields),
        "version_id": site.id("version", native(versions[0].get("id"), "version")) if versions else None,
        "start_date": day(found(fields, "start_date")),
        "due_date": day(fields.get("duedate")),
        "created_at": instant(fields.get("created")),
        "updated_at": instant(fields.get("updated")),
        "status_changed_at": instant(fields.get("statuscategorychangedate")),
        "resolved_at": instant(fields.get("resolutiondate")),
        "estimate_hours": hours(fields.get("timeoriginalestimate")),
        "remaining_hours": hours(fields.get("timeestimate")),
        "spent_hours": hours(fields.get("timespent")),
        "aggregate_estimate_hours": hours(fields.get("aggregatetimeoriginalestimate")),
        "aggregate_remaining_hours": hours(fields.get("aggregatetimeestimate")),
        "aggregate_spent_hours": hours(fields.get("aggregatetimespent")),
        "points": number(found(fields, "points"), POINTS),
        "acceptance": told(found(fields, "acceptance")),
        "is_summary": False,
        "is_milestone": kind == "milestone",
        "is_blocked": _blocked(site, fields),
        "is_archived": False,  # else it would not have been found; `connectors.jira.cloud.census` knows the others
        "custom_fields": _custom(site, fields) if site.mapping.custom else None,
    }
    return {**row, **mapped_columns(site, fields, row)} if site.fills_columns else row


def item_id(site: Site, issue: dict[str, Any]) -> str:
    """Our id of an issue, also of the short form in links and parents."""
    return f"{site.source}:item:{native(issue.get('id'), 'issue')}"


def project_of(issue: dict[str, Any]) -> str:
    """Native id of an issue's project."""
    return native(record(record(issue.get("fields"), "fields").get("project"), "project").get("id"), "project")


def status_category(site: Site, fields: dict[str, Any]) -> str:
    """What an issue's status means: by its name where the mapping says so, else by its category."""
    status = fields.get("status") or {}
    if site.status_categories:
        mapped = site.status_categories.get(str(status.get("name", "")).casefold())
        if mapped is not None:
            return mapped
    return _CATEGORIES.get((status.get("statusCategory") or {}).get("key", ""), "unknown")


def _labels(site: Site, fields: dict[str, Any]) -> list[str]:
    labels = names_of(fields.get("labels"))
    return sorted(name for name in labels if not name.startswith(site.label_prefix)) if labels else labels


def _blocked(site: Site, fields: dict[str, Any]) -> bool | None:
    if not site.field_ids.known("blocked"):
        return None
    flagged = site.field_ids.value(fields, "blocked")
    return site.mapping.blocked_option in names_of(flagged) if flagged is not None else False


def _custom(site: Site, fields: dict[str, Any]) -> str:
    """Mapped custom fields as JSON, by our names, in the site's own shape."""
    kept = {name: site.field_ids.value(fields, custom_role(name)) for name in sorted(site.mapping.custom)}
    return orjson.dumps(kept, default=plain).decode()
