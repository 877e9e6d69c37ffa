"""What signs the requests of a source of Microsoft's, whichever way it signs in."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from connectors.bearer import Bearer
from connectors.microsoft import onprem
from connectors.microsoft.auth import (
    AppOnly,
    BasicAuth,
    BearerAuth,
    ClientCertificateAuth,
    ClientSecretAuth,
    CookieAuth,
    EntraAuth,
    KerberosAuth,
    NtlmAuth,
)
from connectors.microsoft.certificate import last_day
from connectors.microsoft.tokens import Resource, SignedIn, Tokens, read_cache, token_file
from connectors.oauth import BearerAuth as RenewingBearer
from connectors.pacing import Clock
from portfolio.ports import Expiring, Traffic

Auth = BasicAuth | NtlmAuth | KerberosAuth | BearerAuth | CookieAuth | EntraAuth


@dataclass(frozen=True)
class Signing:
    """Signs requests. `account` tells people who; `renew` tries after a 401; `at_once` is how many may be under way.

    `bearer`: each request carries a token, so that no request digest is needed to write.
    """

    auth: AuthBase
    account: Callable[[], str]
    expires_on: Callable[[], date | None]
    scopes: Callable[[], tuple[str, ...] | None]
    renew: Callable[[requests.Response], bool] | None = None
    at_once: int | None = None
    bearer: bool = False
    expiring: Expiring = "token"


class Cookie(AuthBase):
    """Signs requests with cookies that somebody's browser got."""

    def __init__(self, cookie: str) -> None:
        self._cookie = cookie.removeprefix("Cookie:").strip()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request, with the cookies beside those that the site set meanwhile."""
        held = request.headers.get("Cookie")
        request.headers["Cookie"] = f"{held}; {self._cookie}" if held else self._cookie
        return request


def signing(resource: Resource, auth: Auth, traffic: Traffic, clock: Clock | None) -> Signing:
    """How requests to that resource are signed. Sends nothing yet.

    Raises ConfigurationError where a folder for sign-ins or the extra `onprem` is needed and missing.
    """
    match auth:
        case BasicAuth():
            # as bytes: requests would encode text as Latin-1, which has no Chinese characters
            basic = HTTPBasicAuth(auth.user.encode(), auth.password.get_secret_value().encode())
            return _plain(basic, auth.user)
        case NtlmAuth():
            return _plain(onprem.ntlm(auth), auth.user, at_once=1)
        case KerberosAuth():
            return _plain(onprem.kerberos(auth), auth.principal or "the Kerberos ticket", at_once=1)
        case BearerAuth():
            token = auth.token.get_secret_value()
            return _plain(Bearer(token), "bearer token", auth.token_expires_on or _end_of(token), bearer=True)
        case CookieAuth():
            return _plain(Cookie(auth.cookie.get_secret_value()), "cookie", auth.token_expires_on)
        case _:
            return _by_token(resource, auth, traffic, clock or Clock())


def signed_in(resource: Resource, auth: EntraAuth) -> SignedIn | None:
    """What is kept of a sign-in, without asking anybody; None where nobody signed in. Raises SignInError."""
    if resource.folder is None:
        return None
    file = token_file(resource.folder, resource.source)
    held = file.read()
    if held is None:
        return None
    try:
        return read_cache(json.loads(held), auth.client_id)
    except (ValueError, AttributeError, TypeError) as error:
        raise file.unusable("cannot be read", error) from error


def forget(resource: Resource) -> bool:
    """Remove what is kept of a sign-in; whether there was something. Raises SignInError."""
    if resource.folder is None:
        return False
    file = token_file(resource.folder, resource.source)
    with file.alone():
        return file.remove()


def _by_token(resource: Resource, auth: EntraAuth, traffic: Traffic, clock: Clock) -> Signing:
    tokens = Tokens(resource, auth, traffic, clock)
    bearer = RenewingBearer(tokens, clock.now)

    def account() -> str:
        held = None if isinstance(auth, AppOnly) else signed_in(resource, auth)
        return (held.account if held else "") or f"app {auth.client_id}"

    def expires() -> date | None:
        match auth:
            case ClientCertificateAuth():
                return last_day(auth)
            case ClientSecretAuth():
                return auth.token_expires_on
        held = signed_in(resource, auth)
        return held.lasts_until if held else None

    return Signing(
        bearer, account, expires, lambda: bearer.scopes, bearer.renew, bearer=True, expiring=_what_ends(auth)
    )


def _what_ends(auth: EntraAuth) -> Expiring:
    match auth:
        case ClientCertificateAuth():
            return "certificate"
        case ClientSecretAuth():
            return "client secret"
    return "sign-in"


def _plain(
    auth: AuthBase, account: str, expires: date | None = None, *, at_once: int | None = None, bearer: bool = False
) -> Signing:
    return Signing(auth, lambda: account, lambda: expires, lambda: None, at_once=at_once, bearer=bearer)


def _end_of(token: str) -> date | None:
    """The day on which a JSON web token ends, by its own word; None for what is no such token."""
    try:
        part = token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return datetime.fromtimestamp(int(told["exp"]), UTC).date()
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, binascii.Error):
        return None
