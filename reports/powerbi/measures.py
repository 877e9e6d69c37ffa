"""Measures of the model: numbers of the report's first page, and what people build from them."""

from dataclasses import dataclass

from portfolio.model.checks import SEVERITIES
from reports.powerbi.facts import LATE_DAYS
from reports.powerbi.terms import Aggregate, Is, Known, Quotient, Term, Where

TABLE = "Key Figures"
"""Table of the model that holds all measures and no rows: a measure may not have the name of a column beside it."""
COUNT, MONEY, SHARE, INDEX, DAYS, HOURS = "#,##0", "#,##0", "0.0%;-0.0%;0.0%", "0.00", "+#,##0;-#,##0;0", "#,##0.0"


@dataclass(frozen=True)
class Measure:
    """One measure: its name, what it says, how it is shown, what it is made of, and the folder that it is listed in."""

    name: str
    doc: str
    shown: str
    term: Term
    folder: str
    feed: tuple[str, ...] = ()


_F, _W, _FINDINGS = "Project Figures", "Work Item", "Finding"
_OPEN = Is("is_open", True)
_EV, _KEPT = "Earned value", "Compliance"
_MIXED = "Empty where the chosen projects do not share one currency or unit."
_COUNTED: tuple[Where, ...] = (Is("state", "open"), Is("mode", "enforce"), Is("is_waived", False))


def _earned(column: str, *more: str) -> Aggregate:
    """Earned value of projects that are not closed, where that and the others are known; in whatever it is counted."""
    known = tuple(Known(name) for name in dict.fromkeys((column, *more)))
    return Aggregate("sum", _F, column, (_OPEN, *known, Known("unit")), one_of="unit")


def _in_money(column: str, *more: str) -> Aggregate:
    """The same of projects that count it in money."""
    found = _earned(column, *more)
    return Aggregate("sum", _F, column, (*found.where, Is("basis", "cost")), one_of="unit")


def _money(column: str, *more: str) -> Aggregate:
    known = tuple(Known(name) for name in dict.fromkeys((column, *more)))
    return Aggregate("sum", _F, column, (_OPEN, *known, Known("currency")), one_of="currency")


def _projects(*where: Where) -> Aggregate:
    return Aggregate("count", _F, where=(_OPEN, *where))


def _portfolio() -> tuple[Measure, ...]:
    told = [Measure("Open Projects", "Projects that are not closed.", COUNT, _projects(), "Projects")]
    for colour in ("red", "amber", "green", "unknown"):
        doc = f"Open projects whose computed colour is {colour}: what the rules say, not what people report."
        name, term = f"{colour.capitalize()} Projects", _projects(Is("computed_health", colour))
        told.append(Measure(name, doc, COUNT, term, "Projects"))
    better = _projects(Is("is_reported_better", True))
    doc = "Open projects that are reported in a better colour than the computed one."
    told.append(Measure("Reported Better", doc, COUNT, better, "Projects"))
    return tuple(told)


def _earned_value() -> tuple[Measure, ...]:
    names = (
        ("BAC", "bac", "Budget at completion: total of the baseline.", ("ProjectBaselines.ProjectBaselineCost",)),
        ("PV", "pv", "Planned value (BCWS).", ("Projects.ProjectBCWS",)),
        ("EV", "ev", "Earned value (BCWP).", ("Projects.ProjectBCWP",)),
        ("AC", "ac", "Actual cost (ACWP).", ("Projects.ProjectACWP",)),
        ("EAC", "eac", "Estimate at completion: BAC / CPI.", ("Projects.ProjectEAC",)),
    )
    sums = [
        Measure(name, f"{doc} Open projects that count it in money. {_MIXED}", MONEY, _in_money(column), _EV, feed)
        for name, column, doc, feed in names
    ]
    return (
        *sums,
        Measure(
            "CPI", f"Cost performance index: EV / AC of open projects of which both are known. {_MIXED}", INDEX,
            Quotient(_earned("ev", "ac"), _earned("ac", "ev")), _EV, ("Projects.ProjectCPI",),
        ),
        Measure(
            "SPI", f"Schedule performance index: EV / PV of open projects of which both are known. {_MIXED}", INDEX,
            Quotient(_earned("ev", "pv"), _earned("pv", "ev")), _EV, ("Projects.ProjectSPI",),
        ),
        Measure(
            "EAC over BAC",
            f"EAC / BAC - 1 of open projects of which both are known and counted in money. {_MIXED}", SHARE,
            Quotient(_in_money("eac", "bac"), _in_money("bac", "eac"), beyond=True), _EV,
        ),
    )  # fmt: skip


def _spending() -> tuple[Measure, ...]:
    return (
        Measure(
            "Budget", f"Approved budgets of open projects. {_MIXED}", MONEY, _money("budget_cost"), "Money",
            ("Projects.ProjectBudgetCost",),
        ),
        Measure(
            "Actual Cost", f"Cost so far of open projects, as their plans state it. {_MIXED}", MONEY,
            _money("actual_cost"), "Money", ("Projects.ProjectActualCost",),
        ),
        Measure(
            "Budget Used", f"Cost so far / approved budget of open projects of which both are known. {_MIXED}",
            SHARE, Quotient(_money("actual_cost", "budget_cost"), _money("budget_cost", "actual_cost")), "Money",
        ),
        Measure(
            "Approved Amount", f"Budget lines that count, by category and period. {_MIXED}", MONEY,
            Aggregate("sum", "Budget Line", "amount", (Is("counts", True), Known("currency")), one_of="currency"),
            "Money",
        ),
        Measure(
            "Costs", f"Money spent that is not somebody's hours. {_MIXED}", MONEY,
            Aggregate("sum", "Cost", "amount", (Known("currency"),), one_of="currency"), "Money",
        ),
        Measure(
            "Exposure", f"Probability x impact of open threats. {_MIXED}", MONEY,
            Aggregate(
                "sum", "Risk", "exposure_cost", (Is("state", "open"), Is("is_opportunity", False), Known("currency")),
                one_of="currency",
            ),
            "Money", ("Risks.CostExposure",),
        ),
    )  # fmt: skip


