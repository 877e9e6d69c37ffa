"""The documented views: what rule authors, reports and readers may see. A contract, versioned by `VIEWS_VERSION`.

Deleted rows and technical columns are not in them. `project_id` is always the initiative, `item_id` the work item,
`person_id` the human. Their SQL is in rules/measures; tests hold it against these declarations.
"""

from portfolio.model.column import (
    Column,
    Table,
    boolean,
    day,
    days,
    hours,
    index,
    instant,
    integer,
    key_text,
    money,
    points,
    text,
    texts,
)
from portfolio.model.governance import GOVERNANCE_TABLES
from portfolio.model.money import MONEY_TABLES
from portfolio.model.work import HEALTH, PHASES, STATUS_CATEGORIES, WORK_ITEM_KINDS, WORK_TABLES

VIEWS_VERSION = 1

CONTEXT = Table(
    "context",
    "One row: the moment that the run takes for now. Measures read it instead of a clock.",
    (day("as_of", "the run's day, in the portfolio's time zone", "never null"),),
    key=("as_of",),
)

_BASE = {t.name: t for t in (*WORK_TABLES, *GOVERNANCE_TABLES, *MONEY_TABLES)}
_PROJECT_ID = key_text("project_id", "the initiative")


def _same(table: str, *names: str) -> tuple[Column, ...]:
    """Columns taken over from a stored table as they are."""
    found = tuple(_BASE[table].column(name) for name in names)
    assert all(found), (table, names)  # noqa: S101 - a misspelling here is a bug found at import
    return tuple(c for c in found if c)


def _item() -> Column:
    return text("item_id", "the work item that holds the record", "held elsewhere")


PROJECTS = Table(
    "projects",
    "One row per initiative: what the PMO calls a project.",
    (
        _PROJECT_ID,
        key_text("key", "the PMO's key"),
        key_text("name", "its name"),
        text("url", "where a person opens it", "no address"),
        text("programme", "programme's name", "in no programme"),
        text("department", "department's name"),
        text("phase", "where in its life it stands: as stated, else as its plan tells", values=PHASES),
        text("method", "delivery method stated", "not stated"),
        text("goal", "strategy goal stated", "not stated"),
        text("size_class", "size by the PMO's scale", values=("small", "medium", "large")),
        text("currency", "ISO 4217 code of its amounts"),
        text("manager_id", "person who manages it", "nobody named"),
        text("manager_name", "name of that person", "nobody named"),
        boolean("manager_active", "that person may still be given work"),
        text("sponsor_name", "sponsor", "nobody named"),
        text("reported_health", "colour of the latest status report, else of the tool's field", values=HEALTH),
        day("reported_on", "date of the latest status report", "never reported"),
        integer("days_since_report", "days from that report to the run's day", "never reported"),
        day("approved_on", "day on which the first gate was passed", "not approved"),
        text("approved_by", "who passed it", "nobody named"),
        day("start_date", "scheduled start"),
        day("finish_date", "scheduled finish: the forecast"),
        day("actual_finish_date", "day of the finish", "not finished"),
        day("status_date", "date up to which progress is stated"),
        day("baseline_start_date", "approved start", "no baseline"),
        day("baseline_finish_date", "approved finish", "no baseline"),
        day("baseline_taken_on", "day of the baseline", "the tool does not say"),
        boolean("has_plan", "a plan is matched"),
        boolean("has_tracker", "a tracker project is matched"),
        boolean("has_baseline", "a baseline that is not all zeros exists"),
        money("budget_cost", "approved budget: sum of the budget lines"),
        money("planned_cost", "cost of the current plan", "no plan, or plans of different currencies"),
        money("actual_cost", "cost so far, as the plan states it", "no plan, or plans of different currencies"),
        money("baseline_cost", "cost of the baseline", "no baseline, or baselines of different currencies"),
        hours("planned_hours", "work of the current plan", "no plan"),
        integer("plan_items", "items of the plan as its tool counts them, summary tasks included", "no plan"),
        integer("tracker_items", "items of the tracker", "no tracker"),
        integer("slip_days", "calendar days from approved to forecast finish; positive is late", "no baseline"),
        index("cpi", "cost performance index"),
        index("spi", "schedule performance index"),
        index("scope_growth_ratio", "growth of scope since the freeze"),
        boolean("is_closed", "phase is closed", "never"),
        integer("open_items", "items of the tracker that are not done"),
        hours("booked_hours", "time booked on it", "no time source"),
        day("last_booked_on", "latest day with booked time", "none booked"),
    ),
    key=("project_id",),
)

