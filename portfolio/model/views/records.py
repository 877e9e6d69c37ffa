"""Views of governance records and of money."""

from portfolio.model.column import Column, Table, boolean, index, integer, key_text, money, text
from portfolio.model.views.columns import BASE, PROJECT_ID, item


def _view(table: str, view: str, id_name: str, *own: Column, drop: tuple[str, ...] = ()) -> Table:
    base = BASE[table]
    technical = {"id", "source", "project_id", "work_item_id", "deleted_at", "deleted_reason", "account_id"}
    technical |= {"row_number", "alike", *drop}
    kept = tuple(c for c in base if c.name not in technical)
    has_item = base.column("work_item_id") is not None
    holder = (item(), text("item_key", "key of that item", "held elsewhere")) if has_item else ()
    return Table(view, base.doc, (key_text(id_name, "the record"), PROJECT_ID, *holder, *kept, *own), key=(id_name,))


RECORDS: tuple[Table, ...] = (
    _view(
        "gate",
        "gates",
        "gate_id",
        integer(
            "earlier_open",
            "of a gate that was passed: gates before it that were not, or only later",
            "not passed, or gates have no order",
        ),
    ),
    _view("status_report", "status_reports", "report_id"),
    _view(
        "risk",
        "risks",
        "risk_id",
        boolean("is_opportunity", "would do good; a risk of no stated kind is a threat", "never"),
        text("owner_name", "name of the owner", "nobody"),
        money("exposure_cost", "probability x impact"),
        integer("days_since_review", "days since it was looked at", "never reviewed"),
        boolean("keeps_reviews", "the source can hold days of review", "it cannot"),
    ),
    _view(
        "project_issue",
        "project_issues",
        "project_issue_id",
        text("owner_name", "name of the owner", "nobody"),
        integer("days_open", "days since it was raised, while not closed", "closed, or no date"),
    ),
    _view(
        "change_request",
        "changes",
        "change_id",
        integer("days_open", "days since it was raised, while undecided", "decided, or no date"),
    ),
    _view(
        "artefact",
        "artefacts",
        "artefact_id",
        boolean("is_versioned", "its version is stated", "the source has no place for versions"),
        boolean("link_dead", "somebody checked the location and it did not open", "never"),
    ),
    _view("stakeholder", "stakeholders", "stakeholder_id"),
    _view("lesson", "lessons", "lesson_id"),
    _view(
        "budget_line",
        "budget_lines",
        "budget_line_id",
        boolean("counts", "is part of the budget: lines of a people's table outrank those that tools hold"),
    ),
    _view("cost", "costs", "cost_id"),
    _view("invoice", "invoices", "invoice_id"),
    _view(
        "benefit",
        "benefits",
        "benefit_id",
        text("owner_name", "who answers for it", "nobody"),
        index("realised_ratio", "realised / planned"),
        integer("days_overdue", "days since it was to be measured; negative before that", "measured, or no day agreed"),
        drop=("owner_id",),
    ),
)
"""Views of what a PMO keeps about a project: each shows its stored table, live rows only."""