def _schedule() -> tuple[Measure, ...]:
    slipped = (_OPEN, Known("slip_days"))
    return (
        Measure(
            "Mean Slip Days", "Calendar days from approved to forecast finish, mean of open projects.", DAYS,
            Aggregate("mean", _F, "slip_days", slipped), "Schedule", ("Projects.ProjectFinishVariance",),
        ),
        Measure(
            "Worst Slip Days", "Calendar days from approved to forecast finish, of the latest open project.", DAYS,
            Aggregate("most", _F, "slip_days", slipped), "Schedule",
        ),
        Measure(
            "Late Projects",
            f"Open projects whose forecast finish is more than {LATE_DAYS} days after the approved one, or has passed.",
            COUNT, _projects(Is("is_late", True)), "Schedule",
        ),
        Measure(
            "Milestones Due", "Milestones of open projects with an approved day by now.", COUNT,
            Aggregate("sum", _F, "milestones_due", (_OPEN,)), "Schedule",
        ),
        Measure(
            "Milestones Late", "Of them late, or forecast late.", COUNT,
            Aggregate("sum", _F, "milestones_late", (_OPEN,)), "Schedule",
        ),
        Measure(
            "Milestones Overdue", "Milestones that are not reached though their day has passed.", COUNT,
            Aggregate("count", "Milestone", where=(Is("is_overdue", True),)), "Schedule",
        ),
    )  # fmt: skip


def _compliance() -> tuple[Measure, ...]:
    told = [
        Measure(
            "Portfolio Score", "Compliance score of the whole at this check, as the report tells it.", SHARE,
            Aggregate("mean", "Level Score", "score", (Is("level", "organisation"), Is("is_latest", True))), _KEPT,
        ),
        Measure(
            "Mean Project Score", "Compliance score at this check, mean of the projects.", SHARE,
            Aggregate("mean", _F, "score"), _KEPT,
        ),
        Measure(
            "Mean Score at Check", "Compliance score at each check, mean of the projects: for trends by date.", SHARE,
            Aggregate("mean", "Score", "score"), _KEPT,
        ),
        Measure(
            "Findings Open", "Open findings of rules in force that no waiver covers.", COUNT,
            Aggregate("count", _FINDINGS, where=_COUNTED), _KEPT,
        ),
    ]  # fmt: skip
    by_severity = [
        Measure(
            f"{severity.capitalize()} Findings", f"Of them those of severity {severity}.", COUNT,
            Aggregate("count", _FINDINGS, where=(*_COUNTED, Is("severity", severity))), _KEPT,
        )
        for severity in SEVERITIES
    ]  # fmt: skip
    return (
        *told,
        *by_severity,
        Measure(
            "Findings Overdue", "Open findings past the day by which they were to be mended.", COUNT,
            Aggregate("count", _FINDINGS, where=(*_COUNTED, Is("is_overdue", True))), _KEPT,
        ),
        Measure(
            "Findings Waived", "Open findings that a waiver covers.", COUNT,
            Aggregate("count", _FINDINGS, where=(Is("state", "open"), Is("mode", "enforce"), Is("is_waived", True))),
            _KEPT,
        ),
        Measure(
            "Findings Resolved", "Findings by the day on which they were gone.", COUNT,
            Aggregate("count", _FINDINGS, where=(Known("resolved_on"),), over="resolved_on"), _KEPT,
        ),
    )  # fmt: skip


def _work() -> tuple[Measure, ...]:
    leaf = Is("is_leaf", True)
    return (
        Measure("Items", "Work items that have none below them.", COUNT, Aggregate("count", _W, where=(leaf,)), "Work"),
        Measure(
            "Items Created", "Such items by the day on which they were created.", COUNT,
            Aggregate("count", _W, where=(leaf, Known("created_on")), over="created_on"), "Work",
        ),
        Measure(
            "Items Resolved", "Such items by the day on which they were done.", COUNT,
            Aggregate("count", _W, where=(leaf, Known("resolved_on")), over="resolved_on"), "Work",
        ),
        Measure(
            "Remaining Hours", "Estimates of what is left.", HOURS,
            Aggregate("sum", _W, "remaining_hours", (leaf,)), "Work", ("Tasks.TaskRemainingWork",),
        ),
        Measure(
            "Booked Hours", "Hours that people booked.", HOURS,
            Aggregate("sum", "Time Entry", "hours"), "Work", ("TimesheetLineActualDataSet.ActualWorkBillable",),
        ),
        Measure(
            "Billable Share", "Billed part of the hours of which the tool says whether they are.", SHARE,
            Quotient(
                Aggregate("sum", "Time Entry", "billable_hours", (Known("billable_hours"),)),
                Aggregate("sum", "Time Entry", "hours", (Known("billable_hours"),)),
            ),
            "Work",
        ),
        Measure(
            "Planned Hours", "Work planned with people.", HOURS,
            Aggregate("sum", "Assignment", "planned_hours"), "Work", ("Assignments.AssignmentWork",),
        ),
    )  # fmt: skip


MEASURES: tuple[Measure, ...] = (
    *_portfolio(),
    *_earned_value(),
    *_spending(),
    *_schedule(),
    *_compliance(),
    *_work(),
)
"""All of them; each name once in the whole model."""
