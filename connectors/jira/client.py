"""The connection to one Jira site, Cloud or Data Center, whatever the way of signing in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.answers import Dialect
from connectors.http import Http, Params
from connectors.jira import limits, signin
from connectors.jira.refusals import classify, message, permission_remedy
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from connectors.pacing import Clock
from portfolio.errors import RemoteRefusal
from portfolio.ports import Traffic

API = "/rest/api/3"
_PAGE = 100
_MOST_PAGES = 10_000
_HEADERS = {"Accept-Language": "en", "X-Force-Accept-Language": "true"}
"""Names of statuses and error messages come in English whatever the account's language is."""


def connection(
    settings: JiraCloudSource | JiraDataCenterSource,
    traffic: Traffic,
    clock: Clock | None = None,
    *,
    tokens: Path | None = None,
) -> Http:
    """A connection that signs in as configured. Nothing is sent yet.

    `base_url` of it is the site's own address, for people; where Atlassian's gateway has to be called, it is found with
    the first call. `tokens` is the file that keeps a rotating refresh token. Raises ConfigurationError for an address
    that may not be called, and where that file is needed and not given.
    """
    if isinstance(settings, JiraCloudSource):
        signed, limited = signin.cloud(settings, traffic, clock, tokens), limits.CLOUD
    else:
        signed, limited = signin.data_center(settings, clock or Clock()), limits.DATA_CENTER
    dialect = Dialect(
        title="Jira",
        sign_in_remedy=signed.remedy,
        permission_remedy=permission_remedy,
        limits=limited,
        message=message,
        classify=classify,
    )
    return Http(
        settings.url,
        session=signed.session,
        headers=_HEADERS,
        traffic=traffic,
        dialect=dialect,
        renew=signed.renew,
        refused=signed.refused,
        locate=signed.locate,
        allow_http=settings.allow_http,
        ca_bundle=settings.ca_bundle,
        per_second=settings.requests_per_second,
        clock=clock,
    )


def values(http: Http, path: str, params: Params, *, start: int = 0) -> Iterator[Any]:
    """Records of a list that is paged by `startAt` and ends with `isLast`, or at `total` where that is missing.

    Pages may be shorter than asked for. Next addresses in the answers are not followed: behind Atlassian's gateway
    they name another host. Raises RemoteRefusal when a page that should go on is empty.
    """
    for _ in range(_MOST_PAGES):
        page = http.get_json(path, {**params, "startAt": start, "maxResults": _PAGE})
        found = page_values(page, path)
        yield from found
        start += len(found)
        total = page.get("total")
        if page.get("isLast", start >= (total if isinstance(total, int) else 0)):
            return
        if not found:
            break
    raise RemoteRefusal(
        f"the list {path} does not end: an empty page after {start} records",
        code="remote.paging",
        remedy="Run again; if it stays, tell Atlassian.",
    )


def page_values(page: Any, path: str) -> list[Any]:
    """The records of one page. Raises RemoteRefusal for an answer without them: it must not pass for an empty list."""
    found = page.get("values") if isinstance(page, dict) else None
    if not isinstance(found, list):
        raise RemoteRefusal(
            f"the answer to {path} holds no list of values", code="remote.shape", remedy="Check the configured address."
        )
    return found
