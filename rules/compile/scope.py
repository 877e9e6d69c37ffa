"""The names that a predicate may use, and their types."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portfolio.model import Column, Kind, Table
from portfolio.model.derive import sql_type


class Type(StrEnum):
    """Types as the rule author thinks of them; all amounts are numbers."""

    TEXT = "text"
    TEXTS = "list of texts"
    NUMBER = "number"
    DATE = "date"
    INSTANT = "instant"
    BOOLEAN = "true or false"
    NULL = "null"


_TYPES = {
    Kind.TEXT: Type.TEXT,
    Kind.TEXTS: Type.TEXTS,
    Kind.JSON: Type.TEXT,
    Kind.BOOLEAN: Type.BOOLEAN,
    Kind.DATE: Type.DATE,
    Kind.INSTANT: Type.INSTANT,
}

_DECIMAL = re.compile(r"DECIMAL\([0-9]+, ?([0-9]+)\)")


@dataclass(frozen=True)
class Name:
    """A column or parameter: its type and, for closed vocabularies, its values.

    `places` are the decimals of an exact number; None where it is a double, or where they are not known.
    """

    type: Type
    values: tuple[str, ...] = ()
    places: int | None = None


@dataclass(frozen=True)
class Scope:
    """Where a predicate stands: `title` for messages, the columns it sees, the parameters that are declared.

    `view` is the documented view that the columns are of, where they are of one.
    """

    title: str
    columns: Mapping[str, Name]
    parameters: Mapping[str, Name] = field(default_factory=dict)
    view: str = ""

    def listing(self) -> str:
        """How to find out which columns there are."""
        return f"run `plumbrule rules columns {self.view}`" if self.view else f"it has: {known(self.columns)}"


RATIO_NAMES = ("ratio", "count", "denominator", "excluded")
"""What a ratio rule's conditions are about; reserved, no parameter may be called so."""


def of_view(view: Table, parameters: Mapping[str, Name]) -> Scope:
    """The scope of predicates over one documented view."""
    columns = {c.name: Name(_TYPES.get(c.kind, Type.NUMBER), c.values, _places(c)) for c in view}
    return Scope(f"view `{view.name}`", columns, with_as_of(parameters), view.name)


def of_ratio(parameters: Mapping[str, Name]) -> Scope:
    """The scope of a ratio rule's `fail_when` and `warn_when`."""
    counts = dict.fromkeys(RATIO_NAMES, Name(Type.NUMBER, places=0))
    return Scope("a ratio", {**counts, "ratio": Name(Type.NUMBER, places=12)}, with_as_of(parameters))


def _places(column: Column) -> int | None:
    """Decimals of the column as it is stored."""
    kind = sql_type(column)
    found = _DECIMAL.fullmatch(kind)
    return int(found[1]) if found else 0 if kind == "BIGINT" else None


def with_as_of(parameters: Mapping[str, Name]) -> dict[str, Name]:
    """Parameters and the reserved `$as_of`, the run's day."""
    return {**parameters, "as_of": Name(Type.DATE)}


def known(names: Iterable[str]) -> str:
    """Names in one line, for help texts."""
    return ", ".join(sorted(names))
