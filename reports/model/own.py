"""Numbers that a site asks for itself, by SQL over documented views."""

from decimal import Decimal
from typing import Literal

from reports.model.base import Part

OwnUnit = Literal["number", "money", "percent", "days", "hours", "text"]
"""How a value is written. Percent is of a fraction: 0.05 is 5 %."""


class OwnValue(Part):
    """One value: a number, or words; both None is "not available". `currency` is that of money."""

    value: Decimal | None = None
    text: str | None = None
    currency: str | None = None


class OwnTile(Part):
    """A tile beside the standing ones. `note` stands below its value."""

    title: str
    unit: OwnUnit
    value: OwnValue
    note: str | None = None


class OwnColumn(Part):
    """A column in the table of projects; its values stand at the projects, in the order of these columns."""

    title: str
    unit: OwnUnit
