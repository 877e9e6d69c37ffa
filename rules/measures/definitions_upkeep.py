"""Definitions of how well records are kept, and how estimates turned out. (name, formula, inputs, null, source)."""

from rules.measures.definitions_plan import Definition

_OURS = "Plumbrule"

UPKEEP_MEASURES: tuple[Definition, ...] = (
    (
        "time_entries.entry_delay_days",
        "Day of entry (UTC) - day of the work, in calendar days; never below zero.",
        ("time_entry.created_at", "time_entry.spent_on"),
        "the tool does not tell when it was entered",
        _OURS,
    ),
    (
        "booked_weeks.booked_hours",
        "Hours booked by the person in the week over all projects, rejected ones left out.",
        ("time_entry.hours", "time_entry.state", "time_entry.spent_on"),
        "never",
        _OURS,
    ),
    (
        "booked_weeks.capacity_hours",
        "What a table of capacity states for the week, else forty hours times the person's share of full time.",
        ("capacity_week.available_hours", "account.max_units_ratio"),
        "neither is known",
        _OURS,
    ),
    (
        "booked_weeks.booked_ratio",
        "Booked over all projects / capacity.",
        ("booked_weeks.booked_hours", "booked_weeks.capacity_hours"),
        "the capacity is not known or zero",
        _OURS,
    ),
    (
        "source_differences.same_words",
        "Both words are equal but for case, spaces and dashes.",
        ("project.name", "project.manager_id", "account.name"),
        "not of words",
        _OURS,
    ),
    (
        "source_differences.days_apart",
        "Days between the two dates: start and finish of all its projects in that source, or a milestone that has the "
        "same title in both and is the only one of that title.",
        ("project.start_date", "project.finish_date", "work_item.title", "work_item.due_date"),
        "not of days",
        _OURS,
    ),
    (
        "source_differences.ratio_apart",
        "Difference of the two budgets / the larger. A budget is the sum of a source's budget lines, else what it "
        "keeps on the project.",
        ("budget_line.amount", "project.budget_cost"),
        "not of amounts, of different currencies, or both are zero",
        _OURS,
    ),
    (
        "double_bookings.same_hours",
        "The person's hours of the day on the project are the same in both sources.",
        ("time_entry.hours", "time_entry.account_id", "time_entry.spent_on"),
        "never",
        _OURS,
    ),
    (
        "estimate_accuracy.median_ratio",
        "Median, by nearest rank, of time spent / estimate over finished leaf items that have both. Estimate: the "
        "tracker's original estimate; of a plan's task its baseline work. Spent: time booked on the item, else what "
        "its tool states.",
        ("work_items.estimate_hours", "work_items.baseline_hours", "work_items.booked_hours", "work_items.spent_hours"),
        "never",
        _OURS,
    ),
    (
        "estimate_accuracy.p80_ratio",
        "80th percentile, by nearest rank, of the same.",
        ("work_items.estimate_hours", "work_items.baseline_hours", "work_items.booked_hours", "work_items.spent_hours"),
        "never",
        _OURS,
    ),
)
