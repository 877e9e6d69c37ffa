"""The two long tables, as the page shows them: columns and cells that the first rows and the page's data both use."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reports.figures import Figures
from reports.model import OwnColumn, Project
from reports.words import Words

Kind = Literal["project", "text", "colour", "number"]
STATIC_PROJECTS = 100
STATIC_FINDINGS = 150
"""Rows that stand in the page itself, for readers without scripts; the page stays a file that can be mailed."""


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


def project_columns(words: Words, own: Sequence[OwnColumn] = ()) -> tuple[Column, ...]:
    """Columns of the table of all projects, the site's own last."""
    return (
        Column("project", words("Project"), "project"),
        Column("programme", words("Programme"), "text"),
        Column("manager", words("Manager"), "text"),
        Column("computed", words("Computed"), "colour"),
        Column("reported", words("Reported"), "colour"),
        Column("plan_items", words("Tasks in the plan"), "number"),
        Column("planned_cost", words("Planned cost"), "number"),
        Column("baseline_cost", words("Baseline cost"), "number"),
        Column("eac", words("EAC"), "number"),
        Column("eac_ratio", words("EAC vs baseline"), "number"),
        Column("slip", words("Slip"), "number"),
        Column("spi", words("SPI"), "number"),
        Column("scope", words("Scope growth"), "number"),
        Column("score", words("Score"), "number"),
        Column("findings", words("Findings"), "number"),
        *(Column(f"own_{n}", c.title, "text" if c.unit == "text" else "number") for n, c in enumerate(own, start=1)),
    )


def project_cells(project: Project, words: Words, figures: Figures, own: Sequence[OwnColumn] = ()) -> tuple[Cell, ...]:
    """Cells of one project, in the order of the columns. A colour's text is its code, a project's is its key."""
    evm = project.evm
    in_money = evm is not None and evm.basis == "cost"
    ratio = evm.eac_over_bac_ratio if evm else None
    return (
        Cell(project.ref.key),
        Cell(project.programme or "–"),
        Cell(project.manager or "–"),
        Cell(project.computed),
        Cell(project.reported),
        _number(figures.number(project.plan_items), project.plan_items),
        _money(figures, project.planned_cost, project.currency),
        _money(figures, project.baseline_cost, project.currency),
        _money(figures, evm.eac if in_money and evm else None, evm.currency if evm else None),
        _number(figures.percent(ratio, signed=True), ratio),
        _number(figures.days(project.slip_days), project.slip_days),
        _number(figures.index(evm.spi if evm else None), evm.spi if evm else None),
        _number(figures.percent(project.scope_growth_ratio, signed=True), project.scope_growth_ratio),
        _number(figures.points(project.score), project.score),
        _number(figures.number(project.findings), project.findings),
        *(
            _number(figures.own(column.unit, value), value.value if value else None)
            for column, value in zip(own, project.own, strict=True)
        ),
    )


def finding_columns(words: Words) -> tuple[Column, ...]:
    """Columns of the table of all findings."""
    return (
        Column("severity", words("Severity"), "number"),
        Column("rule", words("Rule"), "text"),
        Column("message", words("Finding"), "text"),
        Column("project", words("Project"), "project"),
        Column("item", words("Item"), "text"),
        Column("owner", words("Owner"), "text"),
        Column("fix_by", words("To mend by"), "number"),
        Column("age", words("Open for"), "number"),
    )


def _money(figures: Figures, amount: Decimal | None, currency: str | None) -> Cell:
    return _number(figures.full_money(amount, currency), amount)


def _number(text: str, order: float | Decimal | None) -> Cell:
    return Cell(text, None if order is None else round(float(order), 6))
