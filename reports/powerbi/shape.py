"""Words to declare a star schema with: tables, columns, relationships, and what each becomes in files and Power BI."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portfolio.model import VIEWS, Kind, Table

_SPELT = {
    "ac": "AC", "bac": "BAC", "cpi": "CPI", "eac": "EAC", "ev": "EV", "pmo": "PMO", "pv": "PV", "spi": "SPI",
    "url": "URL", "bei": "BEI",
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A type: in SQL, in a tabular model, in Power Query, and how its values are shown."""

    sql: str
    model: str
    query: str
    shown: str | None = None


_TEXT = Form("VARCHAR", "string", "type text")
_AMOUNT = Form("DECIMAL(18,4)", "decimal", "Currency.Type", "#,##0.00")
_NUMBER = Form("DOUBLE", "double", "type number", "0.00")
FORMS: Mapping[Kind, Form] = {
    Kind.TEXT: _TEXT,
    Kind.INTEGER: Form("BIGINT", "int64", "Int64.Type", "#,##0"),
    Kind.BOOLEAN: Form("BOOLEAN", "boolean", "type logical"),
    Kind.DATE: Form("DATE", "dateTime", "type date", "yyyy-mm-dd"),
    Kind.INSTANT: Form("TIMESTAMP", "dateTime", "type datetime", "yyyy-mm-dd hh:nn"),
    Kind.HOURS: _AMOUNT,
    Kind.DAYS: _AMOUNT,
    Kind.MONEY: _AMOUNT,
    Kind.POINTS: _AMOUNT,
    Kind.RATIO: Form("DOUBLE", "double", "type number", "0.0%;-0.0%;0.0%"),
    Kind.INDEX: _NUMBER,
}
"""Kinds that a star may have. Amounts are fixed decimals of four places, which Power BI adds exactly; instants are UTC
without zone, since Power Query would turn those with one into its machine's time."""


@dataclass(frozen=True)
class StarColumn:
    """One column. `sql` is its expression over the table's source; `feed` names the fields of Project Online's
    reporting feed (ProjectData) that held the same. A column that only joins tables is `hidden`."""

    name: str
    kind: Kind
    doc: str
    sql: str
    feed: tuple[str, ...] = ()
    hidden: bool = False
    sort_by: str | None = None
    shown: str | None = None

    @property
    def title(self) -> str:
        """Its name in Power BI."""
        return titled(self.name)

    @property
    def form(self) -> Form:
        """Its types."""
        return FORMS[self.kind]


@dataclass(frozen=True)
class StarTable:
    """One table: the name in Power BI, the file, and the SELECT over documented views. `source` is its FROM clause."""

    name: str
    file: str
    doc: str
    source: str
    columns: tuple[StarColumn, ...]
    key: tuple[str, ...]
    is_dates: bool = False

    def column(self, name: str) -> StarColumn:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]

    @property
    def sql(self) -> str:
        """Its rows, by key: the same data gives the same bytes."""
        told = ",\n  ".join(f"CAST({c.sql} AS {c.form.sql}) AS {c.name}" for c in self.columns)
        return f"SELECT {told}\nFROM {self.source}\nORDER BY {', '.join(self.key)}"


@dataclass(frozen=True)
class Relationship:
    """Many rows of one table point to one of another. Of several between two tables one is active."""

    table: str
    column: str
    to_table: str
    to_column: str
    active: bool = True


@dataclass(frozen=True)
class Star:
    """The whole schema."""

    tables: tuple[StarTable, ...]
    relationships: tuple[Relationship, ...]
    lent: Mapping[str, Table] = field(default_factory=dict)

    def table(self, name: str) -> StarTable:
        """The table of that name. Raises KeyError."""
        return {table.name: table for table in self.tables}[name]


def titled(name: str) -> str:
    """`slip_days` as `Slip Days`."""
    return " ".join(_SPELT.get(word, word.capitalize()) for word in name.split("_"))


def taken(view: str, alias: str, *names: str, feed: Mapping[str, Any] | None = None) -> tuple[StarColumn, ...]:
    """Columns of a documented view, as it declares them; keys (`…_id`) are hidden."""
    found = []
    for name in names:
        declared = VIEWS[view].column(name)
        if declared is None:
            raise KeyError(f"{view}.{name}")
        was = (feed or {}).get(name, ())
        told = (was,) if isinstance(was, str) else tuple(was)
        doc = declared.doc[:1].upper() + declared.doc[1:]
        kind = Kind.TEXT if declared.kind is Kind.JSON else declared.kind
        found.append(StarColumn(name, kind, doc, f"{alias}.{name}", told, hidden=name.endswith("_id")))
    return tuple(found)


def made(
    name: str,
    kind: Kind,
    doc: str,
    sql: str,
    *feed: str,
    hidden: bool = False,
    sort_by: str | None = None,
    shown: str | None = None,
) -> StarColumn:
    """A column that no view has as it is."""
    return StarColumn(name, kind, doc, sql, feed, hidden, sort_by, shown)


def alike(text: str) -> str:
    """SQL of a key as Power BI's engine compares it: without regard to case and to blanks around it."""
    return f"lower(trim({text}))"
