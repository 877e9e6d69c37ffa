"""Definitions of what looks ahead and of what moves. (name, formula, inputs, null, source)."""

from rules.measures.definitions_plan import Definition

_OURS = "Plumbrule"
_PMI = "common to the earned value standards (ANSI/EIA-748, PMI); https://paulgovan.github.io/PRA/articles/evm.html"
_ES = "Lipke, Earned Schedule Concept, https://www.scribd.com/doc/47929652/Earned-Schedule-Concept"
_MONTE_CARLO = "https://kanbanize.com/kanban-resources/kanban-analytics/monte-carlo-simulation/"
_CURVE = ("earned_schedule.basis", "evm.ev", "baseline.start_date", "baseline.finish_date", "work_item.due_date")
_NO_CURVE = "no basis; see `earned_schedule.gap`"
_FINISHED = ("work_item.resolved_at", "work_item.actual_finish_date", "context.as_of")
_NO_FORECAST = "fewer than 6 finished weeks, nothing done in any of them, or no end within ten years"
_FOUR_PERIODS = "fewer than 16 finished weeks"

EVM_MEASURES: tuple[Definition, ...] = (
    (
        "evm.ev_method",
        "How value is earned: `per_cent_complete` for tasks of plans, as their tool states it; `fifty_fifty` for "
        "items of "
        "trackers: half when begun, half when done, since no tool states how far they are. One way for all of a "
        "kind, so "
        "that projects can be compared.",
        ("evm.basis",),
        "no basis",
        _OURS,
    ),
    (
        "evm.eac_planned_rate",
        "AC + BAC - EV: what is left costs what was planned.",
        ("evm.ac", "evm.bac", "evm.ev"),
        "an input is not known",
        _PMI,
    ),
    (
        "evm.eac_composite",
        "AC + (BAC - EV) / (CPI x SPI): what is left suffers from cost and delay alike.",
        ("evm.ac", "evm.bac", "evm.ev", "evm.pv"),
        "an input is not known, or EV is zero",
        _PMI,
    ),
    (
        "evm.eac_bottom_up",
        "AC + what the tool estimates for the rest: planned less actual cost of a plan's tasks, planned less "
        "actual work, "
        "or a tracker's remaining estimates; only in the unit and from the hand that AC comes from.",
        (
            "evm.ac",
            "work_item.planned_cost",
            "work_item.actual_cost",
            "work_item.estimate_hours",
            "work_item.remaining_hours",
        ),
        "AC is booked time at rates, or a task's rest is not estimated",
        _PMI,
    ),
    (
        "evm.tcpi_eac",
        "(BAC - EV) / (EAC - AC) with the bottom-up EAC: the efficiency that the tool's own estimate of the rest "
        "supposes. "
        "With EAC = BAC / CPI it would be CPI again.",
        ("evm.bac", "evm.ev", "evm.eac_bottom_up", "evm.ac"),
        "no bottom-up EAC, or nothing is left to spend",
        _PMI,
    ),
)

