"""Definitions of what moves: scope, sprints, money, forecasts, estimates. (name, formula, inputs, null, source)."""

from rules.measures.definitions_plan import Definition

_OURS = "Plumbrule"
_VOLATILITY = (
    "as practised, e.g. "
    "http://www.qsm.com/blog/2013/project-metrics-are-best-defense-battle-against-scope-creep; "
    "window: Plumbrule"
)
_SPRINT = (
    "field_change.to_value",
    "field_change.from_value",
    "field_change.changed_at",
    "sprint.start_at",
    "work_item.sprint_id",
)
_NO_HISTORY = "a tracker of the project keeps no history, it has no scope items, or scope was never frozen"
_RATED = ("time_entry.hours", "rate.rate_per_hour", "account.rate_per_hour", "cost.amount", "context.as_of")
_DONE = ("work_item.estimate_hours", "time_entry.hours", "work_item.status_category")

MOVEMENT_MEASURES: tuple[Definition, ...] = (
    ("scope_movement.frozen_amount", "As scope.frozen_amount.", ("scope.frozen_amount",), "no freeze", _OURS),
    (
        "scope_movement.added_items",
        "Scope items created in the 30 days up to the run's day, after the freeze.",
        ("work_item.created_at", "scope.frozen_on", "context.as_of"),
        "no scope items in a tracker",
        _OURS,
    ),
    (
        "scope_movement.removed_items",
        "Scope items that were found to be gone in those days: deleted or moved to another project; not those "
        "that became "
        "invisible to the account.",
        ("work_item.deleted_at", "work_item.deleted_reason"),
        "no scope items in a tracker",
        _OURS,
    ),
    (
        "scope_movement.changed_items",
        "Frozen scope items whose original estimate was changed in those days; a first estimate is no change.",
        ("field_change.field", "field_change.changed_at"),
        _NO_HISTORY,
        _OURS,
    ),
    (
        "scope_movement.moved_amount",
        "Basis hours: estimates added + taken out + absolute changes of estimates. Basis count: the number of "
        "such items.",
        ("work_item.estimate_hours", "field_change.from_value", "field_change.to_value", "scope.basis"),
        _NO_HISTORY,
        _VOLATILITY,
    ),
    (
        "scope_movement.volatility_ratio",
        "Moved / frozen scope.",
        ("scope_movement.moved_amount", "scope_movement.frozen_amount"),
        _NO_HISTORY,
        _VOLATILITY,
    ),
    (
        "scope_movement.sprints",
        "Sprints that began in the 60 days up to the run's day.",
        _SPRINT,
        "no sprint, or no history",
        _OURS,
    ),
    (
        "scope_movement.sprint_committed_items",
        "Sum of committed items of those sprints.",
        ("sprint_scope.committed_items",),
        "no sprint, or no history",
        _OURS,
    ),
    (
        "scope_movement.sprint_added_items",
        "Sum of added items of those sprints.",
        ("sprint_scope.added_items",),
        "no sprint, or no history",
        _OURS,
    ),
    (
        "scope_movement.sprint_added_ratio",
        "Added / committed, over those sprints together: one item in a small sprint would be a large share of it.",
        ("sprint_scope.added_items", "sprint_scope.committed_items"),
        "no sprint, no history, or nothing committed",
        _OURS,
    ),
    (
        "sprint_scope.committed_items",
        "Items in the sprint at the end of the day on which it began, by their history; what no change put there "
        "was there "
        "from its creation. Sprints of one source that share a name are left out.",
        _SPRINT,
        "never",
        _OURS,
    ),
    ("sprint_scope.added_items", "Items that came on a later day, before its end.", _SPRINT, "never", _OURS),
    (
        "sprint_scope.removed_items",
        "Items that were taken out on a later day, before its end.",
        _SPRINT,
        "never",
        _OURS,
    ),
    ("sprint_scope.added_ratio", "Added / committed.", _SPRINT, "nothing was in it at its start", _OURS),
    (
        "spend.last_actual_on",
        "The later of the latest day with booked time and the latest day of a cost that is not hours. What a "
        "plan states has "
        "no day, so it proves nothing.",
        ("time_entry.spent_on", "cost.spent_on"),
        "neither is known",
        _OURS,
    ),
    (
        "spend.days_since_actual",
        "The run's day - that day.",
        ("spend.last_actual_on", "context.as_of"),
        "neither is known",
        _OURS,
    ),
    (
        "spend.left_cost",
        "Approved budget - AC.",
        ("projects.budget_cost", "evm.ac"),
        "no budget, no AC in money, or another currency",
        _OURS,
    ),
    (
        "spend.burn_cost_per_week",
        "Time booked in the last 91 days at rates, and costs of those days that are not hours, by 13.",
        _RATED,
        "no budget, no entry, an hour without a rate, or a cost of another currency",
        _OURS,
    ),
    (
        "spend.remaining_weeks",
        "(Forecast finish - the run's day) / 7.",
        ("projects.finish_date", "context.as_of"),
        "no finish ahead",
        _OURS,
    ),
    (
        "spend.runway_weeks",
        "Left / burn; 0 where more than the budget is spent.",
        ("spend.left_cost", "spend.burn_cost_per_week"),
        "an input is not known, or nothing was spent",
        _OURS,
    ),
    (
        "spend.runway_ratio",
        "Runway / remaining weeks. Below 1 the money ends before the project.",
        ("spend.runway_weeks", "spend.remaining_weeks"),
        "an input is not known",
        _OURS,
    ),
    (
        "forecast_accuracy.finish_error_days",
        "Actual - approved finish.",
        ("projects.actual_finish_date", "projects.baseline_finish_date"),
        "not finished, or no baseline",
        _OURS,
    ),
    (
        "forecast_accuracy.final_cost",
        "AC of a plan that is done.",
        ("evm.ac", "projects.actual_finish_date"),
        "not finished, or no actuals",
        _OURS,
    ),
    (
        "forecast_accuracy.cost_error_ratio",
        "Final cost / BAC - 1.",
        ("evm.ac", "evm.bac"),
        "not finished, no baseline or no actuals",
        _OURS,
    ),
    (
        "forecast_accuracy.forecasts",
        "Number of checks up to the finish that kept an estimate at completion.",
        ("project_snapshot.value", "project_snapshot.taken_on"),
        "never",
        _OURS,
    ),
    (
        "forecast_accuracy.forecast_error_ratio",
        "Final cost / the first estimate that was kept - 1.",
        ("evm.ac", "project_snapshot.value"),
        "not finished, or none was kept",
        _OURS,
    ),
    (
        "forecast_accuracy.cost_miss_ratio",
        "Mean of |EAC of a check / final cost - 1| over all checks before the actual finish.",
        ("evm.ac", "project_snapshot.value", "projects.actual_finish_date"),
        "not finished, or none was kept before the finish",
        _OURS,
    ),
    (
        "forecast_accuracy.finish_miss_days",
        "Mean of |final slip - slip that a check kept|, in days, over all checks before the actual finish. A baseline "
        "that was taken anew in between shifts the slips that were kept before it.",
        ("projects.actual_finish_date", "projects.baseline_finish_date", "project_snapshot.value"),
        "not finished, no baseline, or none was kept before the finish",
        _OURS,
    ),
    (
        "forecast_accuracy.is_recorded",
        "Actual finish, approved finish, AC and BAC are all there.",
        ("projects.actual_finish_date", "projects.baseline_finish_date", "evm.ac", "evm.bac"),
        "no plan",
        _OURS,
    ),
)
