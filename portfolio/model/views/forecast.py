"""Views that look ahead, one row a project: earned schedule, and how work flows."""

from portfolio.model.column import Table, day, index, integer, text
from portfolio.model.views.columns import PROJECT_ID

GAPS = ("no_baseline", "no_progress", "unplaced_value", "reversed_dates", "negative_value", "not_begun")
"""Why there is no earned schedule: nothing approved; EV not known; value without a day; a finish before its start; a
negative amount; the status date lies before the first day."""

EARNED_SCHEDULE = Table(
    "earned_schedule",
    "Earned schedule per project: when the plan had earned what is earned now. Weeks are five working days.",
    (
        PROJECT_ID,
        text("basis", "what is counted", "not computable", values=("cost", "hours", "points", "count")),
        day("status_date", "day up to which it is computed", "never null"),
        day("start_date", "first day with planned value", "not computable"),
        index("planned_weeks", "PD: planned duration in weeks"),
        index("actual_weeks", "AT: weeks gone", "not computable, or not begun"),
        index("earned_weeks", "ES: weeks earned", "not computable, or not begun"),
        index("sv_t_weeks", "SV(t): weeks ahead; negative is behind"),
        index("spi_t", "SPI(t): ES / AT", "not computable, or not begun"),
        index("forecast_weeks", "IEAC(t): expected duration at the pace so far", "nothing earned, or not computable"),
        day("forecast_finish_date", "expected finish at the pace so far", "nothing earned, or not computable"),
        index("late_ratio", "IEAC(t) / PD - 1", "nothing earned, or not computable"),
        index("tspi", "TSPI: pace needed from now on to end as planned", "the planned duration is over"),
        text("gap", "why it is not computable", "it is", values=GAPS),
    ),
    key=("project_id",),
)

FLOW = Table(
    "flow",
    "How work flows through the tracker of a project, and when what is open may be done. Leaf items only.",
    (
        PROJECT_ID,
        integer("open_items", "items not done"),
        integer("wip_items", "items in progress"),
        integer("wip_people", "people who have items in progress"),
        index("wip_per_person", "items in progress that have an owner, by owner", "nobody has any"),
        integer("oldest_wip_days", "days since the oldest item in progress was begun", "none is in progress"),
        index("cycle_p50_days", "median days from begun to done", "fewer than 6 finished items"),
        index("cycle_p85_days", "85th percentile of those days", "fewer than 6 finished items"),
        index(
            "flow_efficiency_ratio",
            "part of the time from begun to done in which work did not wait",
            "no status is configured as waiting, or fewer than 6 finished items with a history",
        ),
        integer("window_weeks", "finished weeks that throughput and forecast look at, at most 26"),
        index("throughput_per_week", "items done in a week of that window", "no finished week"),
        integer(
            "throughput_falls", "falls in a row, up to 3, of items done in four weeks", "fewer than 16 finished weeks"
        ),
        index(
            "throughput_change_ratio",
            "last four weeks against those twelve weeks earlier",
            "fewer than 16 finished weeks",
        ),
        integer("trials", "trials of the simulation"),
        integer("seed", "seed of its random numbers, from the project's id"),
        integer("p50_weeks", "weeks in which half of the trials were done", "fewer than 6 finished weeks, or no end"),
        integer("p85_weeks", "weeks in which 85 % of the trials were done", "fewer than 6 finished weeks, or no end"),
        integer("p95_weeks", "weeks in which 95 % of the trials were done", "fewer than 6 finished weeks, or no end"),
        day("p50_date", "the day of p50", "fewer than 6 finished weeks, or no end"),
        day("p85_date", "the day of p85", "fewer than 6 finished weeks, or no end"),
        day("p95_date", "the day of p95", "fewer than 6 finished weeks, or no end"),
        day("due_date", "approved finish, else the plan's, else the latest due date of what is open", "none is known"),
        integer("p50_late_days", "days from that date to the day of p50; negative is early"),
        integer("p85_late_days", "days from that date to the day of p85; negative is early"),
    ),
    key=("project_id",),
)
