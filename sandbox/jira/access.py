"""Who may call a site, with which token, through which door, and until when.

Cloud has two doors: the site itself takes classic API tokens, and the gateway (`/ex/jira/{cloudId}`) takes scoped ones
and OAuth access tokens; neither takes the other's. Data Center has one, for passwords and personal access tokens.
(Atlassian support, "Manage API tokens for your Atlassian account"; developer.atlassian.com, "OAuth 2.0 (3LO) apps".)
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NoReturn

from sandbox.http import HttpError, Request, Response

Door = Literal["site", "gateway"]


@dataclass(frozen=True)
class Credential:
    """One way in. `user` is set for Basic only; `scopes` None means unlimited, `expires` None never."""

    door: Door
    secret: str
    user: str | None = None
    scopes: frozenset[str] | None = None
    expires: datetime | None = None

    def fits(self, door: Door, user: str | None, secret: str) -> bool:
        """Tell whether these are the credential's own words, said at its own door."""
        same = hmac.compare_digest(self.secret.encode(), secret.encode())
        return same and self.door == door and self.user == user


class Access:
    """The credentials of one site. `now` is the site's clock, by which tokens expire."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._known: list[Credential] = []

    def add(self, credential: Credential) -> None:
        """Let a credential in from now on."""
        self._known.append(credential)

    def add_scoped_token(
        self, token: str, *, email: str, scopes: Iterable[str], expires: datetime | None = None
    ) -> None:
        """Let a scoped API token in, of a person or of a service account: at the gateway, Basic and Bearer alike."""
        basic = Credential("gateway", token, email, frozenset(scopes), expires)
        self._known += [basic, replace(basic, user=None)]

    def expire(self, secret: str) -> None:
        """Let a token expire at once, as an administrator's revocation does."""
        self._known = [replace(one, expires=self._now()) if one.secret == secret else one for one in self._known]

    def admit(self, request: Request, door: Door, needed: frozenset[str]) -> Credential:
        """Let a request in that needs one of these scopes (empty: none), or answer as Atlassian does: 401 or 403."""
        scheme, user, secret = _said(request)
        if door == "site" and scheme == "bearer" and not self._takes_bearer():
            raise HttpError(Response.of_json({"error": "Failed to parse Connect Session Auth Token"}, status=403))
        held = next((one for one in self._known if secret and one.fits(door, user, secret)), None)
        if held is None or (held.expires is not None and self._now() >= held.expires):
            _refuse(door)
        if needed and held.scopes is not None and not needed & held.scopes:
            message = {"code": 401, "message": "Unauthorized; scope does not match"}
            raise HttpError(Response.of_json(message, status=401))
        return held

    def _takes_bearer(self) -> bool:
        return any(one.door == "site" and one.user is None for one in self._known)


def _said(request: Request) -> tuple[str, str | None, str]:
    """Read (scheme, user, secret); an unreadable header says nothing."""
    scheme, _, value = (request.headers.get("Authorization") or "").partition(" ")
    if scheme.lower() == "bearer":
        return "bearer", None, value.strip()
    if scheme.lower() != "basic":
        return "", None, ""
    try:
        user, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "basic", None, ""
    return "basic", user, secret


def _refuse(door: Door) -> NoReturn:
    if door == "gateway":
        raise HttpError(Response.of_json({"code": 401, "message": "Unauthorized"}, status=401))
    challenge = {"WWW-Authenticate": 'OAuth realm="sandbox"', "X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
    text = Response.of_text("Client must be authenticated to access this resource.", status=401)
    raise HttpError(replace(text, headers={**text.headers, **challenge}))
