"""Worklogs that were corrected or deleted, from the site's own lists of changes.

Mostly such an edit also moves the issue's `updated`, and the issue is read again with all its worklogs. Where it does
not, only `worklog/updated` and `worklog/deleted` tell (`connectors.jira.lists`).

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
from connectors.jira.confirmed import project_of
from connectors.jira.lists import Listed, by_id, changed
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.pages import Rows
from connectors.jira.positions import MINUTE_MS, read_position, write_position
from portfolio.ports import Page, Scope

log = structlog.get_logger("plumbrule.connectors.jira")

_ISSUES_TOGETHER = 1000
_BLIND_MS = MINUTE_MS
"""Worklogs of the minute before the call are not listed."""
_OVERLAP_MS = 5 * MINUTE_MS


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
        updated = list(changed(self.http, self.edition, "updated", begun["since_ms"]))
        deleted = list(changed(self.http, self.edition, "deleted", begun["since_ms"]))
        involved = self._issues_of(_ids(updated)) | dict.fromkeys(self._behind(updated, deleted))
        issues = [issue for issue in involved if not self.is_fresh(issue)]
        unanswered: list[str] = []
        for start in range(0, len(issues), _ISSUES_TOGETHER):
            found = self._of_ids(issues[start : start + _ISSUES_TOGETHER], unanswered)
            rows = self.reader.rows([issue for issue in found if self._is_ours(issue)])
            yield Page(rows.lists(self.site), None, rows.scopes, rows.rejected)
        gone = [Scope("time_entry", "id", self.site.id("time", str(i)), "deleted") for i in sorted(_ids(deleted))]
        if unanswered:
            log.warning("jira.worklogs_not_settled", source=self.site.source, issues=unanswered)
        yield Page({}, position if unanswered else ending, gone)

    def _behind(self, updated: Sequence[Listed], deleted: Sequence[Listed]) -> Iterator[str]:
        """The issues that may hold what the lists leave out."""
        corrections, deletions = _ties(updated), _ties(deleted)
        if not (corrections or deletions):
            return
        booked = not deletions
        of = "issues with time spent" if booked else "all issues"
        log.warning("jira.worklog_tie", source=self.site.source, at_ms=[*corrections, *deletions], read_again=of)
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

    def _issues_of(self, worklog_ids: Sequence[int]) -> dict[str, None]:
        """Native ids of the issues that these worklogs are on; of those that we may not see Jira says nothing."""
        return dict.fromkeys(str(one["issueId"]) for one in by_id(self.http, self.edition, worklog_ids))

    def _is_ours(self, issue: Any) -> bool:
        return project_of(issue) in self.projects


def _ids(pages: Sequence[Listed]) -> list[int]:
    return list(dict.fromkeys(one for page in pages for one in page.ids))


def _ties(pages: Sequence[Listed]) -> list[int]:
    return [page.tie_ms for page in pages if page.tie_ms is not None]
