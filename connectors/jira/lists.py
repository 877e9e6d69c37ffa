"""The site's own lists of worklogs: which were changed or deleted, and any of them by id. Both editions have them.

Facts (Atlassian, REST v3 and v2): `since` is inclusive; a page holds at most 1000 ids, oldest first; `until` is the
time of the last; the minute before the call is not in it; it speaks of the whole site, as far as the account may see
it. By id at most 1000 are given at once; those that are gone or hidden are left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from connectors.http import Http
from connectors.jira.api import Edition
from connectors.jira.unusable import unusable

IDS_A_LIST = 1000
_MOST_PAGES = 10_000


@dataclass(frozen=True)
class Listed:
    """One page of worklog ids. `tie_ms`: more were listed under that one moment than a page holds; what they are is
    told nowhere."""

    ids: Sequence[int]
    tie_ms: int | None = None


def changed(http: Http, edition: Edition, which: Literal["updated", "deleted"], since_ms: int) -> Iterator[Listed]:
    """Pages of `worklog/updated` or `worklog/deleted` from that moment on; an id may come twice.

    Raises RemoteRefusal for an answer without a list, and for a list without an end.
    """
    for _ in range(_MOST_PAGES):
        page = http.get_json(f"{edition.api}/worklog/{which}", {"since": since_ms})
        found = page.get("values") if isinstance(page, dict) else None
        if not isinstance(found, list):
            raise unusable(f"list of {which} worklogs holds no values", "remote.shape")
        ids = [one["worklogId"] for one in found if isinstance(one, dict) and "worklogId" in one]
        if not all(isinstance(one, int) for one in ids):
            raise unusable(f"list of {which} worklogs holds an id that is no number", "remote.shape")
        until_ms = page.get("until")
        if page.get("lastPage") is not False or not found or not isinstance(until_ms, int):
            yield Listed(ids)
            return
        is_tie = until_ms <= since_ms
        yield Listed(ids, since_ms if is_tie else None)
        since_ms = since_ms + 1 if is_tie else until_ms
    raise unusable(f"list of {which} worklogs does not end", "remote.paging")


def by_id(http: Http, edition: Edition, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """These worklogs, with the ids of their issues, from `POST /worklog/list`."""
    for start in range(0, len(ids), IDS_A_LIST):
        body = {"ids": list(ids[start : start + IDS_A_LIST])}
        for worklog in http.post_json(f"{edition.api}/worklog/list", body, read_only=True) or []:
            if isinstance(worklog, dict) and worklog.get("issueId"):
                yield worklog