FORECAST_MEASURES: tuple[Definition, ...] = (
    ("earned_schedule.basis", "As evm.basis.", ("evm.basis",), "no basis", _OURS),
    ("earned_schedule.status_date", "As evm.status_date.", ("evm.status_date",), "never", _OURS),
    (
        "earned_schedule.start_date",
        "First day with planned value. Of a tracker: the earliest start, else creation, of a planned item.",
        _CURVE,
        _NO_CURVE,
        _OURS,
    ),
    (
        "earned_schedule.planned_weeks",
        "PD: working days from the first to the last day with planned value, by five.",
        _CURVE,
        _NO_CURVE,
        _ES,
    ),
    (
        "earned_schedule.actual_weeks",
        "AT: working days from the first day to the status date, both included, by five. Once all is earned, to "
        "the finish.",
        (*_CURVE, "evm.status_date"),
        f"{_NO_CURVE}; or the status date is before the first day",
        _ES,
    ),
    (
        "earned_schedule.earned_weeks",
        "ES = C + (EV - PV_C) / (PV_C+1 - PV_C), C being the last week whose cumulative PV is not above EV. "
        "Below the first "
        "week from zero; with EV at or above the last PV the planned duration. Tasks earn PV evenly over their "
        "working days.",
        _CURVE,
        f"{_NO_CURVE}; or the status date is before the first day",
        _ES,
    ),
    (
        "earned_schedule.sv_t_weeks",
        "SV(t) = ES - AT. Negative is behind.",
        ("earned_schedule.earned_weeks",),
        _NO_CURVE,
        _ES,
    ),
    (
        "earned_schedule.spi_t",
        "SPI(t) = ES / AT. Unlike SPI it does not return to 1 when a late project ends.",
        ("earned_schedule.earned_weeks", "earned_schedule.actual_weeks"),
        _NO_CURVE,
        _ES,
    ),
    (
        "earned_schedule.forecast_weeks",
        "IEAC(t) = PD / SPI(t).",
        ("earned_schedule.planned_weeks", "earned_schedule.spi_t"),
        f"{_NO_CURVE}; or nothing is earned",
        _ES,
    ),
    (
        "earned_schedule.forecast_finish_date",
        "The working day on which IEAC(t) ends.",
        ("earned_schedule.forecast_weeks", "earned_schedule.start_date"),
        f"{_NO_CURVE}; nothing is earned; or more than forty years away",
        _ES,
    ),
    (
        "earned_schedule.late_ratio",
        "IEAC(t) / PD - 1.",
        ("earned_schedule.forecast_weeks", "earned_schedule.planned_weeks"),
        f"{_NO_CURVE}; or nothing is earned",
        _OURS,
    ),
    (
        "earned_schedule.tspi",
        "TSPI = (PD - ES) / (PD - AT).",
        ("earned_schedule.planned_weeks", "earned_schedule.earned_weeks", "earned_schedule.actual_weeks"),
        f"{_NO_CURVE}; or the planned duration is over: no pace would still end in time",
        _ES,
    ),
    (
        "earned_schedule.gap",
        "Why there is no earned schedule: `no_baseline` (no basis), `no_progress` (EV is not known), "
        "`unplaced_value` (value "
        "without a finish), `reversed_dates` (a finish before its start), `negative_value`, `not_begun`.",
        _CURVE,
        "there is one",
        _OURS,
    ),
    (
        "flow.open_items",
        "Leaf items of trackers that are not done; no records, epics or milestones.",
        ("work_item.status_category",),
        "never",
        _OURS,
    ),
    ("flow.wip_items", "Of these, items in progress.", ("work_item.status_category",), "never", _OURS),
    ("flow.wip_people", "People who have items in progress.", ("work_item.assignee_id",), "never", _OURS),
    (
        "flow.wip_per_person",
        "Items in progress that belong to somebody / those people.",
        ("flow.wip_items", "flow.wip_people"),
        "nobody has an item in progress",
        _OURS,
    ),
    (
        "flow.oldest_wip_days",
        "The run's day - day on which the oldest item in progress was begun.",
        ("work_item.actual_start_date", "work_item.status_changed_at", "context.as_of"),
        "nothing is in progress",
        _OURS,
    ),
    (
        "flow.cycle_p50_days",
        "Median, by nearest rank, of days from first change of status to done; see work_items.cycle_p85_days.",
        ("field_change.changed_at", "work_item.resolved_at"),
        "fewer than 6 finished items",
        _OURS,
    ),
    (
        "flow.cycle_p85_days",
        "85th percentile of the same.",
        ("field_change.changed_at", "work_item.resolved_at"),
        "fewer than 6 finished items",
        _OURS,
    ),
    (
        "flow.flow_efficiency_ratio",
        "Time from the first change of status to done, without time in the statuses of `portfolio.waiting_statuses` "
        "and in such as mean not begun / that time, over all finished items; time in a status that means done counts "
        "as neither. By the clock, nights and weekends included.",
        ("field_change.changed_at", "field_change.to_value", "work_item.status_category", "waiting_status.status"),
        "no status is configured as waiting, or fewer than 6 finished items with a history",
        "common in Kanban: active time / (active time + waiting time)",
    ),
    (
        "flow.window_weeks",
        "Whole weeks (Monday to Sunday) before the run's own, from the first in which an item was done, at most 26.",
        _FINISHED,
        "never",
        _OURS,
    ),
    ("flow.throughput_per_week", "Items done in those weeks / weeks.", _FINISHED, "no finished week", _OURS),
    (
        "flow.throughput_falls",
        "How often in a row, up to the last four whole weeks, fewer items were done in four weeks than in the "
        "four before; at "
        "most 3.",
        _FINISHED,
        _FOUR_PERIODS,
        _OURS,
    ),
    (
        "flow.throughput_change_ratio",
        "Items done in the last four whole weeks / in those that ended twelve weeks before - 1.",
        _FINISHED,
        f"{_FOUR_PERIODS}; or none was done in the earlier ones",
        _OURS,
    ),
    ("flow.trials", "Number of trials of the simulation.", ("flow.window_weeks",), "never", _OURS),
    (
        "flow.seed",
        "Seed of its random numbers (PCG64): the first 32 bits of SHA-256 of the project's id.",
        ("flow.project_id",),
        "never",
        _OURS,
    ),
    *(
        (
            f"flow.p{share}_weeks",
            f"Weeks within which {share} % of the trials had done the open items; each trial adds up weeks of the "
            f"window, "
            "drawn at random with replacement.",
            ("flow.open_items", "flow.window_weeks", "flow.seed", "flow.trials"),
            _NO_FORECAST,
            _MONTE_CARLO,
        )
        for share in (50, 85, 95)
    ),
    *(
        (
            f"flow.p{share}_date",
            "The run's day + those weeks.",
            (f"flow.p{share}_weeks", "context.as_of"),
            _NO_FORECAST,
            _MONTE_CARLO,
        )
        for share in (50, 85, 95)
    ),
    (
        "flow.due_date",
        "Approved finish, else the finish that the plan states, else the latest due date of an open item.",
        ("projects.baseline_finish_date", "projects.finish_date", "work_item.due_date"),
        "none of them is known",
        _OURS,
    ),
    *(
        (
            f"flow.p{share}_late_days",
            f"Day of p{share} - due date. Positive is late.",
            (f"flow.p{share}_date", "flow.due_date"),
            f"{_NO_FORECAST}; or no due date",
            _OURS,
        )
        for share in (50, 85)
    ),
)
