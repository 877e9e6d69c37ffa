"""Tokens of one source, got by msal and kept in a file of the store's folder: used by runs, which never ask a person.

The file is msal's own cache (`SerializableTokenCache`) under our lock: read anew before each use, written whole after
each change. Why not msal-extensions: it writes its file in place (docs/decisions/0018).
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from connectors.microsoft.auth import (
    AppOnly,
    AuthCodeAuth,
    ClientCertificateAuth,
    ClientSecretAuth,
    EntraAuth,
    scope_of,
)
from connectors.microsoft.certificate import credential
from connectors.microsoft.refusals import Asked, needed, refusal
from connectors.microsoft.wire import MsalWire
from connectors.oauth import Granted
from connectors.pacing import Clock
from connectors.token_file import SecretFile
from portfolio.errors import ConfigurationError
from portfolio.ports import Traffic

DORMANT_DAYS = 90
"""A refresh token of Microsoft's dies when it is not used for so long (Microsoft, "Refresh tokens")."""
_EARLY_SECONDS = 300
"""msal counts a token as expired five minutes before its end."""


@dataclass(frozen=True)
class SignedIn:
    """What the file knows of a sign-in, without asking anybody. Instants are UTC."""

    account: str
    tenant: str
    scopes: tuple[str, ...]
    access_until: datetime | None
    renewable: bool
    renewed_at: datetime | None

    @property
    def lasts_until(self) -> date | None:
        """The day on which it dies unless a run uses it before; None where it is not known."""
        if not self.renewable or self.renewed_at is None:
            return None
        return (self.renewed_at + timedelta(days=DORMANT_DAYS)).date()


@dataclass(frozen=True)
class Resource:
    """What is signed in to: a source, its address, the folder that keeps its sign-in, and whom it trusts."""

    source: str
    url: str
    folder: Path | None
    ca_bundle: Path | None = None


def token_file(folder: Path, source: str) -> SecretFile:
    """The file of a source's tokens."""
    return SecretFile(folder / f"microsoft-{quote(source, safe='')}.json", holds="the sign-in")


