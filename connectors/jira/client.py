"""The connection to one Jira Cloud site. The only place that knows the `jira` library.

The library builds the session (sign-in, headers, its options); requests then go through our own `Http`, because the
library's session sleeps less than a Retry-After asks for, retries creates, and reads whole result sets into memory.
Its session is a private attribute there (`_session`), so the version is pinned and nothing else touches it.
"""

import logging
from collections.abc import Iterator
from typing import Any

import orjson
import requests

from connectors.answers import Dialect
from connectors.http import Http, Params
from connectors.jira.limits import CLOUD
from connectors.jira.settings import JiraCloudSource
from connectors.pacing import Clock
from portfolio.errors import RemoteRefusal, SignInError
from portfolio.ports import Traffic

API = "/rest/api/3"
_PAGE = 100
_MOST_PAGES = 10_000
_HEADERS = {"Accept-Language": "en", "X-Force-Accept-Language": "true"}
"""Names of statuses and error messages come in English whatever the account's language is."""

SIGN_IN_REMEDY = (
    "Check e-mail and API token: tokens expire after at most a year. A token with scopes works only through "
    "https://api.atlassian.com/ex/jira/CLOUDID, one without only through the site's own address."
)


def permission_remedy(where: str) -> str:
    """Which permission is missing for a call, in Jira's own words."""
    if "/properties/" in where and "/project/" in where:
        needed = "Administer projects in that project (scope manage:jira-project)"
    elif "/remotelink" in where:
        needed = "Link issues in that project"
    elif "/bulk/" in where:
        needed = "the global permission Make bulk changes, and Edit issues in those projects"
    elif "/properties/" in where:
        needed = "Edit issues in that project"
    else:
        needed = "Browse projects (scope read:jira-work)"
    return f"Give the account {needed}."


def connection(settings: JiraCloudSource, traffic: Traffic, clock: Clock | None = None) -> Http:
    """A connection that signs in with e-mail and API token (Basic, as Atlassian's REST v3 wants it)."""
    return Http(
        settings.url,
        session=_session(settings),
        headers=_HEADERS,
        traffic=traffic,
        dialect=Dialect(
            title="Jira",
            sign_in_remedy=SIGN_IN_REMEDY,
            permission_remedy=permission_remedy,
            limits=CLOUD,
            message=_message,
            classify=_anonymous,
        ),
        allow_http=settings.allow_http,
        per_second=settings.requests_per_second,
        clock=clock,
    )


def _session(settings: JiraCloudSource) -> requests.Session:
    from jira import JIRA

    logging.getLogger("jira").setLevel(logging.WARNING)  # at DEBUG it writes headers and bodies
    client = JIRA(
        server=settings.url.rstrip("/"),
        basic_auth=(settings.email, settings.token.get_secret_value()),
        options={"rest_api_version": "3", "check_update": False},
        get_server_info=False,
        max_retries=0,
    )
    session: requests.Session = client._session
    return session


def _anonymous(response: requests.Response) -> SignInError | None:
    """Jira may answer a refused sign-in with what a stranger may see, and say so in a header only.

    Taken for data, that would be an empty site. Sources: Atlassian, "Basic auth for REST APIs" (AUTHENTICATION_DENIED:
    a captcha is due); JRA-41559 (AUTHENTICATED_FAILED with status 200).
    """
    reason = response.headers.get("X-Seraph-LoginReason", "")
    if "AUTHENTICATED_FAILED" not in reason and "AUTHENTICATION_DENIED" not in reason:
        return None
    return SignInError(
        f"Jira refused the sign-in ({reason}) and answered as to a stranger",
        code="sign_in.refused",
        remedy=SIGN_IN_REMEDY,
    )


def _message(body: bytes) -> str:
    """Jira's own words in an error answer: `errorMessages` and `errors`."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(said, dict):
        return ""
    fields = said.get("errors") or {}
    named = [f"{name}: {text}" for name, text in fields.items()] if isinstance(fields, dict) else []
    return "; ".join(str(text) for text in [*(said.get("errorMessages") or []), *named])


def values(http: Http, path: str, params: Params) -> Iterator[Any]:
    """Records of a list that is paged by `startAt` and ends with `isLast`, or at `total` where that is missing.

    Pages may be shorter than asked for. Next addresses in the answers are not followed: behind Atlassian's gateway
    they name another host. Raises RemoteRefusal when a page that should go on is empty.
    """
    start = 0
    for _ in range(_MOST_PAGES):
        page = http.get_json(path, {**params, "startAt": start, "maxResults": _PAGE})
        found = page_values(page, path)
        yield from found
        start += len(found)
        if page.get("isLast", start >= page.get("total", 0)):
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
