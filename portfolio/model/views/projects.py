"""Views of one row a project: what it is, what it earns, when it ends, how it grew, how fresh it is."""

from portfolio.model.column import Table, boolean, day, hours, index, instant, integer, key_text, money, text
from portfolio.model.ledger import JOINED_BY, ROLES
from portfolio.model.views.columns import PROJECT_ID
from portfolio.model.work import HEALTH, PHASES

PROJECTS = Table(
    "projects",
    "One row per initiative: what the PMO calls a project.",
    (
        PROJECT_ID,
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

AC_METHODS = ("plan_actuals", "time_entries_at_rates", "plan_hours", "booked_hours")
EVM = Table(
    "evm",
    "Earned value per project, computed by us from baseline, progress and actuals at the run's status date.",
    (
        PROJECT_ID,
        day("status_date", "date up to which it is computed", "no plan"),
        text("basis", "what is counted", "not computable", values=("cost", "hours", "points", "count")),
        text("currency", "ISO 4217 code, when the basis is cost"),
        text("reported_health", "colour of the latest status report", values=HEALTH),
        money("bac", "budget at completion: baseline total", "no baseline"),
        money("pv", "planned value (BCWS)", "no baseline"),
        money("ev", "earned value (BCWP)", "no baseline"),
        money("ac", "actual cost (ACWP)", "no actuals"),
        text("ac_method", "where AC comes from", values=AC_METHODS),
        text("ev_method", "what earns", "not computable", values=("per_cent_complete", "fifty_fifty")),
        money("cv", "cost variance: EV - AC"),
        money("sv", "schedule variance: EV - PV"),
        index("cpi", "EV / AC"),
        index("spi", "EV / PV"),
        money("eac", "estimate at completion: BAC / CPI"),
        money("eac_planned_rate", "estimate at completion when the rest costs what was planned: AC + BAC - EV"),
        money(
            "eac_composite",
            "estimate at completion when the rest suffers from cost and delay: AC + (BAC - EV) / (CPI x SPI)",
        ),
        money("eac_bottom_up", "AC + what the tool estimates for the rest", "no estimate of the rest beside AC"),
        money("etc", "estimate to complete: EAC - AC"),
        money("vac", "variance at completion: BAC - EAC"),
        index("tcpi", "(BAC - EV) / (BAC - AC)"),
        index("tcpi_eac", "(BAC - EV) / (bottom-up EAC - AC)"),
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
        PROJECT_ID,
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
        PROJECT_ID,
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

_FRESHNESS = (
    instant("complete_at", "last complete pull", "never complete"),
    instant("data_at", "the moment that it shows, where it is a copy such as a dump", "it is alive"),
    integer("age_hours", "hours at the run's moment since the older of these", "never complete"),
    text("outcome", "how the last pull ended", values=("complete", "partial", "failed")),
)
PROJECT_SOURCES = Table(
    "project_sources",
    "Which source projects make up an initiative, and how old the data of each is. Sources that only bring time, and "
    "tables that people keep, are in `sync_runs`.",
    (
        PROJECT_ID,
        key_text("source_project_id", "the project of the tool"),
        key_text("source", "the source, as configured"),
        text("tool", "kind of the source, as configured", "never read"),
        text("origin", "what it is for us", values=("tracker", "plan")),
        text("key", "its key in the tool"),
        key_text("name", "its name in the tool"),
        text("url", "where a person opens it", "no address"),
        text("role", "history: a plan that another one of the initiative took over from", values=ROLES),
        boolean("source_is_history", "its source is declared as history: its age is told, not held against it"),
        text(
            "matched_by",
            "how it came here: declared in the configuration, by the key or the GUID that the tools hold, or nothing"
            " else belongs to it; never by likeness",
            values=JOINED_BY,
        ),
        *_FRESHNESS,
    ),
    key=("project_id", "source_project_id"),
)

SNAPSHOTS = Table(
    "snapshots",
    "What each check kept of each project: the history behind trends. One value a project, day and measure.",
    (
        PROJECT_ID,
        day("taken_on", "the day of the check", "never null"),
        key_text("measure", "what was measured, as `view.column`; also score, coverage and computed_status"),
        index("value", "its value that day", "not computable that day"),
    ),
    key=("project_id", "taken_on", "measure"),
)

SYNC_RUNS = Table(
    "sync_runs",
    "How fresh each source of each project is: of its source projects, its time, and the tables that people keep.",
    (
        PROJECT_ID,
        key_text("source", "the source"),
        boolean("is_history", "declared as history, or all that it holds of the project was taken over by others"),
        *_FRESHNESS,
    ),
    key=("project_id", "source"),
)
