"""Views of how a project is governed: its mandate, proposals, records, deliveries, and what came after its end."""

from portfolio.model.column import Table, boolean, day, hours, integer, key_text, money, text
from portfolio.model.governance import ARTEFACT_KINDS, PROPOSAL_STATES
from portfolio.model.views.columns import PROJECT_ID, item, same
from portfolio.model.work import PHASES, WORK_ITEM_KINDS

_ITEM_KEY = text("item_key", "key of that item", "held elsewhere")
_STATES = ("draft", "in_review", "approved")

GOVERNANCE_VIEWS: tuple[Table, ...] = (
    Table(
        "mandate",
        "What each project was approved for, and with which means.",
        (
            PROJECT_ID,
            text(
                "objective_metric",
                "what its objective is measured by: as stated, else a benefit that it was approved for",
                "not stated",
            ),
            text("objective_target", "value of it that is to be reached", "not stated"),
            day("objective_due_on", "day by which it is to be reached"),
            text(
                "resource_plan_state",
                "state of its resource plan; not stated counts as draft",
                "there is none",
                values=_STATES,
            ),
            integer("budget_lines", "lines of its budget", "never"),
            boolean(
                "funding_approved",
                "every line of its budget says who approved it, or when",
                "no budget, or a tool's budget, which does not say",
            ),
            day(
                "closed_on",
                "day on which it was closed: as stated, else the actual finish of its plan, else the day on"
                " which its last gate was passed",
                "not closed, or nobody says when",
            ),
        ),
        key=("project_id",),
    ),
    Table(
        "proposals",
        "Requests for projects: those that tools or tables keep as records, and projects in phase propose.",
        (
            key_text("proposal_id", "the record, or the project that is itself the proposal"),
            PROJECT_ID,
            item(),
            _ITEM_KEY,
            key_text("title", "what is proposed"),
            text("state", "where it stands", values=PROPOSAL_STATES),
            *same("proposal", "requested_by", "requested_on", "decided_on", "expected_value", "expected_cost"),
            *same("proposal", "expected_hours", "currency", "approval_ratio"),
            boolean("is_project", "the project itself is the proposal", "never"),
            integer("days_waiting", "days since it was requested, while it waits", "decided or deferred, or no date"),
            *same("proposal", "origin"),
        ),
        key=("proposal_id",),
    ),
    Table(
        "deliveries",
        "Stories, tasks and bugs that are done, of trackers; of plans where a project has no tracker.",
        (
            key_text("item_id", "the item"),
            PROJECT_ID,
            key_text("source", "the source that holds it"),
            text("key", "its key"),
            key_text("title", "its title"),
            text("kind", "what it is", values=WORK_ITEM_KINDS),
            day("resolved_on", "done on"),
            *same("work_item", "acceptance"),
            boolean("is_accepted", "something shows that the result was accepted", "the source has no place for it"),
        ),
        key=("item_id",),
    ),
    Table(
        "record_set",
        "For each project and kind of document: is there one?",
        (
            PROJECT_ID,
            text("kind", "kind of document", values=tuple(kind for kind in ARTEFACT_KINDS if kind != "other")),
            text("phase", "where in its life the project stands", values=PHASES),
            integer("documents", "how many there are", "never"),
            text("title", "title of one of them", "there is none"),
            text("state", "the furthest state of them; not stated counts as draft", "there is none", values=_STATES),
        ),
        key=("project_id", "kind"),
    ),
    Table(
        "snapshot_gaps",
        "Days of checks that follow each other, of the last 366 days, and how far they lie apart; the run's day is the"
        " last.",
        (
            PROJECT_ID,
            day("from_on", "day of a check", "never null"),
            day("to_on", "day of the next one, or the run's day", "never null"),
            integer("gap_days", "days from one to the other", "never"),
        ),
        key=("project_id", "to_on"),
    ),
    Table(
        "supplier_reviews",
        "Suppliers that billed or were paid by a project, and the review of how they performed.",
        (
            PROJECT_ID,
            key_text("supplier_id", "the supplier's name in small letters"),
            key_text("supplier", "the supplier"),
            integer("charges", "invoices and costs of it", "never"),
            day("last_charged_on", "day of the latest of them", "no day is stated"),
            text("review_title", "title of a review of it that is more than a draft", "not reviewed"),
            day("reviewed_on", "day on which that review was approved", "not reviewed, or not approved"),
        ),
        key=("project_id", "supplier_id"),
    ),
    Table(
        "closing_charges",
        "Time and costs of projects that are closed, and how long after the closing they lie.",
        (
            key_text("charge_id", "the time entry or cost"),
            PROJECT_ID,
            item(),
            _ITEM_KEY,
            text("charge_kind", "what was charged", values=("time", "cost")),
            text("charged_by", "who worked, or who was paid", "nobody named"),
            day("charged_on", "day of the work or cost"),
            hours("hours", "booked hours; rejected ones are left out", "a cost"),
            money("amount", "amount of the cost", "time"),
            text("currency", "currency of the amount", "time"),
            day("closed_on", "day on which the project was closed", "nobody says when"),
            integer(
                "days_after",
                "days from the closing to the charge; negative before it",
                "nobody says when it was closed, or the charge has no day",
            ),
        ),
        key=("charge_id",),
    ),
)
"""Registered in portfolio.model.views; SQL in rules/measures/sql."""
