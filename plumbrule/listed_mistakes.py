"""Mistakes as a listing: a row each, with code, file, line and column. Pure."""

from collections.abc import Iterable

from plumbrule.listing import Case, ColumnKind, Listing, Row
from portfolio.errors import Problem

_COLUMNS: dict[str, ColumnKind] = {
    "code": "text", "file": "text", "line": "number", "column": "number", "what": "text", "help": "text"
}  # fmt: skip


def listed(problems: Iterable[Problem], command: str) -> Listing:
    """Lines and columns count from 1, and are empty where a mistake has no place."""
    rows = [
        {
            "code": one.code,
            "file": one.file or None,
            "line": one.line or None,
            "column": one.column or None,
            "what": one.what,
            "help": one.help or None,
        }
        for one in problems
    ]
    return Listing(rows, columns=_COLUMNS, nothing="no mistake", case=_case, name=command)


def _case(row: Row) -> Case:
    return Case(
        row["code"],
        "error",
        row["what"],
        fix=row["help"] or "",
        file=row["file"] or "",
        line=row["line"] or 0,
        column=row["column"] or 0,
    )
