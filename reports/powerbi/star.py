"""The star schema: its tables, and which columns point from one to the other."""

from reports.powerbi.dimensions import DIMENSIONS, RULE_TEXT
from reports.powerbi.facts import FACTS, OF_PROJECTS
from reports.powerbi.shape import Relationship, Star

MODEL_VERSION = 1
"""Raised when a table or column of the star is renamed, removed or means something else."""
_DAYS = {
    "Work Item": ("due_date", "created_on", "resolved_on"),
    "Milestone": ("forecast_date", "baseline_finish_date"),
    "Time Entry": ("spent_on",),
    "Assignment": ("finish_date",),
    "Budget Line": ("period_start",),
    "Cost": ("spent_on",),
    "Risk": ("due_date",),
    "Finding": ("opened_on", "resolved_on"),
    "Score": ("taken_on",),
    "Project Snapshot": ("taken_on",),
    "Level Score": ("taken_on",),
}
"""Days of facts: the first is what the calendar filters, the others are for measures that ask for them."""

STAR = Star(
    (*DIMENSIONS, *FACTS),
    (
        *(Relationship(fact.name, "project_id", "Project", "project_id") for fact in OF_PROJECTS),
        Relationship("Project", "department_id", "Department", "department_id"),
        Relationship("Project", "programme_id", "Programme", "programme_id"),
        Relationship("Work Item", "assignee_id", "Person", "person_id"),
        Relationship("Time Entry", "person_id", "Person", "person_id"),
        Relationship("Assignment", "person_id", "Person", "person_id"),
        Relationship("Work Item", "status_id", "Status", "status_id"),
        Relationship("Milestone", "status_id", "Status", "status_id"),
        Relationship("Work Item", "source", "Source", "source"),
        Relationship("Finding", "rule_id", "Rule", "rule_id"),
        *(
            Relationship(table, column, "Date", "date", active=number == 0)
            for table, days in _DAYS.items()
            for number, column in enumerate(days)
        ),
    ),
    {RULE_TEXT.name: RULE_TEXT},
)
"""Person and Project do not point at each other: two ways from one table to another would be ambiguous."""
