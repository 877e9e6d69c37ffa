"""Facts of the star: what is counted and added, each row of one project."""

from portfolio.model import Kind
from portfolio.model.checks import SEVERITIES
from reports.inputs import STATUS_COLOURS, Limits
from reports.powerbi.dimensions import STATUS_ID
from reports.powerbi.shape import StarTable, made, taken

_COLOUR = " ".join(f"WHEN {number} THEN '{colour}'" for number, colour in STATUS_COLOURS.items())
_BADNESS = "list_position(['green', 'amber', 'red'], {0})"
LATE_DAYS = Limits().late_days


def _kept(measure: str) -> str:
    return f"max(value) FILTER (measure = '{measure}')"


_COMPUTED = f"CASE k.computed {_COLOUR} ELSE 'unknown' END"
FIGURES = StarTable(
    "Project Figures",
    "project_figures",
    "What the check found of each project: one row a project. Amounts of earned value are in the row's unit.",
    f"""projects p
  LEFT JOIN evm e USING (project_id) LEFT JOIN schedule s USING (project_id)
  LEFT JOIN (
    SELECT project_id, {_kept("score")} AS score, {_kept("coverage")} AS coverage,
           {_kept("computed_status")} AS computed
    FROM project_snapshot WHERE taken_on = (SELECT as_of FROM context) GROUP BY project_id
  ) k USING (project_id) CROSS JOIN context c""",  # noqa: S608 - our own words
    (
        *taken("projects", "p", "project_id", "currency"),
        made("is_open", Kind.BOOLEAN, "Not closed", "NOT coalesce(p.is_closed, FALSE)"),
        made("computed_health", Kind.TEXT, "Colour that the rules give", _COMPUTED),
        made(
            "is_reported_better", Kind.BOOLEAN, "The colour that people state is better than the computed one",
            f"coalesce({_BADNESS.format(_COMPUTED)} > {_BADNESS.format('p.reported_health')}, FALSE)",
        ),
        made(
            "is_late", Kind.BOOLEAN, f"Open, and forecast more than {LATE_DAYS} days late or past its finish",
            f"NOT coalesce(p.is_closed, FALSE) AND (coalesce(p.slip_days > {LATE_DAYS}, FALSE) OR "
            "coalesce(p.finish_date < c.as_of AND p.actual_finish_date IS NULL, FALSE))",
        ),
        made("score", Kind.RATIO, "Compliance score of the day", "k.score"),
        made("coverage", Kind.RATIO, "Share of applicable rules that could be evaluated", "k.coverage"),
        made(
            "unit", Kind.TEXT, "What earned value is counted in: a currency, hours, points or count",
            "CASE e.basis WHEN 'cost' THEN e.currency ELSE e.basis END",
        ),
        *taken(
            "evm", "e", "basis", "bac", "pv", "ev", "ac", "eac", "eac_bottom_up",
            feed={
                "pv": "Projects.ProjectBCWS", "ev": "Projects.ProjectBCWP", "ac": "Projects.ProjectACWP",
                "eac": "Projects.ProjectEAC", "bac": "ProjectBaselines.ProjectBaselineCost",
            },
        ),
        *taken(
            "projects", "p", "budget_cost", "planned_cost", "actual_cost", "baseline_cost", "planned_hours",
            "booked_hours", "slip_days", "scope_growth_ratio", "open_items", "days_since_report",
            feed={
                "budget_cost": "Projects.ProjectBudgetCost", "planned_cost": "Projects.ProjectCost",
                "actual_cost": "Projects.ProjectActualCost", "planned_hours": "Projects.ProjectWork",
                "slip_days": "Projects.ProjectFinishVariance",
            },
        ),
        *taken("schedule", "s", "milestones_due", "milestones_late", "bei"),
    ),
    ("project_id",),
)  # fmt: skip

