"""The ways to sign in to Jira: which address is called, how requests are signed, and how a token is renewed.

The only place that knows the `jira` library. It builds the session; requests then go through our own `Http`, because
the library's session sleeps less than a Retry-After asks for, retries creates, and reads whole result sets into memory.
Its session is a private attribute there (`_session`), so the version is pinned and nothing else touches it.

Sources: Atlassian, "Manage API tokens" (addresses of tokens with and without scopes), "Retrieve my Atlassian site's
Cloud ID" (`_edge/tenant_info`), "Using personal access tokens" (Bearer, Data Center 8.14 and later).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr

from connectors.address import is_loopback
from connectors.answers import Dialect
from connectors.http import Http
from connectors.jira.refusals import CLOUD_REMEDY, DATA_CENTER_REMEDY, Diagnosis, lacks_scope
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from connectors.oauth import BearerAuth, RotatingGrant, TokenEndpoint, client_credentials
from connectors.pacing import Clock
from connectors.token_file import TokenFile
from portfolio.errors import ConfigurationError, PlumbruleError, RemoteRefusal
from portfolio.ports import Traffic

_MYSELF = "/rest/api/3/myself"


@dataclass(frozen=True)
class SignIn:
    """What a connection needs to be somebody. `locate` finds the address to call, where it is not the site's own."""

    session: requests.Session
    remedy: str
    refused: Diagnosis
    locate: Callable[[], str] | None = None
    renew: Callable[[requests.Response], bool] | None = None
    scopes: Callable[[], tuple[str, ...] | None] = field(default=lambda: None)


def data_center(settings: JiraDataCenterSource, clock: Clock) -> SignIn:
    """Personal access token or password, at the site's own address."""
    if settings.auth == "pat":
        session = _session(settings.url, "2", token_auth=_plain(settings.token))
    else:
        session = _session(settings.url, "2", basic_auth=_basic(settings.user, settings.password))
    return SignIn(session, DATA_CENTER_REMEDY, Diagnosis(settings.token_expires_on, lambda: clock.now().date()))


def cloud(settings: JiraCloudSource, traffic: Traffic, clock: Clock | None, tokens: Path | None) -> SignIn:
    """One of the four ways of Jira Cloud. `tokens` is the file that keeps a rotating refresh token.

    Raises ConfigurationError for `oauth_user` without such a file.
    """
    find = _Gateway(settings, traffic, clock)
    locate = None if settings.auth == "api_token" else find
    today = (clock or Clock()).now
    if settings.auth in ("api_token", "scoped_token"):
        session = _session(settings.url, "3", basic_auth=_basic(settings.email, settings.token))
        diagnosis = Diagnosis(
            settings.token_expires_on, lambda: today().date(), lambda: _works_elsewhere(settings, find, traffic, clock)
        )
        return SignIn(session, CLOUD_REMEDY, diagnosis, locate)
    bearer = _bearer(settings, traffic, clock, tokens)
    session = _session(settings.url, "3")
    session.auth = bearer
    return SignIn(
        session,
        "Check that the credential still exists and that the account may use this site.",
        Diagnosis(settings.token_expires_on, lambda: today().date()),
        locate,
        renew=lambda response: not lacks_scope(response) and bearer.renew(response),
        scopes=lambda: bearer.scopes,
    )


def _bearer(settings: JiraCloudSource, traffic: Traffic, clock: Clock | None, tokens: Path | None) -> BearerAuth:
    endpoint = TokenEndpoint(settings.token_url, "Atlassian", traffic, clock, ca_bundle=settings.ca_bundle)
    client, secret = settings.client_id or "", _plain(settings.client_secret)
    if settings.auth == "oauth_client":
        return BearerAuth(client_credentials(endpoint, client, secret), endpoint.now)
    if tokens is None:
        raise ConfigurationError(
            "there is no folder to keep the refresh token in, which changes with every use",
            code="config.token_folder",
            remedy="Connect through the command line, which keeps it in the store's folder.",
        )
    grant = RotatingGrant(endpoint, client, secret, _plain(settings.refresh_token), TokenFile(tokens))
    return BearerAuth(grant, endpoint.now)


@dataclass(frozen=True)
class _Gateway:
    """Finds the gateway's address of a site."""

    settings: JiraCloudSource
    traffic: Traffic
    clock: Clock | None

    def __call__(self) -> str:
        """Raises RemoteRefusal where the site does not tell its id."""
        cloud_id = self.settings.cloud_id or self._asked()
        return f"{self.settings.gateway_url.rstrip('/')}/ex/jira/{cloud_id}"

    def _asked(self) -> str:
        site = Http(
            self.settings.url,
            traffic=self.traffic,
            dialect=Dialect(title="Jira"),
            allow_http=self.settings.allow_http,
            ca_bundle=self.settings.ca_bundle,
            clock=self.clock,
        )
        try:
            told = site.get_json("/_edge/tenant_info")
        finally:
            site.close()
        found = told.get("cloudId") if isinstance(told, dict) else None
        if not isinstance(found, str) or not found.replace("-", "").isalnum():
            raise RemoteRefusal(
                f"{site.netloc} does not tell its cloud id",
                code="jira.cloud_id",
                remedy="Check that `url` is the site's own address, or give `cloud_id`.",
            )
        return found


def _works_elsewhere(
    settings: JiraCloudSource, gateway: Callable[[], str], traffic: Traffic, clock: Clock | None
) -> str | None:
    """Whether the same token is accepted at the other of the two addresses, in the words of a remedy."""
    if _is_here(settings.url) != _is_here(settings.gateway_url):
        return None  # a secret for a server of this machine is not shown to the world
    scoped = settings.auth == "scoped_token"
    session = requests.Session()
    session.auth = _basic(settings.email, settings.token)
    try:
        where = settings.url if scoped else gateway()
        other = Http(
            where,
            session=session,
            traffic=traffic,
            allow_http=settings.allow_http,
            ca_bundle=settings.ca_bundle,
            clock=clock,
        )
        other.get_json(_MYSELF)
    except PlumbruleError as error:
        if scoped or error.code != "sign_in.refused" or "scope" not in error.what:
            return None
    finally:
        session.close()
    if scoped:
        return 'This token has no scopes: write auth = "api_token", or make a token with scopes.'
    return 'This token has scopes, which work only through Atlassian\'s gateway: write auth = "scoped_token".'


def _is_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")


def _session(url: str, version: str, **sign_in: Any) -> requests.Session:
    from jira import JIRA

    logging.getLogger("jira").setLevel(logging.WARNING)  # at DEBUG it writes headers and bodies
    options = {"rest_api_version": version, "check_update": False}
    client = JIRA(server=url.rstrip("/"), options=options, get_server_info=False, max_retries=0, **sign_in)
    session: requests.Session = client._session
    return session


def _basic(user: str | None, secret: SecretStr | None) -> tuple[str, str]:
    return user or "", _plain(secret)


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
