"""How long a waiver may last."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field


class WaiverLimits(BaseModel):
    """Longest time that a failure may be waived, in days (first and last included), by severity of the rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    critical: int = Field(default=30, ge=1, le=3660, description="of rules of severity critical")
    high: int = Field(default=180, ge=1, le=3660, description="of rules of severity high")
    medium: int = Field(default=180, ge=1, le=3660, description="of rules of severity medium")
    low: int = Field(default=180, ge=1, le=3660, description="of rules of severity low")
    info: int = Field(default=180, ge=1, le=3660, description="of rules of severity info")

    def least(self, severities: Iterable[str]) -> int | None:
        """The strictest limit of those severities; None of none."""
        return min((int(getattr(self, s)) for s in severities), default=None)
