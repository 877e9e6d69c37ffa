"""Which issues of a project exist: Jira tells nobody that one was deleted, so ids are listed and compared.

What is missing from the list may be deleted, hidden from us, moved to another project or archived. `confirmed` asks
for each missing issue by itself: archived ones leave search, boards and reports, yet open by direct link (Tempo's
knowledge base on archived issues; `issue/bulkfetch` follows moves, Atlassian REST v3).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from connectors.http import Http
from connectors.jira.api import CLOUD
from connectors.jira.cloud.catalogue import Known
from connectors.jira.cloud.decode import IssueDecoder
from connectors.jira.cloud.issues import IssueReader
from connectors.jira.cloud.positions import counted, write_position
from connectors.jira.cloud.search import search
from connectors.jira.normalise.governance import ID_KINDS
from connectors.jira.normalise.people import account_rows
from portfolio.errors import RemoteRefusal
from portfolio.ports import Census, Page, Row

IDS_A_PAGE = 5000
"""Most that search gives where nearly no field is asked for."""
_FIELDS = ("issuetype", "assignee")
"""The type tells in which register an issue stands. The assignee comes along to learn who was deactivated: that changes
no issue, and the list of all users may not be read by everybody."""


def census_page(http: Http, known: Known, project: str, max_pages: int) -> Iterator[Page]:
    """One page: the ids of the project's issues, and of the records that they hold."""
    site = known.site
    ids: dict[str, set[str]] = defaultdict(set)
    users: dict[str, Any] = {}
    decoder = IssueDecoder(_FIELDS)
    for page in search(http, f"project = {project} ORDER BY key ASC", _FIELDS, IDS_A_PAGE, max_pages):
        for issue in decoder.issues(page):
            native, fields = str(issue["id"]), issue.get("fields") or {}
            kind = site.kind_of(fields.get("issuetype") or {})
            ids["work_item"].add(site.id("item", native))
            if kind in ID_KINDS:
                ids[kind].add(site.id(ID_KINDS[kind], native))
            if isinstance(user := fields.get("assignee"), dict):
                users.setdefault(str(user.get("accountId")), user)
    of = site.id("project", project)
    censuses = [Census(t, "project_id", of, frozenset(ids[t])) for t in ("work_item", *ID_KINDS)]
    total = counted(known.projects.get(project, {}))
    position = write_position(observed_ms=known.observed_ms, issues=total, reading=known.reading(project))
    yield Page({"account": account_rows(site, users.values())}, position, censuses=censuses)


def confirmed(http: Http, known: Known, reader: IssueReader, page: Page, missing: Sequence[str]) -> Page:
    """The page, with what Jira says of the work items that it misses.

    - It answers with a project that we read: moved there, or archived where it was. The row comes along, and stays.
    - It answers with another project: moved away from what we read.
    - It does not answer: deleted, or hidden from us. Jira tells nobody which, so neither do we ("absent").
    - It cannot answer this time: nothing is concluded.
    """
    natives = [item.rpartition(":")[2] for item in missing]
    issues, failed = reader.of_ids(natives)
    undecided = [native for native in failed if _answers(http, native)]
    own = {str(census.value).rpartition(":")[2] for census in page.censuses}
    here = [issue for issue in issues if _project_of(issue) in known.projects]
    away = [str(issue["id"]) for issue in issues if _project_of(issue) not in known.projects]
    rows = reader.rows(here)
    tables: dict[str, Sequence[Row]] = dict(rows.lists(known.site))
    archived = {str(issue["id"]) for issue in here if _project_of(issue) in own}
    tables["work_item"] = [{**row, "is_archived": row["native_id"] in archived} for row in tables.get("work_item", ())]
    reasons = {known.site.id("item", native): "moved" for native in away}
    kept = {known.site.id("item", native) for native in undecided}
    return replace(
        page,
        rows={t: [*page.rows.get(t, ()), *tables.get(t, ())] for t in {*page.rows, *tables}},
        rejected=[*page.rejected, *rows.rejected],
        scopes=[*page.scopes, *rows.scopes],
        censuses=[
            replace(c, reasons=reasons, ids=c.ids | kept) if c.table == "work_item" else c for c in page.censuses
        ],
    )


def _answers(http: Http, native: str) -> bool:
    """Whether Jira has that issue for us. Raises for any other failure than that it has not."""
    try:
        http.get_json(f"{CLOUD.api}/issue/{native}", {"fields": "project"})
    except RemoteRefusal as why:
        if why.code == "remote.not_found":
            return False
        raise
    return True


def _project_of(issue: Any) -> str:
    return str(((issue.get("fields") or {}).get("project") or {}).get("id"))