WORK_ITEMS = Table(
    "work_items",
    "Issues and plan tasks that are work: governance records such as risks have views of their own.",
    (
        key_text("item_id", "the work item"),
        _PROJECT_ID,
        key_text("source_project_id", "the project of the tool"),
        key_text("source", "the source"),
        text("origin", "what kind of tool holds it", values=("tracker", "plan")),
        text("key", "issue key or WBS code"),
        text("url", "where a person opens it", "no address"),
        key_text("title", "summary or name"),
        text("type", "the tool's own type"),
        text("kind", "what it is for us", values=WORK_ITEM_KINDS),
        text("status", "the tool's own status"),
        text("status_category", "what the status means", values=STATUS_CATEGORIES),
        text("priority", "the tool's own priority"),
        text("parent_id", "the item above", "top of its tree"),
        text("assignee_id", "person who does it", "nobody"),
        text("assignee_name", "name of that person", "nobody"),
        boolean("assignee_active", "that person may still be given work", "nobody assigned, or the tool does not say"),
        texts("labels", "labels, without ours"),
        *_same(
            "work_item",
            "start_date",
            "due_date",
            "actual_start_date",
            "actual_finish_date",
            "constraint_type",
            "estimate_hours",
            "remaining_hours",
            "spent_hours",
            "points",
            "complete_ratio",
            "planned_cost",
            "actual_cost",
            "is_summary",
            "is_milestone",
            "is_critical",
            "is_active",
            "is_blocked",
        ),
        boolean("is_leaf", "has no items below it"),
        days("duration_days", "working days from start to finish"),
        days("total_float_days", "total float in working days", "the source does not give it"),
        integer("predecessors", "dependencies into it", "the source has no dependencies"),
        integer("successors", "dependencies out of it", "the source has no dependencies"),
        integer("people", "people assigned in the plan", "not a plan's task"),
        day("baseline_start_date", "approved start", "not baselined"),
        day("baseline_finish_date", "approved finish", "not baselined"),
        hours("baseline_hours", "approved work", "not baselined"),
        days("baseline_duration_days", "approved duration in working days", "not baselined"),
        money("baseline_cost", "approved cost", "not baselined"),
        hours("booked_hours", "time booked on it"),
        day("created_on", "created"),
        day("resolved_on", "done since", "not done"),
        day("last_activity_on", "last change of status, dates, estimate, assignee, or booked time; not by us"),
        integer("idle_days", "days since that activity"),
        integer("age_days", "days since work began on it", "not in progress"),
        index("cycle_p85_days", "85th percentile of the project's finished items", "fewer than 6 finished items"),
        integer("due_moves", "how often its due date was moved later", "no history"),
    ),
    key=("item_id",),
)

LINKS = Table(
    "links",
    "Dependencies and blocks between items, also across projects.",
    (
        key_text("link_id", "the link"),
        _PROJECT_ID,
        key_text("from_item_id", "predecessor or blocker"),
        key_text("to_item_id", "successor or blocked item"),
        text("from_project_id", "initiative of the predecessor"),
        text("to_project_id", "initiative of the successor"),
        text("kind", "what it means", values=("depends", "blocks")),
        text("dependency_type", "which ends are tied", "not a plan's dependency", values=("FS", "SS", "FF", "SF")),
        days("lag_days", "working days between the ends; negative is a lead"),
        boolean("crosses_projects", "joins two initiatives"),
        text("from_title", "title of the predecessor"),
        text("to_title", "title of the successor"),
        text("from_status_category", "state of the predecessor", values=STATUS_CATEGORIES),
        text("to_status_category", "state of the successor", values=STATUS_CATEGORIES),
        day("from_finish_date", "when the predecessor is due"),
        day("to_start_date", "when the successor needs it"),
        text("from_assignee_id", "person who delivers it", "nobody"),
    ),
    key=("link_id",),
)

TIME_ENTRIES = Table(
    "time_entries",
    "Time booked by one person on one day.",
    (
        key_text("entry_id", "the entry"),
        _PROJECT_ID,
        text("item_id", "the item", "booked on the project"),
        text("item_key", "key of the item", "booked on the project"),
        text("person_id", "who worked"),
        text("person_name", "name of that person"),
        *_same("time_entry", "spent_on", "hours", "billable_hours", "state", "billing_account"),
        hours("person_day_hours", "all hours of that person on that day"),
        day("item_resolved_on", "day on which the item was done", "not done"),
        day("project_approved_on", "day on which the first gate was passed", "not approved"),
        boolean("is_allocated", "the person is assigned in the plan", "no plan"),
    ),
    key=("entry_id",),
)

