"""Views of the network of a plan: what dependencies, calendars and constraints make of its dates."""

from portfolio.model.column import Table, boolean, day, days, index, integer, key_text, text
from portfolio.model.views.columns import PROJECT_ID
from portfolio.model.work import STATUS_CATEGORIES

PROBLEMS_OF_TASKS = (
    "in_a_circle",
    "negative_duration",
    "no_duration",
    "no_calendar",
    "no_lag",
    "no_predecessor_dates",
    "no_start",
    "links_not_read",
    "waits_for_such",
    "finish_not_known",
)
"""Why dates or float of a task could not be computed: the first seven lie with the task itself."""

_UNCOMPUTED = "not computable: see `problem`"
_WITHOUT_FLOAT = "done, or not computable: see `problem`"

NETWORK_TASKS = Table(
    "network_tasks",
    "Active tasks of plans, without summary tasks, and tracker items with dependencies, by the critical path method."
    " Computed by us; what the tool says stands beside it.",
    (
        key_text("item_id", "the work item"),
        PROJECT_ID,
        key_text("source_project_id", "the project of the tool"),
        key_text("source", "the source"),
        text("origin", "what kind of tool holds it", values=("tracker", "plan")),
        text("key", "issue key or WBS code"),
        text("url", "where a person opens it", "no address"),
        key_text("title", "summary or name"),
        text("status_category", "what the status means", values=STATUS_CATEGORIES),
        boolean("is_milestone", "marks a point, not work"),
        day("start_date", "start as the tool has it"),
        day("due_date", "finish as the tool has it"),
        day("actual_start_date", "work began", "not begun or not recorded"),
        day("actual_finish_date", "work ended", "not ended"),
        day("status_date", "date up to which its plan states progress", "the plan does not state it"),
        boolean("forecast_in_past", "not done, and its start or finish lies before the status date", "no status date"),
        boolean("actual_in_future", "a recorded start or finish lies after the status date", "no status date"),
        day("early_start_date", "first day on which it can begin", _UNCOMPUTED),
        day("early_finish_date", "first day on which it can be over", _UNCOMPUTED),
        day("late_start_date", "last day on which it may begin", _WITHOUT_FLOAT),
        day("late_finish_date", "last day on which it may be over", _WITHOUT_FLOAT),
        days("total_float_days", "working days by which it may slip before the finish or a deadline", _WITHOUT_FLOAT),
        days("free_float_days", "working days by which it may slip before another task", _WITHOUT_FLOAT),
        days("tool_float_days", "total float as the tool computed it", "the tool does not tell it"),
        boolean("is_critical", "has no float, by our computation", _WITHOUT_FLOAT),
        boolean("on_longest_path", "on the path that drives the finish", _UNCOMPUTED),
        text("problem", "why not all of it could be computed", "all was computed", values=PROBLEMS_OF_TASKS),
    ),
    key=("item_id",),
)

_UNTESTED = "nothing is critical, or not computable"

NETWORK = Table(
    "network",
    "One row per project with a plan: where dependencies lead, and whether the critical path can be trusted. Of several"
    " plans, index and test are those of the one where they are worst, or not known.",
    (
        PROJECT_ID,
        integer("tasks", "active tasks, milestones included, summary tasks not"),
        integer("open_tasks", "of them not done"),
        integer("problem_tasks", "of them with a problem in the network"),
        integer("critical_tasks", "of them open without float", _UNCOMPUTED),
        integer("longest_path_tasks", "of them on the path that drives the finish", _UNCOMPUTED),
        day("finish_date", "finish that dependencies lead to", _UNCOMPUTED),
        day("status_date", "date up to which progress is stated", "the plan does not state it"),
        day("baseline_finish_date", "approved finish", "no baseline"),
        days("path_days", "working days from the status date to the computed finish", "no status date, or no finish"),
        days("finish_float_days", "working days from the computed to the approved finish", "no baseline, or no finish"),
        index("cpli", "critical path length index: (path + float) / path", "done, or one of them is not known"),
        text("delayed_item_id", "task that the critical path test delayed", _UNTESTED),
        text("delayed_title", "title of that task", _UNTESTED),
        days("delay_days", "working days by which it was delayed", _UNTESTED),
        days("moved_days", "working days by which the end moved", _UNTESTED),
        days("test_gap_days", "difference of the two, without sign", _UNTESTED),
        boolean("is_calendar_stated", "calendars are known; else Monday to Friday was taken"),
    ),
    key=("project_id",),
)

NESTED_ITEMS = Table(
    "nested_items",
    "Items that stand below another one, with the dates of both.",
    (
        key_text("item_id", "the item"),
        PROJECT_ID,
        key_text("source_project_id", "the project of the tool"),
        key_text("source", "the source"),
        text("origin", "what kind of tool holds it", values=("tracker", "plan")),
        text("key", "issue key or WBS code"),
        text("url", "where a person opens it", "no address"),
        key_text("title", "summary or name"),
        text("status_category", "what the status means", values=STATUS_CATEGORIES),
        day("start_date", "planned start"),
        day("due_date", "due date or scheduled finish"),
        key_text("parent_id", "the item above"),
        text("parent_key", "its issue key or WBS code"),
        text("parent_title", "its summary or name"),
        text("parent_status_category", "what its status means", values=STATUS_CATEGORIES),
        day("parent_start_date", "its planned start"),
        day("parent_due_date", "its due date or scheduled finish"),
        integer("early_days", "calendar days by which it begins before the item above; 0 when it does not"),
        integer("late_days", "calendar days by which it ends after the item above; 0 when it does not"),
    ),
    key=("item_id",),
)

NETWORK_VIEWS = (NETWORK_TASKS, NETWORK, NESTED_ITEMS)
