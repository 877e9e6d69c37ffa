"""What an admin says about a dump of ProjectData."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from connectors.currencies import CurrencyCode
from connectors.pwa.settings import PwaFields
from connectors.zones import Moment, ZoneName


class OdataDumpSource(BaseModel):
    """What was saved of a Project Online: one file for each entity set, or Microsoft's export of user content."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["odata_dump"]
    path: Path = Field(description="a folder or a zip with *.json, *.jsonl, *.csv and *_published.xml files")
    timezone: ZoneName = Field("UTC", description="zone of the times in the files, which state none (IANA name)")
    currency: CurrencyCode | None = Field(
        None, description="currency of the resources' rates, which the data does not state"
    )
    as_of: Moment | None = Field(
        None, description="when the dump was taken; left out: the newest modification or publication in it"
    )
    timephased: bool = Field(False, description="also read work and cost spread over days")
    workflow_stages: bool = Field(
        False, description="read workflow stages as gates and phases; a stage names nobody who decided it"
    )
    deliverables: bool = Field(False, description="read the deliverables of the projects' sites as artefacts")
    assignment_baselines: bool = Field(False, description="read the baselines of assignments too")
    history: bool = Field(
        False,
        description="its plans are history where another plan of the same initiative took over from them, and its age"
        " is told, not held against its projects",
    )
    fields: PwaFields = Field(default_factory=PwaFields, description="columns that hold governance data")

    @property
    def left_out(self) -> frozenset[str]:
        """Sets that are read only where they are asked for, and are not."""
        from connectors.odata_dump.spread import MAKERS  # loads what reads plans, which no other source needs

        asked = {
            "ProjectWorkflowStageDataSet": self.workflow_stages,
            "Deliverables": self.deliverables,
            "AssignmentBaselines": self.assignment_baselines,
            **dict.fromkeys(MAKERS, self.timephased),
        }
        return frozenset(entity_set for entity_set, wanted in asked.items() if not wanted)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)
