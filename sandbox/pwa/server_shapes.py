"""Entities of the ProjectServer API as JSON light, each amount three times: as text, as milliseconds, as a time span.

A span counts 24 working hours as a day, which is the API's own trap: three days of work are `P1D`. Keys and types are
those of records captured in a real tenant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.pwa.drafts import FAILED, SUCCESS, Job
from sandbox.pwa.fields import FIELD_TYPES, CustomField
from sandbox.pwa.literals import NO_DATE, NO_ID, Value, without_zone
from sandbox.pwa.site import PwaSite, ServerTask, TaskLink

Json = dict[str, object]
Row = Mapping[str, Value]
_HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Place:
    """Where entities live: `site` is the address of the Project Web App."""

    site: str

    def entity(self, kind: str, path: str) -> Json:
        """The three lines that every entity begins with."""
        return {
            "odata.type": f"PS.{kind}",
            "odata.id": f"{self.site}/_api/ProjectServer/{path}",
            "odata.editLink": f"ProjectServer/{path}",
        }


def moment(value: Value) -> str:
    """A local moment; what is not set is the first day of the calendar."""
    return without_zone(value) if isinstance(value, datetime) else NO_DATE


def number(value: Value) -> float:
    """A plain number; money and percentages are not text here, other than in the feed."""
    return float(value) if isinstance(value, Decimal | int | float) else 0.0


def amount(name: str, hours: Value, unit: str) -> Json:
    """An amount of working time under its three names; `unit` is `h`, `d` (of eight hours) or `ed`."""
    value = number(hours)
    shown = value if unit == "h" else value / 8
    return {
        name: f"{shown:g}{unit}",
        f"{name}Milliseconds": round(value * _HOUR_MS),
        f"{name}TimeSpan": _span(value),
    }


def _span(hours: float) -> str:
    if not hours:
        return "PT0S"
    sign, whole = ("-" if hours < 0 else ""), abs(hours)
    days, rest = divmod(whole, 24)
    minutes = round(math.modf(rest)[0] * 60)
    clock = (f"{int(rest)}H" if int(rest) else "") + (f"{minutes}M" if minutes else "")
    return f"{sign}P{int(days)}D" + (f"T{clock}" if clock else "") if days else f"{sign}PT{clock or '0S'}"


def project(place: Place, site: PwaSite, row: Row, *, draft: bool = False) -> Json:
    """A published project, or the draft of it."""
    own, work = str(row["ProjectId"]), site.drafts.of(str(row["ProjectId"]))
    path = f"Projects('{own}')" + ("/Draft" if draft else "")
    top = next(iter(site.rows("Tasks", ProjectId=own, TaskIsProjectSummary=True)), {})
    return {
        **place.entity("DraftProject" if draft else "PublishedProject", path),
        "ApprovedEnd": NO_DATE, "ApprovedStart": NO_DATE, "CalculateActualCosts": True, "CalculatesActualCosts": False,
        "CheckedOutDate": moment(work.since), "CheckOutDescription": "" if work.by is None else "Project Web App",
        "CheckOutId": NO_ID, "CreatedDate": moment(row["ProjectCreatedDate"]), "CriticalSlackLimit": 0,
        "CurrencyCode": row["ProjectCurrency"] or "EUR", "CurrencyDigits": 2, "CurrencyPosition": 3,
        "CurrencySymbol": {"USD": "$"}.get(str(row["ProjectCurrency"]), "€"), "CurrentDate": moment(site.now),
        "DaysPerMonth": 20, "DefaultEffortDriven": False, "DefaultEstimatedDuration": True,
        "DefaultFinishTime": "1984-01-01T17:00:00", "DefaultFixedCostAccrual": 3, "DefaultOvertimeRate": 0.0,
        "DefaultOvertimeRateUnits": 2, "DefaultStandardRate": 0.0, "DefaultStandardRateUnits": 2,
        "DefaultStartTime": "1984-01-01T08:00:00", "DefaultTaskType": 0, "DefaultWorkFormat": 2,
        "Description": row["ProjectDescription"] or "", "FinishDate": moment(row["ProjectFinishDate"]),
        "FiscalYearStartMonth": 1, "HonorConstraints": True, "Id": own, "IsCheckedOut": work.by is not None,
        "LastPublishedDate": moment(row["ProjectLastPublishedDate"]),
        "LastSavedDate": moment(row["ProjectModifiedDate"]),
        "MinutesPerDay": 480, "MinutesPerWeek": 2400, "MoveActualIfLater": False, "MoveActualToStatus": False,
        "MoveRemainingIfEarlier": False, "MoveRemainingToStatus": False, "MultipleCriticalPaths": False,
        "Name": row["ProjectName"], "NewTasksAreManual": False, "NumberFiscalYearFromStart": False,
        "OptimizerDecision": 0, "PercentComplete": row["ProjectPercentCompleted"] or 0, "PlannerDecision": 0,
        "ProjectIdentifier": row["ProjectIdentifier"] or "", "ProjectType": row["ProjectType"],
        "ProtectedActualsSynch": False, "ScheduledFromStart": True, "ShowEstimatedDurations": True,
        "SplitInProgress": True, "SpreadActualCostsToStatus": False, "SpreadPercentCompleteToStatus": False,
        "StartDate": moment(row["ProjectStartDate"]), "StatusDate": moment(row["ProjectStatusDate"]),
        "SummaryTaskId": top.get("TaskId", NO_ID), "TrackingMode": 0, "UtilizationDate": NO_DATE, "UtilizationType": 0,
        "WeekStartDay": 1, "WinprojVersion": "16.0000000000",
    }  # fmt: skip


def user(name: str) -> Json:
    """A person of the SharePoint site, as CheckedOutBy and Owner give one."""
    return {"odata.type": "SP.User", "Title": name, "LoginName": f"i:0#.w|meridian\\{name.lower().replace(' ', '.')}"}


def task(place: Place, project_id: str, own: ServerTask, row: Row | None, baseline: Row | None) -> Json:
    """A task of a plan: what the API alone tells, what the feed tells too, and the baseline beside it."""
    feed, base = row or {}, baseline or {}
    start, finish = moment(feed.get("TaskStartDate")), moment(feed.get("TaskFinishDate"))
    durations = {
        "ActualDuration": feed.get("TaskActualDuration"), "BaselineDuration": base.get("TaskBaselineDuration"),
        "DurationVariance": _less(feed.get("TaskDuration"), base.get("TaskBaselineDuration")),
        "Duration": feed.get("TaskDuration"), "ScheduledDuration": feed.get("TaskDuration"),
        "RemainingDuration": feed.get("TaskRemainingDuration"), "FinishSlack": feed.get("TaskTotalSlack"),
        "StartSlack": feed.get("TaskTotalSlack"), "TotalSlack": feed.get("TaskTotalSlack"),
        "FreeSlack": feed.get("TaskFreeSlack"), "FinishVariance": None, "StartVariance": None,
    }  # fmt: skip
    work = {
        "Work": feed.get("TaskWork"), "ActualWork": feed.get("TaskActualWork"), "RegularWork": feed.get("TaskWork"),
        "RemainingWork": feed.get("TaskRemainingWork"), "BaselineWork": base.get("TaskBaselineWork"),
        "WorkVariance": feed.get("TaskWorkVariance"), "ActualOvertimeWork": None, "BudgetWork": None,
        "OvertimeWork": None, "RemainingOvertimeWork": None,
    }  # fmt: skip
    told: Json = place.entity("PublishedTask", f"Projects('{project_id}')/Tasks('{own.id}')")
    for name, hours in durations.items():
        told |= amount(name, hours, "d")
    for name, hours in work.items():
        told |= amount(name, hours, "h")
    if baseline is None:
        told |= {"BaselineDuration": None, "BaselineWork": None}
    return told | {
        **amount("LevelingDelay", 0, "ed"), "ActualCost": number(feed.get("TaskActualCost")),
        "ActualCostWorkPerformed": number(feed.get("TaskACWP")),
        "ActualFinish": moment(feed.get("TaskActualFinishDate")),
        "ActualOvertimeCost": 0.0, "ActualStart": moment(feed.get("TaskActualStartDate")),
        "BaselineCost": number(base.get("TaskBaselineCost")),
        "BaselineFinish": moment(base.get("TaskBaselineFinishDate")),
        "BaselineStart": moment(base.get("TaskBaselineStartDate")), "BudgetCost": 0.0,
        "BudgetedCostWorkPerformed": number(feed.get("TaskBCWP")),
        "BudgetedCostWorkScheduled": number(feed.get("TaskBCWS")), "Completion": NO_DATE,
        "ConstraintStartEnd": moment(own.constraint_date), "ConstraintType": own.constraint_type, "Contact": "",
        "Cost": number(feed.get("TaskCost")), "CostPerformanceIndex": number(feed.get("TaskCPI")),
        "CostVariance": number(feed.get("TaskCostVariance")), "CostVarianceAtCompletion": 0.0,
        "CostVariancePercentage": 0, "Created": moment(feed.get("TaskCreatedDate")), "CurrentCostVariance": 0.0,
        "Deadline": moment(feed.get("TaskDeadline")), "EarliestFinish": finish, "EarliestStart": start,
        "EstimateAtCompletion": number(feed.get("TaskEAC")), "ExternalProjectUid": NO_ID, "ExternalTaskUid": NO_ID,
        "Finish": finish, "FinishText": "", "FixedCost": number(feed.get("TaskFixedCost")), "FixedCostAccrual": 3,
        "Id": own.id, "IgnoreResourceCalendar": False, "IsActive": feed.get("TaskIsActive", True),
        "IsCritical": feed.get("TaskIsCritical") or False, "IsDurationEstimate": False, "IsEffortDriven": False,
        "IsExternalTask": False, "IsLockedByManager": False, "IsManual": False, "IsMarked": False,
        "IsMilestone": feed.get("TaskIsMilestone") or False, "IsOverAllocated": False, "IsRecurring": False,
        "IsRecurringSummary": False, "IsRolledUp": False, "IsSubProject": False, "IsSubProjectReadOnly": False,
        "IsSubProjectScheduledFromFinish": False, "IsSummary": feed.get("TaskIsSummary") or False,
        "LatestFinish": finish, "LatestStart": start, "LevelingAdjustsAssignments": True, "LevelingCanSplit": True,
        "Modified": moment(feed.get("TaskModifiedDate")), "Name": own.name, "Notes": "",
        "OutlineLevel": feed.get("TaskOutlineLevel") or 0, "OutlinePosition": feed.get("TaskOutlineNumber") or "0",
        "OvertimeCost": 0.0, "PercentComplete": feed.get("TaskPercentCompleted") or 0,
        "PercentPhysicalWorkComplete": feed.get("TaskPhysicalPercentCompleted") or 0,
        "PercentWorkComplete": feed.get("TaskPercentWorkCompleted") or 0, "PreLevelingFinish": NO_DATE,
        "PreLevelingStart": NO_DATE, "Priority": feed.get("TaskPriority") or 500,
        "RemainingCost": number(feed.get("TaskRemainingCost")), "RemainingOvertimeCost": 0.0, "Resume": NO_DATE,
        "ScheduleCostVariance": number(feed.get("TaskSV")), "SchedulePerformanceIndex": number(feed.get("TaskSPI")),
        "ScheduleVariancePercentage": 0, "ScheduledFinish": finish, "ScheduledStart": start, "Start": start,
        "StartText": "", "Stop": NO_DATE, "TaskType": 0, "ToCompletePerformanceIndex": 0.0,
        "UsePercentPhysicalWorkComplete": False, "WorkBreakdownStructure": feed.get("TaskWBS") or "",
    }  # fmt: skip


def _less(one: Value, other: Value) -> Value:
    return one - other if isinstance(one, Decimal) and isinstance(other, Decimal) else None


def link(own: TaskLink) -> Json:
    """A dependency."""
    return {
        "odata.type": "PS.PublishedTaskLink", "Id": own.id, "DependencyType": own.type, "LinkLag": own.lag,
        "PredecessorTaskId": own.predecessor, "SuccessorTaskId": own.successor,
    }  # fmt: skip


def custom_field(place: Place, own: CustomField) -> Json:
    """A custom field of projects."""
    return {
        **place.entity("CustomField", f"CustomFields('{own.id}')"),
        "AppAlternateId": NO_ID, "DefaultValue": None, "Description": "", "FieldType": FIELD_TYPES[own.kind],
        "Formula": None, "Id": own.id, "InternalName": own.internal_name, "IsEditableInVisibility": False,
        "IsMultilineText": False, "IsRequired": False, "IsWorkflowControlled": False,
        "LookupAllowMultiSelect": own.several, "LookupDefaultValue": NO_ID, "Name": own.name, "RollsDownToAssignments":
        False, "RollupType": 10,
    }  # fmt: skip


def entries(own: CustomField) -> list[Json]:
    """The values of a field's lookup table."""
    return [
        {
            "odata.type": "PS.LookupText", "AppAlternateId": NO_ID, "Description": "", "FullValue": entry.text,
            "HasChildren": False, "Id": entry.id, "InternalName": entry.internal_name, "SortIndex": float(place),
            "Value": entry.text,
        }
        for place, entry in enumerate(own.entries, start=1)
    ]  # fmt: skip


