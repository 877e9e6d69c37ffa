"""Answers of Jira Cloud to plain values, of which only what the normalisers look at.

Most of an answer is addresses of pictures and of the records themselves. A typed decoder (msgspec) skips them without
making objects: see docs/decisions/ for the figures. The results are dictionaries with fewer keys, so that the
normalisers cannot tell them from ones that were decoded whole. What has another shape than Atlassian documents is
decoded whole, and then judged by the normalisers.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import msgspec
import orjson

from connectors.jira.normalise.records import History, Moment, Worklog
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


class _Worklogs(TypedDict, total=False):
    total: Any
    worklogs: list[Worklog] | None


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
_MOMENTS = ("created", "updated", "resolutiondate", "statuscategorychangedate")


class _Failed(msgspec.Struct):
    id: Any = None


class _SearchPage(msgspec.Struct, rename="camel"):
    """`issues` is typed by the fields that are asked for: see IssueDecoder."""

    next_page_token: Any = None
    is_last: Any = None
    issue_errors: list[_Failed] | None = None


class _RawPage(_SearchPage, kw_only=True):
    issues: list[msgspec.Raw]


class _IssueLog(msgspec.Struct, rename="camel"):
    issue_id: Any = None
    change_histories: msgspec.Raw = msgspec.Raw(b"null")


class _ChangelogPage(msgspec.Struct, rename="camel"):
    issue_change_logs: list[_IssueLog] | None = None
    next_page_token: Any = None


@dataclass(frozen=True)
class FoundIssues:
    """One page of issues."""

    issues: Sequence[Any]
    token: Any = None
    is_last: bool = True
    """No token comes with it, or it says `isLast`, which may be missing."""
    failed: Sequence[str] = ()
    """Ids that Jira could not answer for this time ("retriable error or payload constraint", `BulkIssueResults`)."""


_raw_page = msgspec.json.Decoder(_RawPage)
_changelog_page = msgspec.json.Decoder(_ChangelogPage)
_entries = msgspec.json.Decoder(list[History] | None)


class Histories:
    """The history of one issue, still as received: its entries are decoded as they are gone through. An answer holds
    ten thousand, which then never are in memory together."""

    def __init__(self) -> None:
        self._parts: list[msgspec.Raw | list[Any]] = []

    def add(self, part: msgspec.Raw | list[Any]) -> None:
        """Some entries, as an answer brings them."""
        self._parts.append(part)

    def __iter__(self) -> Iterator[Any]:
        for part in self._parts:
            yield from part if isinstance(part, list) else _decoded(part)


def _decoded(part: msgspec.Raw) -> Sequence[Any]:
    try:
        return _entries.decode(part) or ()
    except msgspec.DecodeError:  # one of them is odd
        found = lenient(bytes(part))
        return found if isinstance(found, list) else [found]


def found_histories(body: bytes, into: dict[str, Histories]) -> Any:
    """Take an answer of `changelog/bulkfetch`, by issue id; gives the token of the next page.

    Nothing was taken where it raises ValueError, for what is no JSON, or RemoteRefusal.
    """
    try:
        page = _changelog_page.decode(body)
    except msgspec.DecodeError:
        whole = lenient(body)
        if not isinstance(whole, dict):
            raise unusable("changelog is not an object", "remote.shape") from None
        for log in whole.get("issueChangeLogs") or []:
            into.setdefault(str(log.get("issueId")), Histories()).add(log.get("changeHistories") or [])
        return whole.get("nextPageToken")
    for one in page.issue_change_logs or ():
        into.setdefault(str(one.issue_id), Histories()).add(one.change_histories)
    return page.next_page_token


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
    """Decodes answers of `search/jql` and `issue/bulkfetch` that were asked for these fields. Those that are kept `as
    written` stay texts, also where they are points in time."""

    def __init__(self, fields: Iterable[str], as_written: Collection[str] = ()) -> None:
        typed: Any = TypedDict
        known = {**_SHAPES, **dict.fromkeys(set(_MOMENTS).difference(as_written), Moment)}
        shapes = typed("_Fields", {name: known.get(name, Any) for name in fields}, total=False)
        issue: Any = typed("_Issue", {"id": Any, "key": Any, "fields": shapes}, total=False)
        issues: Any = list[issue]
        page = msgspec.defstruct("_Page", [("issues", issues)], bases=(_SearchPage,), rename="camel", kw_only=True)
        self._page: msgspec.json.Decoder[Any] = msgspec.json.Decoder(page)
        self._issue: msgspec.json.Decoder[Any] = msgspec.json.Decoder(issue)

    def page(self, body: bytes) -> FoundIssues:
        """One answer. Raises ValueError for what is no JSON, RemoteRefusal for an answer without issues: it must not
        pass for an empty project."""
        try:
            page = self._page.decode(body)
            issues = page.issues
        except msgspec.DecodeError:  # one issue is odd, or the page is: then each is looked at by itself
            page = _raw_page_of(body)
            issues = [self._one(raw) for raw in page.issues]
        failed = tuple(str(error.id) for error in page.issue_errors or ())
        return FoundIssues(issues, page.next_page_token, page.is_last is True or not page.next_page_token, failed)

    def _one(self, raw: msgspec.Raw) -> Any:
        try:
            return self._issue.decode(raw)
        except msgspec.DecodeError:
            return lenient(bytes(raw))


def _raw_page_of(body: bytes) -> _RawPage:
    """The page with each issue still as bytes."""
    try:
        return _raw_page.decode(body)
    except msgspec.DecodeError as error:
        whole = lenient(body)
        if not isinstance(whole, dict) or not isinstance(whole.get("issues"), list):
            raise unusable(f"search answered without a list of issues ({error})", "remote.shape") from error
        wanted = ("issues", "nextPageToken", "isLast", "issueErrors")
        return _raw_page.decode(orjson.dumps({name: whole.get(name) for name in wanted}))
