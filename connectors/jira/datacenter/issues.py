"""Issues of a Data Center, with the histories, worklogs and parents that belong to them."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from connectors.jira.api import DATA_CENTER
from connectors.jira.datacenter.known import ORDER, Known
from connectors.jira.datacenter.search import page_of
from connectors.jira.datacenter.shapes import whole_histories
from connectors.jira.datacenter.walk import Found, Walk
from connectors.jira.normalise.changes import watched_fields
from connectors.jira.normalise.items import SYSTEM_FIELDS
from connectors.jira.normalise.pages import RawPage, Rows, read_page
from connectors.jira.sitewide import SiteWorklogs
from connectors.jira.threads import side_by_side
from connectors.jira.worklogs import WorklogLists
from connectors.keeping import Kept
from portfolio.errors import PlumbruleError
from portfolio.ports import Rejected

IDS_A_PAGE = 1000
"""Rows asked for where only ids are wanted."""
_PROJECTS_A_SEARCH = 100
"""The search is a GET: its address must not grow with the site."""
GONE = {"remote.not_found": "deleted", "sign_in.permission": "hidden"}
"""Codes of refusals that concern one issue, and what they mean: Data Center tells a missing issue (404) from one that
the account may not see (403)."""


class IssueReader:
    """Reads issues of one site; `connectors.jira.feed.IssuesById`. Thread-safe."""

    def __init__(self, known: Known, *, sitewide: SiteWorklogs | None = None, kept: Kept | None = None) -> None:
        settings, site = known.settings, known.site
        left_out = {"statuscategorychangedate"} | (set() if settings.worklogs else {"worklog"})
        system = [name for name in SYSTEM_FIELDS if name not in left_out]
        self.fields = list(dict.fromkeys([*system, *site.field_ids.all, *known.shapes.parent_fields]))
        self.expand = "changelog" if settings.histories else ""
        self._known = known
        self._watched = known.shapes.watched(watched_fields(site)) if settings.histories else {}
        self.kept = kept
        self.sitewide = sitewide or SiteWorklogs(DATA_CENTER)
        self._worklogs = WorklogLists(known.http, DATA_CENTER, site, lambda ids: self.of_ids(ids)[0], self.sitewide)

    def of_ids(self, issue_ids: Sequence[str]) -> tuple[list[Any], list[str]]:
        """Issues by id, wherever they are now; those that we cannot have are left out. None is ever undecided."""
        found = side_by_side(self.one, issue_ids)
        return [issue for issue in found if not isinstance(issue, str)], []

    def one(self, issue_id: str) -> dict[str, Any] | str:
        """One issue, or the reason why there is none for us: deleted, hidden."""
        params: dict[str, str | int | list[str]] = {"fields": ",".join(self.fields)}
        if self.expand:
            params["expand"] = self.expand
        try:
            issue: dict[str, Any] = self._known.http.get_json(f"{DATA_CENTER.api}/issue/{issue_id}", params)
        except PlumbruleError as why:
            if why.code in GONE:
                return GONE[why.code]
            raise
        return issue

    def ids_in(self, projects: Collection[str], *, booked: bool) -> Iterator[str]:
        """Native ids of all issues of these projects; `booked`: of those that show time spent."""
        every, spent = list(projects), " AND timespent is not EMPTY" if booked else ""
        for start in range(0, len(every), _PROJECTS_A_SEARCH):
            of = f"project in ({', '.join(every[start : start + _PROJECTS_A_SEARCH])})"
            for issue in listed(self._known, of + spent, ["created"]):
                yield str(issue["id"])

    def rows(self, issues: list[Any], *, retyped: bool = False) -> Rows:
        """The rows of a page of issues, with all that belongs to them. `retyped`: their kinds may be others now."""
        site = self._known.site
        readable = [issue for issue in issues if _is_readable(issue)]
        others = [issue for issue in issues if not _is_readable(issue)]
        worklogs = self._worklogs.of(readable) if self._known.settings.worklogs else {}
        differing = self._worklogs.reconciled(readable, worklogs)
        histories, cut = self._histories(readable)
        shaped = self._shaped(readable, histories)
        rows = read_page(site, RawPage([*shaped, *others], worklogs, histories, retyped=retyped), self._watched)
        rows.rejected += [*differing, *cut]
        return rows

    def _shaped(self, issues: Sequence[dict[str, Any]], histories: dict[str, list[Any]]) -> list[dict[str, Any]]:
        """The issues as the normalisers read them, with parents by id where they are named by key."""
        shapes = self._known.shapes
        keys = {str(i["id"]): key for i in issues if (key := shapes.parent_key(i["fields"]))}
        ids = self._known.parents.ids(keys.values(), issues) if keys else {}
        parents = {child: ids[key] for child, key in keys.items() if key in ids}
        return [shapes.issue(i, parents.get(str(i["id"])), histories.get(str(i["id"]))) for i in issues]

    def _histories(self, issues: Sequence[dict[str, Any]]) -> tuple[dict[str, list[Any]], list[Rejected]]:
        """Histories by issue id, and those that Jira does not give whole. One that is cut is asked for alone first."""
        if not self.expand:
            return {}, []
        cut = [str(issue["id"]) for issue in issues if not whole_histories(issue)]
        alone = dict(zip(cut, side_by_side(self._history, cut), strict=True))
        answers = {str(issue["id"]): alone.get(str(issue["id"]), issue) for issue in issues}
        told = [self._told(i) for i in issues if not whole_histories(answers[str(i["id"])])]
        return {native: self._known.shapes.histories(answer) for native, answer in answers.items()}, told

    def _history(self, issue_id: str) -> dict[str, Any]:
        path = f"{DATA_CENTER.api}/issue/{issue_id}"
        return self._known.http.get_json(path, {"fields": "created", "expand": "changelog"}) or {}

    def _told(self, issue: dict[str, Any]) -> Rejected:
        reason = f"{issue.get('key')}: Jira gives only a part of its history"
        return Rejected(self._known.site.id("item", str(issue["id"])), "history.cut", reason)


def _is_readable(issue: Any) -> bool:
    return isinstance(issue, dict) and bool(issue.get("id")) and isinstance(issue.get("fields"), dict)


def listed(known: Known, condition: str, fields: Sequence[str]) -> Iterator[Any]:
    """All issues that meet a condition, with few fields; `created` must be one of them: that is their order."""
    reach = known.reach(IDS_A_PAGE)

    def ask(bound: str, start: int) -> Found:
        created = f" AND created >= {bound}" if bound else ""
        return page_of(known.http, f"{condition}{created} {ORDER}", fields, start=start, rows=reach.page_rows)

    for issues in Walk(ask, reach).pages():
        yield from (issue for issue in issues if isinstance(issue, dict) and issue.get("id"))
