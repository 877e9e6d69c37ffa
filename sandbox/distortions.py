"""Answers that are true but for one thing, and worlds that change while they are read: kinds of `sandbox.faults.Fault`.

`server.inject(meanwhile(lambda: site.edit_issue("ALPHA-1", due=None)), path="/search/jql", after=1)`
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from sandbox.faults import Fault
from sandbox.messages import Request, Response

_JSON = {"Content-Type": "application/json;charset=UTF-8"}


def meanwhile(action: Callable[[], object]) -> Fault:
    """Let something happen before the request is answered: a page changes under the pager, a token expires."""
    return Fault("meanwhile", before=action)


def altered(change: Callable[[Any], Any], name: str = "altered") -> Fault:
    """Answer the true JSON after `change`, which is given the decoded document and gives the one to send."""

    def rewrite(response: Response) -> Response:
        return replace(response, body=orjson.dumps(change(orjson.loads(response.body))))

    return Fault(name, rewrite=rewrite)


def without(*names: str) -> Fault:
    """Leave these names out of the answer: `without("isLast")`, `without("isLast", "nextPageToken")`."""
    return altered(lambda told: {name: value for name, value in told.items() if name not in names}, "without")


def repeated_token() -> Fault:
    """Give the token of the first page that meets the fault again on every later one, which never ends."""
    seen: list[str] = []

    def change(told: Any) -> Any:
        if "nextPageToken" in told:
            seen.append(told["nextPageToken"])
        return told | ({"nextPageToken": seen[0], "isLast": False} if seen else {})

    return altered(change, "repeated token")


def foreign_next_link(link: str, host: str = "https://elsewhere.example") -> Fault:
    """Let the next link, which the document calls `link`, lead to another host."""

    def change(told: Any) -> Any:
        return told | {link: f"{host}/next?$skiptoken=x"}

    return altered(change, "foreign next link")


def repeated_next_link(link: str) -> Fault:
    """Give the next link of the first page that meets the fault again on every later one, which never ends."""
    seen: list[str] = []

    def change(told: Any) -> Any:
        if link in told:
            seen.append(told[link])
        return told | ({link: seen[0]} if seen else {})

    return altered(change, "repeated next link")


def smaller_pages(size: int) -> Fault:
    """Let the server give pages of `size` at most, whatever was asked for, as it may at any time."""

    def ask(request: Request) -> Request:
        if request.method == "GET":
            asked = int(request.one("maxResults", str(size)))
            return replace(request, query={**request.query, "maxResults": [str(min(asked, size))]})
        told = orjson.loads(request.body)
        return replace(request, body=orjson.dumps(told | {"maxResults": min(told.get("maxResults", size), size)}))

    return Fault("smaller pages", ask=ask)


def with_headers(headers: Mapping[str, str]) -> Fault:
    """Add headers to the true answer."""
    return Fault("headers", rewrite=lambda response: replace(response, headers={**response.headers, **headers}))


def near_limit() -> Fault:
    """Say that less than a fifth of some budget is left (Atlassian, "Rate limiting")."""
    return with_headers({"X-RateLimit-NearLimit": "true"})


def informed_of_limits(remaining: int, reset_seconds: int = 600, quota: int = 65_000) -> Fault:
    """Tell of the hourly quota as the informational headers do, which slow a client down but never stop it."""
    return with_headers(
        {
            "Beta-RateLimit-Policy": f'"global-app-quota";q={quota};w=3600,"jira-burst-based";q=100;w=1',
            "Beta-RateLimit": f'"global-app-quota";r={remaining};t={reset_seconds}',
        }
    )


def gzip_bomb(megabytes: int = 100) -> Fault:
    """Send a small body that unpacks to `megabytes` of blanks."""
    blanks = b" " * 1_000_000
    packed = gzip.compress(b"".join([b"{", *[blanks] * megabytes, b"}"]), compresslevel=9)
    return Fault("gzip bomb", (200, _JSON | {"Content-Encoding": "gzip"}, packed))
