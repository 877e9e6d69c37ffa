"""Routes that find issues and read many at once: search/jql, approximate-count, bulkfetch, and the removed /search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.http import Response
from sandbox.jira.call import Call, refuse
from sandbox.jira.issue_json import chosen, issue_json
from sandbox.jira.jql_fields import JqlError
from sandbox.jira.records import Issue, Json

_SHRUNK = 100
_CEILING = 5000


@dataclass(frozen=True)
class _Asked:
    """One search, however it was posed."""

    jql: str
    token: str | None
    size: int
    fields: Sequence[str]
    properties: Sequence[str]
    reconcile: Sequence[str]

    @property
    def bare(self) -> bool:
        """Tell whether only ids and keys are asked for."""
        return not set(self.fields) - {"id", "key"} and not self.properties


def search_by_query(call: Call) -> Response:
    """GET /search/jql."""
    ask = call.request
    asked = _Asked(
        ask.one("jql"),
        ask.one("nextPageToken") or None,
        call.number("maxResults", 50),
        ask.listed("fields"),
        ask.listed("properties"),
        ask.listed("reconcileIssues"),
    )
    return _search(call, asked)


def search_by_body(call: Call) -> Response:
    """POST /search/jql."""
    body = call.body()
    size, reconcile = body.get("maxResults", 50), [str(one) for one in body.get("reconcileIssues") or []]
    if not isinstance(size, int):
        refuse(400, "maxResults must be a number.")
    fields, properties = call.texts(body, "fields"), call.texts(body, "properties")
    asked = _Asked(str(body.get("jql") or ""), body.get("nextPageToken"), size, fields, properties, reconcile)
    return _search(call, asked)


def _search(call: Call, asked: _Asked) -> Response:
    if len(asked.properties) > 5:
        refuse(400, "At most 5 properties can be asked for.")
    if len(asked.reconcile) > 50:
        refuse(400, "At most 50 issues can be reconciled.")
    # Atlassian only promises big pages of ids and keys; with real fields a page shrinks to about a hundred.
    size = min(max(asked.size, 1), _CEILING if asked.bare else _SHRUNK)
    try:
        fresh = frozenset(int(one) for one in asked.reconcile if str(one).isdigit())
        page = call.searcher.page(asked.jql, asked.token, size, fresh)
    except JqlError as error:
        refuse(400, str(error))
    onward = {} if page.next_token is None else {"nextPageToken": page.next_token}
    write = _bare if asked.bare else _full
    return Response.of_json({"issues": write(call, page.issues, asked), "isLast": page.next_token is None, **onward})


def _bare(call: Call, issues: Sequence[Issue], asked: _Asked) -> list[Json]:
    keyed = "key" in asked.fields
    return [{"id": str(issue.id), **({"key": call.site.key_of(issue)} if keyed else {})} for issue in issues]


def _full(call: Call, issues: Sequence[Issue], asked: _Asked) -> list[Json]:
    fields = chosen(call.refs, asked.fields)
    return [issue_json(call.refs, issue, fields, properties=asked.properties) for issue in issues]


def approximate_count(call: Call) -> Response:
    """POST /search/approximate-count."""
    try:
        return Response.of_json({"count": call.searcher.count(str(call.body().get("jql") or ""))})
    except JqlError as error:
        refuse(400, str(error))


def bulk_fetch(call: Call) -> Response:
    """POST /issue/bulkfetch: up to 100 ids or keys, by id; those that cannot be read come as `issueErrors`."""
    body = call.body()
    names = call.texts(body, "issueIdsOrKeys", ceiling=100)
    found: dict[int, Issue] = {}
    errors = []
    for name in names:
        issue = call.site.issue(name)
        if issue is None or not call.site.sees(issue):
            errors.append({"id": name, "errorMessage": "Issue does not exist or you do not have permission to see it."})
        else:
            found[issue.id] = issue
    fields = chosen(call.refs, call.texts(body, "fields") or ["*navigable"])
    properties = call.texts(body, "properties")
    written = [issue_json(call.refs, found[number], fields, properties=properties) for number in sorted(found)]
    return Response.of_json({"issues": written, "issueErrors": errors})


def removed(_call: Call) -> Response:
    """GET and POST /search: gone since 2025 (Atlassian, CHANGE-2046)."""
    refuse(410, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.")


ROUTES = (
    ("GET", "/search/jql", search_by_query),
    ("POST", "/search/jql", search_by_body),
    ("POST", "/search/approximate-count", approximate_count),
    ("POST", "/issue/bulkfetch", bulk_fetch),
    ("GET", "/search", removed),
    ("POST", "/search", removed),
)
