"""The issues of one project: page by page, with the histories, worklogs and parents that belong to each page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import structlog

from connectors.http import Http
from connectors.jira.api import DATA_CENTER
from connectors.jira.datacenter.parents import Parents
from connectors.jira.datacenter.progress import Progress
from connectors.jira.datacenter.search import page_of
from connectors.jira.datacenter.shapes import Shapes, whole_histories
from connectors.jira.datacenter.times import MINUTE_MS, ServerTime, in_any_zone
from connectors.jira.datacenter.walk import Found, Reach, Walk, refused
from connectors.jira.normalise.changes import watched_fields
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.items import SYSTEM_FIELDS
from connectors.jira.normalise.pages import RawPage, read_page
from connectors.jira.settings import JiraDataCenterSource
from portfolio.ports import Page, Rejected

PAGE_ROWS = 100
ORDER = "ORDER BY created ASC, key ASC"
_WORKLOGS_A_PAGE = 5000
log = structlog.get_logger("plumbrule.connectors.jira")


@dataclass(frozen=True)
class Reading:
    """What reading issues of one site needs: its connection and clock, what is known of it, the account's zone."""

    http: Http
    site: Site
    settings: JiraDataCenterSource
    shapes: Shapes
    parents: Parents
    time: ServerTime
    zone: tzinfo | None

    def reach(self, page_rows: int = PAGE_ROWS) -> Reach:
        """How far one walk through a project may go."""
        return Reach(page_rows, self.settings.result_window, self.settings.max_pages, self.zone)


class IssuePull:
    """Pulls one project, by its native id. `reading` (see `Site.reading_of`) goes with every position."""

    def __init__(self, of: Reading, project: str, reading: int) -> None:
        self._of = of
        self._project = project
        self._reading = reading
        self._watched = of.shapes.watched(watched_fields(of.site))
        left_out = {"statuscategorychangedate"} | (set() if of.settings.worklogs else {"worklog"})
        system = [name for name in SYSTEM_FIELDS if name not in left_out]
        self._fields = list(dict.fromkeys([*system, *of.site.field_ids.all, *of.shapes.parent_fields]))

    def pages(self, position: str | None) -> Iterator[Page]:
        """Pages in the order of creation, each with how far the pull has come."""
        progress = Progress.after(position, self._reading, self._of.time.now_ms())
        before: list[Any] | None = None
        for issues in self._found(progress):
            if before is not None:
                progress = progress.with_page(before)
                yield self._page(before, progress.position)
            before = issues
        progress = progress.with_page(before or [])
        yield self._page(before or [], progress.final_position)

    def _found(self, progress: Progress) -> Iterator[list[Any]]:
        """All issues, or those that changed since; asked for once more where the last change does not show again."""
        begin = progress.created_ms
        if progress.updated_ms is None:
            yield from self._walk(lambda: "", begin)
            return
        since = progress.updated_ms // MINUTE_MS * MINUTE_MS - self._of.settings.overlap_minutes * MINUTE_MS
        for issues in self._walk(lambda: f" AND updated >= {self._of.time.since(since)}", begin):
            progress = progress.with_page(issues)
            yield issues
        if progress.saw_the_last_change_again:
            return
        bound = f" AND updated >= {in_any_zone(since)}"
        for issues in self._walk(lambda: bound, begin):
            if issues:
                log.warning("jira.relative_time_misread", source=self._of.site.source, project=self._project)
            yield issues

    def _walk(self, condition: Callable[[], str], after_ms: int | None) -> Iterator[list[Any]]:
        expand = "changelog" if self._of.settings.histories else ""
        reach = self._of.reach()

        def ask(bound: str, start: int) -> Found:
            created = f" AND created >= {bound}" if bound else ""
            jql = f"project = {self._project}{condition()}{created} {ORDER}"
            return page_of(self._of.http, jql, self._fields, start=start, rows=reach.page_rows, expand=expand)

        return Walk(ask, reach).pages(after_ms)

    def _page(self, issues: Sequence[Any], position: str | None) -> Page:
        site, shapes = self._of.site, self._of.shapes
        readable = [i for i in issues if isinstance(i, dict) and i.get("id") and isinstance(i.get("fields"), dict)]
        histories, cut = self._histories(readable)
        parents = self._parents(readable)
        shaped = {
            str(i["id"]): shapes.issue(i, parents.get(str(i["id"])), histories.get(str(i["id"]))) for i in readable
        }
        known = {native: self._worklogs(issue) for native, issue in shaped.items()}
        worklogs = {native: found for native, found in known.items() if found is not None}
        given = [shaped.get(str(i.get("id")), i) if isinstance(i, dict) else i for i in issues]
        rows = read_page(site, RawPage(given, worklogs, histories), self._watched)
        return Page(rows.lists(site), position, rows.scopes, [*rows.rejected, *cut])

    def _parents(self, issues: Sequence[dict[str, Any]]) -> dict[str, str]:
        """Native ids of parents by that of their children, where they are named by key."""
        keys = {str(i["id"]): key for i in issues if (key := self._of.shapes.parent_key(i["fields"]))}
        ids = self._of.parents.ids(keys.values(), issues) if keys else {}
        return {child: ids[key] for child, key in keys.items() if key in ids}

    def _histories(self, issues: Sequence[dict[str, Any]]) -> tuple[dict[str, list[Any]], list[Rejected]]:
        """Histories by issue id, and those that Jira does not give whole. One that is cut is asked for alone first."""
        found: dict[str, list[Any]] = {}
        cut: list[Rejected] = []
        if not self._of.settings.histories:
            return found, cut
        for issue in issues:
            native, whole = str(issue["id"]), issue
            if not whole_histories(issue):
                path = f"{DATA_CENTER.api}/issue/{native}"
                whole = self._of.http.get_json(path, {"fields": "created", "expand": "changelog"}) or {}
            if not whole_histories(whole):
                reason = f"{issue.get('key')}: Jira gives only the latest part of its history"
                cut.append(Rejected(self._of.site.id("history", native), "history.cut", reason))
            found[native] = self._of.shapes.histories(whole)
        return found, cut

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
            return list(found)
        return self._all_worklogs(str(issue["id"]))

    def _all_worklogs(self, issue_id: str) -> list[Any]:
        """`GET /issue/{id}/worklog`, oldest first. Raises RemoteRefusal if the list ends before its own `total`."""
        found: list[Any] = []
        while True:
            path = f"{DATA_CENTER.api}/issue/{issue_id}/worklog"
            page = self._of.http.get_json(path, {"startAt": len(found), "maxResults": _WORKLOGS_A_PAGE})
            records = page.get("worklogs") or []
            found += records
            if len(found) >= page.get("total", 0):
                return found
            if not records:
                raise refused(f"list of worklogs of issue {issue_id} ended early", "remote.paging")
