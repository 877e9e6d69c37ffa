"""Views of people's time: booked, charged, planned."""

from portfolio.model.column import Table, boolean, day, hours, index, integer, key_text, text
from portfolio.model.views.columns import PROJECT_ID, same
from portfolio.model.work import STATUS_CATEGORIES

TIME_ENTRIES = Table(
    "time_entries",
    "Time booked by one person on one day.",
    (
        key_text("entry_id", "the entry"),
        PROJECT_ID,
        text("item_id", "the item", "booked on the project"),
        text("item_key", "key of the item", "booked on the project"),
        text("person_id", "who worked"),
        text("person_name", "name of that person"),
        *same("time_entry", "spent_on", "hours", "billable_hours", "state", "billing_account"),
        hours("person_day_hours", "all hours of that person on that day"),
        day("item_resolved_on", "day on which the item was done", "not done"),
        day("project_approved_on", "day on which the first gate was passed", "not approved"),
        boolean("is_allocated", "the person is assigned in the plan", "no plan"),
        day("entered_on", "day on which it was entered, by UTC", "the tool does not tell"),
        integer("entry_delay_days", "days from the work to its entry", "the tool does not tell"),
    ),
    key=("entry_id",),
)

BILLING_MONTHS = Table(
    "billing_months",
    "Hours charged to a billing account in a month: one row for each project that charged it, for 13 months.",
    (
        PROJECT_ID,
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

PERSON_WEEKS = Table(
    "person_weeks",
    "Load of one person in one week over all projects, one row per project that the person works on in it.",
    (
        PROJECT_ID,
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
        PROJECT_ID,
        key_text("item_id", "the item"),
        text("item_title", "title of the item"),
        text("status_category", "state of the item", values=STATUS_CATEGORIES),
        text("person_id", "who", "not staffed"),
        text("person_name", "name", "not staffed"),
        boolean("person_active", "may still be given work"),
        *same("assignment", "start_date", "finish_date", "planned_hours", "actual_hours", "remaining_hours"),
    ),
    key=("assignment_id",),
)
