"""`GET /rest/api/2/search` of Jira Data Center: one page of issues, or only how many there are."""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.http import Http, Params
from connectors.jira.api import DATA_CENTER
from connectors.jira.datacenter.walk import Found
from connectors.jira.unusable import unusable

SEARCH = f"{DATA_CENTER.api}/search"
_NAMED_A_CALL = 100


def page_of(http: Http, jql: str, fields: Sequence[str], *, start: int, rows: int, expand: str = "") -> Found:
    """One page. Jira may give fewer rows than asked for (`jira.search.views.default.max`).

    Raises RemoteRefusal for an answer without issues: it must not pass for an empty project.
    """
    params: dict[str, str | int | list[str]] = {"jql": jql, "fields": ",".join(fields), "startAt": start}
    params |= {"maxResults": rows}
    if expand:
        params["expand"] = expand
    return _found(http.get_json(SEARCH, params))


def count_of(http: Http, jql: str) -> int:
    """How many issues there are."""
    return _found(http.get_json(SEARCH, {"jql": jql, "fields": "id", "maxResults": 0})).total


def ids_of_keys(http: Http, keys: Sequence[str]) -> dict[str, str]:
    """Ids by key of the issues that this account may see; a key of none is no error."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), _NAMED_A_CALL):
        for issue in _named(http, keys[start : start + _NAMED_A_CALL]):
            found[str(issue["key"])] = str(issue["id"])
    return found


def _named(http: Http, keys: Sequence[str]) -> Iterator[Any]:
    """The issues of a call's worth of keys; on several pages where the administrator wants small ones."""
    start = 0
    while True:
        params: Params = {
            "jql": f"key in ({', '.join(keys)}) ORDER BY key ASC",
            "fields": "id",
            "startAt": start,
            "maxResults": len(keys),
            "validateQuery": "false",
        }
        page = _found(http.get_json(SEARCH, params))
        yield from page.issues
        start += len(page.issues)
        if not page.issues or start >= page.total:
            return


def searchable(http: Http, issue_ids: Sequence[str]) -> set[str]:
    """Which of these issues search knows: archived ones it does not. (JQL takes ids in the place of keys.)"""
    return set(ids_of_keys(http, issue_ids).values())


def _found(answer: Any) -> Found:
    issues = answer.get("issues") if isinstance(answer, dict) else None
    total = answer.get("total") if isinstance(answer, dict) else None
    if not isinstance(issues, list) or not isinstance(total, int):
        raise unusable("search answered without a list of issues and their number", "remote.shape")
    return Found(issues, total)
