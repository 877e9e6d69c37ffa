"""What an admin says about an environment of Dataverse that holds plans of Planner Premium."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from connectors.address import base_url
from connectors.currencies import CurrencyCode
from connectors.microsoft.auth import CloudAuth
from connectors.trust import CaBundle
from connectors.zones import ZoneName
from portfolio.model.work import HEALTH, PHASES

VENDOR_PREFIX = "msdyn_"
"""Columns that begin so belong to Microsoft; an admin's own begin with the prefix of a publisher of theirs."""

Column = Annotated[str, StringConstraints(pattern=r"^([A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]+)?$", to_lower=True)]
"""The logical name of a column with its publisher's prefix, for instance `contoso_phase`; empty: none."""

WORDS = (*PHASES, "small", "medium", "large", *HEALTH)
"""Ours for phase, size class and reported health."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DataverseFields(_Section):
    """Which columns of your own on the table msdyn_project hold what the PMO governs by, by logical name.

    A choice counts by its label, a lookup by the name of what it leads to. Left out: not read.
    """

    initiative_key: Column = Field("", description="key under which the PMO governs the project")
    programme: Column = Field("", description="programme's name; left out: the portfolio that the plan is in")
    department: Column = Field("", description="department of the project")
    phase: Column = Field("", description="propose, initiate, plan, execute, close or closed, in any case")
    method: Column = Field("", description="delivery method")
    goal: Column = Field("", description="strategy goal")
    size_class: Column = Field("", description="small, medium or large, in any case")
    health_reported: Column = Field("", description="green, amber or red, in any case; yellow is amber")
    sponsor_name: Column = Field("", description="sponsor's name")
    objective_metric: Column = Field("", description="what the objective is measured by")
    objective_target: Column = Field("", description="value of it that is to be reached")
    objective_due_on: Column = Field("", description="day by which it is to be reached")
    requested_on: Column = Field("", description="day on which the project was asked for")
    expected_value: Column = Field("", description="what the project is worth, as proposed")
    expected_cost: Column = Field("", description="what it would cost, as proposed")
    expected_hours: Column = Field("", description="work that it would take, as proposed")
    approval_ratio: Column = Field("", description="how likely approval is: per cent, or a fraction up to 1")
    closed_on: Column = Field("", description="day on which the project was closed")
    more: list[Column] = Field(default_factory=list, description="further columns, kept in custom_fields")
    words: dict[str, str] = Field(
        default_factory=dict, description="your words for phase, size_class and health_reported, each with ours"
    )

    @field_validator("words")
    @classmethod
    def _ours(cls, given: dict[str, str]) -> dict[str, str]:
        for word, ours in given.items():
            if ours.casefold() not in WORDS:
                raise ValueError(f"`{word}` is given as `{ours}`, which is none of {', '.join(WORDS)}")
        return given


class DataverseWrite(_Section):
    """What is written into this environment once `[writeback] enabled = true`: columns of your own on msdyn_project."""

    state_column: Column = Field("", description="text or choice (Red, Amber, Green, n/a) for the computed state")
    score_column: Column = Field("", description="number or text for the score 0 to 100")

    @field_validator("state_column", "score_column")
    @classmethod
    def _own(cls, given: str) -> str:
        if given.startswith(VENDOR_PREFIX):
            raise ValueError(f"`{given}` is Microsoft's; name a column of your own, with your publisher's prefix")
        return given

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.state_column or self.score_column):
            raise ValueError("name `state_column`, `score_column` or both; else take the table out")
        if self.state_column == self.score_column:
            raise ValueError("state and score need a column each")
        return self

    @property
    def state_target(self) -> str | None:
        """Where the state goes."""
        return self.state_column or None

    @property
    def score_target(self) -> str | None:
        """Where the score goes."""
        return self.score_column or None


class DataverseSource(_Section):
    """Planner Premium (Project for the web) and Project Operations, through the Dataverse Web API."""

    kind: Literal["dataverse"]
    url: str = Field(description="the environment, for instance https://ORG.crm4.dynamics.com")
    auth: CloudAuth = Field(
        description="how to sign in: client_certificate, client_secret, device_code, auth_code or bearer"
    )
    timezone: ZoneName = Field("UTC", description="zone in which a plan's instants become days (IANA name)")
    currency: CurrencyCode | None = Field(None, description="currency of projects that name none")
    fields: DataverseFields = Field(default_factory=DataverseFields, description="columns that hold governance data")
    timephased: bool = Field(False, description="read how each assignment's work is spread over time")
    write: DataverseWrite | None = Field(None, description="columns of your own that may be filled; left out: none")
    requests_per_second: float = Field(15.0, gt=0, le=100, description="most requests a second, eight at a time")
    allow_http: bool = Field(False, description="allow an address without TLS; only on a trusted network")
    ca_bundle: CaBundle = None

    @field_validator("url")
    @classmethod
    def _address(cls, given: str) -> str:
        parts = urlsplit(base_url(given))
        if "/api/data" in parts.path:
            raise ValueError("give the address of the environment alone, without /api/data and what follows")
        if parts.query or parts.fragment or parts.path.endswith(".aspx"):  # copied from a browser
            raise ValueError(f"give the address of the environment alone, {parts.scheme}://{parts.netloc}")
        return given

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)