def lookup_table(place: Place, own: CustomField) -> Json:
    """The lookup table of a field."""
    return {
        **place.entity("LookupTable", f"LookupTables('{own.table_id}')"),
        "AppAlternateId": NO_ID, "FieldType": FIELD_TYPES[own.kind], "Id": own.table_id, "Name": own.name,
        "SortOrder": 1,
    }  # fmt: skip


def resource(place: Place, row: Row) -> Json:
    """A resource of the whole site."""
    own = str(row["ResourceId"])
    return {
        **place.entity("EnterpriseResource", f"EnterpriseResources('{own}')"),
        "CanLevel": row["ResourceCanLevel"], "Code": row["ResourceCode"] or "", "CostAccrual": 3,
        "CostCenter": row["ResourceCostCenter"] or "", "Created": moment(row["ResourceCreatedDate"]),
        "DefaultBookingType": 0, "Email": row["ResourceEmailAddress"], "Group": row["ResourceGroup"] or "",
        "HireDate": NO_DATE, "Id": own, "Initials": row["ResourceInitials"] or "", "IsActive": row["ResourceIsActive"],
        "IsBudget": False, "IsCheckedOut": False, "IsGeneric": row["ResourceIsGeneric"], "IsTeam":
        row["ResourceIsTeam"], "MaterialLabel": "", "Modified": moment(row["ResourceModifiedDate"]),
        "Name": row["ResourceName"], "Phonetics": "", "ResourceType": 1, "TerminationDate": NO_DATE,
    }  # fmt: skip


def job(place: Place, own: Job) -> Json:
    """An entry of the queue."""
    done = own.state in (SUCCESS, FAILED)
    return {
        **place.entity("QueueJob", f"QueueJobs('{own.id}')"),
        "Id": own.id, "JobState": own.state, "MessageType": own.kind, "PercentComplete": 100 if done else 0,
        "ErrorInfo": "GeneralQueueJobFailed" if own.state == FAILED else "",
    }  # fmt: skip
