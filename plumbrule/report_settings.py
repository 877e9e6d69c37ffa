"""What the settings say of reports for an audience: what each is about, in which language, and who gets it."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from connectors.confluence.settings import ConfluenceCloudReceiver, ConfluenceDataCenterReceiver
from connectors.folder.settings import FolderReceiver
from connectors.graph.settings import GraphMailReceiver, SharepointReceiver
from connectors.mail.settings import MailReceiver
from connectors.slack.settings import SlackReceiver
from connectors.teams.settings import TeamsReceiver
from connectors.webhook.settings import WebhookReceiver
from plumbrule.own_settings import OwnColumnSettings, OwnTileSettings
from plumbrule.section import Section
from reports.diff.moves import Thresholds
from reports.formats import FormatName
from reports.model import SECTIONS

ReceiverSettings = Annotated[
    FolderReceiver
    | ConfluenceCloudReceiver
    | ConfluenceDataCenterReceiver
    | TeamsReceiver
    | SlackReceiver
    | MailReceiver
    | GraphMailReceiver
    | SharepointReceiver
    | WebhookReceiver,
    Field(discriminator="kind"),
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


_USUAL = Thresholds()


class MovedSettings(Section):
    """How far a measure must move to be told as a change. Ratios are parts of what it was, points are differences."""

    money_ratio: float = Field(_USUAL.money_ratio, ge=0, description="amounts of money, as a part of what they were")
    index_points: float = Field(_USUAL.index_points, ge=0, description="indexes such as CPI and SPI")
    days: float = Field(_USUAL.days, ge=0, description="slip and other days")
    share_points: float = Field(
        _USUAL.share_points, ge=0, description="shares such as scope growth and coverage: 0.05 is 5 points of 100"
    )
    score_points: float = Field(_USUAL.score_points, ge=0, description="compliance score, of 100")
    amount_ratio: float = Field(
        _USUAL.amount_ratio, ge=0, description="other amounts and counts, as a part of what they were"
    )

    @property
    def thresholds(self) -> Thresholds:
        """The same for the difference."""
        return Thresholds(**self.model_dump())


CompareSince = Literal["days", "monday"]


class ScopeSettings(Section):
    """Which projects a report is about. Several keys narrow it down; none: all projects."""

    department: str | None = Field(None, description="those of this department, and of the units below it")
    programme: str | None = Field(None, description="those of this programme")
    manager: str | None = Field(None, description="those that this person manages, by name")
    projects: list[str] | None = Field(None, min_length=1, description="these, by key")
    select: str | None = Field(
        None, min_length=1, description="those for which a condition over the view projects holds"
    )


class AudienceReport(Section):
    """A report for an audience: what lies outside its scope never enters it."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$", description="word that it is known by, in file names and plans"
    )
    title: str | None = Field(None, description="left out: the portfolio's name")
    language: Literal["en", "zh-Hans"] = Field("en", description="language that it is written in")
    formats: list[FormatName] = Field(
        default=["html"], description="files that are made, and that go along where they can"
    )
    without: list[str] = Field(default_factory=list, description="sections that are left out, such as allocation")
    send: list[str] = Field(default_factory=list, description="names of receivers that get it")
    days: list[Weekday] = Field(
        default_factory=list, description="days on which it is sent or renewed; left out: with every run"
    )
    compare_days: int | None = Field(
        None,
        ge=1,
        le=366,
        description="its changes are shown against this many days earlier; left out: as `[report]` says",
    )
    tiles: list[OwnTileSettings] = Field(default_factory=list, description="tiles of your own: docs/own-numbers.md")
    columns: list[OwnColumnSettings] = Field(
        default_factory=list, description="columns of your own in the table of projects"
    )
    scope: ScopeSettings = ScopeSettings()

    @field_validator("without")
    @classmethod
    def _known_sections(cls, given: list[str]) -> list[str]:
        for name in given:
            if name not in SECTIONS:
                raise ValueError(f"there is no section `{name}`; known: {', '.join(SECTIONS)}")
        return given
