"""Settings of a Jira source: where it is, who signs in, what is read, and how hard it may be asked.

Jira Cloud and Data Center share all but the sign-in. How Jira's names become ours is in `connectors.jira.mapping`.
"""

import re
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.address import base_url
from connectors.credentials import complete
from connectors.jira.mapping import Mapping
from connectors.trust import CaBundle

LABEL_PREFIX = "pmo-"
"""Labels that begin so are ours, where nobody chose another prefix."""


class _Place(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: str
    url: str

    @field_validator("url")
    @classmethod
    def _address(cls, given: str) -> str:
        return base_url(given)


_CLOUD_KEYS = {
    "api_token": ("email", "token"),
    "scoped_token": ("email", "token"),
    "oauth_client": ("client_id", "client_secret"),
    "oauth_user": ("client_id", "client_secret", "refresh_token"),
}
_DATA_CENTER_KEYS = {"pat": ("token",), "basic": ("user", "password")}


class _CloudSignIn(_Place):
    auth: Literal["api_token", "scoped_token", "oauth_client", "oauth_user"] = Field(
        "api_token",
        description="api_token; scoped_token (of a person or a service account); oauth_client (client credentials of "
        "a service account); oauth_user (an app that a person authorised)",
    )
    email: str | None = Field(None, description="account that owns the token, for api_token and scoped_token")
    token: SecretStr | None = Field(None, description="API token of that account")
    client_id: str | None = Field(None, description="for oauth_client and oauth_user")
    client_secret: SecretStr | None = Field(None, description="for oauth_client and oauth_user")
    refresh_token: SecretStr | None = Field(
        None, description="for oauth_user: the first one; those that follow are kept in the store's folder"
    )
    cloud_id: str | None = Field(
        None, pattern=r"^[0-9A-Za-z-]+$", description="the site's id behind the gateway; left out: asked of the site"
    )
    gateway_url: str = Field(
        "https://api.atlassian.com", description="where scoped tokens and OAuth call; the site's url stays for links"
    )
    token_url: str = Field("https://auth.atlassian.com/oauth/token", description="where OAuth gets its tokens")

    @field_validator("gateway_url", "token_url")
    @classmethod
    def _service(cls, given: str) -> str:
        return base_url(given)

    @field_validator("url")
    @classmethod
    def _site(cls, given: str) -> str:
        if "/ex/jira/" in given:
            raise ValueError('give the site\'s own address, and auth = "scoped_token"; the gateway is found from it')
        return given

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = ("email", "token", "client_id", "client_secret", "refresh_token")
        complete(self.auth, _CLOUD_KEYS, {name: getattr(self, name) for name in names})
        return self


class _DataCenterSignIn(_Place):
    auth: Literal["pat", "basic"] = Field(
        "pat", description="pat: personal access token (Jira 8.14 and later); basic: user name and password"
    )
    token: SecretStr | None = Field(None, description="personal access token, for pat")
    user: str | None = Field(None, description="user name, for basic")
    password: SecretStr | None = Field(None, description="password, for basic")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        complete(self.auth, _DATA_CENTER_KEYS, {name: getattr(self, name) for name in ("token", "user", "password")})
        return self


class JiraSource(_Place):
    """What the sources of Jira Cloud and of Data Center have in common."""

    token_expires_on: date | None = Field(None, description="last day of the token, for an early warning")
    projects: list[str] = Field(
        default_factory=list, description="project keys to read; empty: all that the account sees"
    )
    project_categories: list[str] = Field(
        default_factory=list,
        description="names of project categories to read; beside `projects`, both must hold; empty: of every category",
    )
    currency: str | None = Field(None, description="ISO 4217 code for projects whose property names none")
    mapping: Mapping = Field(default_factory=Mapping, description="how Jira's names become the model's")
    worklogs: bool = Field(True, description="read booked time; switch off where a Tempo source brings it")
    histories: bool = Field(True, description="read how status, dates, estimates and scope changed")
    requests_per_second: float = Field(10.0, gt=0, le=100, description="most requests a second")
    overlap_minutes: int = Field(
        10, ge=0, le=1440, description="read again before the last position: search lags behind"
    )
    max_pages: int = Field(10_000, ge=1, description="pages of one project in one run; more means a loop")
    keep_raw_days: int = Field(
        0, ge=0, le=3650, description="keep Jira's answers as received for so many days (personal data); 0: not at all"
    )
    allow_http: bool = Field(False, description="allow an address without encryption")
    ca_bundle: CaBundle = None

    @field_validator("projects")
    @classmethod
    def _keys(cls, given: list[str]) -> list[str]:
        wrong = [key for key in given if not re.fullmatch(r"[A-Z][A-Z0-9_]*", key)]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: not a project key (upper-case letters, digits, _)")
        return given


class JiraCloudSource(JiraSource, _CloudSignIn):
    """One Jira Cloud site."""

    kind: Literal["jira_cloud"] = "jira_cloud"
    url: str = Field(description="https://SITE.atlassian.net, whatever the way of signing in")


class JiraDataCenterSource(JiraSource, _DataCenterSignIn):
    """One Jira Data Center (or Server) site, 8.14 or later."""

    kind: Literal["jira_data_center"] = "jira_data_center"
    url: str = Field(description="address of the site, with its context path if it has one")
    result_window: int = Field(
        10_000, ge=200, description="rows that one search reaches (jira.search.platform.max.result.window)"
    )
