"""Which issues of a project exist: Jira tells nobody that one was deleted, so ids are listed and compared."""

from collections import defaultdict
from collections.abc import Iterator

from connectors.http import Http
from connectors.jira.cloud.search import search
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.governance import ID_KINDS
from portfolio.ports import Census, Page

IDS_A_PAGE = 5000
"""Most that search gives where nearly no field is asked for."""


def census_page(http: Http, site: Site, project: str, max_pages: int, position: str | None) -> Iterator[Page]:
    """One page without rows: the ids of the project's issues, and of the records that they hold."""
    ids: dict[str, set[str]] = defaultdict(set)
    jql = f"project = {project} ORDER BY key ASC"
    for issues, _ in search(http, jql, ["issuetype"], IDS_A_PAGE, max_pages):
        for issue in issues:
            native = str(issue["id"])
            kind = site.kind_of((issue.get("fields") or {}).get("issuetype") or {})
            ids["work_item"].add(site.id("item", native))
            if kind in ID_KINDS:
                ids[kind].add(site.id(ID_KINDS[kind], native))
    of = site.id("project", project)
    tables = ("work_item", *ID_KINDS)
    yield Page({}, position, censuses=[Census(t, "project_id", of, frozenset(ids[t])) for t in tables])
