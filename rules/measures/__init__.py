"""The SQL behind the documented views, and where each computed number comes from.

One file of SQL per view, in DuckDB's dialect and within what sqlglot carries over to Spark: no lambda, no division
but by `nullif(..., 0)`, no clock but `context.as_of`. The larger side of a join stands left: the right one is what is
held in memory. Names that begin with `_` are steps on the way, neither documented nor published; one whose text begins
with `-- Not stored` is worked out anew by each that reads it.
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from portfolio.model import VIEWS_OF_CHECKS
from rules.measures.catalogue import CATALOGUE, Measure, reference

ORDER = (
    "_members",
    "_source_projects",
    "_owners",
    "_histories",
    "_people",
    "_items",
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
    "_values",
    "_estimates",
    "evm",
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
    "_logic",
    "work_items",
    "links",
    "sprints",
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
    "invoices",
    "benefits",
    "budget_use",
    "person_months",
    "resource_use",
    "trainings",
    "attestations",
    "_units",
    "_unit_paths",
    "project_units",
    "_readings",
    "_ages",
    "project_sources",
    "snapshots",
    "sync_runs",
    "findings",
    "waivers",
)
"""Names of the files, each after those that it reads."""

_STEPS_OF_CHECKS = ("_members", "_source_projects")


@cache
def views() -> Sequence[tuple[str, str]]:
    """(name, SELECT) of every step and view, in the order in which they can be computed; what Store.measure() takes."""
    folder = resources.files(__package__) / "sql"
    return tuple((name, (folder / f"{name}.sql").read_text(encoding="utf-8").strip()) for name in ORDER)


def views_of_sources() -> Sequence[tuple[str, str]]:
    """Those that are computed before rules are evaluated."""
    return tuple((name, sql) for name, sql in views() if name not in VIEWS_OF_CHECKS)


def views_of_checks() -> Sequence[tuple[str, str]]:
    """Those of what the check itself found, with the steps that they read; what Snapshot.extend() takes."""
    return tuple((name, sql) for name, sql in views() if name in (*_STEPS_OF_CHECKS, *VIEWS_OF_CHECKS))


__all__ = ["CATALOGUE", "ORDER", "Measure", "reference", "views", "views_of_checks", "views_of_sources"]
