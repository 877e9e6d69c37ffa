"""Which columns of the portfolio a plan's file can fill; the rest is reported as not available."""

from collections.abc import Mapping

from connectors.msproject.governance import COLUMNS
from connectors.msproject.settings import PlanFiles

FILLED: Mapping[str, str] = {
    "project": """
        native_id key name kind category start_date finish_date actual_start_date actual_finish_date status_date
        complete_ratio planned_hours actual_hours remaining_hours planned_cost actual_cost remaining_cost currency
        calendar_id hours_per_day hours_per_week days_per_month time_zone manager_id created_at updated_at custom_fields
    """,
    "work_item": """
        native_id key project_id parent_id sequence outline_level wbs title type kind status_category priority
        assignee_id start_date due_date start_at finish_at actual_start_date actual_finish_date deadline_date
        constraint_type constraint_date calendar_id scheduling notes hyperlink created_at estimate_hours
        remaining_hours spent_hours duration_hours duration_elapsed_hours actual_duration_hours
        remaining_duration_hours complete_ratio work_complete_ratio physical_complete_ratio planned_cost actual_cost
        remaining_cost fixed_cost total_slack_hours is_summary is_milestone is_critical is_active is_manual
        is_recurring is_external custom_fields
    """,
    "work_item_link": "project_id from_id to_id kind type dependency_type lag_hours lag_elapsed_hours",
    "baseline": "owner_kind owner_id project_id number start_date finish_date work_hours duration_hours cost",
    "assignment": """
        project_id work_item_id account_id units_ratio start_date finish_date actual_start_date actual_finish_date
        work_complete_ratio planned_hours actual_hours remaining_hours overtime_hours planned_cost actual_cost
        remaining_cost custom_fields
    """,
    "account": """
        native_id name email kind active department rate_per_hour overtime_rate_per_hour cost_per_use currency
        max_units_ratio calendar_id custom_fields
    """,
    "calendar": "project_id name base_id",
    "calendar_day": "project_id calendar_id weekday starts_on ends_on name is_working hours shifts",
}
"""Table -> columns, separated by blanks."""

SPREAD = "project_id work_item_id assignment_id account_id kind number starts_on ends_on hours cost"
"""Columns of `timephased`, where the settings ask for them."""
NOT_SPREAD = "not read; set timephased = true in the source"

NOTES = {
    ("time_entry", ""): "a plan's file holds actual work in sum, not who booked it on which day",
    ("baseline", "taken_at"): "MSPDI does not say when a baseline was taken",
    **{("project", column): f"map a custom field of yours: fields.{column} of the source" for column in COLUMNS},
}
"""Why not, by (table, column) or (table, "")."""


def filled(settings: PlanFiles) -> dict[str, str]:
    """Table -> columns that files fill when they are read with these settings."""
    mapped = " ".join(column for column in COLUMNS if getattr(settings.fields, column))
    spread = {"timephased": SPREAD} if settings.timephased else {}
    return {**FILLED, "project": f"{FILLED['project']} {mapped}", **spread}
