"""Moves time, risks and problems that the company keeps beside its plans into a Project Web App site."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sandbox.company.records import Plan, TimesheetDay
from sandbox.company.workdays import monday
from sandbox.pwa.site import PwaSite

_SHEETS = uuid.UUID("2a7f6a0e-93a5-5c0b-b7c4-6b1c0f6f1d55")
APPROVED = 1
"""0 pending, 1 approved, 2 rejected, 3 not applicable, 4 pending approval (Microsoft, TimeSheetLineStatus)."""


def fill_risks(site: PwaSite, plan: Plan, names: Mapping[str, str]) -> None:
    """Risks of the project's site."""
    for risk in plan.risks:
        cost = float(risk.cost)
        owner = names[risk.owner] if risk.owner else None
        site.add(
            "Risks", ProjectId=plan.guid, ProjectName=plan.name, RiskId=risk.guid, Title=risk.title, Owner=owner,
            AssignedToResource=owner, Status="(1) Active" if risk.open else "(3) Closed", Category="(2) Category2",
            Probability=float(risk.probability), Impact=5.0, Cost=cost, Exposure=5.0 * risk.probability / 100,
            CostExposure=cost * risk.probability / 100, DueDate=datetime.combine(risk.due, time()),
            CreatedDate=datetime.combine(risk.created, time(10)),
            ModifiedDate=datetime.combine(plan.status_date - timedelta(days=9), time(10)),
            MitigationPlan=risk.mitigation, NumberOfAttachments=0,
        )  # fmt: skip


def fill_issue_log(site: PwaSite, plan: Plan, names: Mapping[str, str]) -> None:
    """The issue log of the project's site."""
    for entry in plan.issues:
        owner = names[entry.owner] if entry.owner else None
        site.add(
            "Issues", ProjectId=plan.guid, ProjectName=plan.name, IssueId=entry.guid, Title=entry.title, Owner=owner,
            AssignedToResource=owner, Status=entry.status, Priority=entry.priority, Category="(2) Category2",
            DueDate=datetime.combine(entry.due, time()) if entry.due else None,
            CreatedDate=datetime.combine(entry.created, time(10)),
            ModifiedDate=datetime.combine(max(entry.created, plan.status_date - timedelta(days=9)), time(10)),
            Resolution=entry.resolution, IsFolder=False, NumberOfAttachments=0,
        )  # fmt: skip


def fill_timesheets(site: PwaSite, plan: Plan, names: Mapping[str, str], resources: Mapping[str, str]) -> None:
    """Timesheets of the days kept with the plan: one a week and person, one line a task."""
    for (person, week), days in groupby(plan.timesheet, key=lambda d: (d.person, monday(d.day))):
        _sheet(site, plan, list(days), week, name=names[person], resource=resources[person])


def _sheet(site: PwaSite, plan: Plan, days: list[TimesheetDay], week: date, *, name: str, resource: str) -> None:
    first, last = datetime.combine(week, time()), datetime.combine(week + timedelta(days=6), time())
    period, sheet = _guid(f"period {week}"), _guid(f"{resource} {week}")
    modified = datetime.combine(week + timedelta(days=4), time(16, 40))
    if not site.rows("TimesheetPeriods", PeriodId=period):
        site.add("TimesheetPeriods", PeriodId=period, PeriodName=f"{week:%G-W%V}", StartDate=first, EndDate=last)
    site.add(
        "Timesheets", TimesheetId=sheet, TimesheetName="My Timesheet", TimesheetOwner=name, TimesheetOwnerId=resource,
        PeriodId=period, PeriodName=f"{week:%G-W%V}", StartDate=first, EndDate=last, ModifiedDate=modified,
        TimesheetStatusId=3, StatusDescription="Approved",
    )  # fmt: skip
    tasks = {t.guid: t.name for t in plan.tasks}
    for task, own in groupby(days, key=lambda d: d.task):
        entries = list(own)
        line = _guid(f"{sheet} {task}")
        total = sum(e.hours for e in entries)
        site.add(
            "TimesheetLines", TimesheetLineId=line, TimesheetId=sheet, TimesheetName="My Timesheet",
            TimesheetOwner=name, TimesheetOwnerId=resource, TimesheetPeriodId=period,
            TimesheetPeriodName=f"{week:%G-W%V}", PeriodStartDate=first, PeriodEndDate=last, ProjectId=plan.guid,
            ProjectName=plan.name, TaskId=task, TaskName=tasks[task], AssignmentId=entries[0].assignment,
            TimesheetClassName="Standard", TimesheetClassType=0, TimesheetLineStatus="Approved",
            TimesheetLineStatusId=APPROVED, TimesheetStatus="Approved", TimesheetStatusId=3,
            TimesheetApproverResourceId=_guid(plan.owner), ActualWorkBillable=total, CreatedDate=modified,
            ModifiedDate=modified, LCID=1033,
        )  # fmt: skip
        for entry in entries:
            site.add(
                "TimesheetLineActualDataSet", TimesheetLineId=line, AdjustmentIndex=0,
                TimeByDay=datetime.combine(entry.day, time()), ActualWorkBillable=entry.hours, ResourceName=name,
                CreatedDate=modified, TimesheetLineModifiedDate=modified, TimeByDay_DayOfMonth=entry.day.day,
                TimeByDay_DayOfWeek=entry.day.isoweekday() % 7 + 1,
            )  # fmt: skip


def _guid(name: str) -> str:
    return str(uuid.uuid5(_SHEETS, name))