BILLING_MONTHS = Table(
    "billing_months",
    "Hours charged to a billing account in a month: one row for each project that charged it, for 13 months.",
    (
        _PROJECT_ID,
        key_text("billing_account", "key of the account"),
        text("account_name", "its name", "the account is not listed"),
        text("account_state", "whether time may be charged to it", values=("open", "closed", "archived")),
        day("month_start", "first day of the month"),
        integer("months_ago", "0 for the month of the run's day"),
        hours("project_hours", "charged by this project"),
        hours("account_hours", "charged by all projects"),
        hours("budget_hours", "hours that may be charged in a month", "no budget set"),
        index("budget_ratio", "charged by all / budget"),
    ),
    key=("project_id", "billing_account", "month_start"),
)

SPRINTS = Table(
    "sprints",
    "Sprints of trackers, one row per initiative that has items in it.",
    (
        key_text("sprint_id", "the sprint"),
        _PROJECT_ID,
        *_same("sprint", "name", "state", "board", "goal"),
        day("start_date", "begins", "not planned"),
        day("end_date", "is to end", "not planned"),
        day("completed_on", "was completed", "not completed"),
        integer("items", "items of the initiative that are in it, or were in it last"),
        integer("done_items", "of them done"),
        points("points", "story points of those items"),
        points("done_points", "of them done"),
        integer("overdue_days", "days since an active sprint should have ended; 0 while it should not", "not active"),
    ),
    key=("sprint_id", "project_id"),
)

PERSON_WEEKS = Table(
    "person_weeks",
    "Load of one person in one week over all projects, one row per project that the person works on in it.",
    (
        _PROJECT_ID,
        key_text("person_id", "the person"),
        text("person_name", "name"),
        day("week_start", "Monday"),
        hours("project_hours", "planned for this project"),
        hours("planned_hours", "planned over all projects"),
        hours("available_hours", "available"),
        index("load_ratio", "planned / available"),
        integer("projects", "initiatives that plan with the person in that week"),
    ),
    key=("project_id", "person_id", "week_start"),
)

ALLOCATIONS = Table(
    "allocations",
    "People assigned to items of the plan.",
    (
        key_text("assignment_id", "the assignment"),
        _PROJECT_ID,
        key_text("item_id", "the item"),
        text("item_title", "title of the item"),
        text("status_category", "state of the item", values=STATUS_CATEGORIES),
        text("person_id", "who", "not staffed"),
        text("person_name", "name", "not staffed"),
        boolean("person_active", "may still be given work"),
        *_same("assignment", "start_date", "finish_date", "planned_hours", "actual_hours", "remaining_hours"),
    ),
    key=("assignment_id",),
)

EVM = Table(
    "evm",
    "Earned value per project, computed by us from baseline, progress and actuals at the run's status date.",
    (
        _PROJECT_ID,
        day("status_date", "date up to which it is computed", "no plan"),
        text("basis", "what is counted", "not computable", values=("cost", "hours")),
        text("currency", "ISO 4217 code, when the basis is cost"),
        text("reported_health", "colour of the latest status report", values=HEALTH),
        money("bac", "budget at completion: baseline total", "no baseline"),
        money("pv", "planned value (BCWS)", "no baseline"),
        money("ev", "earned value (BCWP)", "no baseline"),
        money("ac", "actual cost (ACWP)", "no actuals"),
        text("ac_method", "where AC comes from", values=("plan_actuals", "time_entries_at_rates", "plan_hours")),
        money("cv", "cost variance: EV - AC"),
        money("sv", "schedule variance: EV - PV"),
        index("cpi", "EV / AC"),
        index("spi", "EV / PV"),
        money("eac", "estimate at completion: BAC / CPI"),
        money("etc", "estimate to complete: EAC - AC"),
        money("vac", "variance at completion: BAC - EAC"),
        index("tcpi", "(BAC - EV) / (BAC - AC)"),
        index("eac_over_bac_ratio", "EAC / BAC - 1"),
        index("eac_over_budget_ratio", "EAC / approved budget - 1", "no budget, or basis is not cost"),
        index("complete_ratio", "EV / BAC"),
        index("spent_ratio", "AC / BAC"),
    ),
    key=("project_id",),
)

