"""What a source cannot fill, told column by column: rules that need it answer *not provided*, never *none*."""

from collections.abc import Mapping

from portfolio.model import SOURCE_TABLES
from portfolio.ports import Capability


def lacking(filled: Mapping[str, str], notes: Mapping[tuple[str, str], str]) -> list[Capability]:
    """A capability `not_available` for every column of every table that `filled` does not name.

    `filled` lists columns separated by blanks, by table;
    `notes` gives the reason by (table, column), or by (table, "") for a whole table.
    """
    bookkeeping = {"id", "source", "deleted_at", "deleted_reason", "origin", "row_number", "alike"}
    return [
        Capability(table.name, column.name, "not_available", _reason(notes, table.name, column.name))
        for table in SOURCE_TABLES.values()
        for column in table
        if column.name not in bookkeeping and column.name not in filled.get(table.name, "").split()
    ]


def _reason(notes: Mapping[tuple[str, str], str], table: str, column: str) -> str:
    return notes.get((table, column)) or notes.get((table, ""), "")
