"""Definitions of what is computed from plans: earned value, schedule, scope. (name, formula, inputs, null, source)."""

_PMI = "common to the earned value standards (ANSI/EIA-748, PMI); https://paulgovan.github.io/PRA/articles/evm.html"
_OURS = "Plumbrule"
_DAU = "DAU, https://www.dau.edu/acquipedia-article/baseline-execution-index-bei"

_TASKS = "leaf active tasks of the initiative's baselined plans"
_NO_BASIS = "no basis: no plan, no baseline, or plans of different currencies"

Definition = tuple[str, str, tuple[str, ...], str, str]

PLAN_MEASURES: tuple[Definition, ...] = (
    (
        "evm.status_date",
        "Status date of the plan, else the run's day; the earliest of several plans.",
        ("project.status_date", "context.as_of"),
        "no plan",
        _OURS,
    ),
    (
        "evm.basis",
        "`cost` when every baselined plan has a baseline cost; else `hours` when every one has baseline work. Of "
        "a tracker "
        "without any plan, where four of five leaf items have a planned day (the due date set first, else the "
        "end of the "
        "sprint, else the release): `hours` when four of five of these are estimated, else `points`, else "
        "`count`. Bases are "
        "never mixed.",
        ("baseline.cost", "baseline.work_hours", "project.currency", "work_item.estimate_hours", "work_item.points"),
        "no plan has a baseline, plans of different currencies, or a tracker whose items have no planned days",
        _OURS,
    ),
    (
        "evm.bac",
        f"Sum of baseline cost (or work, by basis) over the {_TASKS}.",
        ("baseline.cost", "baseline.work_hours", "evm.basis"),
        _NO_BASIS,
        _PMI,
    ),
    (
        "evm.pv",
        f"Sum over the {_TASKS} of baseline value x working days gone / working days in all, from baseline start to "
        "baseline finish, both included, up to the plan's status date. A task without a baseline start counts whole at "
        "its baseline finish.",
        ("baseline.cost", "baseline.work_hours", "baseline.start_date", "baseline.finish_date", "evm.status_date"),
        f"{_NO_BASIS}; or a task with baseline value has no baseline finish",
        f"{_PMI}; even spreading: {_OURS}",
    ),
    (
        "evm.ev",
        f"Sum over the {_TASKS} of baseline value x progress. Progress is physical per cent complete when above zero, "
        "else per cent complete, else 1 for done and 0 for not begun.",
        (
            "baseline.cost",
            "baseline.work_hours",
            "work_item.physical_complete_ratio",
            "work_item.complete_ratio",
            "work_item.status_category",
        ),
        f"{_NO_BASIS}; or the progress of a task with baseline value is not known",
        _PMI,
    ),
    (
        "evm.ac",
        f"Basis cost: sum of actual cost over the {_TASKS} when above zero; else booked hours up to the status date at "
        "each person's cost rate (a table's rate of the day first, see person_months.rated_hours), plus costs that are "
        "not hours. Basis hours: sum of the tasks' actual work; of a tracker without a plan, the hours booked on "
        "it. Points "
        "and items have no AC.",
        (
            "work_item.actual_cost",
            "work_item.spent_hours",
            "time_entry.hours",
            "rate.rate_per_hour",
            "account.rate_per_hour",
            "cost.amount",
        ),
        f"{_NO_BASIS}; no actuals; or, with booked time, an hour without a rate or a cost of another currency",
        f"{_PMI}; order of methods: {_OURS}",
    ),
    (
        "evm.ac_method",
        "Which of the methods of AC was used.",
        ("evm.ac",),
        "AC is not known",
        _OURS,
    ),
    ("evm.cv", "EV - AC. Negative is over cost.", ("evm.ev", "evm.ac"), "EV or AC is not known", _PMI),
    ("evm.sv", "EV - PV. Negative is behind.", ("evm.ev", "evm.pv"), "EV or PV is not known", _PMI),
    ("evm.cpi", "EV / AC. Below 1 is over cost.", ("evm.ev", "evm.ac"), "EV or AC is not known, or AC is zero", _PMI),
    ("evm.spi", "EV / PV. Below 1 is behind.", ("evm.ev", "evm.pv"), "EV or PV is not known, or PV is zero", _PMI),
    (
        "evm.eac",
        "BAC / CPI, computed as BAC x AC / EV so that nothing is rounded on the way.",
        ("evm.bac", "evm.ac", "evm.ev"),
        "an input is not known, or EV or AC is zero",
        f"{_PMI}; the method that expects the cost efficiency so far to go on",
    ),
    ("evm.etc", "EAC - AC.", ("evm.eac", "evm.ac"), "EAC is not known", _PMI),
    ("evm.vac", "BAC - EAC. Negative is an overrun.", ("evm.bac", "evm.eac"), "EAC is not known", _PMI),
    (
        "evm.tcpi",
        "(BAC - EV) / (BAC - AC): the cost efficiency needed from now on to end within BAC.",
        ("evm.bac", "evm.ev", "evm.ac"),
        "an input is not known, or AC has reached BAC: what is left cannot be done for nothing",
        _PMI,
    ),
    (
        "evm.eac_over_bac_ratio",
        "EAC / BAC - 1. 0.1 is ten per cent more than the baseline.",
        ("evm.eac", "evm.bac"),
        "EAC is not known",
        _OURS,
    ),
    (
        "evm.eac_over_budget_ratio",
        "EAC / approved budget - 1.",
        ("evm.eac", "projects.budget_cost"),
        "EAC is not known, basis is not cost, no budget, or a budget of another currency",
        _OURS,
    ),
    ("evm.complete_ratio", "EV / BAC.", ("evm.ev", "evm.bac"), "EV is not known", _PMI),
    ("evm.spent_ratio", "AC / BAC.", ("evm.ac", "evm.bac"), "AC is not known", _PMI),
    (
        "schedule.baseline_finish_date",
        "Baseline finish of the plan, else the latest of its tasks; the latest of several plans.",
        ("baseline.finish_date",),
        "no baseline",
        _OURS,
    ),
    (
        "schedule.forecast_finish_date",
        "Actual finish of the plan, else its scheduled finish; the latest of several plans.",
        ("project.actual_finish_date", "project.finish_date"),
        "no plan states it",
        _OURS,
    ),
    (
        "schedule.slip_days",
        "Forecast finish - baseline finish, over the plans that have a baseline. Positive is late.",
        ("project.finish_date", "project.actual_finish_date", "baseline.finish_date"),
        "no baseline, or no finish",
        _OURS,
    ),
    (
        "schedule.slip_ratio",
        "Slip / (baseline finish - baseline start).",
        ("schedule.slip_days", "baseline.start_date", "baseline.finish_date"),
        "slip is not known, or the baseline has no length",
        _OURS,
    ),
    (
        "schedule.due_by_now",
        f"Number of {_TASKS}, milestones left out, with a baseline finish on or before the status date.",
        ("baseline.finish_date", "evm.status_date"),
        "no baseline",
        _DAU,
    ),
    (
        "schedule.done_by_now",
        f"Number of {_TASKS}, milestones left out, that are done with a finish on or before the status date.",
        ("work_item.actual_finish_date", "work_item.status_category", "evm.status_date"),
        "no baseline",
        _DAU,
    ),
    (
        "schedule.bei",
        "Done by now / (due by now + tasks without a baseline finish).",
        ("schedule.done_by_now", "schedule.due_by_now", "baseline.finish_date"),
        "no baseline, or nothing was due",
        f"{_DAU} (another definition adds unbaselined finished tasks above the line as well; it is not used here)",
    ),
    (
        "schedule.milestones_due",
        "Number of milestones with a baseline finish on or before the status date.",
        ("baseline.finish_date", "work_item.is_milestone"),
        "no baseline",
        _OURS,
    ),
    (
        "schedule.milestones_late",
        "Number of milestones that finished or are scheduled after their baseline finish, or are open past it.",
        ("baseline.finish_date", "work_item.due_date", "work_item.actual_finish_date"),
        "no baseline",
        _OURS,
    ),
    (
        "schedule.open_ratio",
        "1 - progress of the plans' leaf active tasks, weighted with their planned work; each task counts the same "
        "where one of them states no planned work, or all of it is zero. Plans without a baseline count too.",
        ("work_item.complete_ratio", "work_item.physical_complete_ratio", "work_item.estimate_hours"),
        "no plan, no tasks, or the progress of a task is not known",
        _OURS,
    ),
    (
        "scope.frozen_on",
        "Day on which the baseline was taken, the latest of several plans; else the day of the first gate passed.",
        ("baseline.taken_at", "gate.decided_on"),
        "no day is known of either",
        _OURS,
    ),
    (
        "scope.basis",
        "`hours` when at least four of five scope items are estimated, else `count`. Scope items are the tracker's "
        "stories, tasks and others above sub-tasks; bugs are rework and not scope. An initiative without any takes "
        "the work of its baselined plans.",
        ("work_item.kind", "work_item.estimate_hours", "work_item.parent_id"),
        "no freeze, or nothing was there at the freeze",
        _OURS,
    ),
    (
        "scope.frozen_amount",
        "Estimate (or number) of the scope items created on or before the freeze. Later re-estimates are not growth.",
        ("work_item.created_at", "work_item.estimate_hours", "scope.frozen_on"),
        "no basis",
        _OURS,
    ),
    (
        "scope.current_amount",
        "Estimate (or number) of all scope items there are. From a plan: baseline work, and the present work of tasks "
        "without a baseline; more work on an approved task is overrun, not scope.",
        ("work_item.estimate_hours", "baseline.work_hours"),
        "no basis",
        _OURS,
    ),
    (
        "scope.growth_ratio",
        "Current / frozen - 1.",
        ("scope.current_amount", "scope.frozen_amount"),
        "no basis",
        _OURS,
    ),
    (
        "scope.approved_amount",
        "Effort of the change requests approved since the freeze.",
        ("change_request.effort_hours", "change_request.state", "change_request.decided_on"),
        "no basis; an approved change request without effort; or basis is count and there are approved ones",
        _OURS,
    ),
    (
        "scope.unapproved_ratio",
        "(Current - frozen - approved) / frozen, not below zero.",
        ("scope.current_amount", "scope.frozen_amount", "scope.approved_amount"),
        "growth or the approved amount is not known",
        _OURS,
    ),
    (
        "scope.added_items",
        "Scope items created after the freeze.",
        ("work_item.created_at", "scope.frozen_on"),
        "no freeze, or no scope items",
        _OURS,
    ),
    (
        "scope.added_last_30_days",
        "Scope items created in the 30 days up to the run's day.",
        ("work_item.created_at", "context.as_of"),
        "no scope items in a tracker",
        _OURS,
    ),
)
