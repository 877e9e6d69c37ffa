"""Makes one documented view, or one step on the way, in the files of a snapshot that is being made."""

from collections.abc import Sequence
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
    if declared is None:
        session.execute(f"CREATE TABLE steps.main.{name} AS {text}")
        return
    _compare(declared, [row[0] for row in session.execute(f"DESCRIBE {text}").fetchall()])
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
    columns = ", ".join(f"CAST({c.name} AS {sql_type(c)}) AS {c.name}" for c in declared)
    session.execute(f"CREATE TABLE {target} AS SELECT {columns} FROM {relation}")  # noqa: S608 - our own views


def _compare(declared: Table, found: Sequence[str]) -> None:
    missing = [column for column in declared.names if column not in found]
    extra = [column for column in found if column not in declared.names]
    if missing or extra:
        parts = [f"does not have column {', '.join(missing)}"] if missing else []
        parts += [f"has undeclared column {', '.join(extra)}"] if extra else []
        raise StoreError(f"view {declared.name} {' and '.join(parts)}", code="store.view_columns")