WORK_ITEM = StarTable(
    "Work Item",
    "work_item",
    "Issues of trackers and tasks of plans.",
    "work_items w",
    (
        *taken(
            "work_items", "w", "item_id", "project_id", "source", "assignee_id", "parent_id", "origin", "key", "url",
            "title", "type", "kind", "priority", "start_date", "due_date", "actual_start_date", "actual_finish_date",
            "baseline_start_date", "baseline_finish_date", "created_on", "resolved_on", "estimate_hours",
            "remaining_hours", "spent_hours", "booked_hours", "baseline_hours", "points", "complete_ratio",
            "planned_cost", "actual_cost", "baseline_cost", "duration_days", "total_float_days", "idle_days",
            "is_summary", "is_milestone", "is_critical", "is_active", "is_blocked", "is_leaf",
            feed={
                "item_id": "Tasks.TaskId", "project_id": "Tasks.ProjectId", "parent_id": "Tasks.ParentTaskId",
                "key": "Tasks.TaskWBS", "title": "Tasks.TaskName", "priority": "Tasks.TaskPriority",
                "start_date": "Tasks.TaskStartDate", "due_date": ("Tasks.TaskFinishDate", "Tasks.TaskDeadline"),
                "actual_start_date": "Tasks.TaskActualStartDate", "actual_finish_date": "Tasks.TaskActualFinishDate",
                "baseline_start_date": "TaskBaselines.TaskBaselineStartDate",
                "baseline_finish_date": "TaskBaselines.TaskBaselineFinishDate",
                "baseline_hours": "TaskBaselines.TaskBaselineWork", "baseline_cost": "TaskBaselines.TaskBaselineCost",
                "created_on": "Tasks.TaskCreatedDate", "estimate_hours": "Tasks.TaskWork",
                "remaining_hours": "Tasks.TaskRemainingWork", "spent_hours": "Tasks.TaskActualWork",
                "complete_ratio": "Tasks.TaskPercentCompleted", "planned_cost": "Tasks.TaskCost",
                "actual_cost": "Tasks.TaskActualCost", "duration_days": "Tasks.TaskDuration",
                "total_float_days": "Tasks.TaskTotalSlack", "is_summary": "Tasks.TaskIsSummary",
                "is_milestone": "Tasks.TaskIsMilestone", "is_critical": "Tasks.TaskIsCritical",
                "is_active": "Tasks.TaskIsActive",
            },
        ),
        made("status_id", Kind.TEXT, "Its status", STATUS_ID, hidden=True),
    ),
    ("item_id",),
)  # fmt: skip

MILESTONE = StarTable(
    "Milestone",
    "milestone",
    "Milestones of plans and trackers that count and have a day.",
    """work_items w CROSS JOIN context c
  WHERE w.is_milestone AND coalesce(w.is_active, TRUE) AND coalesce(w.baseline_finish_date, w.due_date) IS NOT NULL""",
    (
        *taken(
            "work_items", "w", "item_id", "project_id", "origin", "key", "url", "title", "due_date",
            "actual_finish_date", "baseline_finish_date",
            feed={"title": "Tasks.TaskName", "due_date": "Tasks.TaskFinishDate"},
        ),
        made(
            "forecast_date", Kind.DATE, "Day on which it was or will be reached",
            "coalesce(w.actual_finish_date, w.due_date)",
        ),
        made("is_reached", Kind.BOOLEAN, "It was reached", "coalesce(w.status_category = 'done', FALSE)"),
        made(
            "slip_days", Kind.INTEGER, "Calendar days from the approved day to the forecast; positive is late",
            "coalesce(w.actual_finish_date, w.due_date) - w.baseline_finish_date", "Tasks.TaskFinishVariance",
        ),
        made(
            "is_overdue", Kind.BOOLEAN, "Not reached, and its day has passed",
            "coalesce(w.status_category <> 'done' AND w.due_date < c.as_of, FALSE)",
        ),
        made("status_id", Kind.TEXT, "Its status", STATUS_ID, hidden=True),
    ),
    ("item_id",),
)  # fmt: skip

TIME_ENTRY = StarTable(
    "Time Entry",
    "time_entry",
    "Time that people booked.",
    "time_entries t",
    taken(
        "time_entries", "t", "entry_id", "project_id", "item_id", "person_id", "item_key", "spent_on", "hours",
        "billable_hours", "state", "billing_account",
        feed={
            "entry_id": "TimesheetLineActualDataSet.TimesheetLineId", "project_id": "TimesheetLines.ProjectId",
            "item_id": "TimesheetLines.TaskId", "person_id": "TimesheetLines.TimesheetOwnerId",
            "spent_on": "TimesheetLineActualDataSet.TimeByDay", "state": "TimesheetLines.TimesheetLineStatus",
            "hours": (
                "TimesheetLineActualDataSet.ActualWorkBillable", "TimesheetLineActualDataSet.ActualWorkNonBillable",
                "TimesheetLineActualDataSet.ActualOvertimeWorkBillable",
                "TimesheetLineActualDataSet.ActualOvertimeWorkNonBillable",
            ),
            "billable_hours": (
                "TimesheetLineActualDataSet.ActualWorkBillable",
                "TimesheetLineActualDataSet.ActualOvertimeWorkBillable",
            ),
        },
    ),
    ("entry_id",),
)  # fmt: skip