class Tokens:
    """Gets tokens of one source for one resource. Thread-safe through the file's lock.

    Raises ConfigurationError without a folder to keep them in.
    """

    def __init__(self, resource: Resource, auth: EntraAuth, traffic: Traffic, clock: Clock) -> None:
        if resource.folder is None:
            raise ConfigurationError(
                "there is no folder to keep the sign-in in",
                code="config.token_folder",
                remedy="Connect through the command line, which keeps it in the store's folder.",
            )
        scope = scope_of(resource.url)
        self.auth = auth
        self.asked = Asked(resource.source, auth.tenant, auth.client_id, scope.removesuffix("/.default"))
        self.scopes = [scope]
        self.clock = clock
        self._file = token_file(resource.folder, resource.source)
        self._traffic = traffic
        self._ca_bundle = resource.ca_bundle
        self._app: Any = None
        self._cache: Any = None

    def __call__(self, refused: str | None) -> Granted:
        """A token other than the `refused` one, without asking a person.

        Raises SignInError where a person must sign in, or the service refuses; RemoteError where it cannot be reached.
        """
        with self._opened() as app:
            if isinstance(self.auth, AppOnly):
                return self._of_app(app, refused)
            return self._of_person(app, refused)

    @property
    def app(self) -> Any:
        """msal's app, made with the first use: that asks the authority for its addresses, once."""
        if self._app is None:
            self._app = self._made()
        return self._app

    def keep(self) -> tuple[SignedIn | None, SignedIn]:
        """Keep what the app got in place of what the file held: the sign-ins before and after."""
        with self._file.alone():
            held = self._file.read()
            before = self._read(held) if held else None
            after = self.held()
            self._file.write(self._cache.serialize().encode())
        return before, after

    def held(self) -> SignedIn:
        """What the app knows of a sign-in at this moment."""
        changed, text = self._cache.has_state_changed, self._cache.serialize()
        self._cache.has_state_changed = changed  # a look is not yet a copy on disk
        return read_cache(json.loads(text), self.auth.client_id)

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        """msal's app with what the file holds; kept when the block changed it."""
        with self._file.alone():
            app = self.app
            held = self._file.read()
            try:
                self._cache.deserialize(held.decode() if held else None)
            except ValueError as error:
                raise self._file.unusable("cannot be read", error) from error
            yield app
            if self._cache.has_state_changed:
                self._file.write(self._cache.serialize().encode())

    def _of_person(self, app: Any, refused: str | None) -> Granted:
        account = next(iter(app.get_accounts()), None)
        if account is None:
            raise needed(self.asked)
        result = app.acquire_token_silent_with_error(self.scopes, account)
        if result and refused is not None and result.get("access_token") == refused:
            result = app.acquire_token_silent_with_error(self.scopes, account, force_refresh=True)
        if not result:
            raise needed(self.asked)
        return self.granted(result)

    def _of_app(self, app: Any, refused: str | None) -> Granted:
        result = app.acquire_token_for_client(self.scopes)
        if refused is not None and result.get("access_token") == refused:
            app.remove_tokens_for_client()
            result = app.acquire_token_for_client(self.scopes)
        return self.granted(result)

    def granted(self, result: Mapping[str, Any]) -> Granted:
        """msal's answer as a token. Raises SignInError for a refusal."""
        if "access_token" not in result:
            raise refusal(result, self.asked)
        lasts = float(result.get("expires_in") or 0)
        used = lasts - _EARLY_SECONDS if lasts > 2 * _EARLY_SECONDS else lasts * 5 / 6
        return Granted(
            access_token=str(result["access_token"]),
            renew_at=self.clock.now() + timedelta(seconds=used),
            scopes=_scopes(result.get("scope")) or self.held().scopes,
        )

    def _read(self, held: bytes) -> SignedIn | None:
        """A file that nobody can read any more is replaced, not mended."""
        try:
            return read_cache(json.loads(held), self.auth.client_id)
        except (ValueError, AttributeError, TypeError):
            return None

    def _made(self) -> Any:
        import msal

        self._cache = msal.SerializableTokenCache()
        auth = self.auth
        secret = _credential(auth)
        kind = msal.ConfidentialClientApplication if secret is not None else msal.PublicClientApplication
        more = {"client_credential": secret} if secret is not None else {}
        return kind(
            auth.client_id,
            authority=auth.authority_url,
            token_cache=self._cache,
            http_client=MsalWire(auth.authority_url, self.asked, self._traffic, self.clock, self._ca_bundle),
            # the authority is ours to choose, and a disconnected cloud must not be looked up in the public one
            instance_discovery=False,
            **more,
        )


def read_cache(cache: Mapping[str, Any], client_id: str) -> SignedIn:
    """What msal's cache tells of the sign-in of that app."""

    def entries(kind: str) -> list[Mapping[str, Any]]:
        return [e for e in (cache.get(kind) or {}).values() if e.get("client_id", client_id) == client_id]

    account = next(iter(entries("Account")), {})
    access = max(entries("AccessToken"), key=lambda e: int(e.get("expires_on", 0)), default={})
    refresh = max(entries("RefreshToken"), key=lambda e: int(e.get("last_modification_time", 0)), default=None)
    return SignedIn(
        account=str(account.get("username") or ("the app itself" if access and not account else "")),
        tenant=str(account.get("realm") or access.get("realm") or ""),
        scopes=_scopes(access.get("target")),
        access_until=_instant(access.get("expires_on")),
        renewable=refresh is not None,
        renewed_at=_instant(refresh.get("last_modification_time")) if refresh else None,
    )


def _scopes(told: Any) -> tuple[str, ...]:
    """Permissions by name; `.default`, which asks for all of them, is none."""
    return tuple(sorted(scope for scope in str(told or "").split() if not scope.endswith("/.default")))


def _instant(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None


def _credential(auth: EntraAuth) -> Any:
    if isinstance(auth, ClientCertificateAuth):
        return credential(auth)
    if isinstance(auth, ClientSecretAuth | AuthCodeAuth):
        return _plain(auth.client_secret)
    return None


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
