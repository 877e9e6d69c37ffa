"""Issue links. Jira shows one link on both of its issues; both ways of seeing it give the same row."""

from typing import Any

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.items import item_id
from connectors.jira.normalise.values import native, record
from portfolio.ports import Row


def link_rows(site: Site, issue: dict[str, Any]) -> list[Row]:
    """Rows of an issue's links. `from` is the issue that "blocks", `to` the one that "is blocked by".

    Raises Unreadable.
    """
    return [_row(site, issue, link) for link in issue["fields"].get("issuelinks") or []]


def _row(site: Site, issue: dict[str, Any], link: Any) -> Row:
    record(link, "link")
    kind = record(link.get("type"), "type of link")
    here = item_id(site, issue)
    if link.get("outwardIssue"):
        first, second = here, item_id(site, link["outwardIssue"])
    else:
        first, second = item_id(site, record(link.get("inwardIssue"), "linked issue")), here
    name = str(kind.get("name", ""))
    return {
        "id": site.id("link", native(link.get("id"), "link")),
        "source": site.source,
        "from_id": first,
        "to_id": second,
        "kind": site.link_kind(name),
        "type": name or None,
    }


def linked_kinds(site: Site, fields: dict[str, Any]) -> set[str]:
    """Kinds of the issues that an issue with these fields is linked with, either way."""
    kinds = set()
    for link in fields.get("issuelinks") or []:
        other = link.get("outwardIssue") or link.get("inwardIssue") or {}
        kinds.add(site.kind_of((other.get("fields") or {}).get("issuetype") or {}))
    return kinds
