"""Whole lists of worklogs, however many an issue has, and what Jira's own sum says about them.

Search includes at most twenty worklogs of an issue. They are used where `total` says that there are no more (unproven
on a real site for `search/jql`, so `total` decides); else the list is read on its own, or with those of the whole site
where that is less work (`connectors.jira.sitewide`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.http import Http
from connectors.jira.api import Edition
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.records import Worklog
from connectors.jira.sitewide import SiteWorklogs
from connectors.jira.threads import side_by_side
from connectors.jira.unusable import unusable
from portfolio.ports import Rejected

_WORKLOGS_A_PAGE = 5000
_UNKNOWN = -1
"""Where an issue does not say how many worklogs it has."""
Worklogs = dict[str, list[Any]]
"""Whole lists by issue id; without those that are not known, because time tracking is off."""


@dataclass(frozen=True)
class WorklogLists:
    """Reads whole lists. `again` reads issues once more, by id; those that are gone it leaves out."""

    http: Http
    edition: Edition
    site: Site
    again: Callable[[Sequence[str]], Sequence[Any]]
    sitewide: SiteWorklogs

    def settled(self, issues: Sequence[dict[str, Any]]) -> tuple[Worklogs, list[dict[str, Any]]]:
        """Lists that came whole with their issues and make what Jira sums; and the issues of which that is not so."""
        found: Worklogs = {}
        doubted: list[dict[str, Any]] = []
        for issue in issues:
            inline = issue["fields"].get("worklog")
            if not isinstance(inline, dict):
                continue
            issue_id, listed, total = str(issue["id"]), inline.get("worklogs") or [], inline.get("total")
            if isinstance(total, int) and total <= len(listed):
                found[issue_id] = listed
            if issue_id not in found or _differs(issue, found):
                doubted.append(issue)
        return found, doubted

    def of(self, issues: Sequence[dict[str, Any]], others: int = 0, booked: int = 0) -> Worklogs:
        """The worklogs of issues as search gives them, after so many others with so many worklogs."""
        found: Worklogs = {}
        long: dict[str, int] = {}
        for issue in issues:
            inline = issue["fields"].get("worklog")
            if not isinstance(inline, dict):
                continue
            listed, total = inline.get("worklogs") or [], inline.get("total")
            if isinstance(total, int) and total <= len(listed):
                found[str(issue["id"])] = listed
            else:
                long[str(issue["id"])] = total if isinstance(total, int) else _UNKNOWN
        booked += sum(map(len, found.values())) + sum(long.values())
        found |= self.sitewide.of(self.http, len(issues) + others, booked, long)
        rest = [issue_id for issue_id in long if issue_id not in found]
        found.update(zip(rest, side_by_side(self.whole, rest), strict=True))
        return found

    def whole(self, issue_id: str) -> list[Any]:
        """`GET /issue/{id}/worklog`, oldest first. Raises RemoteRefusal if the list ends before its own `total`."""
        found: list[Any] = []
        while True:
            asked = {"startAt": len(found), "maxResults": _WORKLOGS_A_PAGE}
            page = self.http.get_json(f"{self.edition.api}/issue/{issue_id}/worklog", asked)
            if not isinstance(page, dict):
                raise unusable(f"list of worklogs of issue {issue_id} is not an object", "remote.shape")
            records = page.get("worklogs") or []
            found += records
            if len(found) >= page.get("total", 0):
                return found
            if not records:
                raise unusable(f"list of worklogs of issue {issue_id} ended early", "remote.paging")

    def reconciled(self, issues: list[Any], worklogs: Worklogs) -> list[Rejected]:
        """Holds the lists against the sums that Jira shows, `timespent`.

        Issues that differ are read once more with their whole list, in place: somebody may have booked in between.
        What still differs is told, also where nothing could be read again; most likely a worklog is shown to a group or
        role only, and we are not in it.
        """
        places = {str(issue["id"]): place for place, issue in enumerate(issues) if _differs(issue, worklogs)}
        again = [
            issue
            for issue in (self.again(list(places)) if places else ())
            if str(issue["id"]) in places and isinstance(issue.get("fields"), dict)
        ]
        lists = side_by_side(self.whole, [str(issue["id"]) for issue in again])
        for issue, listed in zip(again, lists, strict=True):
            issue_id = str(issue["id"])
            issues[places[issue_id]] = issue
            worklogs[issue_id] = listed
        doubted = (issues[place] for place in places.values())
        return [self._told(issue, worklogs) for issue in doubted if _differs(issue, worklogs)]

    def _told(self, issue: dict[str, Any], worklogs: Worklogs) -> Rejected:
        summed, shown = _sums(issue, worklogs)
        hidden = (
            "a worklog that only a group or role may see is missing" if shown < summed else "its sum is out of date"
        )
        reason = (
            f"{issue.get('key')}: the worklogs that we may see make {shown / 3600:.2f} h, "
            f"Jira says {summed / 3600:.2f} h; most likely {hidden}"
        )
        return Rejected(self.site.id("item", str(issue["id"])), "worklog.difference", reason)


def _differs(issue: Any, worklogs: Mapping[str, Any]) -> bool:
    if str(issue["id"]) not in worklogs or "timespent" not in issue["fields"]:
        return False
    summed, shown = _sums(issue, worklogs)
    return summed != shown


def _sums(issue: dict[str, Any], worklogs: Mapping[str, Any]) -> tuple[int, int]:
    """Seconds as Jira sums them, and as the worklogs make them; unreadable amounts are told elsewhere."""
    spent = issue["fields"].get("timespent")
    listed = map(_seconds, worklogs[str(issue["id"])])
    return spent if isinstance(spent, int) else 0, sum(s for s in listed if isinstance(s, int))


def _seconds(worklog: Any) -> Any:
    if type(worklog) is Worklog:
        return worklog.time_spent_seconds
    return worklog.get("timeSpentSeconds") if isinstance(worklog, dict) else None
