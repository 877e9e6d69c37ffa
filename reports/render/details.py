"""What a project's drill-down tells in numbers, in groups: the project, its plan, its earned value."""

from dataclasses import dataclass
from decimal import Decimal

from reports.figures import Figures
from reports.model import Project
from reports.words import Words


@dataclass(frozen=True)
class Detail:
    """One number: its name, its value in words, and how it is computed where that is not plain."""

    name: str
    value: str
    hint: str = ""


@dataclass(frozen=True)
class Group:
    """Numbers that belong together. `known` is false where not one of them is."""

    title: str
    details: tuple[Detail, ...]
    known: bool


def detail_groups(project: Project, words: Words, figures: Figures) -> tuple[Group, ...]:
    """All groups, each with the same details for every project, so that a page can name them once."""
    groups = (
        (words("The project"), _project(project, words, figures)),
        (words("The plan"), _plan(project, words, figures)),
        (words("Earned value"), _earned_value(project, words, figures)),
    )
    return tuple(Group(title, d, any(x.value != figures.missing for x in d)) for title, d in groups)


def _project(project: Project, words: Words, figures: Figures) -> tuple[Detail, ...]:
    unapproved = figures.percent(project.scope_unapproved_ratio, signed=True)
    return (
        Detail(words("Phase"), words.term("phase", project.phase) if project.phase else figures.missing),
        Detail(words("Manager"), project.manager or figures.missing),
        Detail(words("Sponsor"), project.sponsor or figures.missing),
        Detail(words("Latest status report"), figures.day(project.reported_on)),
        Detail(words("Approved budget"), figures.full_money(project.budget, project.currency)),
        Detail(words("Items in the tracker"), figures.number(project.tracker_items)),
        Detail(words("Booked"), _hours(project.booked_hours, words, figures)),
        Detail(
            words("Scope growth"),
            figures.percent(project.scope_growth_ratio, signed=True),
            words("{share} without a change request", share=unapproved) if project.scope_unapproved_ratio else "",
        ),
        Detail(
            words("Compliance score"),
            figures.points(project.score),
            _coverage(project, words, figures),
        ),
    )


def _plan(project: Project, words: Words, figures: Figures) -> tuple[Detail, ...]:
    return (
        Detail(words("Tasks in the plan"), figures.number(project.plan_items)),
        Detail(words("Planned work"), _hours(project.planned_hours, words, figures)),
        Detail(words("Planned cost"), figures.full_money(project.planned_cost, project.currency)),
        Detail(words("Baseline cost"), figures.full_money(project.baseline_cost, project.currency)),
        Detail(words("Actual cost"), figures.full_money(project.actual_cost, project.currency)),
        Detail(words("Start"), figures.day(project.start)),
        Detail(words("Approved finish"), figures.day(project.baseline_finish)),
        Detail(words("Forecast finish"), figures.day(project.forecast_finish), _passed(project, words)),
        Detail(words("Slip"), figures.days(project.slip_days), words("forecast − approved")),
    )


def _earned_value(project: Project, words: Words, figures: Figures) -> tuple[Detail, ...]:
    evm = project.evm

    def amount(value: Decimal | None) -> str:
        if evm is not None and evm.basis == "hours":
            return _hours(value, words, figures)
        return figures.full_money(value, evm.currency if evm else None)

    return (
        Detail(words("Status date"), figures.day(evm.status_date if evm else None)),
        Detail(words("BAC, baseline"), amount(evm.bac if evm else None)),
        Detail(words("PV, planned value"), amount(evm.pv if evm else None)),
        Detail(words("EV, earned value"), amount(evm.ev if evm else None)),
        Detail(words("AC, actual cost"), amount(evm.ac if evm else None)),
        Detail(words("CV, cost variance"), amount(evm.cv if evm else None), "EV − AC"),
        Detail(words("SV, schedule variance"), amount(evm.sv if evm else None), "EV − PV"),
        Detail(words("CPI"), figures.index(evm.cpi if evm else None), "EV / AC"),
        Detail(words("SPI"), figures.index(evm.spi if evm else None), "EV / PV"),
        Detail(words("EAC, at completion"), amount(evm.eac if evm else None), "BAC / CPI"),
        Detail(words("VAC, variance"), amount(evm.vac if evm else None), "BAC − EAC"),
        Detail(words("TCPI"), figures.index(evm.tcpi if evm else None), "(BAC − EV) / (BAC − AC)"),
        Detail(words("Complete"), figures.percent(evm.complete_ratio if evm else None), "EV / BAC"),
    )


def _coverage(project: Project, words: Words, figures: Figures) -> str:
    if project.coverage is None:
        return ""
    share = figures.percent(project.coverage)
    if project.score is None:
        return words("insufficient data: coverage {share}", share=share)
    return words("coverage {share}", share=share)


def _passed(project: Project, words: Words) -> str:
    days = project.days_past_finish
    if days is None:
        return ""
    return words.count("passed {n} day ago, not finished", "passed {n} days ago, not finished", days)


def _hours(value: Decimal | None, words: Words, figures: Figures) -> str:
    return figures.missing if value is None else words("{n} h", n=figures.number(value))
