"""Columns that documented views share, and those that they take over from stored tables."""

from portfolio.model.column import Column, key_text, text
from portfolio.model.governance import GOVERNANCE_TABLES
from portfolio.model.money import MONEY_TABLES
from portfolio.model.organisation import ORGANISATION_TABLES
from portfolio.model.work import WORK_TABLES

BASE = {t.name: t for t in (*WORK_TABLES, *GOVERNANCE_TABLES, *MONEY_TABLES, *ORGANISATION_TABLES)}
"""The stored tables, by name."""

PROJECT_ID = key_text("project_id", "the initiative")


def same(table: str, *names: str) -> tuple[Column, ...]:
    """Columns taken over from a stored table as they are."""
    found = tuple(BASE[table].column(name) for name in names)
    assert all(found), (table, names)  # noqa: S101 - a misspelling here is a bug found at import
    return tuple(c for c in found if c)


def item() -> Column:
    """The work item that holds a record."""
    return text("item_id", "the work item that holds the record", "held elsewhere")
