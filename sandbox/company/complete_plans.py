"""Makes a Project Web App site complete: what readers of the basic plan do not need, and differences among plans.

Assignment baselines of every plan that has one, deliverables, workflow stages and engagements of some; daily amounts
of two plans, for on a real site they are collected only where somebody has switched that on; one plan in US dollars;
two empty custom fields into which a report may be written.
"""

import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sandbox.company.fill_plans import GENERIC, published, resource_id
from sandbox.company.records import Company, Plan, PlanAssignment, PlanTask
from sandbox.company.spreading import (
    assignment_days,
    baseline_cost,
    baseline_days,
    of_task,
    task_days,
    total_days,
)
from sandbox.pwa.fields import custom_field
from sandbox.pwa.literals import Value
from sandbox.pwa.site import PwaSite

COLLECTED = ("INI-03", "INI-05")
"""Whose daily amounts are collected: ERP Migration and Data Platform."""
IN_DOLLARS = "INI-14"
REPORTED = (
    custom_field("PMO State", "text", "Red", "Amber", "Green", "n/a"),
    custom_field("PMO Score", "decimal"),
)
"""Fields that nobody fills by hand."""
STAGES = ("Initial proposal", "Business case", "Execution", "Closure")
_STAGE_OF_PHASE = {"Initiate": 1, "Plan": 1, "Execute": 2, "Close": 3}
IN_STAGE, DONE, NOT_REACHED = 1, 2, 0
"""Codes of StageStatus chosen here, for no document lists them."""
_IDS = uuid.UUID("0f5a8f0a-6b1c-5d8c-9b52-5a4a4d8a7c11")


def complete_pwa(company: Company, site: PwaSite) -> None:
    """Complete a site that `fill_pwa` has filled with this company."""
    names = {p.id: p.plan_name for p in company.people}
    for own in REPORTED:
        site.add_custom_field(own)
    for endeavour in company.endeavours:
        plan = endeavour.plan
        if plan is None:
            continue
        _assignment_baselines(site, plan)
        _stages(site, plan)
        if endeavour.key in COLLECTED:
            collect_days(site, plan)
            _deliverables(site, plan, names[plan.owner])
            _engagement(site, plan, names)
        if endeavour.key == IN_DOLLARS:
            for row in site.rows("Projects", ProjectId=plan.guid):
                row["ProjectCurrency"] = "USD"


def collect_days(site: PwaSite, plan: Plan) -> None:
    """Fill the time-phased sets with a plan: leaf tasks, the project summary task, assignments, and baseline 0.

    Real sites also have rows for phases; those, like the summary, must not be added to the leaves.
    """
    for row in site.rows("Projects", ProjectId=plan.guid):
        row["ProjectTimephased"] = "Daily"
    everything = []
    for task in plan.leaves:
        made = of_task(plan, task)
        days = task_days(task, made)
        everything += days
        for day in days:
            site.add("TaskTimephasedDataSet", **_task(plan, task), TimeByDay=_midnight(day.day), TaskWork=day.work,
                     TaskActualWork=day.actual_work, TaskCost=day.cost, TaskActualCost=day.actual_cost,
                     TaskIsActive=True, TaskIsProjectSummary=False, TaskModifiedDate=published(plan))  # fmt: skip
        for one in made:
            _assignment_days(site, plan, task, one)
    for day in total_days(everything):
        site.add("TaskTimephasedDataSet", **_task(plan, plan.tasks[0]), TimeByDay=_midnight(day.day), TaskWork=day.work,
                 TaskActualWork=day.actual_work, TaskCost=day.cost, TaskActualCost=day.actual_cost,
                 TaskIsActive=True, TaskIsProjectSummary=True, TaskModifiedDate=published(plan))  # fmt: skip
    if plan.baseline_kind == "full":
        _baseline_days(site, plan)


def _assignment_days(site: PwaSite, plan: Plan, task: PlanTask, made: PlanAssignment) -> None:
    for day in assignment_days(made):
        site.add(
            "AssignmentTimephasedDataSet", **_task(plan, task), TimeByDay=_midnight(day.day),
            AssignmentId=made.guid, ResourceId=resource_id(made.person or GENERIC), TaskIsActive=True,
            AssignmentWork=day.work, AssignmentRegularWork=day.work, AssignmentActualWork=day.actual_work,
            AssignmentActualRegularWork=day.actual_work, AssignmentRemainingWork=day.work - day.actual_work,
            AssignmentCost=day.cost, AssignmentRegularCost=day.cost, AssignmentActualCost=day.actual_cost,
            AssignmentActualRegularCost=day.actual_cost, AssignmentRemainingCost=day.cost - day.actual_cost,
            AssignmentModifiedDate=published(plan),
        )  # fmt: skip


