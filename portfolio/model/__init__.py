"""The one source of tables: what a portfolio is, in columns.

DDL, Arrow schemas, docs/model.md, the rule author's column help and its error messages are all derived from here.
"""

from portfolio.model.calendars import CALENDAR_TABLES
from portfolio.model.column import Column, Kind, Table
from portfolio.model.derive import arrow_schema, ddl, empty_row, markdown
from portfolio.model.governance import GOVERNANCE_TABLES
from portfolio.model.ledger import LEDGER_TABLES
from portfolio.model.money import MONEY_TABLES
from portfolio.model.organisation import ORGANISATION_TABLES
from portfolio.model.views import CONTEXT, VIEWS, VIEWS_OF_CHECKS
from portfolio.model.work import WORK_TABLES

SOURCE_TABLES: dict[str, Table] = {
    t.name: t for t in (*WORK_TABLES, *CALENDAR_TABLES, *GOVERNANCE_TABLES, *MONEY_TABLES, *ORGANISATION_TABLES)
}
"""Tables that connectors fill, by name."""

TABLES: dict[str, Table] = {**SOURCE_TABLES, **{t.name: t for t in LEDGER_TABLES}}
"""Every stored table, by name."""

SCHEMA_VERSION = 2
"""Raised when stored files need more than added tables and columns: then `sync.migration` has a step for it."""

__all__ = [
    "CONTEXT",
    "SCHEMA_VERSION",
    "SOURCE_TABLES",
    "TABLES",
    "VIEWS",
    "VIEWS_OF_CHECKS",
    "Column",
    "Kind",
    "Table",
    "arrow_schema",
    "ddl",
    "empty_row",
    "markdown",
]
