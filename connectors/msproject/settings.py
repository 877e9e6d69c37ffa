"""What an admin says about plans that lie as files."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator


class MspdiSource(BaseModel):
    """Plans saved from Microsoft Project as XML (MSPDI)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["mspdi"]
    path: Path = Field(description="one file, a folder of *.xml files, or a pattern such as plans/**/*.xml")
    timezone: str = Field("UTC", description="zone of the times in the files, which state none (IANA name)")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"`{value}` is not an IANA time zone such as Europe/Berlin or Asia/Shanghai")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)
