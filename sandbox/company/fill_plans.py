"""Moves the company's plans into a Project Web App site: the feed's columns from plain records."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sandbox.company.costing import GENERIC_RATE
from sandbox.company.fill_timesheets import fill_issue_log, fill_risks, fill_timesheets
from sandbox.company.planted_daily import UNRATED
from sandbox.company.records import Company, Person, Plan, PlanAssignment, PlanTask
from sandbox.company.workdays import HOURS_A_DAY
from sandbox.pwa.literals import Value
from sandbox.pwa.site import PwaSite, ServerTask, TaskLink

_RESOURCES = uuid.UUID("5c1c4a52-5f0e-5b57-8f2c-3a6f7f0d9b21")
GENERIC = "Consultant (to be named)"
LINK_TYPES = {"FS": 1, "SS": 3}
TENTHS_OF_A_MINUTE_A_DAY = HOURS_A_DAY * 60 * 10
ZERO = Decimal(0)


def fill_pwa(company: Company, site: PwaSite) -> None:
    """Fill an empty site: resources, plans with baselines, assignments, links, risks, issue logs and timesheets.

    Plans were published on the evening of their status date.
    """
    ids = {p.id: resource_id(p.id) for p in company.people}
    hired = datetime.combine(company.today - timedelta(days=500), time(9))
    for person in company.people:
        _fill_resource(site, person, ids[person.id], hired)
    _fill_generic(site, hired)
    site.add(
        "Projects", ProjectId=resource_id("administrative"), ProjectName="Timesheet Administrative Work Items",
        ProjectType=7, ProjectCreatedDate=hired, ProjectModifiedDate=hired,
    )  # fmt: skip
    names = {p.id: p.plan_name for p in company.people}
    for number, endeavour in enumerate(company.endeavours, start=1):
        if endeavour.plan:
            _fill_plan(site, endeavour.plan, number, names)
    for endeavour in company.endeavours:
        if endeavour.plan:
            fill_risks(site, endeavour.plan, names)
            fill_issue_log(site, endeavour.plan, names)
            fill_timesheets(site, endeavour.plan, names, ids)


def resource_id(name: str) -> str:
    """A GUID that follows from a name, so that fillings of the same company agree."""
    return str(uuid.uuid5(_RESOURCES, name))


def _fill_resource(site: PwaSite, person: Person, own: str, hired: datetime) -> None:
    rate = ZERO if person.id == UNRATED else person.rate
    site.add(
        "Resources", ResourceId=own, ResourceName=person.plan_name, ResourceEmailAddress=person.email,
        ResourceNTAccount=f"i:0#.w|meridian\\{person.id}", ResourceStandardRate=rate,
        ResourceOvertimeRate=rate, ResourceMaxUnits=person.max_units, ResourceIsActive=person.active,
        ResourceDepartments=person.department, ResourceGroup=person.role, ResourceType=2, TypeName="Work",
        ResourceCreatedDate=hired, ResourceModifiedDate=hired, ResourceCanLevel=True, ResourceStatusName="Active",
        ResourceInitials="".join(part[0] for part in person.name.split()), ResourceBaseCalendar="Standard",
    )  # fmt: skip


def _fill_generic(site: PwaSite, hired: datetime) -> None:
    site.add(
        "Resources", ResourceId=resource_id(GENERIC), ResourceName=GENERIC, ResourceStandardRate=GENERIC_RATE,
        ResourceMaxUnits=Decimal(1), ResourceIsActive=True, ResourceIsGeneric=True, ResourceType=2, TypeName="Work",
        ResourceCreatedDate=hired, ResourceModifiedDate=hired, ResourceStatusName="Active",
    )  # fmt: skip


def published(plan: Plan) -> datetime:
    """When the plan was last published."""
    return datetime.combine(plan.status_date, time(18, 30))


def _fill_plan(site: PwaSite, plan: Plan, number: int, names: Mapping[str, str]) -> None:
    site.add("Projects", **_project(plan, number, names))
    for task in plan.tasks:
        site.add("Tasks", **_task(plan, task))
    by_id = {t.guid: t for t in plan.tasks}
    for assignment in plan.assignments:
        site.add("Assignments", **_assignment(plan, by_id[assignment.task], assignment, names))
    _fill_baseline(site, plan)
    site.links[plan.guid] = [
        TaskLink(
            resource_id(f"{k.before}>{k.after}"), k.before, k.after, LINK_TYPES[k.type],
            k.lag_days * TENTHS_OF_A_MINUTE_A_DAY,
        )
        for k in plan.links
    ]  # fmt: skip
    site.tasks[plan.guid] = [
        ServerTask(t.guid, t.name, t.constraint, (_evening(t.finish) if t.constraint == 3 else _morning(t.start)))
        if t.constraint
        else ServerTask(t.guid, t.name)
        for t in plan.tasks
    ]


def _project(plan: Plan, number: int, names: Mapping[str, str]) -> dict[str, Value]:
    top, at = plan.tasks[0], published(plan)
    custom = {name: value for name, value in plan.fields.items() if name != "Department"}
    return {
        "ProjectId": plan.guid, "ProjectName": plan.name, "ProjectTitle": plan.name, "ProjectType": 0,
        "EnterpriseProjectTypeName": "Enterprise Project", "ProjectIdentifier": f"{100_000 + number}",
        "ProjectCurrency": "EUR", "ProjectTimephased": "Disabled", "ProjectDescription": "",
        "ProjectOwnerId": resource_id(plan.owner), "ProjectOwnerName": names[plan.owner],
        "ProjectAuthorName": names[plan.owner], "ProjectManagerName": names[plan.owner],
        "ProjectDepartments": plan.fields["Department"],
        "ProjectCreatedDate": _morning(plan.created), "ProjectModifiedDate": at, "ProjectLastPublishedDate": at,
        "ProjectStartDate": _morning(plan.start), "ProjectFinishDate": _evening(plan.finish),
        "ProjectStatusDate": _evening(plan.status_date), **_progress("Project", top), **_money("Project", top),
        "ProjectBudgetCost": plan.budget or ZERO, "ProjectBudgetWork": ZERO,
        "ProjectEarnedValueIsStale": plan.earned_value_stale, "ProjectCalculationsAreStale": False,
        "InitiativeKey": plan.key, "ReportedHealth": plan.reported_health, **custom,
    }  # fmt: skip


def _task(plan: Plan, task: PlanTask) -> dict[str, Value]:
    milestone = task.kind == "milestone"
    parent = {t.guid: t for t in plan.tasks}.get(task.parent or task.guid, task)
    return {
        "ProjectId": plan.guid, "ProjectName": plan.name, "TaskId": task.guid, "TaskName": task.name,
        "ParentTaskId": parent.guid, "ParentTaskName": parent.name, "TaskIndex": task.index,
        "TaskClientUniqueId": task.index, "TaskWBS": task.wbs, "TaskOutlineNumber": task.wbs,
        "TaskOutlineLevel": task.level, "TaskIsProjectSummary": task.level == 0,
        "TaskIsSummary": task.kind == "summary",
        "TaskIsMilestone": milestone, "TaskIsActive": True, "TaskIsManuallyScheduled": False, "TaskPriority": 500,
        "TaskIsCritical": task.slack_days <= 0 and task.percent < 100,
        "TaskStartDate": _evening(task.start) if milestone else _morning(task.start),
        "TaskFinishDate": _evening(task.finish), "TaskDeadline": _evening(task.deadline) if task.deadline else None,
        "TaskTotalSlack": Decimal(task.slack_days * HOURS_A_DAY), "TaskFreeSlack": ZERO,
        "TaskDurationString": f"{task.days}d", **_progress("Task", task), **_money("Task", task),
        "TaskPhysicalPercentCompleted": 0, "TaskCreatedDate": _morning(plan.created),
        "TaskModifiedDate": published(plan), "TaskStatusManagerUID": resource_id(plan.owner),
        "TaskActualFixedCost": task.fixed_cost * task.percent / 100,
    }  # fmt: skip


def _progress(prefix: str, task: PlanTask) -> dict[str, Value]:
    """Time and work columns that tasks and projects share."""
    length = Decimal(task.days * HOURS_A_DAY)
    done = length * task.percent / 100
    worked = int(100 * task.actual_work / task.work) if task.work else task.percent
    values: dict[str, Value] = {
        "ActualStartDate": _morning(task.actual_start) if task.actual_start else None,
        "ActualFinishDate": _evening(task.actual_finish) if task.actual_finish else None,
        "PercentCompleted": task.percent,
        "PercentWorkCompleted": worked,
        "Duration": length,
        "ActualDuration": done,
        "RemainingDuration": length - done,
        "Work": task.work,
        "ActualWork": task.actual_work,
        "RemainingWork": task.work - task.actual_work,
        "WorkVariance": task.work - task.baseline_work,
    }
    return {prefix + name: value for name, value in values.items()}


def _money(prefix: str, task: PlanTask) -> dict[str, Value]:
    """Cost and earned value columns that tasks and projects share; formulas as in Microsoft Project."""
    planned, earned, actual = task.planned_value, task.earned_value, task.actual_cost
    cpi, spi = _ratio(earned, actual), _ratio(earned, planned)
    total = task.baseline_cost if planned or earned else ZERO
    eac = total / cpi if cpi else ZERO
    values: dict[str, Value] = {
        "Cost": task.cost,
        "ActualCost": actual,
        "RemainingCost": task.cost - actual,
        "FixedCost": task.fixed_cost,
        "CostVariance": task.cost - task.baseline_cost,
        "BCWS": planned,
        "BCWP": earned,
        "ACWP": actual,
        "CV": earned - actual,
        "SV": earned - planned,
        "CPI": cpi,
        "SPI": spi,
        "EAC": eac,
    }
    if prefix == "Project":
        values |= {"VAC": total - eac, "TCPI": _ratio(total - earned, total - actual)}
    return {prefix + name: value for name, value in values.items()}


def _ratio(above: Decimal, below: Decimal) -> Decimal:
    return above / below if below else ZERO


def _assignment(plan: Plan, task: PlanTask, made: PlanAssignment, names: Mapping[str, str]) -> dict[str, Value]:
    done = made.work > 0 and made.actual_work == made.work
    return {
        "ProjectId": plan.guid, "ProjectName": plan.name, "AssignmentId": made.guid, "TaskId": task.guid,
        "TaskName": task.name, "TaskIsActive": True, "ResourceId": resource_id(made.person or GENERIC),
        "ResourceName": names[made.person] if made.person else GENERIC, "AssignmentPeakUnits": made.units,
        "AssignmentStartDate": _morning(made.start), "AssignmentFinishDate": _evening(made.finish),
        "AssignmentActualStartDate": _morning(made.start) if made.actual_work else None,
        "AssignmentActualFinishDate": _evening(made.finish) if done else None,
        "AssignmentWork": made.work, "AssignmentRegularWork": made.work, "AssignmentActualWork": made.actual_work,
        "AssignmentRemainingWork": made.work - made.actual_work, "AssignmentCost": made.cost,
        "AssignmentRegularCost": made.cost, "AssignmentActualCost": made.actual_cost,
        "AssignmentRemainingCost": made.cost - made.actual_cost, "AssignmentACWP": made.actual_cost,
        "AssignmentPercentWorkCompleted": task.percent, "AssignmentIsPublished": True, "AssignmentResourceType": 2,
        "AssignmentCreatedDate": _morning(plan.created), "AssignmentModifiedDate": published(plan),
        "TypeName": "Work",
    }  # fmt: skip


def _fill_baseline(site: PwaSite, plan: Plan) -> None:
    """Baseline 0 of every task and of the project; a baseline of zeros has neither dates nor amounts."""
    if plan.baseline_on is None:
        return
    at, empty = datetime.combine(plan.baseline_on, time(17, 5)), plan.baseline_kind == "zeros"
    for task in plan.tasks:
        values: dict[str, Value] = {
            "BaselineStartDate": None if empty else _morning(task.baseline_start),
            "BaselineFinishDate": None if empty else _evening(task.baseline_finish),
            "BaselineDuration": ZERO if empty else Decimal(task.baseline_days * HOURS_A_DAY),
            "BaselineDurationString": "0d" if empty else f"{task.baseline_days}d",
            "BaselineWork": ZERO if empty else task.baseline_work,
            "BaselineCost": ZERO if empty else task.baseline_cost,
            "BaselineModifiedDate": at,
        }
        common: dict[str, Value] = {"ProjectId": plan.guid, "ProjectName": plan.name, "TaskId": task.guid}
        prefixed = {f"Task{name}": value for name, value in values.items()}
        site.add("TaskBaselines", **common, BaselineNumber=0, TaskName=task.name, **prefixed)
        if task.level == 0:
            project = {f"Project{name}": value for name, value in values.items()}
            site.add("ProjectBaselines", **common, BaselineNumber=0, **project)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8))


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(17))
