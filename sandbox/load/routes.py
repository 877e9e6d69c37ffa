"""The routes of the big site: those that are read in bulk are its own, all others are the true `JiraSite`'s."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import orjson

from sandbox.http import HttpError, Request, Response, Route
from sandbox.jira.records import Json
from sandbox.jira.routes import BASE
from sandbox.load.keeping import Kept
from sandbox.load.model import Model
from sandbox.load.query import BadQuery
from sandbox.load.scale import Scale
from sandbox.load.searching import Searcher
from sandbox.load.templates import Templates, stamp

_JSON = {"Content-Type": "application/json;charset=UTF-8"}
_PREFIX = BASE.removesuffix("3")
_SHRUNK, _CEILING = 100, 5000
"""Most issues of a page with real fields, and with ids and keys only."""
_FEED_PAGE = 1000
_BLIND_MS = 60_000


class LoadSite:
    """The site's answers. `scale` says how big it is."""

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self._model = Model(scale)
        self._searcher = Searcher(scale)
        self._lock = threading.Lock()
        self._templates: dict[tuple[str, str], Templates] = {}
        self._feed: tuple[int, list[tuple[int, int, int]]] = (-1, [])
        self._projects = self._model.answer("GET", "/project/search")

    def routes(self) -> list[Route]:
        """Give all routes. What is read in bulk is also told by version 2, for readers that ask it."""
        own: tuple[tuple[Any, str, Callable[[Request], Response]], ...] = (
            ("GET", "/search/jql", self.search_by_query),
            ("POST", "/search/jql", self.search_by_body),
            ("POST", "/search/approximate-count", self.approximate_count),
            ("POST", "/issue/bulkfetch", self.bulk_fetch),
            ("POST", "/changelog/bulkfetch", self.changelogs),
            ("GET", "/project/search", self.projects),
            ("GET", "/issue/{issue}", self.one),
            ("GET", "/issue/{issue}/worklog", self.worklogs),
            ("GET", "/issue/{issue}/changelog", self.changelog),
            ("GET", "/worklog/updated", self.updated_worklogs),
            ("POST", "/worklog/list", self.listed_worklogs),
        )
        kept = Kept(lambda: self.scale.revision)
        written = [
            Route(method, f"{_PREFIX}{version}{path}", kept.keeping(answer))
            for version in ("3", "2")
            for method, path, answer in own
        ]
        older = [replace(one, pattern=one.pattern.replace(BASE, _PREFIX + "2")) for one in self._model.routes]
        return written + self._model.routes + [one for one in older if one.method == "GET"]

    # -- searching ---------------------------------------------------------------------------------------------------

    def search_by_query(self, request: Request) -> Response:
        """GET /search/jql."""
        body = {
            "jql": request.one("jql"),
            "nextPageToken": request.one("nextPageToken") or None,
            "maxResults": int(request.one("maxResults", "50")),
            "fields": request.listed("fields"),
            "expand": request.one("expand"),
        }
        return self._search(request, body)

    def search_by_body(self, request: Request) -> Response:
        """POST /search/jql."""
        return self._search(request, request.json())

    def _search(self, request: Request, body: Json) -> Response:
        fields = body.get("fields") or []
        bare = not set(fields) - {"id", "key"}
        size = min(max(int(body.get("maxResults") or 50), 1), _CEILING if bare else _SHRUNK)
        try:
            found, token = self._searcher.page(str(body.get("jql") or ""), body.get("nextPageToken"), size)
        except BadQuery as error:
            _refuse(400, str(error))
        if bare:
            issues = [self._bare(issue, "key" in fields) for issue in found]
        else:
            templates = self._for(request)
            shape = templates.shape(fields, str(body.get("expand") or "").split(","))
            issues = [templates.issue(issue, shape) for issue in found]
        end = b'"isLast":true' if token is None else b'"isLast":false,"nextPageToken":"%b"' % token.encode()
        return _response(b'{"issues":[%b],%b}' % (b",".join(issues), end))

    def _bare(self, issue: int, keyed: bool) -> bytes:
        key = b',"key":"%b"' % self.scale.key(issue).encode() if keyed else b""
        return b'{"id":"%d"%b}' % (self.scale.issue_id(issue), key)

    def approximate_count(self, request: Request) -> Response:
        """POST /search/approximate-count."""
        try:
            return Response.of_json({"count": self._searcher.count(str(request.json().get("jql") or ""))})
        except BadQuery as error:
            _refuse(400, str(error))

    # -- issues ------------------------------------------------------------------------------------------------------

    def bulk_fetch(self, request: Request) -> Response:
        """POST /issue/bulkfetch."""
        body, templates = request.json(), self._for(request)
        names = _names(body, 100)
        known = sorted({found for name in names if (found := self.scale.issue(name)) is not None})
        shape = templates.shape(body.get("fields") or ["*navigable"], body.get("expand") or [])
        missing = [name for name in names if self.scale.issue(name) is None]
        errors = [{"id": name, "errorMessage": _UNKNOWN} for name in missing]
        issues = b",".join(templates.issue(issue, shape) for issue in known)
        return _response(b'{"issues":[%b],"issueErrors":%b}' % (issues, orjson.dumps(errors)))

    def one(self, request: Request) -> Response:
        """GET /issue/{issue}."""
        templates, issue = self._for(request), self._issue(request)
        shape = templates.shape(request.listed("fields") or ["*all"], request.listed("expand"))
        return _response(templates.issue(issue, shape))

    def worklogs(self, request: Request) -> Response:
        """GET /issue/{issue}/worklog."""
        templates, issue = self._for(request), self._issue(request)
        written = [templates.worklog(issue, place) for place in range(self.scale.worklogs_of(issue))]
        start, size = _span(request, 5000, 5000)
        page = (start, size, len(written), b",".join(written[start : start + size]))
        return _response(b'{"startAt":%d,"maxResults":%d,"total":%d,"worklogs":[%b]}' % page)

    def changelog(self, request: Request) -> Response:
        """GET /issue/{issue}/changelog: oldest first."""
        templates, issue = self._for(request), self._issue(request)
        written = [templates.change(issue, place) for place in range(self.scale.changes_of(issue))]
        start, size = _span(request, 100, 100)
        last = b"true" if start + size >= len(written) else b"false"
        page = (start, size, len(written), last, b",".join(written[start : start + size]))
        return _response(b'{"startAt":%d,"maxResults":%d,"total":%d,"isLast":%b,"values":[%b]}' % page)

    def changelogs(self, request: Request) -> Response:
        """POST /changelog/bulkfetch: by time and issue, filtered by `fieldIds`."""
        body, templates, scale = request.json(), self._for(request), self.scale
        known = {found for name in _names(body, 1000) if (found := scale.issue(name)) is not None}
        size = min(max(int(body.get("maxResults") or 1000), 1), 10_000)
        start = int(str(body.get("nextPageToken") or "e0").removeprefix("e"))
        asked = set(body.get("fieldIds") or ())
        entries = sorted(
            (scale.change_ms(issue, place), issue, place)
            for issue in known
            for place in range(scale.changes_of(issue))
            if not asked or templates.changed_field(issue, place) in asked
        )
        shown: dict[int, list[bytes]] = {}
        for _, issue, place in entries[start : start + size]:
            shown.setdefault(issue, []).append(templates.change(issue, place))
        logs = b",".join(
            b'{"issueId":"%d","changeHistories":[%b]}' % (scale.issue_id(issue), b",".join(written))
            for issue, written in shown.items()
        )
        more = b',"nextPageToken":"e%d"' % (start + size) if start + size < len(entries) else b""
        return _response(b'{"issueChangeLogs":[%b]%b}' % (logs, more))

    # -- booked time -------------------------------------------------------------------------------------------------

    def updated_worklogs(self, request: Request) -> Response:
        """GET /worklog/updated?since=ms."""
        since, feed = int(request.one("since", "0")), self._worklog_feed()
        horizon = self.scale.now_ms - _BLIND_MS
        known = (
            [one for one in feed if since <= one[0] <= horizon] if since else [one for one in feed if one[0] <= horizon]
        )
        shown = known[:_FEED_PAGE]
        until = shown[-1][0] if shown else since
        address = f"{request.origin}{request.path}"
        values = [
            {"worklogId": self.scale.entry_id(issue, place), "updatedTime": at, "properties": []}
            for at, issue, place in shown
        ]
        last = len(known) <= _FEED_PAGE
        links = {"self": f"{address}?since={since}"} | ({} if last else {"nextPage": f"{address}?since={until}"})
        return Response.of_json({"values": values, "since": since, "until": until, **links, "lastPage": last})

    def _worklog_feed(self) -> list[tuple[int, int, int]]:
        with self._lock:
            revision, feed = self._feed
            if revision != self.scale.revision:
                scale = self.scale
                feed = sorted(
                    (scale.worklog_ms(issue, place), issue, place)
                    for issue in range(scale.issues)
                    for place in range(scale.worklogs_of(issue))
                )
                self._feed = (scale.revision, feed)
            return feed

    def listed_worklogs(self, request: Request) -> Response:
        """POST /worklog/list."""
        templates, ids = self._for(request), request.json().get("ids") or []
        if len(ids) > _FEED_PAGE:
            _refuse(400, f"At most {_FEED_PAGE} worklogs can be asked for.")
        found = [known for one in ids if (known := self.scale.worklog(one)) is not None]
        return _response(b"[%b]" % b",".join(templates.worklog(issue, place) for issue, place in found))

    # -- projects ----------------------------------------------------------------------------------------------------

    def projects(self, request: Request) -> Response:
        """GET /project/search, with the counts of the whole site."""
        document = self._projects(request).document
        for project in document["values"]:
            place = self.scale.find_project(project["id"])
            if "insight" in project and place is not None:
                newest = max(self.scale.updated_ms(issue) for issue in self._tail(place))
                told = {"totalIssueCount": self.scale.in_project(place), "lastIssueUpdateTime": stamp(newest).decode()}
                project["insight"] = told
        return Response.of_json(document)

    def _tail(self, project: int) -> Sequence[int]:
        """Give issues among which a project's last updated one is: the touched and the last."""
        touched = [issue for issue in self.scale.touches if self.scale.project(issue) == project]
        return [*touched, range(project, self.scale.issues, self.scale.projects)[-1]]

    # -- shared ------------------------------------------------------------------------------------------------------

    def touch(self, count: int) -> int:
        """Edit about `count` issues, and let the true site's clock go with the big one's."""
        with self._lock:
            touched = self.scale.touch(count)
            self._model.now(self.scale.now_ms)
        return touched

    def _for(self, request: Request) -> Templates:
        with self._lock:
            asked = request.origin, request.path.removeprefix(_PREFIX)[:1]
            if asked not in self._templates:
                self._templates[asked] = Templates(self.scale, self._model, *asked)
            return self._templates[asked]

    def _issue(self, request: Request) -> int:
        issue = self.scale.issue(request.params["issue"])
        if issue is None:
            _refuse(404, _UNKNOWN)
        return issue


_UNKNOWN = "Issue does not exist or you do not have permission to see it."


def _refuse(status: int, message: str) -> NoReturn:
    raise HttpError(Response.of_json({"errorMessages": [message], "errors": {}}, status=status))


def _response(body: bytes) -> Response:
    return Response(200, body, _JSON)


def _names(body: Json, ceiling: int) -> list[str]:
    names = body.get("issueIdsOrKeys") or []
    if not names or len(names) > ceiling:
        _refuse(400, f"issueIdsOrKeys must hold 1 to {ceiling} entries.")
    return [str(name) for name in names]


def _span(request: Request, default: int, ceiling: int) -> tuple[int, int]:
    return int(request.one("startAt", "0")), min(int(request.one("maxResults", str(default))), ceiling)
