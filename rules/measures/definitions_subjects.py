"""Definitions of what is computed of departments, programmes, people, skills and the whole.

(name, formula, inputs, null, source).
"""

_OURS = "Plumbrule"
_CAPACITY = "share of capacity as in capacity planning add-ons (100 % full, 120 % overloaded, over the next 90 days)"

Definition = tuple[str, str, tuple[str, ...], str, str]

_FORECAST = ("evm.eac", "projects.planned_cost", "projects.budget_cost", "projects.is_closed", "projects.currency")
_TREE = ("org_unit.key", "org_unit.parent_key")
_LOAD = (
    "assignment.remaining_hours",
    "assignment.planned_hours",
    "assignment.actual_hours",
    "assignment.start_date",
    "assignment.finish_date",
    "work_item.due_date",
)
_HOURS = ("capacity_week.available_hours", "account.max_units_ratio", "context.as_of")
_STAFF = ("staff_member.account_id", "staff_member.unit_key")
_SKILL = ("skill.skill", "skill.account_id")
_DEMAND = ("skill_demand.hours", "skill_demand.probability_ratio", "skill_demand.month_start", *_LOAD)


def _of_units(view: str, stated: str) -> tuple[Definition, ...]:
    units = (f"project.{stated}", *_TREE)
    return (
        (f"{view}.projects", "Projects whose unit it is, or lies below it.", units, "never", _OURS),
        (
            f"{view}.open_projects",
            "Of these the ones whose phase is not closed.",
            (*units, "projects.is_closed"),
            "never",
            _OURS,
        ),
        (
            f"{view}.budget_cost",
            "Sum of the approved budgets of its projects that are not closed.",
            (*units, "projects.budget_cost", "projects.is_closed", "projects.currency"),
            "one of them has no budget or no currency, or they are of several currencies",
            _OURS,
        ),
        (
            f"{view}.forecast_cost",
            "Sum over its projects that are not closed of EAC (where earned value counts cost), else the cost of the "
            "plan, else the approved budget.",
            (*units, *_FORECAST),
            "one of them has none of these or no currency, or they are of several currencies",
            _OURS,
        ),
        (
            f"{view}.known_forecast_cost",
            "The same, over those of which it is known: at least so much.",
            (*units, *_FORECAST),
            "none is known, or they are of several currencies",
            _OURS,
        ),
        (
            f"{view}.unpriced_projects",
            "Its projects that are not closed and have neither EAC, cost of a plan nor budget, or no currency.",
            (*units, *_FORECAST),
            "never",
            _OURS,
        ),
    )


