"""All issues of one project, or those that changed since, page by page."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import structlog

from connectors.http import Http
from connectors.jira.datacenter.issues import IssueReader
from connectors.jira.datacenter.known import ORDER, Known
from connectors.jira.datacenter.progress import Progress
from connectors.jira.datacenter.search import page_of
from connectors.jira.datacenter.times import in_any_zone
from connectors.jira.datacenter.walk import Found, Walk
from connectors.jira.positions import MINUTE_MS, read_position
from connectors.jira.threads import ahead
from connectors.keeping import apart
from portfolio.errors import PlumbruleError
from portfolio.ports import Page

T = TypeVar("T")
log = structlog.get_logger("plumbrule.connectors.jira")


class ProjectPull:
    """Pulls one project, by its native id. `met` is told the native ids of the issues that were read."""

    def __init__(self, known: Known, reader: IssueReader, project: str, met: Callable[[Iterator[str]], None]) -> None:
        self._known = known
        self._reader = reader
        self._project = project
        self._met = met

    def pages(self, position: str | None) -> Iterator[Page]:
        """Pages in the order of creation, each with how far the pull has come."""
        known, reading = self._known, self._known.reading(self._project)
        before = read_position(position)
        retyped = bool(before) and before.get("reading") != reading
        progress = Progress.after(position, reading, known.time.now_ms())
        pages = apart(known.http, self._reader.kept, lambda http: self._found(http, progress))
        for (issues, raw), is_last in _marked(ahead(pages), ([], [])):
            if self._reader.kept is not None:
                self._reader.kept.put(raw)
            progress = progress.with_page(issues)
            yield self._page(issues, progress.final_position if is_last else progress.position, retyped=retyped)

    def _page(self, issues: list[Any], position: str | None, *, retyped: bool) -> Page:
        rows = self._reader.rows(issues, retyped=retyped)
        self._met(str(issue.get("id")) for issue in issues if isinstance(issue, dict))
        return Page(rows.lists(self._known.site), position, rows.scopes, rows.rejected)

    def _found(self, http: Http, progress: Progress) -> Iterator[list[Any]]:
        """All issues, or those that changed since; asked for once more where the last change does not show again."""
        begin = progress.created_ms
        if progress.updated_ms is None:
            yield from self._walk(http, lambda: "", begin)
            return
        since = progress.updated_ms // MINUTE_MS * MINUTE_MS - self._known.settings.overlap_minutes * MINUTE_MS
        for issues in self._walk(http, lambda: f" AND updated >= {self._known.time.since(since)}", begin):
            progress = progress.with_page(issues)
            yield issues
        if progress.saw_the_last_change_again:
            return
        for issues in self._walk(http, lambda: f" AND updated >= {in_any_zone(since)}", begin):
            if issues:
                log.warning("jira.relative_time_misread", source=self._known.site.source, project=self._project)
            yield issues

    def _walk(self, http: Http, condition: Callable[[], str], after_ms: int | None) -> Iterator[list[Any]]:
        reach, reader = self._known.reach(), self._reader

        def ask(bound: str, start: int) -> Found:
            created = f" AND created >= {bound}" if bound else ""
            jql = f"project = {self._project}{condition()}{created} {ORDER}"
            return page_of(http, jql, reader.fields, start=start, rows=reach.page_rows, expand=reader.expand)

        return Walk(ask, reach).pages(after_ms)


def _marked(pages: Iterator[T], none: T) -> Iterator[tuple[T, bool]]:
    """The same, each with whether it is the last; what came before an error is good. `none` stands for no page."""
    held: T | None = None
    try:
        for page in pages:
            if held is not None:
                yield held, False
            held = page
    except PlumbruleError:
        if held is not None:
            yield held, False
        raise
    yield none if held is None else held, True
