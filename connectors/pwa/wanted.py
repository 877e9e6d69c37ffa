"""Which columns of ProjectData are read, and which columns of the portfolio each of them fills.

Names: Microsoft's reference of the entity types (2015-2016), checked against the fields of a Project Server
Subscription Edition (2026). ProjectData has no dependencies and no constraints; those come from ProjectServer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from connectors import proposed
from connectors.capabilities import lacking
from connectors.pwa.settings import PwaFields
from portfolio.ports import Capability

WANTED: Mapping[str, Mapping[str, str]] = {
    "Projects": {
        "ProjectId": "project.native_id project.kind project.url",
        "ProjectIdentifier": "project.key",
        "ProjectName": "project.name",
        "ProjectType": "",
        "EnterpriseProjectTypeName": "project.category",
        "ProjectOwnerId": "project.manager_id",
        "ProjectStartDate": "project.start_date",
        "ProjectFinishDate": "project.finish_date",
        "ProjectActualStartDate": "project.actual_start_date",
        "ProjectActualFinishDate": "project.actual_finish_date",
        "ProjectStatusDate": "project.status_date",
        "ProjectPercentCompleted": "project.complete_ratio",
        "ProjectWork": "project.planned_hours",
        "ProjectActualWork": "project.actual_hours",
        "ProjectRemainingWork": "project.remaining_hours",
        "ProjectCost": "project.planned_cost",
        "ProjectActualCost": "project.actual_cost",
        "ProjectRemainingCost": "project.remaining_cost",
        "ProjectBudgetCost": "project.budget_cost budget_line.project_id budget_line.amount",
        "ProjectCurrency": "project.currency budget_line.currency risk.currency",
        "ProjectBCWS": "project.vendor_pv",
        "ProjectBCWP": "project.vendor_ev",
        "ProjectACWP": "project.vendor_ac",
        "ProjectEAC": "project.vendor_eac",
        "ProjectEarnedValueIsStale": "project.vendor_ev_stale project.vendor_ev_state",
        "ProjectTimephased": "",
        "ProjectCreatedDate": "project.created_at",
        "ProjectModifiedDate": "project.updated_at",
        "ProjectLastPublishedDate": "project.published_at",
    },
    "Tasks": {
        "ProjectId": "work_item.project_id",
        "TaskId": "work_item.native_id",
        "TaskName": "work_item.title",
        "ParentTaskId": "work_item.parent_id",
        "TaskIndex": "work_item.sequence",
        "TaskWBS": "work_item.wbs work_item.key",
        "TaskOutlineLevel": "work_item.outline_level",
        "TaskIsProjectSummary": "",
        "TaskIsSummary": "work_item.is_summary work_item.kind work_item.type",
        "TaskIsMilestone": "work_item.is_milestone",
        "TaskIsCritical": "work_item.is_critical",
        "TaskIsActive": "work_item.is_active",
        "TaskIsManuallyScheduled": "work_item.is_manual",
        "TaskStartDate": "work_item.start_date work_item.start_at",
        "TaskFinishDate": "work_item.due_date work_item.finish_at",
        "TaskActualStartDate": "work_item.actual_start_date",
        "TaskActualFinishDate": "work_item.actual_finish_date",
        "TaskDeadline": "work_item.deadline_date",
        "TaskDuration": "work_item.duration_hours",
        "TaskPercentCompleted": "work_item.complete_ratio work_item.status_category",
        "TaskPhysicalPercentCompleted": "work_item.physical_complete_ratio",
        "TaskWork": "work_item.estimate_hours",
        "TaskActualWork": "work_item.spent_hours",
        "TaskRemainingWork": "work_item.remaining_hours",
        "TaskCost": "work_item.planned_cost",
        "TaskActualCost": "work_item.actual_cost",
        "TaskFixedCost": "work_item.fixed_cost",
        "TaskTotalSlack": "work_item.total_slack_hours",
        "TaskPriority": "work_item.priority",
        "TaskCreatedDate": "work_item.created_at",
        "TaskModifiedDate": "work_item.updated_at",
    },
    "TaskBaselines": {
        "ProjectId": "baseline.project_id",
        "TaskId": "baseline.owner_id baseline.owner_kind",
        "BaselineNumber": "baseline.number",
        "TaskBaselineModifiedDate": "baseline.taken_at",
        "TaskBaselineStartDate": "baseline.start_date",
        "TaskBaselineFinishDate": "baseline.finish_date",
        "TaskBaselineWork": "baseline.work_hours",
        "TaskBaselineDuration": "baseline.duration_hours",
        "TaskBaselineCost": "baseline.cost",
    },
    "ProjectBaselines": {
        "ProjectId": "baseline.project_id",
        "BaselineNumber": "baseline.number",
        "ProjectBaselineModifiedDate": "baseline.taken_at",
        "ProjectBaselineStartDate": "baseline.start_date",
        "ProjectBaselineFinishDate": "baseline.finish_date",
        "ProjectBaselineWork": "baseline.work_hours",
        "ProjectBaselineDuration": "baseline.duration_hours",
        "ProjectBaselineCost": "baseline.cost",
    },
    "Assignments": {
        "ProjectId": "assignment.project_id",
        "AssignmentId": "",
        "TaskId": "assignment.work_item_id",
        "ResourceId": "assignment.account_id work_item.assignee_id",
        "AssignmentPeakUnits": "assignment.units_ratio",
        "AssignmentStartDate": "assignment.start_date",
        "AssignmentFinishDate": "assignment.finish_date",
        "AssignmentWork": "assignment.planned_hours",
        "AssignmentActualWork": "assignment.actual_hours",
        "AssignmentRemainingWork": "assignment.remaining_hours",
        "AssignmentCost": "assignment.planned_cost",
        "AssignmentActualCost": "assignment.actual_cost",
    },
    "Resources": {
        "ResourceId": "account.native_id",
        "ResourceName": "account.name",
        "ResourceEmailAddress": "account.email",
        "ResourceIsActive": "account.active",
        "ResourceIsGeneric": "account.kind",
        "ResourceIsTeam": "",
        "ResourceMaterialLabel": "",
        "TypeName": "",
        "ResourceStandardRate": "account.rate_per_hour",
        "ResourceMaxUnits": "account.max_units_ratio",
    },
    "Risks": {
        "ProjectId": "risk.project_id",
        "RiskId": "",
        "Title": "risk.title risk.kind",
        "Status": "risk.state",
        "Owner": "risk.owner_id",
        "Probability": "risk.probability_ratio",
        "Cost": "risk.impact_cost",
        "MitigationPlan": "risk.response",
        "ContingencyPlan": "",
        "DueDate": "risk.due_date",
        "Category": "risk.cause",
        "IsFolder": "",
    },
    "Issues": {
        "ProjectId": "project_issue.project_id",
        "IssueId": "",
        "Title": "project_issue.title",
        "Status": "project_issue.state",
        "Owner": "project_issue.owner_id",
        "Priority": "project_issue.priority",
        "Resolution": "project_issue.response",
        "CreatedDate": "project_issue.raised_on",
        "DueDate": "project_issue.due_date",
        "Category": "project_issue.cause",
        "IsFolder": "",
    },
    "AssignmentBaselines": {
        "ProjectId": "baseline.project_id",
        "AssignmentId": "",
        "BaselineNumber": "",
        "AssignmentBaselineModifiedDate": "",
        "AssignmentBaselineStartDate": "",
        "AssignmentBaselineFinishDate": "",
        "AssignmentBaselineWork": "",
        "AssignmentBaselineCost": "",
    },
    "ProjectWorkflowStageDataSet": {
        "ProjectId": "gate.project_id",
        "StageId": "",
        "StageName": "gate.name",
        "StageOrder": "gate.sequence",
        "StageStatus": "gate.state",
        "StageEntryDate": "",
        "StageCompletionDate": "gate.decided_on",
        "PhaseName": "",
    },
    "Deliverables": {
        "ProjectId": "artefact.project_id",
        "DeliverableId": "",
        "Title": "artefact.title artefact.kind",
        "ItemRelativeUrlPath": "artefact.location",
        "IsFolder": "",
    },
    "TaskTimephasedDataSet": {
        "ProjectId": "timephased.project_id",
        "TaskId": "timephased.work_item_id",
        "TimeByDay": "timephased.starts_on timephased.ends_on",
        "TaskIsProjectSummary": "",
        "TaskWork": "timephased.hours timephased.kind",
        "TaskCost": "timephased.cost",
        "TaskActualWork": "",
        "TaskActualCost": "",
    },
    "TaskBaselineTimephasedDataSet": {
        "ProjectId": "timephased.project_id",
        "TaskId": "timephased.work_item_id",
        "TimeByDay": "timephased.starts_on timephased.ends_on",
        "BaselineNumber": "timephased.number",
        "TaskBaselineWork": "timephased.hours timephased.kind",
        "TaskBaselineCost": "timephased.cost",
    },
    "AssignmentTimephasedDataSet": {
        "ProjectId": "timephased.project_id",
        "AssignmentId": "timephased.assignment_id",
        "TaskId": "timephased.work_item_id",
        "ResourceId": "timephased.account_id",
        "TimeByDay": "timephased.starts_on timephased.ends_on",
        "AssignmentWork": "timephased.hours timephased.kind",
        "AssignmentCost": "timephased.cost",
        "AssignmentActualWork": "",
        "AssignmentActualCost": "",
        "AssignmentActualOvertimeWork": "",
    },
    "AssignmentBaselineTimephasedDataSet": {
        "ProjectId": "timephased.project_id",
        "AssignmentId": "timephased.assignment_id",
        "TaskId": "timephased.work_item_id",
        "ResourceId": "timephased.account_id",
        "TimeByDay": "timephased.starts_on timephased.ends_on",
        "BaselineNumber": "timephased.number",
        "AssignmentBaselineWork": "timephased.hours timephased.kind",
        "AssignmentBaselineCost": "timephased.cost",
    },
    "TimesheetLines": {
        "TimesheetLineId": "",
        "ProjectId": "time_entry.project_id",
        "TaskId": "time_entry.work_item_id",
        "TimesheetOwnerId": "time_entry.account_id",
        "TimesheetOwner": "",
        "TimesheetLineStatus": "time_entry.state",
        "TimesheetStatusId": "",
        "PeriodStartDate": "",
        "PeriodEndDate": "",
        "CreatedDate": "time_entry.created_at",
        "ModifiedDate": "time_entry.updated_at",
    },
    "TimesheetLineActualDataSet": {
        "TimesheetLineId": "",
        "AdjustmentIndex": "",
        "TimeByDay": "time_entry.spent_on",
        "ActualWorkBillable": "time_entry.hours time_entry.billable_hours",
        "ActualWorkNonBillable": "",
        "ActualOvertimeWorkBillable": "",
        "ActualOvertimeWorkNonBillable": "",
    },
}
"""Entity set -> column -> what it fills, as `table.column`, several separated by blanks."""

LINK_COLUMNS = "project_id from_id to_id kind type dependency_type lag_hours"
CONSTRAINT_COLUMNS = "constraint_type constraint_date"

_GOVERNANCE = (
    "initiative_key", "programme", "department", "phase", "method", "goal", "size_class", "health_reported",
    "sponsor_name", *proposed.COLUMNS,
)  # fmt: skip

_DERIVED = (
    Capability("work_item", "status_category", "derived", "from per cent complete and actual dates"),
    Capability("work_item", "assignee_id", "derived", "the resource with the most work on the task"),
    Capability("risk", "kind", "derived", "Project Server's risk list knows threats only"),
)


_NOTES = {
    ("account", "currency"): "the site does not state the currency of rates; the source's setting `currency` may",
    ("work_item", "points"): "a plan has no story points",
}


def project_columns(fields: PwaFields) -> dict[str, str]:
    """Columns of Projects to read, with those that the admin mapped."""
    mapped = {column: f"project.{name}" for name in _GOVERNANCE if (column := getattr(fields, name))}
    more = dict.fromkeys(fields.more, "project.custom_fields")
    return {**WANTED["Projects"], **mapped, **more}


def task_columns(fields: PwaFields) -> dict[str, str]:
    """Columns of Tasks to read, with those that the admin wants kept."""
    mapped = {fields.task_acceptance: "work_item.acceptance"} if fields.task_acceptance else {}
    return {**WANTED["Tasks"], **mapped, **dict.fromkeys(fields.task_more, "work_item.custom_fields")}


def resource_columns(fields: PwaFields) -> dict[str, str]:
    """Columns of Resources to read, with the one that the admin mapped."""
    mapped = {fields.resource_department: "account.department"} if fields.resource_department else {}
    return {**WANTED["Resources"], **mapped}


def columns_of(entity_set: str, fields: PwaFields) -> dict[str, str]:
    """Columns of any set to read, with what they fill."""
    own = {"Projects": project_columns, "Resources": resource_columns, "Tasks": task_columns}.get(entity_set)
    return own(fields) if own else dict(WANTED[entity_set])


_OWN_TABLE = {
    "ProjectWorkflowStageDataSet": "gate",
    "Deliverables": "artefact",
    "TaskTimephasedDataSet": "timephased",
}
"""Sets that fill a table alone."""


@dataclass(frozen=True)
class Told:
    """What is known of a site besides its columns: sets that are not read, with the reason; collections that
    ProjectServer keeps back; the currency of rates."""

    unread: Mapping[str, str]
    refused: Iterable[str]
    currency: str | None


def capabilities(present: Callable[[str], frozenset[str]], fields: PwaFields, told: Told) -> list[Capability]:
    """What this site cannot fill. `present` gives a set's columns."""
    filled: dict[str, set[str]] = {"account": {"currency"} if told.currency else set(), "project": {"time_zone"}}
    notes = dict(_NOTES)
    for entity_set in WANTED:
        why = told.unread.get(entity_set)
        for column, targets in columns_of(entity_set, fields).items():
            for target in targets.split():
                table, _, name = target.partition(".")
                if why is None and column in present(entity_set):
                    filled.setdefault(table, set()).add(name)
                else:
                    notes.setdefault((table, name), why or f"this site's {entity_set} has no column {column}")
        if why is not None and entity_set in _OWN_TABLE:
            notes[_OWN_TABLE[entity_set], ""] = why
    closed = set(told.refused)
    _from_server("TaskLinks" not in closed, "work_item_link", LINK_COLUMNS, filled, notes)
    _from_server("Tasks" not in closed, "work_item", CONSTRAINT_COLUMNS, filled, notes)
    listed = {table: " ".join(names) for table, names in filled.items()}
    return [*(c for c in _DERIVED if c.column in filled.get(c.table, ())), *lacking(listed, notes)]


def _from_server(
    answered: bool, table: str, columns: str, filled: dict[str, set[str]], notes: dict[tuple[str, str], str]
) -> None:
    for name in columns.split():
        if answered:
            filled.setdefault(table, set()).add(name)
        else:
            notes[table, name] = "ProjectServer, the only source of it, did not answer for this account"