ASSIGNMENT = StarTable(
    "Assignment",
    "assignment",
    "Who is planned with on which task of a plan.",
    "allocations a",
    taken(
        "allocations", "a", "assignment_id", "project_id", "item_id", "person_id", "item_title", "start_date",
        "finish_date", "planned_hours", "actual_hours", "remaining_hours",
        feed={
            "assignment_id": "Assignments.AssignmentId", "project_id": "Assignments.ProjectId",
            "item_id": "Assignments.TaskId", "person_id": "Assignments.ResourceId",
            "item_title": "Assignments.TaskName",
            "start_date": "Assignments.AssignmentStartDate", "finish_date": "Assignments.AssignmentFinishDate",
            "planned_hours": "Assignments.AssignmentWork", "actual_hours": "Assignments.AssignmentActualWork",
            "remaining_hours": "Assignments.AssignmentRemainingWork",
        },
    ),
    ("assignment_id",),
)  # fmt: skip

BUDGET_LINE = StarTable(
    "Budget Line",
    "budget_line",
    "Money approved for projects.",
    "budget_lines b",
    taken(
        "budget_lines", "b", "budget_line_id", "project_id", "number", "category", "amount", "currency", "period_start",
        "approved_by", "approved_on", "counts",
    ),
    ("budget_line_id",),
)  # fmt: skip

COST = StarTable(
    "Cost",
    "cost",
    "Money spent that is not somebody's hours.",
    "costs c",
    taken(
        "costs", "c", "cost_id", "project_id", "number", "category", "supplier", "amount", "currency", "spent_on",
    ),
    ("cost_id",),
)  # fmt: skip

RISK = StarTable(
    "Risk",
    "risk",
    "Threats and opportunities.",
    "risks r",
    taken(
        "risks", "r", "risk_id", "project_id", "item_key", "title", "kind", "state", "owner_name", "probability_ratio",
        "impact_cost", "exposure_cost", "currency", "response", "due_date", "reviewed_on", "cause", "is_opportunity",
        feed={
            "risk_id": "Risks.RiskId", "project_id": "Risks.ProjectId", "title": "Risks.Title", "state": "Risks.Status",
            "owner_name": "Risks.Owner", "probability_ratio": "Risks.Probability", "impact_cost": "Risks.Cost",
            "exposure_cost": "Risks.CostExposure", "response": "Risks.MitigationPlan", "due_date": "Risks.DueDate",
            "cause": "Risks.Category",
        },
    ),
    ("risk_id",),
)  # fmt: skip

