"""The root of all settings: one TOML file, the environment over it, secrets by reference.

Precedence: environment (`PLUMBRULE_STORE__FOLDER=...`) over the file over defaults. A secret is never written into the
file: it is a reference, `env:NAME` or `file:/run/secrets/name`, looked up when the settings are loaded.
"""

from pathlib import Path
from typing import Annotated, Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connectors.dataverse.settings import DataverseSource
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from connectors.msproject.settings import MppSource, MspdiSource
from connectors.odata_dump.settings import OdataDumpSource
from connectors.pwa.settings import PwaSource
from connectors.tabular.settings import TabularSource
from connectors.tempo.settings import TempoCloudSource, TempoDataCenterSource
from connectors.zones import Moment, ZoneName
from plumbrule.own_settings import OwnColumnSettings, OwnTileSettings
from plumbrule.report_settings import AudienceReport, CompareSince, MovedSettings, ReceiverSettings
from plumbrule.section import Section
from plumbrule.store_settings import StoreSettings
from plumbrule.web.settings import ServeSettings
from portfolio.ports import MarkKind
from reports.formats import FormatName
from rules.limits import FixDays, WaiverLimits
from rules.settings import Override, RuleSettings

Language = Literal["en", "zh-Hans"]
SourceSettings = Annotated[
    JiraCloudSource
    | JiraDataCenterSource
    | PwaSource
    | DataverseSource
    | MspdiSource
    | MppSource
    | OdataDumpSource
    | TempoCloudSource
    | TempoDataCenterSource
    | TabularSource,
    Field(discriminator="kind"),
]


class ProjectTargets(Protocol):
    """Where a source keeps a project's state and score: names of fields or columns, None for what is not written."""

    @property
    def state_target(self) -> str | None:
        """For the state."""

    @property
    def score_target(self) -> str | None:
        """For the score."""


class PortfolioSettings(Section):
    """What is reported on, and in which terms."""

    name: str = Field("Portfolio", description="title of the report")
    timezone: ZoneName = Field("UTC", description="zone whose calendar day is meant by a day (IANA name)")
    as_of: Moment | None = Field(None, description="take this moment for now; leave out to use the clock")
    waiting_statuses: list[str] = Field(
        default_factory=list,
        description="statuses of trackers in which begun work waits for somebody, such as a review; flow efficiency is "
        "unknown without them",
    )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)


class InitiativeSettings(Section):
    """Source projects that are one project to the PMO."""

    name: str | None = Field(None, description="name to show; left out: the tracker's name")
    projects: list[str] = Field(description='its source projects, as "<source>:<key, name or native id>"')
    supersedes: list[str] = Field(
        default_factory=list,
        description="plans that these took over from, named alike: their tasks are history, their baseline and actuals"
        " still count",
    )


class PersonSettings(Section):
    """Logins that are one human."""

    same: list[str] = Field(description='e-mail addresses, or "<source>:<native id>", of one person')


class RulesSettings(Section):
    """Which rules are held against the portfolio."""

    folders: list[Path] = Field(default_factory=list, description="folders with rule packs of your own (*.toml)")
    packs: list[str] | None = Field(None, description="packs to use, as name or name@version; left out: every pack")
    off: list[str] = Field(default_factory=list, description="ids of rules that are not run")
    set: dict[str, Override] = Field(
        default_factory=dict, description="by rule id: params (within the rule's bounds), severity, mode"
    )
    stale_after_hours: int | None = Field(
        None,
        ge=1,
        description="a rule is unknown where a source that it may need was last read completely longer ago; left out:"
        " data does not grow stale",
    )
    policy: list[Path] = Field(
        default_factory=list, description="policy files, or folders of them: what holds for some of the projects"
    )
    weigh_by: Literal["equal", "budget"] = Field(
        "equal", description="how projects count in the score of a department: all alike, or by their approved budget"
    )
    keep_runs_days: int = Field(
        400, ge=1, le=3650, description="days for which it is kept what each rule was set to and how it came out"
    )
    waivers: list[Path] = Field(
        default_factory=list, description="files of waivers, or folders of such files (*.toml): docs/waivers.md"
    )
    owners: dict[str, str] = Field(
        default_factory=dict,
        description="who mends what no person of the project answers for, by role: data_steward, pmo_lead, ...",
    )
    timeout_seconds: int = Field(60, ge=1, le=3600, description="longest time that one rule may take")
    memory_megabytes: int = Field(1024, ge=256, description="memory that measuring, and then the rules, may take")
    waiver_limits: WaiverLimits = WaiverLimits()
    fix_within_days: FixDays = FixDays()

    @property
    def granting(self) -> WaiverLimits:
        """How long waivers may last and who may grant them, roles replaced by the people of `owners`."""
        limits = self.waiver_limits
        return limits.model_copy(update={"approvers": limits.approvers.filled(self.owners)})

    def for_language(self, language: Language) -> RuleSettings:
        """What `rules` needs to know, with messages in that language."""
        return RuleSettings(
            packs=self.packs,
            off=self.off,
            set=self.set,
            stale_after_hours=self.stale_after_hours,
            language=language,
        )


