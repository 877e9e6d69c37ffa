"""What an admin says about a Project Web App site."""

from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.address import base_url
from connectors.currencies import CurrencyCode
from connectors.microsoft.auth import PwaAuth, why_not_app_only
from connectors.trust import CaBundle
from connectors.zones import ZoneName


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class PwaFields(_Section):
    """Which fields of the site hold what the PMO governs by. Name none (`""`) to leave a thing unread.

    A field is written as people see it, as its column of ProjectData (its name without blanks and punctuation), or by
    its internal name (`Custom_...`). On a site in another language the default fields keep that language's name.
    """

    initiative_key: str = Field("InitiativeKey", description="key under which the PMO governs the project")
    programme: str = Field("Programme", description="programme's name")
    department: str = Field("ProjectDepartments", description="department of the project")
    phase: str = Field("Phase", description="propose, initiate, plan, execute, close or closed, in any case")
    method: str = Field("Method", description="delivery method")
    goal: str = Field("StrategyGoal", description="strategy goal")
    size_class: str = Field("SizeClass", description="small, medium or large, in any case")
    health_reported: str = Field("ReportedHealth", description="green, amber or red, in any case")
    sponsor_name: str = Field("Sponsor", description="sponsor's name")
    objective_metric: str = Field("ObjectiveMetric", description="what the objective is measured by")
    objective_target: str = Field("ObjectiveTarget", description="value of it that is to be reached")
    objective_due_on: str = Field("ObjectiveDue", description="day by which it is to be reached")
    requested_on: str = Field("RequestedOn", description="day on which the project was asked for")
    expected_value: str = Field("ExpectedValue", description="what the project is worth, as proposed")
    expected_cost: str = Field("ExpectedCost", description="what it would cost, as proposed")
    expected_hours: str = Field("ExpectedHours", description="work that it would take, as proposed")
    approval_ratio: str = Field(
        "ApprovalProbability", description="how likely approval is: per cent, or a fraction up to 1"
    )
    closed_on: str = Field("ClosedOn", description="day on which the project was closed")
    task_acceptance: str = Field(
        "AcceptanceEvidence", description="field of tasks: what shows that the result was accepted"
    )
    resource_department: str = Field("ResourceDepartments", description="department of a resource")
    more: list[str] = Field(default_factory=list, description="further fields of projects, kept in custom_fields")
    task_more: list[str] = Field(default_factory=list, description="fields of tasks, kept in their custom_fields")


class PwaWrite(_Section):
    """What is written into this site once `[writeback] enabled = true`: enterprise custom fields of its projects."""

    state_field: str | None = Field(
        None, min_length=1, description="field for the computed state: text, or a lookup table with the colours' names"
    )
    score_field: str | None = Field(None, min_length=1, description="field for the score 0 to 100: number or text")
    publish: bool = Field(
        False, description="publish the project afterwards; that publishes the manager's own changes too"
    )
    queue_seconds: int = Field(120, ge=1, le=3600, description="longest wait for the site's queue, a project")

    @staticmethod
    def nothing() -> "PwaWrite":
        """For a source without the table: how what was written before is cleared."""
        return PwaWrite.model_construct()

    @property
    def state_target(self) -> str | None:
        """Where the state goes."""
        return self.state_field

    @property
    def score_target(self) -> str | None:
        """Where the score goes."""
        return self.score_field

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.state_field or self.score_field):
            raise ValueError("name `state_field`, `score_field` or both; else take the table out")
        if self.state_field and self.state_field == self.score_field:
            raise ValueError("state and score need a field each")
        return self


class PwaSource(_Section):
    """A Project Web App site: Project Server Subscription Edition, or a Project Online that still answers."""

    kind: Literal["pwa"]
    url: str = Field(description="the site, for instance https://projects.example/pwa")
    flavour: Literal["server_se", "online"] = Field(
        "server_se", description="server_se: Project Server; online: Project Online, retired on 2026-09-30"
    )
    auth: PwaAuth = Field(description="how to sign in: basic, ntlm, kerberos, device_code, auth_code, bearer or cookie")
    timezone: ZoneName = Field("UTC", description="zone of the site's times, which state none (IANA name)")
    currency: CurrencyCode | None = Field(
        None, description="currency of the resources' rates, which the site does not state"
    )
    fields: PwaFields = Field(default_factory=PwaFields, description="columns that hold governance data")
    write: PwaWrite | None = Field(None, description="fields to write the project's state and score to")
    workflow_stages: bool = Field(
        False, description="read workflow stages as gates and phases; a stage names nobody who decided it"
    )
    deliverables: bool = Field(False, description="read the deliverables of the projects' sites as artefacts")
    interim_baselines: bool = Field(True, description="read the baselines 1 to 10 too")
    assignment_baselines: bool = Field(False, description="read the baselines of assignments too")
    timephased: bool = Field(False, description="read work and cost of tasks spread over time, where the site keeps it")
    timephased_assignments: bool = Field(False, description="with timephased: of assignments and their baselines too")
    timephased_months: int = Field(
        6, ge=0, le=60, description="with timephased: so many whole months before and after this one"
    )
    paging: Literal["links", "skip"] = Field(
        "links", description="links: as the server pages; skip: by $top and $skip, where it limits lists in size"
    )
    requests_per_second: float = Field(20.0, gt=0, le=100, description="most requests a second, four at a time")
    allow_http: bool = Field(False, description="allow an address without TLS; only on a trusted network")
    ca_bundle: CaBundle = None

    @field_validator("url")
    @classmethod
    def _address(cls, given: str) -> str:
        parts = urlsplit(base_url(given))
        if parts.query or parts.fragment or parts.path.endswith(".aspx") or "/_api" in parts.path:
            raise ValueError("give the address of the site alone, for instance https://projects.example/pwa")
        return given

    @model_validator(mode="after")
    def _a_person_signs_in(self) -> Self:
        why = why_not_app_only(self.auth, self.url, project_web_app=True)
        if why:
            raise ValueError(why)
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)
