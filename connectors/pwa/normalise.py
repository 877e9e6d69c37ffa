"""Records of ProjectData and ProjectServer as rows: projects, plans, resources, risks. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors.pwa.settings import PwaFields
from connectors.pwa.values import BadValue, Values
from portfolio.model.work import HEALTH, PHASES

Row = dict[str, Any]

HIDDEN_PROJECT_TYPE = 7
"""The project that holds administrative time; its name follows the site's language."""

_TENTHS_OF_MINUTES_PER_HOUR = Decimal(600)

_SORT_NUMBER = re.compile(r"^\(\d+\)\s*")
"""Choices of the risk list start with a number that sorts them: `(2) Supplier`."""


@dataclass(frozen=True)
class Site:
    """What turns a record into a row besides the record."""

    source: str
    url: str
    zone: ZoneInfo
    fields: PwaFields
    currency: str | None = None

    def id_of(self, kind: str, native_id: str | None) -> str | None:
        """A reference to a row; None for none."""
        return plan.row_id(self.source, kind, native_id) if native_id else None

    def values(self, record: Mapping[str, Any]) -> Values:
        """A record's values, its times taken in the site's zone."""
        return Values(record, self.zone)


def project_row(record: Mapping[str, Any], site: Site) -> tuple[Row, list[str]]:
    """A `project` row of a Projects record, and what is wrong with its governance words.

    A word that is not allowed leaves its column unknown: it must not take the whole project away.
    """
    values, fields = site.values(record), site.fields
    words, problems = _governance_words(values, fields)
    native = values.key("ProjectId")
    row = {
        "id": plan.row_id(site.source, "project", native),
        "source": site.source,
        "native_id": native,
        "key": values.text("ProjectIdentifier"),
        "name": values.text("ProjectName") or "(no name)",
        "kind": "plan",
        "category": values.text("EnterpriseProjectTypeName"),
        "url": f"{site.url}/Project%20Detail%20Pages/Schedule.aspx?ProjUid={native}",
        "initiative_key": values.text(fields.initiative_key),
        "programme": values.text(fields.programme),
        "department": values.text(fields.department),
        **words,
        "method": values.text(fields.method),
        "goal": values.text(fields.goal),
        "manager_id": site.id_of("account", values.guid("ProjectOwnerId")),
        "sponsor_name": values.text(fields.sponsor_name),
        **_project_plan(values),
        "vendor_pv": values.money("ProjectBCWS"),
        "vendor_ev": values.money("ProjectBCWP"),
        "vendor_ac": values.money("ProjectACWP"),
        "vendor_eac": values.money("ProjectEAC"),
        "vendor_ev_stale": values.flag("ProjectEarnedValueIsStale"),
        "created_at": values.instant("ProjectCreatedDate"),
        "updated_at": values.instant("ProjectModifiedDate"),
        "published_at": values.instant("ProjectLastPublishedDate"),
        "custom_fields": _more(values, fields),
    }
    return row, problems


def _governance_words(values: Values, fields: PwaFields) -> tuple[Row, list[str]]:
    allowed = {"phase": PHASES, "health_reported": HEALTH, "size_class": ("small", "medium", "large")}
    words: Row = {}
    problems: list[str] = []
    for name, choices in allowed.items():
        try:
            words[name] = values.one_of(getattr(fields, name), choices)
        except BadValue as problem:
            words[name] = None
            problems.append(str(problem))
    return words, problems


def _project_plan(values: Values) -> Row:
    return {
        "start_date": values.day("ProjectStartDate"),
        "finish_date": values.day("ProjectFinishDate"),
        "actual_start_date": values.day("ProjectActualStartDate"),
        "actual_finish_date": values.day("ProjectActualFinishDate"),
        "status_date": values.day("ProjectStatusDate"),
        "complete_ratio": values.percent("ProjectPercentCompleted"),
        "planned_hours": values.hours("ProjectWork"),
        "actual_hours": values.hours("ProjectActualWork"),
        "remaining_hours": values.hours("ProjectRemainingWork"),
        "planned_cost": values.money("ProjectCost"),
        "actual_cost": values.money("ProjectActualCost"),
        "remaining_cost": values.money("ProjectRemainingCost"),
        "budget_cost": values.money("ProjectBudgetCost") or None,  # zero is what a plan without budget resources says
        "currency": values.text("ProjectCurrency"),
    }


def _more(values: Values, fields: PwaFields) -> str | None:
    found = {name: text for name in fields.more if (text := values.text(name)) is not None}
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else None


def budget_row(project: Mapping[str, Any]) -> Row | None:
    """The one `budget_line` of a project with a budget: ProjectData keeps no lines and no approval."""
    if project["budget_cost"] is None:
        return None
    return {
        "id": plan.row_id(project["source"], "budget", project["native_id"]),
        "source": project["source"],
        "project_id": project["id"],
        "amount": project["budget_cost"],
        "currency": project["currency"],
    }


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


def _baseline(values: Values, site: Site, prefix: str, native: str) -> Row:
    number = values.whole("BaselineNumber")
    if number is None or not 0 <= number <= 10:
        raise BadValue("BaselineNumber", number, "0 to 10")
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


def account_row(record: Mapping[str, Any], site: Site) -> Row:
    """An `account` row of a Resources record. ProjectData does not state the rate's currency; the settings may."""
    values = site.values(record)
    native = values.key("ResourceId")
    email = values.text("ResourceEmailAddress")
    kind = _resource_kind(values)
    return {
        "id": plan.row_id(site.source, "account", native),
        "source": site.source,
        "native_id": native,
        "name": values.text("ResourceName"),
        "email": email.lower() if email else None,
        "kind": kind,
        "active": values.flag("ResourceIsActive"),
        "department": values.text(site.fields.resource_department),
        "rate_per_hour": None if kind in ("material", "cost") else values.money("ResourceStandardRate"),
        "currency": site.currency,
        "max_units_ratio": values.ratio("ResourceMaxUnits"),
    }


def _resource_kind(values: Values) -> str:
    name = (values.text("TypeName") or "").lower()
    if "material" in name or values.text("ResourceMaterialLabel"):
        return "material"
    if "cost" in name:
        return "cost"
    return "generic" if values.flag("ResourceIsGeneric") or values.flag("ResourceIsTeam") else "human"


def risk_row(record: Mapping[str, Any], site: Site, owners: Mapping[str, str], currency: str | None) -> Row:
    """A `risk` row of a Risks record. `owners` gives account ids by name: the list keeps names only."""
    values = site.values(record)
    probability = values.number("Probability")
    status = values.text("Status") or ""
    return {
        "id": plan.row_id(site.source, "risk", values.key("RiskId")),
        "source": site.source,
        "project_id": plan.row_id(site.source, "project", values.key("ProjectId")),
        "title": values.text("Title") or "(no title)",
        "kind": "threat",
        "state": "closed" if status.startswith("(3)") or status.lower() == "closed" else "open",
        "owner_id": owners.get(values.text("Owner") or ""),
        # the list holds a fraction shown as per cent; sites with a plain number column say 0 to 100
        "probability_ratio": None if probability is None else plan.ratio(probability / (100 if probability > 1 else 1)),
        "impact_cost": values.money("Cost"),
        "currency": currency,
        "response": values.text("MitigationPlan") or values.text("ContingencyPlan"),
        "due_date": values.day("DueDate"),
        "cause": _SORT_NUMBER.sub("", values.text("Category") or "") or None,
    }
