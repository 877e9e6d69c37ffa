"""What charts are drawn from."""

from datetime import date
from decimal import Decimal

from reports.inputs import Colour
from reports.model.base import Part, ProjectRef


class BurnUp(Part):
    """Scope and done work of a project at the end of each of some weeks, in items of the tracker.

    `planned` is how many should have been done by then: the frozen scope times the part of the plan's tasks whose
    approved finish lies before; None without baseline. Items that were taken out are in no week; those done without
    a day count in the last week only.
    """

    ends_on: tuple[date, ...]
    """Last day of each week; the last one is the report's day."""
    scope: tuple[int, ...]
    done: tuple[int, ...]
    planned: tuple[int, ...] | None = None
    frozen_items: int | None = None
    """Items at the freeze; None where nothing was frozen."""


class Bubble(Part):
    """A project on the map: budget against score. The budget is the approved one, else the baseline's cost."""

    project: ProjectRef
    colour: Colour
    budget: Decimal
    score: Decimal
    exposure: Decimal | None
    """Exposure of its open threats in the map's currency; None where none is valued."""


class BudgetMap(Part):
    """Open projects by budget and score, the largest budgets first, in the currency that most of them have."""

    currency: str | None
    bubbles: tuple[Bubble, ...]
    total: int
    """Projects that could be placed; not all are listed."""
    without: int
    """Open projects of that currency, or of none, that have no budget or no score."""
    other_currencies: int
