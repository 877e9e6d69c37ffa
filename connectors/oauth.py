"""OAuth 2.0 without a person at hand: client credentials, and refresh tokens that rotate.

Sources: RFC 6749, sections 4.4, 5 and 6; Atlassian, "Create OAuth 2.0 credential for service accounts" (access tokens
last 60 minutes) and "Implementing the refresh token flow" (the new refresh token replaces the old one with its use; an
unknown one is answered 403 `invalid_grant`).
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from requests.auth import AuthBase

from connectors.answers import Dialect
from connectors.http import Http
from connectors.pacing import Clock
from connectors.token_file import Kept, TokenFile
from portfolio.errors import RemoteRefusal, SignInError
from portfolio.ports import Traffic

_RENEW_AFTER = 5 / 6
"""Share of a token's life after which it is renewed: at 50 of 60 minutes, so no request is under way when it ends."""
_USUAL_SECONDS = 3600


@dataclass(frozen=True)
class Granted:
    """An access token, until when it is used, and the scopes that it came with (none told: empty)."""

    access_token: str
    renew_at: datetime
    scopes: tuple[str, ...] = ()
    refresh_token: str | None = None


class TokenEndpoint:
    """Where tokens are asked for. `tool` names the other side for people; `form` asks as RFC 6749 has it, in a form:
    Atlassian's own takes JSON.

    `ca_bundle` is a file of the certificates to trust. Raises ConfigurationError for an address that is not https,
    unless it is this machine's own.
    """

    def __init__(
        self,
        url: str,
        tool: str,
        traffic: Traffic,
        clock: Clock | None = None,
        *,
        form: bool = False,
        ca_bundle: Path | None = None,
    ) -> None:
        parts = urlsplit(url)
        self._form = form
        self._path = parts.path
        self._clock = clock or Clock()
        dialect = Dialect(title=f"{tool}'s sign-in service", message=_said, classify=_refusal)
        place = f"{parts.scheme}://{parts.netloc}"
        self._http = Http(place, traffic=traffic, dialect=dialect, clock=clock, ca_bundle=ca_bundle)

    def grant(self, **asked: str) -> Granted:
        """Ask for a token. A lost answer is asked for again: a token that was used up by it is refused either way.

        Raises SignInError where it is refused, RemoteError where the endpoint cannot be reached.
        """
        try:
            ask = self._http.post_form if self._form else partial(self._http.post_json, read_only=True)
            answer = ask(self._path, asked)
        finally:
            self._http.close()  # the next token is wanted in an hour; a session opens anew by itself
        if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
            raise RemoteRefusal(
                f"{self._http.dialect.title} sent no access token",
                code="sign_in.no_token",
                remedy="Check the address of the token endpoint (`token_url`).",
            )
        return self._granted(answer)

    def _granted(self, answer: Mapping[str, Any]) -> Granted:
        lasts = answer.get("expires_in")
        seconds = float(lasts) if isinstance(lasts, int | float) and lasts > 0 else _USUAL_SECONDS
        renewed = answer.get("refresh_token")
        return Granted(
            access_token=str(answer["access_token"]),
            renew_at=self._clock.now() + timedelta(seconds=seconds * _RENEW_AFTER),
            scopes=tuple(sorted(str(answer.get("scope") or "").split())),
            refresh_token=renewed if isinstance(renewed, str) and renewed else None,
        )

    def now(self) -> datetime:
        """The moment, by the clock that `renew_at` is told in."""
        return self._clock.now()


def client_credentials(endpoint: TokenEndpoint, client_id: str, client_secret: str) -> Callable[[str | None], Granted]:
    """How a service account gets its tokens; each call asks for a new one."""

    def fetch(_refused: str | None) -> Granted:
        return endpoint.grant(grant_type="client_credentials", client_id=client_id, client_secret=client_secret)

    return fetch


@dataclass(frozen=True)
class RotatingGrant:
    """How an app that a person authorised gets its tokens: each use of the refresh token brings the next one.

    `refresh_token` is the configured one, where it all begins; a new one in the configuration begins anew. `also` goes
    with every request, for services that want more than RFC 6749 asks for.
    """

    endpoint: TokenEndpoint
    client_id: str
    client_secret: str
    refresh_token: str
    file: TokenFile
    also: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, refused: str | None) -> Granted:
        """A token other than the `refused` one. What another run got meanwhile is used; else it is kept, then used."""
        seed = hashlib.sha256(self.refresh_token.encode()).hexdigest()
        with self.file.alone():
            kept = self.file.load()
            if kept is not None and kept.seed != seed:
                kept = None
            if kept is not None and kept.access_token != refused and self.endpoint.now() < kept.renew_at:
                return Granted(kept.access_token, kept.renew_at, kept.scopes)
            current = kept.refresh_token if kept else self.refresh_token
            granted = self.endpoint.grant(
                grant_type="refresh_token",
                client_id=self.client_id,
                client_secret=self.client_secret,
                refresh_token=current,
                **self.also,
            )
            following = granted.refresh_token or current
            self.file.save(Kept(seed, following, granted.access_token, granted.renew_at, granted.scopes))
            return granted


class BearerAuth(AuthBase):
    """Signs requests with an access token, and gets another one before it ends. Thread-safe."""

    def __init__(self, fetch: Callable[[str | None], Granted], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._lock = threading.Lock()
        self._granted: Granted | None = None

    @property
    def scopes(self) -> tuple[str, ...] | None:
        """Scopes that the present token came with; None before the first one."""
        with self._lock:
            return self._granted.scopes if self._granted else None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request, signed. Raises what asking for a token raises."""
        request.headers["Authorization"] = f"Bearer {self._token()}"
        return request

    def _token(self) -> str:
        with self._lock:
            if self._granted is None or self._now() >= self._granted.renew_at:
                self._granted = self._fetch(None)
            return self._granted.access_token

    def renew(self, response: requests.Response) -> bool:
        """After a 401: whether another token is there now than the one that was refused."""
        refused = str(response.request.headers.get("Authorization", "")).removeprefix("Bearer ")
        with self._lock:
            if self._granted is None or self._granted.access_token == refused:
                self._granted = self._fetch(refused)
            return self._granted.access_token != refused


def _refusal(response: requests.Response) -> SignInError | None:
    if response.status_code not in (400, 401, 403):
        return None
    said = _said(response.content)
    if said.startswith("invalid_grant"):
        return SignInError(
            f"the refresh token is no longer valid ({said})",
            code="sign_in.invalid_grant",
            remedy="Authorise the app again and put the new refresh token under `refresh_token`; one token serves one "
            "installation only, and it ends when the person's password changes or it was not used for 90 days.",
        )
    return SignInError(
        f"the client was refused ({said or response.status_code})",
        code="sign_in.client",
        remedy="Check client_id and client_secret; the credential may have been revoked or have expired.",
    )


def _said(body: bytes) -> str:
    """The error of RFC 6749, section 5.2: code and description."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(answer, dict):
        return ""
    return ": ".join(str(answer[key])[:200] for key in ("error", "error_description") if answer.get(key))