SUBJECT_MEASURES: tuple[Definition, ...] = (
    *_of_units("departments", "department"),
    (
        "departments.envelope_cost",
        "Sum of what tables state for it and the run's day.",
        ("envelope.amount", "envelope.currency", "envelope.from_date", "envelope.to_date", "context.as_of"),
        "no table states any, several currencies, or another than that of its projects",
        _OURS,
    ),
    (
        "departments.forecast_over_envelope_ratio",
        "Forecast / envelope - 1.",
        ("departments.forecast_cost", "departments.envelope_cost"),
        "one of the two is not known, or their currencies differ",
        _OURS,
    ),
    (
        "departments.members",
        "Active people of it and of the departments below it, as tables of staff state them.",
        (*_STAFF, *_TREE),
        "no table says who is in it",
        _OURS,
    ),
    (
        "departments.planned_90_hours",
        "Work planned with its members in the weeks that begin within the next 90 days, for whatever project.",
        (*_STAFF, *_LOAD, "context.as_of"),
        "no table says who is in it",
        _OURS,
    ),
    (
        "departments.available_90_hours",
        "Hours for projects of its members in these weeks.",
        (*_STAFF, *_HOURS),
        "one member's are not known, or no table says who is in it",
        _OURS,
    ),
    (
        "departments.load_90_ratio",
        "Planned / available.",
        ("departments.planned_90_hours", "departments.available_90_hours"),
        "one of the two is not known, or nobody has hours",
        _CAPACITY,
    ),
    *_of_units("programmes", "programme"),
    (
        "programmes.forecast_finish_date",
        "Latest scheduled finish of its projects that are not closed.",
        ("projects.finish_date", "projects.is_closed", "project.programme"),
        "none has one",
        _OURS,
    ),
    ("people.skills", "Skills that tables state of the person.", _SKILL, "no table of skills", _OURS),
    (
        "people.planned_90_hours",
        "Work planned with the person in the weeks that begin within the next 90 days, over all projects: "
        "what is left of "
        "each assignment, spread evenly over its working days from the run's day on.",
        (*_LOAD, "context.as_of"),
        "never",
        _OURS,
    ),
    (
        "people.available_90_hours",
        "Hours for projects in these weeks: as tables of capacity state, else eight a working day times the "
        "share of full time in the plans.",
        _HOURS,
        "a week has neither",
        _OURS,
    ),
    (
        "people.load_90_ratio",
        "Planned / available.",
        ("people.planned_90_hours", "people.available_90_hours"),
        "the hours are not known, or there are none",
        _CAPACITY,
    ),
    (
        "people.peak_load_ratio",
        "Load of the fullest of these weeks.",
        ("person_weeks.load_ratio",),
        "nothing is planned, or the hours are not known",
        _CAPACITY,
    ),
    ("people.peak_week", "The first Monday of such a week.", ("person_weeks.load_ratio",), "as before", _OURS),
    (
        "people.projects_at_once",
        "Most projects that plan with the person in one of these weeks.",
        (*_LOAD, "context.as_of"),
        "never",
        _OURS,
    ),
    (
        "people.managed_projects",
        "Projects that the person manages, and that are neither proposed nor closed.",
        ("project.manager_id", "projects.phase"),
        "never",
        _OURS,
    ),
    (
        "people.managed_weight",
        "The same, a small project for a half, a large one for two, all others for one.",
        ("project.manager_id", "projects.phase", "project.size_class"),
        "never",
        _OURS,
    ),
    ("organisation.projects", "All projects.", ("project.id",), "never", _OURS),
    ("organisation.open_projects", "Projects whose phase is not closed.", ("projects.is_closed",), "never", _OURS),
    (
        "organisation.people",
        "People of view people who may still be given work.",
        ("people.is_active",),
        "never",
        _OURS,
    ),
    (
        "organisation.open_threats",
        "Open risks of projects not closed that are no opportunities.",
        ("risk.kind", "risk.state", "projects.is_closed"),
        "never",
        _OURS,
    ),
    (
        "organisation.open_opportunities",
        "Open opportunities of projects not closed.",
        ("risk.kind", "risk.state", "projects.is_closed"),
        "never",
        _OURS,
    ),
    (
        "organisation.reviewed_opportunities",
        "Opportunities of any project and state that were looked at in the last 90 days.",
        ("risk.kind", "risk.reviewed_on", "context.as_of"),
        "never",
        _OURS,
    ),
    (
        "subject_snapshots.value",
        "The measure as it was that day.",
        ("subject_snapshot.value",),
        "not computable that day",
        _OURS,
    ),
    ("skills.holders", "Active people who have it, by tables of skills.", _SKILL, "never", _OURS),
    (
        "skills.demand_hours",
        "Hours x probability (1 where none is stated) of tables of demand for the months that begin within the next 90 "
        "days, this one included, + what is left of the work of generic resources of that name in plans "
        "for these months.",
        (*_DEMAND, "context.as_of"),
        "never",
        _OURS,
    ),
    (
        "skills.planned_hours",
        "Work planned with active holders in the weeks that begin within the next 90 days.",
        (*_SKILL, *_LOAD, "context.as_of"),
        "never",
        _OURS,
    ),
    ("skills.available_hours", "Their hours for projects.", (*_SKILL, *_HOURS), "one's are not known", _OURS),
    (
        "skills.free_hours",
        "Sum by holder and week of available - planned, where that is more than nothing. Of a person "
        "with several skills "
        "the hours are free for each of them.",
        (*_SKILL, *_LOAD, *_HOURS),
        "one's hours are not known",
        _OURS,
    ),
    ("skills.gap_hours", "Demand - free.", ("skills.demand_hours", "skills.free_hours"), "free is not known", _OURS),
    (
        "skills.load_ratio",
        "Planned / available of active holders.",
        ("skills.planned_hours", "skills.available_hours"),
        "nobody has it, or one's hours are not known",
        _CAPACITY,
    ),
    (
        "skill_months.demand_hours",
        "As skills.demand_hours, of the month.",
        (*_DEMAND, "context.as_of"),
        "never",
        _OURS,
    ),
    (
        "skill_months.gap_hours",
        "Demand of the month - hours that its active holders have left in the weeks that begin in it.",
        (*_DEMAND, *_SKILL, *_HOURS),
        "one's hours are not known",
        _OURS,
    ),
    (
        "risk_causes.projects",
        "Projects not closed with an open threat that is tagged with the cause.",
        ("risk.cause", "risk.state", "risk.kind", "projects.is_closed"),
        "never",
        _OURS,
    ),
    (
        "risk_causes.exposure_cost",
        "Sum of probability x impact of these threats.",
        ("risk.probability_ratio", "risk.impact_cost", "risk.cause"),
        "one is not known, or they are of several currencies",
        _OURS,
    ),
    (
        "repeated_findings.projects",
        "Projects in the department, or below it, with a finding of the rule that was opened in the last 365 days.",
        ("finding.opened_on", "finding.rule_id", "finding.project_id", "project.department", "context.as_of"),
        "never",
        _OURS,
    ),
)
