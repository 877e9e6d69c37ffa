"""Words to declare a table with: column, type, unit, allowed values, key, what null means."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Column types. Amounts are decimals, never floats: sums must not depend on their order."""

    TEXT = "text"
    TEXTS = "texts"  # list of text
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"  # UTC
    HOURS = "hours"
    DAYS = "days"  # working days unless said otherwise
    MONEY = "money"  # in the row's `currency`
    POINTS = "points"
    RATIO = "ratio"  # 0..1, not percent
    INDEX = "index"  # quotient of two exact amounts (CPI, SPI): a double
    JSON = "json"  # text that holds JSON
    BYTES = "bytes"


@dataclass(frozen=True)
class Column:
    """One column. `doc` says what it is; `null` says what an empty value means, in the reader's words."""

    name: str
    kind: Kind
    doc: str
    null: str = "not known"
    values: tuple[str, ...] = ()
    required: bool = False

    @property
    def unit(self) -> str | None:
        """The unit an author must think in, or None for plain values."""
        units = {
            Kind.HOURS: "hours",
            Kind.DAYS: "days",
            Kind.MONEY: "currency units",
            Kind.POINTS: "story points",
            Kind.RATIO: "fraction 0..1",
            Kind.INSTANT: "UTC",
        }
        return units.get(self.kind)


@dataclass(frozen=True)
class Table:
    """A table or a documented view: name, purpose, columns, and the columns that identify a row."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((c for c in self.columns if c.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in declared order."""
        return tuple(c.name for c in self.columns)


def text(name: str, doc: str, null: str = "not known", values: tuple[str, ...] = (), required: bool = False) -> Column:
    """A text column; `values` closes its vocabulary."""
    return Column(name, Kind.TEXT, doc, null, values, required)


def key_text(name: str, doc: str) -> Column:
    """A text column that is never null."""
    return Column(name, Kind.TEXT, doc, "never null", (), required=True)


def texts(name: str, doc: str) -> Column:
    """A list of texts; an empty list means none."""
    return Column(name, Kind.TEXTS, doc, "not asked for")


def integer(name: str, doc: str, null: str = "not known") -> Column:
    """A whole number."""
    return Column(name, Kind.INTEGER, doc, null)


def boolean(name: str, doc: str, null: str = "not known") -> Column:
    """True, false, or null for unknown."""
    return Column(name, Kind.BOOLEAN, doc, null)


def day(name: str, doc: str, null: str = "not set") -> Column:
    """A calendar date without zone."""
    return Column(name, Kind.DATE, doc, null)


def instant(name: str, doc: str, null: str = "not known") -> Column:
    """A point in time, UTC."""
    return Column(name, Kind.INSTANT, doc, null)


def hours(name: str, doc: str, null: str = "not known; not zero") -> Column:
    """Decimal hours."""
    return Column(name, Kind.HOURS, doc, null)


def days(name: str, doc: str, null: str = "not known; not zero") -> Column:
    """Decimal days."""
    return Column(name, Kind.DAYS, doc, null)


def money(name: str, doc: str, null: str = "not known; not zero") -> Column:
    """A decimal amount in the row's currency."""
    return Column(name, Kind.MONEY, doc, null)


def ratio(name: str, doc: str, null: str = "not known") -> Column:
    """An exact fraction 0..1."""
    return Column(name, Kind.RATIO, doc, null)


def index(name: str, doc: str, null: str = "not computable: an input is missing or the divisor is zero") -> Column:
    """A quotient such as CPI."""
    return Column(name, Kind.INDEX, doc, null)


def points(name: str, doc: str, null: str = "not estimated") -> Column:
    """Story points."""
    return Column(name, Kind.POINTS, doc, null)


def json_text(name: str, doc: str) -> Column:
    """Text that holds a JSON value."""
    return Column(name, Kind.JSON, doc, "nothing to say")


def octets(name: str, doc: str) -> Column:
    """Bytes, never null."""
    return Column(name, Kind.BYTES, doc, "never null", required=True)


def from_source() -> tuple[Column, ...]:
    """The columns that every row read from a tool starts with."""
    return (
        key_text("id", "`source:kind:native id`; stable for the life of the record"),
        key_text("source", "name of the configured source"),
    )


def origin() -> Column:
    """Where a row of a table that people keep was read from: the scope within which rows come and go."""
    return text("origin", "file, and sheet, that the row was read from", "not read from a table")


def of_file() -> tuple[Column, ...]:
    """Where a row of a table that people keep was read from, and what it shares with a row that is the same record."""
    return (
        origin(),
        integer("row_number", "row of that file, or sheet", "not read from a table"),
        text(
            "alike",
            "columns whose projects and people tell the row apart, and a hash of what else does; rows that are alike "
            "and whose words mean the same are one record",
            "names nobody that tells it apart",
        ),
    )


def deletable() -> tuple[Column, ...]:
    """The columns that every row read from a tool ends with."""
    return (
        instant("deleted_at", "when we found the record gone; the row is kept", "not deleted"),
        text(
            "deleted_reason", "why we hold it for gone", "not deleted", values=("absent", "deleted", "hidden", "moved")
        ),
    )
