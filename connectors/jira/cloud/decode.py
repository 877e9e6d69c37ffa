"""Answers of Jira Cloud to plain values, of which only what the normalisers look at.

Most of an answer is addresses of pictures and of the records themselves. A typed decoder (msgspec) skips them without
making objects: see docs/decisions/ for the figures. The results are dictionaries with fewer keys, so that the
normalisers cannot tell them from ones that were decoded whole. What has another shape than Atlassian documents is
decoded whole, and then judged by the normalisers.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import msgspec
import orjson

from connectors.jira.unusable import unusable


class _User(TypedDict, total=False):
    accountId: Any
    accountType: Any
    displayName: Any
    emailAddress: Any
    active: Any
    timeZone: Any


class _Identified(TypedDict, total=False):
    id: Any


class _Named(TypedDict, total=False):
    id: Any
    name: Any


class _Category(TypedDict, total=False):
    key: Any


class _Status(TypedDict, total=False):
    id: Any
    name: Any
    statusCategory: _Category | None


class _Type(TypedDict, total=False):
    id: Any
    name: Any
    subtask: Any


class _Typed(TypedDict, total=False):
    issuetype: _Type | None


class _Linked(TypedDict, total=False):
    id: Any
    fields: _Typed | None


class _Link(TypedDict, total=False):
    id: Any
    type: _Named | None
    inwardIssue: _Linked | None
    outwardIssue: _Linked | None


class _Worklog(TypedDict, total=False):
    id: Any
    issueId: Any
    author: _User | None
    started: Any
    timeSpentSeconds: Any
    created: Any
    updated: Any


class _Worklogs(TypedDict, total=False):
    total: Any
    worklogs: list[_Worklog] | None


_Change = TypedDict(
    "_Change",
    {"field": Any, "fieldId": Any, "from": Any, "fromString": Any, "to": Any, "toString": Any},
    total=False,
)


class _History(TypedDict, total=False):
    id: Any
    author: _User | None
    created: Any
    items: list[_Change] | None


class _IssueHistories(TypedDict, total=False):
    issueId: Any
    changeHistories: list[_History] | None


_SHAPES: dict[str, Any] = {
    "issuetype": _Type | None,
    "status": _Status | None,
    "project": _Identified | None,
    "parent": _Identified | None,
    "priority": _Named | None,
    "resolution": _Named | None,
    "assignee": _User | None,
    "reporter": _User | None,
    "creator": _User | None,
    "components": list[_Named] | None,
    "versions": list[_Named] | None,
    "fixVersions": list[_Named] | None,
    "security": _Named | None,
    "issuelinks": list[_Link] | None,
    "worklog": _Worklogs | None,
}
"""Fields that are objects; all others are taken as they come."""


class _Failed(msgspec.Struct):
    id: Any = None


class _SearchPage(msgspec.Struct, rename="camel"):
    issues: list[msgspec.Raw]
    next_page_token: Any = None
    is_last: Any = None
    issue_errors: list[_Failed] | None = None


class _ChangelogPage(msgspec.Struct, rename="camel"):
    issue_change_logs: list[_IssueHistories] | None = None
    next_page_token: Any = None


@dataclass(frozen=True)
class FoundIssues:
    """One page of issues, each still as bytes."""

    issues: Sequence[msgspec.Raw]
    token: Any = None
    is_last: bool = True
    """No token comes with it, or it says `isLast`, which may be missing."""
    failed: Sequence[str] = ()
    """Ids that Jira could not answer for this time ("retriable error or payload constraint", `BulkIssueResults`)."""


_search_page = msgspec.json.Decoder(_SearchPage)
_changelog_page = msgspec.json.Decoder(_ChangelogPage)


def found_issues(body: bytes) -> FoundIssues:
    """An answer of `search/jql` or `issue/bulkfetch`. Raises ValueError for what is no JSON, RemoteRefusal for an
    answer without issues: it must not pass for an empty project."""
    try:
        page = _search_page.decode(body)
    except msgspec.DecodeError as error:
        page = _search_page_of(lenient(body), error)
    failed = tuple(str(error.id) for error in page.issue_errors or ())
    return FoundIssues(page.issues, page.next_page_token, page.is_last is True or not page.next_page_token, failed)


def _search_page_of(whole: Any, error: msgspec.DecodeError) -> _SearchPage:
    if not isinstance(whole, dict) or not isinstance(whole.get("issues"), list):
        raise unusable(f"search answered without a list of issues ({error})", "remote.shape") from error
    wanted = ("issues", "nextPageToken", "isLast", "issueErrors")
    return _search_page.decode(orjson.dumps({name: whole.get(name) for name in wanted}))


def found_histories(body: bytes) -> tuple[list[Any], Any]:
    """An answer of `changelog/bulkfetch`: histories by issue, and the token of the next page."""
    try:
        page = _changelog_page.decode(body)
    except msgspec.DecodeError:
        whole = lenient(body)
        if not isinstance(whole, dict):
            raise unusable("changelog is not an object", "remote.shape") from None
        return whole.get("issueChangeLogs") or [], whole.get("nextPageToken")
    return page.issue_change_logs or [], page.next_page_token


def lenient(body: bytes) -> Any:
    """JSON of any shape, also with half a character in it, as an emoji cut in two leaves behind: it becomes `?`.

    Raises ValueError for what is no JSON.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        whole = json.dumps(json.loads(body), ensure_ascii=False)
        return orjson.loads(whole.encode("utf-8", "replace"))


class IssueDecoder:
    """Decodes issues that were asked for with these fields."""

    def __init__(self, fields: Iterable[str]) -> None:
        typed: Any = TypedDict
        shapes = typed("_Fields", {name: _SHAPES.get(name, Any) for name in fields}, total=False)
        issue = typed("_Issue", {"id": Any, "key": Any, "fields": shapes}, total=False)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(issue)

    def issues(self, found: FoundIssues) -> list[Any]:
        """The issues of a page."""
        return [self._issue(raw) for raw in found.issues]

    def _issue(self, raw: msgspec.Raw) -> Any:
        try:
            return self._decoder.decode(raw)
        except msgspec.DecodeError:
            return lenient(bytes(raw))
