"""Definitions of what is computed of mandate, proposals, gates and records. (name, formula, inputs, null, source)."""

from rules.measures.definitions_tables import Definition

_OURS = "Plumbrule"
_PROJECT_OWN = "`project` as the tools state it, the tracker before the plan"

GOVERNANCE_MEASURES: tuple[Definition, ...] = (
    (
        "gates.earlier_open",
        "Of a gate that was passed: gates of the same tool's project, or table, with a lower number that were not "
        "passed, or were passed on a later day.",
        ("gate.sequence", "gate.state", "gate.decided_on"),
        "the gate was not passed, or has no number",
        _OURS,
    ),
    (
        "artefacts.is_versioned",
        "Its version is stated. False where it is left empty although the source has a place for versions.",
        ("artefact.version",),
        "the source has no place for versions",
        _OURS,
    ),
    (
        "artefacts.link_dead",
        "True where a table of documents says that the location was checked and does not open. Plumbrule itself "
        "follows no links.",
        ("artefact.link_alive",),
        "never",
        _OURS,
    ),
    (
        "mandate.objective_metric",
        f"{_PROJECT_OWN}; else the name of a benefit that the project was approved for. Of several objectives one that "
        "states metric, target and day.",
        ("project.objective_metric", "benefit.name"),
        "no objective is stated",
        _OURS,
    ),
    (
        "mandate.objective_target",
        "The target of that objective; of a benefit its planned amount.",
        ("project.objective_target", "benefit.planned_amount"),
        "no objective is stated, or none of its value",
        _OURS,
    ),
    (
        "mandate.objective_due_on",
        "The day of that objective; of a benefit the day by which it is to be measured.",
        ("project.objective_due_on", "benefit.due_on"),
        "no objective is stated, or none with a day",
        _OURS,
    ),
    (
        "mandate.resource_plan_state",
        "The furthest of approved, in review and draft among the project's resource plans; a state that is not stated "
        "counts as draft.",
        ("artefact.kind", "artefact.state"),
        "there is no resource plan",
        _OURS,
    ),
    (
        "mandate.budget_lines",
        "Lines that count as the project's budget.",
        ("budget_lines.counts",),
        "never",
        _OURS,
    ),
    (
        "mandate.funding_approved",
        "Every line that counts says who approved it or when. False as soon as a line of a people's table says "
        "neither; a tool's line that says neither leaves it open.",
        ("budget_lines.counts", "budget_line.approved_by", "budget_line.approved_on"),
        "no budget, or a tool's budget, which keeps no approvals",
        _OURS,
    ),
    (
        "mandate.closed_on",
        "As a tool states it; else the actual finish of the plan; else the latest decision, where all gates were "
        "passed.",
        ("project.closed_on", "project.actual_finish_date", "gate.decided_on"),
        "not closed, or nobody says when",
        _OURS,
    ),
    (
        "proposals.days_waiting",
        "While it waits for a decision: the run's day - day of the request. Of a project in phase propose: until its "
        "first gate is passed, from the day of the request, else the day on which the tool's project was made.",
        ("proposal.requested_on", "project.requested_on", "project.created_at", "gate.decided_on", "context.as_of"),
        "decided or deferred, or no date",
        _OURS,
    ),
    (
        "proposals.expected_cost",
        "As proposed; of a project in phase propose else the cost of its plan, else its budget. Zero in a plan is not "
        "estimated.",
        ("proposal.expected_cost", "project.expected_cost", "project.planned_cost", "projects.budget_cost"),
        "not estimated",
        _OURS,
    ),
    (
        "proposals.expected_hours",
        "As proposed; of a project in phase propose else the work of its plan. Zero in a plan is not estimated.",
        ("proposal.expected_hours", "project.expected_hours", "project.planned_hours"),
        "not estimated",
        _OURS,
    ),
    (
        "deliveries.is_accepted",
        "The field of evidence is filled. False where it is left empty although the source has a place for it.",
        ("work_item.acceptance",),
        "the source has no place for it",
        _OURS,
    ),
    (
        "record_set.title",
        "Title of the first document of that kind, by the alphabet.",
        ("artefact.title", "artefact.kind"),
        "there is no such document",
        _OURS,
    ),
    (
        "record_set.documents",
        "Documents of that kind, in any state.",
        ("artefact.kind",),
        "never",
        _OURS,
    ),
    (
        "snapshot_gaps.gap_days",
        "Days from a day on which a check kept its measures to the next such day; from the last one to the run's day.",
        ("project_snapshot.taken_on", "context.as_of"),
        "never",
        _OURS,
    ),
    (
        "supplier_reviews.charges",
        "Invoices and costs that name the supplier, whatever its capitals.",
        ("invoice.supplier", "cost.supplier"),
        "never",
        _OURS,
    ),
    (
        "supplier_reviews.review_title",
        "A supplier review that is more than a draft: one that states the supplier; one without, whose title names it, "
        "or of a project with only that supplier.",
        ("artefact.kind", "artefact.supplier", "artefact.title", "artefact.state"),
        "not reviewed",
        _OURS,
    ),
    (
        "closing_charges.days_after",
        "Day of the time entry or cost - day on which the project was closed; rejected hours are left out.",
        ("time_entry.spent_on", "cost.spent_on", "mandate.closed_on"),
        "nobody says when the project was closed, or the charge has no day",
        _OURS,
    ),
)
