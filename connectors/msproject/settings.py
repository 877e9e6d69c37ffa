"""What an admin says about plans that lie as files."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from connectors.zones import ZoneName


class PlanFields(BaseModel):
    """Names of your custom fields, as people see them (alias, else the field's own name); none is mapped by default.

    Fields of the project are those of the project summary task. Words for phase, health_reported and size_class must be
    those of docs/model.md; capitals do not matter.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    initiative_key: str | None = Field(None, description="key under which the PMO governs the project")
    programme: str | None = Field(None, description="the programme's name")
    department: str | None = Field(None, description="the department's name")
    phase: str | None = Field(None, description="propose, initiate, plan, execute, close or closed")
    method: str | None = Field(None, description="delivery method")
    goal: str | None = Field(None, description="strategy goal")
    size_class: str | None = Field(None, description="small, medium or large")
    health_reported: str | None = Field(None, description="green, amber or red")
    sponsor_name: str | None = Field(None, description="the sponsor's name")
    objective_metric: str | None = Field(None, description="what the objective is measured by")
    objective_target: str | None = Field(None, description="value of it that is to be reached")
    objective_due_on: str | None = Field(None, description="day by which it is to be reached")
    requested_on: str | None = Field(None, description="day on which the project was asked for")
    expected_value: str | None = Field(None, description="what the project is worth, as proposed")
    expected_cost: str | None = Field(None, description="what it would cost, as proposed")
    expected_hours: str | None = Field(None, description="work that it would take, as proposed")
    approval_ratio: str | None = Field(None, description="how likely approval is: per cent, or a fraction up to 1")
    closed_on: str | None = Field(None, description="day on which the project was closed")
    resource_department: str | None = Field(
        None, description="field of resources that holds the department; left out: the resource group"
    )


class PlanFiles(BaseModel):
    """What all kinds of plan files have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timezone: ZoneName = Field("UTC", description="zone of the times in the files, which state none (IANA name)")
    timephased: bool = Field(
        False, description="also read work and cost spread over days; a large plan has a million such rows"
    )
    history: bool = Field(
        False,
        description="its plans are history where another plan of the same initiative took over from them, and its age"
        " is told, not held against its projects",
    )
    fields: PlanFields = PlanFields()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)


class MspdiSource(PlanFiles):
    """Plans saved from Microsoft Project as XML (MSPDI)."""

    kind: Literal["mspdi"]
    path: Path = Field(description="one file, a folder of *.xml files, or a pattern such as plans/**/*.xml")


class MppSource(PlanFiles):
    """Plans as Microsoft Project saves them (.mpp), read by MPXJ; needs Java and the extra `mpp`."""

    kind: Literal["mpp"]
    path: Path = Field(
        description="one file, a folder of *.mpp, *.mpt, *.mpx, *.xer and *.pmxml files, or a pattern such as"
        " plans/**/*.mpp"
    )
    java: str = Field("java", description="the Java program, 11 or newer")
    timeout_seconds: int = Field(300, ge=1, le=3600, description="longest time that one file may take")
    memory_megabytes: int = Field(1024, ge=128, description="memory that Java may take for one file")
