"""Records of ProjectData and ProjectServer as rows: tasks, constraints, dependencies, baselines, assignments. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors import microsoft_plan as plan
from connectors.microsoft_values import BadValue
from connectors.pwa.lookups import spoken
from connectors.pwa.normalise import Row, Site, more
from connectors.pwa.values import Values

_TENTHS_OF_MINUTES_PER_HOUR = Decimal(600)


def task_row(record: Mapping[str, Any], site: Site, constraints: Mapping[str, Row]) -> Row:
    """A `work_item` row of a Tasks record; `constraints` by task come from ProjectServer."""
    values = site.values(record)
    native, parent = values.key("TaskId"), values.guid("ParentTaskId")
    complete = values.percent("TaskPercentCompleted")
    actual_start, actual_finish = values.day("TaskActualStartDate"), values.day("TaskActualFinishDate")
    top = values.flag("TaskIsProjectSummary") or False
    kind = plan.item_kind(summary=top or values.flag("TaskIsSummary"), milestone=values.flag("TaskIsMilestone"))
    return {
        "id": plan.row_id(site.source, "item", native),
        "source": site.source,
        "native_id": native,
        "key": values.text("TaskWBS"),
        "project_id": plan.row_id(site.source, "project", values.key("ProjectId")),
        "parent_id": None if parent == native else site.id_of("item", parent),  # the summary task is its own parent
        "sequence": values.whole("TaskIndex"),
        "outline_level": 0 if top else values.whole("TaskOutlineLevel"),
        "wbs": values.text("TaskWBS"),
        "title": values.text("TaskName") or "(no name)",
        "type": {"summary": "Summary task", "milestone": "Milestone"}.get(kind, "Task"),
        "kind": kind,
        "status_category": plan.status_category(complete, actual_start, actual_finish),
        "priority": values.text("TaskPriority"),
        "start_date": values.day("TaskStartDate"),
        "due_date": values.day("TaskFinishDate"),
        "start_at": values.instant("TaskStartDate"),
        "finish_at": values.instant("TaskFinishDate"),
        "actual_start_date": actual_start,
        "actual_finish_date": actual_finish,
        "deadline_date": values.day("TaskDeadline"),
        **constraints.get(native, {}),
        **_task_amounts(values),
        "complete_ratio": complete,
        "is_summary": None if values.flag("TaskIsSummary") is None and not top else kind == "summary",
        "is_milestone": values.flag("TaskIsMilestone"),
        "is_critical": values.flag("TaskIsCritical"),
        "is_active": values.flag("TaskIsActive"),
        "is_manual": values.flag("TaskIsManuallyScheduled"),
        "created_at": values.instant("TaskCreatedDate"),
        "updated_at": values.instant("TaskModifiedDate"),
        "acceptance": spoken(values.text(site.fields.task_acceptance), site.entries),
        "custom_fields": more(values, site.fields.task_more, site),
    }


def _task_amounts(values: Values) -> Row:
    return {
        "estimate_hours": values.hours("TaskWork"),
        "remaining_hours": values.hours("TaskRemainingWork"),
        "spent_hours": values.hours("TaskActualWork"),
        "duration_hours": values.hours("TaskDuration"),
        "physical_complete_ratio": values.percent("TaskPhysicalPercentCompleted"),
        "planned_cost": values.money("TaskCost"),
        "actual_cost": values.money("TaskActualCost"),
        "fixed_cost": values.money("TaskFixedCost"),
        "total_slack_hours": values.hours("TaskTotalSlack"),
    }


def constraint(record: Mapping[str, Any], site: Site) -> tuple[str, Row]:
    """Task id and the constraint columns of a ProjectServer task (`ConstraintType`, `ConstraintStartEnd`)."""
    values = site.values(record)
    code = values.whole("ConstraintType")
    if code is not None and code not in plan.CONSTRAINT_TYPES:
        raise BadValue("ConstraintType", code, "0 to 7")
    name = None if code is None else plan.CONSTRAINT_TYPES[code]
    dated = name not in (None, "as_soon_as_possible", "as_late_as_possible")
    day = values.day("ConstraintStartEnd") if dated else None
    return values.key("Id"), {"constraint_type": name, "constraint_date": day}


def link_row(record: Mapping[str, Any], site: Site, project: str) -> Row:
    """A `work_item_link` row of a ProjectServer task link; `LinkLag` is in tenths of a minute."""
    values = site.values(record)
    before, after = values.key("PredecessorTaskId"), values.key("SuccessorTaskId")
    code = values.whole("DependencyType")
    if code not in plan.DEPENDENCY_TYPES:
        raise BadValue("DependencyType", code, "0 (FF), 1 (FS), 2 (SF) or 3 (SS)")
    lag = values.number("LinkLag")
    return {
        "id": plan.row_id(site.source, "link", f"{before}>{after}"),
        "source": site.source,
        "project_id": plan.row_id(site.source, "project", project),
        "from_id": plan.row_id(site.source, "item", before),
        "to_id": plan.row_id(site.source, "item", after),
        "kind": "depends",
        "type": "Predecessor",
        "dependency_type": plan.DEPENDENCY_TYPES[code],
        "lag_hours": None if lag is None else plan.hours(lag / _TENTHS_OF_MINUTES_PER_HOUR),
    }


def task_baseline_row(record: Mapping[str, Any], site: Site) -> Row:
    """A `baseline` row of a TaskBaselines record."""
    values = site.values(record)
    task = values.key("TaskId")
    owner = {"owner_kind": "work_item", "owner_id": plan.row_id(site.source, "item", task)}
    return {**_baseline(values, site, "Task", task), **owner}


def project_baseline_row(record: Mapping[str, Any], site: Site) -> Row:
    """A `baseline` row of a ProjectBaselines record."""
    values = site.values(record)
    project = values.key("ProjectId")
    owner = {"owner_kind": "project", "owner_id": plan.row_id(site.source, "project", project)}
    return {**_baseline(values, site, "Project", project), **owner}


def assignment_baseline_row(record: Mapping[str, Any], site: Site) -> Row:
    """A `baseline` row of an AssignmentBaselines record, which tells no duration."""
    values = site.values(record)
    assignment = values.key("AssignmentId")
    owner = {"owner_kind": "assignment", "owner_id": plan.row_id(site.source, "assignment", assignment)}
    return {**_baseline(values, site, "Assignment", assignment), **owner}


def _baseline(values: Values, site: Site, prefix: str, native: str) -> Row:
    number = values.baseline_number()
    return {
        "id": plan.row_id(site.source, "baseline", f"{native}:{number}"),
        "source": site.source,
        "project_id": plan.row_id(site.source, "project", values.key("ProjectId")),
        "number": number,
        "taken_at": values.instant(f"{prefix}BaselineModifiedDate"),
        "start_date": values.day(f"{prefix}BaselineStartDate"),
        "finish_date": values.day(f"{prefix}BaselineFinishDate"),
        "work_hours": values.hours(f"{prefix}BaselineWork"),
        "duration_hours": values.hours(f"{prefix}BaselineDuration"),
        "cost": values.money(f"{prefix}BaselineCost"),
    }


def assignment_row(record: Mapping[str, Any], site: Site) -> Row:
    """An `assignment` row of an Assignments record."""
    values = site.values(record)
    return {
        "id": plan.row_id(site.source, "assignment", values.key("AssignmentId")),
        "source": site.source,
        "project_id": plan.row_id(site.source, "project", values.key("ProjectId")),
        "work_item_id": plan.row_id(site.source, "item", values.key("TaskId")),
        "account_id": site.id_of("account", values.guid("ResourceId")),
        "units_ratio": values.ratio("AssignmentPeakUnits"),
        "start_date": values.day("AssignmentStartDate"),
        "finish_date": values.day("AssignmentFinishDate"),
        "planned_hours": values.hours("AssignmentWork"),
        "actual_hours": values.hours("AssignmentActualWork"),
        "remaining_hours": values.hours("AssignmentRemainingWork"),
        "planned_cost": values.money("AssignmentCost"),
        "actual_cost": values.money("AssignmentActualCost"),
    }
