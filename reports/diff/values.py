"""How a measure of each family, and a step of it, is written."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from reports.diff.moves import Family
from reports.figures import Figures


@dataclass(frozen=True)
class ValueForm:
    """Writes a value (None is "not available"), and the step from one value to another."""

    value: Callable[[float | None], str]
    step: Callable[[float, float], str]


def value_form(family: Family, currency: str | None, figures: Figures) -> ValueForm:
    """The form of that family; money is in `currency`."""

    def money(value: float | None) -> str:
        return figures.money(None if value is None else Decimal(str(value)), currency)

    def part(before: float, after: float) -> str:
        return figures.percent(after / before - 1, signed=True) if before else ""

    def days(value: float | None) -> str:
        return figures.days(None if value is None else round(value))

    forms = {
        "money": ValueForm(money, part),
        "amount": ValueForm(lambda value: figures.number(value, 1), part),
        "index": ValueForm(figures.index, lambda before, after: _signed(figures.index(after - before))),
        "days": ValueForm(days, lambda before, after: days(after - before)),
        "share": ValueForm(figures.percent, lambda before, after: figures.percent(after - before, signed=True)),
        "score": ValueForm(figures.points, lambda before, after: _signed(figures.points(after - before))),
    }
    return forms[family]


def _signed(text: str) -> str:
    return text if text.startswith("−") else f"+{text}"
