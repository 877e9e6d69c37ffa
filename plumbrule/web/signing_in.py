"""Signing in at the provider: from our page to it and back, tied to one browser and good for one time."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from connectors.microsoft.web_sign_in import Flow, Identity, Provider, WebSignIn
from connectors.pacing import Clock as PacingClock
from plumbrule.app import Clock
from plumbrule.web.settings import OidcSettings
from portfolio.errors import SignInError

DONE = "/sign-in/done"
"""Where the provider sends people back to, below `public_url`: the redirect URI of the app registration."""
_LASTS = timedelta(minutes=10)
_MOST = 2000
"""Sign-ins that may be under way; the oldest is given up for the next one."""


@dataclass(frozen=True)
class _Pending:
    flow: Flow
    to: str
    until: datetime


class SigningIn:
    """Sign-ins that are under way. Thread-safe."""

    def __init__(self, oidc: OidcSettings, public_url: str, clock: Clock) -> None:
        self._redirect = public_url + DONE
        self._clock = clock
        self._provider = WebSignIn(provider_of(oidc), PacingClock(now=clock))
        self._pending: OrderedDict[str, _Pending] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, to: str) -> tuple[str, str]:
        """Where the person goes, and the state that comes back. Raises PlumbruleError where the provider cannot be
        used."""
        flow = self._provider.begin(self._redirect)
        state = str(flow["state"])
        with self._lock:
            self._pending[state] = _Pending(flow, local_path(to), self._clock() + _LASTS)
            while len(self._pending) > _MOST:
                self._pending.popitem(last=False)
        return str(flow["auth_uri"]), state

    def finish(self, answer: dict[str, str], begun: str | None) -> tuple[Identity, str]:
        """Who it is, and where they wanted to go. `begun` is the state that this browser began with.

        Raises PlumbruleError.
        """
        state = answer.get("state", "")
        with self._lock:
            pending = self._pending.pop(state, None) if state == begun else None
        if pending is None or pending.until < self._clock():
            raise SignInError(
                "this sign-in was not begun in this browser, was used before, or took too long",
                code="sign_in.not_begun",
                remedy="Sign in again.",
            )
        return self._provider.finish(pending.flow, answer), pending.to


def provider_of(oidc: OidcSettings) -> Provider:
    """The provider as `connectors` knows it."""
    return Provider(
        oidc.authority,
        oidc.client_id,
        oidc.client_secret.get_secret_value(),
        oidc.user_claim,
        oidc.groups_claim,
        oidc.ca_bundle,
    )


def local_path(to: str) -> str:
    """The path, where it is one of this site; else the first page: a link must not lead anywhere else."""
    parts = urlsplit(to)
    is_ours = to.startswith("/") and not to.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return to if is_ours and to.isprintable() and "\\" not in to else "/"
