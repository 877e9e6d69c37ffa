"""The documented views: what rule authors, reports and readers may see. A contract, versioned by `VIEWS_VERSION`.

Deleted rows and technical columns are not in them. `project_id` is always the initiative, `item_id` the work item,
`person_id` the human. Their SQL is in rules/measures; tests hold it against these declarations.
"""

from portfolio.model.column import Table, day
from portfolio.model.views.capacity import CAPACITY_VIEWS, REPEATED_FINDINGS
from portfolio.model.views.checks import FINDINGS, WAIVERS
from portfolio.model.views.dependencies import DEPENDENCIES
from portfolio.model.views.exposure import RISK_EXPOSURE
from portfolio.model.views.forecast import EARNED_SCHEDULE, FLOW
from portfolio.model.views.governance import GOVERNANCE_VIEWS
from portfolio.model.views.movement import MOVEMENT
from portfolio.model.views.network import NETWORK_VIEWS
from portfolio.model.views.people import ALLOCATIONS, BILLING_MONTHS, PERSON_WEEKS, TIME_ENTRIES
from portfolio.model.views.projects import EVM, PROJECT_SOURCES, PROJECTS, SCHEDULE, SCOPE, SNAPSHOTS, SYNC_RUNS
from portfolio.model.views.records import RECORDS
from portfolio.model.views.subjects import SUBJECT_VIEWS
from portfolio.model.views.tables import TABLE_VIEWS
from portfolio.model.views.upkeep import UPKEEP_VIEWS
from portfolio.model.views.work import LINKS, SPRINTS, WORK_ITEMS

VIEWS_VERSION = 1

CONTEXT = Table(
    "context",
    "One row: the moment that the run takes for now. Measures read it instead of a clock.",
    (day("as_of", "the run's day, in the portfolio's time zone", "never null"),),
    key=("as_of",),
)

VIEWS: dict[str, Table] = {
    v.name: v
    for v in (
        PROJECTS,
        PROJECT_SOURCES,
        WORK_ITEMS,
        LINKS,
        DEPENDENCIES,
        TIME_ENTRIES,
        BILLING_MONTHS,
        SPRINTS,
        ALLOCATIONS,
        PERSON_WEEKS,
        EVM,
        SCHEDULE,
        SCOPE,
        *NETWORK_VIEWS,
        EARNED_SCHEDULE,
        FLOW,
        *MOVEMENT,
        *RECORDS,
        *TABLE_VIEWS,
        *GOVERNANCE_VIEWS,
        RISK_EXPOSURE,
        *UPKEEP_VIEWS,
        SNAPSHOTS,
        SYNC_RUNS,
        FINDINGS,
        WAIVERS,
        *SUBJECT_VIEWS,
        *CAPACITY_VIEWS,
        REPEATED_FINDINGS,
    )
}
"""Every documented view, by name."""

VIEWS_OF_CHECKS = (FINDINGS.name, WAIVERS.name, REPEATED_FINDINGS.name)
"""Views of what a check itself finds out: they are filled once all other rules were evaluated."""
