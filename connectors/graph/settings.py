"""What an admin says about receivers that are reached through Microsoft Graph: a mailbox, and a library."""

import re
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.address import base_url
from connectors.graph.names import fault_of_path
from connectors.mail.settings import mail_addresses
from connectors.microsoft.auth import Cloud, CloudAuth
from connectors.trust import CaBundle

GRAPH_HOSTS: dict[Cloud, str] = {
    "public": "https://graph.microsoft.com",
    "us_gov": "https://graph.microsoft.com",
    "us_gov_high": "https://graph.microsoft.us",
    "china": "https://microsoftgraph.chinacloudapi.cn",
}
"""Source: Microsoft Graph, "National cloud deployments"."""
_ADDRESS = re.compile(r"[^@\s<>,;:\"\\/?#']+@[^@\s<>,;:\"\\/?#']+\.[^@\s<>,;:\"\\/?#']+")


class _Graph(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    auth: CloudAuth = Field(
        description="how to sign in: client_certificate or client_secret for the app itself, device_code or auth_code "
        "for a person, bearer"
    )
    url: str | None = Field(
        None, description="address of Microsoft Graph; left out: that of the cloud named in `auth` (DoD: say it here)"
    )
    allow_http: bool = Field(False, description="allow an address without encryption")
    ca_bundle: CaBundle = None

    @field_validator("url")
    @classmethod
    def _host(cls, given: str | None) -> str | None:
        return given if given is None else base_url(given)

    @property
    def root(self) -> str:
        """Where Graph is, without a version and a slash at the end."""
        cloud: Cloud = getattr(self.auth, "cloud", "public")
        return (self.url or GRAPH_HOSTS[cloud]).rstrip("/").removesuffix("/v1.0")


class GraphMailReceiver(_Graph):
    """A list of people, and the mailbox of Exchange Online that mails go out from."""

    kind: Literal["graph_mail"] = "graph_mail"
    mailbox: str = Field(description="address of the mailbox that mails go out from, as pmo@example.com")
    to: list[str] = Field(min_length=1, max_length=500, description="addresses of who gets them")

    @field_validator("mailbox", "to")
    @classmethod
    def _addresses(cls, given: str | list[str]) -> str | list[str]:
        return mail_addresses(given, _ADDRESS)

    @property
    def sender(self) -> str:
        """Whom mails come from."""
        return self.mailbox


class SharepointReceiver(_Graph):
    """A library of a SharePoint site, or a OneDrive: `<report>/<day>/` and `<report>/latest/` below a folder."""

    kind: Literal["sharepoint"] = "sharepoint"
    site: str | None = Field(None, description="address of the site, as https://contoso.sharepoint.com/sites/pmo")
    library: str | None = Field(None, min_length=1, description="name of its library; left out: the site's first one")
    user: str | None = Field(None, description="in place of `site`: address of the person whose OneDrive it is")
    drive: str | None = Field(
        None, pattern=r"^[A-Za-z0-9!_-]+$", description="in place of `site` or `user`: the id of the library (drive)"
    )
    folder: str = Field(
        "", description="folder below which reports stand, as Reports/PMO; left out: the library itself"
    )
    keep: int = Field(52, ge=1, le=3660, description="dated copies that are kept of each report, the newest")

    @field_validator("site")
    @classmethod
    def _site(cls, given: str | None) -> str | None:
        if given is not None:
            parts = urlsplit(base_url(given))
            if parts.query or parts.fragment or parts.path.endswith(".aspx"):
                raise ValueError("give the address of the site alone, as https://contoso.sharepoint.com/sites/pmo")
        return given

    @field_validator("user")
    @classmethod
    def _person(cls, given: str | None) -> str | None:
        if given is not None and not _ADDRESS.fullmatch(given):
            raise ValueError(f"`{given}` is not the address of a person")
        return given

    @field_validator("folder")
    @classmethod
    def _folder(cls, given: str) -> str:
        path = given.strip("/")
        if path and (fault := fault_of_path(path)):
            raise ValueError(fault)
        return path

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(given is not None for given in (self.site, self.user, self.drive)) != 1:
            raise ValueError("give exactly one of `site`, `user` and `drive`")
        if self.library is not None and self.site is None:
            raise ValueError("`library` is one of a `site`")
        return self

    @property
    def site_path(self) -> str:
        """The site as Graph names it: `contoso.sharepoint.com:/sites/pmo`."""
        parts = urlsplit(self.site or "")
        path = unquote(parts.path).strip("/")
        return f"{parts.netloc}:/{path}" if path else parts.netloc


GraphReceiver = GraphMailReceiver | SharepointReceiver
