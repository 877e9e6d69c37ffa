"""How long a finding may stay, how long a waiver may last, and who may grant it: apart, as `rules.vocabulary`."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field

from rules.names import same_person

_GRANTS = "who may grant one of rules of severity {}, as people or as roles of `[rules.owners]`; none: anybody"


class WaiverApprovers(BaseModel):
    """Who may grant a waiver, by severity of the rule; never who asks for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    critical: tuple[str, ...] = Field(default=(), description=_GRANTS.format("critical"))
    high: tuple[str, ...] = Field(default=(), description=_GRANTS.format("high"))
    medium: tuple[str, ...] = Field(default=(), description=_GRANTS.format("medium"))
    low: tuple[str, ...] = Field(default=(), description=_GRANTS.format("low"))
    info: tuple[str, ...] = Field(default=(), description=_GRANTS.format("info"))

    def filled(self, people: Mapping[str, str]) -> "WaiverApprovers":
        """The same with each role that `people` fills replaced by that person."""
        given = {s: tuple(people.get(name, name) for name in names) for s, names in self}
        return WaiverApprovers(**given)


class WaiverLimits(BaseModel):
    """Longest time that a failure may be waived, in days (first and last included), by severity of the rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    critical: int = Field(default=30, ge=1, le=3660, description="of rules of severity critical")
    high: int = Field(default=180, ge=1, le=3660, description="of rules of severity high")
    medium: int = Field(default=180, ge=1, le=3660, description="of rules of severity medium")
    low: int = Field(default=180, ge=1, le=3660, description="of rules of severity low")
    info: int = Field(default=180, ge=1, le=3660, description="of rules of severity info")

    approvers: WaiverApprovers = WaiverApprovers()

    def refused(self, approver: str, severities: Iterable[str]) -> str | None:
        """The first of those severities of which that person may grant no waiver; None where they all are theirs."""
        for severity in severities:
            allowed: tuple[str, ...] = getattr(self.approvers, severity)
            if allowed and not any(same_person(approver, name) for name in allowed):
                return severity
        return None

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
