"""Definitions of what projects need of each other, and of their exposure. (name, formula, inputs, null, source)."""

from rules.measures.definitions_plan import Definition

_OURS = "Plumbrule"

DEPENDENCY_MEASURES: tuple[Definition, ...] = (
    (
        "links.item_circle",
        "A shortest circle of open links that this one is part of, by the keys or titles of its items. Open: neither "
        "end is done. Every link in a strongly connected component is part of one circle that is named.",
        ("work_item_link.from_id", "work_item_link.to_id", "work_item.status_category"),
        "it is part of no circle",
        "Tarjan 1972, by networkx",
    ),
    (
        "links.project_circle",
        "The same for projects, each joined to another by an open link between their items.",
        ("work_item_link.from_id", "work_item_link.to_id", "work_item.status_category"),
        "it joins no projects that wait for each other",
        "Tarjan 1972, by networkx",
    ),
    (
        "dependencies.is_open",
        "Neither the delivered nor the waiting item is done.",
        ("work_item.status_category",),
        "the state of one is not known, and the other is not done",
        _OURS,
    ),
    (
        "dependencies.slack_days",
        "Need of the consumer - delivery of the supplier, in calendar days. Negative: it comes too late.",
        ("links.from_finish_date", "links.to_start_date"),
        "a date is missing, or other ends than finish and start are tied",
        _OURS,
    ),
    (
        "dependencies.blocked_since",
        "Planned start of the consumer (its due date where it has none) if that is not after the run's day, the "
        "consumer has not begun, and the supplier is not done.",
        ("work_item.start_date", "work_item.due_date", "work_item.status_category", "context.as_of"),
        "it does not wait",
        _OURS,
    ),
    (
        "dependencies.blocked_days",
        "The run's day - blocked since.",
        ("dependencies.blocked_since", "context.as_of"),
        "it does not wait",
        _OURS,
    ),
    (
        "dependencies.supplier_is_red",
        "The supplier reports red, or CPI < 0.9, or SPI < 0.9, or its finish slips by more than 10 % of the approved "
        "duration, or its estimate at completion is more than 10 % above the approved budget. A closed project is not. "
        "The outcome of rules is not asked, or they would depend on each other.",
        (
            "projects.reported_health",
            "evm.cpi",
            "evm.spi",
            "schedule.slip_ratio",
            "evm.eac_over_budget_ratio",
            "projects.is_closed",
        ),
        "nothing of this is known of it",
        _OURS,
    ),
    (
        "dependencies.red_steps",
        "Open dependencies between projects from the nearest red project to the consumer, this one included: a breadth-"
        "first search from all red projects.",
        ("dependencies.supplier_is_red", "dependencies.is_open"),
        "no red project reaches here, or an end is done",
        _OURS,
    ),
    (
        "dependencies.onward_projects",
        "Projects that can be reached from the consumer over open dependencies.",
        ("dependencies.is_open",),
        "never",
        _OURS,
    ),
    (
        "risks.is_opportunity",
        "Its kind is opportunity. A risk without a kind is a threat.",
        ("risk.kind",),
        "never",
        _OURS,
    ),
    (
        "risk_exposure.exposure_cost",
        "Sum of probability x impact of the threats that are not closed, in the currency of the project, else that of "
        "its risks. Different currencies are never added.",
        ("risks.exposure_cost", "risks.state", "risks.currency", "projects.currency"),
        "a threat lacks probability or impact, or is valued in another currency or none",
        "PMBOK Guide: expected monetary value",
    ),
    (
        "risk_exposure.opportunity_cost",
        "Sum of probability x effect of the opportunities that are not closed. It is not taken off the exposure.",
        ("risks.exposure_cost", "risks.state", "risks.currency"),
        "an opportunity is not valued in that currency",
        "PMBOK Guide: expected monetary value",
    ),
    (
        "risk_exposure.reserve_cost",
        "Sum of the budget lines that count and whose category or number holds the word contingency or reserve (also: "
        "Risikovorsorge, 应急, 风险储备, 预备费). A management reserve is not for known risks and does not count.",
        ("budget_lines.amount", "budget_lines.category", "budget_lines.number", "budget_lines.counts"),
        "no such line in that currency, or its amount is not known",
        "PMBOK Guide: contingency reserve",
    ),
    (
        "risk_exposure.exposure_ratio",
        "Exposure / reserve.",
        ("risk_exposure.exposure_cost", "risk_exposure.reserve_cost"),
        "one is not known, or the reserve is zero",
        "PMBOK Guide: reserve analysis",
    ),
)
