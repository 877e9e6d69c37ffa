"""The issues of one project: search page by page, with the histories and worklogs that belong to each page."""

from collections.abc import Iterator
from typing import Any

import orjson

from connectors.http import Http
from connectors.jira.client import API
from connectors.jira.normalise.changes import watched_fields
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.items import SYSTEM_FIELDS
from connectors.jira.normalise.pages import RawPage, read_page
from connectors.jira.normalise.values import Unreadable, instant
from connectors.jira.settings import JiraCloudSource
from portfolio.errors import ConfigurationError, RemoteRefusal
from portfolio.ports import Page

PAGE_SIZE = 100
_CHANGES_A_PAGE = 10_000
_WORKLOGS_A_PAGE = 5000
_MINUTE_MS = 60_000


def read_position(position: str | None) -> dict[str, int]:
    """A position's text as numbers; empty for the beginning. Raises ConfigurationError for a text that is not ours."""
    if position is None:
        return {}
    try:
        read = orjson.loads(position)
        return {name: int(number) for name, number in read.items()}
    except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError) as error:
        raise ConfigurationError(
            f"the stored position {position!r} is not one of Jira",
            code="jira.position",
            remedy="Forget the position of this source, to read it from the beginning.",
        ) from error


class IssuePull:
    """Pulls one project, by its native id. `observed_ms` is the server's time at the start of the run, if known."""

    def __init__(
        self, http: Http, site: Site, settings: JiraCloudSource, project: str, observed_ms: int | None = None
    ) -> None:
        self._http = http
        self._site = site
        self._settings = settings
        self._project = project
        self._observed_ms = observed_ms
        self._watched = watched_fields(site)

    def pages(self, position: str | None) -> Iterator[Page]:
        """Pages in the order of `updated`. Each page's position is the newest `updated` seen so far."""
        newest = read_position(position).get("updated_ms")
        for issues, is_last in self._search(self._jql(newest)):
            newest = _newest(issues, newest)
            rows = read_page(self._site, self._with_details(issues), self._watched)
            yield Page(rows.lists(self._site), self._position(newest, is_last), rows.scopes, rows.rejected)

    def _position(self, newest: int | None, is_last: bool) -> str | None:
        """With the last page goes the time of the run, which tells later whether search had settled by then."""
        if newest is None:
            return None
        seen = {"updated_ms": newest}
        if is_last and self._observed_ms is not None:
            seen["observed_ms"] = self._observed_ms
        return orjson.dumps(seen).decode()

    def _jql(self, newest: int | None) -> str:
        """The bound is a plain number of milliseconds: a date-time would be read in the account's own time zone.

        It goes back by the overlap, because search lags behind writes; there is no upper bound, because an issue that
        is edited all the time would never be read.
        """
        since = ""
        if newest is not None:
            bound = newest // _MINUTE_MS * _MINUTE_MS - self._settings.overlap_minutes * _MINUTE_MS
            since = f" AND updated >= {max(0, bound)}"
        return f"project = {self._project}{since} ORDER BY updated ASC, key ASC"

    def _search(self, jql: str) -> Iterator[tuple[list[Any], bool]]:
        """`POST /search/jql` until no token comes, or `isLast` (Atlassian, REST v3; `isLast` may be missing).

        A short page says nothing: Jira shrinks pages as it likes. Raises RemoteRefusal for a token that repeats.
        """
        body: dict[str, Any] = {
            "jql": jql,
            "maxResults": PAGE_SIZE,
            "fields": [*SYSTEM_FIELDS, *self._site.field_ids.all],
        }
        used: set[str] = set()
        for _ in range(self._settings.max_pages):
            answer = self._http.post_json(f"{API}/search/jql", body, read_only=True)
            issues = answer.get("issues") if isinstance(answer, dict) else None
            if not isinstance(issues, list):
                raise _endless("search answered without a list of issues", "remote.shape")
            token = answer.get("nextPageToken")
            is_last = answer.get("isLast") is True or not token
            yield issues, is_last
            if is_last:
                return
            if token in used:
                raise _endless("search gave the same page token twice", "remote.paging")
            used.add(token)
            body["nextPageToken"] = token
        raise _endless(f"search did not end within {self._settings.max_pages} pages", "remote.paging")

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
                raise _endless(f"list of worklogs of issue {issue_id} ended early", "remote.paging")

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
            if token in used:
                raise _endless("the changelog gave the same page token twice", "remote.paging")
            used.add(token)
            body["nextPageToken"] = token


def _newest(issues: list[Any], so_far: int | None) -> int | None:
    for issue in issues:
        try:
            moment = instant(issue["fields"]["updated"])
        except (Unreadable, TypeError, KeyError):
            continue  # the issue itself is rejected with the page
        if moment is not None:
            so_far = max(so_far or 0, round(moment.timestamp() * 1000))
    return so_far


def _endless(what: str, code: str) -> RemoteRefusal:
    return RemoteRefusal(
        f"Jira's {what}", code=code, remedy="Run again; what was read is kept. If it stays, tell Atlassian."
    )
