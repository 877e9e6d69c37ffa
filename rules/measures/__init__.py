"""The SQL behind the documented views, and where each computed number comes from.

One file of SQL per view, in DuckDB's dialect and within what sqlglot carries over to Spark: no lambda, no division
but by `nullif(..., 0)`, no clock but `context.as_of`. The larger side of a join stands left: the right one is what is
held in memory. Names that begin with `_` are steps on the way, neither documented nor published; one whose text begins
with `-- Not stored` is worked out anew by each that reads it. A step that SQL cannot say is a function over Arrow
tables; a documented view is always SQL, over such a step where need be.
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from portfolio.model import VIEWS_OF_CHECKS
from portfolio.ports import View
from rules.measures.catalogue import CATALOGUE, Measure, reference

ORDER = (
    "_members",
    "_source_projects",
    "_owners",
    "_histories",
    "_people",
    "_items",
    "_entry_sources",
    "_time_sources",
    "_history",
    "_own_baselines",
    "_plan_baselines",
    "_history_items",
    "_own_item_baselines",
    "_item_baselines",
    "_carried",
    "_approvals",
    "allocations",
    "_booked",
    "time_entries",
    "_time",
    "_latest_reports",
    "_profiles",
    "_lines",
    "_money",
    "_plan_tasks",
    "_plan_totals",
    "_earned",
    "_approved",
    "_dated_rates",
    "_day_rates",
    "_rates",
    "_booked_costs",
    "_trackers_alone",
    "_planned_work",
    "_planned_sums",
    "_values",
    "_bottom_up",
    "_estimates",
    "evm",
    "_planned_values",
    "_earned_schedule",
    "earned_schedule",
    "schedule",
    "_freezes",
    "_scope_items",
    "_scope_sums",
    "scope",
    "_project_totals",
    "_life",
    "projects",
    "_habits",
    "_booked_items",
    "_own_activity",
    "_activity",
    "_cycle_times",
    "_flow_items",
    "_flow_times",
    "_finished_weeks",
    "_throughput",
    "_flow_sums",
    "_forecasts",
    "flow",
    "_logic",
    "_logic_plans",
    "_logic_tasks",
    "_logic_links",
    "_network",
    "network_tasks",
    "_network_plans",
    "network",
    "nested_items",
    "work_items",
    "_links",
    "_link_circles",
    "links",
    "_red_projects",
    "_contagion",
    "dependencies",
    "sprints",
    "_sprint_names",
    "_sprint_items",
    "sprint_scope",
    "_scope_moves",
    "scope_movement",
    "_charged",
    "billing_months",
    "_weeks",
    "_week_loads",
    "person_weeks",
    "gates",
    "status_reports",
    "risks",
    "project_issues",
    "changes",
    "artefacts",
    "stakeholders",
    "lessons",
    "budget_lines",
    "costs",
    "_recent_spend",
    "spend",
    "forecast_accuracy",
    "invoices",
    "benefits",
    "budget_use",
    "person_months",
    "resource_use",
    "_reserves",
    "risk_exposure",
    "_past_weeks",
    "booked_weeks",
    "_statements",
    "source_differences",
    "_source_days",
    "double_bookings",
    "estimate_accuracy",
    "trainings",
    "attestations",
    "_units",
    "_unit_paths",
    "project_units",
    "_stated",
    "_objectives",
    "mandate",
    "proposals",
    "deliveries",
    "record_set",
    "supplier_reviews",
    "closing_charges",
    "_readings",
    "_ages",
    "project_sources",
    "snapshots",
    "snapshot_gaps",
    "sync_runs",
    "_unit_projects",
    "department_projects",
    "programme_projects",
    "_expected_costs",
    "_unit_sums",
    "_departments_above",
    "_staff",
    "_available_weeks",
    "_next_90_days",
    "_memberships",
    "departments",
    "programmes",
    "person_skills",
    "people",
    "organisation",
    "subject_sources",
    "subject_snapshots",
    "_place_loads",
    "_wanted_skills",
    "_skill_supply",
    "skills",
    "skill_months",
    "risk_causes",
    "findings",
    "waivers",
    "repeated_findings",
)
"""Names of the files, and of the steps in `computed`, each after those that it reads."""

_STEPS_OF_CHECKS = ("_members", "_source_projects")


@cache
def views() -> Sequence[View]:
    """Every step and view, in the order in which they can be made; what Store.measure() takes."""
    from rules.measures.computed import COMPUTED  # whoever only looks something up in the catalogue needs no graphs

    folder = resources.files(__package__) / "sql"
    return tuple(
        (name, COMPUTED[name] if name in COMPUTED else (folder / f"{name}.sql").read_text(encoding="utf-8").strip())
        for name in ORDER
    )


def views_of_sources() -> Sequence[View]:
    """Those that are made before rules are evaluated."""
    return tuple((name, made) for name, made in views() if name not in VIEWS_OF_CHECKS)


def views_of_checks() -> Sequence[View]:
    """Those of what the check itself found, with the steps that they read; what Snapshot.extend() takes."""
    return tuple((name, made) for name, made in views() if name in (*_STEPS_OF_CHECKS, *VIEWS_OF_CHECKS))


__all__ = ["CATALOGUE", "ORDER", "Measure", "reference", "views", "views_of_checks", "views_of_sources"]
