"""The connection to Microsoft Graph, signed in as every source of Microsoft's is, and what its token may do."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from requests.auth import AuthBase

from connectors.graph.answers import dialect
from connectors.graph.settings import GraphReceiver
from connectors.http import Http
from connectors.microsoft.signing import Signing, signing
from connectors.microsoft.tokens import Resource
from connectors.pacing import Clock, Pace
from portfolio.ports import Traffic

VERSION = "v1.0"


@dataclass(frozen=True)
class Place:
    """Where a receiver is reached: its name, what keeps its sign-in, and the time that it lives by."""

    name: str
    folder: Path | None
    clock: Clock | None

    @property
    def time(self) -> Clock:
        """The clock, the usual one where none was given."""
        return self.clock or Clock()


@dataclass(frozen=True)
class Connection:
    """Graph for one receiver: `http` is signed in, `beside` reaches addresses that Graph hands out."""

    http: Http
    signing: Signing
    settings: GraphReceiver
    place: Place

    def beside(self, address: str) -> Http:
        """An upload address, which is a secret of its own and wants no token. Raises ConfigurationError."""
        where = Pace(address, per_second=10.0, in_flight=1, clock=self.place.time)
        return Http(
            address,
            traffic=self.http.traffic,
            dialect=self.http.dialect,
            allow_http=self.settings.allow_http,
            ca_bundle=self.settings.ca_bundle,
            pace=where,
            clock=self.place.clock,
        )

    def grants(self) -> "Grants":
        """What the token may do, by its own word. Raises what signing in raises."""
        return grants_of(self.signing.auth, self.settings.root)

    @property
    def app(self) -> str | None:
        """The id of the app that we are to Graph; None where it is not known without asking."""
        return getattr(self.settings.auth, "client_id", None)


def connection(place: Place, settings: GraphReceiver, title: str, permission: str, traffic: Traffic) -> Connection:
    """Sends nothing yet. Raises ConfigurationError for an address or a sign-in that cannot be used."""
    resource = Resource(place.name, settings.root, place.folder, settings.ca_bundle)
    signed = signing(resource, settings.auth, traffic, place.clock)
    http = Http(
        f"{settings.root}/{VERSION}",
        auth=signed.auth,
        traffic=traffic,
        dialect=dialect(title, permission),
        renew=signed.renew,
        allow_http=settings.allow_http,
        ca_bundle=settings.ca_bundle,
        per_second=4.0,
        in_flight=signed.at_once or 4,
        clock=place.clock,
    )
    return Connection(http, signed, settings, place)


@dataclass(frozen=True)
class Grants:
    """Permissions in a token. `of_app`: the app acts by itself; None: the token does not tell."""

    names: frozenset[str]
    of_app: bool | None
    app: str | None = None


def grants_of(auth: AuthBase, url: str) -> Grants:
    """What a token says of itself: `roles` of an app, `scp` of a person. Signs a request that is never sent.

    Tokens are not ours to read by the letter, so nothing but words for people is made of it. Source: Microsoft,
    "Access token claims reference".
    """
    signed = auth(requests.Request("GET", url).prepare())
    claims = _claims(str(signed.headers.get("Authorization", "")))
    roles, scopes = claims.get("roles"), str(claims.get("scp") or "").split()
    names = frozenset(map(str, roles if isinstance(roles, list) else scopes))
    kind = claims.get("idtyp")
    of_app = True if kind == "app" or (isinstance(roles, list) and not scopes) else (False if scopes else None)
    app = claims.get("appid") or claims.get("azp")
    return Grants(names, of_app, str(app) if app else None)


def _claims(header: str) -> Mapping[str, Any]:
    try:
        part = header.removeprefix("Bearer ").split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return told if isinstance(told, dict) else {}
