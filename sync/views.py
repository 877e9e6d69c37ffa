"""Makes one documented view, or one step on the way, in the files of a snapshot that is being made."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from portfolio.errors import StoreError
from portfolio.model import TABLES, VIEWS, Table
from portfolio.model.derive import sql_type
from portfolio.ports import Computed
from sync.disk import file_fault, said

if TYPE_CHECKING:
    import duckdb

_COMPUTED = "computed_here"
"""What the rows of a function are called while they are taken over."""
NOT_STORED = "-- Not stored"
"""What the text of a step begins with that each who reads it works out anew: quicker to make than to write down."""
DISTINCT = frozenset(
    (
        "entry_id", "item_id", "item_key", "key", "url", "title", "item_title", "parent_id", "link_id", "from_item_id",
        "to_item_id", "from_title", "to_title", "assignment_id",
    )
)  # fmt: skip
"""Columns with about as many texts as their table has rows."""
MANY_VALUES = " USING COMPRESSION zstd"
"""Such texts are written in a third of the time that DuckDB's own choice takes, in as much room, and read in as long.
Where texts come again and again its own choice, a dictionary, is better."""


def make_view(session: "duckdb.DuckDBPyConnection", name: str, made: str | Computed) -> None:
    """A table of the declared columns in file `work`, or, for a step, in file `steps`. Raises StoreError."""
    import duckdb

    if name in TABLES:
        raise StoreError(f"view {name} has the name of a stored table", code="store.view_name")
    try:
        if isinstance(made, Computed):
            _compute(session, name, made)
        else:
            _select(session, name, made.strip().rstrip(";"))
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise file_fault(error) or StoreError(
            f"view {name} takes more memory than measuring may have: {said(error)}",
            code="store.memory",
            remedy="Raise `[rules] memory_megabytes`; a million items need 1,024, and what is needed grows with them.",
        ) from error
    except duckdb.Error as error:
        raise file_fault(error) or StoreError(f"view {name}: {error}", code="store.view") from error


def _select(session: "duckdb.DuckDBPyConnection", name: str, text: str) -> None:
    declared = VIEWS.get(name)
    if declared is None and text.startswith(NOT_STORED):
        session.execute(f"CREATE VIEW steps.main.{name} AS\n{text}")
        return
    found = {row[0]: row[1] for row in session.execute(f"DESCRIBE {text}").fetchall()}
    if declared is None:
        _write(session, f"steps.main.{name}", found, text)
        return
    _compare(declared, list(found))
    _take_over(session, declared, f"work.main.{name}", f"(\n{text}\n)")


def _compute(session: "duckdb.DuckDBPyConnection", name: str, made: Computed) -> None:
    """Rows cross as columns, both ways; what a function returns is held to its declaration like any SELECT."""
    found = made.compute(**{argument: session.sql(sql).to_arrow_table() for argument, sql in made.reads.items()})
    _compare(made.returns, found.column_names)
    session.register(_COMPUTED, found)
    try:
        _take_over(session, made.returns, f"steps.main.{name}", _COMPUTED)
    finally:
        session.unregister(_COMPUTED)


def _take_over(session: "duckdb.DuckDBPyConnection", declared: Table, target: str, relation: str) -> None:
    types = {c.name: sql_type(c) for c in declared}
    columns = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in types.items())
    _write(session, target, types, f"SELECT {columns} FROM {relation}")  # noqa: S608 - our own views


def _write(session: "duckdb.DuckDBPyConnection", table: str, types: Mapping[str, str], text: str) -> None:
    """Make the table of what the SELECT gives."""
    columns = []
    for column, kind in types.items():
        quoted = column.replace('"', '""')
        columns.append(f'"{quoted}" {kind}{MANY_VALUES if column in DISTINCT and kind == "VARCHAR" else ""}')
    session.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    session.execute(f"INSERT INTO {table}\n{text}")


def _compare(declared: Table, found: Sequence[str]) -> None:
    missing = [column for column in declared.names if column not in found]
    extra = [column for column in found if column not in declared.names]
    if missing or extra:
        parts = [f"does not have column {', '.join(missing)}"] if missing else []
        parts += [f"has undeclared column {', '.join(extra)}"] if extra else []
        raise StoreError(f"view {declared.name} {' and '.join(parts)}", code="store.view_columns")
