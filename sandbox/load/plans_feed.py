"""Pages of the big site's feed, cut from the model's rows: any project, any page, without keeping one.

Understood of $filter are `ProjectId eq guid'…'`, several of them joined by `or`, and comparisons of the date
ProjectModifiedDate, all joined by `and`; whatever else it says is asked of the model project. Any other order than that
of the keys is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlencode

import orjson

from sandbox.http import Handler, HttpError, Request, Response
from sandbox.load.plans import PlanScale
from sandbox.pwa import PwaSite, feed

_OF_PROJECT = re.compile(r"ProjectId eq guid'([^']+)'", re.IGNORECASE)
_ONLY_PROJECTS = re.compile(rf"\(?{_OF_PROJECT.pattern}(?: or {_OF_PROJECT.pattern})*\)?", re.IGNORECASE)
_SINCE = re.compile(r"ProjectModifiedDate (gt|ge|lt|le) datetime'([^']+)'", re.IGNORECASE)
_TOKEN = re.compile(r"@(\d+)")
_WHOLE = 10**9
_COMPARE: dict[str, Callable[[datetime, datetime], bool]] = {
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}


@dataclass(frozen=True)
class _Asked:
    """A request taken apart: which projects, what of each."""

    projects: Sequence[int]
    rest: str
    start: int
    top: int | None


class PlanFeed:
    """Answers for the sets of the feed. `page_sizes` are those of the edition."""

    def __init__(self, scale: PlanScale, model: PwaSite) -> None:
        self._scale, self._model = scale, model
        self.page_sizes = dict(model.page_sizes)
        model.page_sizes = dict.fromkeys(model.page_sizes, _WHOLE)
        self._pieces: dict[tuple[str, str, str], list[bytes] | Response] = {}

    def page(self, request: Request) -> Response:
        """Answer one page of a set."""
        name = request.params["set"]
        entity_set = self._model.schema.get(name)
        if entity_set is None or "ProjectId" not in entity_set.key:
            return feed.answer(self._model, request, name=name, language="en", path=request.path)
        order = request.one("$orderby")
        if order and order.split(",")[0].split()[0] != entity_set.key[0]:
            return feed.error(400, "The load site orders by key alone.")
        asked = self._asked(request)
        pieces = self._rows(request, name, asked.rest)
        if isinstance(pieces, Response):
            return pieces
        return self._cut(request, name, asked, pieces)

    def of_project(self, handler: Handler) -> Handler:
        """Wrap a true handler that is given the model project and answers of it: ProjectServer's."""

        def handle(request: Request) -> Response:
            project = self._scale.project(request.params["id"])
            if project is None:
                return feed.error(404, "ProjectDoesNotExist (1028)")
            own = "aaaaaaaa" + request.params["id"][8:]
            answer = handler(replace(request, params={**request.params, "id": own}))
            return replace(answer, body=self._scale.made(answer.body, project))

        return handle

    def _asked(self, request: Request) -> _Asked:
        projects: Sequence[int] = range(self._scale.projects)
        rest = []
        for term in re.split(r"\s+and\s+", request.one("$filter")) if request.one("$filter") else []:
            since = _SINCE.fullmatch(term.strip("() "))
            if _ONLY_PROJECTS.fullmatch(term.strip()):
                wanted = {self._scale.project(guid) for guid in _OF_PROJECT.findall(term)}
                projects = [p for p in projects if p in wanted]
            elif since:
                moment, holds = datetime.fromisoformat(since[2]), _COMPARE[since[1].lower()]
                projects = [p for p in projects if holds(self._scale.published(p), moment)]
            elif "ProjectId" in term or "ProjectModifiedDate" in term:
                raise HttpError(feed.error(400, f"The load site does not understand '{term}'."))
            else:
                rest.append(term)
        token = _TOKEN.fullmatch(request.one("$skiptoken"))
        start = int(token[1]) if token else int(request.one("$skip", "0"))
        top = request.one("$top")
        return _Asked(projects, " and ".join(rest), start, int(top) if top else None)

    def _rows(self, request: Request, name: str, rest: str) -> list[bytes] | Response:
        """The model's rows as JSON, made once for each selection; or why there are none."""
        key = (name, request.one("$select"), rest)
        if key not in self._pieces:
            query = {"$select": [key[1]]} if key[1] else {}
            query |= {"$filter": [rest]} if rest else {}
            plain = replace(request, query=query)
            answer = feed.answer(self._model, plain, name=name, language="en", path=request.path)
            if answer.status != 200:
                return answer
            self._pieces[key] = [orjson.dumps(row) for row in answer.document["value"]]
        return self._pieces[key]

    def _cut(self, request: Request, name: str, asked: _Asked, pieces: list[bytes]) -> Response:
        each = len(pieces)
        total = each * len(asked.projects)
        size = self.page_sizes[name]
        end = min(total, asked.start + min(size, size if asked.top is None else asked.top))
        made = []
        for place in range(asked.start // each, -(-end // each)) if each and end > asked.start else ():
            first, last = max(0, asked.start - place * each), min(each, end - place * each)
            made.append(self._scale.made(b",".join(pieces[first:last]), asked.projects[place]))
        told = [b'{"odata.metadata":', orjson.dumps(f"{request.origin}{request.path}#{name}")]
        if request.one("$inlinecount") == "allpages":
            told.append(b',"odata.count":' + orjson.dumps(str(total)))
        told.append(b',"value":[' + b",".join(made) + b"]")
        if end < total and end - asked.start == size and (asked.top is None or asked.top > size):
            told.append(b',"odata.nextLink":' + orjson.dumps(_link(request, end, asked.top, size)))
        body = b"".join([*told, b"}"])
        return Response(200, body, {"Content-Type": feed.LIGHT, "DataServiceVersion": "3.0"})


def _link(request: Request, end: int, top: int | None, size: int) -> str:
    kept = {k: v[-1] for k, v in request.query.items() if k not in ("$skip", "$skiptoken", "$top")}
    more = {"$skiptoken": f"@{end}"} | ({} if top is None else {"$top": str(top - size)})
    path = quote(request.path, safe="/")
    return f"{request.origin}{path}?{urlencode({**kept, **more}, quote_via=quote, safe='$')}"