_ORDER = ", ".join(f"'{severity}'" for severity in SEVERITIES)
FINDING = StarTable(
    "Finding",
    "finding",
    "Failures of rules through their lives, open ones and such as are over. Those about no project have none.",
    "finding f LEFT JOIN findings v ON v.finding_id = f.id CROSS JOIN context c",
    (
        made("finding_id", Kind.TEXT, "The same rule on the same subject", "f.id", hidden=True),
        made("project_id", Kind.TEXT, "The project; none for other subjects", "f.project_id", hidden=True),
        made("rule_id", Kind.TEXT, "The rule", "f.rule_id", hidden=True),
        made("subject_kind", Kind.TEXT, "What leans: a project, an item, a department …", "f.subject_kind"),
        made("item_id", Kind.TEXT, "The item that leans", "CASE f.subject_kind WHEN 'item' THEN f.subject_id END",
             hidden=True),
        made("severity", Kind.TEXT, "Its weight", "f.severity", sort_by="severity_order"),
        made("severity_order", Kind.INTEGER, "1 is the worst", f"list_position([{_ORDER}], f.severity)", hidden=True),
        made("mode", Kind.TEXT, "How it counts: enforce or observe", "f.mode"),
        made("state", Kind.TEXT, "Where it is in its life", "f.state"),
        made("is_waived", Kind.BOOLEAN, "A waiver covers it", "f.waived_by IS NOT NULL"),
        made("message", Kind.TEXT, "What leans, by how much, against which limit", "f.message"),
        made("value", Kind.INDEX, "Measured value", "f.value"),
        made("threshold", Kind.INDEX, "Limit", "f.threshold"),
        made("owner", Kind.TEXT, "Who is to mend it", "f.owner"),
        made("opened_on", Kind.DATE, "Became a finding in this episode", "f.opened_on"),
        made("resolved_on", Kind.DATE, "Gone since", "f.resolved_on"),
        made("fix_by", Kind.DATE, "To be mended by", "f.fix_by"),
        made("is_overdue", Kind.BOOLEAN, "Open past the day by which it was to be mended",
             "coalesce(f.state = 'open' AND f.fix_by < c.as_of, FALSE)"),
        made("age_days", Kind.INTEGER, "Days open, without those under waiver", "v.age_days"),
        made("times_reopened", Kind.INTEGER, "How often it came back", "f.times_reopened"),
    ),
    ("finding_id",),
)  # fmt: skip

SCORE = StarTable(
    "Score",
    "score",
    "Compliance of each project at each check.",
    f"""(
    SELECT project_id, taken_on, {_kept("score")} AS score, {_kept("coverage")} AS coverage,
           {_kept("computed_status")} AS computed
    FROM project_snapshot GROUP BY project_id, taken_on
  ) k""",  # noqa: S608 - our own words
    (
        made("project_id", Kind.TEXT, "The project", "k.project_id", hidden=True),
        made("taken_on", Kind.DATE, "Day of the check", "k.taken_on"),
        made("score", Kind.RATIO, "Compliance score", "k.score"),
        made("coverage", Kind.RATIO, "Share of applicable rules that could be evaluated", "k.coverage"),
        made("computed_health", Kind.TEXT, "Colour that the rules gave", _COMPUTED),
    ),
    ("project_id", "taken_on"),
)

SNAPSHOT = StarTable(
    "Project Snapshot",
    "project_snapshot",
    "Measures of each project at each check: the history behind trends. One value a project, day and measure.",
    "project_snapshot k",
    (
        made("project_id", Kind.TEXT, "The project", "k.project_id", hidden=True),
        made("taken_on", Kind.DATE, "Day of the check", "k.taken_on"),
        made("measure", Kind.TEXT, "Name of the measure", "k.measure"),
        made("value", Kind.INDEX, "Its value", "k.value"),
    ),
    ("project_id", "taken_on", "measure"),
)

LEVEL_SCORE = StarTable(
    "Level Score",
    "level_score",
    "Compliance of the organisation, its departments and programmes at each check, as the report scores them. Its rows "
    "belong to no project, so that a report's scope leaves them out.",
    "level_score l CROSS JOIN context c",
    (
        made("level", Kind.TEXT, "Organisation, department or programme", "l.level"),
        made("unit", Kind.TEXT, "Key or name of the unit; blank for the organisation", "l.unit"),
        made("taken_on", Kind.DATE, "Day of the check", "l.taken_on"),
        made("name", Kind.TEXT, "Its name", "l.name"),
        made("owner", Kind.TEXT, "Who answers for it", "l.owner"),
        made("projects", Kind.INTEGER, "Projects in it and below", "l.projects"),
        made("score", Kind.RATIO, "Its score", "l.score"),
        made("coverage", Kind.RATIO, "Share of applicable rules that could be evaluated", "l.coverage"),
        made("grade", Kind.TEXT, "A to E, or insufficient data", "l.grade"),
        made("is_latest", Kind.BOOLEAN, "Of this check", "l.taken_on = c.as_of"),
    ),
    ("level", "unit", "taken_on"),
)

OF_PROJECTS = (
    FIGURES, WORK_ITEM, MILESTONE, TIME_ENTRY, ASSIGNMENT, BUDGET_LINE, COST, RISK, FINDING, SCORE, SNAPSHOT,
)  # fmt: skip
FACTS = (*OF_PROJECTS, LEVEL_SCORE)