def _baseline_days(site: PwaSite, plan: Plan) -> None:
    at = _baselined(plan)
    for task in plan.leaves:
        for day in baseline_days(task, task.baseline_work, task.baseline_cost):
            site.add("TaskBaselineTimephasedDataSet", **_task(plan, task), BaselineNumber=0, TaskBaselineWork=day.work,
                     TimeByDay=_midnight(day.day), TaskBaselineCost=day.cost,
                     TaskBaselineModifiedDate=at)  # fmt: skip
        for made in of_task(plan, task):
            for day in baseline_days(task, made.baseline_work, baseline_cost(made)):
                site.add(
                    "AssignmentBaselineTimephasedDataSet", **_task(plan, task), AssignmentId=made.guid,
                    ResourceId=resource_id(made.person or GENERIC), BaselineNumber=0,
                    TimeByDay=_midnight(day.day), AssignmentBaselineWork=day.work,
                    AssignmentBaselineCost=day.cost, AssignmentBaselineModifiedDate=at,
                )  # fmt: skip


def _assignment_baselines(site: PwaSite, plan: Plan) -> None:
    if plan.baseline_on is None:
        return
    full = plan.baseline_kind == "full"
    tasks = {t.guid: t for t in plan.tasks}
    for made in plan.assignments:
        task = tasks[made.task]
        site.add(
            "AssignmentBaselines", **_task(plan, task), AssignmentId=made.guid, BaselineNumber=0,
            AssignmentBaselineStartDate=datetime.combine(task.baseline_start, time(8)) if full else None,
            AssignmentBaselineFinishDate=datetime.combine(task.baseline_finish, time(17)) if full else None,
            AssignmentBaselineWork=made.baseline_work if full else Decimal(0),
            AssignmentBaselineCost=baseline_cost(made) if full else Decimal(0),
            AssignmentBaselineModifiedDate=_baselined(plan),
        )  # fmt: skip


def _stages(site: PwaSite, plan: Plan) -> None:
    """The stages of the workflow up to the plan's phase, entered every six weeks since the plan was made."""
    reached = _STAGE_OF_PHASE.get(plan.fields["Phase"] or "", 0)
    for place, name in enumerate(STAGES):
        entered = datetime.combine(plan.created + timedelta(weeks=6 * place), time(10))
        status = IN_STAGE if place == reached else DONE if place < reached else NOT_REACHED
        site.add(
            "ProjectWorkflowStageDataSet", ProjectId=plan.guid, ProjectName=plan.name, StageId=_guid(name),
            StageName=name, PhaseName=name, StageOrder=place + 1, StageStatus=status, LCID=1033,
            StageEntryDate=entered if place <= reached else None, LastModifiedDate=published(plan),
            StageCompletionDate=entered + timedelta(weeks=6) if place < reached else None,
        )  # fmt: skip


def _deliverables(site: PwaSite, plan: Plan, owner: str) -> None:
    for number, task in enumerate([t for t in plan.tasks if t.kind == "milestone"][:2], start=1):
        site.add(
            "Deliverables", ProjectId=plan.guid, ProjectName=plan.name, DeliverableId=_guid(f"{plan.guid} {number}"),
            Title=f"Handed over: {task.name}", StartDate=_morning(task.start), FinishDate=_morning(task.finish),
            CreateByResource=owner, ModifiedByResource=owner, CreatedDate=_morning(plan.created),
            ModifiedDate=published(plan),
        )  # fmt: skip


def _engagement(site: PwaSite, plan: Plan, names: dict[str, str]) -> None:
    made = next(a for a in plan.assignments if a.person and a.finish > plan.status_date)
    person = made.person or ""
    site.add(
        "Engagements", EngagementId=_guid(f"engagement {plan.guid}"), ProjectId=plan.guid, ProjectName=plan.name,
        EngagementName=f"{names[person]} for {plan.name}", ResourceId=resource_id(person), ResourceName=names[person],
        ProposedStartDate=_morning(made.start), ProposedFinishDate=_morning(made.finish), ProposedWork=made.work,
        ProposedMaxUnits=made.units, CommittedStartDate=_morning(made.start), CommittedWork=made.work,
        CommittedFinishDate=_morning(made.finish), CommittedMaxUnits=made.units, EngagementStatus=2,
        EngagementCreatedDate=_morning(plan.created), EngagementModifiedDate=published(plan),
        ModifiedByResourceId=resource_id(plan.owner), ModifiedByResourceName=names[plan.owner],
    )  # fmt: skip


def _task(plan: Plan, task: PlanTask) -> dict[str, Value]:
    return {"ProjectId": plan.guid, "ProjectName": plan.name, "TaskId": task.guid, "TaskName": task.name}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _baselined(plan: Plan) -> datetime:
    return datetime.combine(plan.baseline_on or plan.created, time(17, 5))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8))


def _guid(name: str) -> str:
    return str(uuid.uuid5(_IDS, name))
