"""The two long tables, as the page shows them: columns and cells that the first rows and the page's data both use."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reports.figures import Figures
from reports.model import Project, ReportModel
from reports.words import Words

Kind = Literal["project", "text", "colour", "number"]
FIRST_PROJECTS = 40
FIRST_FINDINGS = 25


@dataclass(frozen=True)
class Column:
    """One column: its id, its heading, and how its cells are written and sorted."""

    id: str
    label: str
    kind: Kind


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and what it is sorted by where that is not the text."""

    text: str
    order: float | None = None


def project_columns(words: Words) -> tuple[Column, ...]:
    """Columns of the table of all projects."""
    return (
        Column("key", words("Key"), "project"),
        Column("name", words("Project"), "text"),
        Column("programme", words("Programme"), "text"),
        Column("manager", words("Manager"), "text"),
        Column("computed", words("Computed"), "colour"),
        Column("reported", words("Reported"), "colour"),
        Column("bac", words("Baseline"), "number"),
        Column("eac", words("EAC"), "number"),
        Column("eac_ratio", words("EAC vs baseline"), "number"),
        Column("slip", words("Slip"), "number"),
        Column("spi", words("SPI"), "number"),
        Column("scope", words("Scope growth"), "number"),
        Column("score", words("Score"), "number"),
        Column("findings", words("Findings"), "number"),
    )


def project_cells(project: Project, words: Words, figures: Figures) -> tuple[Cell, ...]:
    """Cells of one project, in the order of the columns. A colour's text is its code."""
    evm = project.evm
    money = evm if evm and evm.basis == "cost" else None
    ratio = evm.eac_over_bac_ratio if evm else None
    return (
        Cell(project.ref.key),
        Cell(project.ref.name),
        Cell(project.programme or "–"),
        Cell(project.manager or "–"),
        Cell(project.computed),
        Cell(project.reported),
        _number(figures.money(money.bac, money.currency) if money else figures.missing, money.bac if money else None),
        _number(figures.money(money.eac, money.currency) if money else figures.missing, money.eac if money else None),
        _number(figures.percent(ratio, signed=True), ratio),
        _number(figures.days(project.slip_days), project.slip_days),
        _number(figures.index(evm.spi if evm else None), evm.spi if evm else None),
        _number(figures.percent(project.scope_growth_ratio, signed=True), project.scope_growth_ratio),
        _number(figures.points(project.score), project.score),
        _number(figures.number(project.findings), project.findings),
    )


def finding_columns(words: Words) -> tuple[Column, ...]:
    """Columns of the table of all findings."""
    return (
        Column("severity", words("Severity"), "number"),
        Column("rule", words("Rule"), "text"),
        Column("message", words("Finding"), "text"),
        Column("project", words("Project"), "project"),
        Column("item", words("Item"), "text"),
        Column("age", words("Open for"), "number"),
    )


def details(model: ReportModel, project: Project, words: Words, figures: Figures) -> tuple[tuple[str, str], ...]:
    """Names and values of a project's drill-down."""
    evm = project.evm
    money = evm.currency if evm else project.currency

    def amount(value: Decimal | None) -> str:
        if evm is not None and evm.basis == "hours" and value is not None:
            return words("{n} h", n=figures.number(value))
        return figures.full_money(value, money)

    return (
        (words("Phase"), words.term("phase", project.phase) if project.phase else figures.missing),
        (words("Manager"), project.manager or figures.missing),
        (words("Sponsor"), project.sponsor or figures.missing),
        (words("Approved finish"), figures.day(project.baseline_finish)),
        (words("Forecast finish"), figures.day(project.forecast_finish)),
        (words("Slip"), figures.days(project.slip_days)),
        (words("Approved budget"), figures.full_money(project.budget, project.currency)),
        (words("BAC, baseline"), amount(evm.bac if evm else None)),
        (words("PV, planned value"), amount(evm.pv if evm else None)),
        (words("EV, earned value"), amount(evm.ev if evm else None)),
        (words("AC, actual cost"), amount(evm.ac if evm else None)),
        (words("EAC, at completion"), amount(evm.eac if evm else None)),
        (words("VAC, variance"), amount(evm.vac if evm else None)),
        (words("CPI"), figures.index(evm.cpi if evm else None)),
        (words("SPI"), figures.index(evm.spi if evm else None)),
        (words("Complete"), figures.percent(evm.complete_ratio if evm else None)),
        (words("Status date"), figures.day(evm.status_date if evm else None)),
        (words("Scope growth"), figures.percent(project.scope_growth_ratio, signed=True)),
        (words("Compliance score"), figures.points(project.score)),
        (
            words("Booked"),
            words("{n} h", n=figures.number(project.booked_hours))
            if project.booked_hours is not None
            else figures.missing,
        ),
    )


def _number(text: str, order: float | Decimal | None) -> Cell:
    return Cell(text, None if order is None else round(float(order), 6))
