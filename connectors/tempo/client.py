"""Tempo over HTTP: sign-in, pace, and lists that are paged by offset.

Source: Tempo, REST API v4 (OpenAPI of 2023-10-17); "Tempo REST API usage limits": five requests a second at most.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr
from requests.auth import AuthBase, HTTPBasicAuth

from connectors.answers import Dialect
from connectors.bearer import Bearer
from connectors.http import Http, Params
from connectors.oauth import BearerAuth, RotatingGrant, TokenEndpoint
from connectors.pacing import Clock
from connectors.tempo.settings import TempoCloudSource, TempoDataCenterSource
from connectors.token_file import TokenFile
from portfolio.errors import ConfigurationError, RemoteRefusal
from portfolio.ports import Traffic

PAGE_SIZE = 1000
"""Tempo takes up to 5000; smaller pages keep one answer, and one commit, small."""
_SHARED_ROWS = 20
"""Pages overlap: a record that is deleted while we read moves those behind it one place forward."""
_MOST_PAGES = 10_000


def cloud_http(settings: TempoCloudSource, traffic: Traffic, clock: Clock | None, tokens: Path | None = None) -> Http:
    """The connection to Tempo's API. `tokens` is the file that keeps a rotating refresh token. Sends nothing yet.

    Raises ConfigurationError for a bad address, and for `oauth` without such a file.
    """
    bearer = _application(settings, traffic, clock, tokens) if settings.auth == "oauth" else None
    return Http(
        settings.url,
        auth=bearer or Bearer(_plain(settings.token)),
        renew=bearer.renew if bearer else None,
        traffic=traffic,
        dialect=Dialect(
            title="Tempo",
            sign_in_remedy="Make a new token under Tempo > Settings > API integration; tokens expire.",
            permission_remedy=lambda where: (
                f"Give the owner of the token Tempo's permission to view worklogs of all teams, or the one for {where}."
            ),
        ),
        allow_http=settings.allow_http,
        ca_bundle=settings.ca_bundle,
        per_second=settings.requests_per_second,
        in_flight=2,
        clock=clock,
    )


def _application(settings: TempoCloudSource, traffic: Traffic, clock: Clock | None, tokens: Path | None) -> BearerAuth:
    """Tokens of an application: 60 days each, and each refresh ends the token before (Tempo, "Authentication")."""
    if tokens is None:
        raise ConfigurationError(
            "there is no folder to keep the refresh token in, which changes with every use",
            code="config.token_folder",
            remedy="Connect through the command line, which keeps it in the store's folder.",
        )
    where = f"{settings.url.rstrip('/')}/oauth/token"
    endpoint = TokenEndpoint(where, "Tempo", traffic, clock, form=True, ca_bundle=settings.ca_bundle)
    grant = RotatingGrant(
        endpoint,
        settings.client_id or "",
        _plain(settings.client_secret),
        _plain(settings.refresh_token),
        TokenFile(tokens),
        {"redirect_uri": settings.redirect_uri or ""},
    )
    return BearerAuth(grant, endpoint.now)


def data_center_http(settings: TempoDataCenterSource, traffic: Traffic, clock: Clock | None) -> Http:
    """The connection to Tempo inside Jira Data Center, which signs in as Jira does."""
    auth: AuthBase
    if settings.auth == "basic":
        auth = HTTPBasicAuth((settings.user or "").encode(), _plain(settings.password).encode())
    else:
        auth = Bearer(_plain(settings.token))
    return Http(
        settings.url,
        auth=auth,
        traffic=traffic,
        dialect=Dialect(
            title="Tempo in Jira",
            sign_in_remedy="Check the personal access token, or user and password; a token may have expired.",
            permission_remedy=lambda where: f"Give the account Tempo's permission View Worklogs; {where} refused it.",
        ),
        allow_http=settings.allow_http,
        ca_bundle=settings.ca_bundle,
        per_second=settings.requests_per_second,
        in_flight=2,
        clock=clock,
    )


def pages(http: Http, path: str, params: Params, size: int = PAGE_SIZE) -> Iterator[list[Any]]:
    """Pages of a list of Tempo Cloud, until one names no next page.

    The next address is not followed but read for its offset, and the call built anew: an answer does not decide where
    our token goes. Pages share some rows. Raises RemoteRefusal for a list that does not get on, or an answer that is
    no list: it must not pass for an empty one.
    """
    offset = 0
    for _ in range(_MOST_PAGES):
        answer = http.get_json(path, {**params, "limit": size, "offset": offset})
        found = results(answer, path)
        yield found
        following = (answer.get("metadata") or {}).get("next")
        if not following:
            return
        reached = _offset(following, offset + len(found))
        if reached <= offset:
            break
        offset = max(offset + 1, reached - _SHARED_ROWS)
    raise RemoteRefusal(
        f"Tempo's list {path} does not end: it stands at record {offset}",
        code="remote.paging",
        remedy="Run again; what was read is kept. If it stays, tell Tempo.",
    )


def results(answer: Any, path: str) -> list[Any]:
    """The records of an answer. Raises RemoteRefusal where there is no list."""
    found = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise RemoteRefusal(
            f"Tempo's answer to {path} holds no list of results",
            code="remote.shape",
            remedy="Check the configured address.",
        )
    return found


def _offset(address: Any, otherwise: int) -> int:
    try:
        return int(parse_qs(urlsplit(str(address)).query)["offset"][0])
    except (KeyError, ValueError):
        return otherwise


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
