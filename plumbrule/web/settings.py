"""What the settings say of `plumbrule serve`: where it listens, who may see what."""

import ipaddress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from connectors.address import base_url, is_loopback
from plumbrule.report_settings import ScopeSettings
from plumbrule.section import Section

EVERYBODY = "*"


class AccessSettings(Section):
    """Who sees which projects. A person sees what all entries that name them allow together; none: nothing."""

    user: str | None = Field(None, min_length=1, description="this person, by the name that the sign-in gives")
    group: str | None = Field(
        None, min_length=1, description='members of this group or role, as the sign-in names it; "*": whoever signed in'
    )
    see: Literal["all", "own", "scope"] = Field(
        "scope", description="all: everything; own: projects that the person manages, by e-mail; scope: as `scope` says"
    )
    scope: ScopeSettings = ScopeSettings()


class ProxySettings(Section):
    """A reverse proxy that signs people in and says in headers who they are."""

    trusted: list[str] = Field(
        default_factory=list, description="addresses or networks that the proxy calls from; all others are refused"
    )
    user_header: str = Field("X-Forwarded-Email", description="header with the name of the person")
    groups_header: str | None = Field("X-Forwarded-Groups", description="header with groups, separated by commas")

    @field_validator("trusted")
    @classmethod
    def _networks(cls, given: list[str]) -> list[str]:
        for text in given:
            ipaddress.ip_network(text, strict=False)  # its ValueError tells what is wrong
        return given


class OidcSettings(Section):
    """An OpenID Connect provider that people sign in at, Microsoft Entra ID or another."""

    authority: str = Field(
        description="issuer, such as https://login.microsoftonline.com/<tenant id>/v2.0; its discovery document is "
        "read from there"
    )
    client_id: str = Field(min_length=1, description="id of the app that is registered there, of the type Web")
    client_secret: SecretStr = Field(description="the app's secret, as env:, file: or keyring:")
    user_claim: str = Field("preferred_username", description="claim with the name of the person, best the e-mail")
    groups_claim: str = Field("roles", description="claim with groups or roles, such as roles or groups")
    ca_bundle: Path | None = Field(None, description="file of certificates to trust, for a company's own authority")

    @field_validator("authority")
    @classmethod
    def _address(cls, given: str) -> str:
        if not base_url(given).startswith("https://"):
            raise ValueError("the provider must be called by https")
        return given


class ServeSettings(Section):
    """The web page of `plumbrule serve`: read-only, and for this machine only unless people sign in."""

    address: str = Field("127.0.0.1", description="IP address to listen on; others than loopback need `auth`")
    port: int = Field(8571, ge=0, le=65535, description="port to listen on; 0: a free one")
    public_url: str | None = Field(
        None, description="https address under which people open it; needed with `auth`; it may have a path"
    )
    auth: Literal["none", "proxy", "oidc"] = Field(
        "none", description="how people sign in: none, at a proxy in front, or at an OpenID Connect provider"
    )
    session_minutes: int = Field(60, ge=5, le=720, description="how long a sign-in at the provider lasts here")
    session_key: SecretStr | None = Field(
        None,
        description="key that cookies are signed with, as env:, file: or keyring:; left out: a new one with each start",
    )
    metrics: bool = Field(False, description="serve /metrics (Prometheus text, counts only) to whoever asks")
    waiver_requests: bool = Field(
        False, description="let people ask for a waiver; it is only noted until `plumbrule waive grant`"
    )
    certificate: Path | None = Field(None, description="PEM file with certificate, to speak https without a proxy")
    certificate_key: Path | None = Field(None, description="PEM file with its private key")
    proxy: ProxySettings = ProxySettings()
    oidc: OidcSettings | None = Field(None, description="the provider, where auth is oidc")
    access: list[AccessSettings] = Field(
        default_factory=list, description='who sees what: { group = "PMO", see = "all" }; needed with `auth`'
    )

    @field_validator("address")
    @classmethod
    def _ip(cls, given: str) -> str:
        if given != "localhost":
            ipaddress.ip_address(given)
        return given

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, given: str | None) -> str | None:
        if given is None:
            return None
        parts = urlsplit(base_url(given))
        if parts.query or parts.fragment:
            raise ValueError("the address must have neither a query nor a fragment")
        return given.rstrip("/")

    @property
    def is_local(self) -> bool:
        """It listens on this machine only."""
        return is_loopback(self.address)

    @property
    def base(self) -> str:
        """The path under which people find it; empty where it has none."""
        return urlsplit(self.public_url or "").path.rstrip("/")

    @property
    def is_secure(self) -> bool:
        """People reach it by https."""
        return (self.public_url or "").startswith("https://") or self.certificate is not None
