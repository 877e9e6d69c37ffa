"""View of what a project's risks may cost, and of what is set aside for them."""

from portfolio.model.column import Table, index, integer, money, text
from portfolio.model.views.columns import PROJECT_ID

RISK_EXPOSURE = Table(
    "risk_exposure",
    "What the open risks of a project may cost, against the reserve in its budget.",
    (
        PROJECT_ID,
        text("currency", "ISO 4217 code: of the project, else of its risks", "no open risk, or none with a currency"),
        integer("open_threats", "threats that are not closed"),
        integer("unvalued_threats", "of them, those whose probability or impact is not known"),
        integer("foreign_threats", "of them, those valued in another currency, or in none"),
        money("exposure_cost", "sum of probability x impact of open threats", "one is not valued in that currency"),
        integer("open_opportunities", "opportunities that are not closed"),
        money("opportunity_cost", "sum of probability x effect of open opportunities", "one is not valued so"),
        money("reserve_cost", "sum of the budget lines for contingency", "the budget has no such line"),
        index("exposure_ratio", "exposure / reserve"),
    ),
    key=("project_id",),
)
