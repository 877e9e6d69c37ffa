"""The names that a predicate may use, and their types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portfolio.model import Kind, Table


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


@dataclass(frozen=True)
class Name:
    """A column or parameter: its type and, for closed vocabularies, its values."""

    type: Type
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scope:
    """Where a predicate stands: `title` for messages, the columns it sees, the parameters that are declared."""

    title: str
    columns: Mapping[str, Name]
    parameters: Mapping[str, Name] = field(default_factory=dict)


RATIO_NAMES = ("ratio", "count", "denominator", "excluded")
"""What a ratio rule's conditions are about; reserved, no parameter may be called so."""


def of_view(view: Table, parameters: Mapping[str, Name]) -> Scope:
    """The scope of predicates over one documented view."""
    columns = {c.name: Name(_TYPES.get(c.kind, Type.NUMBER), c.values) for c in view}
    return Scope(f"view `{view.name}`", columns, with_as_of(parameters))


def of_ratio(parameters: Mapping[str, Name]) -> Scope:
    """The scope of a ratio rule's `fail_when` and `warn_when`."""
    return Scope("a ratio", dict.fromkeys(RATIO_NAMES, Name(Type.NUMBER)), with_as_of(parameters))


def with_as_of(parameters: Mapping[str, Name]) -> dict[str, Name]:
    """Parameters and the reserved `$as_of`, the run's day."""
    return {**parameters, "as_of": Name(Type.DATE)}


def known(names: Iterable[str]) -> str:
    """Names in one line, for help texts."""
    return ", ".join(sorted(names))
