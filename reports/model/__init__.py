"""The report as data: everything that a page, a card or a sheet shows. All renderers read this and nothing else.

Numbers are values (Decimal, int, float, date), words are in the report's language; None is "not available".
docs/report.schema.json is the published schema (`report_schema`); `FORMAT` changes when a reader could break.
"""

from datetime import date, datetime
from typing import Literal

from reports.model.base import Milestone, Part, ProjectRef
from reports.model.charts import Bubble, BudgetMap, BurnUp
from reports.model.detail import (
    EarnedValue,
    Finding,
    Gap,
    MethodEntry,
    Project,
    ReasonRow,
    RuleRow,
    SourceProject,
    WaivedRow,
)
from reports.model.own import OwnColumn, OwnTile, OwnUnit, OwnValue
from reports.model.portfolio import PortfolioFinding
from reports.model.summary import (
    Activity,
    Allocation,
    Attention,
    AttentionRow,
    ChangedFinding,
    Changes,
    Decision,
    DecisionKind,
    Milestones,
    MovedMeasure,
    PersonLoad,
    ProgrammeBudget,
    Risk,
    Risks,
    Slip,
    Transition,
)
from reports.model.tiles import (
    ComplianceTile,
    EacTile,
    HealthTile,
    Level,
    MoneySum,
    Point,
    ScheduleTile,
    ScopeTile,
    SourceState,
    Tiles,
    Wait,
)

FORMAT: Literal["plumbrule.report/1"] = "plumbrule.report/1"
SCHEMA_VERSION: Literal["1.0"] = "1.0"
"""Of the model's schema, docs/report.schema.json. The second number rises where something is added, the first, and that
of `FORMAT` with it, where a reader of the version before could break."""

SECTIONS = (
    "header",
    "tiles.health",
    "tiles.eac",
    "tiles.schedule",
    "tiles.scope",
    "tiles.compliance",
    "tiles.own",
    "attention",
    "decisions",
    "changes",
    "budget_by_programme",
    "map",
    "milestones",
    "risks",
    "allocation",
    "rules",
    "levels",
    "portfolio",
    "projects",
    "findings",
    "waived",
    "method",
    "gaps",
)
"""Fixed ids of the sections, in the order of the page. Each may be left out."""


class ReportModel(Part):
    """The whole report."""

    format: Literal["plumbrule.report/1"] = FORMAT
    schema_version: Literal["1.0"] = SCHEMA_VERSION
    title: str
    language: str
    as_of: datetime
    compared_with: date
    verdict: tuple[str, ...]
    sections: tuple[str, ...]
    sources: tuple[SourceState, ...]
    tiles: Tiles
    own_tiles: tuple[OwnTile, ...] = ()
    own_columns: tuple[OwnColumn, ...] = ()
    attention: Attention
    decisions: tuple[Decision, ...]
    changes: Changes
    budget_by_programme: tuple[ProgrammeBudget, ...]
    map: BudgetMap
    milestones: Milestones
    risks: Risks
    allocation: Allocation
    rules: tuple[RuleRow, ...]
    levels: tuple[Level, ...] = ()
    portfolio: tuple[PortfolioFinding, ...] = ()
    projects: tuple[Project, ...]
    findings: tuple[Finding, ...]
    waived: tuple[WaivedRow, ...] = ()
    method: tuple[MethodEntry, ...]
    gaps: tuple[Gap, ...]


__all__ = [
    "FORMAT",
    "SCHEMA_VERSION",
    "SECTIONS",
    "Activity",
    "Allocation",
    "Attention",
    "AttentionRow",
    "Bubble",
    "BudgetMap",
    "BurnUp",
    "ChangedFinding",
    "Changes",
    "ComplianceTile",
    "Decision",
    "DecisionKind",
    "EacTile",
    "EarnedValue",
    "Finding",
    "Gap",
    "HealthTile",
    "Level",
    "MethodEntry",
    "Milestone",
    "Milestones",
    "MoneySum",
    "MovedMeasure",
    "OwnColumn",
    "OwnTile",
    "OwnUnit",
    "OwnValue",
    "Part",
    "PersonLoad",
    "Point",
    "PortfolioFinding",
    "ProgrammeBudget",
    "Project",
    "ProjectRef",
    "ReasonRow",
    "ReportModel",
    "Risk",
    "Risks",
    "RuleRow",
    "ScheduleTile",
    "ScopeTile",
    "Slip",
    "SourceProject",
    "SourceState",
    "Tiles",
    "Transition",
    "Wait",
    "WaivedRow",
]
