"""Jira's records through the normalisers, for tests."""

from jira_records import FIELDS

from connectors.jira.mapping import Mapping
from connectors.jira.normalise.changes import watched_fields
from connectors.jira.normalise.columns import wanted_fields
from connectors.jira.normalise.context import Site, resolve_fields
from connectors.jira.normalise.pages import RawPage, read_page


def site(mapping: Mapping | None = None, fields=FIELDS) -> Site:
    mapping = mapping or Mapping()
    ids = resolve_fields(fields, wanted_fields(mapping))
    return Site("jira", "https://meridian.example", mapping, ids, "EUR", {"10007": "CHF"})


def page(*issues, at: Site | None = None, **details):
    at = at or site()
    rows = read_page(at, RawPage(issues, **details), watched_fields(at))
    return rows.lists(at), rows
