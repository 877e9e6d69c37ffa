"""The entity sets that the feed serves: names in both languages, keys, page sizes, typed columns."""

from dataclasses import dataclass
from typing import Literal

from sandbox.pwa import columns_people as people
from sandbox.pwa import columns_plan as plan

Language = Literal["en", "fr"]
Kind = Literal["guid", "text", "decimal", "time", "flag", "int16", "int32", "byte", "double"]

EDM: dict[str, str] = {
    "guid": "Edm.Guid",
    "text": "Edm.String",
    "decimal": "Edm.Decimal",
    "time": "Edm.DateTime",
    "flag": "Edm.Boolean",
    "int16": "Edm.Int16",
    "int32": "Edm.Int32",
    "byte": "Edm.Byte",
    "double": "Edm.Double",
}
"""Our short words for the primitive types of OData v3."""


@dataclass(frozen=True)
class Column:
    """One property of an entity."""

    name: str
    kind: str
    nullable: bool
    french: str

    def named(self, language: Language) -> str:
        """Its name in a language."""
        return self.name if language == "en" else self.french


@dataclass(frozen=True)
class EntitySet:
    """One set of the feed. `page_size` is the default of an on-premises server (Microsoft, ProjectData reference)."""

    name: str
    french: str
    entity: str
    key: tuple[str, ...]
    page_size: int
    columns: tuple[Column, ...]

    def named(self, language: Language) -> str:
        """Its name in a language."""
        return self.name if language == "en" else self.french

    def column(self, name: str) -> Column:
        """The column of that English name; KeyError if it has none."""
        return {c.name: c for c in self.columns}[name]


def _columns(text: str) -> tuple[Column, ...]:
    parts = (line.split() for line in text.strip().splitlines())
    return tuple(Column(name, kind.rstrip("!"), not kind.endswith("!"), french) for name, kind, french in parts)


_SETS: tuple[tuple[str, str, str, str, int, str], ...] = (
    ("Projects", "Projets", "Project", "ProjectId", 100, plan.PROJECTS),
    ("Tasks", "Tâches", "Task", "ProjectId TaskId", 100, plan.TASKS),
    ("TaskBaselines", "PlanningsDeRéférenceTâche", "TaskBaseline", "ProjectId TaskId BaselineNumber", 100,
     plan.TASK_BASELINES),
    ("ProjectBaselines", "PlanningsDeRéférenceProjet", "ProjectBaseline", "ProjectId BaselineNumber", 200,
     plan.PROJECT_BASELINES),
    ("Assignments", "Affectations", "Assignment", "AssignmentId ProjectId", 100, people.ASSIGNMENTS),
    ("Resources", "Ressources", "Resource", "ResourceId", 100, people.RESOURCES),
    ("Timesheets", "FeuillesDeTemps", "Timesheet", "TimesheetId", 100, people.TIMESHEETS),
    ("TimesheetLines", "LignesFeuilleDeTemps", "TimesheetLine", "TimesheetLineId", 100, people.TIMESHEET_LINES),
    ("TimesheetLineActualDataSet", "JeuDonnéesRéellesLigneFeuilleDeTemps", "TimesheetLineActualData",
     "AdjustmentIndex TimeByDay TimesheetLineId", 100, people.TIMESHEET_LINE_ACTUAL_DATA_SET),
    ("TimesheetPeriods", "PériodesFeuilleDeTemps", "TimesheetPeriod", "PeriodId", 200, people.TIMESHEET_PERIODS),
    ("Risks", "Risques", "Risk", "ProjectId RiskId", 200, people.RISKS),
    ("Issues", "Problèmes", "Issue", "ProjectId IssueId", 200, people.ISSUES),
)  # fmt: skip

SETS: dict[str, EntitySet] = {
    name: EntitySet(name, french, entity, tuple(key.split()), size, _columns(text))
    for name, french, entity, key, size, text in _SETS
}
"""Every entity set, by English name."""
