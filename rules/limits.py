"""How long a finding may stay, and how long a waiver may last: apart, as `rules.levels`."""

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


class FixDays(BaseModel):
    """Working days within which findings are to be mended, by severity. Days under waiver do not count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    critical: int = Field(default=5, ge=1, le=1000, description="findings of severity critical")
    high: int = Field(default=10, ge=1, le=1000, description="findings of severity high")
    medium: int = Field(default=30, ge=1, le=1000, description="findings of severity medium")
    low: int = Field(default=90, ge=1, le=1000, description="findings of severity low")

    def of(self, severity: str) -> int | None:
        """Working days for that severity; None where there is no deadline."""
        found: int | None = getattr(self, severity, None)
        return found