class ReportSettings(Section):
    """The page."""

    folder: Path = Field(Path("reports-out"), description="folder that the reports are written to")
    languages: list[Language] = Field(min_length=1, default=["en"], description="one page for each: en, zh-Hans")
    formats: list[FormatName] = Field(default=["html", "json"], description="what to write: see docs/report-formats.md")
    compare_days: int = Field(7, ge=1, le=366, description="changes are shown against this many days earlier")
    compare_since: CompareSince = Field(
        "days", description="days: as compare_days says; monday: against last Monday, whichever day it is"
    )
    tiles: list[OwnTileSettings] = Field(default_factory=list, description="tiles of your own: docs/own-numbers.md")
    columns: list[OwnColumnSettings] = Field(
        default_factory=list, description="columns of your own in the table of projects"
    )
    moved: MovedSettings = MovedSettings()


class FindingIssueSettings(Section):
    """Findings that become issues of their own, in a project of the PMO."""

    source: str | None = Field(None, description="the Jira source that holds the project; left out: the only one")
    project: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$", description="key of that project")
    issue_type: str = Field("Task", min_length=1, description="type of the issues")
    least_severity: Literal["critical", "high", "medium", "low"] = Field(
        "critical", description="findings of this severity and worse become issues"
    )
    if_deleted: Literal["leave", "create_again"] = Field(
        "leave", description="what happens where somebody deleted the issue of a finding that is still open"
    )


class WriteBackSettings(Section):
    """What Plumbrule may write into the tools. Off until you switch it on; `plumbrule plan` always shows it first."""

    enabled: bool = Field(False, description="allow `run` and `apply` to write")
    marks: list[MarkKind] = Field(default=["property", "remote_link"], description="kinds of marks to leave in Jira")
    label_prefix: str = Field(
        "pmo-", min_length=2, pattern=r"^\S+$", description="only labels that start so are ever touched"
    )
    field: str | None = Field(
        None,
        min_length=1,
        description="custom field of your own to fill (list, checkboxes, labels or text), by name, id or schema",
    )
    finding_issues: FindingIssueSettings | None = Field(
        None, description="one issue for each finding that is severe enough"
    )
    waiver_request: str | None = Field(
        None, min_length=1, description="how to ask for a waiver: an address or a sentence"
    )
    report_url: str | None = Field(None, description="address of the page, for the links in Jira")
    max_changes: int = Field(200, ge=1, description="refuse a plan with more writes than this")
    changes_per_run: int | None = Field(
        None, ge=1, description="write at most so many a run, the most severe first; left out: all that is planned"
    )

    @field_validator("report_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("give an address that starts with https:// or http://")
        return value


class LogSettings(Section):
    """What goes to standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field("warning", description="least weight that is shown")
    format: Literal["auto", "console", "json"] = Field("auto", description="auto: console on a terminal, else JSON")


class TelemetrySettings(Section):
    """Traces and metrics for an OpenTelemetry collector. Where it is says the OTEL_* environment."""

    enabled: bool = Field(False, description="send them; needs the extra `telemetry`")


class Settings(BaseSettings):
    """Everything that a configuration file may say."""

    model_config = SettingsConfigDict(
        extra="forbid",
        env_prefix="PLUMBRULE_",
        env_nested_delimiter="__",
        hide_input_in_errors=True,
        frozen=True,
    )

    portfolio: PortfolioSettings = PortfolioSettings()
    store: StoreSettings = StoreSettings()
    sources: dict[str, SourceSettings] = Field(
        default_factory=dict, description="the tools to read, by a name of yours"
    )
    initiatives: dict[str, InitiativeSettings] = Field(
        default_factory=dict, description="projects joined by hand, by the PMO's key"
    )
    people: list[PersonSettings] = Field(default_factory=list, description="people joined by hand")
    rules: RulesSettings = RulesSettings()
    report: ReportSettings = ReportSettings()
    reports: list[AudienceReport] = Field(default_factory=list, description="reports for an audience of their own")
    receivers: dict[str, ReceiverSettings] = Field(
        default_factory=dict, description="who gets reports, by a name of yours"
    )
    writeback: WriteBackSettings = WriteBackSettings()
    serve: ServeSettings = ServeSettings()
    log: LogSettings = LogSettings()
    telemetry: TelemetrySettings = TelemetrySettings()

    @property
    def writable(self) -> tuple[str, ...]:
        """Sources whose items take marks."""
        kinds = (JiraCloudSource, JiraDataCenterSource)
        return tuple(name for name, source in self.sources.items() if isinstance(source, kinds))

    @property
    def project_fields(self) -> dict[str, ProjectTargets]:
        """Sources whose projects take their state and score in fields of their own, with where they go."""
        kinds = (PwaSource, DataverseSource)
        return {name: s.write for name, s in self.sources.items() if isinstance(s, kinds) and s.write is not None}

    @property
    def finding_home(self) -> tuple[str, str] | None:
        """Source and key of the project in which findings become issues; None where they do not.

        Where no source is named there is exactly one (`plumbrule.joined_sources`).
        """
        made = self.writeback.finding_issues
        return (made.source or self.writable[0], made.project) if made else None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, whose values come in as initial values."""
        return env_settings, init_settings
