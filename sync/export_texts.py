"""SQL of what leaves the house: each documented column as a file of another program is to hold it."""

from collections.abc import Iterable

from portfolio.model import Column, Kind, Table

_SIGNS = r"=+\-@＝＋－＠"  # also the full-width ones
_BLANK = r"\s\v\pZ"  # RE2's \s knows ASCII alone
_START = rf"^([{_BLANK}]*[{_SIGNS}]|[\t\r])"
_AFTER_BREAK = rf"([;\t\r\n][{_BLANK}\"']*)([{_SIGNS}])"
LISTED = "; "
"""Between the texts of a list, where a format knows no lists."""


def typed(column: Column) -> str:
    """For Parquet and Delta: as declared, instants with their zone (UTC)."""
    return f"CAST({column.name} AS TIMESTAMPTZ) AS {column.name}" if column.kind is Kind.INSTANT else column.name


def plain(column: Column) -> str:
    """For formats without lists: one text."""
    return f"{_joined(column)} AS {column.name}" if column.kind is Kind.TEXTS else column.name


def defused(column: Column) -> str:
    """For CSV: instants in ISO 8601, and no text that a spreadsheet would run."""
    if column.kind is Kind.INSTANT:
        return f"strftime({column.name}, '%Y-%m-%dT%H:%M:%SZ') AS {column.name}"
    if column.kind is Kind.TEXTS:
        return f"{defusing(_joined(column))} AS {column.name}"
    if column.kind in (Kind.TEXT, Kind.JSON):
        return f"{defusing(column.name)} AS {column.name}"
    return column.name


def defusing(text: str) -> str:
    """SQL of a text with an apostrophe before what a spreadsheet would take for a formula: at its start, and after a
    semicolon, tab or line break inside, where a spreadsheet of another language splits. As OWASP advises."""
    inside = f"regexp_replace({text}, {_literal(_AFTER_BREAK)}, {_literal(_BROKEN)}, 'g')"
    return f"regexp_replace({inside}, {_literal(_START)}, {_literal(_STARTED)})"


_BROKEN, _STARTED = r"\1'\2", r"'\1"


def in_order(table: Table, columns: Iterable[str]) -> str:
    """The SELECT of a table by its key: the same rows give the same bytes."""
    return f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY {', '.join(table.key)}"  # noqa: S608 - our own names


def _joined(column: Column) -> str:
    return f"array_to_string({column.name}, '{LISTED}')"


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
