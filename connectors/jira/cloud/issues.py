"""Issues, as search finds them, with the histories and worklogs that belong to them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import structlog

from connectors.http import Http
from connectors.jira.api import CLOUD
from connectors.jira.cloud.canary import ANYWHERE, Canary
from connectors.jira.cloud.decode import FoundIssues, Histories, found_histories
from connectors.jira.cloud.gathered import Gathered, first_update, sighted
from connectors.jira.cloud.search import fetch, listed, of_projects, search
from connectors.jira.normalise.changes import watched_fields
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.items import SYSTEM_FIELDS
from connectors.jira.normalise.pages import Rows, read_histories, read_issues
from connectors.jira.positions import MINUTE_MS
from connectors.jira.settings import JiraCloudSource
from connectors.jira.sitewide import SiteWorklogs
from connectors.jira.threads import ahead
from connectors.jira.unusable import fresh
from connectors.jira.worklogs import WorklogLists
from connectors.keeping import Kept, apart
from portfolio.errors import PlumbruleError

log = structlog.get_logger("plumbrule.connectors.jira")

PAGE_SIZE = 100
"""More is not given where worklogs are asked for, whatever the documented ceiling."""
ISSUES_TOGETHER = 1000
"""Most issues that `POST /changelog/bulkfetch` takes; so many make one page of ours."""
_CHANGES_A_PAGE = 10_000
_FIELDS_A_CALL = 10
"""Most fields that `POST /changelog/bulkfetch` filters by; a site with sprints, points and start dates has one more."""


_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class Batch:
    """Up to a thousand issues; whether they are the last; and then, by native project id, the change (ms) that Jira
    tells of and did not show: not everything may have been read from there on."""

    issues: Gathered
    is_last: bool
    missed: Mapping[str, int] = field(default_factory=dict)


class IssueReader:
    """Reads issues of one site. Thread-safe."""

    def __init__(
        self,
        http: Http,
        site: Site,
        settings: JiraCloudSource,
        *,
        sitewide: SiteWorklogs | None = None,
        kept: Kept | None = None,
    ) -> None:
        fields = [f for f in (*SYSTEM_FIELDS, *site.field_ids.all) if settings.worklogs or f != "worklog"]
        self._http = http
        self._site = site
        self._settings = settings
        self._fields = list(dict.fromkeys(fields))
        self._as_written = site.field_ids.all  # what the mapping names may be kept in the site's own shape
        self._watched = watched_fields(site) if settings.histories else {}
        self._misreads = False
        """Whether the site was seen to read bounds otherwise than they are meant."""
        self._kept = kept
        self.sitewide = sitewide or SiteWorklogs(CLOUD)
        self._worklogs = WorklogLists(http, CLOUD, site, lambda ids: self.of_ids(ids)[0], self.sitewide)

    def keeping(self, kept: Kept) -> "IssueReader":
        """The same reader, whose answers are kept there."""
        return IssueReader(kept.through(self._http), self._site, self._settings, sitewide=self.sitewide, kept=kept)

    def found(
        self, since: Mapping[str, int | None], now_ms: int | None = None, expected_ms: Mapping[str, int] = _NOTHING
    ) -> Iterator[Batch]:
        """Issues of these projects, oldest change first, up to a thousand at a time.

        `since` is the bound in ms by native project id, None for all. `now_ms`, the server's time, is needed where the
        site turns out to read the bound in its own way: it shows what is older, or not what is `expected_ms` (see
        Canary). Then the same is asked in minutes before now, which mean the same everywhere.
        """
        canary = Canary(expected_ms if now_ms else _NOTHING)
        if self._misreads and now_ms:
            yield from self._relative(since, now_ms, canary)
            return
        lowest_ms = min((bound or 0 for bound in since.values()), default=0)
        for issues, is_last in self._batches(absolute(since)):
            oldest_ms = first_update(issues.sightings)
            if lowest_ms and now_ms and oldest_ms is not None and oldest_ms < lowest_ms - MINUTE_MS:
                log.warning("jira.bound_misread", source=self._site.source, asked_ms=lowest_ms, got_ms=oldest_ms)
                self._misreads = True
                yield from self._relative(since, now_ms, canary)
                return
            canary.saw(issues.sightings)
            yield Batch(issues, is_last and not canary.missed)
        missed = canary.missed
        if missed and now_ms:
            places = since if ANYWHERE in missed else {native: since[native] for native in missed}
            yield from self._relative(places, now_ms, canary)
            if canary.missed != missed:
                log.warning("jira.bound_misread", source=self._site.source, asked_ms=dict(since), not_shown=missed)
                self._misreads = True

    def _relative(self, since: Mapping[str, int | None], now_ms: int, canary: Canary) -> Iterator[Batch]:
        """The same in minutes before now, and what even that does not show."""
        for issues, is_last in self._batches(relative(since, now_ms)):
            canary.saw(issues.sightings)
            missed = {native: moment for native, moment in canary.missed.items() if native != ANYWHERE}
            if is_last and missed:
                log.warning("jira.change_not_shown", source=self._site.source, changed_ms=missed)
            yield Batch(issues, is_last, missed if is_last else _NOTHING)

    def of_ids(self, issue_ids: Sequence[str]) -> tuple[list[Any], list[str]]:
        """Issues by id, wherever they are now; and the ids that Jira could not answer for this time."""
        issues: list[Any] = []
        failed: list[str] = []
        for page in fetch(self._http, issue_ids, self._fields, as_written=self._as_written):
            issues += page.issues
            failed += page.failed
        return issues, failed

    def ids_in(self, projects: Collection[str], *, booked: bool) -> Iterator[str]:
        """Native ids of all issues of these projects; `booked`: of those that show time spent."""
        condition = of_projects(projects) + (" AND timespent is not EMPTY" if booked else "")
        for issue in listed(self._http, condition, ["id"], self._settings.max_pages):
            yield str(issue["id"])

    def rows(self, issues: Sequence[Any]) -> Rows:
        """The rows of at most a thousand issues, with all that belongs to them."""
        return self.finished(self._gathered(issues))

    def finished(self, issues: Gathered, *, retyped: bool = False) -> Rows:
        """The rows of at most a thousand issues: with histories, and with the worklogs that did not come with them.
        `retyped`: see RawPage."""
        histories = self._histories(issues.readable)
        worklogs = self._worklogs.of(issues.doubted, issues.settled, issues.booked) if self._settings.worklogs else {}
        differing = self._worklogs.reconciled(issues.doubted, worklogs)
        rows, late = issues.rows, Rows()
        read_issues(late, self._site, issues.doubted, worklogs)
        rows.join(late)
        read_histories(rows, self._site, histories, self._watched, retyped=retyped)
        rows.rejected += differing
        return rows

    def _gathered(self, issues: Sequence[Any]) -> Gathered:
        """The issues of one answer, with the rows of all whose worklogs are settled."""
        readable = [issue for issue in issues if _is_readable(issue)]
        settled, doubted = self._worklogs.settled(readable) if self._settings.worklogs else ({}, [])
        booked = sum(map(len, settled.values())) - sum(len(settled.get(str(issue["id"]), ())) for issue in doubted)
        late = {id(issue) for issue in doubted}
        of = Gathered(sighted(issues), [str(issue["id"]) for issue in readable], doubted=doubted)
        of.settled, of.booked = len(readable) - len(doubted), booked
        read_issues(of.rows, self._site, (issue for issue in issues if id(issue) not in late), settled)
        return of

    def _batches(self, jql: str) -> Iterator[tuple[Gathered, bool]]:
        """As many search pages at a time as `changelog/bulkfetch` takes issues of."""
        together = Gathered()
        try:
            for (page, is_last), raw in ahead(apart(self._http, self._kept, lambda http: self._pages(http, jql))):
                together.join(page)
                if self._kept is not None:
                    self._kept.put(raw)
                if is_last or len(together.sightings) + PAGE_SIZE > ISSUES_TOGETHER:
                    yield together, is_last
                    together = Gathered()
        except PlumbruleError:
            if together.sightings:
                yield together, False  # what came before it is good
            raise

    def _pages(self, http: Http, jql: str) -> Iterator[tuple[Gathered, bool]]:
        """Search pages as rows: made at once, by who fetches them, while they are fresh in the processor's cache."""
        for page in self._search(http, jql):
            yield self._gathered(page.issues), page.is_last

    def _search(self, http: Http, jql: str) -> Iterator[FoundIssues]:
        return search(http, jql, self._fields, PAGE_SIZE, self._settings.max_pages, as_written=self._as_written)

    def _histories(self, issue_ids: list[str]) -> dict[str, Histories]:
        """Histories by issue id, from `POST /changelog/bulkfetch`. An entry may come in parts, each with fields of its
        own."""
        histories: dict[str, Histories] = {}
        watched = list(self._watched)
        for first in range(0, len(watched), _FIELDS_A_CALL):
            for start in range(0, len(issue_ids), ISSUES_TOGETHER):
                together = issue_ids[start : start + ISSUES_TOGETHER]
                self._take_changelogs(together, watched[first : first + _FIELDS_A_CALL], histories)
        return histories

    def _take_changelogs(self, issue_ids: list[str], field_ids: list[str], into: dict[str, Histories]) -> None:
        body: dict[str, Any] = {"issueIdsOrKeys": issue_ids, "fieldIds": field_ids, "maxResults": _CHANGES_A_PAGE}
        used: set[str] = set()
        while True:
            token = self._http.post_read(
                f"{CLOUD.api}/changelog/bulkfetch", body, lambda answer: found_histories(answer, into)
            )
            if not token:
                return
            body["nextPageToken"] = fresh(token, used, "changelog")


