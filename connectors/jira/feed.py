"""Worklogs that were corrected or deleted, from the site's own lists of changes.

Mostly such an edit also moves the issue's `updated`, and the issue is read again with all its worklogs. Where it does
not, only `worklog/updated` and `worklog/deleted` tell, in both editions. Facts (Atlassian, REST v3 and v2): `since` is
inclusive; a page holds at most 1000 ids, oldest first; `until` is the time of the last; the minute before the call is
not in it; it speaks of the whole site.

A thousand worklogs of one and the same time fill a page that `since` cannot get past, and nothing tells what else
changed in that millisecond. Then every issue that it may be on is read again with its worklogs: those with booked time
after a tie of corrections, all after one of deletions, of which Jira names no issue. Ids are listed 5000 at a time and
issues read a hundred at a time; only then does the list go on after that moment.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from connectors.http import Http
from connectors.jira.api import Edition
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.pages import Rows
from connectors.jira.positions import MINUTE_MS, read_position, write_position
from connectors.jira.unusable import unusable
from portfolio.ports import Page, Scope

log = structlog.get_logger("plumbrule.connectors.jira")

_IDS_A_LIST = 1000
_ISSUES_TOGETHER = 1000
_BLIND_MS = MINUTE_MS
"""Worklogs of the minute before the call are not listed."""
_OVERLAP_MS = 5 * MINUTE_MS
_MOST_PAGES = 10_000


@dataclass(frozen=True)
class Listed:
    """Worklog ids of one list, and the moments (ms) of which it does not tell all."""

    ids: Sequence[int]
    ties: Sequence[int] = ()


class IssuesById(Protocol):
    """Reads issues one by one or many at once, as the edition has it."""

    def of_ids(self, issue_ids: Sequence[str]) -> tuple[list[Any], list[str]]:
        """Issues by id, wherever they are now; and the ids that Jira could not answer for this time."""
        ...

    def rows(self, issues: list[Any]) -> Rows:
        """The rows of at most a thousand issues, with all that belongs to them."""
        ...

    def ids_in(self, projects: Collection[str], *, booked: bool) -> Iterator[str]:
        """Native ids of all issues of these projects; `booked`: of those that show time spent."""
        ...


@dataclass(frozen=True)
class WorklogFeed:
    """Reads the lists. `projects` are those that we read, by native id; `now_ms` is the server's time, where it is
    told. `is_fresh(issue id)` says whether an issue was read whole in this run anyhow."""

    http: Http
    edition: Edition
    site: Site
    projects: Collection[str]
    now_ms: int | None
    reader: IssuesById
    is_fresh: Callable[[str], bool]

    def pages(self, position: str | None) -> Iterator[Page]:
        """What changed since `position`. The first time nothing: all worklogs come with their issues then."""
        begun = read_position(position)
        now_ms = self.now_ms
        if now_ms is None:  # without the server's time nobody knows how far a list reaches
            now_ms = begun.get("since_ms", 0)
        ending = write_position(since_ms=max(begun.get("since_ms", 0), now_ms - _BLIND_MS - _OVERLAP_MS))
        if "since_ms" not in begun:
            yield Page({}, ending)
            return
        updated = self.listed("updated", begun["since_ms"])
        deleted = self.listed("deleted", begun["since_ms"])
        involved = dict.fromkeys(self._issues_of(updated.ids))
        involved |= dict.fromkeys(self._behind(updated, deleted))
        issues = [issue for issue in involved if not self.is_fresh(issue)]
        unanswered: list[str] = []
        for start in range(0, len(issues), _ISSUES_TOGETHER):
            found = self._of_ids(issues[start : start + _ISSUES_TOGETHER], unanswered)
            rows = self.reader.rows([issue for issue in found if self._is_ours(issue)])
            yield Page(rows.lists(self.site), None, rows.scopes, rows.rejected)
        gone = [Scope("time_entry", "id", self.site.id("time", str(i)), "deleted") for i in sorted(set(deleted.ids))]
        if unanswered:
            log.warning("jira.worklogs_not_settled", source=self.site.source, issues=unanswered)
        yield Page({}, position if unanswered else ending, gone)

    def _behind(self, updated: Listed, deleted: Listed) -> Iterator[str]:
        """The issues that may hold what the lists leave out."""
        ties = [*updated.ties, *deleted.ties]
        if not ties:
            return
        booked = not deleted.ties
        of = "issues with time spent" if booked else "all issues"
        log.warning("jira.worklog_tie", source=self.site.source, at_ms=ties, read_again=of)
        yield from self.reader.ids_in(self.projects, booked=booked)

    def _of_ids(self, issue_ids: Sequence[str], unanswered: list[str]) -> list[Any]:
        """The issues; those that Jira cannot answer for among others are asked for alone. What it then still cannot
        answer for joins `unanswered`, and the next run asks from the same moment again."""
        found, failed = self.reader.of_ids(issue_ids)
        for issue_id in failed:
            alone, still = self.reader.of_ids([issue_id])
            found = [*found, *alone]
            unanswered += still
        return found

    def listed(self, which: str, since_ms: int) -> Listed:
        """Ids of `worklog/updated` or `worklog/deleted` from that moment on."""
        ids: dict[int, None] = {}
        ties: list[int] = []
        for _ in range(_MOST_PAGES):
            page = self.http.get_json(f"{self.edition.api}/worklog/{which}", {"since": since_ms})
            found = page.get("values") if isinstance(page, dict) else None
            if not isinstance(found, list):
                raise unusable(f"list of {which} worklogs holds no values", "remote.shape")
            ids.update(dict.fromkeys(int(one["worklogId"]) for one in found if "worklogId" in one))
            until_ms = page.get("until")
            if page.get("lastPage") is not False or not found or not isinstance(until_ms, int):
                return Listed(list(ids), ties)
            if until_ms <= since_ms:
                ties.append(since_ms)
                until_ms = since_ms + 1
            since_ms = until_ms
        raise unusable(f"list of {which} worklogs does not end", "remote.paging")

    def _issues_of(self, worklog_ids: Sequence[int]) -> list[str]:
        """Native ids of the issues that these worklogs are on; those that we may not see are left out by Jira."""
        found: dict[str, None] = {}
        for start in range(0, len(worklog_ids), _IDS_A_LIST):
            body = {"ids": list(worklog_ids[start : start + _IDS_A_LIST])}
            for worklog in self.http.post_json(f"{self.edition.api}/worklog/list", body, read_only=True) or []:
                if isinstance(worklog, dict) and worklog.get("issueId"):
                    found[str(worklog["issueId"])] = None
        return list(found)

    def _is_ours(self, issue: Any) -> bool:
        project = ((issue.get("fields") or {}).get("project") or {}).get("id") if isinstance(issue, dict) else None
        return str(project) in self.projects
