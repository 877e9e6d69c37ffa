"""GET and POST /search: a page from `startAt` on, a `total`, and no page beyond the result window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.http import Response
from sandbox.jira.call import Call, refuse
from sandbox.jira.datacenter.limits import Limits
from sandbox.jira.histories import changelog_json
from sandbox.jira.issue_json import chosen, issue_json
from sandbox.jira.jql_fields import JqlError
from sandbox.jira.search import Mode
from sandbox.jira.service import Row

_LENIENT = ("false", "warn", "none")


@dataclass(frozen=True)
class _Asked:
    jql: str
    start: int
    size: int
    fields: Sequence[str]
    expand: Sequence[str]
    strict: bool


def rows(limits: Limits) -> list[Row]:
    """Serve searches within these limits."""

    def by_query(call: Call) -> Response:
        ask = call.request
        strict = ask.one("validateQuery", "true").lower() not in _LENIENT
        start, size = call.number("startAt", 0), call.number("maxResults", 50)
        return _search(
            call, limits, _Asked(ask.one("jql"), start, size, ask.listed("fields"), ask.listed("expand"), strict)
        )

    def by_body(call: Call) -> Response:
        body = call.body()
        start, size = body.get("startAt", 0), body.get("maxResults", 50)
        if not isinstance(start, int) or not isinstance(size, int) or min(start, size) < 0:
            refuse(400, "startAt and maxResults must be numbers.")
        fields, expand = call.texts(body, "fields"), call.texts(body, "expand")
        strict = str(body.get("validateQuery", True)).lower() not in _LENIENT
        return _search(call, limits, _Asked(str(body.get("jql") or ""), start, size, fields, expand, strict))

    return [("GET", "/search", by_query), ("POST", "/search", by_body)]


def _search(call: Call, limits: Limits, asked: _Asked) -> Response:
    size = min(asked.size, limits.page)
    limits.check_window(asked.start, size)
    mode = Mode(bounded=False, epoch_ms=limits.epoch_ms, strict=asked.strict)
    try:
        issues, total = call.searcher.window(asked.jql, asked.start, size, mode)
    except JqlError as error:
        refuse(400, str(error))
    fields = chosen(call.refs, asked.fields or ["*navigable"])
    whole = "changelog" in asked.expand
    written = [
        issue_json(call.refs, issue, fields, histories=changelog_json(call.refs, issue) if whole else None)
        for issue in issues
    ]
    told = {"startAt": asked.start, "maxResults": size, "total": total, "issues": written}
    return Response.of_json({"expand": "schema,names"} | told)
