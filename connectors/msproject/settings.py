"""What an admin says about plans that lie as files."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from connectors.zones import ZoneName


class MspdiSource(BaseModel):
    """Plans saved from Microsoft Project as XML (MSPDI)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["mspdi"]
    path: Path = Field(description="one file, a folder of *.xml files, or a pattern such as plans/**/*.xml")
    timezone: ZoneName = Field("UTC", description="zone of the times in the files, which state none (IANA name)")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)
