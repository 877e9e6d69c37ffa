"""Which issues of a project exist: Jira tells nobody that one was deleted, so ids are listed and compared.

What is missing from the list may be deleted, hidden from us, moved to another project or archived. `confirmed` asks
for each missing issue by itself: archived ones leave search, boards and reports, yet open by direct link (Tempo's
knowledge base on archived issues; `issue/bulkfetch` follows moves, Atlassian REST v3).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.http import Http
from connectors.jira.api import CLOUD
from connectors.jira.cloud.catalogue import Known
from connectors.jira.cloud.gathered import last_update, sighted
from connectors.jira.cloud.issues import IssueReader
from connectors.jira.cloud.search import listed, of_projects
from connectors.jira.confirmed import project_of, with_answers
from connectors.jira.normalise.governance import ID_KINDS
from connectors.jira.normalise.people import account_rows
from connectors.jira.positions import MINUTE_MS, counted, write_position
from portfolio.errors import RemoteRefusal
from portfolio.ports import Census, Page

_LAGGING_MS = 10 * MINUTE_MS
"""Search may not know for minutes what was changed in bulk."""


def census_page(http: Http, known: Known, project: str, max_pages: int, *, people: bool) -> Iterator[Page]:
    """One page: the ids of the project's issues, and of the records that they may hold; with `people` those who are
    assigned to open issues, which tells who was deactivated: that changes no issue, and not everybody may list users.
    """
    site, of = known.site, known.site.id("project", project)
    natives = [str(i["id"]) for i in listed(http, of_projects([project]), ["id"], max_pages)]
    censuses = [Census("work_item", "project_id", of, frozenset(site.id("item", native) for native in natives))]
    for table, kind in ID_KINDS.items():  # which of them there are is not asked for
        ids = frozenset(site.id(kind, native) for native in natives)
        censuses.append(Census(table, "project_id", of, ids, restores=False))
    total = counted(known.projects.get(project, {}))
    position = write_position(observed_ms=known.observed_ms, issues=total, reading=known.reading(project))
    accounts = account_rows(site, _assignees(http, project, max_pages)) if people else []
    yield Page({"account": accounts} if accounts else {}, position, censuses=censuses)


def _assignees(http: Http, project: str, max_pages: int) -> Iterator[Any]:
    jql = f"project = {project} AND statusCategory != Done AND assignee is not EMPTY"
    for issue in listed(http, jql, ["assignee"], max_pages):
        yield (issue.get("fields") or {}).get("assignee")


def confirmed(http: Http, known: Known, reader: IssueReader, page: Page, missing: Sequence[str]) -> Page:
    """The page, with what Jira says of the work items in doubt; records of theirs come and go with them.

    - It answers with a project that we read: moved there, or archived where it was, unless it is listed or changed so
      lately that search may not know it yet. The row comes along, and stays.
    - It answers with another project: moved away from what we read.
    - It does not answer: deleted, or hidden from us. Jira tells nobody which, so neither do we ("absent").
    - It cannot answer this time: nothing is concluded.
    """
    items = known.site.id("item", "")
    natives = sorted({item.removeprefix(items) for item in missing if item.startswith(items)})
    if not natives:
        return page
    issues, failed = reader.of_ids(natives)
    undecided = [native for native in failed if _answers(http, native)]
    own = {str(census.value).rpartition(":")[2] for census in page.censuses}
    here = [issue for issue in issues if project_of(issue) in known.projects]
    away = [str(issue["id"]) for issue in issues if project_of(issue) not in known.projects]
    rows = reader.rows(here)
    listed_ids = {item for census in page.censuses if census.table == "work_item" for item in census.ids}
    archived = {
        str(issue["id"])
        for issue in here
        if project_of(issue) in own
        and known.site.id("item", str(issue["id"])) not in listed_ids
        and not _is_settling(issue, known.observed_ms)
    }
    reasons = dict.fromkeys(away, "moved")
    return with_answers(page, known.site, rows, archived=archived, reasons=reasons, undecided=undecided)


def _answers(http: Http, native: str) -> bool:
    """Whether Jira has that issue for us. Raises for any other failure than that it has not."""
    try:
        http.get_json(f"{CLOUD.api}/issue/{native}", {"fields": "project"})
    except RemoteRefusal as why:
        if why.code == "remote.not_found":
            return False
        raise
    return True


def _is_settling(issue: Any, observed_ms: int | None) -> bool:
    changed_ms = last_update(sighted([issue]))
    return changed_ms is not None and observed_ms is not None and changed_ms > observed_ms - _LAGGING_MS
