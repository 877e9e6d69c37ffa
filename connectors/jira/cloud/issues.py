"""The issues of one project: search page by page, with the histories and worklogs that belong to each page."""

from collections.abc import Iterator
from typing import Any

from connectors.http import Http
from connectors.jira.client import API
from connectors.jira.cloud.positions import MINUTE_MS, milliseconds, seen_until, write_position
from connectors.jira.cloud.search import fresh, search, unusable
from connectors.jira.normalise.changes import watched_fields
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.items import SYSTEM_FIELDS
from connectors.jira.normalise.pages import RawPage, read_page
from connectors.jira.settings import JiraCloudSource
from portfolio.ports import Page

PAGE_SIZE = 100
_CHANGES_A_PAGE = 10_000
_WORKLOGS_A_PAGE = 5000


class IssuePull:
    """Pulls one project, by its native id.

    `reading` (see `Site.reading_of`) goes with every position; one of another reading counts for nothing.
    `observed_ms`, the server's time at the start of the run, and `total`, the number of issues then, go with the last
    position where they are known.
    """

    def __init__(
        self,
        http: Http,
        site: Site,
        settings: JiraCloudSource,
        project: str,
        *,
        reading: int,
        observed_ms: int | None = None,
        total: int | None = None,
    ) -> None:
        self._http = http
        self._site = site
        self._settings = settings
        self._project = project
        self._reading = reading
        self._ending = {"observed_ms": observed_ms, "issues": total}
        self._watched = watched_fields(site)

    def pages(self, position: str | None) -> Iterator[Page]:
        """Pages in the order of `updated`. Each page's position is the newest `updated` seen so far."""
        newest = seen_until(position, self._reading)
        fields = [*SYSTEM_FIELDS, *self._site.field_ids.all]
        pages = search(self._http, self._jql(newest), fields, PAGE_SIZE, self._settings.max_pages)
        for issues, is_last in pages:
            newest = _newest(issues, newest)
            rows = read_page(self._site, self._with_details(issues), self._watched)
            yield Page(rows.lists(self._site), self._position(newest, is_last), rows.scopes, rows.rejected)

    def _position(self, newest: int | None, is_last: bool) -> str | None:
        if newest is None:
            return None
        ending = self._ending if is_last else {}
        return write_position(updated_ms=newest, reading=self._reading, **ending)

    def _jql(self, newest: int | None) -> str:
        """The bound is a plain number of milliseconds: a date-time would be read in the account's own time zone.

        It goes back by the overlap, because search lags behind writes; there is no upper bound, because an issue that
        is edited all the time would never be read.
        """
        since = ""
        if newest is not None:
            bound = newest // MINUTE_MS * MINUTE_MS - self._settings.overlap_minutes * MINUTE_MS
            since = f" AND updated >= {max(0, bound)}"
        return f"project = {self._project}{since} ORDER BY updated ASC, key ASC"

    def _with_details(self, issues: list[Any]) -> RawPage:
        readable = [i for i in issues if isinstance(i, dict) and i.get("id") and isinstance(i.get("fields"), dict)]
        known = {str(issue["id"]): self._worklogs(issue) for issue in readable}
        worklogs = {issue_id: found for issue_id, found in known.items() if found is not None}
        return RawPage(issues, worklogs, self._histories(list(known)))

    def _worklogs(self, issue: dict[str, Any]) -> list[Any] | None:
        """All worklogs of an issue; None where time tracking is off and nothing is known.

        Search includes at most 20; they are used only where `total` says that there are no more.
        """
        inline = issue["fields"].get("worklog")
        if not isinstance(inline, dict):
            return None
        found = inline.get("worklogs") or []
        total = inline.get("total")
        if isinstance(total, int) and total <= len(found):
            return found
        return self._all_worklogs(str(issue["id"]))

    def _all_worklogs(self, issue_id: str) -> list[Any]:
        """`GET /issue/{id}/worklog`, oldest first. Raises RemoteRefusal if the list ends before its own `total`."""
        found: list[Any] = []
        while True:
            page = self._http.get_json(
                f"{API}/issue/{issue_id}/worklog", {"startAt": len(found), "maxResults": _WORKLOGS_A_PAGE}
            )
            records = page.get("worklogs") or []
            found += records
            if len(found) >= page.get("total", 0):
                return found
            if not records:
                raise unusable(f"list of worklogs of issue {issue_id} ended early", "remote.paging")

    def _histories(self, issue_ids: list[str]) -> dict[str, list[Any]]:
        """Histories by issue id, from `POST /changelog/bulkfetch` (up to 1000 issues, 10 fields), oldest first."""
        histories: dict[str, list[Any]] = {}
        if not issue_ids:
            return histories
        body: dict[str, Any] = {
            "issueIdsOrKeys": issue_ids,
            "fieldIds": sorted(self._watched),
            "maxResults": _CHANGES_A_PAGE,
        }
        used: set[str] = set()
        while True:
            answer = self._http.post_json(f"{API}/changelog/bulkfetch", body, read_only=True)
            for log in answer.get("issueChangeLogs") or []:
                histories.setdefault(str(log.get("issueId")), []).extend(log.get("changeHistories") or [])
            token = answer.get("nextPageToken")
            if not token:
                return histories
            body["nextPageToken"] = fresh(token, used, "changelog")


def _newest(issues: list[Any], so_far: int | None) -> int | None:
    for issue in issues:
        fields = issue.get("fields") if isinstance(issue, dict) else None
        updated_ms = milliseconds(fields.get("updated")) if isinstance(fields, dict) else None
        if updated_ms is not None:  # else the issue itself is rejected with the page
            so_far = max(so_far or 0, updated_ms)
    return so_far
