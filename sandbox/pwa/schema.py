"""The entity sets that the feed serves: names in both languages, keys, page sizes, typed columns."""

from dataclasses import dataclass
from typing import Literal

from sandbox.pwa import columns_more as more
from sandbox.pwa import columns_people as people
from sandbox.pwa import columns_plan as plan
from sandbox.pwa import columns_time as spread

Language = Literal["en", "fr"]
Edition = Literal["server", "online"]
"""On-premises Project Server, or Project Online as it was: they differ in the default size of pages."""
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
    """One property of an entity. The name of a `default_field` follows the site's language, not the one asked for."""

    name: str
    kind: str
    nullable: bool
    french: str
    default_field: bool = False

    def named(self, language: Language, of_fields: Language | None = None) -> str:
        """Its name in a language; `of_fields` is the one of default custom fields, where it is another."""
        spoken = of_fields if self.default_field and of_fields is not None else language
        return self.name if spoken == "en" else self.french


@dataclass(frozen=True)
class EntitySet:
    """One set of the feed. Page sizes are the defaults of Microsoft's ProjectData reference, on premises and online."""

    name: str
    french: str
    entity: str
    key: tuple[str, ...]
    page_size: int
    online_page_size: int
    columns: tuple[Column, ...]

    def named(self, language: Language) -> str:
        """Its name in a language."""
        return self.name if language == "en" else self.french

    def column(self, name: str) -> Column:
        """The column of that English name; KeyError if it has none."""
        return {c.name: c for c in self.columns}[name]


DEFAULT_FIELDS = frozenset({"ProjectDepartments", "ResourceDepartments", "RBS"})
"""Custom fields that every site is born with."""


def _columns(text: str) -> tuple[Column, ...]:
    parts = (line.split() for line in text.strip().splitlines())
    return tuple(
        Column(name, kind.rstrip("!"), not kind.endswith("!"), french, name in DEFAULT_FIELDS)
        for name, kind, french in parts
    )


_SETS: tuple[tuple[str, str, str, str, tuple[int, int], str], ...] = (
    ("Projects", "Projets", "Project", "ProjectId", (100, 300), plan.PROJECTS),
    ("Tasks", "Tâches", "Task", "ProjectId TaskId", (100, 300), plan.TASKS),
    ("TaskBaselines", "PlanningsDeRéférenceTâche", "TaskBaseline", "ProjectId TaskId BaselineNumber", (100, 300),
     plan.TASK_BASELINES),
    ("ProjectBaselines", "PlanningsDeRéférenceProjet", "ProjectBaseline", "ProjectId BaselineNumber", (200, 200),
     plan.PROJECT_BASELINES),
    ("Assignments", "Affectations", "Assignment", "AssignmentId ProjectId", (100, 1000), people.ASSIGNMENTS),
    ("Resources", "Ressources", "Resource", "ResourceId", (100, 1000), people.RESOURCES),
    ("Timesheets", "FeuillesDeTemps", "Timesheet", "TimesheetId", (100, 1000), people.TIMESHEETS),
    ("TimesheetLines", "LignesFeuilleDeTemps", "TimesheetLine", "TimesheetLineId", (100, 1000), people.TIMESHEET_LINES),
    ("TimesheetLineActualDataSet", "JeuDonnéesRéellesLigneFeuilleDeTemps", "TimesheetLineActualData",
     "AdjustmentIndex TimeByDay TimesheetLineId", (100, 2000), people.TIMESHEET_LINE_ACTUAL_DATA_SET),
    ("TimesheetPeriods", "PériodesFeuilleDeTemps", "TimesheetPeriod", "PeriodId", (200, 1000),
     people.TIMESHEET_PERIODS),
    ("Risks", "Risques", "Risk", "ProjectId RiskId", (200, 1000), people.RISKS),
    ("Issues", "Problèmes", "Issue", "ProjectId IssueId", (200, 1000), people.ISSUES),
    ("AssignmentBaselines", "PlanningsRéférenceAffectation", "AssignmentBaseline",
     "ProjectId AssignmentId BaselineNumber", (100, 300), more.ASSIGNMENT_BASELINES),
    ("Deliverables", "Livrables", "Deliverable", "ProjectId DeliverableId", (200, 1000), more.DELIVERABLES),
    ("ProjectWorkflowStageDataSet", "JeuDonnéesÉtapeFluxDeTravailProjet", "ProjectWorkflowStageData",
     "ProjectId StageId", (200, 2000), more.PROJECT_WORKFLOW_STAGES),
    ("Engagements", "Engagements", "Engagement", "EngagementId", (200, 200), more.ENGAGEMENTS),
    ("TaskTimephasedDataSet", "JeuDonnéesChronologiquesTâche", "TaskTimephasedData", "ProjectId TaskId TimeByDay",
     (100, 2000), spread.TASK_TIMEPHASED),
    ("AssignmentTimephasedDataSet", "JeuDonnéesChronologiquesAffectation", "AssignmentTimephasedData",
     "ProjectId AssignmentId TimeByDay", (100, 2000), spread.ASSIGNMENT_TIMEPHASED),
    ("TaskBaselineTimephasedDataSet", "JeuDonnéesChronologiqueRéférenceTâche", "TaskBaselineTimephasedData",
     "ProjectId TaskId TimeByDay BaselineNumber", (200, 2000), spread.TASK_BASELINE_TIMEPHASED),
    ("AssignmentBaselineTimephasedDataSet", "JeuDonnéesChronologiquesRéférenceAffectation",
     "AssignmentBaselineTimephasedData", "ProjectId AssignmentId TimeByDay BaselineNumber", (200, 2000),
     spread.ASSIGNMENT_BASELINE_TIMEPHASED),
)  # fmt: skip

SETS: dict[str, EntitySet] = {
    name: EntitySet(name, french, entity, tuple(key.split()), *sizes, _columns(text))
    for name, french, entity, key, sizes, text in _SETS
}
"""Every entity set, by English name. Engagements has no documented page size; that of its timephased data is taken."""
