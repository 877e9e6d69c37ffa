"""Settings of a Jira source: where it is, who signs in, what is read, and how hard it may be asked.

Jira Cloud and Data Center share all but the sign-in. How Jira's names become ours is in `connectors.jira.mapping`.
"""

import re
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.address import base_url
from connectors.jira.mapping import Mapping


class _Place(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: str
    url: str

    @field_validator("url")
    @classmethod
    def _address(cls, given: str) -> str:
        return base_url(given)


class _CloudSignIn(_Place):
    email: str = Field(description="account that owns the token")
    token: SecretStr = Field(description="API token of that account")


class _DataCenterSignIn(_Place):
    auth: Literal["pat", "basic"] = Field(
        "pat", description="pat: personal access token (Jira 8.14 and later); basic: user name and password"
    )
    token: SecretStr | None = Field(None, description="personal access token, for auth pat")
    user: str | None = Field(None, description="user name, for auth basic")
    password: SecretStr | None = Field(None, description="password, for auth basic")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed: dict[str, object] = {"token": self.token} if self.auth == "pat" else {}
        needed |= {"user": self.user, "password": self.password} if self.auth == "basic" else {}
        missing = [name for name, value in needed.items() if value is None]
        if missing:
            raise ValueError(f"auth {self.auth} needs {' and '.join(missing)}")
        return self


class JiraSource(_Place):
    """What the sources of Jira Cloud and of Data Center have in common."""

    token_expires_on: date | None = Field(None, description="last day of the token, for an early warning")
    projects: list[str] = Field(
        default_factory=list, description="project keys to read; empty: all that the account sees"
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
    allow_http: bool = Field(False, description="allow an address without encryption")
    property_key: str = Field("plumbrule", min_length=1, max_length=255, description="entity property that we write")
    label_prefix: str = Field("pmo-", min_length=2, description="labels that are ours; no other is touched")

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
    url: str = Field(
        description="https://SITE.atlassian.net; for a scoped token https://api.atlassian.com/ex/jira/CLOUDID"
    )


class JiraDataCenterSource(JiraSource, _DataCenterSignIn):
    """One Jira Data Center (or Server) site, 8.14 or later."""

    kind: Literal["jira_data_center"] = "jira_data_center"
    url: str = Field(description="address of the site, with its context path if it has one")
    result_window: int = Field(
        10_000, ge=200, description="rows that one search reaches (jira.search.platform.max.result.window)"
    )