def _is_readable(issue: Any) -> bool:
    return isinstance(issue, dict) and bool(issue.get("id")) and isinstance(issue.get("fields"), dict)


_ORDER = " ORDER BY updated ASC, key ASC"


def absolute(since: Mapping[str, int | None]) -> str:
    """The JQL. The bound is a plain number of milliseconds: a date-time would be read in the account's own time zone.

    There is no upper bound, because an issue that is edited all the time would never be read.
    """
    return _jql(since, str)


def relative(since: Mapping[str, int | None], now_ms: int) -> str:
    """The same with bounds in minutes before now, which need no zone at all; a little further back, never less."""
    return _jql(since, lambda bound: f"-{max(0, now_ms - bound) // MINUTE_MS + 2}m")


def _jql(since: Mapping[str, int | None], written: Any) -> str:
    groups: dict[int | None, list[str]] = {}
    for project, bound in since.items():
        groups.setdefault(bound, []).append(project)
    clauses = []
    for bound, projects in groups.items():
        of = of_projects(projects)
        clauses.append(of if bound is None else f"{of} AND updated >= {written(bound)}")
    return (clauses[0] if len(clauses) == 1 else " OR ".join(f"({clause})" for clause in clauses)) + _ORDER


def latest(first: int | None, second: int | None) -> int | None:
    """The later of two moments, of which either may not be known."""
    return max((moment for moment in (first, second) if moment is not None), default=None)
