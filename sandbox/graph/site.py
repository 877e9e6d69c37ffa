"""What the tenant holds: mailboxes with their messages, libraries with their files, and who may do what."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import orjson

from sandbox.graph.library import Library
from sandbox.graph.mailbox import Mailbox

APP = "c0ffee00-0000-4000-8000-00000000a001"
ALL = ("Mail.Send", "Mail.ReadWrite", "Sites.Selected")
_SPACE = uuid.UUID("2a3b4c5d-0000-5000-8000-6d7e8f901234")


@dataclass(frozen=True)
class Caller:
    """Who holds a token: an app by itself, or through it a person (`user`); `permissions` are those granted."""

    permissions: frozenset[str]
    app: str = APP
    user: str | None = None


def token(permissions: Iterable[str] = ALL, app: str = APP) -> str:
    """A token of an app as it looks in life: its claims can be read, its signature is nobody's."""
    claims = {"aud": "https://graph.microsoft.com", "appid": app, "idtyp": "app", "roles": sorted(permissions)}
    parts = (base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=") for part in ({"typ": "JWT"}, claims))
    return f"{'.'.join(parts)}.sandbox"


TOKEN = token()


@dataclass
class GraphSite:
    """One tenant. `admit` tells whose a token is; `monotonic` is the time by which messages are counted.

    `granted` are ids of sites that Sites.Selected opens for the app; `sends_a_minute` what a mailbox may send.
    """

    admit: Callable[[str], Caller | None] | None = None
    monotonic: Callable[[], float] = time.monotonic
    sends_a_minute: int = 30
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    libraries: dict[str, Library] = field(default_factory=dict)
    granted: set[str] = field(default_factory=set)
    tokens: dict[str, Caller] = field(default_factory=lambda: {TOKEN: Caller(frozenset(ALL))})

    def caller(self, given: str) -> Caller | None:
        """Whose token that is."""
        return self.admit(given) if self.admit is not None else self.tokens.get(given)

    def hand_out(self, *permissions: str) -> str:
        """Make a token with these permissions of an app."""
        made = token(permissions)
        self.tokens[made] = Caller(frozenset(permissions))
        return made

    def hand_out_as(self, text: str) -> None:
        """Let a plain text be a token of the app with all permissions; no claims can be read from it."""
        self.tokens[text] = Caller(frozenset(ALL))

    def add_mailbox(self, address: str) -> Mailbox:
        """A mailbox that messages can be sent from."""
        made = Mailbox(address)
        self.mailboxes[address.lower()] = made
        return made

    def add_library(
        self, host: str, path: str = "/sites/pmo", name: str = "Documents", *, user: str | None = None
    ) -> Library:
        """A library of a site, which the app is granted; with `user`, that person's OneDrive."""
        site = f"{host},{uuid.uuid5(_SPACE, host + path)},{uuid.uuid5(_SPACE, path)}"
        made = Library(
            id=f"b!{uuid.uuid5(_SPACE, site + name).hex}", name=name, site=site, host=host, path=path, user=user
        )
        self.libraries[made.id] = made
        self.granted.add(site)
        return made
