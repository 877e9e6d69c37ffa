"""What an admin says about a Tempo source: where it is, whose issues its time belongs to, how far back it reaches."""

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.address import base_url
from connectors.credentials import complete
from connectors.trust import CaBundle

FIRST_DAY = date(2015, 1, 1)
_CLOUD_KEYS = {"token": ("token",), "oauth": ("client_id", "client_secret", "refresh_token", "redirect_uri")}
_INSIDE_KEYS = {"pat": ("token",), "basic": ("user", "password")}


class TempoSource(BaseModel):
    """What Tempo Cloud and Tempo of Data Center have in common. Tempo takes the place of Jira's own worklogs."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: str
    url: str
    jira: str = Field(description="name of the Jira source on whose issues time is booked; set its worklogs = false")
    token_expires_on: date | None = Field(None, description="last day of the token, for an early warning")
    first_day: date = Field(FIRST_DAY, description="work before this day is not read")
    reread_months: int = Field(
        2,
        ge=1,
        le=24,
        description="months up to this one that every run reads whole, where deletions are not told",
    )
    account_attribute: str = Field("_Account_", description="work attribute of the billing account; empty: none")
    allow_http: bool = Field(False, description="allow an address without encryption")
    ca_bundle: CaBundle = None

    def told(self, url: str) -> dict[str, str]:
        """What the settings add to a probe."""
        expires = {"token_expires_on": self.token_expires_on.isoformat()} if self.token_expires_on else {}
        return {"url": url, "time of": f"the Jira source {self.jira}", **expires}

    @field_validator("url")
    @classmethod
    def _address(cls, given: str) -> str:
        return base_url(given)


class TempoCloudSource(TempoSource):
    """Tempo Timesheets of a Jira Cloud site (REST API v4)."""

    kind: Literal["tempo_cloud"] = "tempo_cloud"
    url: str = Field("https://api.tempo.io", description="Tempo's API; its regions have addresses of their own")
    auth: Literal["token", "oauth"] = Field(
        "token", description="token: API token of a person; oauth: an application that a person authorised"
    )
    token: SecretStr | None = Field(
        None, description="API token of a person who may see everybody's worklogs, for auth token"
    )
    client_id: str | None = Field(None, description="of the OAuth 2.0 application, for auth oauth")
    client_secret: SecretStr | None = Field(None, description="of the OAuth 2.0 application")
    refresh_token: SecretStr | None = Field(
        None, description="the first one; those that follow are kept in the store's folder"
    )
    redirect_uri: str | None = Field(None, description="redirect address of the application, as registered in Tempo")
    approvals_of_teams: list[int] = Field(
        default_factory=list, description="ids of Tempo teams whose timesheet approvals are read"
    )
    requests_per_second: float = Field(2.0, gt=0, le=5, description="most requests a second; Tempo refuses more than 5")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        complete(
            self.auth, _CLOUD_KEYS, {name: getattr(self, name) for names in _CLOUD_KEYS.values() for name in names}
        )
        return self


class TempoDataCenterSource(TempoSource):
    """Tempo Timesheets inside a Jira Data Center."""

    kind: Literal["tempo_data_center"] = "tempo_data_center"
    url: str = Field(description="address of Jira itself")
    auth: Literal["pat", "basic"] = Field(
        "pat", description="pat: personal access token; basic: user name and password"
    )
    token: SecretStr | None = Field(None, description="personal access token of Jira, for auth pat")
    user: str | None = Field(None, description="user name, for auth basic")
    password: SecretStr | None = Field(None, description="password, for auth basic")
    projects: list[str] = Field(default_factory=list, description="project keys to read; empty: all that can be seen")
    requests_per_second: float = Field(5.0, gt=0, le=100, description="most requests a second")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        complete(
            self.auth, _INSIDE_KEYS, {name: getattr(self, name) for names in _INSIDE_KEYS.values() for name in names}
        )
        return self
