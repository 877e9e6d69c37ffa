"""How a source of Microsoft's signs in, as an admin says it: one table `auth`, told apart by its `type`.

Shared by Project Web App, Dataverse and what is sent through Graph. Nothing here touches the network.

Sources: Microsoft, "National clouds" (hosts of the authorities); "Microsoft identity platform application
authentication certificate credentials"; "Add-in authorization policy types in SharePoint" (no app-only access to
Project Server and Project Online); "Granting access via Azure AD App-Only" (SharePoint takes certificates only).
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.address import base_url

Cloud = Literal["public", "us_gov", "us_gov_high", "china"]

AUTHORITY_HOSTS: dict[Cloud, str] = {
    "public": "https://login.microsoftonline.com",
    "us_gov": "https://login.microsoftonline.com",  # GCC is served by the public authority
    "us_gov_high": "https://login.microsoftonline.us",
    "china": "https://login.partner.microsoftonline.cn",
}
_SHAREPOINT_HOSTS = (".sharepoint.com", ".sharepoint.us", ".sharepoint.cn", ".sharepoint-mil.us")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class BasicAuth(_Section):
    """User name and password (on-premises, Basic authentication over TLS)."""

    type: Literal["basic"]
    user: str = Field(description=r"account, for instance CORP\svc-plumbrule")
    password: SecretStr = Field(description="its password, as env:, file: or keyring:")


class NtlmAuth(_Section):
    """Windows sign-in with user name and password (on-premises; needs the extra `onprem`)."""

    type: Literal["ntlm"]
    user: str = Field(description=r"account with its domain, CORP\svc-plumbrule or svc-plumbrule@corp.example")
    password: SecretStr = Field(description="its password, as env:, file: or keyring:")


class KerberosAuth(_Section):
    """Windows sign-in with the Kerberos ticket of this machine's account (on-premises; needs the extra `onprem`)."""

    type: Literal["kerberos"]
    principal: str | None = Field(None, description="whose ticket; left out: the default one of the ticket cache")


class BearerAuth(_Section):
    """A token made elsewhere, sent as it is."""

    type: Literal["bearer"]
    token: SecretStr = Field(description="the token, as env:, file: or keyring:")
    token_expires_on: date | None = Field(None, description="its last day, for an early warning")


class CookieAuth(_Section):
    """The cookies of a signed-in browser: the last resort where a site signs in by pages only (ADFS, SAML, OIDC)."""

    type: Literal["cookie"]
    cookie: SecretStr = Field(
        description="what the header Cookie holds (FedAuth=...; rtFa=...), as env:, file: or keyring:"
    )
    token_expires_on: date | None = Field(None, description="its last day, for an early warning")


class _Entra(_Section):
    tenant: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$", description="the tenant: its id, or contoso.onmicrosoft.com"
    )
    client_id: str = Field(min_length=1, description="application (client) id of the app registration")
    cloud: Cloud = Field("public", description="public, us_gov (GCC), us_gov_high (GCC High, DoD) or china (21Vianet)")
    authority: str | None = Field(None, description="https address of another sign-in service, without the tenant")

    @field_validator("authority")
    @classmethod
    def _address(cls, given: str | None) -> str | None:
        if given is not None and not base_url(given).startswith("https://"):
            raise ValueError("the sign-in service must be called by https")
        return given

    @property
    def authority_url(self) -> str:
        """Where tokens come from."""
        return f"{(self.authority or AUTHORITY_HOSTS[self.cloud]).rstrip('/')}/{self.tenant}"


class DeviceCodeAuth(_Entra):
    """A person signs in once on any device (`plumbrule auth login`); renewed by itself from then on."""

    type: Literal["device_code"]


class AuthCodeAuth(_Entra):
    """A person signs in once in a browser on this machine (authorization code with PKCE); then renewed by itself."""

    type: Literal["auth_code"]
    client_secret: SecretStr | None = Field(None, description="for a confidential app (Web); a public one has none")
    redirect_port: int = Field(
        0, ge=0, le=65535, description="port of http://localhost that the app registration names; 0: any free one"
    )


class ClientSecretAuth(_Entra):
    """The app itself signs in with a secret. Not for Project Web App."""

    type: Literal["client_secret"]
    client_secret: SecretStr = Field(description="the app's secret, as env:, file: or keyring:")
    token_expires_on: date | None = Field(None, description="its last day, for an early warning")


class ClientCertificateAuth(_Entra):
    """The app itself signs in with a certificate. Not for Project Web App."""

    type: Literal["client_certificate"]
    certificate: Path = Field(description="PEM file with the private key, and best with the certificate too")
    thumbprint: str | None = Field(
        None,
        pattern=r"^[0-9A-Fa-f]{40}$",
        description="SHA-1 thumbprint, needed where the file holds no certificate",
    )
    password: SecretStr | None = Field(None, description="password of the private key, as env:, file: or keyring:")


Interactive = DeviceCodeAuth | AuthCodeAuth
AppOnly = ClientSecretAuth | ClientCertificateAuth
EntraAuth = Interactive | AppOnly

PwaAuth = Annotated[
    BasicAuth
    | NtlmAuth
    | KerberosAuth
    | DeviceCodeAuth
    | AuthCodeAuth
    | BearerAuth
    | CookieAuth
    | ClientSecretAuth
    | ClientCertificateAuth,
    Field(discriminator="type"),
]
"""Ways into a Project Web App. The app-only ones are in it so that they can be refused with the reason."""

CloudAuth = Annotated[
    DeviceCodeAuth | AuthCodeAuth | ClientSecretAuth | ClientCertificateAuth | BearerAuth,
    Field(discriminator="type"),
]
"""Ways into Dataverse and Graph."""


def scope_of(url: str) -> str:
    """The scope that a token for the resource at that address is asked with: `https://host/.default`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/.default"


def is_sharepoint(url: str) -> bool:
    """Whether the address is one of SharePoint Online."""
    return (urlsplit(url).hostname or "").endswith(_SHAREPOINT_HOSTS)


def why_not_app_only(auth: object, url: str, *, project_web_app: bool) -> str | None:
    """Why an app may not sign in by itself there, in words; None where it may, or a person signs in."""
    if not isinstance(auth, AppOnly):
        return None
    if project_web_app:
        return (
            f'type = "{auth.type}" signs in an app by itself, and Project Web App answers people only '
            "(Microsoft rules out app-only access to Project Server and Project Online): "
            'use type = "device_code" or "auth_code"; on-premises "ntlm", "kerberos" or "basic"'
        )
    if isinstance(auth, ClientSecretAuth) and is_sharepoint(url):
        return (
            'SharePoint Online refuses apps that sign in with a secret: use type = "client_certificate", or '
            '"device_code" for a person'
        )
    return None
