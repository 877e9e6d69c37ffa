"""Definitions of what is computed from the network of a plan. (name, formula, inputs, null, source)."""

from rules.measures.definitions_plan import Definition

_CPM = (
    "critical path method; what constraints and recorded progress do: Microsoft Project, whose stored dates and floats "
    "of three real plans are met to the minute"
)
_DCMA = "DCMA 14-point assessment"
_CPLI = "DAU, https://www.dau.edu/acquipedia-article/critical-path-length-index-cpli"
_OURS = "Plumbrule"

_PROBLEM = "not computable: `problem` says why"
_FLOATLESS = f"done, or {_PROBLEM}"
_FORWARD = (
    "work_item.duration_hours",
    "work_item.calendar_id",
    "calendar_day.shifts",
    "work_item_link.dependency_type",
    "work_item_link.lag_hours",
    "work_item.constraint_type",
    "work_item.constraint_date",
    "work_item.actual_start_date",
    "project.start_date",
)
_BACKWARD = (*_FORWARD, "work_item.deadline_date", "work_item.remaining_duration_hours")

NETWORK_MEASURES: tuple[Definition, ...] = (
    (
        "network_tasks.forecast_in_past",
        "Not done, and its start (while not begun) or its finish lies before the status date that the plan states.",
        ("work_item.start_date", "work_item.due_date", "work_item.status_category", "project.status_date"),
        "the plan states no status date, or the dates are not known",
        f"{_DCMA}, point 9a",
    ),
    (
        "network_tasks.actual_in_future",
        "A recorded start or finish lies after the status date that the plan states.",
        ("work_item.actual_start_date", "work_item.actual_finish_date", "project.status_date"),
        "the plan states no status date",
        f"{_DCMA}, point 9b",
    ),
    (
        "network_tasks.early_start_date",
        "Forward pass: the latest of what its dependencies allow, with lags in working time of its own calendar or "
        "around the clock, and the plan's start without any; then its constraint is kept, even against dependencies. A "
        "recorded start stands, and so does what is scheduled by hand. A tracker's item starts no earlier than its "
        "start date. Dependencies of summary tasks hold for all tasks below them; those on other plans hold at the "
        "dates there.",
        _FORWARD,
        _PROBLEM,
        _CPM,
    ),
    (
        "network_tasks.early_finish_date",
        "Early start + duration in working time of the task's calendar, else the plan's, else Monday to Friday; "
        "without a duration, the working time from start to due date. Calendars of people are not looked at. Nothing "
        "is moved behind the status date.",
        _FORWARD,
        _PROBLEM,
        _CPM,
    ),
    (
        "network_tasks.late_start_date",
        "Late finish - duration left. Of a begun task, its recorded start.",
        _BACKWARD,
        _FLOATLESS,
        _CPM,
    ),
    (
        "network_tasks.late_finish_date",
        "Backward pass: the earliest of what the tasks that wait for it, the plan's computed finish, a deadline and "
        "its constraint allow. The rest of a begun task is not expected to wait.",
        _BACKWARD,
        _FLOATLESS,
        _CPM,
    ),
    (
        "network_tasks.total_float_days",
        "Late - early finish in working hours of the task's calendar / 8; while it has not begun, late - "
        "early start is "
        "the same. Of a tracker, to the end of the chain of items that depend on each other.",
        _BACKWARD,
        f"{_FLOATLESS}; also while the finish of the plan cannot be computed",
        _CPM,
    ),
    (
        "network_tasks.free_float_days",
        "The smallest of its total float and of the gaps to the tasks that wait for it, in working hours / "
        "8; not below "
        "zero.",
        _BACKWARD,
        f"{_FLOATLESS}; also while the finish of the plan cannot be computed",
        _CPM,
    ),
    (
        "network_tasks.tool_float_days",
        "Total slack in hours / 8, as the tool computed it.",
        ("work_item.total_slack_hours",),
        "the tool does not tell it",
        _OURS,
    ),
    (
        "network_tasks.is_critical",
        "Total float of zero or less.",
        ("network_tasks.total_float_days",),
        "total float is not known",
        _CPM,
    ),
    (
        "network_tasks.on_longest_path",
        "Dependencies lead from it to the task with the latest finish, each of them without a gap.",
        _FORWARD,
        "the finish of the plan cannot be computed",
        _CPM,
    ),
    (
        "network_tasks.problem",
        "`in_a_circle`: it waits for itself. `negative_duration`, `no_duration`: below zero; none, and not both dates. "
        "`no_calendar`: its calendar is not there or has no working time. `no_lag`: a lag that nobody can compute. "
        "`no_predecessor_dates`: it waits for a task of another project without dates. `no_start`: nobody knows when "
        "the plan begins. `links_not_read`: the source's dependencies may not be read. `waits_for_such`: it waits for "
        "one of those. `finish_not_known`: nothing is wrong with it, but one of those may end later than all that is "
        "known.",
        (*_FORWARD, "work_item_link.from_id", "capability.state"),
        "everything could be computed",
        _OURS,
    ),
    (
        "network.tasks",
        "Number of active tasks of the plans, milestones included, summary tasks not.",
        ("work_item.is_summary", "work_item.is_active"),
        "never",
        _OURS,
    ),
    ("network.open_tasks", "Of them not done.", ("work_item.status_category",), "never", _OURS),
    ("network.problem_tasks", "Of them with a problem.", ("network_tasks.problem",), "never", _OURS),
    (
        "network.critical_tasks",
        "Of them critical.",
        ("network_tasks.is_critical",),
        "one of the tasks has a problem",
        _OURS,
    ),
    (
        "network.longest_path_tasks",
        "Of them on the longest path.",
        ("network_tasks.on_longest_path",),
        "one of the tasks has a problem",
        _OURS,
    ),
    (
        "network.finish_date",
        "Latest early finish; of several plans the latest.",
        ("network_tasks.early_finish_date",),
        "a task of a plan has a problem",
        _CPM,
    ),
    (
        "network.path_days",
        "Working hours of the plan's calendar from the evening of the status date to the computed finish, / 8.",
        ("project.status_date", "network_tasks.early_finish_date"),
        "the plan states no status date, or a task has a problem",
        _CPLI,
    ),
    (
        "network.finish_float_days",
        "Working hours of the plan's calendar from the computed finish to the evening of the baseline finish, / 8; "
        "negative when the plan ends too late.",
        ("baseline.finish_date", "network_tasks.early_finish_date"),
        "no baseline, or a task has a problem",
        _CPLI,
    ),
    (
        "network.cpli",
        "(Path + float) / path, of the days above; of several plans the lowest. Below 1 more has to be done than the "
        "remaining time holds.",
        ("network.path_days", "network.finish_float_days"),
        "path or float is not known, the path has no length, or nothing is open",
        f"{_CPLI} (one calculator takes a buffer over the projected duration; that is another number)",
    ),
    (
        "network.delayed_item_id",
        "The earliest open task without float to the finish, deadlines left out.",
        ("network_tasks.total_float_days",),
        "nothing is open, or a task has a problem",
        f"{_DCMA}, point 12",
    ),
    (
        "network.delay_days",
        "600: working days of eight hours of the plan's calendar by which that task is finished later in the test.",
        ("network.delayed_item_id",),
        "nothing was delayed",
        f"{_DCMA}, point 12 (one tool takes 100)",
    ),
    (
        "network.moved_days",
        "The same days by which the end of the plan comes later when the network is computed anew with the delay. The "
        "end is that of the tasks that have the latest finish and that nothing waits for.",
        ("network.delayed_item_id", "network_tasks.early_finish_date"),
        "nothing was delayed",
        f"{_DCMA}, point 12",
    ),
    (
        "network.test_gap_days",
        "Difference of delay and movement, without sign; of several plans the largest.",
        ("network.delay_days", "network.moved_days"),
        "nothing was delayed",
        f"{_DCMA}, point 12",
    ),
    (
        "network.is_calendar_stated",
        "The source told the calendar of every plan; else Monday to Friday with the plan's hours a day was taken.",
        ("project.calendar_id",),
        "never",
        _OURS,
    ),
    (
        "nested_items.early_days",
        "Start of the item above - start of the item, not below zero.",
        ("work_item.start_date", "work_item.parent_id"),
        "one of the starts is not known",
        "GAO-16-89G, best practice 5",
    ),
    (
        "nested_items.late_days",
        "Due date of the item - due date of the item above, not below zero.",
        ("work_item.due_date", "work_item.parent_id"),
        "one of the due dates is not known",
        "GAO-16-89G, best practice 5",
    ),
)
