"""Rows of tables that are one record: alike but for the words in which they name the same project or person.

A table's own key is compared as it is written, by the connector that reads it. What its words mean is known here only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from portfolio.model import SOURCE_TABLES
from portfolio.ports import Store

TABLES = tuple(name for name, table in SOURCE_TABLES.items() if table.column("alike") is not None)
"""Tables that people's files fill."""
_WORDS = ("project_id", "account_id")
_MOST_SHOWN = 3
CODE = "reference.doubled"


@dataclass(frozen=True)
class Doubled:
    """A row that is one record with others. `row` is its id in `table`."""

    source: str
    table: str
    row: str
    origin: str
    what: str

    @property
    def id(self) -> str:
        """Id of its rejection: no row has it, for the row itself can be read."""
        return f"doubled:{self.row}"

    @property
    def code(self) -> str:
        """Of the rejection."""
        return CODE


def doubled(store: Store, sources: Sequence[str]) -> list[Doubled]:
    """All rows of these sources that are one record with another, by what `reference_match` says now."""
    return [one for table in TABLES for one in _of_table(store, table, sources)]


def _of_table(store: Store, table: str, sources: Sequence[str]) -> list[Doubled]:
    rows = store.rows(_sql(table), {"sources": list(sources)})
    found = []
    for _, alike in groupby(rows, key=lambda row: (row["source"], row["record"])):
        group = list(alike)
        found += [_told(table, row, [other for other in group if other["id"] != row["id"]]) for row in group]
    return found


def _sql(table: str) -> str:
    """Rows with what they mean, of those only that another row shares it with."""
    words = [name for name in _WORDS if SOURCE_TABLES[table].column(name) is not None]
    meant = ", ".join(
        f"CASE WHEN contains(r.alike, '{name}') THEN coalesce(m_{name}.target_id, r.{name}, '') END" for name in words
    )
    joins = " ".join(f"LEFT JOIN reference_match m_{name} ON m_{name}.id = r.{name}" for name in words)
    record = f"concat_ws(chr(31), r.alike, {meant})"
    return (
        f"SELECT r.id, r.source, r.origin, r.row_number, {record} AS record"  # noqa: S608 - names of our own
        f" FROM {table} r {joins}"
        " WHERE r.deleted_at IS NULL AND r.alike IS NOT NULL AND list_contains($sources, r.source)"
        f" QUALIFY count(*) OVER (PARTITION BY r.source, {record}) > 1"
        " ORDER BY r.source, record, r.origin, r.row_number, r.id"
    )


def _told(table: str, row: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Doubled:
    shown = "; ".join(_place(other, row["origin"]) for other in others[:_MOST_SHOWN])
    more = f" and {len(others) - _MOST_SHOWN} more" if len(others) > _MOST_SHOWN else ""
    what = (
        f"{_place(row)}: it is the same {table} as {shown}{more}, which names the same in other words; none of them"
        " counts, for nobody can tell which does. Remove one, or state `key` of the table"
    )
    return Doubled(row["source"], table, row["id"], row["origin"] or "", what)


def _place(row: Mapping[str, Any], here: str | None = None) -> str:
    number = f"row {row['row_number']}"
    return number if row["origin"] == here else f"{row['origin']}, {number}"
