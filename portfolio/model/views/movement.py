"""Views of what moves: scope, sprints, money, forecasts and estimates against what came of them."""

from portfolio.model.column import Table, boolean, day, index, integer, key_text, money, text
from portfolio.model.views.columns import PROJECT_ID, same
from portfolio.model.work import PHASES

SCOPE_MOVEMENT = Table(
    "scope_movement",
    "How much scope moved in the last 30 days per project, in both directions, and what came into sprints after "
    "their start.",
    (
        PROJECT_ID,
        text("size_class", "size by the PMO's scale", values=("small", "medium", "large")),
        text("basis", "what is counted", "not computable", values=("hours", "count")),
        day("frozen_on", "day of the freeze", "no baseline and no approval"),
        index("frozen_amount", "scope at the freeze", "no freeze"),
        integer("added_items", "scope items added", "no scope items in a tracker"),
        integer("removed_items", "scope items taken out", "no scope items in a tracker"),
        integer("changed_items", "scope items estimated anew", "no history"),
        index("moved_amount", "added + taken out + changed", "no history, or no freeze"),
        index("volatility_ratio", "moved / frozen scope", "no history, or no freeze"),
        integer("sprints", "sprints that began in the last 60 days", "no sprint, or no history"),
        integer("sprint_committed_items", "items in them at their start", "no sprint, or no history"),
        integer("sprint_added_items", "items that came after their start", "no sprint, or no history"),
        index("sprint_added_ratio", "added / committed", "no sprint, no history, or nothing committed"),
    ),
    key=("project_id",),
)

SPRINT_SCOPE = Table(
    "sprint_scope",
    "What was in a begun sprint at its start, and what came and went after; one row a project that had items in it.",
    (
        key_text("sprint_id", "the sprint"),
        PROJECT_ID,
        *same("sprint", "name", "state"),
        day("start_date", "began", "never null"),
        day("end_date", "was completed, else is to end", "not planned"),
        integer("days_since_start", "days since it began", "never null"),
        integer("committed_items", "items in it at the end of its first day", "never null"),
        integer("added_items", "items that came later", "never null"),
        integer("removed_items", "items that were taken out later", "never null"),
        index("added_ratio", "added / committed", "nothing was in it at its start"),
    ),
    key=("sprint_id", "project_id"),
)

SPEND = Table(
    "spend",
    "How fresh a project's actuals are, and how long its money lasts.",
    (
        PROJECT_ID,
        text("currency", "ISO 4217 code of its amounts"),
        day("last_booked_on", "latest day with booked time", "none booked"),
        day("last_cost_on", "latest day of a cost that is not hours", "none dated"),
        day("last_actual_on", "the later of these", "neither"),
        integer("days_since_actual", "days since that day", "neither"),
        money("left_cost", "approved budget - AC; negative is overspent", "no budget, no AC in money"),
        money("burn_cost_per_week", "money of the last 91 days, a week", "not all of it has a rate and a currency"),
        index("remaining_weeks", "weeks to the forecast finish", "no finish ahead"),
        index("runway_weeks", "weeks that the money left lasts at that pace"),
        index("runway_ratio", "runway / remaining weeks"),
    ),
    key=("project_id",),
)

FORECAST_ACCURACY = Table(
    "forecast_accuracy",
    "How right plan and forecasts were, per project that is closing or closed.",
    (
        PROJECT_ID,
        text("phase", "where in its life it stands", values=PHASES),
        day("actual_finish_date", "day of the finish", "not finished"),
        day("baseline_finish_date", "approved finish", "no baseline"),
        integer(
            "finish_error_days", "days from approved to actual finish; positive is late", "not finished, or no baseline"
        ),
        text("basis", "what is counted", "not computable", values=("cost", "hours", "points", "count")),
        money("bac", "approved total", "no baseline"),
        money("final_cost", "AC at the end", "not finished, or no actuals"),
        index("cost_error_ratio", "AC / BAC - 1", "not finished, no baseline or no actuals"),
        integer("forecasts", "estimates at completion that checks kept before the finish", "never null"),
        day("first_forecast_on", "day of the first of them", "none was kept"),
        index("forecast_error_ratio", "AC / first estimate - 1", "not finished, or none was kept"),
        index(
            "cost_miss_ratio",
            "how far the estimates at completion were from the final cost, on average",
            "not finished, or none was kept before the finish",
        ),
        index(
            "finish_miss_days",
            "how far the forecasts of the finish were from the actual finish, on average",
            "not finished, no baseline, or none was kept before the finish",
        ),
        boolean("is_recorded", "finish and cost can be held against what was approved", "no plan"),
    ),
    key=("project_id",),
)

MOVEMENT: tuple[Table, ...] = (
    SCOPE_MOVEMENT,
    SPRINT_SCOPE,
    SPEND,
    FORECAST_ACCURACY,
)
"""All of them."""
