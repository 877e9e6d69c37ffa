"""What a site says about rules: packs, switched-off rules, parameters, severities, modes, language."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rules.vocabulary import Mode, Severity, Value


class Override(BaseModel):
    """Deviations for one rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    params: dict[str, Value] = Field(default_factory=dict, description="Parameter values, within the rule's bounds.")
    severity: Severity | None = Field(default=None, description="Another severity.")
    mode: Mode | None = Field(default=None, description="enforce, observe (shown, not scored) or off.")


class RuleSettings(BaseModel):
    """Section `[rules]` of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    packs: list[str] | None = Field(
        default=None, description="Packs in force, `name` or `name@version`; left out: all."
    )
    off: list[str] = Field(default_factory=list, description="Ids of rules that are not run.")
    set: dict[str, Override] = Field(default_factory=dict, description="Deviations by rule id.")
    stale_after_hours: int | None = Field(default=None, ge=1, description="Older data is unknown; left out: never.")
    language: Literal["en", "zh-Hans"] = Field(default="en", description="Language of messages.")
