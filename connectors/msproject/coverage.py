"""Which columns of the portfolio a plan's file can fill; the rest is reported as not available."""

from collections.abc import Mapping

FILLED: Mapping[str, str] = {
    "project": """
        native_id key name kind category start_date finish_date actual_start_date actual_finish_date status_date
        complete_ratio planned_hours actual_hours remaining_hours planned_cost actual_cost remaining_cost currency
        created_at updated_at
    """,
    "work_item": """
        native_id key project_id parent_id sequence outline_level wbs title type kind status_category priority
        assignee_id start_date due_date start_at finish_at actual_start_date actual_finish_date deadline_date
        constraint_type constraint_date created_at estimate_hours remaining_hours spent_hours duration_hours
        complete_ratio physical_complete_ratio planned_cost actual_cost fixed_cost total_slack_hours is_summary
        is_milestone is_critical is_active is_manual custom_fields
    """,
    "work_item_link": "project_id from_id to_id kind type dependency_type lag_hours",
    "baseline": "owner_kind owner_id project_id number start_date finish_date work_hours duration_hours cost",
    "assignment": """
        project_id work_item_id account_id units_ratio start_date finish_date planned_hours actual_hours
        remaining_hours planned_cost actual_cost
    """,
    "account": "native_id name email kind active department rate_per_hour currency max_units_ratio",
}
"""Table -> columns, separated by blanks."""

NOTES = {
    ("time_entry", ""): "a plan's file holds actual work in sum, not who booked it on which day",
    ("baseline", "taken_at"): "MSPDI does not say when a baseline was taken",
}
"""Why not, by (table, column) or (table, "")."""
