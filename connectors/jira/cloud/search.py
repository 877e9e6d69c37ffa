"""`POST /search/jql`, page by page (Atlassian, REST v3; the only search that is left on Cloud)."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from connectors.http import Http
from connectors.jira.api import CLOUD
from connectors.jira.cloud.decode import FoundIssues, IssueDecoder
from connectors.jira.unusable import fresh, unusable

IDS_A_FETCH = 100
"""Most issues that `POST /issue/bulkfetch` takes."""
IDS_A_PAGE = 5000
"""Most that search gives where only ids are asked for; one field more, and the pages shrink (Atlassian, REST v3)."""


def search(
    http: Http, jql: str, fields: Sequence[str], page_size: int, max_pages: int, *, as_written: Collection[str] = ()
) -> Iterator[FoundIssues]:
    """Pages of issues, the last of them marked. `as_written`: see IssueDecoder.

    A short page says nothing: Jira shrinks pages as it likes. Raises RemoteRefusal for a token that repeats, for more
    than `max_pages`, and for an answer without issues.
    """
    body: dict[str, Any] = {"jql": jql, "maxResults": page_size, "fields": list(fields)}
    used: set[str] = set()
    decoder = IssueDecoder(fields, as_written)
    for _ in range(max_pages):
        page = http.post_read(f"{CLOUD.api}/search/jql", body, decoder.page)
        yield page
        if page.is_last:
            return
        body["nextPageToken"] = fresh(page.token, used, "search")
    raise unusable(f"search did not end within {max_pages} pages", "remote.paging")


def fetch(
    http: Http, issue_ids: Sequence[str], fields: Sequence[str], *, as_written: Collection[str] = ()
) -> Iterator[FoundIssues]:
    """The issues of those ids, in no order, wherever they are now. Those that are gone or hidden are left out."""
    decoder = IssueDecoder(fields, as_written)
    for start in range(0, len(issue_ids), IDS_A_FETCH):
        body = {"issueIdsOrKeys": list(issue_ids[start : start + IDS_A_FETCH]), "fields": list(fields)}
        yield http.post_read(f"{CLOUD.api}/issue/bulkfetch", body, decoder.page)


def listed(http: Http, condition: str, fields: Sequence[str], max_pages: int) -> Iterator[Any]:
    """All issues that meet a condition, with so little of each that many stand on a page."""
    for page in search(http, f"{condition} ORDER BY key ASC", fields, IDS_A_PAGE, max_pages):
        yield from page.issues


def of_projects(projects: Collection[str]) -> str:
    """The JQL for the issues of these projects, by native id."""
    ids = list(projects)
    return f"project = {ids[0]}" if len(ids) == 1 else f"project in ({', '.join(ids)})"
