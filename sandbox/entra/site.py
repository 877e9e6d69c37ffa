"""`EntraSite`: apps, people, grants and tokens of one tenant, in memory."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

TENANT = "0f0e4b1c-6c0d-4f0f-8b57-3f4c5d6e7a81"
TOKEN_LIFE = timedelta(seconds=3599)
CODE_LIFE = timedelta(minutes=10)
DEVICE_LIFE = timedelta(minutes=15)
REFRESH_IDLE_LIFE = timedelta(days=90)
GROUPS_IN_TOKEN = 200
"""Lives of what is given out (Microsoft, "Refresh tokens in the Microsoft identity platform" for the last)."""


@dataclass
class App:
    """A registered app. `resources` are the audiences that it may ask tokens for; a public one has no secret. `roles`
    are application permissions, which its tokens name."""

    id: str
    secret: str | None = None
    certificates: list[bytes] = field(default_factory=list)
    resources: frozenset[str] = frozenset()
    redirects: frozenset[str] = frozenset()
    secret_expires: datetime | None = None
    roles: frozenset[str] = frozenset()

    @property
    def public(self) -> bool:
        """Whether it signs in without a credential."""
        return self.secret is None and not self.certificates


@dataclass(frozen=True)
class Issued:
    """An access token: for whom, of which app, at which resource. `user` None is the app itself."""

    audience: str
    app: str
    user: str | None
    expires: datetime


@dataclass
class Grant:
    """What a person allowed an app. Kept under a refresh token, an authorization code or a device code."""

    app: str
    user: str
    audience: str
    given: datetime
    redirect: str = ""
    challenge: str = ""
    nonce: str | None = None


@dataclass
class DeviceCode:
    """A sign-in that waits for a person. `polls` is how often the app asked; `user` is set once approved."""

    app: str
    audience: str
    user_code: str
    expires: datetime
    user: str | None = None
    declined: bool = False
    polls: int = 0


def _real_time() -> datetime:
    return datetime.now(UTC)


class EntraSite:
    """One tenant. `clock` gives the time, which clients compare with their own; `wait` moves it on.

    `pending_polls` polls of a device code are told to wait, then `signs_in` approves it; with `signs_in` None it waits
    for `approve`. Access tokens live for `token_life`. A refresh token that was used stays good, as in life, unless
    `spends_refresh_tokens`. `roles` and `groups` are app roles and ids of groups by person, for ID tokens.
    """

    def __init__(self, *, tenant: str = TENANT, clock: Callable[[], datetime] = _real_time) -> None:
        self.tenant = tenant
        self.apps: dict[str, App] = {}
        self.resources: set[str] = set()
        self.pending_polls = 1
        self.signs_in: str | None = "pmo@meridian.example"
        self.poll_seconds = 1
        self.token_life = TOKEN_LIFE
        self.spends_refresh_tokens = False
        self.interaction_needed: set[str] = set()
        self.roles: dict[str, list[str]] = {}
        self.groups: dict[str, list[str]] = {}
        self.tokens: dict[str, Issued] = {}
        self.refresh_tokens: dict[str, Grant] = {}
        self.revoked: set[str] = set()
        self.codes: dict[str, Grant] = {}
        self.spent_codes: set[str] = set()
        self.devices: dict[str, DeviceCode] = {}
        self.lock = threading.RLock()
        self._clock, self._ahead = clock, timedelta()

    @property
    def now(self) -> datetime:
        """The tenant's time."""
        return self._clock() + self._ahead

    def wait(self, **span: float) -> None:
        """Let time pass: `wait(minutes=61)`."""
        self._ahead += timedelta(**span)

    def add_app(
        self,
        app_id: str,
        *,
        resources: Iterable[str],
        secret: str | None = None,
        certificates: Iterable[bytes] = (),
        redirects: Iterable[str] = (),
        secret_expires: datetime | None = None,
        roles: Iterable[str] = (),
    ) -> None:
        """Register an app; certificates are PEM. Its resources become known to the tenant."""
        allowed = frozenset(one.rstrip("/") for one in resources)
        self.resources |= allowed
        granted = frozenset(roles)
        self.apps[app_id] = App(
            app_id, secret, list(certificates), allowed, frozenset(redirects), secret_expires, granted
        )

    def approve(self, user_code: str, user: str) -> None:
        """Let a person type in a device's code and sign in; KeyError where no device waits for it."""
        self._waiting(user_code).user = user

    def decline(self, user_code: str) -> None:
        """Let a person refuse."""
        self._waiting(user_code).declined = True

    def revoke(self, user: str) -> None:
        """Make a person's refresh tokens useless, as a change of password does."""
        self.revoked |= {token for token, grant in self.refresh_tokens.items() if grant.user == user}

    def end_tokens(self) -> None:
        """End the life of every access token at once, though clients think that they are good for longer."""
        with self.lock:
            self.tokens = {token: replace(one, expires=self.now) for token, one in self.tokens.items()}

    def issue(self, app: str, audience: str, user: str | None, token: str) -> None:
        """Keep an access token."""
        self.tokens[token] = Issued(audience, app, user, self.now + self.token_life)

    def holder(self, token: str, audience: str) -> Issued | None:
        """Whom a token stands for at a resource; None where it is unknown, of another resource, or too old."""
        found = self.tokens.get(token)
        if found is None or found.audience != audience.rstrip("/") or self.now >= found.expires:
            return None
        return found

    @staticmethod
    def secret_text() -> str:
        """Something that cannot be guessed: a code, or the core of a token."""
        return secrets.token_urlsafe(32)

    def _waiting(self, user_code: str) -> DeviceCode:
        return {one.user_code: one for one in self.devices.values()}[user_code]
