"""Atlassian's authorization server for one site: client credentials, and rotating refresh tokens.

An access token lives an hour of the site's time. Each refresh gives a new refresh token and kills the old one, which
then is an `invalid_grant` (developer.atlassian.com, "OAuth 2.0 (3LO) apps", "Refresh an access token"). Nobody signs in
in a browser here: `grant` hands out the first refresh token.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import NoReturn
from urllib.parse import parse_qsl

from sandbox.http import HttpError, Request, Response
from sandbox.jira.access import Access, Credential

ACCESS_TOKEN_LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class _Client:
    secret: str
    scopes: frozenset[str]


class AuthorizationServer:
    """Knows the clients of one site and what they were granted. `issued` counts the access tokens handed out."""

    def __init__(self, access: Access, now: Callable[[], datetime]) -> None:
        self._access, self._now = access, now
        self._lock = threading.RLock()
        self._numbers = count(1)
        self._clients: dict[str, _Client] = {}
        self._refresh: dict[str, str] = {}
        self.issued = 0

    def add_client(self, client_id: str, secret: str, scopes: Iterable[str]) -> None:
        """Register a client: a service account's credential, or an app that people grant access to."""
        self._clients[client_id] = _Client(secret, frozenset(scopes))

    def grant(self, client_id: str) -> str:
        """Let a person grant the client offline access, and give the refresh token that came of it."""
        return self._new_refresh_token(client_id)

    def token(self, request: Request) -> Response:
        """POST /oauth/token."""
        with self._lock:
            said = _said(request)
            client_id = said.get("client_id", "")
            client = self._clients.get(client_id)
            secret = said.get("client_secret", "").encode()
            if client is None or not hmac.compare_digest(client.secret.encode(), secret):
                _refuse(401, "access_denied", "Unauthorized")
            if said.get("grant_type") == "client_credentials":
                return self._answer(client, None)
            if said.get("grant_type") != "refresh_token":
                _refuse(400, "unsupported_grant_type", "The grant type is not supported here.")
            return self._answer(client, self._rotate(client_id, said.get("refresh_token", "")))

    def _rotate(self, client_id: str, token: str) -> str:
        if self._refresh.get(token) != client_id:
            _refuse(403, "invalid_grant", "Unknown or invalid refresh token.")
        del self._refresh[token]
        return self._new_refresh_token(client_id)

    def _new_refresh_token(self, client_id: str) -> str:
        token = f"refresh-{next(self._numbers):06}"
        self._refresh[token] = client_id
        return token

    def _answer(self, client: _Client, refresh_token: str | None) -> Response:
        self.issued += 1
        token = f"access-{next(self._numbers):06}"
        self._access.add(Credential("gateway", token, None, client.scopes, self._now() + ACCESS_TOKEN_LIFE))
        told: dict[str, object] = {"access_token": token, "expires_in": int(ACCESS_TOKEN_LIFE.total_seconds())}
        told |= {"token_type": "Bearer", "scope": " ".join(sorted(client.scopes))}
        return Response.of_json(told | ({} if refresh_token is None else {"refresh_token": refresh_token}))


def _said(request: Request) -> dict[str, str]:
    """Read the parameters of a token request, which come as a form or as JSON."""
    if (request.headers.get("Content-Type") or "").startswith("application/json"):
        document = request.json()
        return {str(name): str(value) for name, value in document.items()} if isinstance(document, dict) else {}
    return dict(parse_qsl(request.body.decode()))


def _refuse(status: int, error: str, words: str) -> NoReturn:
    raise HttpError(Response.of_json({"error": error, "error_description": words}, status=status))
