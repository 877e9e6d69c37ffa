"""Definitions of what is computed from tables that people keep. (name, formula, inputs, null, source)."""

_OURS = "Plumbrule"

Definition = tuple[str, str, tuple[str, ...], str, str]

CHECK_MEASURES: tuple[Definition, ...] = (
    (
        "findings.value",
        "What the rule measured: its ratio, metric, count or value column.",
        ("finding.value",),
        "the rule measures no single value",
        _OURS,
    ),
    (
        "findings.threshold",
        "The limit that the value was held against.",
        ("finding.threshold",),
        "the rule has no single limit",
        _OURS,
    ),
    (
        "findings.age_days",
        "Run's day (or day on which it was gone) - day on which it was opened - days under waiver.",
        ("finding.opened_on", "finding.resolved_on", "finding.waived_days", "context.as_of"),
        "it is not a finding yet",
        _OURS,
    ),
    (
        "findings.fix_by",
        "Day on which it was last opened + days since then under waiver + working days by severity "
        "(`[rules.fix_within_days]`).",
        ("finding.opened_on", "finding.reopened_on", "finding.waived_days", "finding.severity"),
        "its severity has no deadline",
        _OURS,
    ),
    (
        "findings.overdue_days",
        "While open: the run's day - day by which it is to be mended.",
        ("finding.fix_by", "context.as_of"),
        "not open, or no deadline",
        _OURS,
    ),
    (
        "waivers.days_left",
        "Last day as granted - the run's day.",
        ("waiver_state.expires_on", "context.as_of"),
        "no last day is stated",
        _OURS,
    ),
    (
        "waivers.not_needed_days",
        "While in force: the run's day - the latest of: first day, last check at which it covered an open finding, "
        "else first check that knew it.",
        ("waiver_state.starts_on", "waiver_state.last_needed_on", "waiver_state.first_checked_on", "context.as_of"),
        "not in force",
        _OURS,
    ),
)

TABLE_MEASURES: tuple[Definition, ...] = (
    (
        "budget_lines.counts",
        "True for lines of tables; for lines held in tools only where no table has lines of the initiative.",
        ("budget_line.origin",),
        "never",
        _OURS,
    ),
    (
        "invoices.has_budget_line",
        "As stated; else whether the initiative's budget has a line of that number or category.",
        ("invoice.has_budget_line", "invoice.category", "budget_line.number", "budget_line.category"),
        "neither is stated",
        _OURS,
    ),
    (
        "benefits.realised_ratio",
        "Realised / planned.",
        ("benefit.realised_amount", "benefit.planned_amount"),
        "not measured, not planned, or planned is zero",
        _OURS,
    ),
    (
        "benefits.days_overdue",
        "While not measured: the run's day - day due.",
        ("benefit.due_on", "benefit.realised_amount", "context.as_of"),
        "measured, or no day agreed",
        _OURS,
    ),
    (
        "budget_use.spent_ratio",
        "Costs of the category / lines of the category.",
        ("budget_lines.amount", "costs.amount", "costs.category"),
        "lines or costs of different currencies, or a budget of zero",
        _OURS,
    ),
    (
        "person_months.rated_hours",
        "Booked hours that have a cost rate in the project's currency: the person's dated rate of a table, else that "
        "of the person's role on that day, else the rate that a tool states for the login.",
        ("time_entry.hours", "rate.rate_per_hour", "approved_resource.role", "account.rate_per_hour"),
        "plans of different currencies",
        _OURS,
    ),
    (
        "person_months.cost",
        "Sum of hours x rate, in the same order of rates.",
        ("person_months.rated_hours",),
        "an hour has no rate",
        _OURS,
    ),
    (
        "resource_use.is_approved",
        "On every day of use an approval is in force, everywhere or for this project. A supplier of the suppliers' "
        "table is approved unless it is suspended or rejected.",
        ("approved_resource.account_id", "approved_resource.supplier", "supplier.name", "supplier.state"),
        "the approval is dated and the use is not",
        _OURS,
    ),
    (
        "snapshots.value",
        "The measure as a check computed it on that day; the latest check of a day counts.",
        ("project_snapshot.value",),
        "it was not computable that day",
        _OURS,
    ),
    (
        "trainings.days_left",
        "Last day of validity - the run's day.",
        ("training_record.expires_on", "context.as_of"),
        "it does not expire",
        _OURS,
    ),
    (
        "attestations.is_valid",
        "Confirmed on or before the run's day, and its own last day, where it states one, is not past. Rules may let "
        "it lapse earlier, and may ask for a role.",
        ("attestation.attested_on", "attestation.valid_until", "context.as_of"),
        "no day of confirmation",
        _OURS,
    ),
    (
        "attestations.days_left",
        "Its own last day - the run's day.",
        ("attestation.valid_until", "context.as_of"),
        "no last day is stated",
        _OURS,
    ),
    (
        "project_units.unit_key",
        "The unit of the stated kind with that key or, if it is the only one, with that name; above it, the unit in "
        "which it lies, up to five levels.",
        ("project.department", "project.programme", "org_unit.key", "org_unit.name", "org_unit.parent_key"),
        "the tree has no such unit, or several of that name",
        _OURS,
    ),
)