SCHEDULE = Table(
    "schedule",
    "Slip and execution against the baseline per project.",
    (
        _PROJECT_ID,
        day("baseline_finish_date", "approved finish", "no baseline"),
        day("forecast_finish_date", "scheduled finish"),
        integer("slip_days", "calendar days late; negative is early", "no baseline"),
        index("slip_ratio", "slip as a part of the approved duration"),
        integer("due_by_now", "leaf tasks with approved finish on or before the status date", "no baseline"),
        integer("done_by_now", "leaf tasks finished by the status date", "no baseline"),
        index("bei", "baseline execution index: done / (due + tasks without baseline finish)"),
        integer("milestones_due", "milestones with approved finish by now", "no baseline"),
        integer("milestones_late", "milestones late or forecast late", "no baseline"),
        index("open_ratio", "part of the plans' work that is not done", "no plan, or progress is not known"),
    ),
    key=("project_id",),
)

SCOPE = Table(
    "scope",
    "Growth of scope since the freeze (day of the baseline, else day of approval) per project.",
    (
        _PROJECT_ID,
        text("size_class", "size by the PMO's scale", values=("small", "medium", "large")),
        day("frozen_on", "day of the freeze", "no baseline and no approval"),
        text("basis", "what is counted", "not computable", values=("hours", "count")),
        index("frozen_amount", "scope at the freeze", "no freeze"),
        index("current_amount", "scope now", "no freeze"),
        index("growth_ratio", "current / frozen - 1"),
        index("approved_amount", "growth covered by approved change requests"),
        index("unapproved_ratio", "growth not covered, as a part of the frozen scope"),
        integer("added_items", "items added since the freeze"),
        integer("added_last_30_days", "items added in the last 30 days"),
    ),
    key=("project_id",),
)

SYNC_RUNS = Table(
    "sync_runs",
    "How fresh each source of each project is.",
    (
        _PROJECT_ID,
        key_text("source", "the source"),
        instant("complete_at", "last complete pull", "never complete"),
        integer("age_hours", "hours since then at the run's moment", "never complete"),
        text("outcome", "how the last pull ended", values=("complete", "partial", "failed")),
    ),
    key=("project_id", "source"),
)


def _governance(table: str, view: str, id_name: str, *own: Column, drop: tuple[str, ...] = ()) -> Table:
    base = _BASE[table]
    technical = {"id", "source", "project_id", "work_item_id", "deleted_at", "deleted_reason", "account_id", *drop}
    kept = tuple(c for c in base if c.name not in technical)
    has_item = base.column("work_item_id") is not None
    item = (_item(), text("item_key", "key of that item", "held elsewhere")) if has_item else ()
    return Table(view, base.doc, (key_text(id_name, "the record"), _PROJECT_ID, *item, *kept, *own), key=(id_name,))


VIEWS: dict[str, Table] = {
    v.name: v
    for v in (
        PROJECTS,
        WORK_ITEMS,
        LINKS,
        TIME_ENTRIES,
        BILLING_MONTHS,
        SPRINTS,
        ALLOCATIONS,
        PERSON_WEEKS,
        EVM,
        SCHEDULE,
        SCOPE,
        _governance("gate", "gates", "gate_id"),
        _governance("status_report", "status_reports", "report_id"),
        _governance(
            "risk",
            "risks",
            "risk_id",
            text("owner_name", "name of the owner", "nobody"),
            money("exposure_cost", "probability x impact"),
            integer("days_since_review", "days since it was looked at", "never reviewed"),
            boolean("keeps_reviews", "the source can hold days of review", "it cannot"),
        ),
        _governance(
            "project_issue",
            "project_issues",
            "project_issue_id",
            text("owner_name", "name of the owner", "nobody"),
            integer("days_open", "days since it was raised, while not closed", "closed, or no date"),
        ),
        _governance(
            "change_request",
            "changes",
            "change_id",
            integer("days_open", "days since it was raised, while undecided", "decided, or no date"),
        ),
        _governance("artefact", "artefacts", "artefact_id"),
        _governance("stakeholder", "stakeholders", "stakeholder_id"),
        _governance("lesson", "lessons", "lesson_id"),
        _governance("budget_line", "budget_lines", "budget_line_id"),
        _governance("cost", "costs", "cost_id"),
        _governance("invoice", "invoices", "invoice_id"),
        SYNC_RUNS,
    )
}
"""Every documented view, by name."""
