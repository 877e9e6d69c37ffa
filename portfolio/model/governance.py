"""Gates, reports, risks, changes, artefacts: what a PMO keeps about a project."""

from portfolio.model.column import (
    Table,
    boolean,
    day,
    deletable,
    from_source,
    hours,
    integer,
    key_text,
    money,
    of_file,
    ratio,
    text,
)
from portfolio.model.work import HEALTH

ARTEFACT_KINDS = (
    "charter",
    "business_case",
    "scope_statement",
    "communication_plan",
    "quality_plan",
    "resource_plan",
    "acceptance",
    "lessons_report",
    "end_report",
    "post_implementation_review",
    "supplier_review",
    "recovery_plan",
    "other",
)


def _of_project(name: str, doc: str, *own: object) -> Table:
    """A governance table: it belongs to a project and, where the tool keeps it as one, to a work item."""
    return Table(
        name,
        doc,
        (
            *from_source(),
            key_text("project_id", "the project of the tool"),
            text("work_item_id", "the item that holds the record", "held elsewhere"),
            *own,  # type: ignore[arg-type]
            *deletable(),
        ),
    )


GOVERNANCE_TABLES: tuple[Table, ...] = (
    _of_project(
        "gate",
        "A decision point of the project's life.",
        key_text("name", "name of the gate"),
        integer("sequence", "order among the project's gates"),
        text("state", "what was decided", values=("planned", "passed", "rejected")),
        day("planned_on", "when the decision is due"),
        day("decided_on", "when it was taken", "not yet decided"),
        text("decided_by", "who took it", "nobody named"),
    ),
    _of_project(
        "status_report",
        "What the project manager says about the project.",
        day("reported_on", "date of the report", "never null"),
        text("health", "colour stated", values=HEALTH),
        text("comment", "words beside the colour", "none"),
        text("account_id", "who reported"),
    ),
    _of_project(
        "risk",
        "A threat, or an opportunity, that may happen.",
        key_text("title", "what may happen"),
        text("kind", "bad or good", values=("threat", "opportunity")),
        text("state", "still to be watched or not", values=("open", "closed")),
        text("owner_id", "account that watches it", "nobody"),
        ratio("probability_ratio", "how likely"),
        money("impact_cost", "cost if it happens; positive also for opportunities"),
        text("currency", "currency of the impact"),
        text("response", "what is done about it", "nothing stated"),
        day("due_date", "response due, or risk expected"),
        day("reviewed_on", "last looked at"),
        text("cause", "cause tag that allows comparing projects", "not tagged"),
    ),
    _of_project(
        "project_issue",
        "A problem that has come up and must be dealt with: an entry of the issue log, not a tracker's issue.",
        key_text("title", "what has come up"),
        text("state", "still to be dealt with or not", values=("open", "postponed", "closed")),
        text("owner_id", "account that deals with it", "nobody"),
        text("priority", "the tool's own priority"),
        text("response", "what is done about it, or how it was resolved", "nothing stated"),
        day("raised_on", "written down on"),
        day("due_date", "to be resolved by", "no day agreed"),
        text("cause", "cause tag that allows comparing projects", "not tagged"),
    ),
    _of_project(
        "change_request",
        "A request to change what was approved.",
        key_text("title", "what is asked"),
        text("state", "where it stands", values=("raised", "approved", "rejected", "implemented")),
        day("raised_on", "asked on"),
        day("decided_on", "decided on", "undecided"),
        hours("effort_hours", "work it adds; negative takes away"),
        money("cost", "cost it adds; negative takes away"),
        text("currency", "currency of the cost"),
    ),
    _of_project(
        "artefact",
        "A document of record.",
        key_text("title", "its title"),
        text("kind", "what it records", values=ARTEFACT_KINDS),
        text("state", "how far it is", values=("draft", "in_review", "approved")),
        text("approved_by", "who approved it", "not approved"),
        day("approved_on", "when", "not approved"),
        text("location", "where it lies", "not linked"),
    ),
    _of_project(
        "stakeholder",
        "Somebody with a strong interest in the project.",
        key_text("name", "who"),
        text("role", "in which part"),
        text("interest", "what they want", "not recorded"),
        text("influence", "how strong", values=("low", "medium", "high")),
        day("reviewed_on", "last looked at"),
        *of_file(),
    ),
    _of_project(
        "lesson",
        "What was learned.",
        key_text("title", "the lesson"),
        text("cause", "cause tag", "not tagged"),
        boolean("has_action", "an action was made of it"),
    ),
    _of_project(
        "benefit",
        "What the project was approved for: planned, and measured once it is there.",
        key_text("name", "the benefit"),
        text("owner_id", "account that answers for it", "nobody"),
        text("unit", "what the amounts count, for instance hours a month", "money, in the currency"),
        money("planned_amount", "amount that was promised"),
        money("realised_amount", "amount that was measured", "not measured"),
        text("currency", "ISO 4217 code", "not money"),
        day("due_on", "to be measured by", "no day agreed"),
        day("measured_on", "measured on", "not measured"),
        *of_file(),
    ),
)
